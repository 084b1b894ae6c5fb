//! A text, the place that the pass is at, and ways to look around it that are bounded and stay within characters.
//!
//! What was found is as good as gone, and what was replaced before is not the author's text: neither is looked into.
//! To the left it is an edge, like the text's own beginning. To the right a rule may not yet know that something
//! will be found there; so one that looks far enough to meet it finds nothing. Hence whatever a rule finds in a text
//! with its findings replaced, it would have found before they were, which is why a second redaction finds nothing.

use std::cell::Cell;
use std::ops::Range;

use super::{Kind, replacement_at};

/// What a rule finds: what it is, and where in bytes.
pub(super) type Found = Option<(Kind, Range<usize>)>;

/// Looks around a place in the text; what it finds begins, or is announced, there.
pub(super) type Rule = fn(&Scan<'_>, usize) -> Found;

/// The text between two edges.
pub(super) struct Scan<'a> {
    text: &'a str,
    bytes: &'a [u8],
    /// The byte that the pass is at.
    at: usize,
    /// Nothing before it is looked at.
    floor: usize,
    /// Nothing from it on is looked at; the text's end, or where the last of `ahead` starts.
    ceiling: usize,
    /// Findings and replacements before which the pass is, the nearest last.
    ahead: Vec<Range<usize>>,
    /// Whether a replacement may stand in the rest of the text.
    replacements: bool,
    /// Whether a rule wanted to look beyond the ceiling, and that is not the text's end.
    blocked: Cell<bool>,
    /// Where a key block was last searched for its end, and where that was found.
    block_end: Cell<Option<(usize, Option<usize>)>>,
    #[cfg(test)]
    looks: Cell<usize>,
}

impl<'a> Scan<'a> {
    pub fn new(text: &'a str) -> Self {
        let mut scan = Self {
            text,
            bytes: text.as_bytes(),
            at: 0,
            floor: 0,
            ceiling: 0,
            ahead: Vec::new(),
            replacements: true,
            blocked: Cell::new(false),
            block_end: Cell::new(None),
            #[cfg(test)]
            looks: Cell::new(0),
        };
        scan.raise();
        scan
    }

    /// The place to try rules at, and its byte; behind what was found, if that is where the pass is.
    pub fn place(&mut self) -> Option<(usize, u8)> {
        while self.at == self.ceiling {
            let passed = self.ahead.pop()?;
            (self.at, self.floor) = (passed.end, passed.end);
            self.raise();
        }
        self.bytes.get(self.at).map(|&byte| (self.at, byte))
    }

    /// Goes on where nothing was found: to the next byte that may begin or announce something. Within words and
    /// beyond ASCII nothing does.
    pub fn step(&mut self) {
        let rest = self.bytes.get(self.at..self.ceiling).unwrap_or_default();
        let mut passed = 1;
        if rest.first().is_some_and(|&byte| word(byte)) {
            passed = rest.iter().position(|&byte| !word(byte)).unwrap_or(rest.len());
        }
        passed += rest.iter().skip(passed).take_while(|&&byte| !speaks(byte)).count();
        self.at += passed;
    }

    /// Takes a finding. Where it is yet to come, the place may announce another one that ends before it.
    pub fn take(&mut self, found: Range<usize>) {
        if found.start > self.at {
            self.ceiling = found.start;
            self.ahead.push(found);
        } else {
            (self.at, self.floor) = (found.end, found.end);
        }
    }

    /// Sets the ceiling to what comes next.
    fn raise(&mut self) {
        if self.ahead.is_empty() && self.replacements {
            self.ahead.extend(self.replaced(self.at));
            self.replacements = !self.ahead.is_empty();
        }
        self.ceiling = self.ahead.last().map_or(self.bytes.len(), |next| next.start);
    }

    /// The next replacement that stands in the text itself.
    fn replaced(&self, from: usize) -> Option<Range<usize>> {
        let mut from = from;
        loop {
            from += self.bytes.get(from..)?.iter().position(|&byte| byte == b'[')?;
            if let Some(length) = replacement_at(self.text, from) {
                return Some(from..from + length);
            }
            from += 1;
        }
    }

    /// What the first of `rules` to find something finds here, where `accept` agrees. A rule that had to look
    /// beyond the ceiling, or `accept` for it, finds nothing.
    pub fn first(&self, at: usize, rules: &[Rule], accept: impl Fn(&Self, &Range<usize>) -> bool) -> Found {
        if rules.is_empty() {
            return None;
        }
        let mut blocked = self.blocked.get();
        let mut first = None;
        for rule in rules {
            self.blocked.set(false);
            let found = rule(self, at).filter(|(_, bytes)| self.fits(bytes) && accept(self, bytes));
            if !self.blocked.get() && found.is_some() {
                first = found;
                break;
            }
            blocked |= self.blocked.get();
        }
        // A rule within another one's `accept` blocks that one too.
        self.blocked.set(blocked);
        first
    }

    /// Whether a finding is one: not empty, between the edges, made of whole characters.
    fn fits(&self, bytes: &Range<usize>) -> bool {
        bytes.start >= self.floor
            && bytes.start < bytes.end
            && bytes.end <= self.ceiling
            && self.text.get(bytes.clone()).is_some()
    }

    /// Notes that a rule looks at a byte from the ceiling on.
    fn look_beyond(&self) {
        if self.ceiling < self.bytes.len() {
            self.blocked.set(true);
        }
    }

    fn count(&self, looks: usize) {
        #[cfg(test)]
        self.looks.set(self.looks.get() + looks);
        #[cfg(not(test))]
        let _ = looks;
    }

    /// How many bytes were looked at.
    #[cfg(test)]
    pub fn looks(&self) -> usize {
        self.looks.get()
    }

    pub fn byte(&self, at: usize) -> Option<u8> {
        self.count(1);
        if at >= self.ceiling {
            self.look_beyond();
            return None;
        }
        self.bytes.get(at).copied()
    }

    /// The byte before, unless there is an edge.
    pub fn before(&self, at: usize) -> Option<u8> {
        at.checked_sub(1).filter(|&at| at >= self.floor).and_then(|at| self.byte(at))
    }

    /// Whether the byte before a place is none of these.
    pub fn starts(&self, at: usize, part: impl Fn(u8) -> bool) -> bool {
        !self.before(at).is_some_and(part)
    }

    /// Whether a word begins here.
    pub fn word_starts(&self, at: usize) -> bool {
        self.starts(at, word)
    }

    /// The next eight bytes as a number, the first one lowest; zeros from the ceiling on.
    pub fn head(&self, at: usize) -> u64 {
        self.count(8);
        let bytes = self.bytes.get(at..self.ceiling).unwrap_or_default();
        match bytes.first_chunk() {
            Some(chunk) => u64::from_le_bytes(*chunk),
            None => bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)),
        }
    }

    /// Whether this stands before a place.
    pub fn behind(&self, at: usize, suffix: &str) -> bool {
        self.count(1);
        self.bytes.get(self.floor..at).is_some_and(|text| text.ends_with(suffix.as_bytes()))
    }

    /// Whether a line begins here: the text's first or one behind a line break.
    pub fn line_starts(&self, at: usize) -> bool {
        at == 0 || self.before(at) == Some(b'\n')
    }

    /// The start of what stands behind the last punctuation mark beyond ASCII in a range, such as `”` and `：`.
    pub fn behind_mark(&self, range: Range<usize>) -> usize {
        let text = self.text.get(range.clone()).unwrap_or_default();
        text.char_indices()
            .rev()
            .find(|(_, char)| mark(*char))
            .map_or(range.start, |(at, char)| range.start + at + char.len_utf8())
    }

    /// The end of what stands before the first such mark.
    pub fn before_mark(&self, range: Range<usize>) -> usize {
        let text = self.text.get(range.clone()).unwrap_or_default();
        text.find(mark).map_or(range.end, |at| range.start + at)
    }

    pub fn looking_at(&self, at: usize, prefix: &str) -> bool {
        // Nearly always the first byte tells.
        if at < self.ceiling && self.bytes.get(at) != prefix.as_bytes().first() {
            self.count(1);
            return false;
        }
        self.compare(at, prefix, |text, prefix| text == prefix)
    }

    /// [`Scan::looking_at`], where case does not matter.
    pub fn looking_at_word(&self, at: usize, prefix: &str) -> bool {
        self.compare(at, prefix, <[u8]>::eq_ignore_ascii_case)
    }

    fn compare(&self, at: usize, prefix: &str, same: impl Fn(&[u8], &[u8]) -> bool) -> bool {
        self.count(1);
        let prefix = prefix.as_bytes();
        let rest = self.bytes.get(at..self.ceiling).unwrap_or_default();
        match (rest.get(..prefix.len()), prefix.get(..rest.len())) {
            (Some(text), _) => same(text, prefix),
            (None, Some(shorter)) if same(rest, shorter) => {
                self.look_beyond();
                false
            }
            _ => false,
        }
    }

    pub fn slice(&self, range: Range<usize>) -> &'a [u8] {
        if range.end > self.ceiling {
            self.look_beyond();
        }
        self.bytes.get(range.start..range.end.min(self.ceiling)).unwrap_or_default()
    }

    /// The end of the run of such bytes from `from`, at most `most` bytes on.
    pub fn run(&self, from: usize, most: usize, part: impl Fn(u8) -> bool) -> usize {
        let stop = from.saturating_add(most).min(self.ceiling);
        let window = self.bytes.get(from..stop).unwrap_or_default();
        let length = window.iter().position(|&byte| !part(byte));
        if length.is_none() && window.len() < most {
            self.look_beyond();
        }
        let length = length.unwrap_or(window.len());
        self.count(length + 1);
        // Where the bound falls within a character, that character is left out.
        let mut end = from + length;
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        end
    }

    /// The start of the run of such bytes that ends at `to`, at most `most` bytes before.
    pub fn run_back(&self, to: usize, most: usize, part: impl Fn(u8) -> bool) -> usize {
        let start = to.saturating_sub(most).max(self.floor);
        let window = self.bytes.get(start..to).unwrap_or_default();
        let outside = window.iter().rposition(|&byte| !part(byte));
        let mut at = outside.map_or(start, |outside| start + outside + 1).min(to);
        self.count(to - at + 1);
        while at < to && !self.text.is_char_boundary(at) {
            at += 1;
        }
        at
    }

    /// Where the line of five dashes and `END` stands that closes a key block, at most `most` bytes on.
    pub fn block_end(&self, from: usize, most: usize) -> Option<usize> {
        const END: &[u8] = b"-----END ";
        // What was searched once is not searched again: the next one lies where it lies.
        let known =
            self.block_end.get().filter(|&(since, end)| since <= from && end.is_none_or(|end| end >= from));
        let end = known.map_or_else(
            || {
                let rest = self.bytes.get(from..).unwrap_or_default();
                let end = rest.windows(END.len()).position(|window| window == END).map(|at| from + at);
                self.count(end.map_or(rest.len(), |end| end - from));
                self.block_end.set(Some((from, end)));
                end
            },
            |(_, end)| end,
        );
        let end = end.filter(|end| end - from <= most);
        if end.map_or(from.saturating_add(most), |end| end + END.len()) > self.ceiling {
            self.look_beyond();
            return None;
        }
        end
    }
}

/// Punctuation beyond ASCII: quotation marks, dashes and the marks of Chinese and Japanese.
fn mark(char: char) -> bool {
    matches!(char, '\u{a0}'..='\u{bf}' | '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff0f}')
        || matches!(char, '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff65}')
}

/// Whether some rule is tried at such a byte.
fn speaks(byte: u8) -> bool {
    word(byte)
        || matches!(
            byte,
            b'$' | b'(' | b'+' | b',' | b'-' | b'.' | b'/' | b':' | b'=' | b'>' | b'@' | b'\\' | b'~'
        )
}

pub(super) fn word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

pub(super) fn base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

pub(super) fn base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

pub(super) fn beyond_ascii(byte: u8) -> bool {
    byte >= 0x80
}

pub(super) fn quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}
