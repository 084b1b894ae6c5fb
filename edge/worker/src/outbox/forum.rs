use api::Reply;
use forum::{Lookup, Outcome};

use super::{Others, Row};

/// A forum as the outbox sees it. What its answers mean is decided behind this.
pub trait Forum {
    /// Posts a question.
    async fn post(&self, row: &Row) -> Outcome;

    /// Asks whether the forum has a question, which is none of `others`.
    async fn look_up(&self, row: &Row, others: &Others) -> Lookup;

    /// Reads the replies in a thread, oldest first; `None` where that failed.
    async fn replies(&self, thread_id: &str) -> Option<Vec<Reply>>;
}
