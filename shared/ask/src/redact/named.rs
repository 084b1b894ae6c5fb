//! Secrets known by the name beside them: `password=…`, `"token": "…"`, `<secret>…</secret>`, `define('DB_PASSWORD', …)`.
//!
//! In prose and in code the same notation means other things too: there the value must look like a secret.

use std::ops::Range;

use super::Kind;
use super::header::{authorization, cookie};
use super::placeholder::{SAMPLE, placeholder};
use super::scan::{Found, Scan, beyond_ascii, quote, word};

/// Names whose value is a secret, lower case and without separators, and what kind. A longer name counts by its end.
pub(super) const NAMES: &[(&str, Kind)] = &[
    ("password", Kind::Password),
    ("passwd", Kind::Password),
    ("passphrase", Kind::Password),
    ("passcode", Kind::Password),
    ("pwd", Kind::Password),
    ("passwort", Kind::Password),
    ("kennwort", Kind::Password),
    ("wachtwoord", Kind::Password),
    ("motdepasse", Kind::Password),
    ("contraseña", Kind::Password),
    ("contrasena", Kind::Password),
    ("senha", Kind::Password),
    ("hasło", Kind::Password),
    ("пароль", Kind::Password),
    ("密码", Kind::Password),
    ("パスワード", Kind::Password),
    ("secret", Kind::Password),
    ("secretkeybase", Kind::Password),
    ("presharedkey", Kind::Password),
    ("token", Kind::Token),
    ("apikey", Kind::Token),
    ("appkey", Kind::Token),
    ("accesskey", Kind::Token),
    ("accountkey", Kind::Token),
    ("activationkey", Kind::Token),
    ("authkey", Kind::Token),
    ("clientkeydata", Kind::Token),
    ("encryptionkey", Kind::Token),
    ("functionskey", Kind::Token),
    ("licensekey", Kind::Token),
    ("licencekey", Kind::Token),
    ("masterkey", Kind::Token),
    ("privatekey", Kind::Token),
    ("secretkey", Kind::Token),
    ("sharedkey", Kind::Token),
    ("signingkey", Kind::Token),
    ("storagekey", Kind::Token),
    ("subscriptionkey", Kind::Token),
    ("sessionid", Kind::Token),
    ("sessid", Kind::Token),
    ("authorization", Kind::Authorization),
    ("cookie", Kind::Cookie),
];

/// Names that end like one of [`NAMES`] and hold no secret.
const HARMLESS: &[&str] = &[
    "cancellationtoken",
    "continuationtoken",
    "existingsecret",
    "nexttoken",
    "pagetoken",
    "publickeytoken",
    "pullsecret",
    "synctoken",
];

/// Last parts of names (`smtp_pass`, `dbPass`) that say little by themselves, and the least characters of a value
/// that then looks random.
const WEAK: &[(&str, Kind, usize)] = &[
    ("pass", Kind::Password, 6),
    ("passe", Kind::Password, 6),
    ("pw", Kind::Password, 6),
    ("psk", Kind::Password, 8),
    ("auth", Kind::Token, 16),
    ("salt", Kind::Token, 20),
    ("session", Kind::Token, 20),
    ("sid", Kind::Token, 20),
    ("sig", Kind::Token, 20),
    ("signature", Kind::Token, 20),
];

/// A name, as it was recognised.
pub(super) struct Name {
    pub kind: Kind,
    /// Its end in [`NAMES`], or its last part in [`WEAK`].
    end: &'static str,
    /// Where it says little by itself: the least characters of a value.
    weak: Option<usize>,
}

/// What a name announces.
pub(super) fn name(key: &[u8]) -> Option<Name> {
    let last = part(key.iter().rev()).next()?;
    let ends = |end: &str| {
        end.len() <= key.len() && end.as_bytes().last() == Some(&last) && {
            let mut key = part(key.iter().rev());
            end.bytes().rev().all(|byte| key.next() == Some(byte))
        }
    };
    if let Some(&(end, kind)) = NAMES.iter().find(|(end, _)| ends(end)) {
        return (!HARMLESS.iter().any(|harmless| ends(harmless))).then_some(Name { kind, end, weak: None });
    }
    let &(end, kind, least) = WEAK.iter().find(|(weak, ..)| ends(weak) && ends_part(key, weak))?;
    Some(Name { kind, end, weak: Some(least) })
}

/// Whether a name that ends so ends with this as its last part, or as a word that begins with a capital letter.
fn ends_part(key: &[u8], end: &str) -> bool {
    let Some((rest, tail)) = key.len().checked_sub(end.len()).and_then(|rest| key.split_at_checked(rest))
    else {
        return false;
    };
    match rest.last() {
        Some(byte) if byte.is_ascii_lowercase() => tail.first().is_some_and(u8::is_ascii_uppercase),
        Some(byte) => !byte.is_ascii_alphanumeric(),
        None => true,
    }
}

/// The letters and digits of a name, lower case.
fn part<'a>(bytes: impl Iterator<Item = &'a u8>) -> impl Iterator<Item = u8> {
    bytes.filter(|byte| byte.is_ascii_alphanumeric() || beyond_ascii(**byte)).map(u8::to_ascii_lowercase)
}

fn key_part(byte: u8) -> bool {
    word(byte) || beyond_ascii(byte) || matches!(byte, b'-' | b'.')
}

/// Bytes of a name that are looked at.
const KEY: usize = 64;

/// Bytes of a value that are looked at; a longer one is cut there.
const VALUE: usize = 1_024;

/// How a value stands to its name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// `name=value`: of settings and addresses, and seldom of anything else.
    Close,
    /// `name: value`, `name = value`: of prose and code too.
    Loose,
    /// The same at the start of a line.
    Line,
    /// Within a sentence or a call.
    Bare,
}

/// `name=value`, `name: value`, `"name": "value"`, `'name' => 'value'`, a header.
pub(super) fn named(scan: &Scan<'_>, at: usize) -> Found {
    let separator = scan.byte(at)?;
    let next = scan.byte(at + 1);
    let arrow = separator == b'=' && next == Some(b'>');
    // Comparisons, paths (`a::b`) and `:=`, which is dealt with at its second byte.
    if !arrow && (next == Some(b'=') || (next == Some(b':') && separator == b':')) {
        return None;
    }
    if scan.before(at).is_some_and(|byte| b"=!<>+".contains(&byte) || (byte == b':' && separator == b':')) {
        return None;
    }
    let key = key_before(scan, at)?;
    let (key, name) = announced(scan, key)?;
    // A user and a password within an address are judged there.
    if separator == b':'
        && scan.behind(scan.run_back(key.start, KEY, |byte| key_part(byte) || byte == b':'), "://")
    {
        return None;
    }
    // `${PASSWORD:-value}` gives a default.
    let default = separator == b':' && next == Some(b'-') && scan.behind(key.start, "${");
    let after = at + if arrow || default { 2 } else { 1 };
    let from = scan.run(after, 8, |byte| byte == b' ' || byte == b'\t');
    let style = match separator {
        _ if default => Style::Close,
        b'=' if from == after => Style::Close,
        _ if line_start(scan, key.start) => Style::Line,
        _ => Style::Loose,
    };
    match name.kind {
        Kind::Cookie => cookie(scan, &key, from),
        Kind::Authorization => authorization(scan, &key, from),
        _ => value(scan, &name, from, style),
    }
}

/// The name before a separator, behind spaces and closing quotes.
fn key_before(scan: &Scan<'_>, at: usize) -> Option<Range<usize>> {
    let mut end = scan.run_back(at, 3, |byte| byte == b' ' || byte == b'\t');
    if scan.before(end) == Some(b':') {
        end = scan.run_back(end - 1, 2, |byte| byte == b' ');
    }
    for close in [b"]".as_slice(), b"\"'`", b"\\"] {
        if scan.before(end).is_some_and(|byte| close.contains(&byte)) {
            end -= 1;
        }
    }
    let start = scan.run_back(end, KEY, key_part);
    (end - start >= 2).then_some(start..end)
}

/// What a name announces, and where it begins: `API key` has a space, and `value` belongs to the name before it
/// (`name: DB_PASSWORD`, `value: …`).
fn announced(scan: &Scan<'_>, key: Range<usize>) -> Option<(Range<usize>, Name)> {
    let text = scan.slice(key.clone());
    if let Some(name) = name(text) {
        return Some((key, name));
    }
    let is = |word: &[u8]| text.eq_ignore_ascii_case(word);
    if (is(b"key") || is(b"id")) && scan.before(key.start) == Some(b' ') {
        let start = scan.run_back(key.start - 1, 24, |byte| byte.is_ascii_alphabetic());
        return name(scan.slice(start..key.end)).map(|name| (start..key.end, name));
    }
    if is(b"value") {
        let end =
            scan.run_back(key.start, 64, |byte| byte.is_ascii_whitespace() || b"\"'`,{".contains(&byte));
        let start = scan.run_back(end, KEY, key_part);
        return name(scan.slice(start..end)).filter(|name| name.weak.is_none()).map(|name| (key, name));
    }
    None
}

/// Whether only indentation and list marks stand between the line's start and here.
fn line_start(scan: &Scan<'_>, at: usize) -> bool {
    scan.line_starts(scan.run_back(at, 16, |byte| b" \t-*>\"'`#".contains(&byte)))
}

/// `--password hunter2`, `-Password hunter2`.
pub(super) fn flagged(scan: &Scan<'_>, key: Range<usize>) -> Found {
    let name = name(scan.slice(key.clone())).filter(|name| name.weak.is_none())?;
    let from = scan.run(key.end, 4, |byte| byte == b' ');
    let header = matches!(name.kind, Kind::Cookie | Kind::Authorization);
    if header || from == key.end || scan.byte(from) == Some(b'-') {
        return None;
    }
    value(scan, &name, from, Style::Loose)
}

/// `<password>value</password>`, found at the `>`.
pub(super) fn element(scan: &Scan<'_>, at: usize) -> Found {
    let start = scan.run_back(at, KEY, |byte| key_part(byte) || byte == b':');
    if scan.before(start) != Some(b'<') {
        return None;
    }
    let name = name(scan.slice(start..at)).filter(|name| name.weak.is_none())?;
    let from = at + 1;
    let end = scan.run(from, VALUE, |byte| byte != b'<' && byte != b'\n');
    let closes = scan.looking_at(end, "</");
    (closes && secret_text(scan.slice(from..end), &name)).then_some((name.kind, from..end))
}

/// `define('DB_PASSWORD', 'value')`, found at the comma, and `setPassword("value")`, at the bracket.
pub(super) fn called(scan: &Scan<'_>, at: usize) -> Found {
    let key = if scan.byte(at) == Some(b',') {
        let mark = scan.before(at).filter(|&byte| quote(byte))?;
        let start = scan.run_back(at - 1, KEY, key_part);
        if scan.before(start) != Some(mark) || scan.before(start - 1) != Some(b'(') {
            return None;
        }
        start..at - 1
    } else {
        if !scan.byte(at + 1).is_some_and(quote) {
            return None;
        }
        scan.run_back(at, KEY, key_part)..at
    };
    let name = name(scan.slice(key))?;
    let from = scan.run(at + 1, 4, |byte| byte == b' ');
    let call = scan.byte(at) == Some(b'(');
    if (call && name.kind != Kind::Password) || !scan.byte(from).is_some_and(quote) {
        return None;
    }
    value(scan, &name, from, Style::Bare)
}

/// `the password is hunter22`, found at the verb.
pub(super) fn stated(scan: &Scan<'_>, at: usize) -> Found {
    let verb = ["is ", "ist "].iter().find(|verb| scan.looking_at_word(at, verb))?;
    if scan.before(at) != Some(b' ') {
        return None;
    }
    let end = at - 1;
    let (_, name) = announced(scan, scan.run_back(end, KEY, key_part)..end)?;
    let header = matches!(name.kind, Kind::Cookie | Kind::Authorization);
    (!header).then(|| value(scan, &name, at + verb.len(), Style::Bare)).flatten()
}

/// The value from `from` on, if it is a secret.
fn value(scan: &Scan<'_>, name: &Name, from: usize, style: Style) -> Found {
    if let Some(text) = quoted(scan, from) {
        let bytes = scan.slice(text.clone());
        let secret = secret_text(bytes, name) && (style != Style::Bare || Shape::of(bytes).telling());
        return secret.then_some((name.kind, text));
    }
    if scan.byte(from).is_some_and(|byte| b"[({&".contains(&byte)) {
        return None;
    }
    // Whether it is one shows in its first bytes; only then is the rest of it run through.
    let sampled = unquoted(scan, from, SAMPLE);
    if sampled - from < 4 || !secret_word(scan, name, from..sampled, style) {
        return None;
    }
    let end = if sampled - from < SAMPLE - 4 { sampled } else { unquoted(scan, from, VALUE) };
    Some((name.kind, from..end))
}

/// What stands between quotes that open here and close within the line.
pub(super) fn quoted(scan: &Scan<'_>, from: usize) -> Option<Range<usize>> {
    let escaped = scan.byte(from) == Some(b'\\') && scan.byte(from + 1).is_some_and(quote);
    let open = from + usize::from(escaped);
    let mark = scan.byte(open).filter(|&byte| quote(byte))?;
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

/// The end of a value without quotes, at most `most` bytes on.
fn unquoted(scan: &Scan<'_>, from: usize, most: usize) -> usize {
    let part = |byte: u8| {
        byte > b' '
            && byte != 0x7f
            && !matches!(
                byte,
                b',' | b';'
                    | b'&'
                    | b'"'
                    | b'\''
                    | b'`'
                    | b'<'
                    | b'>'
                    | b')'
                    | b'}'
                    | b']'
                    | b'|'
                    | b'['
                    | b'\\'
            )
    };
    let mut end = scan.run(from, most, part);
    // A backslash is the value's, unless it escapes a line break or a quote of the text around it.
    while end < from + most
        && scan.byte(end) == Some(b'\\')
        && !scan.byte(end + 1).is_none_or(|byte| {
            quote(byte) || matches!(byte, b'n' | b'r' | b'\\') || byte.is_ascii_whitespace()
        })
    {
        end = scan.run(end + 1, from + most - end - 1, part);
    }
    // A sentence's full stop is not the password's.
    scan.run_back(end, end - from, |byte| byte == b'.' || byte == b':')
}

/// Whether a text between quotes or tags is a secret.
pub(super) fn secret_text(text: &[u8], name: &Name) -> bool {
    let shape = Shape::of(text);
    let spaces = text.iter().filter(|&&byte| byte == b' ').count();
    let wordy = spaces > 2 || (spaces > 0 && !shape.digit);
    let prose = wordy && shape.symbols < 4 && name.end != "passphrase";
    // Text put together from parts: `"--token='" + token + "'"`.
    let parts = text.first().is_some_and(|&byte| quote(byte));
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
fn secret_word(scan: &Scan<'_>, name: &Name, bytes: Range<usize>, style: Style) -> bool {
    let text = scan.slice(bytes.clone());
    let shape = Shape::of(text);
    let close = style == Style::Close;
    let secret = match (name.weak, name.kind) {
        (Some(least), kind) => {
            let joint = if kind == Kind::Password { b'=' } else { b'_' };
            let plain = text.iter().any(|&byte| byte == b'.' || byte == joint);
            shape.mixed() && text.len() >= least && (close || !plain)
        }
        _ if shape.digits() => text.len() >= 6,
        (None, Kind::Token) if close => text.len() >= 24 || shape.mixed(),
        _ if close => text.len() >= 4,
        _ if text.len() < 6 => false,
        _ if style == Style::Bare => shape.mixed() && !text.contains(&b'-'),
        _ => shape.telling() || (style == Style::Line && alone(scan, &bytes, text)),
    };
    secret
        && !code(scan, &bytes, &shape)
        && !(path(text) && (!close || name.end == "pwd"))
        && !identifier(text, name)
        && !placeholder(text)
        && !same_name(text, name)
}

/// Whether a word is code: a type (`Option<Token>`), a call, a path (`a::b`), a member (`form.password`), or a
/// variable given by name (`connect(password=entered)`).
fn code(scan: &Scan<'_>, bytes: &Range<usize>, shape: &Shape) -> bool {
    let next = scan.byte(bytes.end);
    let argument = next == Some(b')') || (next == Some(b',') && scan.byte(bytes.end + 1) == Some(b' '));
    shape.code || next == Some(b'<') || (shape.members && !shape.digit) || (argument && !shape.telling())
}

/// A single word, alone in its line behind the name.
fn alone(scan: &Scan<'_>, bytes: &Range<usize>, text: &[u8]) -> bool {
    let end = scan.run(bytes.end, 4, |byte| b" \t\r".contains(&byte));
    scan.byte(end).is_none_or(|byte| byte == b'\n') && text.iter().all(u8::is_ascii_alphanumeric)
}

/// `/run/secrets/db`, `./key`, `~/key`.
fn path(text: &[u8]) -> bool {
    let start = [b"/".as_slice(), b"./", b"../", b"~/"].into_iter().any(|start| text.starts_with(start));
    start && !text.ends_with(b"=")
}

/// What programs number things with: 16 hexadecimal digits beside `token`, a UUID beside a name that says little.
fn identifier(text: &[u8], name: &Name) -> bool {
    let number = name.end == "token" && text.len() == 16 && text.iter().all(u8::is_ascii_hexdigit);
    let uuid = text.len() == 36
        && text.iter().enumerate().all(|(at, &byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    number || (uuid && name.weak.is_some())
}

/// The value repeats the name: `password: "Password"` is a label, `token=self.token` and `secret=mySecret` are code.
fn same_name(text: &[u8], name: &Name) -> bool {
    let end = name.end.as_bytes();
    let Some((rest, tail)) = text.len().checked_sub(end.len()).and_then(|rest| text.split_at_checked(rest))
    else {
        return false;
    };
    let apart = rest.last().is_none_or(|byte| b"._- $@:*?%#".contains(byte));
    tail.eq_ignore_ascii_case(end) && (apart || ends_part(text, name.end))
}

/// What the first bytes of a value are made of.
struct Shape {
    letter: bool,
    digit: bool,
    /// Anything but digits.
    other: bool,
    /// Punctuation that is rare in words and code, but for marks at both ends (`*name`, `really?`).
    symbols: usize,
    /// Calls and paths of code.
    code: bool,
    /// Names with full stops between: `request.form`.
    members: bool,
}

impl Shape {
    fn of(text: &[u8]) -> Self {
        let text = text.get(..SAMPLE).unwrap_or(text);
        let inner = text.strip_prefix(b"*").or_else(|| text.strip_prefix(b"@")).unwrap_or(text);
        let inner = inner.strip_suffix(b"?").or_else(|| inner.strip_suffix(b"!")).unwrap_or(inner);
        let (mut seen, mut symbols) = (0, 0);
        for &byte in inner {
            let class = CLASSES.get(usize::from(byte)).copied().unwrap_or_default();
            seen |= class;
            symbols += usize::from(class == SYMBOL);
        }
        let dotted = seen & DOT != 0 && seen & (SYMBOL | BRACKET | COLON | QUIET) == 0;
        Self {
            letter: seen & LETTER != 0,
            digit: seen & DIGIT != 0,
            other: seen & !DIGIT != 0 || inner.len() < text.len(),
            symbols,
            code: seen & BRACKET != 0 || (seen & COLON != 0 && inner.windows(2).any(|pair| pair == b"::")),
            members: dotted
                && inner
                    .split(|&byte| byte == b'.')
                    .all(|name| name.first().is_some_and(u8::is_ascii_alphabetic)),
        }
    }

    /// Letters and digits together.
    fn mixed(&self) -> bool {
        self.letter && self.digit
    }

    /// Nothing but digits.
    fn digits(&self) -> bool {
        self.digit && !self.other
    }

    /// No word of prose or code.
    fn telling(&self) -> bool {
        self.mixed() || self.symbols > 0
    }
}

const LETTER: u8 = 1;
const DIGIT: u8 = 2;
const DOT: u8 = 4;
const COLON: u8 = 8;
const BRACKET: u8 = 16;
const SYMBOL: u8 = 32;
/// What parts words in names and paths, and what is beyond ASCII.
const QUIET: u8 = 64;
/// `_`, which is part of names.
const JOIN: u8 = 128;

/// What each byte is to a [`Shape`].
const CLASSES: [u8; 256] = {
    let mut classes = [QUIET; 256];
    let mut byte = 0;
    while byte < 128 {
        classes[byte] = match byte as u8 {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            b'.' => DOT,
            b':' => COLON,
            b'(' => BRACKET,
            b'_' => JOIN,
            b'-' | b'/' | 0..=b' ' | 0x7f => QUIET,
            _ => SYMBOL,
        };
        byte += 1;
    }
    classes
};
