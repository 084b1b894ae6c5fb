//! The analyzer: text to terms, the same for the indexer that writes and the Worker that reads.
//!
//! Words (see `pieces`) are folded (see `fold`) and cut to stems by the language of the text; names of things have no
//! stem. A thread is analysed in its own language, and a query in every language that the index has, since nobody says
//! which one it is in: "Ordner" finds what German and what English make of it. Stems bear their language, so that what
//! German makes of "Docker" finds no English "docks".
//!
//! Folding comes before stemming. Some stemmers know fewer endings without accents, but readers leave accents out,
//! and what they type must become what the thread became.

mod fold;
mod language;
mod pieces;
mod stop_words;

use std::ops::Range;

use fold::Folding;
pub use language::Language;
use stop_words::StopWords;

/// One analysed word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// Its distinct terms in the index, that of the main language first; never empty.
    pub stems: Vec<String>,
    /// The word folded, not stemmed.
    pub folded: String,
    /// First byte in the text.
    pub start: usize,
    /// First byte behind.
    pub end: usize,
}

/// A word of a text, before its stems are found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Folded {
    /// The word folded.
    pub text: String,
    /// It is the name of a thing, which has no stem.
    pub name: bool,
}

impl Word {
    /// Its term in the main language.
    pub(crate) fn stem(&self) -> &str {
        self.stems.first().map_or("", String::as_str)
    }
}

/// Analyses texts in given languages.
#[derive(Clone)]
pub(crate) struct Analyzer {
    /// The most frequent one first; never empty.
    languages: Vec<(Language, Option<frostem::Stemmer>, StopWords)>,
}

impl Analyzer {
    /// Analyses in `languages`, the most frequent one first; English where there is none.
    pub(crate) fn new(languages: impl IntoIterator<Item = Language>) -> Self {
        let mut distinct: Vec<Language> = Vec::new();
        for language in languages {
            if !distinct.contains(&language) {
                distinct.push(language);
            }
        }
        if distinct.is_empty() {
            distinct.push(Language::English);
        }
        let parts = |language: Language| (language, language.stemmer(), StopWords::of(language));
        Self { languages: distinct.into_iter().map(parts).collect() }
    }

    /// The words of `text` in the order of their start, the longer of two first.
    pub(crate) fn analyse(&self, text: &str) -> Vec<Word> {
        self.fold(text, |_| true)
            .map(|(folded, Range { start, end })| {
                let stems = self.stems(&folded);
                Word { stems, folded: folded.text, start, end }
            })
            .collect()
    }

    /// The words of `text` that are `wanted` as they are written, each with its place in bytes, in the order of
    /// [`Analyzer::analyse`].
    pub(crate) fn fold(
        &self,
        text: &str,
        wanted: impl Fn(&str) -> bool,
    ) -> impl Iterator<Item = (Folded, Range<usize>)> {
        let mut folding = Folding::new();
        pieces::pieces(text).into_iter().filter_map(move |piece| {
            let place = piece.start..piece.end;
            let written = text.get(place.clone()).filter(|written| wanted(written))?;
            let folded = folding.fold(written);
            (!folded.is_empty()).then_some((Folded { text: folded, name: piece.name }, place))
        })
    }

    /// The distinct terms of a word in the index, that of the main language first.
    pub(crate) fn stems(&self, word: &Folded) -> Vec<String> {
        let folded = word.text.as_str();
        if word.name {
            return vec![folded.to_owned()];
        }
        let mut stems: Vec<String> = Vec::with_capacity(1);
        for (language, stemmer, _) in &self.languages {
            let stem = stemmer.map_or(folded.into(), |stemmer| stemmer.stem(folded));
            // A stemmer may leave nothing of a word that is all ending.
            let stem = if stem.is_empty() { folded } else { &stem };
            let term = language.term(stem);
            if !stems.contains(&term) {
                stems.push(term);
            }
        }
        stems
    }

    /// Which of the words of `text` are stop words of the language that it is likely in: the one with the most of
    /// them, the more frequent language of equals.
    pub(crate) fn stop_words(&self, text: &str, words: &[Word]) -> Vec<bool> {
        let written = |word: &Word| text.get(word.start..word.end).unwrap_or_default();
        let marks = |(_, _, list): &(_, _, StopWords)| -> Vec<bool> {
            words.iter().map(|word| list.contains(written(word), &word.folded)).collect()
        };
        let count = |marks: &Vec<bool>| marks.iter().filter(|mark| **mark).count();
        // `max_by_key` keeps the last of equals.
        self.languages.iter().rev().map(marks).max_by_key(count).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stems(text: &str, languages: &[Language]) -> Vec<String> {
        let words = Analyzer::new(languages.iter().copied()).analyse(text);
        words.into_iter().flat_map(|word| word.stems).collect()
    }

    #[test]
    fn words_are_folded_and_stemmed() {
        let english = [Language::English];
        assert_eq!(stems("Syncing CAFÉ folders!", &english), ["sync", "cafe", "folder"]);
        assert_eq!(stems("rendering.Settings", &english), ["rendering.settings", "render", "set"]);
    }

    #[test]
    fn every_language_has_its_say() {
        let mixed = [Language::English, Language::German];
        assert_eq!(stems("Ordnern", &mixed), ["ordnern", "ordn|de"]);
        assert_eq!(stems("Ordner", &[Language::German]), ["ordn|de"]);
        assert_eq!(stems("Ordner", &[Language::Other]), ["ordner"]);
        assert_eq!(stems("файлы", &[Language::English, Language::Russian]), ["файлы", "файл|ru"]);
    }

    #[test]
    fn stop_words_are_those_of_the_likely_language() {
        let analyzer = Analyzer::new([Language::English, Language::German]);
        let kept = |text: &str| -> Vec<String> {
            let words = analyzer.analyse(text);
            let marks = analyzer.stop_words(text, &words);
            words.into_iter().zip(marks).filter(|(_, stop)| !stop).map(|(word, _)| word.folded).collect()
        };
        assert_eq!(kept("wie kann ich die Ordner für mich teilen"), ["ordner", "teilen"]);
        assert_eq!(kept("how can I die in the game"), ["die", "game"]);
    }

    proptest::proptest! {
        /// What lets a highlighter pass over words unseen.
        #[test]
        fn stems_begin_as_words_do(text in "[a-zA-Z0-9._/+#-]{1,12}") {
            for word in Analyzer::new(Language::ALL).analyse(&text) {
                for stem in &word.stems {
                    proptest::prop_assert_eq!(stem.bytes().next(), word.folded.bytes().next());
                }
            }
        }

        #[test]
        fn words_lie_within_the_text(text in "(\\PC|[a-zA-Z0-9._:/\\\\@+# -]|[漢字かな]){0,80}") {
            let analyzer = Analyzer::new(Language::ALL);
            let mut before = (0, std::cmp::Reverse(usize::MAX));
            for word in analyzer.analyse(&text) {
                proptest::prop_assert!(text.get(word.start..word.end).is_some_and(|slice| !slice.is_empty()));
                proptest::prop_assert!(!word.stem().is_empty() && !word.folded.is_empty());
                let order = (word.start, std::cmp::Reverse(word.end));
                proptest::prop_assert!(before <= order);
                before = order;
            }
        }
    }
}
