//! Classes of bytes. Rules run along bytes of a class all the time, so what a byte belongs to is looked up.

/// A set of bytes, as bits: one for each sort of byte, which are the numbers in [`SORTS`].
pub(super) type Class = u32;

pub(super) const SPACE: Class = 1 << 1;
pub(super) const TAB: Class = 1 << 2;
pub(super) const NEWLINE: Class = 1 << 3;
pub(super) const RETURN: Class = 1 << 4;
pub(super) const DIGIT: Class = 1 << 6;
pub(super) const UNDERSCORE: Class = 1 << 11;
pub(super) const DASH: Class = 1 << 12;
pub(super) const DOT: Class = 1 << 13;
pub(super) const PLUS: Class = 1 << 14;
pub(super) const SLASH: Class = 1 << 15;
pub(super) const EQUALS: Class = 1 << 16;
pub(super) const COLON: Class = 1 << 17;
pub(super) const PERCENT: Class = 1 << 18;
pub(super) const TILDE: Class = 1 << 19;
/// `"`, `'` and the grave accent.
pub(super) const QUOTE: Class = 1 << 20;
pub(super) const BACKSLASH: Class = 1 << 21;
pub(super) const AT: Class = 1 << 22;
pub(super) const HASH: Class = 1 << 23;
pub(super) const DOLLAR: Class = 1 << 24;
/// `(` and `?`.
pub(super) const ASKING: Class = 1 << 25;
/// `)`.
pub(super) const CLOSING: Class = 1 << 26;
/// `[`.
pub(super) const BRACKET: Class = 1 << 27;
/// `<`, `>`, `|` and `]`.
pub(super) const ANGLE: Class = 1 << 28;
/// `;`, `&` and `}`.
pub(super) const ENDING: Class = 1 << 29;
pub(super) const COMMA: Class = 1 << 30;
/// All bytes of characters beyond ASCII.
pub(super) const BEYOND: Class = 1 << 31;

pub(super) const CONTROL: Class = 1;
/// `!`, `*`, `^` and `{`.
pub(super) const MARK: Class = 1 << 5;
pub(super) const LOWER: Class = 1 << 7 | 1 << 8;
pub(super) const UPPER: Class = 1 << 9 | 1 << 10;
pub(super) const HEX: Class = DIGIT | 1 << 7 | 1 << 9;
pub(super) const LETTER: Class = LOWER | UPPER;
pub(super) const ALNUM: Class = LETTER | DIGIT;
pub(super) const WORD: Class = ALNUM | UNDERSCORE;
pub(super) const BASE64: Class = ALNUM | PLUS | SLASH | EQUALS;
pub(super) const BASE64URL: Class = WORD | DASH;
pub(super) const BLANK: Class = SPACE | TAB;
pub(super) const WHITE: Class = BLANK | NEWLINE | RETURN;
/// What names of settings, hosts and people are written with.
pub(super) const NAME: Class = WORD | BEYOND | DASH | DOT;
/// What may announce or begin a finding.
pub(super) const SPEAKING: Class =
    WORD | DOLLAR | ASKING | PLUS | DASH | SLASH | COLON | EQUALS | ANGLE | AT | BACKSLASH | TILDE;

/// The sort of each byte, the number of its bit.
const SORTS: [u8; 256] = {
    let mut sorts = [31; 256];
    let mut byte = 0;
    while byte < 128 {
        sorts[byte] = match byte as u8 {
            b' ' => 1,
            b'\t' => 2,
            b'\n' => 3,
            b'\r' | 0x0c => 4,
            b'!' | b'*' | b'^' | b'{' => 5,
            b'0'..=b'9' => 6,
            b'a'..=b'f' => 7,
            b'g'..=b'z' => 8,
            b'A'..=b'F' => 9,
            b'G'..=b'Z' => 10,
            b'_' => 11,
            b'-' => 12,
            b'.' => 13,
            b'+' => 14,
            b'/' => 15,
            b'=' => 16,
            b':' => 17,
            b'%' => 18,
            b'~' => 19,
            b'"' | b'\'' | b'`' => 20,
            b'\\' => 21,
            b'@' => 22,
            b'#' => 23,
            b'$' => 24,
            b'(' | b'?' => 25,
            b')' => 26,
            b'[' => 27,
            b'<' | b'>' | b'|' | b']' => 28,
            b';' | b'&' | b'}' => 29,
            b',' => 30,
            _ => 0,
        };
        byte += 1;
    }
    sorts
};

/// Whether a byte is of a class.
pub(super) fn is(byte: u8, class: Class) -> bool {
    class >> SORTS[usize::from(byte)] & 1 == 1
}

/// The classes of all bytes together.
pub(super) fn sorts(bytes: &[u8]) -> Class {
    bytes.iter().fold(0, |seen, &byte| seen | 1 << SORTS[usize::from(byte)])
}

/// Whether all bytes are of a class.
pub(super) fn all(bytes: &[u8], class: Class) -> bool {
    bytes.iter().all(|&byte| is(byte, class))
}

/// Whether two bytes stand side by side somewhere. Looks at all there are, but at many of them at once.
pub(super) fn holds(bytes: &[u8], first: u8, second: u8) -> bool {
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    pairs.fold(false, |held, (&one, &other)| held | ((one == first) & (other == second)))
}

/// Whether a word is in a list, whatever its case. The list has a row for each length, words without spaces between.
pub(super) fn listed(rows: &[&str], word: &[u8]) -> bool {
    !word.is_empty()
        && rows.get(word.len()).is_some_and(|row| {
            row.as_bytes().chunks_exact(word.len()).any(|known| known.eq_ignore_ascii_case(word))
        })
}
