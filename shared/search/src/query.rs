//! From what a person typed to what is looked up. There is no query language: every character is text.

use std::ops::Range;

use api::limits;

use crate::analysis::{Analyzer, Language, Word};
use crate::ranking::TextKnobs;
use crate::spelling;
use crate::synonyms::{Synonyms, Thesaurus};
use crate::words::Words;

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
    /// What it is in the index, that of the main language first: a document has the term that has any of them. Never
    /// empty.
    pub alternatives: Vec<Alternative>,
    /// The word as typed, folded.
    pub folded: String,
    /// The word may be unfinished: it also stands for every word that it begins.
    pub prefix: bool,
    /// What it counts beside the other terms of the query.
    pub weight: f32,
    /// Nobody typed it: a phrase that stands for one typed brought it in.
    pub extra: bool,
    /// Where it was typed first, in bytes of the query.
    pub span: Range<usize>,
    /// What it was meant to be, where it is likely misspelt.
    pub meant: Option<String>,
}

/// What a term is in the index, in one language or by one synonym.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Alternative {
    /// The term in the index.
    pub term: String,
    /// What an occurrence counts.
    pub weight: f32,
}

/// Letters of an unfinished word at least; fewer would begin half of the dictionary.
const PREFIX_CHARS: usize = 2;

/// What a synonym counts against the word that was typed.
const SYNONYM_WEIGHT: f32 = 0.8;

/// Terms at most that synonyms add to a query.
const EXTRAS: usize = 12;

impl Term {
    fn new(word: &Word, prefix: bool) -> Self {
        let alternative = |stem: &String| Alternative { term: stem.clone(), weight: 1.0 };
        Self {
            alternatives: word.stems.iter().map(alternative).collect(),
            folded: word.folded.clone(),
            prefix,
            weight: 1.0,
            extra: false,
            span: word.start..word.end,
            meant: None,
        }
    }

    /// Lets a synonym stand for it.
    fn add_alternative(&mut self, word: &Word) {
        for stem in &word.stems {
            if !self.has(stem) {
                self.alternatives.push(Alternative { term: stem.clone(), weight: SYNONYM_WEIGHT });
            }
        }
    }

    /// What it is in the index of the main language.
    pub(crate) fn name(&self) -> &str {
        self.alternatives.first().map_or("", |alternative| &alternative.term)
    }

    /// Whether it is `term` in the index, in some language or by some synonym.
    pub(crate) fn has(&self, term: &str) -> bool {
        self.alternatives.iter().any(|alternative| alternative.term == term)
    }

    /// Whether a word of a text, with its stems, is what this term stands for.
    pub(crate) fn matches(&self, folded: &str, stems: &[String]) -> bool {
        stems.iter().any(|stem| self.has(stem)) || (self.prefix && folded.starts_with(&self.folded))
    }
}

/// Texts to terms, for one site: its languages and its synonyms.
#[derive(Clone)]
pub(crate) struct QueryAnalyzer {
    analyzer: Analyzer,
    thesaurus: Thesaurus,
}

impl QueryAnalyzer {
    /// For an index with texts in `languages`, the most frequent one first.
    pub(crate) fn new(languages: impl IntoIterator<Item = Language>, synonyms: &Synonyms) -> Self {
        let analyzer = Analyzer::new(languages);
        let thesaurus = Thesaurus::new(synonyms, &analyzer);
        Self { analyzer, thesaurus }
    }

    /// The words of a text.
    pub(crate) fn analyse(&self, text: &str) -> Vec<Word> {
        self.analyzer.analyse(text)
    }

    /// What finds them.
    pub(crate) fn analyzer(&self) -> &Analyzer {
        &self.analyzer
    }

    /// The distinct terms of `text` in the order typed, stop words left out where there are others, then those that
    /// synonyms add. The last word may be unfinished unless something follows it.
    pub(crate) fn terms(&self, text: &str) -> Vec<Term> {
        let words = self.analyzer.analyse(text);
        let stop_words = self.analyzer.stop_words(text, &words);
        let only_stop_words = stop_words.iter().all(|stop| *stop);
        let mut terms: Vec<Term> = Vec::new();
        // Which term each word became.
        let mut became = Vec::with_capacity(words.len());
        for (word, stop) in words.iter().zip(stop_words) {
            let prefix = word.end == text.len() && word.folded.chars().count() >= PREFIX_CHARS;
            if !only_stop_words && stop && !prefix {
                became.push(None);
                continue;
            }
            let same = |term: &Term| {
                word.stems.iter().eq(term.alternatives.iter().map(|alternative| &alternative.term))
            };
            match terms.iter().position(same) {
                Some(at) => {
                    terms[at].prefix |= prefix;
                    became.push(Some(at));
                }
                None => {
                    became.push(Some(terms.len()));
                    terms.push(Term::new(word, prefix));
                }
            }
        }
        self.add_synonyms(&words, &became, &mut terms);
        terms
    }

    /// Adds to terms what their words may become or may have been meant to be.
    pub(crate) fn complete(&self, words: &Words, knobs: &TextKnobs, terms: &mut [Term]) {
        for term in terms {
            if term.prefix && knobs.prefix > 0.0 {
                for word in spelling::completions(words, &term.folded) {
                    self.add_word(term, &word, knobs.prefix);
                }
            }
            // A word that begins others is being typed, not misspelt.
            let begun = term.prefix && !words.starting(&term.folded, 1, 1).is_empty();
            if begun || knobs.typo == 0.0 {
                continue;
            }
            for meant in spelling::corrections(words, &term.folded, term.prefix) {
                for word in meant.word.split(' ') {
                    self.add_word(term, word, knobs.typo.powi(meant.edits as i32));
                }
                term.meant.get_or_insert(meant.word);
            }
        }
    }

    /// Lets a listed word stand for a term: the whole of it, since `liver.nrrd` completes `liver` and `nrrd` does not.
    fn add_word(&self, term: &mut Term, listed: &str, weight: f32) {
        let words = self.analyzer.analyse(listed);
        for word in words.into_iter().filter(|word| word.start == 0 && word.end == listed.len()) {
            for stem in word.stems {
                if !term.has(&stem) {
                    term.alternatives.push(Alternative { term: stem, weight });
                }
            }
        }
    }

    fn add_synonyms(&self, words: &[Word], became: &[Option<usize>], terms: &mut Vec<Term>) {
        let most = terms.len() + EXTRAS;
        for found in self.thesaurus.find(words) {
            // The term that single words are alternatives of: the one typed; for a phrase, the first of them.
            let mut one = match found.words.len() {
                1 => became.get(found.words.start).copied().flatten(),
                _ => None,
            };
            for synonym in found.synonyms {
                if let ([word], Some(term)) = (synonym, one.and_then(|at| terms.get_mut(at))) {
                    term.add_alternative(word);
                    continue;
                }
                for word in synonym {
                    if terms.len() < most && !terms.iter().any(|term| term.has(word.stem())) {
                        terms.push(Term { weight: SYNONYM_WEIGHT, extra: true, ..Term::new(word, false) });
                        one = one.or((synonym.len() == 1).then(|| terms.len() - 1));
                    }
                }
            }
        }
    }
}

/// The query with its misspelt words put right; `None` where none is.
pub(crate) fn corrected(text: &str, terms: &[Term]) -> Option<String> {
    let mut edits: Vec<(&Range<usize>, &str)> =
        terms.iter().filter_map(|term| Some((&term.span, term.meant.as_deref()?))).collect();
    edits.sort_by_key(|(span, _)| span.start);
    let (mut out, mut at) = (String::new(), 0);
    for (span, meant) in &edits {
        out.push_str(text.get(at..span.start)?);
        out.push_str(meant);
        at = span.end;
    }
    out.push_str(text.get(at..)?);
    (!edits.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ranking::Ranking;
    use crate::words;

    fn analyzer() -> QueryAnalyzer {
        QueryAnalyzer::new([Language::English], &Synonyms::default())
    }

    fn typed(text: &str) -> Vec<(String, bool)> {
        analyzer().terms(text).into_iter().map(|term| (term.name().to_owned(), term.prefix)).collect()
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
        let name = [("foo.ba".into(), true), ("foo".into(), false), ("ba".into(), true)];
        assert_eq!(typed("foo.ba"), name, "a name and its last run are unfinished both");
    }

    #[test]
    fn operators_are_text() {
        assert_eq!(typed("title:\"a* OR (b~2)^9 "), typed("title a or b 2 9 "));
    }

    #[test]
    fn synonyms_are_alternatives_and_phrases_extra_terms() {
        let synonyms = Synonyms::parse("mri, magnetic resonance, tomograph").unwrap();
        let analyzer = QueryAnalyzer::new([Language::English], &synonyms);
        let terms = analyzer.terms("load an mri ");
        let shown: Vec<_> = terms.iter().map(|term| (term.name(), term.extra, term.weight)).collect();
        assert_eq!(
            shown,
            [("load", false, 1.0), ("mri", false, 1.0), ("magnet", true, 0.8), ("reson", true, 0.8)]
        );
        let alternatives: Vec<_> =
            terms[1].alternatives.iter().map(|one| (one.term.as_str(), one.weight)).collect();
        assert_eq!(alternatives, [("mri", 1.0), ("tomograph", 0.8)]);
        let phrase = analyzer.terms("magnetic resonance ");
        let extra: Vec<_> = phrase.iter().filter(|term| term.extra).collect();
        assert_eq!(extra.len(), 1);
        assert!(extra[0].has("mri") && extra[0].has("tomograph"));
    }

    #[test]
    fn a_completion_counts_as_a_whole() {
        let words = words::tests::of(&[("liver", 9), ("liver.nrrd", 4), ("livers", 3)]);
        let analyzer = analyzer();
        let mut terms = analyzer.terms("liver");
        analyzer.complete(&words, &Ranking::reviewed().unwrap().text, &mut terms);
        let alternatives: Vec<&str> = terms[0].alternatives.iter().map(|one| one.term.as_str()).collect();
        assert_eq!(alternatives, ["liver", "liver.nrrd"]);
    }

    #[test]
    fn every_language_gives_alternatives() {
        let mixed = QueryAnalyzer::new([Language::English, Language::German], &Synonyms::default());
        let terms = mixed.terms("die Ordnern ");
        assert_eq!(terms.len(), 1);
        assert!(terms[0].has("ordn|de") && terms[0].has("ordnern"));
    }
}
