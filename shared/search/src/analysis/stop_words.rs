//! Stop words: so frequent in the questions of a language that they say nothing. They stay in the index and are
//! only left out of queries that have other words.

use tantivy::tokenizer::{
    Language as Listed, RawTokenizer, StopWordFilter, TokenFilter, TokenStream, Tokenizer,
};

use super::Language;

type Filter = <StopWordFilter as TokenFilter>::Tokenizer<RawTokenizer>;

/// The stop words of one language.
#[derive(Clone)]
pub(super) enum StopWords {
    /// Our own list.
    English,
    /// tantivy's list, which can be read through its filter only.
    Listed(Box<Filter>),
    /// A language without a list.
    Unknown,
}

impl StopWords {
    pub(super) fn of(language: Language) -> Self {
        let listed = match language {
            Language::English => return Self::English,
            Language::Danish => Listed::Danish,
            Language::Dutch => Listed::Dutch,
            Language::Finnish => Listed::Finnish,
            Language::French => Listed::French,
            Language::German => Listed::German,
            Language::Hungarian => Listed::Hungarian,
            Language::Italian => Listed::Italian,
            Language::Norwegian => Listed::Norwegian,
            Language::Portuguese => Listed::Portuguese,
            Language::Russian => Listed::Russian,
            Language::Spanish => Listed::Spanish,
            Language::Swedish => Listed::Swedish,
            Language::Arabic
            | Language::Greek
            | Language::Romanian
            | Language::Tamil
            | Language::Turkish
            | Language::Other => return Self::Unknown,
        };
        StopWordFilter::new(listed)
            .map_or(Self::Unknown, |filter| Self::Listed(Box::new(filter.transform(RawTokenizer::default()))))
    }

    /// Whether a word is one: English is listed folded, the others with their accents.
    pub(super) fn contains(&self, written: &str, folded: &str) -> bool {
        match self {
            Self::English => ENGLISH.binary_search(&folded).is_ok(),
            Self::Listed(filter) => !filter.clone().token_stream(&written.to_lowercase()).advance(),
            Self::Unknown => false,
        }
    }
}

/// Sorted: function words, and the phrases that every help request opens with.
const ENGLISH: &[&str] = &[
    "a", "about", "after", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "because",
    "been", "but", "by", "can", "cannot", "could", "did", "do", "does", "doesn", "doing", "don", "for",
    "from", "get", "had", "has", "have", "having", "hello", "help", "hi", "how", "i", "if", "in", "into",
    "is", "isn", "it", "its", "just", "ll", "m", "me", "my", "no", "not", "of", "on", "or", "our", "please",
    "re", "s", "should", "so", "some", "t", "than", "thank", "thanks", "that", "the", "their", "them",
    "then", "there", "these", "they", "this", "to", "too", "up", "us", "ve", "very", "was", "we", "were",
    "what", "when", "where", "which", "while", "who", "why", "will", "with", "would", "you", "your",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_sorted() {
        assert!(ENGLISH.is_sorted());
    }

    #[test]
    fn lists_are_found_and_read() {
        let contains =
            |language: Language, word: &str| StopWords::of(language).contains(word, &word.to_lowercase());
        assert!(contains(Language::English, "Please"));
        assert!(contains(Language::German, "Für") && !contains(Language::German, "Ordner"));
        assert!(contains(Language::Russian, "как") && !contains(Language::Russian, "ошибка"));
        assert!(!contains(Language::Other, "the"));
        let listed = Language::ALL.into_iter().map(StopWords::of);
        assert_eq!(listed.filter(|list| matches!(list, StopWords::Listed(_))).count(), 12);
    }
}
