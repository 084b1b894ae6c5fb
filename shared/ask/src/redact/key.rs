//! Private keys.

use super::Kind;
use super::bytes::{
    ALNUM, BACKSLASH, BASE64, COMMA, DASH, DIGIT, NEWLINE, PLUS, QUOTE, SPACE, UPPER, WHITE, sorts,
};
use super::placeholder::SAMPLE;
use super::scan::{END, Found, Scan};

/// Bytes of a private key block that are looked through for its end: RSA keys of 16,384 bits take 13 kB.
const KEY_BLOCK: usize = 16_384;

/// What the first lines of a block begin with.
const HEADERS: &[&str] = &["Proc-Type:", "DEK-Info:", "Version:", "Comment:"];

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
    let end = scan.block_end(body, KEY_BLOCK)?;
    let end = match scan.looking_at(end, END) {
        // Without a key between them, somebody writes about the two lines.
        true => {
            line(scan, body, HEADERS, KEY_BLOCK)?;
            let named = scan.run(end + END.len(), 40, ALNUM | SPACE);
            scan.run(named, 5, DASH)
        }
        false => lines(scan, body, HEADERS),
    };
    (end > body).then_some((Kind::PrivateKey, at..end))
}

/// The end of the lines of a key, which begin with one of these or are made of base 64.
fn lines(scan: &Scan<'_>, from: usize, headers: &[&str]) -> usize {
    let mut end = from;
    while let Some(next) = line(scan, end, headers, from + KEY_BLOCK - end) {
        end = next;
    }
    end
}

/// The end of the next of these lines, at most `most` bytes on.
fn line(scan: &Scan<'_>, from: usize, headers: &[&str], most: usize) -> Option<usize> {
    let start = line_break(scan, from);
    let end = if headers.iter().any(|header| scan.looking_at(start, header)) {
        scan.run(start, 256, !(NEWLINE | BACKSLASH))
    } else {
        let end = scan.run(start, most + 1, BASE64);
        let text = scan.slice(start..end.min(start + SAMPLE));
        let (_, tail) = text.split_at_checked(1).unwrap_or_default();
        // A word of the sentence that follows is shorter, and followed by a space.
        let long = end - start >= 16 || !scan.sees(end, SPACE);
        if !long || sorts(tail) & (UPPER | DIGIT) == 0 {
            return None;
        }
        end
    };
    (end - from <= most).then_some(end)
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
    let end = lines(scan, body, &[]);
    (end > body + 16).then_some((Kind::PrivateKey, at..end))
}
