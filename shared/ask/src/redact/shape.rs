//! What a value is made of: enough to tell a secret from a word, a number and a piece of code.

use super::bytes::{
    ALNUM, BEYOND, COLON, CONTROL, Class, DASH, DIGIT, DOLLAR, DOT, LETTER, SLASH, UNDERSCORE, WHITE, WORD,
    all, is, sorts,
};
use super::placeholder::SAMPLE;

/// Whatever is rare in words, numbers, names and paths.
const SYMBOL: Class = !(ALNUM | DOT | COLON | UNDERSCORE | DASH | SLASH | WHITE | CONTROL | BEYOND);

/// What the first bytes of a value are made of.
pub(super) struct Shape {
    letter: bool,
    pub digit: bool,
    /// Anything but digits.
    other: bool,
    /// Punctuation that is rare in words and code, but for marks at both ends (`*name`, `really?`).
    pub symbols: usize,
    /// Calls and paths of code.
    pub code: bool,
    /// Names with full stops between: `request.form`.
    pub members: bool,
}

impl Shape {
    pub fn of(text: &[u8]) -> Self {
        let text = text.get(..SAMPLE).unwrap_or(text);
        let inner = text.strip_prefix(b"*").or_else(|| text.strip_prefix(b"@")).unwrap_or(text);
        let inner = inner.strip_suffix(b"?").or_else(|| inner.strip_suffix(b"!")).unwrap_or(inner);
        let seen = sorts(inner);
        let symbols =
            if seen & SYMBOL == 0 { 0 } else { inner.iter().filter(|byte| is(**byte, SYMBOL)).count() };
        let named = |part: &[u8]| part.first().is_some_and(|&byte| is(byte, LETTER));
        Self {
            letter: seen & LETTER != 0,
            digit: seen & DIGIT != 0,
            other: seen & !DIGIT != 0 || inner.len() < text.len(),
            symbols,
            code: (symbols > 0 && call(inner))
                || (seen & COLON != 0 && inner.windows(2).any(|pair| pair == b"::")),
            members: seen & DOT != 0
                && all(inner, WORD | DOT)
                && inner.split(|&byte| byte == b'.').all(named),
        }
    }

    /// Letters and digits together.
    pub fn mixed(&self) -> bool {
        self.letter && self.digit
    }

    /// Nothing but digits.
    pub fn digits(&self) -> bool {
        self.digit && !self.other
    }

    /// No word of prose or code.
    pub fn telling(&self) -> bool {
        self.mixed() || self.symbols > 0
    }
}

/// Whether a name that could be called stands before a bracket.
fn call(text: &[u8]) -> bool {
    let called = text.iter().position(|&byte| byte == b'(').and_then(|bracket| text.get(..bracket));
    called.is_some_and(|name| {
        name.iter().all(|&byte| is(byte, LETTER | UNDERSCORE | DOT | COLON | DOLLAR | DASH) || byte == b'>')
    })
}
