use serde::{Deserialize, Serialize};

use crate::{Block, Passage, Range};

/// Answer to `GET /v1/threads/{key}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadView {
    /// Version of the index that answered.
    pub index_version: String,
    /// `source:site:id`.
    pub key: String,
    /// Plain text.
    pub title: String,
    /// Where the thread lives.
    pub url: String,
    /// `discourse`, `docs`, ...
    pub source: String,
    /// The category's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Nobody can answer any more.
    pub closed: bool,
    /// The first post, or a docs page's lead.
    pub question: PostView,
    /// The accepted answer, else the best one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<PostView>,
    /// Further answers in the thread's order: on request (`rest=true`), else empty.
    #[serde(default)]
    pub rest: Vec<PostView>,
    /// How many further answers there are.
    pub rest_count: u32,
    /// What all of it comes to: of a long thread, or where the operator wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub final_answer: Option<FinalAnswer>,
    /// The place that answers the query best, where one was given and some of its words are here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matches: Option<ThreadMatch>,
}

/// The place in a thread that answers a query best.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadMatch {
    /// Id of the post. It may be one of the further answers that were not asked for.
    pub post: String,
    /// Position of the block in the post.
    pub block: u32,
    /// The query's words in that block.
    pub ranges: Vec<Range>,
    /// At most 240 characters around the match.
    pub passage: Passage,
}

/// What a thread comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FinalAnswer {
    /// Whose words it is.
    pub by: FinalAnswerBy,
    /// Its parts, in order.
    pub parts: Vec<FinalAnswerPart>,
}

/// Who wrote a final answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FinalAnswerBy {
    /// The operator.
    Operator,
    /// The thread's people: sentences of their posts, word for word.
    Extract,
}

/// A part of a final answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FinalAnswerPart {
    /// Id of the post that it was taken from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<String>,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// One post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PostView {
    /// The forum's id.
    pub id: String,
    /// Where the post lives, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Title of a docs section.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heading: Option<String>,
    /// Who wrote it.
    pub author: Author,
    /// When, RFC 3339.
    pub created_at: String,
    /// Votes or likes.
    pub score: i64,
    /// Accepted by the asker or a moderator.
    pub accepted: bool,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// Who wrote a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Author {
    /// Display name.
    pub name: String,
    /// Standing in the community.
    pub role: Role,
}

/// Standing of a person in a community.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Works for the product.
    Staff,
    /// Keeps order.
    Moderator,
    /// Recognised by the community.
    Expert,
    /// Everybody else.
    Member,
    /// The source does not say.
    #[default]
    #[serde(other)]
    Unknown,
}
