//! Secrets known by the name beside them: `password=…`, `"token": "…"`, `<secret>…</secret>`, `define('DB_PASSWORD', …)`.
//!
//! What announces a value, and where that is looked for; whether it is a secret is left to `value`.

use std::ops::Range;

use super::Kind;
use super::bytes::{
    ALNUM, ANGLE, BACKSLASH, BEYOND, BLANK, COLON, COMMA, DASH, DIGIT, HASH, LETTER, MARK, NAME, NEWLINE,
    QUOTE, SPACE, UNDERSCORE, WHITE, is,
};
use super::header::{authorization, cookie};
use super::scan::{Found, Scan};
use super::value::{Place, Style, VALUE, quoted, secret_text, value};

/// Names whose value is a secret, by their last byte, lower case and without separators, and what kind. A longer name
/// counts by its end, so that a name that ends with another one comes before it.
pub(super) fn names(last: u8) -> &'static [(&'static str, Kind)] {
    match last {
        b'a' => &[
            ("contraseña", Kind::Password),
            ("contrasena", Kind::Password),
            ("senha", Kind::Password),
            ("clientkeydata", Kind::Token),
        ],
        b'd' => &[
            ("password", Kind::Password),
            ("passwd", Kind::Password),
            ("pwd", Kind::Password),
            ("wachtwoord", Kind::Password),
            ("sessionid", Kind::Token),
            ("sessid", Kind::Token),
        ],
        b'e' => &[
            ("passphrase", Kind::Password),
            ("passcode", Kind::Password),
            ("motdepasse", Kind::Password),
            ("secretkeybase", Kind::Password),
            ("cookie", Kind::Cookie),
        ],
        b'n' => &[("token", Kind::Token), ("authorization", Kind::Authorization)],
        b'o' => &[("hasło", Kind::Password)],
        b't' => &[("secret", Kind::Password), ("passwort", Kind::Password), ("kennwort", Kind::Password)],
        b'y' => &[
            ("presharedkey", Kind::Password),
            ("apikey", Kind::Token),
            ("appkey", Kind::Token),
            ("accesskey", Kind::Token),
            ("accountkey", Kind::Token),
            ("activationkey", Kind::Token),
            ("authkey", Kind::Token),
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
        ],
        0x80.. => &[("пароль", Kind::Password), ("密码", Kind::Password), ("パスワード", Kind::Password)],
        _ => &[],
    }
}

/// Names that end like one of [`names`] and hold no secret.
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

/// Last parts of names (`smtp_pass`, `dbPass`) that say little by themselves, by their last byte, and the least
/// characters of a value that then looks random.
pub(super) fn weak(last: u8) -> &'static [(&'static str, Kind, usize)] {
    match last {
        b'd' => &[("sid", Kind::Token, 20)],
        b'e' => &[("passe", Kind::Password, 6), ("signature", Kind::Token, 20)],
        b'g' => &[("sig", Kind::Token, 20)],
        b'h' => &[("auth", Kind::Token, 16)],
        b'k' => &[("psk", Kind::Password, 8)],
        b'n' => &[("session", Kind::Token, 20)],
        b's' => &[("pass", Kind::Password, 6)],
        b't' => &[("salt", Kind::Token, 20)],
        b'w' => &[("pw", Kind::Password, 6)],
        _ => &[],
    }
}

/// A name, as it was recognised.
pub(super) struct Name {
    pub kind: Kind,
    /// Its end in [`names`], or its last part in [`weak`].
    pub end: &'static str,
    /// Where it says little by itself: the least characters of a value.
    pub weak: Option<usize>,
    /// Whether a number ends it, as in `password2`.
    pub numbered: bool,
}

/// The longest of all these, in bytes.
const LONGEST: usize = 17;

/// What a name announces.
pub(super) fn name(key: &[u8]) -> Option<Name> {
    let named = unnumbered(key);
    let numbered = named.len() < key.len();
    // Its last letters and digits, lower case.
    let (mut letters, mut start) = ([0; LONGEST], LONGEST);
    let last = named.iter().rev().filter(|byte| is(**byte, ALNUM | BEYOND));
    for (letter, byte) in letters.iter_mut().rev().zip(last) {
        *letter = byte.to_ascii_lowercase();
        start -= 1;
    }
    let letters = letters.get(start..)?;
    let ends = |end: &str| letters.ends_with(end.as_bytes());
    let &last = letters.last()?;
    if let Some(&(end, kind)) = names(last).iter().find(|(end, _)| ends(end)) {
        let harmless = HARMLESS.iter().any(|harmless| ends(harmless));
        return (!harmless).then_some(Name { kind, end, weak: None, numbered });
    }
    let &(end, kind, least) = weak(last).iter().find(|(weak, ..)| ends(weak) && ends_part(named, weak))?;
    Some(Name { kind, end, weak: Some(least), numbered })
}

/// A name without the number that ends it.
pub(super) fn unnumbered(key: &[u8]) -> &[u8] {
    let end = key.iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |last| last + 1);
    key.get(..end).unwrap_or_default()
}

/// Whether a name that ends so ends with this as its last part, or as a word that begins with a capital letter.
pub(super) fn ends_part(key: &[u8], end: &str) -> bool {
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

/// Bytes of a name that are looked at.
const KEY: usize = 64;

/// `name=value`, `name: value`, `"name": "value"`, `'name' => 'value'`, a header.
pub(super) fn named(scan: &Scan<'_>, at: usize) -> Found {
    let separator = scan.byte(at)?;
    let next = scan.byte(at + 1);
    let arrow = separator == b'=' && next == Some(b'>');
    // Comparisons, paths (`a::b`) and `:=`, which is dealt with at its second byte.
    if !arrow && (next == Some(b'=') || (next == Some(b':') && separator == b':')) {
        return None;
    }
    let before = scan.before(at);
    if matches!(before, Some(b'=' | b'!' | b'<' | b'>' | b'+')) || (before == Some(b':') && separator == b':')
    {
        return None;
    }
    let key = key_before(scan, at)?;
    let (key, name) = announced(scan, key)?;
    // `${PASSWORD:-value}` gives a default.
    let default = separator == b':' && next == Some(b'-') && scan.behind(key.start, "${");
    let after = at + if arrow || default { 2 } else { 1 };
    let from = scan.run(after, 8, BLANK);
    let style = if default || (separator == b'=' && from == after) { Style::Close } else { Style::Loose };
    match name.kind {
        // `token => token.kind` is a function; arrays have their values between quotes.
        Kind::Password | Kind::Token if arrow && quoted(scan, from).is_none() => None,
        Kind::Cookie => cookie(scan, &key, from),
        Kind::Authorization => authorization(scan, &key, from),
        _ => value(scan, &name, Place { from, style, key: Some(key.start), colon: separator == b':' }),
    }
}

/// Whether a name is the user's, or a part of the password, in `scheme://user:password@host`.
pub(super) fn in_address(scan: &Scan<'_>, at: usize) -> bool {
    scan.behind(scan.run_back(at, KEY, NAME | COLON), "//")
}

/// The name before a separator, behind spaces and closing quotes.
fn key_before(scan: &Scan<'_>, at: usize) -> Option<Range<usize>> {
    // Times and ratios.
    if scan.after(at, DIGIT) && !scan.after(scan.run_back(at, KEY, DIGIT), LETTER | UNDERSCORE) {
        return None;
    }
    let mut end = at;
    if !scan.after(at, NAME) {
        end = scan.run_back(end, 3, BLANK);
        if scan.after(end, COLON) {
            end = scan.run_back(end - 1, 2, SPACE);
        }
        if scan.before(end) == Some(b']') {
            end -= 1;
        }
        for close in [QUOTE, BACKSLASH] {
            end = scan.run_back(end, 1, close);
        }
    }
    let start = scan.run_back(end, KEY, NAME);
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
    if (is(b"key") || is(b"id")) && scan.after(key.start, SPACE) {
        let start = scan.run_back(key.start - 1, 24, LETTER);
        return name(scan.slice(start..key.end)).map(|name| (start..key.end, name));
    }
    if is(b"value") {
        let end = scan.run_back(key.start, 64, WHITE | QUOTE | COMMA | MARK);
        let start = scan.run_back(end, KEY, NAME);
        return name(scan.slice(start..end)).filter(|name| name.weak.is_none()).map(|name| (key, name));
    }
    None
}

/// Whether only indentation, list marks and `export` stand between the line's start and here.
pub(super) fn line_start(scan: &Scan<'_>, at: usize) -> bool {
    const EXPORT: &str = "export ";
    let at = if scan.behind(at, EXPORT) { at - EXPORT.len() } else { at };
    scan.line_starts(scan.run_back(at, 16, BLANK | DASH | MARK | ANGLE | QUOTE | HASH))
}

/// `--password hunter2`, `-Password hunter2`.
pub(super) fn flagged(scan: &Scan<'_>, key: Range<usize>) -> Found {
    if !scan.sees(key.end, SPACE) {
        return None;
    }
    let name = name(scan.slice(key.clone()))?;
    let from = scan.run(key.end, 4, SPACE);
    let header = matches!(name.kind, Kind::Cookie | Kind::Authorization);
    if header || scan.byte(from) == Some(b'-') {
        return None;
    }
    value(scan, &name, Place::new(from, Style::Flag))
}

/// `<password>value</password>`, found at the `>`.
pub(super) fn element(scan: &Scan<'_>, at: usize) -> Found {
    let start = scan.run_back(at, KEY, NAME | COLON);
    if scan.before(start) != Some(b'<') {
        return None;
    }
    let name = name(scan.slice(start..at))?;
    let from = at + 1;
    let mut end = scan.run(from, VALUE, !(NEWLINE | ANGLE));
    while matches!(scan.byte(end), Some(b'>' | b'|' | b']')) && end - from < VALUE {
        end = scan.run(end + 1, VALUE, !(NEWLINE | ANGLE));
    }
    let closes = scan.looking_at(end, "</");
    (closes && secret_text(scan.slice(from..end), &name)).then_some((name.kind, from..end))
}

/// `setPassword("value")`, found at the bracket.
pub(super) fn called(scan: &Scan<'_>, at: usize) -> Found {
    if !scan.sees(at + 1, QUOTE) {
        return None;
    }
    let name =
        name(scan.slice(scan.run_back(at, KEY, NAME)..at)).filter(|name| name.kind == Kind::Password)?;
    value(scan, &name, Place::new(at + 1, Style::Bare))
}

/// `define('DB_PASSWORD', 'value')`, found at the bracket.
pub(super) fn defined(scan: &Scan<'_>, at: usize) -> Found {
    let open = scan.run(at + 1, 2, SPACE);
    if !scan.sees(open, QUOTE) {
        return None;
    }
    let end = scan.run(open + 1, KEY, NAME);
    if !scan.sees(end, QUOTE) || !scan.sees(end + 1, COMMA) {
        return None;
    }
    let name = name(scan.slice(open + 1..end))?;
    let from = scan.run(end + 2, 4, SPACE);
    if scan.sees(from, QUOTE) { value(scan, &name, Place::new(from, Style::Bare)) } else { None }
}

/// `the password is hunter22`, found at the verb.
pub(super) fn stated(scan: &Scan<'_>, at: usize) -> Found {
    let verb = ["is ", "ist "].iter().find(|verb| scan.looking_at_word(at, verb))?;
    if !scan.after(at, SPACE) {
        return None;
    }
    let end = at - 1;
    let (_, name) = announced(scan, scan.run_back(end, KEY, NAME)..end)?;
    let header = matches!(name.kind, Kind::Cookie | Kind::Authorization);
    (!header).then(|| value(scan, &name, Place::new(at + verb.len(), Style::Bare))).flatten()
}
