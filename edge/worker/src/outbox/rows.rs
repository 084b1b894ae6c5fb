use api::{QuestionDraft, QuestionState, QuestionStatus};
use ask::{PublicId, Receipt, SubmissionId};
use delivery::{Delivery, Lane};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::time_text::rfc3339;

/// A question in the outbox.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The page's id for the draft.
    pub id: SubmissionId,
    /// The asker's capability.
    pub receipt: Receipt,
    /// The public id.
    pub public_id: PublicId,
    /// What is posted.
    pub text: Text,
    /// Where it stands.
    pub delivery: Delivery,
}

/// What is posted, and what it was made of. An edit replaces all of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Text {
    /// SHA-256 of the request that brought it.
    pub request: String,
    /// The same for questions that repeat each other.
    pub fingerprint: String,
    /// The post's title.
    pub title: String,
    /// The post's Markdown.
    pub markdown: String,
    /// The post's tags.
    pub tags: Vec<String>,
    /// What the asker wrote, redacted.
    pub draft: QuestionDraft,
}

impl Row {
    /// Where it stands, as its asker is told.
    pub fn status(&self) -> QuestionStatus {
        let taken = self.delivery.title_taken();
        QuestionStatus {
            index_version: String::new(),
            receipt: self.receipt.to_string(),
            public_id: self.public_id.to_string(),
            state: self.delivery.status(),
            title: self.text.title.clone(),
            created_at: rfc3339(self.delivery.accepted_ms()),
            updated_at: rfc3339(self.delivery.updated_ms()),
            url: self.delivery.thread().and_then(|thread| thread.url.clone()),
            reason: self.delivery.reason().map(str::to_owned),
            replies: self.delivery.replies().to_vec(),
            can_withdraw: self.delivery.can_withdraw(),
            draft: self.delivery.can_edit().then(|| self.text.draft.clone()),
            title_taken: taken.is_some(),
            taken_by: taken.flatten().and_then(|thread| thread.url.clone()),
        }
    }
}

/// Storage did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the outbox's storage: {0}")]
pub struct RowsError(pub String);

/// Threads that are not a question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Others {
    /// The ids of threads that are other questions.
    pub threads: Vec<String>,
    /// The id of one that the forum had before the question was sent for the first time.
    pub before: Option<String>,
}

/// The outbox's storage. Every call is done when it returns.
pub trait Rows {
    /// The question of a submission.
    fn by_id(&self, id: &SubmissionId) -> Result<Option<Row>, RowsError>;

    /// The question of a receipt.
    fn by_receipt(&self, receipt: &Receipt) -> Result<Option<Row>, RowsError>;

    /// The question of a public id.
    fn by_public_id(&self, public_id: &PublicId) -> Result<Option<Row>, RowsError>;

    /// The question that became a thread of the forum.
    fn by_thread(&self, thread_id: &str) -> Result<Option<Row>, RowsError>;

    /// Notes which thread is the newest before a question is sent for the first time.
    fn fence(&self, id: &SubmissionId) -> Result<(), RowsError>;

    /// What a question is not: the threads that others have become since it was accepted, and the one noted.
    fn others(&self, row: &Row) -> Result<Others, RowsError>;

    /// Adds a question.
    fn insert(&self, row: &Row) -> Result<(), RowsError>;

    /// Stores where a question stands.
    fn update(&self, id: &SubmissionId, delivery: &Delivery) -> Result<(), RowsError>;

    /// Stores another text of a question.
    fn rewrite(&self, id: &SubmissionId, text: &Text) -> Result<(), RowsError>;

    /// Questions whose time has come, at most `most`: those to look up, those to send (only where `sends`), those to
    /// watch; the longest due first.
    fn due(&self, now_ms: u64, sends: bool, most: usize) -> Result<Vec<SubmissionId>, RowsError>;

    /// When the next question is due; those that wait to be sent not before `sends_from_ms`.
    fn next_due(&self, sends_from_ms: u64) -> Result<Option<u64>, RowsError>;

    /// Questions that may have had a request under way when the shell stopped.
    fn in_flight(&self) -> Result<Vec<SubmissionId>, RowsError>;

    /// Counts a question against an address and the hour, and returns how many there are with it; what earlier
    /// hours counted is forgotten.
    fn count(&self, address: &str, hour: u64) -> Result<u32, RowsError>;

    /// Whether another question of this fingerprint was accepted since a time.
    fn repeats(&self, fingerprint: &str, since_ms: u64) -> Result<bool, RowsError>;

    /// Questions in a state, or all, the latest changed first, at most `most`.
    fn list(&self, state: Option<QuestionState>, most: usize) -> Result<Vec<Row>, RowsError>;

    /// How many questions are in which state.
    fn counts(&self) -> Result<Vec<(QuestionState, u64)>, RowsError>;

    /// Forgets a question but for its id, which stays spent.
    fn erase(&self, id: &SubmissionId, now_ms: u64) -> Result<(), RowsError>;

    /// Whether a question of this id was erased.
    fn is_spent(&self, id: &SubmissionId) -> Result<bool, RowsError>;

    /// Forgets settled questions, spent ids and messages seen that have not changed since a time, some at a time.
    fn forget(&self, settled_before_ms: u64, seen_before_ms: u64) -> Result<(), RowsError>;

    /// Notes a message from the forum; `false` where it was noted before.
    fn see(&self, message: &str, now_ms: u64) -> Result<bool, RowsError>;

    /// The lane to the forum.
    fn lane(&self) -> Result<Lane, RowsError>;

    /// Stores the lane.
    fn set_lane(&self, lane: &Lane) -> Result<(), RowsError>;

    /// Adds a notice to the operator, due at once.
    fn add_notice(&self, body: &str, now_ms: u64) -> Result<(), RowsError>;

    /// The notice that is due the longest, if one is.
    fn due_notice(&self, now_ms: u64) -> Result<Option<Notice>, RowsError>;

    /// When the next notice is due.
    fn next_notice(&self) -> Result<Option<u64>, RowsError>;

    /// Tries a notice again later; `None`: it is done with.
    fn put_off(&self, id: u64, due_ms: Option<u64>) -> Result<(), RowsError>;
}

/// Something that an operator is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its id in the storage.
    pub id: u64,
    /// JSON.
    pub body: String,
    /// Times that it was tried.
    pub tries: u32,
}
