//! A position in a text, and ways to look around it that are bounded and stay within characters.

use std::ops::Range;

/// The text, where the pass is, and how far back a finding may reach.
pub(super) struct Scan<'a> {
    bytes: &'a [u8],
    text: &'a str,
    /// The byte that the pass is at.
    pub at: usize,
    /// The end of what was found last: nothing may begin before it.
    pub floor: usize,
    #[cfg(test)]
    looks: std::cell::Cell<usize>,
}

impl<'a> Scan<'a> {
    pub fn new(text: &'a str) -> Self {
        Self {
            bytes: text.as_bytes(),
            text,
            at: 0,
            floor: 0,
            #[cfg(test)]
            looks: std::cell::Cell::new(0),
        }
    }

    /// Goes on behind what was found.
    pub fn pass(&mut self, end: usize) {
        self.at = end.max(self.at + 1);
        self.floor = self.at;
    }

    /// How many bytes were looked at.
    #[cfg(test)]
    pub fn looks(&self) -> usize {
        self.looks.get()
    }

    pub fn byte(&self, at: usize) -> Option<u8> {
        #[cfg(test)]
        self.looks.set(self.looks.get() + 1);
        self.bytes.get(at).copied()
    }

    /// The byte before, unless it belongs to what was found before.
    pub fn before(&self, at: usize) -> Option<u8> {
        at.checked_sub(1).filter(|&at| at >= self.floor).and_then(|at| self.byte(at))
    }

    /// Whether the byte before a position is none of these.
    pub fn starts(&self, at: usize, part: impl Fn(u8) -> bool) -> bool {
        !self.before(at).is_some_and(part)
    }

    pub fn looking_at(&self, at: usize, prefix: &str) -> bool {
        self.bytes.get(at..).is_some_and(|rest| rest.starts_with(prefix.as_bytes()))
    }

    pub fn slice(&self, range: Range<usize>) -> &'a [u8] {
        self.bytes.get(range).unwrap_or_default()
    }

    /// The end of the run of such bytes from `from`, at most `most` bytes on.
    pub fn run(&self, from: usize, most: usize, part: impl Fn(u8) -> bool) -> usize {
        let end = from.saturating_add(most);
        let mut at = from;
        while at < end && self.byte(at).is_some_and(&part) {
            at += 1;
        }
        self.inside(at)
    }

    /// The start of the run of such bytes that ends at `to`, at most `most` bytes before, not before the floor.
    pub fn run_back(&self, to: usize, most: usize, part: impl Fn(u8) -> bool) -> usize {
        let start = to.saturating_sub(most).max(self.floor);
        let mut at = to;
        while at > start && self.byte(at - 1).is_some_and(&part) {
            at -= 1;
        }
        // Where the bound falls within a character, that character is left out.
        while at < to && !self.text.is_char_boundary(at) {
            at += 1;
        }
        at
    }

    /// The nearest place at or before `at` that is no part of a character.
    fn inside(&self, mut at: usize) -> usize {
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    /// Where `needle` stands next, at most `most` bytes on.
    pub fn find(&self, from: usize, most: usize, needle: &str) -> Option<usize> {
        let end = from.saturating_add(most).min(self.bytes.len());
        let needle = needle.as_bytes();
        #[cfg(test)]
        self.looks.set(self.looks.get() + end.saturating_sub(from));
        self.bytes
            .get(from..end)?
            .windows(needle.len())
            .position(|window| window == needle)
            .map(|at| from + at)
    }

    /// Whether a finding is one: not empty, behind the last one, made of whole characters.
    pub fn fits(&self, bytes: &Range<usize>) -> bool {
        bytes.start >= self.floor && bytes.start < bytes.end && self.text.get(bytes.clone()).is_some()
    }

    /// Whether a replacement of this crate's begins here.
    pub fn redacted(&self, at: usize) -> bool {
        self.looking_at(at, "[redacted: ")
    }
}

pub(super) fn word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

pub(super) fn base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

pub(super) fn beyond_ascii(byte: u8) -> bool {
    byte >= 0x80
}
