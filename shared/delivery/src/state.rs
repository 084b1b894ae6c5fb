use api::{QuestionState, Reply};
use forum::Posted;
use serde::{Deserialize, Serialize};

/// Where one question stands on its way. Stored as JSON with a version; opaque but for its accessors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Delivery {
    pub(crate) accepted_ms: u64,
    pub(crate) updated_ms: u64,
    /// From here on time to give up is counted: acceptance, an edit or a retry.
    pub(crate) since_ms: u64,
    pub(crate) attempts: u32,
    pub(crate) lookups: u32,
    pub(crate) state: State,
}

/// The states, each with what it needs to get out of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum State {
    /// Stored; held back for the operator to read before it is sent.
    Held {
        /// What looked suspicious.
        why: String,
        /// When to stop waiting.
        due_ms: u64,
    },
    /// Stored; certainly not in the forum.
    Accepted {
        /// When to send.
        due_ms: u64,
        /// Attempts that failed in a row.
        tries: u32,
        /// What went wrong last.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// A request is under way, or was when the shell stopped.
    Sending {
        /// When its result counts as lost.
        due_ms: u64,
        /// Attempts before it that failed in a row.
        tries: u32,
    },
    /// The forum may have it or not.
    Ambiguous {
        /// When to look, or when the lookup under way counts as lost.
        due_ms: u64,
        /// What was seen.
        why: String,
        /// When the lookup under way was asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        asked_ms: Option<u64>,
        /// When the first lookup that missed was asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        missed_ms: Option<u64>,
        /// Lookups without a clear answer in a row.
        tries: u32,
        /// Attempts that failed in a row.
        sends: u32,
    },
    /// Before the forum's moderators.
    PendingReview {
        /// When to look whether they decided.
        due_ms: u64,
        /// The wait after that.
        wait_ms: u64,
        /// When to stop waiting.
        until_ms: u64,
    },
    /// In the forum.
    Posted {
        /// The thread.
        thread: Posted,
        /// Oldest first.
        replies: Vec<Reply>,
        /// When to look for replies; `None` once the thread has been quiet for long.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due_ms: Option<u64>,
        /// The wait after that.
        wait_ms: u64,
        /// When somebody last wrote, as far as seen.
        active_ms: u64,
    },
    /// Refused; its author can edit it.
    NeedsFix {
        /// What the forum said.
        reason: String,
        /// Whether it is only that another thread bears its title.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        title_taken: bool,
        /// The thread that bears its title, where it could be found.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        taken_by: Option<Posted>,
        /// When to stop waiting.
        due_ms: u64,
    },
    /// Taken back by its author.
    Withdrawn,
    /// Given up until an operator retries.
    Failed {
        /// Why.
        reason: String,
        /// Whether it is certain that the forum does not have it.
        missing: bool,
    },
    /// Turned down by the operator.
    Dropped {
        /// Why.
        reason: String,
        /// Whether it is certain that the forum does not have it.
        missing: bool,
    },
}

impl Delivery {
    /// When it was accepted, milliseconds since 1970.
    pub fn accepted_ms(&self) -> u64 {
        self.accepted_ms
    }

    /// When its state as people see it last changed, milliseconds since 1970.
    pub fn updated_ms(&self) -> u64 {
        self.updated_ms
    }

    /// Sends so far.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The state with its particulars.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The state as people see it.
    pub fn status(&self) -> QuestionState {
        match &self.state {
            State::Accepted { .. } => QuestionState::Accepted,
            State::Sending { .. } => QuestionState::Sending,
            State::Ambiguous { .. } => QuestionState::Ambiguous,
            State::PendingReview { .. } | State::Held { .. } => QuestionState::PendingReview,
            State::Posted { replies, .. } if replies.is_empty() => QuestionState::Posted,
            State::Posted { .. } => QuestionState::Answered,
            State::NeedsFix { .. } => QuestionState::NeedsFix,
            State::Withdrawn => QuestionState::Withdrawn,
            State::Failed { .. } | State::Dropped { .. } => QuestionState::Failed,
        }
    }

    /// When to come back with [`crate::Event::Due`]; `None` where only a person can move it on.
    pub fn next_due(&self) -> Option<u64> {
        match &self.state {
            State::Held { due_ms, .. }
            | State::Accepted { due_ms, .. }
            | State::Sending { due_ms, .. }
            | State::Ambiguous { due_ms, .. }
            | State::PendingReview { due_ms, .. }
            | State::NeedsFix { due_ms, .. } => Some(*due_ms),
            State::Posted { due_ms, .. } => *due_ms,
            State::Withdrawn | State::Failed { .. } | State::Dropped { .. } => None,
        }
    }

    /// Whether its author may take it back: only while the forum certainly does not have it.
    pub fn can_withdraw(&self) -> bool {
        matches!(
            self.state,
            State::Held { .. }
                | State::Accepted { .. }
                | State::NeedsFix { .. }
                | State::Failed { missing: true, .. }
                | State::Dropped { missing: true, .. }
        )
    }

    /// Whether its author may edit it.
    pub fn can_edit(&self) -> bool {
        matches!(self.state, State::NeedsFix { .. })
    }

    /// Whether the next thing it does is to send.
    pub fn is_waiting_to_send(&self) -> bool {
        matches!(self.state, State::Accepted { .. })
    }

    /// Whether nothing will happen to it any more unless a person acts: what a retention period may end.
    pub fn is_at_rest(&self) -> bool {
        self.next_due().is_none()
    }

    /// Where another thread bears its title: that one, if it could be found.
    pub fn title_taken(&self) -> Option<Option<&Posted>> {
        match &self.state {
            State::NeedsFix { title_taken: true, taken_by, .. } => Some(taken_by.as_ref()),
            _ => None,
        }
    }

    /// The thread, once posted.
    pub fn thread(&self) -> Option<&Posted> {
        match &self.state {
            State::Posted { thread, .. } => Some(thread),
            _ => None,
        }
    }

    /// Replies so far, oldest first.
    pub fn replies(&self) -> &[Reply] {
        match &self.state {
            State::Posted { replies, .. } => replies,
            _ => &[],
        }
    }

    /// What the author or the operator has to know, in `needsFix` and `failed`.
    pub fn reason(&self) -> Option<&str> {
        match &self.state {
            State::NeedsFix { reason, .. } | State::Failed { reason, .. } | State::Dropped { reason, .. } => {
                Some(reason)
            }
            _ => None,
        }
    }
}

/// The stored form. A later version gets a variant of its own and is converted when read.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "version")]
enum Stored {
    #[serde(rename = "1")]
    V1(V1),
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct V1 {
    accepted_ms: u64,
    updated_ms: u64,
    since_ms: u64,
    attempts: u32,
    lookups: u32,
    state: State,
}

impl From<Stored> for Delivery {
    fn from(Stored::V1(V1 { accepted_ms, updated_ms, since_ms, attempts, lookups, state }): Stored) -> Self {
        Self { accepted_ms, updated_ms, since_ms, attempts, lookups, state }
    }
}

impl From<Delivery> for Stored {
    fn from(Delivery { accepted_ms, updated_ms, since_ms, attempts, lookups, state }: Delivery) -> Self {
        Self::V1(V1 { accepted_ms, updated_ms, since_ms, attempts, lookups, state })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_1_reads_for_ever() {
        let json = r#"{"version":"1","acceptedMs":1,"updatedMs":2,"sinceMs":1,"attempts":3,"lookups":4,"state":
            {"is":"posted","thread":{"threadId":"7","url":"https://f.example/t/7"},"replies":[],
             "dueMs":9,"waitMs":8,"activeMs":2}}"#;
        let delivery: Delivery = serde_json::from_str(json).unwrap();
        assert_eq!(delivery.thread().unwrap().thread_id, "7");
        assert_eq!(delivery.next_due(), Some(9));
        let again = serde_json::to_value(&delivery).unwrap();
        assert_eq!(again, serde_json::from_str::<serde_json::Value>(json).unwrap());
        assert!(serde_json::from_str::<Delivery>(&json.replace("\"1\"", "\"2\"")).is_err());
    }
}
