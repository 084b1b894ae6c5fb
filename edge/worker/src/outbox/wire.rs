use api::{OutboxDecision, OutboxList, QuestionState, QuestionStatus, Reply};
use ask::{PublicId, Receipt, SubmissionId};
use forum::Posted;
use serde::{Deserialize, Serialize};

use super::Text;

/// What a handler asks the outbox for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Store a question.
    Submit(Box<Submission>),
    /// Where a question stands.
    Status(Receipt),
    /// Take a question back.
    Withdraw(Receipt),
    /// Send another text of a question that needs a fix.
    Edit(Receipt, Box<Text>),
    /// Forget a question.
    Erase(Receipt),
    /// Something happened to a question in the forum.
    Tell(Box<Message>),
    /// What the operator sees: questions in a state, or all.
    List(Option<QuestionState>),
    /// The operator decides about a question.
    Decide(PublicId, OutboxDecision),
    /// The operator opens the lane to the forum.
    Resume,
    /// See to it that the alarm is set.
    Sweep,
}

/// What the outbox answers, call by call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// To [`Call::Submit`].
    Submit(Submitted),
    /// To [`Call::Status`], and to [`Call::Decide`].
    Status(Option<Box<QuestionStatus>>),
    /// To [`Call::Withdraw`], [`Call::Edit`] and [`Call::Erase`].
    Changed(Change),
    /// To [`Call::List`].
    List(OutboxList),
    /// To [`Call::Tell`], [`Call::Resume`] and [`Call::Sweep`].
    Done,
    /// To any call: storage did not work.
    Failed(String),
}

impl Answer {
    pub(super) fn status(status: Option<QuestionStatus>) -> Self {
        Self::Status(status.map(Box::new))
    }
}

/// A checked question on its way into the outbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Submission {
    /// The site.
    pub site: String,
    /// The page's id for the draft: the same one never asks twice.
    pub id: SubmissionId,
    /// The asker's capability, for a question not seen before.
    pub receipt: Receipt,
    /// The public id, for a question not seen before.
    pub public_id: PublicId,
    /// What is posted. Its request's digest tells a repeated submission from another question under the same id.
    pub text: Text,
    /// What looks suspicious: the question is held for the operator.
    pub suspicion: Option<String>,
    /// Who asks, for the limit: a network address. It is stored only as a salted digest, for an hour.
    pub address: String,
    /// Questions that one address may ask in an hour.
    pub per_hour: u32,
    /// Questions that the site takes in an hour.
    pub site_per_hour: u32,
}

/// What became of a submission.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Submitted {
    /// It is stored, by this call or by an earlier one.
    Stored(Box<QuestionStatus>),
    /// Its id was used for another question.
    Conflict,
    /// The address, or everybody together, has asked too much.
    Limited {
        /// How many are taken in an hour.
        per_hour: u32,
        /// When to ask again, in seconds.
        retry_after_s: u64,
    },
}

/// What became of a change that an asker wants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Change {
    /// It is done, by this call or by an earlier one.
    Done(Box<QuestionStatus>),
    /// The question is past that, or not yet there.
    TooLate(Box<QuestionStatus>),
    /// There is no such question.
    Unknown,
}

/// What a forum says about a question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Names the message where the forum may send it twice.
    pub key: Option<String>,
    /// The question's public id, where the message tells.
    pub public_id: Option<PublicId>,
    /// The thread's id in the forum, where the message tells.
    pub thread_id: Option<String>,
    /// What it says.
    pub news: News,
}

/// What happened in the forum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum News {
    /// Something was posted or edited.
    Activity,
    /// Moderators let the question through.
    Approved(Posted),
    /// Moderators turned it down.
    Rejected(String),
    /// All replies there are.
    Replies(Vec<Reply>),
}
