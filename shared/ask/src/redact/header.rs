//! The values of headers that authorise.

use std::ops::Range;

use super::Kind;
use super::bytes::{
    BRACKET, DASH, DIGIT, DOT, ENDING, EQUALS, LETTER, NEWLINE, PERCENT, QUOTE, RETURN, SPACE, WHITE, WORD,
    is, sorts,
};
use super::placeholder::{SAMPLE, placeholder};
use super::scan::{Found, Scan};

/// Where a header's value starts, and the quote that ends it: its own, or the one around the whole header.
fn start(scan: &Scan<'_>, key: &Range<usize>, from: usize) -> (usize, Option<u8>) {
    let quote = |byte: &u8| is(*byte, QUOTE);
    match scan.byte(from).filter(quote) {
        Some(mark) => (from + 1, Some(mark)),
        None => (from, scan.before(key.start).filter(quote)),
    }
}

/// The end of a header's value: the line's, or the quote's.
fn end(scan: &Scan<'_>, start: usize, mark: Option<u8>) -> Option<usize> {
    if mark.is_none() {
        return scan.follow(start, !(NEWLINE | RETURN | BRACKET), false);
    }
    let mut end = start;
    loop {
        end = scan.run(end, usize::MAX, !(NEWLINE | RETURN | BRACKET | QUOTE));
        match scan.byte(end) {
            Some(byte) if is(byte, QUOTE) && Some(byte) != mark => end += 1,
            _ => return Some(end),
        }
    }
}

/// `Cookie: name=value; …`.
pub(super) fn cookie(scan: &Scan<'_>, key: &Range<usize>, from: usize) -> Found {
    let (start, mark) = start(scan, key, from);
    let end = end(scan, start, mark)?;
    let equals = scan.run(start, 128, WORD | DOT | DASH | PERCENT);
    if equals == start || !scan.sees(equals, EQUALS) || scan.sees(equals + 1, EQUALS) {
        return None;
    }
    let first = scan.run(equals + 1, SAMPLE, !(WHITE | ENDING | QUOTE));
    let real = first > equals + 1 && !placeholder(scan.slice(equals + 1..first));
    real.then_some((Kind::Cookie, start..end))
}

/// `Authorization: scheme credentials`, or credentials alone.
pub(super) fn authorization(scan: &Scan<'_>, key: &Range<usize>, from: usize) -> Found {
    const SCHEMES: &[&str] = &[
        "Bearer ",
        "Basic ",
        "Token ",
        "Digest ",
        "ApiKey ",
        "AWS ",
        "Key ",
        "AWS4-",
        "Negotiate ",
        "NTLM ",
        "SSWS ",
    ];
    let (start, mark) = start(scan, key, from);
    let end = end(scan, start, mark)?;
    let known = SCHEMES.iter().find(|scheme| scan.looking_at_word(start, scheme));
    let from = match known {
        Some(scheme) => start + scheme.len(),
        // Some other word and a space may be a scheme too.
        None => {
            let word = scan.run(start, 16, LETTER);
            if scan.sees(word, SPACE) { word + 1 } else { start }
        }
    };
    let sampled = scan.run(from, SAMPLE, !(WHITE | BRACKET | QUOTE));
    let credentials = scan.slice(from..sampled);
    let least = if known.is_some() { 6 } else { 16 };
    let random = known.is_some() || sorts(credentials) & DIGIT != 0;
    let secret = credentials.len() >= least && random && !placeholder(credentials);
    secret.then_some((Kind::Authorization, start..end))
}
