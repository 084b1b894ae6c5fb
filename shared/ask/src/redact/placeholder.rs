//! What stands where a secret would: nothing, a variable, `<token>`, `xxxx`, `your-token`, a word, a reference.

use super::bytes::{BRACKET, COLON, DOT, LETTER, SLASH, UNDERSCORE, UPPER, WORD, all, is, listed};
use super::named::names;

/// Bytes of a value that are looked at to judge it; real secrets show themselves well before.
pub(super) const SAMPLE: usize = 40;

/// Words that stand where a secret would, or what it is encoded with, by their length.
const WORDS: &[&str] = &[
    "",
    "",
    "",
    concat!("any", "env", "key", "md5", "nil", "tbd"),
    concat!("bool", "none", "null", "pass", "sha1", "text", "todo", "true", "utf8", "void"),
    concat!(
        "bytes", "dummy", "empty", "false", "fixme", "input", "never", "plain", "stdin", "unset", "value",
        "wrong"
    ),
    concat!(
        "base64", "bcrypt", "foobar", "hidden", "masked", "nobody", "number", "oauth2", "object", "option",
        "prompt", "public", "redact", "sha256", "sha512", "string"
    ),
    concat!(
        "boolean", "changed", "default", "enabled", "example", "expired", "generic", "invalid", "missing",
        "private", "refresh", "refused", "removed", "revoked", "unknown"
    ),
    concat!("changeit", "changeme", "disabled", "optional", "redacted", "rejected", "required"),
    concat!("forgotten", "incorrect", "mandatory", "plaintext", "undefined"),
    "changethis",
    "placeholder",
];

/// Beginnings, by their first byte, of what is not a secret: advice, rules of a form's validation, and references
/// to where the secret is.
fn beginnings(first: u8) -> &'static [&'static str] {
    match first.to_ascii_lowercase() {
        b'#' => &["#{"],
        b'$' => &["${", "$("],
        b'<' => &["<"],
        b'@' => &["@Value"],
        b'a' => &["arn:"],
        b'c' => &["change-me", "change_me"],
        b'e' => &["ENC[", "enter", "env.", "env:"],
        b'f' => &["file:"],
        b'h' => &["http:", "https:"],
        b'i' => &["insert"],
        b'k' => &["keyring:", "kms:"],
        b'm' => &["my-", "my_"],
        b'n' => &["nullable"],
        b'o' => &["op://", "os.environ", "os.getenv"],
        b'p' => &["process.env"],
        b'r' => &["ref+", "replace", "required"],
        b's' => &["secrets.", "ssm:", "string|"],
        b't' => &["the_"],
        b'v' => &["vault:"],
        b'y' => &["your"],
        b'{' => &["{"],
        _ => &[],
    }
}

/// Whether no secret stands here but something in its place.
pub(super) fn placeholder(text: &[u8]) -> bool {
    let sample = text.get(..SAMPLE).unwrap_or(text);
    nothing(sample)
        || variable(sample)
        || tag(sample)
        || sample.first().is_some_and(|&first| beginnings(first).iter().any(|start| begins(sample, start)))
        || masked(sample)
        || text.ends_with(b"...")
        || (text.starts_with(b"[") && text.ends_with(b"]"))
        || is_word(text)
        || setting_name(text)
}

/// Whether a text begins so, whatever its case.
fn begins(text: &[u8], start: &str) -> bool {
    text.get(..start.len()).is_some_and(|text| text.eq_ignore_ascii_case(start.as_bytes()))
}

/// A tag of YAML (`!secret wifi`); a password that begins with `!` holds more than letters.
fn tag(text: &[u8]) -> bool {
    text.split_first().is_some_and(|(&first, rest)| first == b'!' && all(rest, LETTER | UNDERSCORE))
}

/// A word of [`WORDS`], or one of the names that announce a secret.
pub(super) fn is_word(text: &[u8]) -> bool {
    let named = |last: &u8| {
        let names = names(last.to_ascii_lowercase());
        names.iter().any(|(name, _)| text.eq_ignore_ascii_case(name.as_bytes()))
    };
    listed(WORDS, text) || text.last().is_some_and(named)
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
        || bytes
            .iter()
            .all(|byte| matches!(byte, b'x' | b'X' | b'*' | b'.' | b'-' | b'_' | b'?' | b'#' | b'0'))
}

/// Made unreadable in part (`hunt****`, `sk-xxxxxxxx`, `ghp_ab…`), or marked as an example.
pub(super) fn masked(text: &[u8]) -> bool {
    let telling = |byte: &u8| matches!(byte, b'.' | b'*' | b'x' | b'X' | b'e' | b'E' | 0xe2);
    let mut rest = text;
    while let Some(mark) = rest.iter().position(telling).and_then(|at| rest.get(at..)) {
        let found = match mark.first() {
            Some(b'.') => mark.starts_with(b"..."),
            Some(b'*') => mark.starts_with(b"****"),
            Some(b'x') => mark.starts_with(b"xxxx"),
            Some(b'X') => mark.starts_with(b"XXXX"),
            Some(b'e' | b'E') => begins(mark, "example"),
            _ => mark.starts_with("…".as_bytes()),
        };
        if found {
            return true;
        }
        rest = mark.get(1..).unwrap_or_default();
    }
    false
}

/// `$TOKEN`, `$user->password`, `%TOKEN%`, `%(token)s`, `%s`.
fn variable(text: &[u8]) -> bool {
    let Some((&first @ (b'$' | b'%'), rest)) = text.split_first() else { return false };
    let length = rest.iter().take_while(|&&byte| is(byte, WORD)).count();
    let (name, after) = rest.split_at_checked(length).unwrap_or_default();
    let named = name.first().is_some_and(|byte| !byte.is_ascii_digit());
    if first == b'$' {
        let goes_on = |&byte: &u8| is(byte, DOT | COLON | BRACKET | SLASH);
        named && (after.starts_with(b"->") || after.first().is_none_or(goes_on))
    } else {
        rest.first() == Some(&b'(') || (named && (after == b"%" || (after.is_empty() && name.len() < 3)))
    }
}

/// `DB_PASSWORD_PROD`: the name of a variable that holds the secret.
fn setting_name(text: &[u8]) -> bool {
    all(text, UPPER | UNDERSCORE) && text.contains(&b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_in_the_row_of_their_length() {
        for (length, words) in WORDS.iter().enumerate() {
            assert!(words.is_empty() || words.len().is_multiple_of(length), "row {length}: {words}");
        }
        for word in ["any", "token", "Required", "PLACEHOLDER"] {
            assert!(placeholder(word.as_bytes()), "{word}");
        }
    }

    #[test]
    fn beginnings_are_in_the_row_of_their_first_byte() {
        for first in 0..=u8::MAX {
            let begin = first.to_ascii_lowercase();
            let strange =
                |start: &&&str| start.bytes().next().map(|byte| byte.to_ascii_lowercase()) != Some(begin);
            assert_eq!(beginnings(first).iter().find(strange), None, "row {:?}", char::from(first));
        }
    }
}
