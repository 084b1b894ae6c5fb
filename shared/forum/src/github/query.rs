//! What GitHub's GraphQL API is asked, and the part of its answers that is read.
//!
//! Every operation stands in a file of its own, as GitHub's own explorer takes it; the types mirror them field by field.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// The repository, its categories, and who asks.
pub(super) const REPOSITORY: &str = include_str!("repository.graphql");
/// Creates a discussion.
pub(super) const CREATE: &str = include_str!("create.graphql");
/// The newest discussions, 50 at a time.
pub(super) const NEWEST: &str = include_str!("newest.graphql");
/// A discussion's comments and the replies to them, 50 comments at a time.
pub(super) const REPLIES: &str = include_str!("replies.graphql");

/// Every operation, for whoever holds them against GitHub's schema.
pub const OPERATIONS: [&str; 4] = [REPOSITORY, CREATE, NEWEST, REPLIES];

/// A request's body.
#[derive(Debug, Serialize)]
pub(super) struct Operation<'a, V> {
    pub(super) query: &'static str,
    pub(super) variables: &'a V,
}

/// The variables of [`REPOSITORY`].
#[derive(Debug, Serialize)]
pub(super) struct Named<'a> {
    pub(super) owner: &'a str,
    pub(super) name: &'a str,
}

/// The variables of [`NEWEST`].
#[derive(Debug, Serialize)]
pub(super) struct Page<'a> {
    #[serde(flatten)]
    pub(super) repository: Named<'a>,
    pub(super) after: Option<String>,
}

/// The variables of [`REPLIES`].
#[derive(Debug, Serialize)]
pub(super) struct CommentsPage<'a> {
    #[serde(flatten)]
    pub(super) repository: Named<'a>,
    pub(super) number: u32,
    pub(super) after: Option<String>,
}

/// The variables of [`CREATE`].
#[derive(Debug, Serialize)]
pub(super) struct Create<'a> {
    pub(super) input: NewDiscussion<'a>,
}

/// `CreateDiscussionInput`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewDiscussion<'a> {
    pub(super) repository_id: &'a str,
    pub(super) category_id: &'a str,
    pub(super) title: &'a str,
    pub(super) body: &'a str,
}

/// An answer's body.
#[derive(Debug, Deserialize)]
pub(super) struct Reply<D> {
    // Not `#[serde(default)]`, which would ask it of `D` too: an `Option` may be absent as it is.
    pub(super) data: Option<D>,
    #[serde(default)]
    pub(super) errors: Vec<Error>,
}

/// What went wrong with a part of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Error {
    /// `NOT_FOUND`, `FORBIDDEN` and so on; absent where the operation itself is wrong.
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    #[serde(default)]
    pub(super) message: String,
}

/// Many of something.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Nodes<N> {
    /// `null` where one may not be read.
    pub(super) nodes: Option<Vec<Option<N>>>,
    pub(super) page_info: Option<PageInfo>,
}

impl<N> Nodes<N> {
    /// Those that may be read, and where the next ones begin.
    pub(super) fn read(self) -> (Vec<N>, Option<String>) {
        let next = self.page_info.filter(|page| page.has_next_page).and_then(|page| page.end_cursor);
        (self.nodes.unwrap_or_default().into_iter().flatten().collect(), next)
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

/// A user, an app, an organisation.
#[derive(Debug, Deserialize)]
pub(super) struct Actor {
    pub(super) login: String,
}

/// The data of [`REPOSITORY`].
#[derive(Debug, Deserialize)]
pub(super) struct RepositoryData {
    pub(super) viewer: Actor,
    pub(super) repository: Option<Repository>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Repository {
    pub(super) id: String,
    pub(super) is_archived: bool,
    pub(super) has_discussions_enabled: bool,
    pub(super) discussion_categories: Nodes<Category>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Category {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) slug: String,
    pub(super) is_answerable: bool,
}

/// The data of [`CREATE`].
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateData {
    pub(super) create_discussion: Option<Created>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Created {
    pub(super) discussion: Option<CreatedDiscussion>,
}

#[derive(Debug, Deserialize)]
pub(super) struct CreatedDiscussion {
    pub(super) number: u32,
    pub(super) url: String,
}

/// The data of [`NEWEST`].
#[derive(Debug, Deserialize)]
pub(super) struct NewestData {
    pub(super) viewer: Actor,
    pub(super) repository: Option<WithDiscussions>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WithDiscussions {
    pub(super) discussions: Nodes<Discussion>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Discussion {
    pub(super) number: u32,
    pub(super) url: String,
    #[serde(with = "time::serde::rfc3339")]
    pub(super) created_at: OffsetDateTime,
    pub(super) body: String,
    /// Nobody, where the account is gone.
    pub(super) author: Option<Actor>,
}

/// The data of [`REPLIES`].
#[derive(Debug, Deserialize)]
pub(super) struct RepliesData {
    pub(super) repository: Option<WithDiscussion>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WithDiscussion {
    pub(super) discussion: Option<WithComments>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WithComments {
    pub(super) comments: Nodes<Thread>,
}

/// A comment with the replies to it.
#[derive(Debug, Deserialize)]
pub(super) struct Thread {
    #[serde(flatten)]
    pub(super) comment: Comment,
    pub(super) replies: Nodes<Comment>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Comment {
    pub(super) id: String,
    pub(super) url: String,
    pub(super) body: String,
    #[serde(with = "time::serde::rfc3339")]
    pub(super) created_at: OffsetDateTime,
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub(super) last_edited_at: Option<OffsetDateTime>,
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub(super) deleted_at: Option<OffsetDateTime>,
    pub(super) is_answer: bool,
    pub(super) is_minimized: bool,
    pub(super) upvote_count: i64,
    pub(super) author_association: String,
    pub(super) author: Option<Actor>,
}
