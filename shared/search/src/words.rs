//! The words of a community as people write them, folded and not stemmed, each with how many threads have it: what an
//! unfinished word may become, and what a misspelt one was meant to be.
//!
//! ```text
//! 0  4    words, w
//! 4  4·b  where each block starts, counted from the end of this list; b = ⌈w/16⌉
//! …  …    the blocks, each of 16 words in byte order (the last one fewer). A word: how many bytes it shares with
//!         the one before it (0 for a block's first), how many follow, these bytes, and the number of threads as LEB128
//! ```
//!
//! Integers are little-endian. Words that one thread alone has are left out unless a title has them: they are mostly slips.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use tantivy::directory::OwnedBytes;

use crate::bundle::BundleError;

/// Name of the section.
pub(crate) const SECTION: &str = "words";

const BLOCK: usize = 16;

/// Bytes of a word at most: longer ones are nothing that people type by heart.
const WORD_BYTES: usize = 32;

/// Counts words for the section.
#[derive(Debug, Default)]
pub(crate) struct WordCounts(BTreeMap<String, (u32, bool)>);

impl WordCounts {
    /// Counts the distinct words of one thread; `titled` says which of them its title has.
    pub(crate) fn add<'a>(
        &mut self,
        words: impl IntoIterator<Item = &'a str>,
        titled: impl Fn(&str) -> bool,
    ) {
        for word in words {
            if word.len() > WORD_BYTES || !word.chars().any(char::is_alphabetic) {
                continue;
            }
            match self.0.get_mut(word) {
                Some((count, in_title)) => {
                    *count += 1;
                    *in_title |= titled(word);
                }
                None => drop(self.0.insert(word.to_owned(), (1, titled(word)))),
            }
        }
    }

    /// Writes the section.
    pub(crate) fn write(&self) -> Vec<u8> {
        let kept: Vec<(&str, u32)> = self
            .0
            .iter()
            .filter(|(_, (count, in_title))| *count > 1 || *in_title)
            .map(|(word, (count, _))| (word.as_str(), *count))
            .collect();
        let (mut starts, mut blocks) = (Vec::new(), Vec::new());
        for block in kept.chunks(BLOCK) {
            starts.extend((blocks.len() as u32).to_le_bytes());
            let mut before = "";
            for (word, count) in block {
                let shared = shared(before, word);
                blocks.extend([shared as u8, (word.len() - shared) as u8]);
                blocks.extend(&word.as_bytes()[shared..]);
                leb128(*count, &mut blocks);
                before = word;
            }
        }
        let mut section = (kept.len() as u32).to_le_bytes().to_vec();
        section.extend(starts);
        section.extend(blocks);
        section
    }
}

/// Bytes that both begin with, whole characters only.
fn shared(a: &str, b: &str) -> usize {
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b);
    same.map(|(c, _)| c.len_utf8()).sum()
}

fn leb128(mut number: u32, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// What a word roughly is, so that most of those that are far from another are told without being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outline {
    /// The letters that it begins with, see [`Outline::HEAD`].
    pub head: Letters,
    /// The first one, or what it shares with others.
    pub first: u8,
    /// Characters; those of a very long word are not all counted.
    pub length: u8,
}

/// Which letters some text has, each by a bit that it may share with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Letters(u32);

impl Outline {
    /// Characters that a word begins with: long ones have nearly every letter somewhere.
    pub(crate) const HEAD: usize = 10;

    pub(crate) fn of(word: &str) -> Self {
        Self {
            head: Letters::of(word.chars().take(Self::HEAD)),
            first: word.chars().next().map_or(0, |first| first as u8),
            length: word.chars().count().min(u8::MAX.into()) as u8,
        }
    }
}

impl Letters {
    pub(crate) fn of(letters: impl Iterator<Item = char>) -> Self {
        Self(letters.fold(0, |all, letter| all | 1 << (letter as u32 % u32::BITS)))
    }

    /// Letters, at least, that are not among others.
    pub(crate) fn beyond(self, others: Self) -> usize {
        (self.0 & !others.0).count_ones() as usize
    }
}

/// Reads the section in place.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    bytes: OwnedBytes,
    words: usize,
    /// Of each word, in order.
    outlines: Vec<Outline>,
}

impl Words {
    /// Checks that the section is read from end to end, in order.
    pub(crate) fn open(bytes: OwnedBytes) -> Result<Self, BundleError> {
        let malformed = |why: &str| BundleError::malformed(format!("section {SECTION}"), why);
        let count = bytes.get(..4).and_then(|four| four.try_into().ok()).map(u32::from_le_bytes);
        let count = count.ok_or_else(|| malformed("it is cut off"))? as usize;
        let mut words = Self { bytes, words: count, outlines: Vec::new() };
        let (mut outlines, mut before, mut ordered) = (Vec::new(), String::new(), true);
        words.walk(0, |word, _| {
            ordered &= outlines.is_empty() || *before < *word;
            before.clear();
            before.push_str(word);
            outlines.push(Outline::of(word));
            ControlFlow::Continue(())
        });
        if outlines.len() != words.words || !ordered {
            return Err(malformed("its words are not in order"));
        }
        words.outlines = outlines;
        Ok(words)
    }

    /// How many threads have a word; `None` for one that is not listed.
    pub(crate) fn get(&self, word: &str) -> Option<u32> {
        let mut found = None;
        self.walk(self.block_of(word), |listed, count| {
            if listed == word {
                found = Some(count);
            }
            if listed < word { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        found
    }

    /// The `most` most frequent of the first `seen` words that begin with `prefix`, in order among equals.
    pub(crate) fn starting(&self, prefix: &str, seen: usize, most: usize) -> Vec<(String, u32)> {
        let mut found: Vec<(String, u32)> = Vec::with_capacity(most + 1);
        let mut left = seen;
        self.walk(self.block_of(prefix), |word, count| {
            if !word.starts_with(prefix) {
                return if word > prefix { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
            }
            let rank = found.partition_point(|(_, other)| *other >= count);
            if rank < most {
                found.truncate(most - 1);
                found.insert(rank, (word.to_owned(), count));
            }
            left -= 1;
            if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        found
    }

    /// Calls `act` with the words whose outlines are `wanted`, and their counts. Blocks without one are not read.
    pub(crate) fn like(&self, wanted: impl Fn(Outline) -> bool, mut act: impl FnMut(&str, u32)) {
        for (block, outlines) in self.outlines.chunks(BLOCK).enumerate() {
            let Some(last) = outlines.iter().rposition(|outline| wanted(*outline)) else { continue };
            let mut outlines = outlines[..=last].iter();
            let _ = self.read(block, |word, count| {
                if outlines.next().is_some_and(|outline| wanted(*outline)) {
                    act(word, count);
                }
                if outlines.as_slice().is_empty() {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            });
        }
    }

    /// Calls `act` with each word from a block on, and its count.
    fn walk(&self, block: usize, mut act: impl FnMut(&str, u32) -> ControlFlow<()>) {
        let _ = (block..self.words.div_ceil(BLOCK)).try_for_each(|block| self.read(block, &mut act));
    }

    /// Calls `act` with each word of a block; what cannot be read ends it.
    fn read(&self, block: usize, mut act: impl FnMut(&str, u32) -> ControlFlow<()>) -> ControlFlow<()> {
        let (mut word, mut at) = (Vec::with_capacity(WORD_BYTES), self.start(block));
        for _ in 0..BLOCK.min(self.words - block * BLOCK) {
            let Some((count, behind)) = at.and_then(|at| self.next(at, &mut word)) else {
                return ControlFlow::Break(());
            };
            at = Some(behind);
            let Ok(word) = std::str::from_utf8(&word) else { return ControlFlow::Break(()) };
            act(word, count)?;
        }
        ControlFlow::Continue(())
    }

    /// Reads the word at `at` over the one before it in `word`; returns its count and where the next one lies.
    fn next(&self, at: usize, word: &mut Vec<u8>) -> Option<(u32, usize)> {
        let shared = usize::from(*self.bytes.get(at)?);
        let length = usize::from(*self.bytes.get(at + 1)?);
        if shared > word.len() || shared + length > WORD_BYTES {
            return None;
        }
        word.truncate(shared);
        word.extend_from_slice(self.bytes.get(at + 2..at + 2 + length)?);
        let (mut count, mut at) = (0_u32, at + 2 + length);
        for shift in (0..32).step_by(7) {
            let byte = *self.bytes.get(at)?;
            at += 1;
            count |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some((count, at));
            }
        }
        None
    }

    /// The block that has `word`, if any has.
    fn block_of(&self, word: &str) -> usize {
        let (mut low, mut high) = (0, self.words.div_ceil(BLOCK));
        let mut first = Vec::new();
        while low < high {
            let middle = low + (high - low) / 2;
            first.clear();
            let read = self.start(middle).and_then(|at| self.next(at, &mut first));
            if read.is_some() && first.as_slice() <= word.as_bytes() {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low.saturating_sub(1)
    }

    fn start(&self, block: usize) -> Option<usize> {
        let at = 4 + 4 * block;
        let start = u32::from_le_bytes(self.bytes.get(at..at + 4)?.try_into().ok()?) as usize;
        start.checked_add(4 + 4 * self.words.div_ceil(BLOCK))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Words, each with its count.
    pub(crate) fn of(words: &[(&str, u32)]) -> Words {
        let mut counts = WordCounts::default();
        for (word, count) in words {
            (0..*count).for_each(|_| counts.add([*word], |_| true));
        }
        Words::open(OwnedBytes::new(counts.write())).unwrap()
    }

    #[test]
    fn words_are_found_by_themselves_and_by_their_beginnings() {
        let words = of(&[("sync", 300), ("synchronise", 2), ("syncing", 9), ("tea", 1), ("über", 4)]);
        assert_eq!(words.get("sync"), Some(300));
        assert_eq!(words.get("syn"), None);
        assert_eq!(words.get("über"), Some(4));
        let starting = |seen, most| -> Vec<String> {
            words.starting("sync", seen, most).into_iter().map(|(word, _)| word).collect()
        };
        assert_eq!(starting(9, 9), ["sync", "syncing", "synchronise"]);
        assert_eq!(starting(9, 2), ["sync", "syncing"]);
        assert_eq!(starting(2, 9), ["sync", "synchronise"]);
        assert!(words.starting("z", 9, 9).is_empty());
    }

    #[test]
    fn slips_of_a_single_thread_are_left_out() {
        let mut counts = WordCounts::default();
        counts.add(["folder", "fodler", "titled", "2024"], |word| word == "titled");
        counts.add(["folder"], |_| false);
        let words = Words::open(OwnedBytes::new(counts.write())).unwrap();
        assert_eq!(
            ["folder", "fodler", "titled", "2024"].map(|word| words.get(word)),
            [Some(2), None, Some(1), None]
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(words in proptest::collection::btree_map("[a-cé]{1,6}", 1_u32..400, 0..120)) {
            let listed: Vec<(&str, u32)> = words.iter().map(|(word, count)| (word.as_str(), *count)).collect();
            let read = of(&listed);
            let mut walked = Vec::new();
            read.walk(0, |word, count| {
                walked.push((word.to_owned(), count));
                ControlFlow::Continue(())
            });
            prop_assert_eq!(walked, words.clone().into_iter().collect::<Vec<_>>());
            for (word, count) in &words {
                prop_assert_eq!(read.get(word), Some(*count));
                let wanted = words.keys().filter(|other| other.starts_with(word.as_str())).count();
                prop_assert_eq!(read.starting(word, 1_000, 1_000).len(), wanted);
            }
        }

        #[test]
        fn words_are_found_by_their_outlines(words in proptest::collection::btree_set("[a-eé]{1,6}", 0..160)) {
            let listed: Vec<(&str, u32)> = words.iter().map(|word| (word.as_str(), 1)).collect();
            let both = Letters::of("ab".chars());
            let short = |outline: Outline| outline.length < 4 && both.beyond(outline.head) == 0;
            let mut found = Vec::new();
            of(&listed).like(short, |word, _| found.push(word.to_owned()));
            let wanted = words.iter().filter(|word| word.chars().count() < 4 && word.contains('a') && word.contains('b'));
            prop_assert_eq!(found, wanted.cloned().collect::<Vec<_>>());
        }

        #[test]
        fn damage_is_an_error_or_harmless(at in 0_usize..400, byte: u8, cut in 0_usize..400) {
            let mut counts = WordCounts::default();
            for number in 0..60 {
                counts.add([format!("word{number}x").as_str()], |_| true);
            }
            let mut bytes = counts.write();
            let length = bytes.len();
            bytes[at % length] = byte;
            bytes.truncate(length - cut % length * usize::from(cut % 3 == 0));
            if let Ok(words) = Words::open(OwnedBytes::new(bytes)) {
                let _ = (words.get("word7x"), words.starting("word1", 50, 50));
            }
        }
    }
}
