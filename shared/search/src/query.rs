//! From what a person typed to what is looked up. There is no query language: every character is text.

use api::limits;

use crate::analyzer::{Word, analyse, is_stop_word};

/// What to search for. Made from a request; bounds are applied here, not trusted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchQuery {
    /// What the person typed.
    pub text: String,
    /// Any of these tags; empty: no filter.
    pub tags: Vec<String>,
    /// Any of these category names; empty: no filter.
    pub categories: Vec<String>,
    /// Any of these sources; empty: no filter.
    pub sources: Vec<String>,
    /// Hits wanted, at most [`limits::SEARCH_LIMIT`].
    pub limit: usize,
    /// Hits to pass over, at most [`limits::SEARCH_OFFSET`].
    pub offset: usize,
}

impl SearchQuery {
    /// A query for `text` without filters, first page.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), limit: limits::SEARCH_LIMIT_DEFAULT, ..Self::default() }
    }
}

/// One distinct term of a query.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Term {
    /// The term in the index.
    pub term: String,
    /// The word as typed, folded.
    pub folded: String,
    /// The word may be unfinished: it also stands for every word that it begins.
    pub prefix: bool,
    /// What it counts beside the other terms of the query.
    pub weight: f32,
}

/// Letters of an unfinished word at least; fewer would begin half of the dictionary.
const PREFIX_CHARS: usize = 2;

impl Term {
    /// Whether a word of a text is what this term stands for.
    pub(crate) fn matches(&self, word: &Word) -> bool {
        self.term == word.term || (self.prefix && word.folded.starts_with(&self.folded))
    }
}

/// The distinct terms of `text` in the order typed, stop words left out where there are others. The last word
/// may be unfinished unless something follows it.
pub(crate) fn terms(text: &str) -> Vec<Term> {
    let words = analyse(text);
    let only_stop_words = words.iter().all(|word| is_stop_word(&word.folded));
    let last = words.len().saturating_sub(1);
    let mut terms: Vec<Term> = Vec::new();
    for (at, word) in words.into_iter().enumerate() {
        let prefix = at == last && word.end == text.len() && word.folded.chars().count() >= PREFIX_CHARS;
        if !only_stop_words && is_stop_word(&word.folded) && !prefix {
            continue;
        }
        match terms.iter_mut().find(|term| term.term == word.term) {
            Some(term) => term.prefix |= prefix,
            None => terms.push(Term { term: word.term, folded: word.folded, prefix, weight: 1.0 }),
        }
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Vec<(String, bool)> {
        terms(text).into_iter().map(|term| (term.term, term.prefix)).collect()
    }

    #[test]
    fn stop_words_go_unless_alone() {
        assert_eq!(typed("how do I sync folders?"), [("sync".into(), false), ("folder".into(), false)]);
        assert_eq!(typed("how to ").len(), 2);
    }

    #[test]
    fn the_last_word_may_be_unfinished() {
        assert_eq!(typed("sync fol"), [("sync".into(), false), ("fol".into(), true)]);
        assert_eq!(typed("sync fol "), [("sync".into(), false), ("fol".into(), false)]);
        assert_eq!(typed("f"), [("f".into(), false)]);
    }

    #[test]
    fn operators_are_text() {
        assert_eq!(typed("title:\"a* OR (b~2)^9 "), typed("title a or b 2 9 "));
    }
}
