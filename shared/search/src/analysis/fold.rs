//! Folding: letters that people take for the same become the same. Case goes, and what Latin letters carry.

use std::borrow::Cow;

use tantivy::tokenizer::{AsciiFoldingFilter, RawTokenizer, TextAnalyzer, TokenStream};

/// Folds words.
pub(super) struct Folding(TextAnalyzer);

impl Folding {
    pub(super) fn new() -> Self {
        Self(TextAnalyzer::builder(RawTokenizer::default()).filter(AsciiFoldingFilter).build())
    }

    /// A word in lower case and, where it is Latin, without accents.
    pub(super) fn fold(&mut self, word: &str) -> String {
        if word.is_ascii() {
            return word.to_ascii_lowercase();
        }
        let lower = word.to_lowercase();
        let mut stream = self.0.token_stream(&lower);
        let folded = if stream.advance() { Cow::Borrowed(stream.token().text.as_str()) } else { "".into() };
        // Small capitals fold to capitals; an accent that is a character of its own stays behind.
        folded.to_lowercase().chars().filter(|c| !is_accent(*c)).collect()
    }
}

/// Combining diacritical marks of Latin, Greek and Cyrillic.
fn is_accent(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_accents_go() {
        let mut folding = Folding::new();
        for (word, folded) in [("CAFÉ", "cafe"), ("cafe\u{301}", "cafe"), ("İ", "i"), ("Straße", "strasse")]
        {
            assert_eq!(folding.fold(word), folded);
        }
        assert_eq!(folding.fold("ОШИБКА"), "ошибка");
    }

    proptest::proptest! {
        #[test]
        fn folding_twice_is_folding_once(word in "\\PC{0,24}") {
            let mut folding = Folding::new();
            let once = folding.fold(&word);
            proptest::prop_assert_eq!(folding.fold(&once), once);
        }
    }
}
