//! Addresses of machines on networks.

use super::Kind;
use super::bytes::{
    ANGLE, ASKING, AT, BEYOND, BRACKET, COLON, DASH, DIGIT, DOT, EQUALS, HEX, LETTER, QUOTE, SLASH, SPACE,
    WORD, all,
};
use super::scan::{Found, Scan};

/// An address of either version.
pub(super) fn address(scan: &Scan<'_>, at: usize) -> Found {
    if scan.after(at, WORD | DOT | DASH) {
        return None;
    }
    let group = scan.run(at, 5, HEX);
    match scan.byte(group) {
        Some(b'.') => ipv4(scan, at),
        Some(b':') if group - at == 4 && !scan.after(at, COLON) => ipv6(scan, at, group),
        _ => None,
    }
}

/// Four numbers up to 255; not this machine, not a netmask, not an example, not a version.
fn ipv4(scan: &Scan<'_>, at: usize) -> Found {
    if scan.after(at, BEYOND) {
        return None;
    }
    // A folder named by a version; an address is behind `//`.
    if scan.after(at, SLASH) && !scan.behind(at, "//") {
        return None;
    }
    let end = scan.run(at, 16, DIGIT | DOT);
    let end = if scan.after(end, DOT) { end - 1 } else { end };
    let address = octets(scan.slice(at..end))?;
    let goes_on = match scan.byte(end) {
        Some(b'.') => scan.sees(end + 1, WORD),
        Some(b'-') => scan.sees(end + 1, LETTER),
        _ => scan.sees(end, WORD | AT),
    };
    let [first, ..] = address;
    let documentation = matches!(address, [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _]);
    let open = !matches!(first, 0 | 127 | 255) && !documentation;
    let port = scan.sees(end, COLON) && scan.sees(end + 1, DIGIT);
    let placed = port || scan.after(at, BRACKET | AT | SLASH);
    let numbered = version(scan, at) || (small(address) && !placed);
    (open && !goes_on && !numbered).then_some((Kind::IpAddress, at..end))
}

/// The four numbers of an address; none has a zero in front.
fn octets(text: &[u8]) -> Option<[u8; 4]> {
    let mut octets = [0; 4];
    let mut parts = text.split(|&byte| byte == b'.');
    for octet in &mut octets {
        let part =
            parts.next().filter(|part| matches!(part, [_] | [b'1'..=b'9', _] | [b'1'..=b'9', _, _]))?;
        let number = part.iter().fold(0, |number, &digit| number * 10 + u32::from(digit.wrapping_sub(b'0')));
        *octet = u8::try_from(number).ok()?;
    }
    parts.next().is_none().then_some(octets)
}

/// Four small numbers are a version's or an object identifier's; hardly one address in fifty of those that begin so
/// looks like that.
fn small(address: [u8; 4]) -> bool {
    address[0] < 10 && address.into_iter().map(u32::from).sum::<u32>() < 130
}

/// Whether the word before says that a version follows.
fn version(scan: &Scan<'_>, at: usize) -> bool {
    const WORDS: [&str; 9] =
        ["v", "ver", "version", "assemblyversion", "fileversion", "release", "build", "revision", "driver"];
    let end = scan.run_back(at, 8, SPACE | COLON | EQUALS | ANGLE | QUOTE | ASKING);
    let start = scan.run_back(end, 16, LETTER);
    let before = scan.slice(start..end);
    WORDS.iter().any(|known| before.eq_ignore_ascii_case(known.as_bytes()))
}

/// Groups of hexadecimal digits. Only ranges in use begin one, so that times, ratios and paths (`a::b`) do not.
fn ipv6(scan: &Scan<'_>, at: usize, group: usize) -> Found {
    let end = scan.run(group, 45, HEX | COLON | DOT);
    if scan.sees(end, WORD) {
        return None;
    }
    // A sentence's own colon or full stop at the end; `::` is the address's.
    let end = scan.run_back(end, 1, DOT);
    let end = if scan.behind(end, "::") { end } else { scan.run_back(end, 1, COLON) };
    let (first, second) = groups(scan.slice(at..end))?;
    let used = matches!(first, 0x2000..=0x3ffe | 0xfc00..=0xfdff | 0xfe80..=0xfebf);
    (used && (first, second) != (0x2001, 0xdb8)).then_some((Kind::IpAddress, at..end))
}

/// The first two of eight groups; `::` stands for those that are zero, and four numbers may stand for the last two.
fn groups(text: &[u8]) -> Option<(u32, u32)> {
    let (text, open) = text.strip_suffix(b"::").map_or((text, false), |text| (text, true));
    if text.ends_with(b":") {
        return None;
    }
    let (mut first, mut second, mut count, mut gaps) = (0, 0, 0, usize::from(open));
    for (at, part) in text.split(|&byte| byte == b':').enumerate() {
        let group = match part {
            [] => {
                gaps += 1;
                continue;
            }
            _ if part.len() <= 4 && all(part, HEX) => {
                part.iter().fold(0, |group, &byte| group << 4 | digit(byte))
            }
            _ => {
                octets(part)?;
                count += 1;
                0
            }
        };
        count += 1;
        match at {
            0 => first = group,
            1 => second = group,
            _ => {}
        }
    }
    ((gaps == 0 && count == 8) || (gaps == 1 && count < 8)).then_some((first, second))
}

fn digit(byte: u8) -> u32 {
    char::from(byte).to_digit(16).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn addresses_are_those_of_the_standard_library(
            four in "[0-9]{1,3}(\\.[0-9]{1,3}){2,4}", six in "[0-9a-f]{4}(:{1,2}[0-9a-f]{0,4}){1,8}(:1\\.2\\.3\\.4)?",
            whole in any::<u128>(),
        ) {
            let known = four.parse::<Ipv4Addr>().ok().map(|address| address.octets());
            prop_assert_eq!(octets(four.as_bytes()), known, "{}", four);
            for six in [six, Ipv6Addr::from(whole).to_string(), Ipv6Addr::from(whole & !0 << 64).to_string()] {
                let known = six.parse::<Ipv6Addr>().ok().map(|address| {
                    let [first, second, ..] = address.segments();
                    (u32::from(first), u32::from(second))
                });
                // An address that begins with `::` is never looked at.
                if !six.starts_with(':') {
                    prop_assert_eq!(groups(six.as_bytes()), known, "{}", six);
                }
            }
        }
    }
}
