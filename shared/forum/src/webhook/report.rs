//! What the receiver of our webhooks reports back: `question.posted`, `question.answered`, `question.rejected`, in the
//! format of `docs/webhooks.md`.

use serde::Deserialize;
use serde_json::Value;
use thread::{Author, Body, Post, PostKind, Role};
use time::OffsetDateTime;

use super::event::{self, WebhookEvent, What};
use crate::Posted;
use crate::discourse::loose::Loose;

/// What an author reads where no reason is given.
const TURNED_DOWN: &str = "It was turned down.";

/// Decodes one report. Without a public id it is about nothing.
pub(crate) fn decode(body: &Value) -> WebhookEvent {
    let Some(data) = body.get("data") else { return WebhookEvent::other() };
    let Some(public_id) = data.text("publicId").and_then(event::public_id) else {
        return WebhookEvent::other();
    };
    let what = match body.text("type") {
        Some("question.posted") => What::Approved(posted(data, &public_id)),
        Some("question.answered") => match data.list("replies") {
            Some(replies) => What::Replied(sorted(replies, body.time("timestamp"))),
            None => What::Other,
        },
        Some("question.rejected") => {
            What::Rejected { reason: event::one_line(data.text("reason"), TURNED_DOWN) }
        }
        _ => What::Other,
    };
    WebhookEvent { thread_id: None, public_id: Some(public_id), text: None, what }
}

/// The thread as the receiver names it, in a report or in its answer to a post; by the question's own id where it names
/// none.
pub(crate) fn posted(data: &Value, public_id: &str) -> Posted {
    Posted {
        thread_id: data.id("threadId").unwrap_or_else(|| public_id.to_owned()),
        url: data.text("url").and_then(|url| text::resolve(url, None)).filter(|url| url.starts_with("http")),
    }
}

fn sorted(replies: &[Value], reported_at: Option<OffsetDateTime>) -> Vec<Post> {
    let mut posts: Vec<Post> = replies.iter().filter_map(|reply| decode_reply(reply, reported_at)).collect();
    posts.sort_by_key(|post| post.created_at);
    posts
}

/// A reply without an id or without words is none. One without a time was written when it was reported.
fn decode_reply(reply: &Value, reported_at: Option<OffsetDateTime>) -> Option<Post> {
    let author = Author {
        id: None,
        name: event::one_line(reply.text("author"), ""),
        role: reply.get("role").and_then(|role| Role::deserialize(role).ok()).unwrap_or_default(),
        trust: None,
    };
    Some(Post {
        id: reply.id("id")?,
        number: None,
        url: None,
        heading: None,
        author,
        created_at: reply.time("createdAt").or(reported_at).unwrap_or(OffsetDateTime::UNIX_EPOCH),
        edited_at: None,
        score: 0,
        accepted: false,
        validated: None,
        reply_to: None,
        body: Body::Markdown(reply.text("markdown")?.to_owned()),
        kind: PostKind::Post,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "0123456789ABCDEF";

    fn read(kind: &str, mut data: Value) -> WebhookEvent {
        data["publicId"] = json!(ID);
        decode(&json!({"type": kind, "timestamp": "2026-11-22T10:00:00Z", "data": data}))
    }

    #[test]
    fn posted_and_rejected() {
        let event = read("question.posted", json!({"url": "https://desk.example/7", "threadId": 7}));
        assert_eq!((event.public_id.as_deref(), event.thread_id), (Some(ID), None));
        let thread = Posted { thread_id: "7".into(), url: Some("https://desk.example/7".into()) };
        assert_eq!(event.what, What::Approved(thread));
        for odd in [
            json!({}),
            json!({"url": "javascript:0", "threadId": "a/b"}),
            json!({"url": "mailto:a@b.example"}),
        ] {
            assert_eq!(
                read("question.posted", odd).what,
                What::Approved(Posted { thread_id: ID.into(), url: None })
            );
        }
        assert_eq!(
            read("question.rejected", json!({"reason": "Not about\nour product"})).what,
            What::Rejected { reason: "Not about our product".into() }
        );
        assert_eq!(read("question.rejected", json!({})).what, What::Rejected { reason: TURNED_DOWN.into() });
    }

    #[test]
    fn replies_come_oldest_first_and_what_is_none_is_left_out() {
        let event = read(
            "question.answered",
            json!({"replies": [
                {"id": "b", "author": "Ann", "createdAt": "2026-11-22T09:00:00Z", "markdown": "Run `moor doctor`", "role": "staff"},
                {"id": 1, "author": " Ben\n", "createdAt": "2026-11-21T09:00:00Z", "markdown": "Same here", "role": "king"},
                {"id": "c", "markdown": "And now?", "role": 7, "createdAt": "soon"},
                {"author": "nobody", "markdown": "no id"},
                {"id": "d", "markdown": " "},
                null
            ]}),
        );
        let What::Replied(posts) = event.what else { panic!("{event:?}") };
        let seen: Vec<_> = posts
            .iter()
            .map(|post| (post.id.as_str(), post.author.name.as_str(), post.author.role))
            .collect();
        assert_eq!(seen, [("1", "Ben", Role::Unknown), ("b", "Ann", Role::Staff), ("c", "", Role::Unknown)]);
        assert_eq!(posts[1].body, Body::Markdown("Run `moor doctor`".into()));
        assert_eq!(read("question.answered", json!({"replies": []})).what, What::Replied(Vec::new()));
        assert_eq!(read("question.answered", json!({"replies": 3})).what, What::Other);
    }

    #[test]
    fn the_manuals_examples_are_understood() {
        let manual = include_str!("../../../../docs/webhooks.md");
        let (reports, _notices) = manual.split_once("## Edgewise tells you").unwrap();
        let examples = reports.split("```json\n").skip(1).filter_map(|rest| rest.split("```").next());
        let read: Vec<_> = examples.map(|json| decode(&serde_json::from_str(json).unwrap())).collect();
        let [posted, answered, rejected] = read.as_slice() else { panic!("{read:?}") };
        assert!(read.iter().all(|event| event.public_id.as_deref() == Some(ID)));
        let url = Some("https://desk.moorline.example/q/7".to_owned());
        assert_eq!(posted.what, What::Approved(Posted { thread_id: "7".into(), url }));
        let What::Replied(posts) = &answered.what else { panic!("{answered:?}") };
        assert_eq!(posts.iter().map(|post| post.author.role).collect::<Vec<_>>(), [Role::Staff]);
        assert_eq!(rejected.what, What::Rejected { reason: "Please say which version.".into() });
    }

    #[test]
    fn whatever_else_comes_is_nothing() {
        for body in [
            json!({}),
            json!({"type": "question.posted"}),
            json!({"type": "question.posted", "data": {"publicId": "x"}}),
            json!({"type": "question.posted", "publicId": ID}),
            json!(null),
        ] {
            assert_eq!(decode(&body), WebhookEvent::other(), "{body}");
        }
        assert_eq!(read("question.created", json!({})).what, What::Other, "our own, sent back");
        assert_eq!(read("ping", json!({})).what, What::Other);
    }
}
