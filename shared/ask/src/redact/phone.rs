//! Phone numbers: in international form, in the form of North America, or beside a word that says so.

use super::Kind;
use super::scan::{Found, Scan, word};

/// `+`, a country code and the rest, 8 to 15 digits in all (E.164), in groups or at least ten in one.
pub(super) fn phone(scan: &Scan<'_>, at: usize) -> Found {
    if !scan.starts(at, |byte| word(byte) || b"+)]}".contains(&byte))
        || !scan.byte(at + 1).is_some_and(|byte| matches!(byte, b'1'..=b'9'))
    {
        return None;
    }
    let number = number(scan, at + 1);
    number.formed(8, 10).then_some((Kind::Phone, at..number.end))
}

/// `(212) 555-0123`, found at the bracket.
pub(super) fn phone_in_brackets(scan: &Scan<'_>, at: usize) -> Found {
    if !scan.starts(at, |byte| word(byte) || b")]}".contains(&byte)) {
        return None;
    }
    let area = scan.run(at + 1, 4, |byte| byte.is_ascii_digit());
    let exchange = scan.run(area + 1, 1, |byte| byte == b' ');
    if area - at != 4 || scan.byte(area) != Some(b')') {
        return None;
    }
    let line = scan.run(exchange, 4, |byte| byte.is_ascii_digit());
    let end = scan.run(line + 1, 5, |byte| byte.is_ascii_digit());
    let formed = line - exchange == 3 && matches!(scan.byte(line), Some(b'-' | b' ')) && end - line == 5;
    (formed && !scan.byte(end).is_some_and(word)).then_some((Kind::Phone, at..end))
}

/// Words that a phone number stands behind.
const WORDS: &[&str] =
    &["cell", "fax", "handy", "mobil", "mobile", "phone", "tel", "telefon", "telephone", "whatsapp"];

/// `tel: 030 1234567`, `0049 30 1234567`, `212-555-0123`, found at the first digit.
pub(super) fn phone_beside(scan: &Scan<'_>, at: usize) -> Found {
    if !scan.starts(at, |byte| word(byte) || b"+-./,#)".contains(&byte)) {
        return None;
    }
    if american(scan, at) {
        return Some((Kind::Phone, at..at + 12));
    }
    let abroad = scan.looking_at(at, "00") && matches!(scan.byte(at + 2), Some(b'1'..=b'9'));
    if !abroad && !named(scan, at) {
        return None;
    }
    let number = number(scan, at);
    let formed = if abroad { number.groups > 2 && number.formed(11, 11) } else { number.formed(7, 9) };
    formed.then_some((Kind::Phone, at..number.end))
}

/// Whether a word of [`WORDS`] stands before.
fn named(scan: &Scan<'_>, at: usize) -> bool {
    let end = scan.run_back(at, 3, |byte| b" :.=\"".contains(&byte));
    let start = scan.run_back(end, 12, |byte| byte.is_ascii_alphabetic());
    let before = scan.slice(start..end);
    before.len() > 2 && WORDS.iter().any(|known| before.eq_ignore_ascii_case(known.as_bytes()))
}

/// Three, three and four digits with dashes between; neither of the first groups begins with 0 or 1.
fn american(scan: &Scan<'_>, at: usize) -> bool {
    let dashed =
        |at: usize| scan.byte(at) == Some(b'-') && matches!(scan.byte(at + 1), Some(b'2'..=b'9' | b'0'));
    if !matches!(scan.byte(at), Some(b'2'..=b'9')) || !dashed(at + 3) || !dashed(at + 7) {
        return false;
    }
    let formed = scan.slice(at..at + 12).iter().enumerate().all(|(at, &byte)| match at {
        3 | 7 => byte == b'-',
        4 => matches!(byte, b'2'..=b'9'),
        _ => byte.is_ascii_digit(),
    });
    let goes_on = scan.byte(at + 12).is_some_and(|byte| word(byte) || matches!(byte, b'-' | b'.' | b'@'));
    formed && !goes_on && scan.starts(at, |byte| matches!(byte, b'"' | b'=' | b':'))
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
            Some(byte) if b" -().".contains(&byte) => {
                // Two in a row are a bracket and a space; " -" and ".." are another number's, or a sentence's.
                let next = scan.run(at, 3, |byte| b" -().".contains(&byte));
                let brackets = scan.slice(at..next).iter().any(|byte| matches!(byte, b'(' | b')'));
                let one = next - at == 1 || (next - at == 2 && brackets);
                if !one || !scan.byte(next).is_some_and(|byte| byte.is_ascii_digit()) {
                    break;
                }
                groups += 1;
                at = next;
            }
            _ => break,
        }
    }
    let goes_on = scan.byte(end).is_some_and(|byte| word(byte) || matches!(byte, b'@' | b'=' | b'+' | b'%'));
    Number { digits, groups, end, goes_on }
}
