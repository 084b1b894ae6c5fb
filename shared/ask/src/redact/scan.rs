//! A text, the place that the pass is at, and ways to look around it that are bounded and stay within characters.
//!
//! What was found is as good as gone, and what was replaced before is not the author's text: neither is looked into.
//! To the left it is an edge, like the text's own beginning. To the right a rule may not yet know that something
//! will be found there; so one that looks far enough to meet it finds nothing. Hence whatever a rule finds in a text
//! with its findings replaced, it would have found before they were, which is why a second redaction finds nothing.

use std::cell::Cell;
use std::ops::Range;

use super::bytes::{BACKSLASH, Class, NEWLINE, QUOTE, SPEAKING, WHITE, WORD, is};
use super::{Kind, replacement_at};

/// What a rule finds: what it is, and where in bytes.
pub(super) type Found = Option<(Kind, Range<usize>)>;

/// Looks around a place in the text; what it finds begins, or is announced, there.
pub(super) type Rule = fn(&Scan<'_>, usize) -> Found;

/// The text between two edges.
pub(super) struct Scan<'a> {
    text: &'a str,
    bytes: &'a [u8],
    /// The bytes up to the ceiling, from which on nothing is looked at: the text's end, or where the last of `ahead`
    /// starts.
    below: &'a [u8],
    /// The byte that the pass is at.
    at: usize,
    /// Nothing before it is looked at.
    floor: usize,
    /// Findings before which the pass is, and replacements without a kind, the nearest last.
    ahead: Vec<(Option<Kind>, Range<usize>)>,
    /// Whether a replacement may stand in the rest of the text.
    replacements: bool,
    /// How often a rule wanted to look beyond the ceiling where that is not the text's end.
    beyond: Cell<usize>,
    /// Where a key block was last searched for its end, and where that was found.
    block_end: Cell<Option<(usize, Option<usize>)>>,
    /// The runs that were last followed to their end, one of each class.
    followed: Cell<Vec<(Class, Range<usize>)>>,
    #[cfg(test)]
    looks: Cell<usize>,
}

impl<'a> Scan<'a> {
    pub fn new(text: &'a str) -> Self {
        let mut scan = Self {
            text,
            bytes: text.as_bytes(),
            below: &[],
            at: 0,
            floor: 0,
            ahead: Vec::new(),
            replacements: true,
            beyond: Cell::new(0),
            block_end: Cell::new(None),
            followed: Cell::default(),
            #[cfg(test)]
            looks: Cell::new(0),
        };
        scan.raise();
        scan
    }

    /// The pass: everything that `rules` find at one place or another, ascending.
    pub fn pass(&mut self, rules: impl Fn(&Self, usize, u8) -> Found) -> Vec<(Kind, Range<usize>)> {
        let mut all = Vec::new();
        loop {
            while self.at == self.below.len() {
                let Some((kind, passed)) = self.ahead.pop() else { return all };
                (self.at, self.floor) = (passed.end, passed.end);
                all.extend(kind.map(|kind| (kind, passed)));
                self.raise();
            }
            let Some(&byte) = self.below.get(self.at) else { return all };
            match rules(self, self.at, byte) {
                // The place may announce another one that ends before it.
                Some((kind, found)) if found.start > self.at => {
                    self.ahead.push((Some(kind), found));
                    self.raise();
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
        let mut rest = self.below.get(self.at..).unwrap_or_default().iter();
        let mut word = rest.next().is_some_and(|&byte| is(byte, WORD));
        let next = rest.position(|&byte| {
            let within = word;
            word &= is(byte, WORD);
            is(byte, SPEAKING) && !(within && word)
        });
        self.at = next.map_or(self.below.len(), |next| self.at + 1 + next);
    }

    /// Sets the ceiling to what comes next.
    fn raise(&mut self) {
        if self.ahead.is_empty() && self.replacements {
            self.ahead.extend(self.replaced(self.at).map(|next| (None, next)));
            self.replacements = !self.ahead.is_empty();
        }
        let ceiling = self.ahead.last().map_or(self.bytes.len(), |(_, next)| next.start);
        self.below = self.bytes.get(..ceiling).unwrap_or_default();
    }

    /// The next replacement that stands in the text itself.
    fn replaced(&self, from: usize) -> Option<Range<usize>> {
        let mut from = from;
        loop {
            from += self.text.get(from..)?.find('[')?;
            if let Some(length) = replacement_at(self.text, from) {
                return Some(from..from + length);
            }
            from += 1;
        }
    }

    /// What the first of `rules` to find something finds here, where `accept` agrees. A rule that had to look
    /// beyond the ceiling, or `accept` for it, finds nothing.
    #[inline]
    pub fn first(
        &self,
        at: usize,
        rules: &[Rule],
        accept: impl Fn(&Self, usize, &Range<usize>) -> bool,
    ) -> Found {
        for rule in rules {
            let beyond = self.beyond.get();
            let Some((kind, bytes)) = rule(self, at) else { continue };
            // A rule within another one's `accept` that looks beyond looks there for that one too.
            if self.fits(&bytes) && accept(self, at, &bytes) && self.beyond.get() == beyond {
                return Some((kind, bytes));
            }
        }
        None
    }

    /// Whether a finding is one: not empty, between the edges, made of whole characters.
    fn fits(&self, bytes: &Range<usize>) -> bool {
        bytes.start >= self.floor
            && bytes.start < bytes.end
            && bytes.end <= self.below.len()
            && self.text.get(bytes.clone()).is_some()
    }

    /// Notes that a rule looks at a byte from the ceiling on.
    #[cold]
    #[inline(never)]
    fn look_beyond(&self) {
        self.beyond.set(self.beyond.get() + usize::from(self.below.len() < self.bytes.len()));
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
        let byte = self.below.get(at).copied();
        if byte.is_none() {
            self.look_beyond();
        }
        byte
    }

    /// Whether the byte at a place is of a class.
    pub fn sees(&self, at: usize, class: Class) -> bool {
        self.byte(at).is_some_and(|byte| is(byte, class))
    }

    /// The byte before, unless there is an edge.
    pub fn before(&self, at: usize) -> Option<u8> {
        if at > self.floor { self.byte(at - 1) } else { None }
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
        self.compare(at, prefix, |one, other| one == other)
    }

    /// [`Scan::looking_at`], where case does not matter.
    pub fn looking_at_word(&self, at: usize, prefix: &str) -> bool {
        self.compare(at, prefix, u8::eq_ignore_ascii_case)
    }

    fn compare(&self, at: usize, prefix: &str, same: impl Fn(&u8, &u8) -> bool) -> bool {
        self.count(1);
        let rest = self.below.get(at..).unwrap_or_default();
        // Nearly always the first byte tells.
        let same = rest.iter().zip(prefix.as_bytes()).all(|(one, other)| same(one, other));
        if same && rest.len() < prefix.len() {
            self.look_beyond();
            return false;
        }
        same
    }

    /// These bytes, if none of them is beyond the ceiling. It does not count as a look beyond if one is.
    pub fn peek(&self, range: Range<usize>) -> Option<&'a [u8]> {
        self.below.get(range)
    }

    pub fn slice(&self, range: Range<usize>) -> &'a [u8] {
        if range.end > self.below.len() {
            self.look_beyond();
        }
        self.below.get(range.start..range.end.min(self.below.len())).unwrap_or_default()
    }

    /// The end of the run of bytes of a class from `from`, at most `most` bytes on.
    pub fn run(&self, from: usize, most: usize, class: Class) -> usize {
        let rest = self.below.get(from..).unwrap_or_default();
        let reach = rest.get(..most).unwrap_or(rest);
        match reach.iter().position(|&byte| !is(byte, class)) {
            Some(length) => {
                self.count(length + 1);
                from + length
            }
            None => self.cut(from, reach.len(), most),
        }
    }

    /// [`Scan::run`] for many bytes, where many places look along the same ones: those are followed but once.
    pub fn run_far(&self, from: usize, most: usize, class: Class) -> usize {
        let reach = self.below.len().saturating_sub(from).min(most);
        let length = self.followed(from, class, false) - from;
        if length < reach { from + length } else { self.cut(from, reach, most) }
    }

    /// The end of a run that goes on where its reach ends.
    #[inline(never)]
    fn cut(&self, from: usize, reach: usize, most: usize) -> usize {
        self.count(reach + 1);
        if reach < most {
            self.look_beyond();
        }
        self.whole(from + reach)
    }

    /// Where the character begins that a place is within.
    pub fn whole(&self, at: usize) -> usize {
        let mut at = at;
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    /// The end of the run of bytes of a class from `from`, wherever that is; none where it meets the ceiling. With
    /// `backslashes`, those count that are the run's own.
    ///
    /// What comes of it may be refused, and the next rule may follow the same run from a later byte. So the run that
    /// was last followed is known to its end.
    pub fn follow(&self, from: usize, class: Class, backslashes: bool) -> Option<usize> {
        let end = self.followed(from, class, backslashes);
        // What ends it was looked at, and what stands behind a backslash.
        let last = if backslashes && self.sees(end, BACKSLASH) { end + 1 } else { end };
        (self.byte(last).is_some() || self.below.len() == self.bytes.len()).then_some(end)
    }

    /// The end of a run, whatever the ceiling, if need be from the run that was followed before.
    fn followed(&self, from: usize, class: Class, backslashes: bool) -> usize {
        let mut followed = self.followed.take();
        let end = match followed.iter_mut().find(|(known, _)| *known == class) {
            Some((_, run)) if run.start <= from && from <= run.end => run.end,
            last => {
                let end = self.run_out(from, class, backslashes);
                match last {
                    Some((_, run)) => *run = from..end,
                    None => followed.push((class, from..end)),
                }
                end
            }
        };
        self.followed.set(followed);
        end
    }

    /// The end of a run, whatever the ceiling.
    fn run_out(&self, from: usize, class: Class, backslashes: bool) -> usize {
        let mut end = from;
        loop {
            let rest = self.bytes.get(end..).unwrap_or_default();
            end += rest.iter().position(|&byte| !is(byte, class)).unwrap_or(rest.len());
            match self.bytes.get(end..) {
                Some([b'\\', next, ..]) if backslashes && literal(*next) => end += 1,
                _ => break,
            }
        }
        self.count(end - from);
        end
    }

    /// The start of the run of bytes of a class that ends at `to`, at most `most` bytes before.
    pub fn run_back(&self, to: usize, most: usize, class: Class) -> usize {
        let before = self.bytes.get(to.saturating_sub(most).max(self.floor)..to).unwrap_or_default();
        if let Some(length) = before.iter().rev().position(|&byte| !is(byte, class)) {
            self.count(length + 1);
            return to - length;
        }
        self.count(before.len() + 1);
        let mut at = to - before.len();
        while at < to && !self.text.is_char_boundary(at) {
            at += 1;
        }
        at
    }

    /// Where a key block ends that is open at a place: at its [`END`], or `most` bytes on; none if that is beyond the
    /// ceiling.
    pub fn block_end(&self, from: usize, most: usize) -> Option<usize> {
        // What was searched once is not searched again: the next one lies where it lies.
        let known =
            self.block_end.get().filter(|&(since, end)| since <= from && end.is_none_or(|end| end >= from));
        let end = match known {
            Some((_, end)) => end,
            None => {
                let rest = self.bytes.get(from..).unwrap_or_default();
                let end =
                    rest.windows(END.len()).position(|window| window == END.as_bytes()).map(|at| from + at);
                self.count(end.map_or(rest.len(), |end| end - from));
                self.block_end.set(Some((from, end)));
                end
            }
        };
        let end = end.filter(|end| end - from <= most);
        let last = end.map_or(from.saturating_add(most), |end| end + END.len());
        if last > self.below.len() && self.below.len() < self.bytes.len() {
            self.look_beyond();
            return None;
        }
        Some(end.unwrap_or(last))
    }
}

/// What begins the line that closes a key block.
pub(super) const END: &str = "-----END ";

/// Whether a backslash before a byte is its value's own: it escapes neither a line break nor a quote of the text around.
fn literal(next: u8) -> bool {
    !(is(next, QUOTE | WHITE | BACKSLASH) || matches!(next, b'n' | b'r'))
}

/// Punctuation beyond ASCII: quotation marks, dashes and the marks of Chinese and Japanese.
fn mark(char: char) -> bool {
    matches!(char, '\u{a0}'..='\u{bf}' | '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff0f}')
        || matches!(char, '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff65}')
}
