//! What a value is made of: enough to tell a secret from a word, a number and a piece of code.

use super::bytes::{
    ALNUM, BEYOND, COLON, CONTROL, Class, DASH, DIGIT, DOLLAR, DOT, LETTER, SLASH, UNDERSCORE, WHITE, WORD,
    holds, is, sorts,
};
use super::placeholder::SAMPLE;

/// Whatever is rare in words, numbers, names and paths.
const SYMBOL: Class = !(ALNUM | DOT | COLON | UNDERSCORE | DASH | SLASH | WHITE | CONTROL | BEYOND);

/// What the first bytes of a value are made of.
pub(super) struct Shape<'a> {
    /// Those bytes, but for marks at both ends (`*name`, `really?`).
    inner: &'a [u8],
    seen: Class,
    marked: bool,
}

impl<'a> Shape<'a> {
    pub fn of(text: &'a [u8]) -> Self {
        let text = text.get(..SAMPLE).unwrap_or(text);
        let inner = text.strip_prefix(b"*").or_else(|| text.strip_prefix(b"@")).unwrap_or(text);
        let inner = inner.strip_suffix(b"?").or_else(|| inner.strip_suffix(b"!")).unwrap_or(inner);
        Self { inner, seen: sorts(inner), marked: inner.len() < text.len() }
    }

    pub fn digit(&self) -> bool {
        self.seen & DIGIT != 0
    }

    /// Letters and digits together.
    pub fn mixed(&self) -> bool {
        self.seen & LETTER != 0 && self.digit()
    }

    /// Nothing but digits.
    pub fn digits(&self) -> bool {
        self.seen == DIGIT && !self.marked
    }

    /// How much punctuation there is that is rare in words and code.
    pub fn symbols(&self) -> usize {
        self.inner.iter().filter(|byte| is(**byte, SYMBOL)).count()
    }

    /// No word of prose or code.
    pub fn telling(&self) -> bool {
        self.mixed() || self.seen & SYMBOL != 0
    }

    /// Calls and paths of code.
    pub fn code(&self) -> bool {
        (self.inner.contains(&b'(') && call(self.inner))
            || (self.seen & COLON != 0 && holds(self.inner, b':', b':'))
    }

    /// Names with full stops between: `request.form`.
    pub fn members(&self) -> bool {
        let named = |part: &[u8]| part.first().is_some_and(|&byte| is(byte, LETTER));
        self.seen & DOT != 0
            && self.seen & !(WORD | DOT) == 0
            && self.inner.split(|&byte| byte == b'.').all(named)
    }
}

/// Whether a name that could be called stands before a bracket.
fn call(text: &[u8]) -> bool {
    let called = text.iter().position(|&byte| byte == b'(').and_then(|bracket| text.get(..bracket));
    called.is_some_and(|name| {
        name.iter().all(|&byte| is(byte, LETTER | UNDERSCORE | DOT | COLON | DOLLAR | DASH) || byte == b'>')
    })
}
