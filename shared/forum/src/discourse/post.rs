//! One post of a topic.

use std::collections::BTreeMap;

use serde_json::Value;
use thread::{Author, Body, Post, PostKind, Role};
use time::OffsetDateTime;

use super::loose::Loose;

/// `post_type` of what a person wrote.
const REGULAR: u64 = 1;
/// `post_type` of a note among staff. It must never leave the forum.
const WHISPER: u64 = 4;
/// `user_id` of the forum's software.
const SYSTEM_USER: i64 = -1;
/// `id` of the action "like" in `actions_summary`.
const LIKE: u64 = 2;

/// The posts' ids by their numbers, by which posts refer to each other.
pub(crate) fn ids_by_number(posts: &[Value]) -> BTreeMap<u64, String> {
    posts.iter().filter_map(|post| Some((post.number("post_number")?, post.id("id")?))).collect()
}

/// The post, or `None` where it may not be shown or has nothing to show.
pub(crate) fn decode(post: &Value, topic_url: &str, ids: &BTreeMap<u64, String>) -> Option<Post> {
    let gone = post.text("deleted_at").is_some() || post.flag("user_deleted") == Some(true);
    if gone || post.flag("hidden") == Some(true) || post.number("post_type") == Some(WHISPER) {
        return None;
    }
    let kind = kind(post);
    let body = match (post.text("cooked"), post.text("raw")) {
        (Some(cooked), _) => Body::Html(cooked.to_owned()),
        (None, Some(raw)) => Body::Markdown(raw.to_owned()),
        // "closed", "pinned": what happened stands in a field of its own and is of no use to a reader elsewhere.
        (None, None) if kind == PostKind::System => Body::Text(String::new()),
        (None, None) => return None,
    };
    let number = post.number("post_number");
    let created_at = created_at(post);
    Some(Post {
        id: post.id("id")?,
        number: number.and_then(|number| u32::try_from(number).ok()),
        url: number.map(|number| format!("{topic_url}/{number}")),
        heading: None,
        author: author(post),
        created_at,
        edited_at: edited_at(post, created_at),
        score: likes(post),
        accepted: post.flag("accepted_answer") == Some(true),
        validated: None,
        reply_to: reply_to(post, ids),
        body,
        kind,
    })
}

/// A first post that may not be shown: its topic needs one all the same.
pub(crate) fn withheld(post: &Value) -> Post {
    Post {
        id: post.id("id").unwrap_or_default(),
        number: Some(1),
        url: None,
        heading: None,
        author: author(post),
        created_at: created_at(post),
        edited_at: None,
        score: 0,
        accepted: false,
        validated: None,
        reply_to: None,
        body: Body::Text(String::new()),
        kind: PostKind::Post,
    }
}

/// A post without a time is older than every other: it never counts as news.
fn created_at(post: &Value) -> OffsetDateTime {
    post.time("created_at").unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// Only a version above 1 says that its author changed it; `updated_at` moves for likes and rebakes too.
fn edited_at(post: &Value, created_at: OffsetDateTime) -> Option<OffsetDateTime> {
    let edited = post.number("version").is_some_and(|version| version > 1);
    post.time("updated_at").filter(|at| edited && *at > created_at)
}

fn kind(post: &Value) -> PostKind {
    let by_software = post.get("user_id").and_then(Value::as_i64) == Some(SYSTEM_USER)
        || post.text("username") == Some("system");
    if by_software || post.number("post_type").unwrap_or(REGULAR) != REGULAR {
        PostKind::System
    } else {
        PostKind::Post
    }
}

fn author(post: &Value) -> Author {
    Author {
        id: post.id("user_id"),
        name: post.text("username").or_else(|| post.text("name")).map(text::line).unwrap_or_default(),
        role: role(post),
        trust: post.number("trust_level").and_then(|level| u8::try_from(level).ok()),
    }
}

/// `staff` is Discourse's word for administrators and moderators both: the people who speak for the forum.
fn role(post: &Value) -> Role {
    let is = |name| post.flag(name) == Some(true);
    if is("staff") || is("admin") {
        Role::Staff
    } else if is("moderator") || is("group_moderator") {
        Role::Moderator
    } else {
        Role::Member
    }
}

fn likes(post: &Value) -> i64 {
    let actions = post.list("actions_summary").unwrap_or_default();
    let like = actions.iter().find(|action| action.number("id") == Some(LIKE));
    like.and_then(|like| like.number("count")).and_then(|count| i64::try_from(count).ok()).unwrap_or(0)
}

fn reply_to(post: &Value, ids: &BTreeMap<u64, String>) -> Option<String> {
    let number = post.number("reply_to_post_number").filter(|number| *number > 1)?;
    ids.get(&number).cloned()
}
