//! Languages: those that words can be stemmed in, and all others.
//!
//! Which language a thread is in is said by the thread; finding that out is left to the indexer.

use frostem::{Algorithm, Stemmer};
use serde::{Deserialize, Serialize};

/// A language, or rather how its words are cut to stems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Language {
    /// Arabic.
    #[serde(rename = "ar")]
    Arabic,
    /// Danish.
    #[serde(rename = "da")]
    Danish,
    /// Dutch.
    #[serde(rename = "nl")]
    Dutch,
    /// English.
    #[serde(rename = "en")]
    English,
    /// Finnish.
    #[serde(rename = "fi")]
    Finnish,
    /// French.
    #[serde(rename = "fr")]
    French,
    /// German.
    #[serde(rename = "de")]
    German,
    /// Greek.
    #[serde(rename = "el")]
    Greek,
    /// Hungarian.
    #[serde(rename = "hu")]
    Hungarian,
    /// Italian.
    #[serde(rename = "it")]
    Italian,
    /// Norwegian, either of its written forms.
    #[serde(rename = "no")]
    Norwegian,
    /// Portuguese.
    #[serde(rename = "pt")]
    Portuguese,
    /// Romanian.
    #[serde(rename = "ro")]
    Romanian,
    /// Russian.
    #[serde(rename = "ru")]
    Russian,
    /// Spanish.
    #[serde(rename = "es")]
    Spanish,
    /// Swedish.
    #[serde(rename = "sv")]
    Swedish,
    /// Tamil.
    #[serde(rename = "ta")]
    Tamil,
    /// Turkish.
    #[serde(rename = "tr")]
    Turkish,
    /// Any other: words are taken as they are written.
    #[serde(rename = "und")]
    Other,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::Arabic,
        Self::Danish,
        Self::Dutch,
        Self::English,
        Self::Finnish,
        Self::French,
        Self::German,
        Self::Greek,
        Self::Hungarian,
        Self::Italian,
        Self::Norwegian,
        Self::Portuguese,
        Self::Romanian,
        Self::Russian,
        Self::Spanish,
        Self::Swedish,
        Self::Tamil,
        Self::Turkish,
        Self::Other,
    ];

    /// The language of a BCP 47 tag, by its primary subtag: `de-AT` is German.
    pub fn of(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().trim().to_ascii_lowercase();
        match primary.as_str() {
            "nb" | "nn" => Self::Norwegian,
            code => Self::ALL.into_iter().find(|language| language.code() == code).unwrap_or(Self::Other),
        }
    }

    /// Its primary subtag; `und`, undetermined, for [`Language::Other`].
    pub fn code(self) -> &'static str {
        match self {
            Self::Arabic => "ar",
            Self::Danish => "da",
            Self::Dutch => "nl",
            Self::English => "en",
            Self::Finnish => "fi",
            Self::French => "fr",
            Self::German => "de",
            Self::Greek => "el",
            Self::Hungarian => "hu",
            Self::Italian => "it",
            Self::Norwegian => "no",
            Self::Portuguese => "pt",
            Self::Romanian => "ro",
            Self::Russian => "ru",
            Self::Spanish => "es",
            Self::Swedish => "sv",
            Self::Tamil => "ta",
            Self::Turkish => "tr",
            Self::Other => "und",
        }
    }

    /// The term that a stem of a word in it is in the index. English is where most names of things are from: its stems
    /// are those of texts in no known language too.
    pub(super) fn term(self, stem: &str) -> String {
        match self {
            Self::English | Self::Other => stem.to_owned(),
            other => format!("{stem}|{}", other.code()),
        }
    }

    /// What cuts its words to stems.
    pub(super) fn stemmer(self) -> Option<Stemmer> {
        let algorithm = match self {
            Self::Arabic => Algorithm::Arabic,
            Self::Danish => Algorithm::Danish,
            Self::Dutch => Algorithm::Dutch,
            Self::English => Algorithm::English,
            Self::Finnish => Algorithm::Finnish,
            Self::French => Algorithm::French,
            Self::German => Algorithm::German,
            Self::Greek => Algorithm::Greek,
            Self::Hungarian => Algorithm::Hungarian,
            Self::Italian => Algorithm::Italian,
            Self::Norwegian => Algorithm::Norwegian,
            Self::Portuguese => Algorithm::Portuguese,
            Self::Romanian => Algorithm::Romanian,
            Self::Russian => Algorithm::Russian,
            Self::Spanish => Algorithm::Spanish,
            Self::Swedish => Algorithm::Swedish,
            Self::Tamil => Algorithm::Tamil,
            Self::Turkish => Algorithm::Turkish,
            Self::Other => return None,
        };
        Some(Stemmer::new(algorithm))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_by_their_primary_subtag() {
        assert_eq!(Language::of("de-AT"), Language::German);
        assert_eq!(Language::of("PT_br"), Language::Portuguese);
        assert_eq!(Language::of("nb"), Language::Norwegian);
        assert_eq!(Language::of("ja"), Language::Other);
        assert_eq!(Language::of(""), Language::Other);
    }

    #[test]
    fn codes_are_what_bundles_say() {
        for language in Language::ALL {
            assert_eq!(Language::of(language.code()), language);
            assert_eq!(serde_json::to_string(&language).unwrap(), format!("\"{}\"", language.code()));
        }
    }
}
