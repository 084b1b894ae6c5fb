//! Lemmy: threads as its API writes them, a post and its comments. Nothing is asked there.

use serde_json::Value;
use thread::{Author, Body, Category, Completeness, Post, PostKind, Role, Status, Thread};
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, PrimitiveDateTime};

use crate::discourse::loose::Loose;
use crate::place::Place;

/// Why answers are no thread.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// Not JSON at all, or nested absurdly.
    #[error("not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// What makes a thread a thread is missing.
    #[error("not a Lemmy post: {0}")]
    NotAPost(&'static str),
    /// The forum's address is none.
    #[error("not an http(s) address: {0}")]
    Address(String),
}

/// Decodes a post of the instance at `url` from what `/api/v3/post` and `/api/v3/comment/list` answered. Comments that are
/// removed or deleted are left out; a post that is comes with `visible: false`.
pub fn decode_thread(post: &[u8], comments: &[u8], url: &str) -> Result<Thread, DecodeError> {
    let place = Place::new(url).ok_or_else(|| DecodeError::Address(url.to_owned()))?;
    let (answer, comments): (Value, Value) =
        (serde_json::from_slice(post)?, serde_json::from_slice(comments)?);
    let missing = DecodeError::NotAPost;
    let view = answer.get("post_view").ok_or(missing("no view"))?;
    let post = view.get("post").ok_or(missing("no post"))?;
    let id = post.id("id").ok_or(missing("no id"))?;
    let views = comments.list("comments").ok_or(missing("no comments"))?;
    let question = Post {
        url: Some(format!("{}/post/{id}", place.url())),
        ..entry(view, post, id.clone(), post.text("body").unwrap_or_default())
    };
    let answers: Vec<Post> = views.iter().filter_map(|view| comment(view, &place)).collect();
    let counts = view.get("counts");
    let total =
        counts.and_then(|counts| counts.number("comments")).and_then(|total| u32::try_from(total).ok());
    // Removed comments are listed, but not counted.
    let have = u32::try_from(answers.len()).unwrap_or(u32::MAX);
    let completeness = match total {
        Some(total) if total > have => {
            Completeness::Partial { have: have.saturating_add(1), total: total.saturating_add(1) }
        }
        _ => Completeness::Full,
    };
    Ok(Thread {
        source: "lemmy".to_owned(),
        site: place.host().to_owned(),
        url: format!("{}/post/{id}", place.url()),
        title: post.text("name").map(text::line).unwrap_or_else(|| format!("Post {id}")),
        category: category(view),
        tags: Vec::new(),
        created_at: question.created_at,
        activity_at: counts.and_then(|counts| time(counts, "newest_comment_time")),
        status: if post.flag("locked") == Some(true) { Status::Closed } else { Status::Open },
        visible: !is_gone(post),
        views: None,
        question,
        answers,
        final_answer: None,
        accepted_id: None,
        links: Vec::new(),
        duplicate_of: None,
        product: None,
        version: None,
        lang: None,
        audience: Vec::new(),
        completeness,
        id,
    })
}

fn comment(view: &Value, place: &Place) -> Option<Post> {
    let comment = view.get("comment").filter(|comment| !is_gone(comment))?;
    let id = comment.id("id")?;
    // `0.4.9` answers comment 4; `0.4` answers the post.
    let above = comment.text("path").and_then(|path| path.rsplit('.').nth(1)).filter(|above| *above != "0");
    Some(Post {
        number: None,
        url: Some(format!("{}/comment/{id}", place.url())),
        reply_to: above.map(str::to_owned),
        ..entry(view, comment, id, comment.text("content")?)
    })
}

fn entry(view: &Value, post: &Value, id: String, body: &str) -> Post {
    Post {
        id,
        number: Some(1),
        url: None,
        heading: None,
        author: author(view),
        created_at: time(post, "published").unwrap_or(OffsetDateTime::UNIX_EPOCH),
        edited_at: time(post, "updated"),
        score: view.get("counts").and_then(|counts| counts.get("score")?.as_i64()).unwrap_or(0),
        accepted: false,
        validated: None,
        reply_to: None,
        body: Body::Markdown(body.to_owned()),
        kind: PostKind::Post,
    }
}

fn author(view: &Value) -> Author {
    let creator = view.get("creator").unwrap_or(&Value::Null);
    let role = match creator.flag("admin") {
        Some(true) => Role::Staff,
        Some(false) => Role::Member,
        None => Role::Unknown,
    };
    let name = creator.text("display_name").or_else(|| creator.text("name"));
    Author { id: creator.id("id"), name: name.map(text::line).unwrap_or_default(), role, trust: None }
}

fn category(view: &Value) -> Option<Category> {
    let community = view.get("community")?;
    let name = community.text("title").or_else(|| community.text("name"))?;
    Some(Category { id: community.id("id")?, name: text::line(name) })
}

fn is_gone(post: &Value) -> bool {
    ["removed", "deleted"].iter().any(|name| post.flag(name) == Some(true))
}

/// Older versions write a time without its zone, and mean UTC.
fn time(value: &Value, name: &str) -> Option<OffsetDateTime> {
    let text = value.text(name)?;
    let with_zone = OffsetDateTime::parse(text, &Rfc3339).ok();
    with_zone.or_else(|| Some(PrimitiveDateTime::parse(&format!("{text}Z"), &Rfc3339).ok()?.assume_utc()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_and_its_comments() {
        let post = r#"{"post_view":{"post":{"id":1,"name":"How?","body":"So?","locked":true,
            "published":"2026-11-21T19:42:16.012626"},"creator":{"id":2,"name":"ann","admin":true},
            "community":{"id":3,"title":"Help"},"counts":{"comments":2,"score":4}}}"#;
        let comments = r#"{"comments":[
            {"comment":{"id":4,"content":"So.","path":"0.4","published":"2026-11-21T19:43:00Z"},"counts":{"score":-1}},
            {"comment":{"id":5,"content":"rude","path":"0.4.5","removed":true}},
            {"comment":{"id":6,"content":"Thanks","path":"0.4.6"}}]}"#;
        let thread = decode_thread(post.as_bytes(), comments.as_bytes(), "https://l.example").unwrap();
        assert_eq!((thread.key().as_str(), thread.status), ("lemmy:l.example:1", Status::Closed));
        assert_eq!(thread.completeness, Completeness::Full);
        assert_eq!((thread.question.score, thread.question.author.role), (4, Role::Staff));
        assert_eq!(thread.created_at.unix_timestamp(), 1_795_290_136);
        let seen: Vec<_> = thread
            .answers
            .iter()
            .map(|post| (post.id.as_str(), post.reply_to.as_deref(), post.score))
            .collect();
        assert_eq!(seen, [("4", None, -1), ("6", Some("4"), 0)]);
    }

    #[test]
    fn what_is_no_post_says_so() {
        let error =
            |post: &str| decode_thread(post.as_bytes(), b"{}", "https://l.example").unwrap_err().to_string();
        assert_eq!(error("{}"), "not a Lemmy post: no view");
        assert_eq!(error(r#"{"post_view":{"post":{"id":1}}}"#), "not a Lemmy post: no comments");
        assert!(error("<html>").starts_with("not JSON"));
    }
}
