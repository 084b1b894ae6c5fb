//! What a word was meant to be: completions of one that is still being typed, corrections of one that nobody wrote.

use std::ops::ControlFlow;

use crate::words::Words;

/// Completions of an unfinished word at most, the most frequent ones, by its characters: what somebody types towards is
/// among them or will be after the next letter.
const COMPLETIONS: [usize; 5] = [0, 0, 6, 10, 16];

/// Words looked at to choose them, so that one letter more costs no more than this.
const COMPLETIONS_SEEN: usize = 2_000;

/// Corrections of a word at most.
const CORRECTIONS: usize = 3;

/// Characters that a word has at least to be corrected by one edit, and by two.
const ONE_EDIT: usize = 4;
const TWO_EDITS: usize = 8;

/// How much likelier a correction must be than a rare word as it stands: people do use rare words.
const RARE: u32 = 2;
const LIKELIER: u32 = 50;

/// A word that may have been meant.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Meant {
    /// The word, or two that were run together, with a space between.
    pub word: String,
    /// Edits from what was typed.
    pub edits: usize,
    /// Threads that have it.
    pub count: u32,
}

/// The most frequent words that begin with `prefix`.
pub(crate) fn completions(words: &Words, prefix: &str) -> Vec<String> {
    let characters = prefix.chars().count();
    let most = COMPLETIONS.get(characters).or(COMPLETIONS.last()).copied().unwrap_or(0);
    let mut found = words.starting(prefix, COMPLETIONS_SEEN);
    found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    found.into_iter().take(most).map(|(word, _)| word).collect()
}

/// What `typed` may have been meant to be, the likeliest first; nothing where it is a usual word. `unfinished`: it may
/// also be the beginning of one.
pub(crate) fn corrections(words: &Words, typed: &str, unfinished: bool) -> Vec<Meant> {
    let length = typed.chars().count();
    let known = words.get(typed).unwrap_or(0);
    if length < ONE_EDIT || known > RARE || !typed.chars().all(char::is_alphabetic) {
        return Vec::new();
    }
    let most = if length >= TWO_EDITS { 2 } else { 1 };
    let mut found = near(words, typed, most, unfinished);
    found.retain(|meant| meant.edits > 0 && (known == 0 || meant.count / LIKELIER >= known));
    if known == 0 {
        found.extend(halves(words, typed));
    }
    found.sort_by(|a, b| {
        likelihood(b, typed).total_cmp(&likelihood(a, typed)).then_with(|| a.word.cmp(&b.word))
    });
    found.truncate(CORRECTIONS);
    // What is far less likely than the first is noise.
    let least = found.first().map_or(0.0, |first| likelihood(first, typed)) - 2.0;
    found.retain(|meant| likelihood(meant, typed) >= least);
    found
}

/// A logarithm of how likely `meant` is: frequent words, few edits, and people rarely miss the first letter.
fn likelihood(meant: &Meant, typed: &str) -> f32 {
    let other_start = meant.word.chars().next() != typed.chars().next();
    (meant.count as f32).ln_1p() - 3.0 * meant.edits as f32 - f32::from(u8::from(other_start))
}

/// Two listed words that were run together: the pair whose rarer one is the most frequent.
fn halves(words: &Words, typed: &str) -> Option<Meant> {
    let cuts = typed.char_indices().skip(2).map(|(at, _)| typed.split_at(at));
    let pairs = cuts.filter(|(_, second)| second.chars().count() >= 2).filter_map(|(first, second)| {
        let count = words.get(first)?.min(words.get(second)?);
        Some(Meant { word: format!("{first} {second}"), edits: 1, count })
    });
    pairs.max_by_key(|meant| meant.count)
}

/// The listed words within `most` edits of `typed`, or that begin with something that is.
///
/// The distance counts letters left out, put in, replaced, and neighbours swapped (optimal string alignment). Words
/// come in order, so rows of the table are kept for what a word shares with the one before it, and a beginning that is
/// too far already is not looked at again.
fn near(words: &Words, typed: &str, most: usize, unfinished: bool) -> Vec<Meant> {
    let typed: Vec<char> = typed.chars().collect();
    let first: Vec<usize> = (0..=typed.len()).collect();
    let mut table = Table { typed, rows: vec![first], letters: Vec::new(), ends: Vec::new() };
    let mut found = Vec::new();
    // Bytes of the last word's beginning that is too far.
    let mut lost = usize::MAX;
    words.walk(0, |word, shared, count| {
        if shared >= lost {
            return ControlFlow::Continue(());
        }
        lost = usize::MAX;
        table.keep(shared);
        let mut edits = if unfinished { table.least_so_far() } else { usize::MAX };
        for (at, letter) in word.char_indices().filter(|(at, _)| *at >= shared) {
            let end = at + letter.len_utf8();
            let (nearest, whole) = table.push(letter, end);
            if unfinished {
                edits = edits.min(whole);
            }
            if nearest > most && edits > most {
                lost = end;
                break;
            }
        }
        if lost == usize::MAX {
            let whole = table.rows.last().and_then(|row| row.last()).copied().unwrap_or(usize::MAX);
            edits = edits.min(whole);
        }
        if edits <= most {
            found.push(Meant { word: word.to_owned(), edits, count });
        }
        ControlFlow::Continue(())
    });
    found
}

/// Rows of edit distances, one a letter of the listed word, over the letters typed.
struct Table {
    typed: Vec<char>,
    rows: Vec<Vec<usize>>,
    letters: Vec<char>,
    /// Bytes of the word up to each letter's end.
    ends: Vec<usize>,
}

impl Table {
    /// Drops the rows of letters behind the first `bytes` bytes.
    fn keep(&mut self, bytes: usize) {
        while self.ends.last().is_some_and(|end| *end > bytes) {
            self.ends.pop();
            self.letters.pop();
            self.rows.pop();
        }
    }

    /// The least distance of what was typed from a beginning of the letters that are kept.
    fn least_so_far(&self) -> usize {
        self.rows.iter().skip(1).filter_map(|row| row.last()).copied().min().unwrap_or(usize::MAX)
    }

    /// Adds the row of one more letter; returns its least value and its last one.
    fn push(&mut self, letter: char, end: usize) -> (usize, usize) {
        let depth = self.rows.len();
        let before = &self.rows[depth - 1];
        let mut row = Vec::with_capacity(before.len());
        row.push(depth);
        for (at, typed) in self.typed.iter().enumerate() {
            let replaced = before[at] + usize::from(*typed != letter);
            let mut least = replaced.min(before[at + 1] + 1).min(row[at] + 1);
            let swapped =
                at > 0 && depth > 1 && self.typed[at - 1] == letter && self.letters[depth - 2] == *typed;
            if swapped {
                least = least.min(self.rows[depth - 2][at - 1] + 1);
            }
            row.push(least);
        }
        let result = (row.iter().copied().min().unwrap_or(0), row.last().copied().unwrap_or(0));
        self.rows.push(row);
        self.letters.push(letter);
        self.ends.push(end);
        result
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::words::tests::of;

    fn meant(listed: &[(&str, u32)], typed: &str, unfinished: bool) -> Vec<String> {
        corrections(&of(listed), typed, unfinished).into_iter().map(|meant| meant.word).collect()
    }

    const LISTED: [(&str, u32); 8] = [
        ("segment", 400),
        ("segmentation", 900),
        ("segue", 1),
        ("brain", 50),
        ("tumor", 80),
        ("install", 300),
        ("extension", 200),
        ("extensions", 90),
    ];

    #[test]
    fn slips_are_corrected() {
        assert_eq!(meant(&LISTED, "segmnt", false), ["segment"]);
        assert_eq!(meant(&LISTED, "tumr", true)[0], "tumor");
        assert_eq!(meant(&LISTED, "isntall", false), ["install"]);
        assert_eq!(meant(&LISTED, "segmenttaion", false), ["segmentation"]);
        assert_eq!(meant(&LISTED, "braintumor", false), ["brain tumor"]);
    }

    #[test]
    fn an_unfinished_word_with_a_slip_is_recognised() {
        assert_eq!(meant(&LISTED, "extnsi", true)[0], "extension");
        assert!(meant(&LISTED, "extnsi", false).is_empty());
    }

    #[test]
    fn usual_words_and_short_ones_stay() {
        assert!(meant(&LISTED, "brain", false).is_empty());
        assert!(meant(&LISTED, "sgm", false).is_empty());
        assert!(meant(&LISTED, "4k32", false).is_empty());
        assert_eq!(
            meant(&[("sync", 500), ("synx", 1)], "synx", false),
            ["sync"],
            "a rare word beside a usual one"
        );
        assert!(meant(&[("sync", 40), ("synx", 1)], "synx", false).is_empty());
    }

    #[test]
    fn completions_are_the_most_frequent() {
        assert_eq!(completions(&of(&LISTED), "seg"), ["segmentation", "segment", "segue"]);
        assert!(completions(&of(&LISTED), "s").is_empty());
    }

    /// The distance by its definition.
    fn distance(a: &[char], b: &[char]) -> usize {
        match (a, b) {
            ([], rest) | (rest, []) => rest.len(),
            ([a_rest @ .., x], [b_rest @ .., y]) => {
                let mut least = (distance(a_rest, b_rest) + usize::from(x != y))
                    .min(distance(a_rest, b) + 1)
                    .min(distance(a, b_rest) + 1);
                if let ([a_short @ .., p], [b_short @ .., q]) = (a_rest, b_rest)
                    && p == y
                    && q == x
                {
                    least = least.min(distance(a_short, b_short) + 1);
                }
                least
            }
        }
    }

    proptest! {
        #[test]
        fn near_words_are_those_within_the_distance(
            listed in proptest::collection::btree_set("[abé]{1,5}", 1..30),
            typed in "[abé]{1,5}",
        ) {
            let pairs: Vec<(&str, u32)> = listed.iter().map(|word| (word.as_str(), 1)).collect();
            let mut found: Vec<String> =
                near(&of(&pairs), &typed, 2, false).into_iter().map(|meant| meant.word).collect();
            found.sort();
            let letters: Vec<char> = typed.chars().collect();
            let within = |word: &&String| distance(&word.chars().collect::<Vec<_>>(), &letters) <= 2;
            let mut wanted: Vec<String> = listed.iter().filter(within).cloned().collect();
            wanted.sort();
            prop_assert_eq!(found, wanted);
        }
    }
}
