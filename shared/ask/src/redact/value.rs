//! Whether what stands behind a name is a secret, and where it ends.
//!
//! In prose and in code the notations that announce a secret mean other things too: there a value must look like one.

use std::ops::Range;

use super::Kind;
use super::bytes::{
    ALNUM, ANGLE, BACKSLASH, BEYOND, BLANK, BRACKET, CLOSING, COLON, COMMA, CONTROL, Class, DASH, DIGIT, DOT,
    ENDING, EQUALS, HASH, HEX, PLUS, QUOTE, RETURN, WHITE, all, is, sorts,
};
use super::named::{Name, ends_part, in_address, line_start, unnumbered};
use super::placeholder::{SAMPLE, placeholder};
use super::scan::{Found, Scan};
use super::shape::Shape;

/// Bytes that are looked through for the quote that closes a value.
pub(super) const VALUE: usize = 4_096;

/// How a value stands to its name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `name=value`: of settings and addresses, and seldom of anything else.
    Close,
    /// `name: value`, `name = value`: of prose and code too.
    Loose,
    /// `--name value`.
    Flag,
    /// Within a sentence or a call.
    Bare,
}

/// Where a value is looked for.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub from: usize,
    pub style: Style,
    /// Where the name before it starts, which may be the first of its line or a parameter of an address.
    pub key: Option<usize>,
    /// Whether a colon stands between.
    pub colon: bool,
}

impl Place {
    pub fn new(from: usize, style: Style) -> Self {
        Self { from, style, key: None, colon: false }
    }

    /// Whether the name begins its line.
    fn line(&self, scan: &Scan<'_>) -> bool {
        self.key.is_some_and(|key| line_start(scan, key))
    }

    /// Whether a user and a password within an address stand here, which are judged there.
    fn in_address(&self, scan: &Scan<'_>) -> bool {
        self.colon && self.key.is_some_and(|key| in_address(scan, key))
    }

    /// Whether the name is a parameter of an address.
    fn query(&self, scan: &Scan<'_>) -> bool {
        let before = self.key.and_then(|key| scan.before(key));
        before.is_some_and(|byte| byte == b'?' || byte == b'&')
    }
}

/// The value at a place, if it is a secret.
pub(super) fn value(scan: &Scan<'_>, name: &Name, place: Place) -> Found {
    let from = place.from;
    if let Some(text) = quoted(scan, from) {
        let bytes = scan.slice(text.clone());
        let secret = secret_text(bytes, name) && (place.style != Style::Bare || Shape::of(bytes).telling());
        return (secret && !place.in_address(scan)).then_some((name.kind, text));
    }
    if matches!(scan.byte(from), Some(b'[' | b'(' | b'{' | b'&')) {
        return None;
    }
    let (start, part) = unquoted(scan, place);
    let end = scan.follow(start, part, true)?;
    // A sentence's full stop is not the password's.
    let trimmed = |end: usize| scan.run_back(end, end - from, DOT | COLON);
    // Whether it is a secret shows in its first bytes.
    let sampled = trimmed(scan.whole(end.min(start + SAMPLE)));
    let secret = sampled - from >= 4 && secret_word(scan, name, place, from..sampled);
    if !secret || place.in_address(scan) {
        return None;
    }
    let end = trimmed(end);
    Some((name.kind, from..if place.line(scan) { line_end(scan, end) } else { end }))
}

/// The end of the line, where nothing but a value stands in it: passwords have brackets, bars and commas too.
fn line_end(scan: &Scan<'_>, end: usize) -> usize {
    if scan.byte(end) == Some(b'&') {
        return end;
    }
    let rest = scan.run(end, usize::MAX, !(CONTROL | WHITE | QUOTE | BACKSLASH | EQUALS));
    let last = scan.line_ends(rest);
    let more = sorts(scan.slice(end..rest)) & ALNUM != 0;
    if last && more { rest } else { end }
}

/// What stands between quotes that open here and close within the line.
pub(super) fn quoted(scan: &Scan<'_>, from: usize) -> Option<Range<usize>> {
    let escaped = scan.sees(from, BACKSLASH) && scan.sees(from + 1, QUOTE);
    let open = from + usize::from(escaped);
    let mark = scan.byte(open).filter(|&byte| is(byte, QUOTE))?;
    let mut at = open + 1;
    while at < open + VALUE {
        match scan.byte(at)? {
            b'\n' => return None,
            b'\\' if escaped && scan.byte(at + 1) == Some(mark) => return Some(open + 1..at),
            b'\\' => at += 1,
            byte if byte == mark => return Some(open + 1..at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Where a value without quotes starts, and what it is written with.
fn unquoted(scan: &Scan<'_>, place: Place) -> (usize, Class) {
    let outside = CONTROL | WHITE | COMMA | ENDING | QUOTE | BACKSLASH | ANGLE | CLOSING | BRACKET;
    // Behind the query of an address comes its fragment.
    let part = !if place.query(scan) { outside | HASH } else { outside };
    // A number and `|` begin the tokens of Laravel; elsewhere a bar ends a cell or a command.
    let number = scan.run(place.from, 8, DIGIT);
    let numbered = number > place.from && scan.byte(number) == Some(b'|');
    (if numbered { number + 1 } else { place.from }, part)
}

/// Whether a text between quotes or tags is a secret.
pub(super) fn secret_text(text: &[u8], name: &Name) -> bool {
    let shape = Shape::of(text);
    let spaces = text.iter().filter(|&&byte| byte == b' ').count();
    let wordy = spaces > 2 || (spaces > 0 && !shape.digit());
    let prose = wordy && shape.symbols() < 4 && name.end != "passphrase";
    // Text put together from parts: `"--token='" + token + "'"`.
    let parts = text.first().is_some_and(|&byte| is(byte, QUOTE));
    let long_enough = match (name.weak, name.kind) {
        (Some(least), _) => text.len() >= least && shape.mixed(),
        // Tokens of a language are words; those that open doors are not.
        (None, Kind::Token) => shape.mixed() || text.len() >= 24 || (shape.digits() && text.len() >= 6),
        (None, _) => text.len() >= 3,
    };
    long_enough
        && !prose
        && !parts
        && !path(text)
        && !identifier(text, name)
        && !placeholder(text)
        && !same_name(text, name)
}

/// Whether a word without quotes is a secret.
fn secret_word(scan: &Scan<'_>, name: &Name, place: Place, bytes: Range<usize>) -> bool {
    let text = scan.slice(bytes.clone());
    // What tells at a glance comes before what reads the whole word.
    if same_name(text, name) {
        return false;
    }
    let shape = Shape::of(text);
    let close = place.style == Style::Close;
    let secret = match (name.weak, name.kind) {
        (Some(least), kind) => {
            let joint = if kind == Kind::Password { b'=' } else { b'_' };
            let plain = || text.contains(&b'.') || text.contains(&joint);
            shape.mixed() && text.len() >= least && (close || !plain())
        }
        _ if shape.digits() => text.len() >= 6,
        (None, Kind::Token) if close => text.len() >= 24 || shape.mixed(),
        _ if close => text.len() >= 4,
        _ if text.len() < 6 => false,
        _ if place.style == Style::Bare => {
            shape.mixed() && (shape.symbols() > 0 || text.len() >= 20 || sorts(text) & DASH == 0)
        }
        _ => shape.telling() || alone(scan, name, place, &bytes),
    };
    secret
        && !(path(text) && (!close || name.end == "pwd"))
        && !identifier(text, name)
        && !code(scan, &bytes, &shape)
        && !placeholder(text)
}

/// Whether a word is code: a type (`Option<Token>`), a call, a path (`a::b`), a member (`form.password`), or a
/// variable given by name (`connect(password=entered)`).
fn code(scan: &Scan<'_>, bytes: &Range<usize>, shape: &Shape) -> bool {
    let next = scan.byte(bytes.end);
    let argument = next == Some(b')') || (next == Some(b',') && scan.byte(bytes.end + 1) == Some(b' '));
    shape.code()
        || next == Some(b'<')
        || (shape.members() && !shape.digit())
        || (argument && !shape.telling())
}

/// A word, or words with dashes between, alone in its line or between two options of a command.
fn alone(scan: &Scan<'_>, name: &Name, place: Place, bytes: &Range<usize>) -> bool {
    let end = scan.run(bytes.end, 4, BLANK | RETURN);
    let last = scan.line_ends(end);
    let option = place.style == Style::Flag && name.kind == Kind::Password;
    if !(last && place.line(scan)) && !(option && (last || scan.sees(end, DASH))) {
        return false;
    }
    let text = scan.slice(bytes.clone());
    let dashes = text.iter().filter(|&&byte| byte == b'-').count();
    let words = all(text, ALNUM | DASH);
    words && (dashes == 0 || (dashes > 1 && name.kind == Kind::Password))
}

/// `/run/secrets/db`, `./key`, `~/key`.
fn path(text: &[u8]) -> bool {
    let start = [b"/".as_slice(), b"./", b"../", b"~/"].into_iter().any(|start| text.starts_with(start));
    start && sorts(text) & (PLUS | EQUALS) == 0
}

/// What programs number things with: 16 hexadecimal digits beside `token`, a UUID beside a name that says little.
fn identifier(text: &[u8], name: &Name) -> bool {
    let number = name.end == "token" && text.len() == 16 && all(text, HEX);
    let uuid = text.len() == 36
        && text.iter().enumerate().all(|(at, &byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => is(byte, HEX),
        });
    number || (uuid && name.weak.is_some())
}

/// The value repeats the name: `password: "Password"` is a label, `token=self.token` and `secret=mySecret` are code.
fn same_name(text: &[u8], name: &Name) -> bool {
    let text = if name.numbered { unnumbered(text) } else { text };
    let end = name.end.as_bytes();
    let Some((rest, tail)) = text.len().checked_sub(end.len()).and_then(|rest| text.split_at_checked(rest))
    else {
        return false;
    };
    let apart = rest.last().is_none_or(|&byte| !is(byte, ALNUM | BEYOND));
    tail.eq_ignore_ascii_case(end) && (apart || ends_part(text, name.end))
}
