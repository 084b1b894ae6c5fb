//! Phone numbers: in international form, in the form of North America, or beside a word that says so.

use super::Kind;
use super::bytes::{
    ASKING, AT, CLOSING, COLON, COMMA, DASH, DIGIT, DOT, EQUALS, HASH, LETTER, PERCENT, PLUS, QUOTE, SLASH,
    SPACE, WORD, listed,
};
use super::scan::{Found, Scan};

/// `+`, a country code and the rest, 8 to 15 digits in all (E.164), in groups or at least ten in one.
pub(super) fn phone(scan: &Scan<'_>, at: usize) -> Found {
    if scan.after(at, WORD | PLUS | CLOSING)
        || !scan.byte(at + 1).is_some_and(|byte| matches!(byte, b'1'..=b'9'))
    {
        return None;
    }
    let number = number(scan, at + 1);
    number.formed(8, 10).then_some((Kind::Phone, at..number.end))
}

/// `(212) 555-0123`, found at the bracket.
pub(super) fn phone_in_brackets(scan: &Scan<'_>, at: usize) -> Found {
    if scan.after(at, WORD | CLOSING) {
        return None;
    }
    let area = scan.run(at + 1, 4, DIGIT);
    if area - at != 4 || !scan.sees(area, CLOSING) {
        return None;
    }
    let exchange = scan.run(area + 1, 1, SPACE);
    let line = scan.run(exchange, 4, DIGIT);
    let end = scan.run(line + 1, 5, DIGIT);
    let formed = line - exchange == 3 && scan.sees(line, DASH | SPACE) && end - line == 5;
    (formed && !scan.sees(end, WORD)).then_some((Kind::Phone, at..end))
}

/// Words that a phone number stands behind, by their length.
const WORDS: &[&str] = &[
    "",
    "",
    "",
    concat!("fax", "tel"),
    "cell",
    concat!("handy", "mobil", "phone"),
    "mobile",
    "telefon",
    "whatsapp",
    "telephone",
];

/// `tel: 030 1234567`, `0049 30 1234567`, `212-555-0123`, found at the first digit.
pub(super) fn phone_beside(scan: &Scan<'_>, at: usize) -> Found {
    if scan.after(at, WORD | PLUS | DASH | DOT | SLASH | COMMA | HASH | CLOSING) {
        return None;
    }
    if american(scan, at) {
        return Some((Kind::Phone, at..at + 12));
    }
    let abroad = scan.byte(at) == Some(b'0')
        && scan.looking_at(at, "00")
        && matches!(scan.byte(at + 2), Some(b'1'..=b'9'));
    if !abroad && !named(scan, at) {
        return None;
    }
    let number = number(scan, at);
    let formed = if abroad { number.groups > 2 && number.formed(11, 11) } else { number.formed(7, 9) };
    formed.then_some((Kind::Phone, at..number.end))
}

/// Whether a word of [`WORDS`] stands before.
fn named(scan: &Scan<'_>, at: usize) -> bool {
    let end = scan.run_back(at, 3, SPACE | COLON | DOT | EQUALS | QUOTE);
    if !scan.after(end, LETTER) {
        return false;
    }
    let start = scan.run_back(end, 12, LETTER);
    listed(WORDS, scan.slice(start..end))
}

/// Three, three and four digits with dashes between; neither of the first groups begins with 0 or 1.
fn american(scan: &Scan<'_>, at: usize) -> bool {
    let dashed = |at: usize| scan.sees(at, DASH) && scan.sees(at + 1, DIGIT);
    if !matches!(scan.byte(at), Some(b'2'..=b'9')) || !dashed(at + 3) || !dashed(at + 7) {
        return false;
    }
    let formed = scan.slice(at..at + 12).iter().enumerate().all(|(at, &byte)| match at {
        3 | 7 => byte == b'-',
        4 => matches!(byte, b'2'..=b'9'),
        _ => byte.is_ascii_digit(),
    });
    let goes_on = scan.sees(at + 12, WORD | DASH | DOT | AT);
    formed && !goes_on && !scan.after(at, QUOTE | EQUALS | COLON)
}

/// Digits in groups.
struct Number {
    digits: usize,
    groups: usize,
    /// Where it ends.
    end: usize,
    /// Whether a word or an address goes on behind it.
    goes_on: bool,
}

impl Number {
    /// Whether it has as many digits as a phone number, at least `least`, or `alone` where there is but one group.
    fn formed(&self, least: usize, alone: usize) -> bool {
        let least = if self.groups > 1 { least } else { alone };
        (least..=15).contains(&self.digits) && !self.goes_on
    }
}

/// The digits from `from` on, with at most two separators between groups.
fn number(scan: &Scan<'_>, from: usize) -> Number {
    let (mut digits, mut groups, mut at, mut end) = (0, 1, from, from);
    while at < from + 31 && digits < 16 {
        match scan.byte(at) {
            Some(b'0'..=b'9') => {
                digits += 1;
                at += 1;
                end = at;
            }
            Some(b' ' | b'-' | b'(' | b')' | b'.') => {
                // Two in a row are a bracket and a space; " -" and ".." are another number's, or a sentence's.
                let next = scan.run(at, 3, SPACE | DASH | ASKING | CLOSING | DOT);
                let brackets = scan.slice(at..next).iter().any(|byte| matches!(byte, b'(' | b')'));
                let one = next - at == 1 || (next - at == 2 && brackets);
                if !one || !scan.sees(next, DIGIT) {
                    break;
                }
                groups += 1;
                at = next;
            }
            _ => break,
        }
    }
    let goes_on = scan.sees(end, WORD | AT | EQUALS | PLUS | PERCENT);
    Number { digits, groups, end, goes_on }
}
