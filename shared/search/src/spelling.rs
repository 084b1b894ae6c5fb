//! What a word was meant to be: completions of one that is still being typed, corrections of one that nobody wrote.

use crate::words::{Letters, Outline, Words};

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

/// The listed words within `most` edits of `typed`, at most [`EDITS`], or that begin with something that is. Those with
/// another first letter are within one.
///
/// An edit adds at most one letter to a word's and takes at most one from them, so that most words are told by their
/// outlines.
fn near(words: &Words, typed: &str, most: usize, unfinished: bool) -> Vec<Meant> {
    let outline = Outline::of(typed);
    let whole = Letters::of(typed.chars());
    let most = |other: Outline| if other.first == outline.first { most } else { most.min(1) };
    // Letters of what was typed that a word has at its head if it has them where they were typed.
    let head: [Letters; EDITS + 1] =
        std::array::from_fn(|most| Letters::of(typed.chars().take(Outline::HEAD - most)));
    let likely = |other: Outline| {
        let most = most(other);
        let (own, length) = (usize::from(outline.length), usize::from(other.length));
        head[most].beyond(other.head) <= most
            && length + most >= own
            && (unfinished || length <= own + most && other.head.beyond(whole) <= most)
    };
    let pattern = Pattern::new(typed);
    let mut found = Vec::new();
    words.like(likely, |word, count| {
        let most = most(Outline::of(word));
        let edits = pattern.edits(word, most, unfinished);
        if edits <= most {
            found.push(Meant { word: word.to_owned(), edits, count });
        }
    });
    found
}

/// What was typed, to be held against many words: of each letter, the places where it stands, a bit each.
///
/// The distance counts letters left out, put in, replaced, and neighbours swapped (optimal string alignment). A column of its
/// table is two words of bits, where it rises and where it falls.
///
/// Source: H. Hyyrö, "A Bit-Vector Algorithm for Computing Levenshtein and Damerau Edit Distances" (2003).
struct Pattern {
    letters: Vec<(char, u64)>,
    length: usize,
}

impl Pattern {
    /// Of at most 64 characters; those behind are not looked at.
    fn new(typed: &str) -> Self {
        let mut letters: Vec<(char, u64)> = Vec::new();
        let length = typed.chars().count().min(u64::BITS as usize);
        for (at, letter) in typed.chars().take(length).enumerate() {
            match letters.iter_mut().find(|(other, _)| *other == letter) {
                Some((_, places)) => *places |= 1 << at,
                None => letters.push((letter, 1 << at)),
            }
        }
        Self { letters, length }
    }

    fn places(&self, letter: char) -> u64 {
        self.letters.iter().find(|(other, _)| *other == letter).map_or(0, |(_, places)| *places)
    }

    /// The distance to `word` or, `unfinished`, to its nearest beginning. One of more than `most` may be told too high.
    fn edits(&self, word: &str, most: usize, unfinished: bool) -> usize {
        let last = self.length.saturating_sub(1);
        let (mut rises, mut falls, mut diagonal, mut before) = (u64::MAX, 0_u64, 0_u64, 0_u64);
        let (mut whole, mut least) = (self.length, usize::MAX);
        // A longer beginning is farther than that.
        let longest = if unfinished { self.length + most } else { usize::MAX };
        for letter in word.chars().take(longest) {
            let places = self.places(letter);
            let swapped = ((!diagonal & places) << 1) & before;
            diagonal = swapped | ((places & rises).wrapping_add(rises) ^ rises) | places | falls;
            let (right_rises, right_falls) = (falls | !(diagonal | rises), diagonal & rises);
            whole = whole + (right_rises >> last & 1) as usize - (right_falls >> last & 1) as usize;
            least = least.min(whole);
            let (right_rises, right_falls) = (right_rises << 1 | 1, right_falls << 1);
            (rises, falls) = (right_falls | !(diagonal | right_rises), right_rises & diagonal);
            before = places;
        }
        if unfinished { least } else { whole }
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
    fn defined(a: &[char], b: &[char]) -> usize {
        match (a, b) {
            ([], rest) | (rest, []) => rest.len(),
            ([a_rest @ .., x], [b_rest @ .., y]) => {
                let mut least = (defined(a_rest, b_rest) + usize::from(x != y))
                    .min(defined(a_rest, b) + 1)
                    .min(defined(a, b_rest) + 1);
                if let ([a_short @ .., p], [b_short @ .., q]) = (a_rest, b_rest)
                    && p == y
                    && q == x
                {
                    least = least.min(defined(a_short, b_short) + 1);
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
                (shortest..=word.len()).map(|end| defined(&word[..end], &letters)).min().unwrap_or(usize::MAX)
            };
            let wanted: Vec<(String, usize)> = listed
                .iter()
                .map(|word| (word.clone(), edits(word)))
                .filter(|(word, edits)| {
                    let same_first = word.chars().next() == typed.chars().next();
                    *edits <= if same_first { most } else { 1 }
                })
                .collect();
            prop_assert_eq!(found, wanted);
        }
    }
}
