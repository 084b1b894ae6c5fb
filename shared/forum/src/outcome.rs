//! What a forum's answers mean to whoever delivers a question.

use serde::{Deserialize, Serialize};

/// A thread in the forum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Posted {
    /// The forum's id of the thread.
    pub thread_id: String,
    /// Where people read it, where the forum has public pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// What became of one attempt to post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The forum has it.
    Created(Posted),
    /// The forum has it, behind its moderators.
    PendingReview,
    /// The forum does not have it and asks to wait.
    Throttled {
        /// As long as it asks for, where it says.
        wait_ms: Option<u64>,
    },
    /// The forum does not have it: another thread bears its title.
    TitleTaken {
        /// What the forum said, for the author.
        reason: String,
        /// That thread, where it could be found.
        by: Option<Posted>,
    },
    /// The forum does not have it and will not take it as it is.
    Refused {
        /// What the forum said, for the author.
        reason: String,
    },
    /// The forum does not have it and takes nothing from us: a revoked key, a bot challenge.
    Blocked {
        /// What the forum said, for the operator.
        reason: String,
    },
    /// The request certainly did not reach the forum.
    NotSent {
        /// What went wrong.
        why: String,
    },
    /// It may have reached the forum: a time-out, a broken connection, a 5xx.
    Ambiguous {
        /// What was seen.
        why: String,
    },
}

/// What a lookup of a question found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// The forum has it.
    Found(Posted),
    /// The forum's moderators have it before them.
    Held,
    /// The forum answered, and does not have it.
    Missing,
    /// The forum answered, and does not show it; but it may be where our key may not look, before its moderators.
    Hidden {
        /// Why that cannot be told, for the operator.
        why: String,
    },
    /// No clear answer.
    Unknown,
}
