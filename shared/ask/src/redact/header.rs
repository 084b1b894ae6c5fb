//! The values of headers that authorise.

use std::ops::Range;

use super::Kind;
use super::placeholder::{SAMPLE, placeholder};
use super::scan::{Found, Scan, quote, word};

/// Bytes of a header's value that are looked at; a longer one is cut there.
const HEADER: usize = 4_096;

/// Where a header's value starts, and the quote that ends it: its own, or the one around the whole header.
fn start(scan: &Scan<'_>, key: &Range<usize>, from: usize) -> (usize, Option<u8>) {
    match scan.byte(from).filter(|&byte| quote(byte)) {
        Some(mark) => (from + 1, Some(mark)),
        None => (from, scan.before(key.start).filter(|&byte| quote(byte))),
    }
}

/// The end of a header's value, at most `most` bytes on: the line's, or the quote's.
fn end(scan: &Scan<'_>, start: usize, mark: Option<u8>, most: usize) -> usize {
    scan.run(start, most, |byte| byte != b'\n' && byte != b'\r' && Some(byte) != mark && byte != b'[')
}

/// `Cookie: name=value; …`.
pub(super) fn cookie(scan: &Scan<'_>, key: &Range<usize>, from: usize) -> Found {
    let (start, mark) = start(scan, key, from);
    let equals = scan.run(start, 128, |byte| word(byte) || b".-%".contains(&byte));
    if equals == start || scan.byte(equals) != Some(b'=') || scan.byte(equals + 1) == Some(b'=') {
        return None;
    }
    let first = scan
        .run(equals + 1, SAMPLE, |byte| !byte.is_ascii_whitespace() && byte != b';' && Some(byte) != mark);
    let real = first > equals + 1 && !placeholder(scan.slice(equals + 1..first));
    real.then(|| (Kind::Cookie, start..end(scan, start, mark, HEADER)))
}

/// `Authorization: scheme credentials`, or credentials alone.
pub(super) fn authorization(scan: &Scan<'_>, key: &Range<usize>, from: usize) -> Found {
    const SCHEMES: &[&str] = &[
        "Bearer ",
        "Basic ",
        "Token ",
        "Digest ",
        "ApiKey ",
        "Key ",
        "AWS4-",
        "Negotiate ",
        "NTLM ",
        "SSWS ",
    ];
    let (start, mark) = start(scan, key, from);
    let scheme = SCHEMES.iter().find(|scheme| scan.looking_at_word(start, scheme));
    let from = start + scheme.map_or(0, |scheme| scheme.len());
    let sampled =
        scan.run(from, SAMPLE, |byte| !byte.is_ascii_whitespace() && byte != b'[' && Some(byte) != mark);
    let credentials = scan.slice(from..sampled);
    let least = if scheme.is_some() { 6 } else { 16 };
    let random = scheme.is_some() || credentials.iter().any(u8::is_ascii_digit);
    let secret = credentials.len() >= least && random && !placeholder(credentials);
    secret.then(|| (Kind::Authorization, start..end(scan, start, mark, HEADER)))
}
