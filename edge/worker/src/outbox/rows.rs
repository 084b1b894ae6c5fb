use api::QuestionStatus;
use ask::{PublicId, Receipt, SubmissionId};
use delivery::Delivery;
use thiserror::Error;

use crate::time_text::rfc3339;

/// A question in the outbox.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The page's id for the draft.
    pub id: SubmissionId,
    /// SHA-256 of the request that brought it.
    pub request: String,
    /// The asker's capability.
    pub receipt: Receipt,
    /// The public id.
    pub public_id: PublicId,
    /// The post's title.
    pub title: String,
    /// The post's Markdown.
    pub markdown: String,
    /// The post's tags.
    pub tags: Vec<String>,
    /// Where it stands.
    pub delivery: Delivery,
}

impl Row {
    /// Where it stands, as its asker is told.
    pub fn status(&self) -> QuestionStatus {
        QuestionStatus {
            index_version: String::new(),
            receipt: self.receipt.to_string(),
            public_id: self.public_id.to_string(),
            state: self.delivery.status(),
            title: self.title.clone(),
            created_at: rfc3339(self.delivery.accepted_ms()),
            updated_at: rfc3339(self.delivery.updated_ms()),
            url: self.delivery.thread().and_then(|thread| thread.url.clone()),
            reason: self.delivery.reason().map(str::to_owned),
            replies: self.delivery.replies().to_vec(),
            can_withdraw: self.delivery.can_withdraw(),
        }
    }
}

/// Storage did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the outbox's storage: {0}")]
pub struct RowsError(pub String);

/// The outbox's storage. Every call is done when it returns.
pub trait Rows {
    /// The question of a submission.
    fn by_id(&self, id: &SubmissionId) -> Result<Option<Row>, RowsError>;

    /// The question of a receipt.
    fn by_receipt(&self, receipt: &Receipt) -> Result<Option<Row>, RowsError>;

    /// The question of a public id.
    fn by_public_id(&self, public_id: &PublicId) -> Result<Option<Row>, RowsError>;

    /// Adds a question.
    fn insert(&self, row: &Row) -> Result<(), RowsError>;

    /// Stores where a question stands.
    fn update(&self, id: &SubmissionId, delivery: &Delivery) -> Result<(), RowsError>;

    /// Questions whose time has come, the longest due first, at most `most`.
    fn due(&self, now_ms: u64, most: usize) -> Result<Vec<SubmissionId>, RowsError>;

    /// When the next question is due.
    fn next_due(&self) -> Result<Option<u64>, RowsError>;

    /// Questions that may have had a request under way when the shell stopped.
    fn in_flight(&self) -> Result<Vec<SubmissionId>, RowsError>;

    /// Counts a question against an address and the hour, and returns how many there are with it; what earlier
    /// hours counted is forgotten.
    fn count(&self, address: &str, hour: u64) -> Result<u32, RowsError>;
}
