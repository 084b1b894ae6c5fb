//! Ranking: terms, priors and likeness, added up.
//!
//! Every feature of [`Features`] is about 0 to 1 or a logarithm, and the score is their weighted sum, so that a weight
//! can be read and each result explained.

use crate::index::{Index, SearchError, best};
use crate::priors::Moment;
use crate::query::Term;
use crate::ranking::{Features, Ranking, Weights};
use crate::score::Scores;

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

/// All documents for one query.
pub(crate) struct Evaluation<'a> {
    pub scores: Scores,
    /// The fused score, by document; meaningful for `scores.documents`.
    pub score: Vec<f32>,
    /// Sum of the weighted inverse document frequencies of all terms.
    pub weight: f32,
    moment: Moment<'a>,
}

impl Evaluation<'_> {
    /// The features of one document.
    pub(crate) fn features(&self, index: &Index, document: u32) -> Features {
        features(&self.scores, self.weight, document, index.priors.features(document, &self.moment))
    }
}

/// Adds what depends on the query to the features of a document that do not.
fn features(scores: &Scores, weight: f32, document: u32, prior: Features) -> Features {
    let at = document as usize;
    let [titled, asked, covered] = scores.covered[at].map(|covered| covered / weight);
    Features { text: scores.score[at] / weight, titled, asked, covered, ..prior }
}

impl Index {
    /// The weights in use.
    pub fn ranking(&self) -> &Ranking {
        &self.ranking
    }

    /// Ranks with other weights from now on.
    pub fn set_ranking(&mut self, ranking: Ranking) {
        self.scorer.turn(ranking.text);
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
        let (terms, weights) = match asked {
            Asked::Query(text) => (self.query_terms(text)?, &self.ranking.search),
            Asked::Draft { title, body } => (self.draft_terms(title, body)?, &self.ranking.similar),
        };
        let ranked = self.ranked(&terms, weights, *moment)?;
        let admitted = |document: &u32| moment.past.is_none_or(|past| past.admits(*document));
        let documents = ranked.scores.documents.iter().copied().filter(admitted).collect();
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
        Ok(self.scorer.select(self.analyzer.terms(text), api::limits::QUERY_TERMS)?)
    }

    /// Scores all documents.
    pub(crate) fn ranked<'a>(
        &self,
        terms: &[Term],
        weights: &Weights,
        moment: Moment<'a>,
    ) -> Result<Evaluation<'a>, SearchError> {
        let scores = self.scorer.score(terms)?;
        let weight = scores.idf.iter().sum::<f32>().max(f32::MIN_POSITIVE);
        let mut score = vec![0.0; scores.score.len()];
        for document in &scores.documents {
            let prior = self.priors.features(*document, &moment);
            score[*document as usize] = weights.score(&features(&scores, weight, *document, prior));
        }
        Ok(Evaluation { scores, score, weight, moment })
    }
}
