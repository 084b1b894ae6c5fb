//! Percent-encoding of what goes into an address: one part of a path, or one value of a query.

/// Everything but letters, digits and `-._~` becomes `%XX`, byte by byte; so a space is `%20` and a slash stays one
/// part's own.
pub(crate) fn encode(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    for byte in part.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => {
                out.push('%');
                out.push(char::from(hex(byte >> 4)));
                out.push(char::from(hex(byte & 15)));
            }
        }
    }
    out
}

/// One digit of 0 to 15.
fn hex(digit: u8) -> u8 {
    if digit < 10 { b'0' + digit } else { b'A' + digit - 10 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_unreserved_stays() {
        assert_eq!(encode("aZ09-._~"), "aZ09-._~");
        assert_eq!(encode("a b/c?d=\"é\"&#%"), "a%20b%2Fc%3Fd%3D%22%C3%A9%22%26%23%25");
    }
}
