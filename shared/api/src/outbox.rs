use serde::{Deserialize, Serialize};

use crate::QuestionState;

/// Answer to `GET /v1/outbox/{site}/questions`: what an operator sees of the questions on their way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutboxList {
    /// Version of the index in service.
    pub index_version: String,
    /// The latest changed first.
    pub questions: Vec<OutboxItem>,
    /// How many are in which state.
    pub counts: Vec<(QuestionState, u64)>,
    /// Why nothing is sent, where that is so.
    pub pause: Option<OutboxPause>,
}

/// One question on its way. Its receipt is the asker's alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutboxItem {
    /// The public id.
    pub public_id: String,
    /// The title.
    pub title: String,
    /// Where it stands.
    pub state: QuestionState,
    /// Whether it is held for the operator rather than before the forum's moderators.
    pub held: bool,
    /// What the operator should know.
    pub reason: Option<String>,
    /// Whether it is certain that the forum does not have it.
    pub missing: bool,
    /// Times it was sent.
    pub attempts: u32,
    /// When it was accepted, RFC 3339.
    pub created_at: String,
    /// When its state last changed, RFC 3339.
    pub updated_at: String,
    /// The thread in the forum.
    pub url: Option<String>,
}

/// Why nothing is sent to a forum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutboxPause {
    /// Until when, RFC 3339.
    pub until: String,
    /// What the forum said.
    pub why: String,
    /// Whether somebody has to change something first.
    pub blocked: bool,
}

/// Body of `POST /v1/outbox/{site}/questions/{publicId}`: what an operator decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "decision", deny_unknown_fields)]
pub enum OutboxDecision {
    /// Let a held question go.
    Release,
    /// Try a question again that was given up.
    Retry {
        /// The operator has looked: the forum does not have it.
        #[serde(default)]
        missing: bool,
    },
    /// Do not send it.
    Drop {
        /// Why, for its author.
        reason: String,
    },
}
