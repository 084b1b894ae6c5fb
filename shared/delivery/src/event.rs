use api::Reply;
use serde::{Deserialize, Serialize};

/// A post in the forum.
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

/// What a lookup by public id found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// The forum has it.
    Found(Posted),
    /// The forum's moderators have it before them.
    Held,
    /// The forum answered, and does not have it.
    Missing,
    /// No clear answer.
    Unknown,
}

/// What the forum told without being asked (a webhook, or the inbox's own page).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ForumEvent {
    /// Something was posted or edited in the thread.
    Activity,
    /// A moderator approved the held post.
    Approved(Posted),
    /// A moderator turned the held post down.
    Rejected {
        /// The moderator's words.
        reason: String,
    },
}

/// What happens to a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Time has passed; nothing happens before [`crate::Delivery::next_due`].
    Due,
    /// The shell has restarted: whatever was under way will not report.
    Restarted,
    /// A send has a result.
    SendResult {
        /// Which: as in [`Effect::Send`].
        attempt: u32,
        /// What became of it.
        outcome: Outcome,
    },
    /// A lookup has a result.
    LookupResult {
        /// Which: as in [`Effect::Lookup`].
        lookup: u32,
        /// What it found.
        found: Lookup,
    },
    /// All replies in the thread, oldest first.
    Replies(Vec<Reply>),
    /// The author takes it back. Does something only while [`crate::Delivery::can_withdraw`].
    Withdraw,
    /// The author has edited the question; the shell has stored the new text. Only in `NeedsFix`.
    Edited,
    /// An operator wants another try. Only in `Failed`.
    Retry {
        /// The operator has looked: the forum does not have it. Otherwise that is looked up first.
        missing: bool,
    },
    /// The forum told something.
    Forum(ForumEvent),
}

/// What the shell has to do, in the order given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Store the delivery as it is after the step. Always first.
    Store,
    /// Come back with [`Event::Due`] at this time, milliseconds since 1970. Always before a request.
    WakeAt(u64),
    /// Post the question; report with [`Event::SendResult`].
    Send {
        /// Counts from 1.
        attempt: u32,
    },
    /// Ask the forum whether it has the question; report with [`Event::LookupResult`].
    Lookup {
        /// Counts from 1.
        lookup: u32,
    },
    /// Read the thread's replies; report with [`Event::Replies`], or not at all when that fails.
    Watch {
        /// The thread.
        thread_id: String,
    },
}
