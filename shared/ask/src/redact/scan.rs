//! A text, the place that the pass is at, and ways to look around it that are bounded and stay within characters.
//!
//! What was found is as good as gone, and what was replaced before is not the author's text: neither is looked into.
//! To the left it is an edge, like the text's own beginning. To the right a rule may not yet know that something
//! will be found there; so one that looks far enough to meet it finds nothing. Hence whatever a rule finds in a text
//! with its findings replaced, it would have found before they were, which is why a second redaction finds nothing.

use std::cell::Cell;
use std::ops::Range;

use super::bytes::{Class, NEWLINE, SPEAKING, WORD, is};
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
    /// Findings before which the pass is, and replacements without a kind, the nearest last.
    ahead: Vec<(Option<Kind>, Range<usize>)>,
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

    /// The pass: everything that `rules` find at one place or another, ascending.
    pub fn pass(&mut self, rules: fn(&Self, usize, u8) -> Found) -> Vec<(Kind, Range<usize>)> {
        let mut all = Vec::new();
        loop {
            while self.at == self.ceiling {
                let Some((kind, passed)) = self.ahead.pop() else { return all };
                (self.at, self.floor) = (passed.end, passed.end);
                all.extend(kind.map(|kind| (kind, passed)));
                self.raise();
            }
            let Some(&byte) = self.bytes.get(self.at) else { return all };
            match rules(self, self.at, byte) {
                // The place may announce another one that ends before it.
                Some((kind, found)) if found.start > self.at => {
                    self.ceiling = found.start;
                    self.ahead.push((Some(kind), found));
                }
                Some((kind, found)) => {
                    (self.at, self.floor) = (found.end, found.end);
                    all.push((kind, found));
                }
                None => self.step(),
            }
        }
    }

    /// Goes on to the next byte that may begin or announce something. Within words and beyond ASCII nothing does.
    fn step(&mut self) {
        let mut rest = self.bytes.get(self.at..self.ceiling).unwrap_or_default().iter();
        let mut within = rest.next().is_some_and(|&byte| is(byte, WORD));
        let passed = rest.position(|&byte| {
            within = within && is(byte, WORD);
            !within && is(byte, SPEAKING)
        });
        self.at = passed.map_or(self.ceiling, |passed| self.at + 1 + passed);
    }

    /// Sets the ceiling to what comes next.
    fn raise(&mut self) {
        if self.ahead.is_empty() && self.replacements {
            self.ahead.extend(self.replaced(self.at).map(|next| (None, next)));
            self.replacements = !self.ahead.is_empty();
        }
        self.ceiling = self.ahead.last().map_or(self.bytes.len(), |(_, next)| next.start);
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
    pub fn first(&self, at: usize, rules: &[Rule], accept: fn(&Self, usize, &Range<usize>) -> bool) -> Found {
        let mut blocked = self.blocked.get();
        let mut first = None;
        for rule in rules {
            self.blocked.set(false);
            let found = rule(self, at).filter(|(_, bytes)| self.fits(bytes) && accept(self, at, bytes));
            let clear = !self.blocked.get();
            blocked |= !clear;
            if found.is_some() && clear {
                first = found;
                break;
            }
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

    /// Whether the byte at a place is of a class.
    pub fn sees(&self, at: usize, class: Class) -> bool {
        self.byte(at).is_some_and(|byte| is(byte, class))
    }

    /// The byte before, unless there is an edge.
    pub fn before(&self, at: usize) -> Option<u8> {
        at.checked_sub(1).filter(|&at| at >= self.floor).and_then(|at| self.byte(at))
    }

    /// Whether the byte before a place is of a class.
    pub fn after(&self, at: usize, class: Class) -> bool {
        self.before(at).is_some_and(|byte| is(byte, class))
    }

    /// Whether this stands before a place.
    pub fn behind(&self, at: usize, suffix: &str) -> bool {
        self.count(1);
        self.bytes.get(self.floor..at).is_some_and(|text| text.ends_with(suffix.as_bytes()))
    }

    /// Whether a line begins here: the text's first or one behind a line break.
    pub fn line_starts(&self, at: usize) -> bool {
        at == 0 || self.after(at, NEWLINE)
    }

    /// Whether a line ends here.
    pub fn line_ends(&self, at: usize) -> bool {
        self.byte(at).is_none_or(|byte| byte == b'\n' || byte == b'\r')
    }

    /// The start of what stands behind the last punctuation mark beyond ASCII in a range, such as `”` and `：`.
    pub fn behind_mark(&self, range: Range<usize>) -> usize {
        let text = self.text.get(range.clone()).filter(|text| !text.is_ascii()).unwrap_or_default();
        text.char_indices()
            .rev()
            .find(|(_, char)| mark(*char))
            .map_or(range.start, |(at, char)| range.start + at + char.len_utf8())
    }

    /// The end of what stands before the first such mark.
    pub fn before_mark(&self, range: Range<usize>) -> usize {
        let text = self.text.get(range.clone()).filter(|text| !text.is_ascii()).unwrap_or_default();
        text.find(mark).map_or(range.end, |at| range.start + at)
    }

    pub fn looking_at(&self, at: usize, prefix: &str) -> bool {
        // Nearly always the first byte tells.
        if at < self.ceiling && self.bytes.get(at) != prefix.as_bytes().first() {
            self.count(1);
            return false;
        }
        self.compare(at, prefix, false)
    }

    /// [`Scan::looking_at`], where case does not matter.
    pub fn looking_at_word(&self, at: usize, prefix: &str) -> bool {
        self.compare(at, prefix, true)
    }

    fn compare(&self, at: usize, prefix: &str, any_case: bool) -> bool {
        self.count(1);
        let prefix = prefix.as_bytes();
        let rest = self.bytes.get(at..self.ceiling).unwrap_or_default();
        let length = prefix.len().min(rest.len());
        let same = rest
            .iter()
            .zip(prefix)
            .all(|(one, other)| one == other || (any_case && one.eq_ignore_ascii_case(other)));
        if same && length < prefix.len() {
            self.look_beyond();
        }
        same && length == prefix.len()
    }

    pub fn slice(&self, range: Range<usize>) -> &'a [u8] {
        if range.end > self.ceiling {
            self.look_beyond();
        }
        self.bytes.get(range.start..range.end.min(self.ceiling)).unwrap_or_default()
    }

    /// The end of the run of bytes of a class from `from`, at most `most` bytes on.
    pub fn run(&self, from: usize, most: usize, class: Class) -> usize {
        let stop = from.saturating_add(most).min(self.ceiling);
        let mut end = from;
        while end < stop && self.bytes.get(end).is_some_and(|&byte| is(byte, class)) {
            end += 1;
        }
        if end >= self.ceiling && end - from < most {
            self.look_beyond();
        }
        self.count(end - from + 1);
        // Where the bound falls within a character, that character is left out.
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        end
    }

    /// The start of the run of bytes of a class that ends at `to`, at most `most` bytes before.
    pub fn run_back(&self, to: usize, most: usize, class: Class) -> usize {
        let start = to.saturating_sub(most).max(self.floor);
        let mut at = to;
        while at > start && self.bytes.get(at - 1).is_some_and(|&byte| is(byte, class)) {
            at -= 1;
        }
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
        let end = match known {
            Some((_, end)) => end,
            None => {
                let rest = self.bytes.get(from..).unwrap_or_default();
                let end = rest.windows(END.len()).position(|window| window == END).map(|at| from + at);
                self.count(end.map_or(rest.len(), |end| end - from));
                self.block_end.set(Some((from, end)));
                end
            }
        };
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
