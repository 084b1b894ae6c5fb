//! Numbers of payment cards.

use super::Kind;
use super::bytes::{DASH, DIGIT, DOT, HASH, PLUS, SPACE, WORD, is};
use super::scan::{Found, Scan};

/// Digits of the shortest number and of the longest.
const LEAST: usize = 14;
const DIGITS: usize = 19;

/// A number that an issuer of cards could have given: its first digits, its length and its check digit (Luhn).
pub(super) fn card(scan: &Scan<'_>, at: usize) -> Found {
    let start = at;
    if !matches!(scan.byte(start), Some(b'2'..=b'6')) || scan.after(start, WORD | DOT | DASH | PLUS | HASH) {
        return None;
    }
    let mut number = [0; DIGITS];
    let (mut count, mut at, mut end, mut separator, mut group) = (0, start, None, None, 0);
    while let Some(byte) = scan.byte(at) {
        if byte.is_ascii_digit() {
            let Some(digit) = number.get_mut(count) else { break };
            *digit = byte - b'0';
            count += 1;
            group += 1;
        } else {
            // Cards are written in groups of three to six, all with one separator; dumps of bytes are not.
            let known = separator.unwrap_or(byte);
            if group < 3 || byte != known || !is(byte, SPACE | DASH) || !scan.sees(at + 1, DIGIT) {
                break;
            }
            separator = Some(byte);
            group = 0;
        }
        at += 1;
        if count < LEAST {
            continue;
        }
        // Another number may follow, so that each end of a group of digits may be the card's.
        let digits = number.get(..count).unwrap_or_default();
        if (separator.is_none() || (3..=6).contains(&group))
            && issued(lead(digits), count, separator.is_some())
        {
            let next = scan.byte(at);
            let fraction = next == Some(b'.') && scan.sees(at + 1, DIGIT);
            if !fraction && !next.is_some_and(|byte| is(byte, WORD)) && !regular(digits) && luhn(digits) {
                end = Some(at);
            }
        }
    }
    end.map(|end| (Kind::Card, start..end))
}

/// Where the last number of a text begins, not before `from`, if it may become a card's; else the text's end. Up to
/// eight digits are let pass: they name the issuer, and PCI DSS 4.0 (3.4.1) lets them be shown.
pub(super) fn begins_card(text: &str, from: usize) -> usize {
    let (mut lead, mut count, mut start) = (0, 0, text.len());
    for (at, &byte) in text.as_bytes().iter().enumerate().skip(from) {
        if !is(byte, DIGIT | SPACE | DASH) {
            (lead, count) = (0, 0);
        } else if byte.is_ascii_digit() {
            if count == 0 {
                start = at;
            }
            if count < 4 {
                lead = lead * 10 + u32::from(byte - b'0');
            }
            count += 1;
        }
    }
    let may = |length| count < length && issued(lead, length, false);
    if count > 8 && (LEAST..=16).any(may) { start } else { text.len() }
}

/// Filled up with zeros, as registers and pointers are, or the same number again and again.
fn regular(digits: &[u8]) -> bool {
    let padded = digits.iter().rev().take_while(|&&digit| digit == 0).count() >= 8;
    padded || digits.get(4..).is_some_and(|rest| digits.starts_with(rest))
}

/// Whether some issuer's numbers begin with these four digits and have this length. Long ones are rare, and identifiers are often as
/// long: they count where they are written in groups.
fn issued(lead: u32, digits: usize, grouped: bool) -> bool {
    match (digits, lead) {
        (19, 4000..=4999) | (17..=19, 6200..=6299) => grouped,
        (16, 2221..=2720 | 4000..=4999 | 5100..=5599 | 6011 | 6200..=6299 | 6500..=6599 | 3528..=3589)
        | (15, 3400..=3499 | 3700..=3799)
        | (14, 3000..=3059 | 3600..=3699 | 3800..=3899) => true,
        _ => false,
    }
}

fn lead(digits: &[u8]) -> u32 {
    digits.iter().take(4).fold(0, |number, &digit| number * 10 + u32::from(digit))
}

fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, &digit)| match (at % 2, u32::from(digit) * 2) {
            (0, _) => u32::from(digit),
            (_, doubled) => doubled / 10 + doubled % 10,
        })
        .sum();
    sum.is_multiple_of(10)
}
