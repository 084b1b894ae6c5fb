//! Priors: what speaks for a thread before anybody asks, from its fast fields.

use tantivy::SegmentReader;
use tantivy::columnar::Column;

use crate::ranking::Features;

/// Seconds of a day.
const DAY: f32 = 86_400.0;

/// Days that a document without a date counts as old, a page of documentation say: neither fresh nor stale.
const UNDATED_DAYS: f32 = 365.0;

/// From when a ranking is seen. Ages count from here; an evaluation goes back to the time of each question.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    /// Seconds since 1970.
    pub now: i64,
    /// Only threads asked before it count, and links made by then: given by document.
    pub past: Option<&'a dyn Past>,
}

/// What was known at a moment in the past.
pub trait Past {
    /// Whether the document may be found.
    fn admits(&self, document: u32) -> bool;
    /// Other threads that pointed to it.
    fn links(&self, document: u32) -> u64;
    /// Threads that were marked as repeating it.
    fn duplicates(&self, document: u32) -> u64;
}

impl std::fmt::Debug for Moment<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Moment").field("now", &self.now).field("past", &self.past.is_some()).finish()
    }
}

/// The columns of the priors.
pub(crate) struct Priors {
    created: Column<i64>,
    votes: Column<i64>,
    links: Column<u64>,
    duplicates: Column<u64>,
    accepted: Column<u64>,
    staff: Column<u64>,
    views: Column<u64>,
    answers: Column<u64>,
}

impl Priors {
    pub(crate) fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        let fast = segment.fast_fields();
        Ok(Self {
            created: fast.i64("created")?,
            votes: fast.i64("score")?,
            links: fast.u64("links")?,
            duplicates: fast.u64("duplicates")?,
            accepted: fast.u64("accepted")?,
            staff: fast.u64("staff")?,
            views: fast.u64("views")?,
            answers: fast.u64("answered")?,
        })
    }

    /// The features of a document that do not depend on what is asked.
    pub(crate) fn features(&self, document: u32, moment: &Moment<'_>) -> Features {
        let number = |column: &Column<u64>| column.first(document).unwrap_or(0);
        let days = match self.created.first(document) {
            Some(created) if created > 0 => (moment.now - created).max(0) as f32 / DAY,
            _ => UNDATED_DAYS,
        };
        let (links, duplicates) = match moment.past {
            Some(past) => (past.links(document), past.duplicates(document)),
            None => (number(&self.links), number(&self.duplicates)),
        };
        Features {
            age: -days.ln_1p(),
            links: logarithm(links),
            duplicates: logarithm(duplicates),
            accepted: number(&self.accepted) as f32,
            staff: number(&self.staff) as f32,
            votes: logarithm(self.votes.first(document).unwrap_or(0).max(0) as u64),
            views: logarithm(number(&self.views)),
            answers: logarithm(number(&self.answers)),
            ..Features::default()
        }
    }
}

fn logarithm(count: u64) -> f32 {
    (count as f32).ln_1p()
}
