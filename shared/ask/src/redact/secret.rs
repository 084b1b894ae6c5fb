//! What is secret whoever wrote it: keys, tokens, passwords, card numbers.

use std::ops::Range;

use super::Kind;
use super::scan::{Scan, base64url, word};

type Found = Option<(Kind, Range<usize>)>;

/// The secret that begins at, or is announced by, the byte that the pass is at.
pub(super) fn find(scan: &Scan<'_>, byte: u8) -> Found {
    match byte {
        b'-' => private_key(scan).or_else(|| flag(scan)),
        b':' => url_password(scan).or_else(|| named(scan)),
        b'=' => named(scan),
        b'0'..=b'9' => card(scan).or_else(|| bot_token(scan)),
        b'e' => jwt(scan),
        b'B' | b'b' => bearer(scan),
        b'h' | b'd' => webhook(scan),
        _ => None,
    }
    .or_else(|| published(scan, byte))
}

/// Bytes of a private key block that are looked through for its end: RSA keys of 16,384 bits take 13 kB.
const KEY_BLOCK: usize = 16_384;

fn private_key(scan: &Scan<'_>) -> Found {
    const BEGIN: &str = "-----BEGIN ";
    let start = scan.at;
    if !scan.looking_at(start, BEGIN) {
        return None;
    }
    let label = start + BEGIN.len();
    let labelled =
        scan.run(label, 40, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' ');
    let name = scan.slice(label..labelled);
    if !name.windows(11).any(|window| window == b"PRIVATE KEY") || !scan.looking_at(labelled, "-----") {
        return None;
    }
    let body = labelled + 5;
    let end = match scan.find(body, KEY_BLOCK, "-----END ") {
        Some(end) => {
            let named = scan.run(end + 9, 40, |byte| byte.is_ascii_alphanumeric() || byte == b' ');
            scan.run(named, 5, |byte| byte == b'-')
        }
        // Cut off when it was pasted: what still looks like a key is one.
        None => scan.run(body, KEY_BLOCK, |byte| {
            byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() || b"+/=:,-\\".contains(&byte)
        }),
    };
    Some((Kind::PrivateKey, start..end))
}

/// Header and payload, and the signature where there is one. A header begins `{"`, which is `eyJ` in base 64.
fn jwt(scan: &Scan<'_>) -> Found {
    let start = scan.at;
    if !scan.looking_at(start, "eyJ") || !scan.starts(start, base64url) {
        return None;
    }
    let header = scan.run(start, 4_096, base64url);
    if header - start < 12 || !scan.looking_at(header, ".ey") {
        return None;
    }
    let payload = scan.run(header + 1, 16_384, base64url);
    if payload - header < 8 {
        return None;
    }
    let end = if scan.looking_at(payload, ".") { scan.run(payload + 1, 4_096, base64url) } else { payload };
    Some((Kind::Jwt, start..end))
}

/// How the tail of a published token is written.
#[derive(Clone, Copy)]
enum Tail {
    /// Letters and digits, and `_`.
    Word,
    /// Those and `-`.
    Base64Url,
    /// Those and `.`.
    Dotted,
    /// So many upper-case letters and digits, and no more.
    Upper,
    /// So many hexadecimal digits, and no more.
    Hex,
    /// [`Tail::Base64Url`] with a digit and an upper-case letter: the prefix alone says too little.
    Mixed,
}

impl Tail {
    fn part(self, byte: u8) -> bool {
        match self {
            Self::Word => word(byte),
            Self::Base64Url | Self::Mixed => base64url(byte),
            Self::Dotted => base64url(byte) || byte == b'.',
            Self::Upper => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            Self::Hex => byte.is_ascii_hexdigit(),
        }
    }

    fn exact(self) -> bool {
        matches!(self, Self::Upper | Self::Hex)
    }
}

/// Tokens that their issuers gave a prefix, in order to be found: prefix, shortest tail, how that is written.
const PUBLISHED: &[(&str, usize, Tail)] = &[
    ("AGE-SECRET-KEY-1", 50, Tail::Word),
    ("AIza", 35, Tail::Base64Url),
    ("AKIA", 16, Tail::Upper),
    ("ASIA", 16, Tail::Upper),
    ("ATATT3", 50, Tail::Base64Url),
    ("GOCSPX-", 20, Tail::Base64Url),
    ("NRAK-", 20, Tail::Word),
    ("PMAK-", 30, Tail::Base64Url),
    ("SG.", 40, Tail::Dotted),
    ("dckr_pat_", 20, Tail::Base64Url),
    ("dop_v1_", 40, Tail::Word),
    ("doo_v1_", 40, Tail::Word),
    ("figd_", 20, Tail::Base64Url),
    ("ghp_", 30, Tail::Word),
    ("gho_", 30, Tail::Word),
    ("ghu_", 30, Tail::Word),
    ("ghs_", 30, Tail::Word),
    ("ghr_", 30, Tail::Word),
    ("github_pat_", 40, Tail::Word),
    ("gldt-", 20, Tail::Base64Url),
    ("glpat-", 20, Tail::Base64Url),
    ("glptt-", 20, Tail::Base64Url),
    ("glrt-", 20, Tail::Base64Url),
    ("glsa_", 32, Tail::Word),
    ("gsk_", 40, Tail::Word),
    ("hf_", 30, Tail::Word),
    ("hvs.", 20, Tail::Base64Url),
    ("key-", 32, Tail::Hex),
    ("lin_api_", 30, Tail::Word),
    ("npm_", 30, Tail::Word),
    ("nvapi-", 40, Tail::Base64Url),
    ("pypi-", 40, Tail::Base64Url),
    ("r8_", 37, Tail::Word),
    ("rk_live_", 16, Tail::Word),
    ("rk_test_", 16, Tail::Word),
    ("rubygems_", 40, Tail::Word),
    ("sbp_", 40, Tail::Word),
    ("shpat_", 32, Tail::Word),
    ("shpca_", 32, Tail::Word),
    ("shppa_", 32, Tail::Word),
    ("shpss_", 32, Tail::Word),
    ("sk-ant-", 20, Tail::Base64Url),
    ("sk-proj-", 20, Tail::Base64Url),
    ("sk-", 20, Tail::Mixed),
    ("sk_live_", 16, Tail::Word),
    ("sk_test_", 16, Tail::Word),
    ("sntrys_", 40, Tail::Base64Url),
    ("sq0atp-", 20, Tail::Base64Url),
    ("sq0csp-", 20, Tail::Base64Url),
    ("tskey-", 15, Tail::Base64Url),
    ("whsec_", 16, Tail::Word),
    ("xapp-", 20, Tail::Base64Url),
    ("xkeysib-", 60, Tail::Base64Url),
    ("xoxa-", 10, Tail::Base64Url),
    ("xoxb-", 10, Tail::Base64Url),
    ("xoxe-", 10, Tail::Base64Url),
    ("xoxo-", 10, Tail::Base64Url),
    ("xoxp-", 10, Tail::Base64Url),
    ("xoxr-", 10, Tail::Base64Url),
    ("xoxs-", 10, Tail::Base64Url),
    ("ya29.", 20, Tail::Base64Url),
];

/// Bytes of a token that are looked at to tell it from a placeholder.
const SAMPLE: usize = 64;

fn published(scan: &Scan<'_>, first: u8) -> Found {
    let start = scan.at;
    if !first.is_ascii_alphabetic() || !scan.starts(start, word) {
        return None;
    }
    let (prefix, least, tail) = PUBLISHED
        .iter()
        .find(|(prefix, ..)| prefix.as_bytes().first() == Some(&first) && scan.looking_at(start, prefix))?;
    let from = start + prefix.len();
    // Whether it is one shows in its first bytes; only then is the rest of it run through.
    let sampled = scan.run(from, SAMPLE, |byte| tail.part(byte));
    let sample = scan.slice(from..sampled);
    if sample.len() < *least || uniform(sample) {
        return None;
    }
    let mixed = sample.iter().any(u8::is_ascii_digit) && sample.iter().any(u8::is_ascii_uppercase);
    match tail {
        Tail::Mixed if !mixed || !scan.starts(start, base64url) => None,
        _ if tail.exact() && (sample.len() != *least || scan.byte(sampled).is_some_and(word)) => None,
        _ => Some((Kind::Token, start..scan.run(from, usize::MAX, |byte| tail.part(byte)))),
    }
}

/// The same few characters again and again, as placeholders are.
fn uniform(bytes: &[u8]) -> bool {
    bytes.first().is_none_or(|first| bytes.iter().all(|byte| byte == first))
        || bytes.iter().all(|byte| b"xX*.-_?#0".contains(byte))
}

/// `Bearer` and a token, in or out of a header.
fn bearer(scan: &Scan<'_>) -> Found {
    let start = scan.at;
    if !(scan.looking_at(start, "Bearer ") || scan.looking_at(start, "bearer ")) || !scan.starts(start, word)
    {
        return None;
    }
    let from = start + 7;
    let part = |byte: u8| base64url(byte) || b".~+/=".contains(&byte);
    let sample = scan.slice(from..scan.run(from, SAMPLE, part));
    let random = sample.len() >= 20 && sample.iter().any(u8::is_ascii_digit) && !uniform(sample);
    random.then(|| (Kind::Token, from..scan.run(from, usize::MAX, part)))
}

/// The secret part of an incoming webhook's address.
fn webhook(scan: &Scan<'_>) -> Found {
    const HOSTS: [&str; 3] =
        ["hooks.slack.com/services/", "discord.com/api/webhooks/", "discordapp.com/api/webhooks/"];
    let host = HOSTS.iter().find(|host| scan.looking_at(scan.at, host))?;
    let from = scan.at + host.len();
    let part = |byte: u8| base64url(byte) || byte == b'/';
    let sample = scan.slice(from..scan.run(from, SAMPLE, part));
    let random = sample.len() >= 20 && sample.iter().any(u8::is_ascii_digit);
    random.then(|| (Kind::Token, from..scan.run(from, usize::MAX, part)))
}

/// A bot's token at Telegram: its number, a colon, 35 characters.
fn bot_token(scan: &Scan<'_>) -> Found {
    let start = scan.at;
    let number = scan.run(start, 11, |byte| byte.is_ascii_digit());
    if !(8..=10).contains(&(number - start)) || !scan.looking_at(number, ":") {
        return None;
    }
    // In the API's addresses, `bot` stands right before it.
    let bot = scan.run_back(start, 3, |byte| byte.is_ascii_alphabetic());
    if !scan.starts(start, word) && scan.slice(bot..start) != b"bot" {
        return None;
    }
    let end = scan.run(number + 1, 36, base64url);
    let sample = scan.slice(number + 1..end);
    (sample.len() == 35 && !uniform(sample)).then_some((Kind::Token, start..end))
}

/// A number that an issuer of cards could have given: its first digits, its length and its check digit (Luhn).
fn card(scan: &Scan<'_>) -> Found {
    let start = scan.at;
    if !scan.starts(start, |byte| word(byte) || matches!(byte, b'.' | b'-' | b'+' | b'#')) {
        return None;
    }
    let mut digits = Vec::with_capacity(20);
    let (mut at, mut end, mut separator, mut group) = (start, None, None, 0);
    while digits.len() < 20 {
        match scan.byte(at) {
            Some(byte @ b'0'..=b'9') => {
                digits.push(byte - b'0');
                group += 1;
            }
            // Cards are written in groups of three to six, all with one separator; dumps of bytes are not.
            Some(byte @ (b' ' | b'-'))
                if group >= 3
                    && separator.is_none_or(|known| known == byte)
                    && scan.byte(at + 1).is_some_and(|next| next.is_ascii_digit()) =>
            {
                separator = Some(byte);
                group = 0;
            }
            _ => break,
        }
        at += 1;
        // Another number may follow, so that each end of a group of digits may be the card's.
        let fraction =
            scan.byte(at) == Some(b'.') && scan.byte(at + 1).is_some_and(|next| next.is_ascii_digit());
        let grouped = separator.is_none() || (3..=6).contains(&group);
        let ends = grouped && !fraction && !scan.byte(at).is_some_and(word);
        if ends && issued(&digits) && !padded(&digits) && luhn(&digits) {
            end = Some(at);
        }
    }
    end.map(|end| (Kind::Card, start..end))
}

/// Filled up with zeros, as registers and pointers are.
fn padded(digits: &[u8]) -> bool {
    digits.iter().rev().take_while(|&&digit| digit == 0).count() >= 8
}

fn issued(digits: &[u8]) -> bool {
    let lead = digits.iter().take(4).fold(0, |number, &digit| number * 10 + u32::from(digit));
    matches!(
        (digits.len(), lead),
        (16 | 19, 4000..=4999)
            | (16, 2221..=2720 | 5100..=5599 | 6011 | 6500..=6599 | 3528..=3589)
            | (16..=19, 6200..=6299)
            | (15, 3400..=3499 | 3700..=3799)
            | (14, 3000..=3059 | 3600..=3699 | 3800..=3899)
    )
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

/// The password in `scheme://user:password@host`, or the token in `scheme://token@host`.
fn url_password(scan: &Scan<'_>) -> Found {
    if !scan.looking_at(scan.at, "://") {
        return None;
    }
    let start = scan.at + 3;
    let end =
        scan.run(start, 512, |byte| !byte.is_ascii_whitespace() && !b"/?#\"'<>`\\()[],|".contains(&byte));
    // An address that goes on with a replacement was judged when all of it was there.
    if scan.redacted(end) {
        return None;
    }
    let authority = scan.slice(start..end);
    let user = authority.iter().rposition(|&byte| byte == b'@')?;
    let info = authority.get(..user).unwrap_or_default();
    match info.iter().position(|&byte| byte == b':') {
        Some(colon) => {
            let password = info.get(colon + 1..).unwrap_or_default();
            (!placeholder(password)).then_some((Kind::Password, start + colon + 1..start + user))
        }
        None => {
            let random = info.len() >= 20 && info.iter().any(u8::is_ascii_digit) && !uniform(info);
            random.then_some((Kind::Token, start..start + user))
        }
    }
}

/// Names whose value is a secret, lower case and without separators, and what kind. A longer name counts by its end.
const NAMES: &[(&str, Kind)] = &[
    ("password", Kind::Password),
    ("passwd", Kind::Password),
    ("passphrase", Kind::Password),
    ("passwort", Kind::Password),
    ("kennwort", Kind::Password),
    ("motdepasse", Kind::Password),
    ("senha", Kind::Password),
    ("pwd", Kind::Password),
    ("secret", Kind::Password),
    ("secretkeybase", Kind::Password),
    ("token", Kind::Token),
    ("apikey", Kind::Token),
    ("accesskey", Kind::Token),
    ("accountkey", Kind::Token),
    ("secretkey", Kind::Token),
    ("privatekey", Kind::Token),
    ("encryptionkey", Kind::Token),
    ("signingkey", Kind::Token),
    ("authkey", Kind::Token),
    ("licensekey", Kind::Token),
    ("licencekey", Kind::Token),
    ("sessionid", Kind::Token),
    ("sessid", Kind::Token),
    ("authorization", Kind::Authorization),
    ("cookie", Kind::Cookie),
];

/// A name, as it was recognised.
struct Name {
    kind: Kind,
    /// Its end in [`NAMES`].
    end: &'static str,
    /// Says little by itself: the value must look random.
    weak: bool,
}

/// What a name announces.
fn name(key: &[u8]) -> Option<Name> {
    let plain: Vec<u8> =
        key.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).collect();
    if let Some((end, kind)) = NAMES.iter().find(|(end, _)| plain.ends_with(end.as_bytes())) {
        return Some(Name { kind: *kind, end, weak: false });
    }
    let last = key.rsplit(|&byte| matches!(byte, b'_' | b'-' | b'.')).next().unwrap_or_default();
    ["pass", "sig", "signature"]
        .into_iter()
        .find(|weak| last.eq_ignore_ascii_case(weak.as_bytes()))
        .map(|end| Name { kind: if end == "pass" { Kind::Password } else { Kind::Token }, end, weak: true })
}

fn key_part(byte: u8) -> bool {
    word(byte) || matches!(byte, b'-' | b'.')
}

/// Bytes of a name that are looked at.
const KEY: usize = 64;

/// Bytes of a quoted value, or of a header's, that are looked at; a longer one is cut there.
const VALUE: usize = 1_024;

/// `name=value`, `name: value`, `"name": "value"`, `'name' => 'value'`, a header.
fn named(scan: &Scan<'_>) -> Found {
    let at = scan.at;
    let arrow = scan.looking_at(at, "=>");
    // Comparisons, paths (`a::b`) and `:=`, which is dealt with at its second byte.
    let next = scan.byte(at + 1);
    if !arrow && (next == Some(b'=') || (next == Some(b':') && scan.byte(at) == Some(b':'))) {
        return None;
    }
    if scan
        .before(at)
        .is_some_and(|byte| b"=!<>+".contains(&byte) || (byte == b':' && scan.byte(at) == Some(b':')))
    {
        return None;
    }
    let key = key_before(scan)?;
    let name = name(scan.slice(key.clone()))?;
    let after = at + if arrow { 2 } else { 1 };
    let from = scan.run(after, 8, |byte| byte == b' ' || byte == b'\t');
    match name.kind {
        Kind::Cookie => return cookie(scan, &key, from),
        Kind::Authorization => return authorization(scan, &key, from),
        _ => {}
    }
    let loose = from > after || scan.byte(at) == Some(b':');
    value(scan, &name, from, loose, line_start(scan, key.start))
}

/// The name before a separator, behind spaces and closing quotes.
fn key_before(scan: &Scan<'_>) -> Option<Range<usize>> {
    let mut end = scan.run_back(scan.at, 3, |byte| byte == b' ' || byte == b'\t');
    if scan.before(end) == Some(b':') {
        end = scan.run_back(end - 1, 2, |byte| byte == b' ');
    }
    if scan.before(end) == Some(b']') {
        end -= 1;
    }
    if scan.before(end).is_some_and(quote) {
        end -= 1;
        if scan.before(end) == Some(b'\\') {
            end -= 1;
        }
    }
    let start = scan.run_back(end, KEY, key_part);
    (end - start >= 3).then_some(start..end)
}

fn quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

/// Whether only indentation and list marks stand between the line's start and here.
fn line_start(scan: &Scan<'_>, at: usize) -> bool {
    let start = scan.run_back(at, 16, |byte| b" \t-*>\"'`#".contains(&byte));
    scan.before(start).is_none_or(|byte| byte == b'\n')
}

/// `--password hunter2`.
fn flag(scan: &Scan<'_>) -> Found {
    let at = scan.at;
    if !scan.looking_at(at, "--") || !scan.starts(at, |byte| word(byte) || byte == b'-') {
        return None;
    }
    let key = at + 2..scan.run(at + 2, KEY, key_part);
    if scan.byte(key.end) != Some(b' ') {
        return None;
    }
    let name = name(scan.slice(key.clone()))?;
    let from = scan.run(key.end, 4, |byte| byte == b' ');
    if matches!(name.kind, Kind::Cookie | Kind::Authorization) || scan.byte(from) == Some(b'-') {
        return None;
    }
    value(scan, &name, from, true, false)
}

/// The value from `from` on, if it is a secret. `loose`: in prose and code this notation means other things too.
fn value(scan: &Scan<'_>, name: &Name, from: usize, loose: bool, line_start: bool) -> Found {
    let escaped = scan.byte(from) == Some(b'\\') && scan.byte(from + 1).is_some_and(quote);
    let open = from + usize::from(escaped);
    if let Some(mark) = scan.byte(open).filter(|&byte| quote(byte))
        && let Some(end) = closing(scan, open, mark, escaped)
    {
        let text = scan.slice(open + 1..end);
        let spaces = text.iter().filter(|&&byte| byte == b' ').count();
        let wordy = spaces > 2 || (spaces > 0 && !text.iter().any(u8::is_ascii_digit));
        let prose = wordy && name.end != "passphrase";
        let weak = name.weak && !mixed(text);
        let innocent = placeholder(text) || same_name(text, name) || prose || weak;
        return (!innocent).then_some((name.kind, open + 1..end));
    }
    if scan.redacted(from) || scan.byte(from).is_some_and(|byte| b"[({&".contains(&byte)) {
        return None;
    }
    let end = unquoted(scan, from);
    if scan.redacted(end) {
        return None;
    }
    let text = scan.slice(from..end);
    let line_end =
        scan.byte(scan.run(end, 4, |byte| b" \t\r".contains(&byte))).is_none_or(|byte| byte == b'\n');
    let code = scan.looking_at(end, "<") || text.contains(&b'(') || text.windows(2).any(|pair| pair == b"::");
    let path = text.first() == Some(&b'/') && (loose || name.end == "pwd");
    if code || path || placeholder(text) || same_name(text, name) || text.starts_with(b"http") {
        return None;
    }
    let digits = text.iter().all(u8::is_ascii_digit);
    let secret = match text.len() {
        0..4 => false,
        4..6 => !loose && !name.weak && !digits,
        _ if digits => !name.weak,
        length if name.weak => {
            let code = name.end == "pass" && loose && text.iter().any(|byte| b".=".contains(byte));
            mixed(text) && !code && (name.end == "pass" || length >= 20)
        }
        length if loose => {
            let symbol = text.iter().any(|byte| byte.is_ascii_punctuation() && !b"._-/:".contains(byte));
            let long = length >= 20 && text.iter().any(u8::is_ascii_uppercase) && !text.contains(&b'.');
            let alone = line_start && line_end && text.iter().all(u8::is_ascii_alphanumeric);
            mixed(text) || symbol || long || alone
        }
        _ => true,
    };
    secret.then_some((name.kind, from..end))
}

/// Letters and digits together.
fn mixed(text: &[u8]) -> bool {
    text.len() >= 6
        && text.iter().take(SAMPLE).any(u8::is_ascii_digit)
        && text.iter().take(SAMPLE).any(u8::is_ascii_alphabetic)
}

/// The end of a value without quotes.
fn unquoted(scan: &Scan<'_>, from: usize) -> usize {
    let part = |byte: u8| {
        !byte.is_ascii_whitespace() && !byte.is_ascii_control() && !b",;&\"'`<>)}]|[".contains(&byte)
    };
    let end = scan.run(from, VALUE, part);
    // A sentence's full stop is not the password's.
    scan.run_back(end, end - from, |byte| b".:".contains(&byte)).max(from)
}

/// Where the quote that opens at `open` closes, within the line.
fn closing(scan: &Scan<'_>, open: usize, mark: u8, escaped: bool) -> Option<usize> {
    let mut at = open + 1;
    while at < open + VALUE {
        match scan.byte(at)? {
            b'\n' => return None,
            b'\\' if escaped && scan.byte(at + 1) == Some(mark) => return Some(at),
            b'\\' => at += 1,
            byte if byte == mark => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// The value repeats the name: `password: "Password"` is a label, `token=self.token` is code.
fn same_name(text: &[u8], name: &Name) -> bool {
    let end = name.end.as_bytes();
    let Some(rest) = text.len().checked_sub(end.len()) else { return false };
    text.get(rest..).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
        && rest.checked_sub(1).and_then(|at| text.get(at)).is_none_or(|byte| b"._- $".contains(byte))
}

/// Words that stand where a secret would.
const WORDS: &[&str] = &[
    "any",
    "bool",
    "boolean",
    "bytes",
    "changed",
    "changeme",
    "disabled",
    "empty",
    "enabled",
    "env",
    "example",
    "expired",
    "false",
    "foobar",
    "hidden",
    "incorrect",
    "input",
    "invalid",
    "mandatory",
    "masked",
    "missing",
    "never",
    "nil",
    "nobody",
    "none",
    "null",
    "number",
    "object",
    "option",
    "optional",
    "pass",
    "passwd",
    "password",
    "placeholder",
    "private",
    "prompt",
    "public",
    "pwd",
    "redacted",
    "refused",
    "rejected",
    "removed",
    "required",
    "revoked",
    "secret",
    "string",
    "tbd",
    "text",
    "token",
    "true",
    "undefined",
    "unknown",
    "unset",
    "value",
    "void",
    "wrong",
];

/// Not a secret but where one goes: nothing, a variable, `<token>`, `xxxx`, `your-token`, a word of [`WORDS`].
fn placeholder(text: &[u8]) -> bool {
    let variable = match text {
        [b'$', next, ..] => next.is_ascii_alphabetic() || b"{(_".contains(next),
        [b'%', next, ..] => next.is_ascii_alphabetic() || *next == b'(',
        [b'<' | b'{', ..] => true,
        _ => false,
    };
    let starts =
        |word: &str| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()));
    variable
        || text.starts_with(b"[redacted")
        || text.windows(4).any(|window| window == b"...." || window == b"****")
        || text.ends_with(b"...")
        || uniform(text)
        || ["your", "insert", "enter", "replace", "my_", "my-", "the_"].into_iter().any(starts)
        || WORDS.iter().any(|word| text.eq_ignore_ascii_case(word.as_bytes()))
}

/// The end of a header's value: the line's, or that of the quotes around the whole header.
fn header_end(scan: &Scan<'_>, key: &Range<usize>, from: usize) -> (usize, usize) {
    let around = scan.before(key.start).filter(|&byte| quote(byte));
    let own = scan.byte(from).filter(|&byte| quote(byte));
    let (start, mark) = if own.is_some() { (from + 1, own) } else { (from, around) };
    (
        start,
        scan.run(start, VALUE * 4, |byte| {
            byte != b'\n' && byte != b'\r' && Some(byte) != mark && byte != b'['
        }),
    )
}

fn cookie(scan: &Scan<'_>, key: &Range<usize>, from: usize) -> Found {
    let (start, end) = header_end(scan, key, from);
    let pair = scan.run(start, 128, |byte| key_part(byte) || byte == b'%');
    let valued = pair > start && scan.byte(pair) == Some(b'=') && end > pair + 1;
    let value = scan.slice(pair + 1..end.min(pair + 1 + SAMPLE));
    (valued && scan.byte(pair + 1) != Some(b'=') && !placeholder(value)).then_some((Kind::Cookie, start..end))
}

fn authorization(scan: &Scan<'_>, key: &Range<usize>, from: usize) -> Found {
    const SCHEMES: &[&str] = &[
        "Bearer ",
        "bearer ",
        "Basic ",
        "basic ",
        "Token ",
        "token ",
        "Digest ",
        "ApiKey ",
        "Key ",
        "AWS4-",
        "Negotiate ",
    ];
    let (start, end) = header_end(scan, key, from);
    let scheme =
        SCHEMES.iter().find(|scheme| scan.looking_at(start, scheme)).map_or(0, |scheme| scheme.len());
    let credentials = scan.slice((start + scheme).min(end)..end);
    let first = credentials.split(|byte| byte.is_ascii_whitespace()).next().unwrap_or_default();
    let random = first.len() >= 16 && first.iter().take(SAMPLE).any(u8::is_ascii_digit);
    let secret = !placeholder(first) && if scheme > 0 { first.len() >= 6 } else { random };
    secret.then_some((Kind::Authorization, start..end))
}
