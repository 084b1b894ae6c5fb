//! Threads that may already answer a draft.

use api::Suggestion;

use crate::index::{Index, SearchError, best};
use crate::query::Term;
use crate::rank::draft_text;

/// Share of the draft's term weight that a thread's title and question cover at least to be shown.
const SIMILARITY_LEAST: f32 = 0.2;

/// Terms that a thread shares at least, where the draft has as many: one rare word in common is chance.
const MATCHED_LEAST: u16 = 2;

/// Words listed as shared.
const MATCHED_SHOWN: usize = 5;

impl Index {
    /// Threads that are similar to a draft, the most similar first, at most `limit`.
    ///
    /// # Errors
    ///
    /// Only where the bundle is damaged in a way that its hashes do not show.
    pub fn similar(&self, title: &str, body: &str, limit: usize) -> Result<Vec<Suggestion>, SearchError> {
        let draft = self.draft_terms(title, body)?;
        let text = draft_text(title, body);
        let ranked = self.ranked(&text, &draft, &self.ranking.similar, self.present())?;
        let scores = &ranked.scores;
        let known = scores.idf.iter().filter(|idf| **idf > 0.0).count();
        let needed = MATCHED_LEAST.min(known as u16);
        let candidates = scores.documents.iter().copied().filter(|document| {
            scores.matched[*document as usize] >= needed
                && ranked.features(self, *document).asked >= SIMILARITY_LEAST
        });
        let shown = best(candidates.collect(), &ranked.score, limit.min(api::limits::SUGGESTIONS));
        let suggest = |document| {
            let similarity = ranked.features(self, document).asked.min(1.0);
            let matched = self.matched(&draft, &scores.idf, document)?;
            Ok(Suggestion {
                hit: self.hit(document, &draft, ranked.score[document as usize])?,
                similarity,
                matched,
            })
        };
        shown.into_iter().map(suggest).collect()
    }

    /// The draft's terms worth looking up. A draft is text, not a query: no word is a beginning.
    pub(crate) fn draft_terms(&self, title: &str, body: &str) -> Result<Vec<Term>, SearchError> {
        // What follows the last word ends it.
        let mut draft = self.typed_terms(&format!("{title}\n"));
        draft.iter_mut().for_each(|term| term.weight = self.ranking.text.draft_title);
        for term in self.typed_terms(&format!("{body}\n")) {
            if !draft.iter().any(|known| known.name() == term.name()) {
                draft.push(term);
            }
        }
        Ok(self.scorer.select(draft, self.ranking.text.draft_terms)?)
    }

    /// Terms without those that phrases bring in: what nobody wrote is no share of a draft.
    fn typed_terms(&self, text: &str) -> Vec<Term> {
        let mut terms = self.analyzer.terms(text);
        terms.retain(|term| !term.extra);
        terms
    }

    /// The words that a document shares, weightiest first.
    fn matched(&self, draft: &[Term], idf: &[f32], document: u32) -> Result<Vec<String>, SearchError> {
        let explained = self.scorer.explain(draft, idf, document)?;
        let mut shared: Vec<(f32, &str)> = explained
            .iter()
            .zip(draft)
            .filter(|(explained, _)| !explained.fields.is_empty())
            .map(|(explained, term)| (explained.idf, term.folded.as_str()))
            .collect();
        shared.sort_by(|a, b| b.0.total_cmp(&a.0));
        Ok(shared.into_iter().take(MATCHED_SHOWN).map(|(_, word)| word.to_owned()).collect())
    }
}
