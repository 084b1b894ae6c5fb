//! Ranking: terms, likeness and priors, added up.
//!
//! Every feature of [`Features`] is about 0 to 1 or a logarithm, and the score is their weighted sum, so that a weight
//! can be read and each result explained.

use api::{Why, limits};

use crate::index::{Index, SearchError, best};
use crate::priors::{Moment, Priors};
use crate::query::Term;
use crate::ranking::{Features, Ranking, Weights};
use crate::score::{PLACES, Scores};

/// Documents that are candidates for their likeness alone, the most alike ones.
const ALIKE: usize = 100;

/// Of those, how many are results of a search although they share too few words with it.
const ALIKE_SHOWN: usize = 20;

/// Words of a query that a result lists as its own.
const WORDS_SHOWN: usize = 5;

/// What is asked of the ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked<'a> {
    /// A search query.
    Query(&'a str),
    /// A draft of a question.
    Draft {
        /// Its title.
        title: &'a str,
        /// Its body.
        body: &'a str,
    },
}

/// A document in a ranking, with what put it there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    /// Its number: documents are numbered in the order of their keys.
    pub document: u32,
    /// The weighted sum of the features.
    pub score: f32,
    /// The features.
    pub features: Features,
}

/// What a ranking is for: each has weights of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Results of a search.
    Search,
    /// Suggestions beside a draft.
    Similar,
}

impl Purpose {
    fn weights(self, ranking: &Ranking) -> Weights {
        match self {
            Self::Search => ranking.search,
            Self::Similar => ranking.similar,
        }
    }
}

/// What the priors of each document add to its score at present, for searches and for suggestions. They do not depend on
/// what is asked, and adding them up takes longer than the rest of a search.
#[derive(Default)]
pub(crate) struct Standing([Vec<f32>; 2]);

impl Standing {
    /// Adds them up for `documents` documents.
    pub(crate) fn new(priors: &Priors, documents: u32, ranking: &Ranking, moment: &Moment<'_>) -> Self {
        let features: Vec<Features> =
            (0..documents).map(|document| priors.features(document, moment)).collect();
        Self([Purpose::Search, Purpose::Similar].map(|purpose| {
            let weights = purpose.weights(ranking);
            features.iter().map(|features| weights.score(features)).collect()
        }))
    }

    fn of(&self, purpose: Purpose) -> &[f32] {
        let Self([search, similar]) = self;
        match purpose {
            Purpose::Search => search,
            Purpose::Similar => similar,
        }
    }
}

/// All documents for one query.
pub(crate) struct Evaluation<'a> {
    pub scores: Scores,
    /// The weighted sum of the features, by document; meaningful for [`Evaluation::documents`].
    pub score: Vec<f32>,
    /// Sum of the weighted inverse document frequencies of all terms.
    weight: f32,
    /// The cosine with the query, by document; empty where there are no vectors.
    likeness: Vec<f32>,
    /// The most alike, best first.
    alike: Vec<u32>,
    moment: Moment<'a>,
    weights: Weights,
}

impl Evaluation<'_> {
    /// The candidates: what shares a term, then what is only alike.
    pub(crate) fn documents(&self) -> impl Iterator<Item = u32> + '_ {
        let shares_none = |document: &u32| self.scores.of(*document).terms == 0;
        self.scores.documents.iter().copied().chain(self.alike.iter().copied().filter(shares_none))
    }

    /// Whether a document is a result for its likeness.
    pub(crate) fn is_alike(&self, document: u32) -> bool {
        self.alike.iter().take(ALIKE_SHOWN).any(|alike| *alike == document)
    }

    /// How many terms a document has.
    pub(crate) fn matched(&self, document: u32) -> u32 {
        self.scores.of(document).terms.count_ones()
    }

    /// What speaks for a document.
    pub(crate) fn why(&self, index: &Index, document: u32, terms: &[Term]) -> Why {
        let matched = self.scores.of(document);
        let mut shared: Vec<(f32, &str)> = terms
            .iter()
            .zip(&self.scores.idf)
            .enumerate()
            .filter(|(position, _)| matched.terms & (1 << position.min(&63)) != 0)
            .map(|(_, (term, idf))| (*idf, term.meant.as_ref().unwrap_or(&term.folded).as_str()))
            .collect();
        shared.sort_by(|a, b| b.0.total_cmp(&a.0));
        let places = PLACES.iter().enumerate().filter(|(bit, _)| matched.places & (1 << bit) != 0);
        Why {
            words: shared.into_iter().take(WORDS_SHOWN).map(|(_, word)| word.to_owned()).collect(),
            places: places.map(|(_, place)| *place).collect(),
            likeness: self.likeness.get(document as usize).copied(),
            prior: self.weights.score(&index.priors.features(document, &self.moment)),
        }
    }

    /// The features of one document.
    pub(crate) fn features(&self, index: &Index, document: u32) -> Features {
        self.own_features(document, index.priors.features(document, &self.moment))
    }

    /// The features of one document that depend on what is asked, beside the others.
    fn own_features(&self, document: u32, others: Features) -> Features {
        let matched = self.scores.of(document);
        let [titled, asked, covered] = matched.covered.map(|covered| covered / self.weight);
        Features {
            text: matched.score / self.weight,
            titled,
            asked,
            covered,
            likeness: self.likeness.get(document as usize).copied().unwrap_or(0.0),
            ..others
        }
    }
}

impl Index {
    /// The weights in use.
    pub fn ranking(&self) -> &Ranking {
        &self.ranking
    }

    /// Whether likeness is known: then [`Ranking::confidence`] says how sure suggestions are, else
    /// [`Ranking::lexical_confidence`].
    pub fn has_vectors(&self) -> bool {
        self.semantics.is_some()
    }

    /// Ranks with other weights from now on.
    pub fn set_ranking(&mut self, ranking: Ranking) {
        self.scorer.turn(ranking.text);
        self.standing = Standing::new(&self.priors, self.meta.documents, &ranking, &self.present());
        self.ranking = ranking;
    }

    /// The moment of the newest activity in the index.
    pub(crate) fn present(&self) -> Moment<'static> {
        Moment { now: self.meta.newest, past: None }
    }

    /// The `limit` best documents as of `moment`, best first, whatever their scores: what evaluations and fits need.
    ///
    /// # Errors
    ///
    /// Only where the bundle is damaged in a way that its hashes do not show.
    pub fn rank(
        &self,
        asked: Asked<'_>,
        moment: &Moment<'_>,
        limit: usize,
    ) -> Result<Vec<Ranked>, SearchError> {
        let ranked = match asked {
            Asked::Query(text) => {
                self.ranked(text, (&self.query_terms(text)?, 1), Purpose::Search, *moment)?
            }
            Asked::Draft { title, body } => {
                let terms = self.draft_terms(title, body)?;
                self.ranked(&draft_text(title, body), (&terms, 1), Purpose::Similar, *moment)?
            }
        };
        let admitted = |document: &u32| moment.past.is_none_or(|past| past.admits(*document));
        let documents = ranked.documents().filter(admitted).collect();
        let in_order = best(documents, &ranked.score, limit).into_iter();
        Ok(in_order
            .map(|document| Ranked {
                document,
                score: ranked.score[document as usize],
                features: ranked.features(self, document),
            })
            .collect())
    }

    pub(crate) fn query_terms(&self, text: &str) -> Result<Vec<Term>, SearchError> {
        let mut terms = self.analyzer.terms(text);
        self.analyzer.complete(&self.words, &self.ranking.text, &mut terms);
        Ok(self.scorer.select(terms, limits::QUERY_TERMS)?)
    }

    /// Scores the candidates: what shares a term with the query, and what is most alike to its `text`.
    /// Documents with fewer than `needed` of the terms may be left out, but for the most alike ones.
    pub(crate) fn ranked<'a>(
        &self,
        text: &str,
        (terms, needed): (&[Term], u32),
        purpose: Purpose,
        moment: Moment<'a>,
    ) -> Result<Evaluation<'a>, SearchError> {
        let weights = purpose.weights(&self.ranking);
        let vector = self.semantics.as_ref().filter(|_| weights.likeness != 0.0);
        let vector = vector.and_then(|semantics| Some((semantics, semantics.embed(text)?)));
        let likeness = vector.map(|(semantics, vector)| semantics.likeness(&vector)).unwrap_or_default();
        let admitted = |document: &u32| moment.past.is_none_or(|past| past.admits(*document));
        let alike = best((0..likeness.len() as u32).filter(admitted).collect(), &likeness, ALIKE);
        let scores = self.scorer.score(terms, needed, &alike)?;
        let mut evaluation = Evaluation {
            weight: scores.idf.iter().sum::<f32>().max(f32::MIN_POSITIVE),
            score: vec![0.0; self.meta.documents as usize],
            scores,
            likeness,
            alike,
            moment,
            weights,
        };
        let mut score = std::mem::take(&mut evaluation.score);
        let present = moment.past.is_none() && moment.now == self.meta.newest;
        let standing = self.standing.of(purpose);
        let enough = |document: &u32| evaluation.matched(*document) >= needed;
        let matching = evaluation.scores.documents.iter().filter(|document| enough(document));
        for &document in matching.chain(&evaluation.alike) {
            let prior = match standing.get(document as usize) {
                Some(standing) if present => *standing,
                _ => weights.score(&self.priors.features(document, &moment)),
            };
            score[document as usize] =
                weights.score(&evaluation.own_features(document, Features::default())) + prior;
        }
        evaluation.score = score;
        Ok(evaluation)
    }
}

/// A draft as one text, for its vector.
pub(crate) fn draft_text(title: &str, body: &str) -> String {
    format!("{title}. {body}")
}
