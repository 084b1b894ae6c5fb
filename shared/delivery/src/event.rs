use api::Reply;
use forum::{Lookup, Outcome, Posted};

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
    /// An operator wants another try. Only in `Failed` and `Dropped`.
    Retry {
        /// The operator has looked: the forum does not have it. Otherwise that is looked up first.
        missing: bool,
    },
    /// An operator lets a question go that was held back before it was ever sent. Only in `Held`.
    Release,
    /// An operator will not have it sent. Only in `Held` and `Failed`.
    Drop {
        /// Why, for its author.
        reason: String,
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
    /// Send nothing more to the forum for a while: it asks for that, or takes nothing from us. See [`crate::Lane`].
    Pause {
        /// Until when, milliseconds since 1970.
        until_ms: u64,
        /// What the forum said.
        why: String,
        /// Whether somebody has to change something first, rather than time alone.
        blocked: bool,
    },
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
