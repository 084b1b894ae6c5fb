//! GitHub's events `discussion` and `discussion_comment`.
//!
//! The event's name stands only in a header, which is not signed; the body says the same, for only these two hold a
//! discussion, and only the second a comment.

use serde_json::Value;

use super::event::{WebhookEvent, What};
use crate::Posted;
use crate::discourse::loose::Loose;

/// Decodes one event. `repository_url` is the page of the repository that questions go to: discussions are known by
/// their number, which an organisation's webhook would bring from its other repositories too.
pub(crate) fn decode(body: &Value, repository_url: Option<&str>) -> WebhookEvent {
    let Some(discussion) = body.get("discussion") else { return WebhookEvent::other() };
    let Some(thread_id) = discussion.number("number").map(|number| number.to_string()) else {
        return WebhookEvent::other();
    };
    let from = body.get("repository").and_then(|repository| repository.text("html_url"));
    if repository_url.is_some_and(|ours| from.is_none_or(|from| !from.eq_ignore_ascii_case(ours))) {
        return WebhookEvent::other();
    }
    let action = body.text("action").unwrap_or_default();
    let (what, text) = match body.get("comment") {
        Some(_) => (comment(action), None),
        None => {
            (discussion_itself(action, discussion, &thread_id), discussion.text("body").map(str::to_owned))
        }
    };
    WebhookEvent { thread_id: Some(thread_id), public_id: None, text, what }
}

fn comment(action: &str) -> What {
    match action {
        "created" | "edited" | "deleted" => What::Activity,
        _ => What::Other,
    }
}

fn discussion_itself(action: &str, discussion: &Value, thread_id: &str) -> What {
    match action {
        "created" => What::Approved(Posted {
            thread_id: thread_id.to_owned(),
            url: discussion.text("html_url").and_then(|url| text::resolve(url, None)),
        }),
        "edited" | "deleted" | "answered" | "unanswered" | "closed" | "reopened" | "transferred" => {
            What::Activity
        }
        // category_changed, labeled, locked, pinned and their opposites: nobody said anything.
        _ => What::Other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const OURS: Option<&str> = Some("https://github.com/Berth-dev/berth");

    fn event(action: &str) -> Value {
        json!({"action": action, "repository": {"html_url": "https://github.com/berth-dev/berth"},
            "discussion": {"node_id": "D_kwDOA", "number": 4, "body": "Edgewise reference: 0123456789ABCDEF",
                "html_url": "https://github.com/berth-dev/berth/discussions/4"}})
    }

    #[test]
    fn actions_on_a_discussion() {
        let created = decode(&event("created"), OURS);
        assert_eq!(created.thread_id.as_deref(), Some("4"));
        assert_eq!(created.text.as_deref(), Some("Edgewise reference: 0123456789ABCDEF"));
        let url = Some("https://github.com/berth-dev/berth/discussions/4".to_owned());
        assert_eq!(created.what, What::Approved(Posted { thread_id: "4".into(), url }));
        for action in ["edited", "deleted", "answered", "unanswered", "closed", "reopened", "transferred"] {
            assert_eq!(decode(&event(action), OURS).what, What::Activity, "{action}");
        }
        for action in [
            "category_changed",
            "labeled",
            "unlabeled",
            "locked",
            "unlocked",
            "pinned",
            "unpinned",
            "",
            "sung",
        ] {
            assert_eq!(decode(&event(action), OURS).what, What::Other, "{action}");
        }
    }

    #[test]
    fn comments_are_activity() {
        for (action, what) in [
            ("created", What::Activity),
            ("edited", What::Activity),
            ("deleted", What::Activity),
            ("sung", What::Other),
        ] {
            let mut comment = event(action);
            comment["comment"] = json!({"id": 1, "body": "x"});
            let decoded = decode(&comment, OURS);
            assert_eq!((decoded.what, decoded.text), (what, None), "{action}");
        }
    }

    #[test]
    fn another_repositorys_discussions_are_not_ours() {
        let mut other = event("created");
        other["repository"]["html_url"] = json!("https://github.com/berth-dev/website");
        assert_eq!(decode(&other, OURS), WebhookEvent::other());
        assert_eq!(decode(&other, None).thread_id.as_deref(), Some("4"));
        other["repository"] = json!(null);
        assert_eq!(decode(&other, OURS), WebhookEvent::other());
    }

    #[test]
    fn whatever_else_comes_is_nothing() {
        for body in [
            json!({"zen": "Speak like a human.", "hook_id": 1}),
            json!({"action": "opened", "issue": {"number": 1}}),
            json!({"action": "created", "discussion": null}),
            json!({"action": "created", "discussion": {"number": []}}),
            json!([]),
            json!(null),
        ] {
            assert_eq!(decode(&body, None), WebhookEvent::other(), "{body}");
        }
    }

    #[test]
    fn an_address_that_is_none_costs_the_address_only() {
        let mut odd = event("created");
        odd["discussion"]["html_url"] = json!("javascript:0");
        assert_eq!(decode(&odd, OURS).what, What::Approved(Posted { thread_id: "4".into(), url: None }));
    }
}
