//! A query string as decoded pairs.
//!
//! Strict where a browser is lenient: a broken percent escape or bytes that are no UTF-8 are refused, so that
//! nobody searches for something else than they typed. What the parameters mean is left to [`crate::decode`].

use thiserror::Error;

/// Pairs in one query string at most: three facets of ten values and the single parameters fit twice.
const PAIRS: usize = 100;

/// Why a path segment or a query string cannot be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// `%` is not followed by two hexadecimal digits.
    #[error("a percent sign must be followed by two hexadecimal digits")]
    Escape,
    /// The decoded bytes are no text.
    #[error("the percent-encoded bytes are not UTF-8")]
    Utf8,
    /// There are more pairs than any request needs.
    #[error("there are more than {PAIRS} parameters")]
    Pairs,
}

/// Decodes one path segment.
pub fn segment(encoded: &str) -> Result<String, DecodeError> {
    decode(encoded, false)
}

/// Decodes a query string, in the order of its pairs.
pub fn pairs(query: &str) -> Result<Vec<(String, String)>, DecodeError> {
    let mut pairs = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        if pairs.len() == PAIRS {
            return Err(DecodeError::Pairs);
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        pairs.push((decode(name, true)?, decode(value, true)?));
    }
    Ok(pairs)
}

fn decode(encoded: &str, plus_is_space: bool) -> Result<String, DecodeError> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let high = rest.next().and_then(hex_digit).ok_or(DecodeError::Escape)?;
                let low = rest.next().and_then(hex_digit).ok_or(DecodeError::Escape)?;
                high << 4 | low
            }
            b'+' if plus_is_space => b' ',
            other => other,
        });
    }
    String::from_utf8(bytes).map_err(|_| DecodeError::Utf8)
}

fn hex_digit(byte: u8) -> Option<u8> {
    // A hexadecimal digit is below 16 and always fits.
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spaces_come_as_plus_or_escape() {
        let read = pairs("q=a+b%20c&tag=%C3%BC&flag").unwrap();
        let expected = [("q", "a b c"), ("tag", "ü"), ("flag", "")];
        assert_eq!(read, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(segment("a+b%2Fc").unwrap(), "a+b/c");
    }

    #[test]
    fn broken_escapes_and_surrogates_are_refused() {
        for broken in ["%", "%4", "%zz", "a%"] {
            assert_eq!(segment(broken), Err(DecodeError::Escape), "{broken}");
        }
        assert_eq!(segment("%ED%A0%80"), Err(DecodeError::Utf8), "a lone surrogate");
        assert_eq!(pairs(&"a=1&".repeat(PAIRS + 1)), Err(DecodeError::Pairs));
    }

    proptest! {
        #[test]
        fn every_text_survives_its_encoding(text in ".*") {
            let encoded: String = text.bytes().map(|byte| format!("%{byte:02x}")).collect();
            prop_assert_eq!(segment(&encoded), Ok(text));
        }

        #[test]
        fn nothing_panics(text in "[%&=+0-9a-fé]*") {
            let _ = pairs(&text);
            let _ = segment(&text);
        }
    }
}
