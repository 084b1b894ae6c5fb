use std::collections::BTreeMap;

use api::{Block, FieldError, Reply, limits};
use ask::PublicId;
use forum::{Lookup, Posted};
use serde::{Deserialize, Serialize};

/// Characters of the name under a reply: a forum's user name fits.
const AUTHOR_CHARS: usize = 60;

/// What is asked of the inbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// The outbox posts a question.
    Post(Post),
    /// The outbox asks about a question.
    LookUp(PublicId),
    /// The outbox reads the replies.
    Replies(PublicId),
    /// The operator lists questions; `None`: all but the hidden ones.
    List(Option<State>),
    /// The operator answers.
    Reply(PublicId, NewReply),
    /// The operator moves a question into a state.
    SetState(PublicId, State),
}

/// What the inbox answers, call by call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// To [`Call::Post`].
    Posted(Posted),
    /// To [`Call::LookUp`].
    Found(Option<Posted>),
    /// To [`Call::Replies`].
    Replies(Vec<Reply>),
    /// To [`Call::List`].
    List(ListView),
    /// To [`Call::Reply`] and [`Call::SetState`]; `None`: there is no such question.
    Item(Option<Box<ItemView>>),
    /// To any call: storage did not work.
    Failed(String),
}

/// What a lookup's answer means to delivery.
impl From<Answer> for Lookup {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Found(Some(posted)) => Self::Found(posted),
            Answer::Found(None) => Self::Missing,
            _ => Self::Unknown,
        }
    }
}

/// A question that the outbox posts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Post {
    /// Its public id.
    pub public_id: PublicId,
    /// Its title.
    pub title: String,
    /// Its Markdown.
    pub markdown: String,
    /// Its tags.
    pub tags: Vec<String>,
}

/// What the operator made of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// Nobody has answered.
    Open,
    /// Somebody has.
    Answered,
    /// Not for showing: spam, abuse.
    Hidden,
    /// Settled.
    Closed,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Open, Self::Answered, Self::Hidden, Self::Closed];

    /// Its name, on the wire and in storage.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Hidden => "hidden",
            Self::Closed => "closed",
        }
    }

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// Body of `POST /v1/inbox/{site}/questions/{publicId}/replies`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewReply {
    /// What the operator writes.
    pub markdown: String,
    /// Under which name.
    pub author: String,
}

/// Body of `POST /v1/inbox/{site}/questions/{publicId}/state`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewState {
    /// `open`, `hidden` or `closed`; `answered` comes by answering.
    pub state: State,
}

/// Answer to `GET /v1/inbox/{site}/questions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListView {
    /// Version of the index in service; empty when there is none.
    #[serde(default)]
    pub index_version: String,
    /// Newest first.
    pub questions: Vec<ItemView>,
    /// How many questions are in each state.
    pub counts: BTreeMap<State, u64>,
}

/// A question as the operator sees it: answer to the routes that change one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemView {
    /// Version of the index in service, empty when there is none; not within a list, which has it once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index_version: Option<String>,
    /// The public id.
    pub public_id: PublicId,
    /// Its title.
    pub title: String,
    /// What it says.
    pub blocks: Vec<Block>,
    /// Its tags.
    pub tags: Vec<String>,
    /// When it came, RFC 3339.
    pub created_at: String,
    /// What the operator made of it.
    pub state: State,
    /// Oldest first.
    pub replies: Vec<ReplyView>,
}

/// A reply as the operator and the asker see it.
pub type ReplyView = Reply;

/// What is wrong with a reply.
pub fn check_reply(reply: &NewReply) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut check = |field: &str, text: &str, most: usize| {
        if text.trim().is_empty() {
            errors.push(FieldError::new(field, "required", "write something"));
        } else if text.chars().count() > most {
            errors.push(FieldError::new(field, "tooLong", format!("at most {most} characters")));
        }
    };
    check("markdown", &reply.markdown, limits::BODY_CHARS_MAX);
    check("author", &reply.author, AUTHOR_CHARS);
    errors
}
