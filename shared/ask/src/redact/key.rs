//! Private keys.

use super::Kind;
use super::bytes::{
    ALNUM, BACKSLASH, BASE64, COMMA, DASH, DIGIT, NEWLINE, PLUS, QUOTE, SPACE, UPPER, WHITE, sorts,
};
use super::placeholder::SAMPLE;
use super::scan::{Found, Scan};

/// Bytes of a private key block that are looked through for its end: RSA keys of 16,384 bits take 13 kB.
const KEY_BLOCK: usize = 16_384;

/// A PEM or PGP block, whole or cut off when it was pasted.
pub(super) fn private_key(scan: &Scan<'_>, at: usize) -> Found {
    const BEGIN: &str = "-----BEGIN ";
    if !scan.looking_at(at, BEGIN) {
        return None;
    }
    let label = at + BEGIN.len();
    let labelled = scan.run(label, 40, UPPER | DIGIT | SPACE);
    let name = scan.slice(label..labelled);
    if !name.windows(11).any(|window| window == b"PRIVATE KEY") || !scan.looking_at(labelled, "-----") {
        return None;
    }
    let body = labelled + 5;
    let written = key_lines(scan, body);
    let end = match scan.block_end(body, KEY_BLOCK) {
        // Without a key between them, somebody writes about the two lines.
        Some(end) if written > body => {
            let named = scan.run(end + 9, 40, ALNUM | SPACE);
            scan.run(named, 5, DASH)
        }
        _ => written,
    };
    (end > body).then_some((Kind::PrivateKey, at..end))
}

/// The end of the lines of a key, which are made of base 64, and of its headers (`Proc-Type: 4,ENCRYPTED`).
fn key_lines(scan: &Scan<'_>, from: usize) -> usize {
    let mut end = from;
    loop {
        let start = line_break(scan, end);
        let line = scan.run(start, KEY_BLOCK, BASE64);
        let text = scan.slice(start..line.min(start + SAMPLE));
        let (_, tail) = text.split_at_checked(1).unwrap_or_default();
        // A word of the sentence that follows is shorter, and followed by a space.
        let long = line - start >= 16 || !scan.sees(line, SPACE);
        let key = long && sorts(tail) & (UPPER | DIGIT) != 0;
        let header = ["Proc-Type:", "DEK-Info:", "Version:", "Comment:"]
            .iter()
            .any(|header| scan.looking_at(start, header));
        let next = match (header, key) {
            (true, _) => scan.run(start, 256, !(NEWLINE | BACKSLASH)),
            (false, true) => line,
            (false, false) => return end,
        };
        if next - from > KEY_BLOCK {
            return end;
        }
        end = next;
    }
}

/// The end of what separates two lines: breaks as such, as `\n` within quotes, or as spaces where a form has one line.
fn line_break(scan: &Scan<'_>, from: usize) -> usize {
    let mut end = from;
    for _ in 0..8 {
        end = scan.run(end, 64, WHITE | BACKSLASH | QUOTE | PLUS | COMMA);
        let escape = scan.after(end, BACKSLASH) && matches!(scan.byte(end), Some(b'n' | b'r'));
        if !escape {
            break;
        }
        end += 1;
    }
    end
}

/// The private part of a key file of PuTTY.
pub(super) fn putty_key(scan: &Scan<'_>, at: usize) -> Found {
    const BEGIN: &str = "Private-Lines: ";
    if !scan.looking_at(at, BEGIN) {
        return None;
    }
    let body = scan.run(at + BEGIN.len(), 4, DIGIT);
    let end = key_lines(scan, body);
    (end > body + 16).then_some((Kind::PrivateKey, at..end))
}
