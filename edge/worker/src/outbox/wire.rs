use api::QuestionStatus;
use ask::{PublicId, Receipt, SubmissionId};
use serde::{Deserialize, Serialize};

/// What a handler asks the outbox for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Store a question.
    Submit(Box<Submission>),
    /// Where a question stands.
    Status(Receipt),
    /// Take a question back.
    Withdraw(Receipt),
    /// Something happened to a question in the forum.
    Nudge(PublicId),
}

/// What the outbox answers, call by call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// To [`Call::Submit`].
    Submit(Submitted),
    /// To [`Call::Status`].
    Status(Option<QuestionStatus>),
    /// To [`Call::Withdraw`].
    Withdraw(Withdrawal),
    /// To [`Call::Nudge`].
    Nudged,
    /// To any call: storage did not work.
    Failed(String),
}

/// A checked question on its way into the outbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Submission {
    /// The site.
    pub site: String,
    /// The page's id for the draft: the same one never asks twice.
    pub id: SubmissionId,
    /// SHA-256 of the request: tells a repeated submission from another question under the same id.
    pub request: String,
    /// The asker's capability, for a question not seen before.
    pub receipt: Receipt,
    /// The public id, for a question not seen before.
    pub public_id: PublicId,
    /// The post's title.
    pub title: String,
    /// The post's Markdown.
    pub markdown: String,
    /// The post's tags.
    pub tags: Vec<String>,
    /// Who asks, for the limit: a network address. It is stored only as a salted digest, for an hour.
    pub address: String,
    /// Questions that one address may ask in an hour.
    pub per_hour: u32,
}

/// What became of a submission.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Submitted {
    /// It is stored, by this call or by an earlier one.
    Stored(Box<QuestionStatus>),
    /// Its id was used for another question.
    Conflict,
    /// The address has asked too much.
    Limited {
        /// When it may ask again, in seconds.
        retry_after_s: u64,
    },
}

/// What became of a withdrawal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Withdrawal {
    /// It is withdrawn, by this call or by an earlier one.
    Withdrawn(QuestionStatus),
    /// It is past that.
    TooLate(QuestionStatus),
    /// There is no such question.
    Unknown,
}
