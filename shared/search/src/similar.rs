//! Threads that may already answer a draft.

use api::{Band, Suggestion};

use crate::highlight::Highlighter;
use crate::index::{Index, SearchError, best};
use crate::query::Term;
use crate::rank::{Purpose, draft_text};
use crate::ranking::Ranking;

/// Terms that a thread shares at least, where the draft has as many and the bundle has no vectors: one rare word in
/// common is chance.
const MATCHED_LEAST: u32 = 2;

impl Index {
    /// Threads that may answer a draft, at most `limit`, in the order of the ranking; none that is unlikely to.
    ///
    /// # Errors
    ///
    /// Only where the bundle is damaged in a way that its hashes do not show.
    pub fn similar(&self, title: &str, body: &str, limit: usize) -> Result<Vec<Suggestion>, SearchError> {
        let draft = self.draft_terms(title, body)?;
        let text = draft_text(title, body);
        // Words that no thread has count as well: one shared word of three is as much chance as one of two.
        let typed = self.typed_terms(&format!("{text}\n")).len();
        let needed = MATCHED_LEAST.min(typed as u32);
        let ranked = self.ranked(&text, (&draft, needed), Purpose::Similar, self.present())?;
        let candidates = ranked
            .documents()
            .filter(|document| ranked.matched(*document) >= needed || ranked.is_alike(*document));
        let shown = best(candidates.collect(), &ranked.score, limit.min(api::limits::SUGGESTIONS));
        let Ranking { confidence, lexical_confidence, .. } = &self.ranking;
        let knobs = if self.has_vectors() { confidence } else { lexical_confidence };
        let mut highlighter = Highlighter::new(&draft, &self.analyzer);
        let mut suggestions = Vec::with_capacity(shown.len());
        for document in shown {
            let confidence = knobs.of(&ranked.features(self, document));
            if confidence >= knobs.related {
                let band = if confidence >= knobs.answers { Band::Answers } else { Band::Related };
                suggestions.push(Suggestion {
                    hit: self.hit(document, &draft, &ranked, &mut highlighter)?,
                    confidence,
                    band,
                });
            }
        }
        Ok(suggestions)
    }

    /// The draft's terms worth looking up. A draft is text, not a query: no word is a beginning, and only what stands in
    /// the title is put right, since bodies are full of names and logs.
    pub(crate) fn draft_terms(&self, title: &str, body: &str) -> Result<Vec<Term>, SearchError> {
        // What follows the last word ends it.
        let mut draft = self.typed_terms(&format!("{title}\n"));
        draft.iter_mut().for_each(|term| term.weight = self.ranking.text.draft_title);
        self.analyzer.complete(&self.words, &self.ranking.text, &mut draft);
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
}
