//! What an event says to the outbox, whoever sent it.

use thread::Post;

use crate::Posted;

/// The characters of a public id.
const PUBLIC_ID_CHARS: usize = 16;

/// How much of what somebody said is passed on, in characters.
const LINE_CHARS: usize = 500;

/// An event, and what the question it is about is found by. Of the three, the first that names a known question counts,
/// in this order: `thread_id`, which only the forum gives out; `public_id`; the marker in `text`. A text alone proves
/// little, for anybody may copy a marker.
#[derive(Debug, Clone, PartialEq)]
pub struct WebhookEvent {
    /// The forum's id of the thread, as its adapter gives it in [`Posted`].
    pub thread_id: Option<String>,
    /// The question's public id, where the event names it outright.
    pub public_id: Option<String>,
    /// What the thread's first post says, where the event brings it: the marker may stand there.
    pub text: Option<String>,
    /// What happened.
    pub what: What,
}

/// What happened in a forum.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// Something was posted, edited, removed or accepted in the thread: read it again.
    Activity,
    /// The thread stands where people read it: approved by a moderator, or posted at once. Settles a question that was
    /// held back or whose post's answer was lost.
    Approved(Posted),
    /// A moderator turned the question down.
    Rejected {
        /// The moderator's words, for the author; one line.
        reason: String,
    },
    /// All replies, oldest first, from a receiver that cannot be asked for them.
    Replied(Vec<Post>),
    /// Nothing that the outbox acts on. The ids say what it is about, where it is about anything.
    Other,
}

impl WebhookEvent {
    /// An event that is about nothing.
    pub(crate) fn other() -> Self {
        Self { thread_id: None, public_id: None, text: None, what: What::Other }
    }
}

/// A public id in its one spelling; `None` for anything else.
pub(crate) fn public_id(text: &str) -> Option<String> {
    let id = text.trim().to_ascii_uppercase();
    (id.len() == PUBLIC_ID_CHARS && id.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(id)
}

/// What somebody said, a reason or a name, as it is shown to the author: one line, cut at its length; `otherwise` where
/// nothing was said.
pub(crate) fn one_line(said: Option<&str>, otherwise: &str) -> String {
    let said = said.unwrap_or_default();
    let words = said.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line: String = words.collect::<Vec<_>>().join(" ").chars().take(LINE_CHARS).collect();
    if line.is_empty() { otherwise.to_owned() } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_ids_have_one_spelling() {
        assert_eq!(public_id("0123456789abcdef").as_deref(), Some("0123456789ABCDEF"));
        for odd in ["", "0123456789ABCDE", "0123456789ABCDEFG", "0123456789ABCDE-", "ÄÖÜÄÖÜÄÖ"] {
            assert_eq!(public_id(odd), None, "{odd}");
        }
    }

    #[test]
    fn reasons_are_one_line() {
        assert_eq!(one_line(Some(" too\nshort \u{7}"), "x"), "too short");
        assert_eq!(one_line(Some(" \n"), "turned down"), "turned down");
        assert_eq!(one_line(Some(&"é".repeat(600)), "x").chars().count(), 500);
    }
}
