//! What stands where a secret would: nothing, a variable, `<token>`, `xxxx`, `your-token`, a word, a reference.

use super::named::NAMES;
use super::scan::word;

/// Bytes of a value that are looked at to judge it; real secrets show themselves well before.
pub(super) const SAMPLE: usize = 40;

/// Words that stand where a secret would, or what it is encoded with.
const WORDS: &[&str] = &[
    "any",
    "base64",
    "bcrypt",
    "bool",
    "boolean",
    "bytes",
    "changed",
    "changeit",
    "changeme",
    "changethis",
    "default",
    "disabled",
    "dummy",
    "empty",
    "enabled",
    "env",
    "example",
    "expired",
    "false",
    "foobar",
    "forgotten",
    "generic",
    "hidden",
    "incorrect",
    "input",
    "invalid",
    "key",
    "mandatory",
    "masked",
    "md5",
    "missing",
    "never",
    "nil",
    "nobody",
    "none",
    "null",
    "number",
    "oauth2",
    "object",
    "option",
    "optional",
    "pass",
    "placeholder",
    "plain",
    "plaintext",
    "private",
    "prompt",
    "public",
    "redact",
    "redacted",
    "refresh",
    "refused",
    "rejected",
    "removed",
    "required",
    "revoked",
    "sha1",
    "sha256",
    "sha512",
    "string",
    "tbd",
    "text",
    "true",
    "undefined",
    "unknown",
    "unset",
    "utf8",
    "value",
    "void",
    "wrong",
];

/// Beginnings of what is not a secret: advice, rules of a form's validation, and references to where the secret is.
const BEGINNINGS: &[&str] = &[
    "#{",
    "${",
    "$(",
    "<",
    "@Value",
    "ENC[",
    "arn:",
    "change-me",
    "change_me",
    "enter",
    "env.",
    "env:",
    "file:",
    "http:",
    "https:",
    "insert",
    "keyring:",
    "kms:",
    "my-",
    "my_",
    "nullable",
    "op://",
    "os.environ",
    "os.getenv",
    "process.env",
    "ref+",
    "replace",
    "required",
    "secrets.",
    "ssm:",
    "string|",
    "the_",
    "vault:",
    "your",
    "{",
];

/// Whether no secret stands here but something in its place.
pub(super) fn placeholder(text: &[u8]) -> bool {
    let sample = text.get(..SAMPLE).unwrap_or(text);
    nothing(sample)
        || variable(sample)
        || tag(sample)
        || BEGINNINGS.iter().any(|start| begins(sample, start))
        || masked(sample)
        || text.ends_with(b"...")
        || (text.starts_with(b"[") && text.ends_with(b"]"))
        || (text.len() <= 12 && is_word(text))
        || setting_name(text)
}

/// Whether a text begins so, whatever its case.
fn begins(text: &[u8], start: &str) -> bool {
    let start = start.as_bytes();
    let first = |text: &[u8]| text.first().map(u8::to_ascii_lowercase);
    first(text) == first(start)
        && text.get(..start.len()).is_some_and(|text| text.eq_ignore_ascii_case(start))
}

/// A tag of YAML (`!secret wifi`); a password that begins with `!` holds more than letters.
fn tag(text: &[u8]) -> bool {
    text.split_first().is_some_and(|(&first, rest)| {
        first == b'!' && rest.iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
    })
}

/// A word of [`WORDS`], or one of the names that announce a secret.
fn is_word(text: &[u8]) -> bool {
    let same = |known: &str| text.eq_ignore_ascii_case(known.as_bytes());
    WORDS.iter().any(|known| same(known)) || NAMES.iter().any(|(known, _)| same(known))
}

/// Nothing at all, the same character again and again, or no letters and digits (`*****`, `•••••`).
fn nothing(text: &[u8]) -> bool {
    uniform(text)
        || text.iter().all(|&byte| {
            (byte.is_ascii() && !byte.is_ascii_alphanumeric()) || matches!(byte, 0xe2 | 0x80..=0xbf)
        })
}

/// The same few characters again and again, as placeholders are.
pub(super) fn uniform(bytes: &[u8]) -> bool {
    bytes.first().is_none_or(|first| bytes.iter().all(|byte| byte == first))
        || bytes.iter().all(|byte| b"xX*.-_?#0".contains(byte))
}

/// Made unreadable in part (`hunt****`, `sk-xxxxxxxx`, `ghp_ab…`), or marked as an example.
pub(super) fn masked(text: &[u8]) -> bool {
    let (mut last, mut length) = (0, 0);
    text.iter().enumerate().any(|(at, &byte)| {
        length = if byte == last { length + 1 } else { 1 };
        last = byte;
        let rest = || text.get(at..).unwrap_or_default();
        match byte {
            b'.' => length == 3,
            b'*' | b'x' | b'X' => length == 4,
            b'e' | b'E' => begins(rest(), "example"),
            0xe2 => rest().starts_with("…".as_bytes()),
            _ => false,
        }
    })
}

/// `$TOKEN`, `$user->password`, `%TOKEN%`, `%(token)s`, `%s`.
fn variable(text: &[u8]) -> bool {
    let Some((&first, rest)) = text.split_first() else { return false };
    let length = rest.iter().take_while(|&&byte| word(byte)).count();
    let (name, after) = rest.split_at_checked(length).unwrap_or_default();
    let named = name.first().is_some_and(|byte| !byte.is_ascii_digit());
    match first {
        b'$' => named && after.first().is_none_or(|byte| b"-.:[/".contains(byte)),
        b'%' => {
            rest.first() == Some(&b'(') || (named && (after == b"%" || (after.is_empty() && name.len() < 3)))
        }
        _ => false,
    }
}

/// `DB_PASSWORD_PROD`: the name of a variable that holds the secret.
fn setting_name(text: &[u8]) -> bool {
    text.contains(&b'_') && text.iter().all(|&byte| byte.is_ascii_uppercase() || byte == b'_')
}
