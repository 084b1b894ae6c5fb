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

/// How a walk goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// With the next word.
    Next,
    /// With the next word that does not begin with so many bytes of this one.
    Past(usize),
    /// Not at all.
    Stop,
}

/// Reads the section in place.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    bytes: OwnedBytes,
    words: usize,
}

impl Words {
    /// Checks that the section is read from end to end, in order.
    pub(crate) fn open(bytes: OwnedBytes) -> Result<Self, BundleError> {
        let malformed = |why: &str| BundleError::malformed(format!("section {SECTION}"), why);
        let count = bytes.get(..4).and_then(|four| four.try_into().ok()).map(u32::from_le_bytes);
        let words = Self { words: count.ok_or_else(|| malformed("it is cut off"))? as usize, bytes };
        let (mut seen, mut before, mut ordered) = (0, String::new(), true);
        words.walk(0, |word, _, _| {
            ordered &= seen == 0 || *before < *word;
            before.clear();
            before.push_str(word);
            seen += 1;
            Step::Next
        });
        if seen != words.words || !ordered {
            return Err(malformed("its words are not in order"));
        }
        Ok(words)
    }

    /// How many threads have a word; `None` for one that is not listed.
    pub(crate) fn get(&self, word: &str) -> Option<u32> {
        let mut found = None;
        self.walk(self.block_of(word), |listed, _, count| {
            if listed == word {
                found = Some(count);
            }
            if listed < word { Step::Next } else { Step::Stop }
        });
        found
    }

    /// The `most` most frequent of the first `seen` words that begin with `prefix`, in order among equals.
    pub(crate) fn starting(&self, prefix: &str, seen: usize, most: usize) -> Vec<(String, u32)> {
        let mut found: Vec<(String, u32)> = Vec::with_capacity(most + 1);
        let mut left = seen;
        self.walk(self.block_of(prefix), |word, _, count| {
            if !word.starts_with(prefix) {
                return if word > prefix { Step::Stop } else { Step::Next };
            }
            let rank = found.partition_point(|(_, other)| *other >= count);
            if rank < most {
                found.truncate(most - 1);
                found.insert(rank, (word.to_owned(), count));
            }
            left -= 1;
            if left == 0 { Step::Stop } else { Step::Next }
        });
        found
    }

    /// Calls `act` with each word from a block on, how many bytes it shares with the last one that was given, and its
    /// count. What is passed over costs next to nothing: whole blocks are not read.
    pub(crate) fn walk(&self, block: usize, mut act: impl FnMut(&str, usize, u32) -> Step) {
        let blocks = self.words.div_ceil(BLOCK);
        let (mut word, mut given) = (Vec::with_capacity(WORD_BYTES), Vec::with_capacity(WORD_BYTES));
        // The beginning that is passed over: bytes of the word given last, 0 for none.
        let mut past = 0;
        for block in block..blocks {
            if past > 0 && self.begins_with(block + 1, given.get(..past).unwrap_or_default()) {
                continue;
            }
            let Some(mut at) = self.start(block) else { return };
            word.clear();
            for _ in 0..BLOCK.min(self.words - block * BLOCK) {
                let Some((count, behind)) = self.next(at, &mut word) else { return };
                at = behind;
                let same = given.iter().zip(&word).take_while(|(a, b)| a == b).count();
                if past > 0 && same >= past {
                    continue;
                }
                let Ok(text) = std::str::from_utf8(&word) else { return };
                let shared = (0..=same).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
                past = match act(text, shared, count) {
                    Step::Next => 0,
                    Step::Past(bytes) => bytes,
                    Step::Stop => return,
                };
                given.clone_from(&word);
            }
        }
    }

    /// Whether the first word of a block begins with some bytes.
    fn begins_with(&self, block: usize, beginning: &[u8]) -> bool {
        let first = || {
            let at = self.start(block)?;
            let length = usize::from(*self.bytes.get(at + 1)?);
            self.bytes.get(at + 2..at + 2 + length)
        };
        block < self.words.div_ceil(BLOCK) && first().is_some_and(|first| first.starts_with(beginning))
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
            let mut before = String::new();
            read.walk(0, |word, shared, count| {
                assert_eq!(before.get(..shared), word.get(..shared));
                before = word.to_owned();
                walked.push((word.to_owned(), count));
                Step::Next
            });
            prop_assert_eq!(walked, words.clone().into_iter().collect::<Vec<_>>());
            for (word, count) in &words {
                prop_assert_eq!(read.get(word), Some(*count));
                let wanted = words.keys().filter(|other| other.starts_with(word.as_str())).count();
                prop_assert_eq!(read.starting(word, 1_000, 1_000).len(), wanted);
            }
        }

        #[test]
        fn beginnings_are_passed_over(words in proptest::collection::btree_set("[abé]{1,6}", 1..160), past: u8) {
            let listed: Vec<(&str, u32)> = words.iter().map(|word| (word.as_str(), 1)).collect();
            let mut given: Vec<String> = Vec::new();
            let mut lost = String::new();
            let beginning = |word: &str| {
                let bytes = usize::from(past) % (word.len() + 1);
                word.get(..bytes).map_or(0, str::len)
            };
            let mut wanted: Vec<&str> = Vec::new();
            for (word, _) in &listed {
                if lost.is_empty() || !word.starts_with(&lost) {
                    wanted.push(word);
                    lost = word[..beginning(word)].to_owned();
                }
            }
            of(&listed).walk(0, |word, shared, _| {
                let before = given.last().map_or("", String::as_str);
                assert_eq!(before.get(..shared), word.get(..shared));
                given.push(word.to_owned());
                Step::Past(beginning(word))
            });
            prop_assert_eq!(given, wanted);
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
