//! The thread model, one for every source: what importers produce, search indexes and forums answer with.
//!
//! As JSONL, one thread a line, it is also what `edgewise build --threads` reads. Decoding is tolerant where
//! forums differ (tags as strings or objects) and strict where a guess would be wrong (times, ids). How the
//! texts are turned into something to show or to index is left to the crate `text`.

pub use api::Role;
use serde::{Deserialize, Deserializer, Serialize};
use time::OffsetDateTime;

/// A question and its answers, or a docs page: its lead is the question, its sections are the answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Thread {
    /// The kind of forum: `discourse`, `github`, `misago`, `nodebb`, `stackexchange`, `docs`, ...
    pub source: String,
    /// Which forum of that kind, usually its host name.
    pub site: String,
    /// The forum's id, unique within `source` and `site`.
    pub id: String,
    /// Where people read it.
    pub url: String,
    /// Plain text; entities are decoded.
    pub title: String,
    /// The category it was asked in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// Tags, as the forum orders them.
    #[serde(default, deserialize_with = "tags")]
    pub tags: Vec<String>,
    /// When it was asked.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When somebody last posted.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub activity_at: Option<OffsetDateTime>,
    /// Whether people can still answer.
    #[serde(default)]
    pub status: Status,
    /// `false`: hidden by a moderator, never indexed.
    #[serde(default = "yes")]
    pub visible: bool,
    /// Times it was read, where the forum counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub views: Option<u64>,
    /// The first post.
    pub question: Post,
    /// The others, in the thread's order.
    #[serde(default)]
    pub answers: Vec<Post>,
    /// What the operator says all of it comes to, Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub final_answer: Option<String>,
    /// Id of the accepted answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_id: Option<String>,
    /// Threads of the same site that this one points to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<ThreadLink>,
    /// The thread that this one repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<String>,
    /// Product it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Version of the product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Language, BCP 47.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Who may read it; empty: everybody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub audience: Vec<String>,
    /// Whether all posts are here.
    #[serde(default)]
    pub completeness: Completeness,
}

impl Thread {
    /// `source:site:id`: names the thread among all sources.
    pub fn key(&self) -> String {
        format!("{}:{}:{}", self.source, self.site, self.id)
    }

    /// The answer to show first: the accepted one, else by staff, else the one with the highest score, the
    /// earliest of equals; `None` where nobody but the system has answered.
    pub fn best_answer(&self) -> Option<&Post> {
        let rank = |post: &Post| (self.is_accepted(post), post.author.role == Role::Staff, post.score);
        // `max_by_key` keeps the last of equals; reversed, that is the earliest.
        self.answers.iter().filter(|post| post.kind == PostKind::Post).rev().max_by_key(|post| rank(post))
    }

    /// Whether `post` is the accepted answer.
    pub fn is_accepted(&self, post: &Post) -> bool {
        post.accepted || self.accepted_id.as_deref() == Some(post.id.as_str())
    }

    /// Whether an answer is accepted.
    pub fn has_accepted(&self) -> bool {
        self.answers.iter().any(|post| self.is_accepted(post))
    }

    /// Whether staff found an answer right.
    pub fn has_validated_answer(&self) -> bool {
        self.answers.iter().any(|post| post.validated == Some(true))
    }

    /// Whether somebody of the staff has answered.
    pub fn has_staff_answer(&self) -> bool {
        self.answers.iter().any(|post| post.kind == PostKind::Post && post.author.role == Role::Staff)
    }
}

/// Where a forum files a thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Category {
    /// The forum's id.
    pub id: String,
    /// What people read.
    pub name: String,
}

/// Whether people can still answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// They can.
    #[default]
    Open,
    /// A moderator closed it.
    Closed,
    /// It is kept for reading only.
    Archived,
}

/// Whether all posts of a thread are at hand. A partial thread is never indexed as if it were whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Completeness {
    /// All of them.
    #[default]
    Full,
    /// Some are missing.
    #[serde(untagged)]
    Partial {
        /// Posts at hand.
        have: u32,
        /// Posts in the forum.
        total: u32,
    },
}

/// A pointer from one thread to another of the same site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadLink {
    /// Id of the thread pointed to.
    pub to: String,
    /// When the pointing post was written.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub at: Option<OffsetDateTime>,
}

/// One contribution to a thread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Post {
    /// The forum's id.
    pub id: String,
    /// Position in the thread, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// Where people read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Title of a docs section.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heading: Option<String>,
    /// Who wrote it.
    pub author: Author,
    /// When it was written.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it was last edited.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<OffsetDateTime>,
    /// Votes or likes.
    #[serde(default)]
    pub score: i64,
    /// Accepted by the asker or a moderator.
    #[serde(default)]
    pub accepted: bool,
    /// Checked and found right by staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validated: Option<bool>,
    /// Id of the post it answers, where not the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// What it says.
    #[serde(flatten)]
    pub body: Body,
    /// Who made it: a person or the forum's software.
    #[serde(default)]
    pub kind: PostKind,
}

/// What a post says, in the form that the source gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Body {
    /// Markdown as typed.
    Markdown(String),
    /// HTML as the forum rendered it. Never shown as such.
    Html(String),
    /// Plain text.
    Text(String),
}

/// Who wrote a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Author {
    /// The forum's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Display name.
    pub name: String,
    /// Standing in the community.
    #[serde(default)]
    pub role: Role,
    /// Discourse's trust level, 0 to 4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trust: Option<u8>,
}

/// Who made a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PostKind {
    /// A person.
    #[default]
    Post,
    /// The forum's software: "closed", "moved", ...
    System,
}

fn yes() -> bool {
    true
}

/// Tags as strings or as `{id, name}`, as recent versions of Discourse write them.
fn tags<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Tag {
        Name(String),
        Object { name: String },
    }
    let tags = Vec::<Tag>::deserialize(deserializer)?;
    Ok(tags.into_iter().map(|(Tag::Name(name) | Tag::Object { name })| name).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"source":"discourse","site":"x","id":"1","url":"https://x/t/1","title":"T",
        "tags":["a",{"id":2,"name":"b"}],"createdAt":"2020-01-02T03:04:05Z","acceptedId":"3",
        "completeness":{"have":2,"total":5},
        "question":{"id":"2","author":{"name":"n"},"createdAt":"2020-01-02T03:04:05Z","text":"q"},
        "answers":[
          {"id":"4","author":{"name":"n","role":"staff"},"createdAt":"2020-01-02T03:04:05Z","score":9,"html":"<p>s"},
          {"id":"3","author":{"name":"n"},"createdAt":"2020-01-02T03:04:05Z","markdown":"a"}]}"#;

    #[test]
    fn a_line_reads_and_writes() {
        let thread: Thread = serde_json::from_str(LINE).unwrap();
        assert_eq!(thread.tags, ["a", "b"]);
        assert_eq!(thread.completeness, Completeness::Partial { have: 2, total: 5 });
        assert_eq!(thread.best_answer().unwrap().id, "3", "accepted comes before staff and score");
        assert_eq!(thread.question.body, Body::Text("q".into()));
        let again: Thread = serde_json::from_str(&serde_json::to_string(&thread).unwrap()).unwrap();
        assert_eq!(again, thread);
    }

    #[test]
    fn full_is_the_word_full() {
        let json = serde_json::to_string(&Completeness::Full).unwrap();
        assert_eq!(json, "\"full\"");
        assert_eq!(serde_json::from_str::<Completeness>(&json).unwrap(), Completeness::Full);
    }
}
