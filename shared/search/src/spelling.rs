//! What a word was meant to be: completions of one that is still being typed, corrections of one that nobody wrote.

use crate::words::{Step, Words};

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

/// Edits at most.
const EDITS: usize = 2;

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
    words.starting(prefix, COMPLETIONS_SEEN, most).into_iter().map(|(word, _)| word).collect()
}

/// What `typed` may have been meant to be, the likeliest first; nothing where it is a usual word. `unfinished`: it may
/// also be the beginning of one.
pub(crate) fn corrections(words: &Words, typed: &str, unfinished: bool) -> Vec<Meant> {
    let length = typed.chars().count();
    let known = words.get(typed).unwrap_or(0);
    if length < ONE_EDIT || known > RARE || !typed.chars().all(char::is_alphabetic) {
        return Vec::new();
    }
    let most = if length >= TWO_EDITS { EDITS } else { 1 };
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

/// The listed words within `most` edits of `typed`, at most [`EDITS`], or that begin with something that is.
///
/// The distance counts letters left out, put in, replaced, and neighbours swapped (optimal string alignment). Words
/// come in order, so rows of the table are kept for what a word shares with the one before it, and words with a beginning
/// that is too far already are passed over.
fn near(words: &Words, typed: &str, most: usize, unfinished: bool) -> Vec<Meant> {
    let mut table = Table::new(typed);
    let mut found = Vec::new();
    words.walk(0, |word, shared, count| {
        table.keep(shared);
        for (at, letter) in word.char_indices().filter(|(at, _)| *at >= shared) {
            let end = at + letter.len_utf8();
            table.push(letter, end);
            let row = table.last();
            let begun = unfinished && row.least_whole <= most;
            if row.least > most && !begun {
                return Step::Past(end);
            }
        }
        let row = table.last();
        let edits = if unfinished { row.least_whole } else { row.whole };
        if edits <= most {
            found.push(Meant { word: word.to_owned(), edits, count });
        }
        Step::Next
    });
    found
}

/// Cells of a row that can be within [`EDITS`] edits: those as near to the diagonal.
const BAND: usize = 2 * EDITS + 1;

/// More than any number of edits that counts.
const FAR: usize = 99;

/// Rows of edit distances, one a letter of the listed word, over the letters typed. Of each row only a band is computed:
/// cell `d` is the distance from the first `depth + d - EDITS` letters typed.
///
/// Source of the band: E. Ukkonen, "Algorithms for Approximate String Matching" (1985).
struct Table {
    typed: Vec<char>,
    rows: Vec<Row>,
}

#[derive(Clone, Copy)]
struct Row {
    cells: [usize; BAND],
    letter: char,
    /// Bytes of the word up to the letter's end.
    end: usize,
    /// The least of the row: no longer word is nearer.
    least: usize,
    /// The distance from all that was typed.
    whole: usize,
    /// The least such distance of this row and those before, but the one without letters.
    least_whole: usize,
}

impl Table {
    fn new(typed: &str) -> Self {
        let typed: Vec<char> = typed.chars().collect();
        let cells = std::array::from_fn(|d| match d.checked_sub(EDITS) {
            Some(letters) if letters <= typed.len() => letters,
            _ => FAR,
        });
        let first = Row { cells, letter: '\0', end: 0, least: 0, whole: FAR, least_whole: FAR };
        Self { typed, rows: vec![first] }
    }

    fn last(&self) -> Row {
        self.rows[self.rows.len() - 1]
    }

    /// Drops the rows of letters behind the first `bytes` bytes.
    fn keep(&mut self, bytes: usize) {
        let kept = self.rows.partition_point(|row| row.end <= bytes);
        self.rows.truncate(kept.max(1));
    }

    /// Adds the row of one more letter, which ends at a byte of the word.
    fn push(&mut self, letter: char, end: usize) {
        let depth = self.rows.len();
        let before = self.last();
        let before_that = depth.checked_sub(2).map(|at| self.rows[at]);
        let (mut cells, mut whole) = ([FAR; BAND], FAR);
        for d in 0..BAND {
            let Some(letters) = (depth + d).checked_sub(EDITS).filter(|letters| *letters <= self.typed.len())
            else {
                continue;
            };
            let mut least = before.cells.get(d + 1).map_or(FAR, |left_out| left_out + 1);
            if d > 0 {
                least = least.min(cells[d - 1] + 1);
            }
            if letters > 0 {
                let typed = self.typed[letters - 1];
                least = least.min(before.cells[d] + usize::from(typed != letter));
                let swapped = letters > 1 && self.typed[letters - 2] == letter && before.letter == typed;
                if let Some(before_that) = before_that.filter(|_| swapped) {
                    least = least.min(before_that.cells[d] + 1);
                }
            }
            cells[d] = least;
            if letters == self.typed.len() {
                whole = least;
            }
        }
        let least = cells.iter().copied().min().unwrap_or(FAR);
        self.rows.push(Row { cells, letter, end, least, whole, least_whole: whole.min(before.least_whole) });
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
            most in 1..=2_usize,
            unfinished: bool,
        ) {
            let pairs: Vec<(&str, u32)> = listed.iter().map(|word| (word.as_str(), 1)).collect();
            let found: Vec<(String, usize)> = near(&of(&pairs), &typed, most, unfinished)
                .into_iter()
                .map(|meant| (meant.word, meant.edits))
                .collect();
            let letters: Vec<char> = typed.chars().collect();
            let edits = |word: &String| {
                let word: Vec<char> = word.chars().collect();
                let shortest = if unfinished { 1 } else { word.len() };
                (shortest..=word.len()).map(|end| distance(&word[..end], &letters)).min().unwrap_or(usize::MAX)
            };
            let wanted: Vec<(String, usize)> = listed
                .iter()
                .map(|word| (word.clone(), edits(word)))
                .filter(|(_, edits)| *edits <= most)
                .collect();
            prop_assert_eq!(found, wanted);
        }
    }
}
