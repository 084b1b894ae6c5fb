//! Discourse's events: `{"post": …}`, `{"topic": …}`, `{"reviewable": …}`, `{"solved": …}`.
//!
//! Which event it was (`post_created`, `post_edited`) stands only in headers, which are not signed. The object says as
//! much as is needed: whether it is a topic's first post, and whether people can read it.

use serde_json::Value;

use super::event::{self, WebhookEvent, What};
use crate::Posted;
use crate::discourse::loose::Loose;

/// `post_type` of what a person wrote for everybody; 3 is a note of the software's, 4 a whisper among staff.
const REGULAR: u64 = 1;
const MODERATOR_ACTION: u64 = 2;

/// What an author reads where the moderators gave no reason: Discourse tells it to the posting account alone.
const TURNED_DOWN: &str = "The forum's moderators turned it down.";

/// Decodes one event. `forum_url` is the forum's address, which posts and topics do not say.
pub(crate) fn decode(body: &Value, forum_url: Option<&str>) -> WebhookEvent {
    if let Some(post) = body.get("post") {
        decode_post(post, forum_url)
    } else if let Some(topic) = body.get("topic") {
        decode_topic(topic, forum_url)
    } else if let Some(reviewable) = body.get("reviewable") {
        decode_reviewable(reviewable, forum_url)
    } else if let Some(post) = body.get("solved") {
        // An answer was accepted, or no longer is.
        WebhookEvent { thread_id: post.id("topic_id"), what: What::Activity, ..WebhookEvent::other() }
    } else {
        WebhookEvent::other()
    }
}

/// A post was made, edited, removed or brought back. Messages between people are none of our business, though they may
/// quote a question: Discourse sends the whole of it back to its author when moderators turn it down.
fn decode_post(post: &Value, forum_url: Option<&str>) -> WebhookEvent {
    let Some(thread_id) = post.id("topic_id").filter(|_| !is_private(post, "topic_archetype")) else {
        return WebhookEvent::other();
    };
    if !matches!(post.number("post_type"), None | Some(REGULAR | MODERATOR_ACTION)) {
        return WebhookEvent { thread_id: Some(thread_id), ..WebhookEvent::other() };
    }
    if post.number("post_number") != Some(1) {
        return WebhookEvent { thread_id: Some(thread_id), what: What::Activity, ..WebhookEvent::other() };
    }
    let stands = is_public(post, "topic_archetype")
        && post.flag("hidden") != Some(true)
        && post.flag("user_deleted") != Some(true);
    let url = topic_url(forum_url, post.text("topic_slug"), &thread_id);
    WebhookEvent {
        text: post.text("raw").or_else(|| post.text("cooked")).map(str::to_owned),
        what: approved(stands, &thread_id, url),
        thread_id: Some(thread_id),
        public_id: None,
    }
}

/// A topic was made, edited, closed, removed or brought back.
fn decode_topic(topic: &Value, forum_url: Option<&str>) -> WebhookEvent {
    let Some(thread_id) = topic.id("id").filter(|_| !is_private(topic, "archetype")) else {
        return WebhookEvent::other();
    };
    let public_id = topic.text("external_id").and_then(event::public_id);
    let stands = public_id.is_some() && is_public(topic, "archetype") && topic.flag("visible") != Some(false);
    let url = topic_url(forum_url, topic.text("slug"), &thread_id);
    let what = approved(stands, &thread_id, url);
    WebhookEvent { thread_id: Some(thread_id), public_id, text: None, what }
}

/// Something in the review queue was decided. Of what waits there only a post is ours that would begin a topic: it alone
/// has a title, and it has no topic before it is approved.
fn decode_reviewable(reviewable: &Value, forum_url: Option<&str>) -> WebhookEvent {
    let thread_id = reviewable.id("topic_id");
    let payload = reviewable.get("payload").filter(|payload| payload.text("title").is_some());
    let decision = Decision::read(reviewable);
    let what = match (reviewable.text("type"), decision, payload, &thread_id) {
        (Some("ReviewableQueuedPost"), Decision::Approved, Some(_), Some(id)) => {
            let slug = reviewable.get("topic").and_then(|topic| topic.text("slug"));
            approved(true, id, topic_url(forum_url, slug, id))
        }
        (Some("ReviewableQueuedPost"), Decision::Approved, _, _) => What::Activity,
        (Some("ReviewableQueuedPost"), Decision::Rejected, Some(_), _) => {
            What::Rejected { reason: event::one_line(reviewable.text("reject_reason"), TURNED_DOWN) }
        }
        _ => What::Other,
    };
    let text = payload.and_then(|payload| payload.text("raw")).map(str::to_owned);
    WebhookEvent { thread_id, public_id: None, text, what }
}

/// What moderators decided.
#[derive(Clone, Copy)]
enum Decision {
    Approved,
    Rejected,
    /// Still pending, or nothing that says whether it stands.
    None,
}

impl Decision {
    /// Discourse writes the number; its own code names it.
    fn read(reviewable: &Value) -> Self {
        match (reviewable.number("status"), reviewable.text("status")) {
            (Some(1), _) | (_, Some("approved")) => Self::Approved,
            // 4: deleted from the queue.
            (Some(2 | 4), _) | (_, Some("rejected" | "deleted")) => Self::Rejected,
            _ => Self::None,
        }
    }
}

fn approved(stands: bool, thread_id: &str, url: Option<String>) -> What {
    match stands {
        true => What::Approved(Posted { thread_id: thread_id.to_owned(), url }),
        false => What::Activity,
    }
}

fn is_private(object: &Value, archetype: &str) -> bool {
    object.text(archetype) == Some("private_message")
}

/// Only a topic that says so itself is one for everybody.
fn is_public(object: &Value, archetype: &str) -> bool {
    object.text(archetype) == Some("regular") && object.text("deleted_at").is_none()
}

/// Where people read a topic; Discourse leads on from any slug.
fn topic_url(forum_url: Option<&str>, slug: Option<&str>, id: &str) -> Option<String> {
    let slug = slug.filter(|slug| !slug.contains(['/', '?', '#'])).unwrap_or("topic");
    text::resolve(&format!("{}/t/{slug}/{id}", forum_url?), None)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FORUM: &str = "https://forum.example/community";

    fn read(body: Value) -> WebhookEvent {
        decode(&body, Some(FORUM))
    }

    fn posted(url: &str) -> What {
        What::Approved(Posted { thread_id: "12".into(), url: Some(format!("{FORUM}{url}")) })
    }

    #[test]
    fn a_topics_first_post_approves_it() {
        let first = json!({"post": {"id": 90, "topic_id": 12, "topic_slug": "berth-stuck", "post_number": 1,
            "post_type": 1, "topic_archetype": "regular", "raw": "It is stuck.\n\nEdgewise reference: 0123456789ABCDEF",
            "cooked": "<p>It is stuck.</p>", "hidden": false, "user_deleted": false, "deleted_at": null}});
        let event = read(first.clone());
        assert_eq!((event.thread_id.as_deref(), event.public_id), (Some("12"), None));
        assert!(event.text.unwrap().ends_with("0123456789ABCDEF"));
        assert_eq!(event.what, posted("/t/berth-stuck/12"));

        for (field, value) in [
            ("hidden", json!(true)),
            ("user_deleted", json!(true)),
            ("deleted_at", json!("2026-11-22T10:00:00Z")),
            ("topic_archetype", json!("")),
            ("topic_archetype", json!(null)),
        ] {
            let mut gone = first.clone();
            gone["post"][field] = value;
            assert_eq!(read(gone).what, What::Activity, "{field}");
        }
    }

    #[test]
    fn a_message_that_quotes_a_question_is_not_the_question() {
        let message = json!({"post": {"topic_id": 13, "post_number": 1, "topic_archetype": "private_message",
            "raw": "Your post was rejected:\n> Edgewise reference: 0123456789ABCDEF"}});
        assert_eq!(read(message), WebhookEvent::other());
        let topic =
            json!({"topic": {"id": 13, "archetype": "private_message", "external_id": "0123456789ABCDEF"}});
        assert_eq!(read(topic), WebhookEvent::other());
    }

    #[test]
    fn replies_are_activity_and_whispers_are_nothing() {
        let reply = |kind: u64| {
            read(json!({"post": {"topic_id": 12, "post_number": 4, "post_type": kind,
                "topic_archetype": "regular", "raw": "> Edgewise reference: 0123456789ABCDEF"}}))
        };
        let (written, whispered) = (reply(1), reply(4));
        assert_eq!(written.what, What::Activity);
        assert_eq!(written.text, None, "a reply's quotation names no thread");
        assert_eq!((whispered.what, whispered.thread_id.as_deref()), (What::Other, Some("12")));
        let solved = read(json!({"solved": {"topic_id": 12, "post_number": 4, "accepted_answer": true}}));
        assert_eq!((solved.what, solved.thread_id.as_deref()), (What::Activity, Some("12")));
    }

    #[test]
    fn a_topic_that_bears_our_id_approves_it() {
        let topic = json!({"topic": {"id": 12, "slug": "berth-stuck", "archetype": "regular", "visible": true,
            "external_id": "0123456789abcdef", "deleted_at": null}});
        let event = read(topic.clone());
        assert_eq!(event.public_id.as_deref(), Some("0123456789ABCDEF"));
        assert_eq!(event.what, posted("/t/berth-stuck/12"));
        for (field, value) in [("external_id", json!("crm-7")), ("visible", json!(false))] {
            let mut other = topic.clone();
            other["topic"][field] = value;
            assert_eq!(read(other).what, What::Activity, "{field}");
        }
    }

    fn reviewable(status: Value) -> Value {
        json!({"reviewable": {"id": 5, "type": "ReviewableQueuedPost", "status": status, "topic_id": 12,
            "topic": {"slug": "berth-stuck"},
            "payload": {"title": "Berth is stuck", "raw": "Edgewise reference: 0123456789ABCDEF"}}})
    }

    #[test]
    fn a_queued_question_is_approved_or_turned_down() {
        for status in [json!(1), json!("approved")] {
            let event = read(reviewable(status));
            assert_eq!(event.what, posted("/t/berth-stuck/12"));
            assert_eq!(event.text.as_deref(), Some("Edgewise reference: 0123456789ABCDEF"));
        }
        for status in [json!(2), json!("rejected"), json!(4), json!("deleted")] {
            assert_eq!(read(reviewable(status)).what, What::Rejected { reason: TURNED_DOWN.into() });
        }
        let mut said = reviewable(json!(2));
        said["reviewable"]["reject_reason"] = json!("Please say which version.");
        assert_eq!(read(said).what, What::Rejected { reason: "Please say which version.".into() });
        for status in [json!(0), json!(3), json!("pending"), json!(null), json!([1])] {
            assert_eq!(read(reviewable(status)).what, What::Other);
        }
    }

    #[test]
    fn of_other_things_in_the_queue_nothing_is_approved() {
        let mut reply = reviewable(json!(1));
        reply["reviewable"]["payload"] = json!({"raw": "Edgewise reference: 0123456789ABCDEF"});
        let event = read(reply.clone());
        assert_eq!((event.what, event.text), (What::Activity, None));
        reply["reviewable"]["status"] = json!(2);
        assert_eq!(read(reply).what, What::Other);
        let mut flag = reviewable(json!(1));
        flag["reviewable"]["type"] = json!("ReviewableFlaggedPost");
        assert_eq!(read(flag).what, What::Other);
        let mut lost = reviewable(json!(1));
        lost["reviewable"]["topic_id"] = json!(null);
        assert_eq!(read(lost).what, What::Activity, "approved, and nothing says where it is: look");
    }

    #[test]
    fn whatever_else_comes_is_nothing() {
        for body in [
            json!({"ping": "OK"}),
            json!({"user": {"id": 1}}),
            json!({"like": {"post": {"topic_id": 12}}}),
            json!({"post": null}),
            json!({"post": {"topic_id": {}}}),
            json!({"topic": []}),
            json!([]),
            json!("x"),
        ] {
            assert_eq!(read(body.clone()), WebhookEvent::other(), "{body}");
        }
        assert_eq!(read(json!({"reviewable": 7})).what, What::Other);
    }

    #[test]
    fn a_slug_cannot_lead_elsewhere() {
        assert_eq!(
            topic_url(Some("https://f.example"), Some("../../x"), "1").as_deref(),
            Some("https://f.example/t/topic/1")
        );
        assert_eq!(topic_url(None, Some("x"), "1"), None);
        assert_eq!(topic_url(Some("javascript:alert(1)"), None, "1"), None);
    }
}
