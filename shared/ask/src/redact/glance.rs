//! A first look at a short text: whether it may hold a secret at all.
//!
//! The rules themselves take up more of a page's download than everything else that a search needs. Hardly any query
//! calls for them, and this tells which: it is far smaller, and errs on the side of yes.

use super::bytes::{
    ALNUM, ANGLE, ASKING, AT, BEYOND, COLON, DASH, DIGIT, DOLLAR, DOT, EQUALS, LOWER, QUOTE, UNDERSCORE,
    UPPER, WORD, is, sorts,
};

/// What every name has in it that announces a secret, lower case and without separators, and `identified by`.
const STEMS: &[&str] = &[
    "pass",
    "pwd",
    "pw",
    "psk",
    "kennwort",
    "wachtwoord",
    "contrase",
    "senha",
    "hasło",
    "пароль",
    "密码",
    "パスワード",
    "secret",
    "token",
    "key",
    "auth",
    "salt",
    "sess",
    "sid",
    "sig",
    "cookie",
    "private",
    "identified",
];

/// Digits from which on a number may be the beginning of a payment card's that is held back.
const CARD: usize = 9;

/// Whether [`super::redact_query`] or [`super::redact_typed`] may find something. Where this says no, they find nothing.
pub fn may_hold_secret(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().filter(|byte| byte.is_ascii_digit()).count() >= CARD
        || bytes.split(u8::is_ascii_whitespace).any(odd)
        || (announces(text) && names(bytes))
}

/// A word that is no word: a token, an address with credentials, an option of a command.
fn odd(word: &[u8]) -> bool {
    let seen = sorts(word);
    let has = |class| seen & class != 0;
    let option = word.iter().enumerate().any(|(at, byte)| {
        let behind = at.checked_sub(1).and_then(|before| word.get(before));
        *byte == b'-' && word.len() > at + 1 && behind.is_none_or(|&byte| !is(byte, WORD | DASH))
    });
    let long = word.len() >= 12 && has(DIGIT | EQUALS);
    let cased = has(UPPER) && has(LOWER);
    let longer = word.len() >= 15 && cased && (has(DASH | UNDERSCORE | DOT) || word.len() >= 20);
    let address = has(COLON) && (has(AT) || word.iter().filter(|&&byte| byte == b':').count() > 1);
    option || long || longer || address || (has(DOLLAR) && word.len() >= 20)
}

/// Whether something stands in the text that can part a name from its value.
fn announces(text: &str) -> bool {
    sorts(text.as_bytes()) & (COLON | EQUALS | ANGLE | ASKING | QUOTE | DASH) != 0
        || ["is ", "ist ", "login"].iter().any(|word| text.to_ascii_lowercase().contains(word))
}

/// Whether one of [`STEMS`] stands in the text, whatever stands between its letters.
fn names(text: &[u8]) -> bool {
    let letters: Vec<u8> =
        text.iter().filter(|&&byte| is(byte, ALNUM | BEYOND)).map(u8::to_ascii_lowercase).collect();
    STEMS.iter().any(|stem| letters.windows(stem.len()).any(|part| part == stem.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::super::named::{names, weak};
    use super::*;

    #[test]
    fn every_name_that_announces_a_secret_is_noticed() {
        let strong = (0..=u8::MAX).flat_map(names).map(|(name, _)| *name);
        let weak: Vec<&str> = (0..=u8::MAX).flat_map(weak).map(|(name, ..)| *name).collect();
        let all: Vec<&str> = strong.chain(weak.iter().copied()).collect();
        let missed: Vec<_> = all.iter().filter(|name| !may_hold_secret(&format!("{name}: ab"))).collect();
        assert!(missed.is_empty() && all.len() > weak.len(), "{missed:?}");
    }
}
