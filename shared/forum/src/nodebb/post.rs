//! Asking a question.

use serde_json::{Value, json};

use super::{NodeBB, decode};
use crate::classify::{blocked, broken, common, refused, unreadable, wait_ms, words};
use crate::discourse::loose::Loose;
use crate::place::Place;
use crate::{NewThread, Outcome, Posted, Response, Transport};

/// NodeBB tells its errors apart by prose alone; asked for in English, it comes in these words. An error that was not
/// translated comes as its code: `[[error:too-many-posts, 10]]`.
const LANGUAGE: &str = "lang=en-GB";

/// Not now: the pause between two posts of an account, the longer one of newcomers, one right after registration, a
/// second post while the first is being stored.
const THROTTLES: [&str; 7] = [
    "You can only post once every",
    "you can only post once every",
    "before making your first post",
    "You are already posting",
    "[[error:too-many-posts",
    "[[error:user-too-new",
    "[[error:already-posting",
];

/// Nothing that the asker could put right: the account, its key or its category.
const BLOCKS: [&str; 14] = [
    "Invalid Category ID",
    "Category does not exist",
    "Category disabled",
    "Category not selected",
    "Required parameters were missing from this API call",
    "your email is confirmed",
    "has not been confirmed yet",
    "does not have an email set",
    "You have been muted",
    "User banned",
    "account has been banned",
    "IP address has been banned",
    "enough privileges for this action",
    "You don't seem to be logged in",
];

/// The same as codes.
const BLOCK_CODES: [&str; 9] = [
    "invalid-cid",
    "no-category",
    "category-disabled",
    "category-not-selected",
    "email-not-confirmed",
    "user-muted",
    "user-banned",
    "blacklisted-ip",
    "api.",
];

impl NodeBB {
    /// Posts a question. An administrator's account is neither throttled nor queued.
    pub async fn post<T: Transport>(&self, t: &T, q: &NewThread<'_>) -> Outcome {
        let mut body = json!({
            "cid": self.cid(),
            "title": q.title,
            "content": q.markdown,
            "tags": q.tags,
        });
        if let (Some(uid), Some(fields)) = (self.uid(), body.as_object_mut()) {
            fields.insert("_uid".to_owned(), json!(uid));
        }
        let request = self.api().post(&format!("/api/v3/topics?{LANGUAGE}"), &body);
        let response = match t.send(request).await {
            Ok(response) => response,
            Err(nothing) => return broken(nothing),
        };
        if let Some(outcome) = common(&response) {
            return outcome;
        }
        match response.status {
            200..=299 => self.created(&response),
            400 => told(&response),
            413 | 422 => refused(&response),
            403 => blocked(&response, "the forum does not let us post"),
            _ => blocked(&response, "this is no address of NodeBB's write API"),
        }
    }

    fn created(&self, response: &Response) -> Outcome {
        let body = response.json::<Value>().unwrap_or_default();
        let topic = body.get("response").unwrap_or(&body);
        if decode::is_set(topic, "queued") || (response.status == 202 && body.is_object()) {
            return Outcome::PendingReview;
        }
        let Some(thread_id) = topic.id("tid") else { return unreadable(response) };
        let place = Place::new(&self.0.url);
        let url = place.map(|place| decode::address(topic, &thread_id, &place));
        Outcome::Created(Posted { thread_id, url })
    }

    /// The category to post in as the API wants it.
    fn cid(&self) -> Value {
        let category = self.0.category.as_deref().unwrap_or_default();
        category.parse::<u64>().map_or_else(|_| json!(category), |cid| json!(cid))
    }
}

/// What a 400 says.
fn told(response: &Response) -> Outcome {
    let said = words(response);
    if THROTTLES.iter().any(|throttle| said.contains(throttle)) {
        return Outcome::Throttled { wait_ms: wait_ms(response).or_else(|| coded_ms(&said)) };
    }
    let code = said.strip_prefix("[[error:").unwrap_or_default();
    if BLOCKS.iter().any(|block| said.contains(block))
        || BLOCK_CODES.iter().any(|block| code.starts_with(block))
    {
        return blocked(response, "the forum does not let this account post here");
    }
    refused(response)
}

/// How long an untranslated error asks to wait: its first number, seconds; minutes where its name says so.
fn coded_ms(said: &str) -> Option<u64> {
    let (name, values) = said.strip_prefix("[[error:")?.split_once(',')?;
    let number: u64 = values.trim_end_matches("]]").split(',').next()?.trim().parse().ok()?;
    let unit_ms = if name.ends_with("-minutes") { 60_000 } else { 1_000 };
    Some(number.saturating_mul(unit_ms))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::{Fake, answer, now};
    use crate::{Account, Broken, Method, Reference};

    fn post(fake: &Fake, user: Option<&str>) -> Outcome {
        let account = Account {
            url: "https://n.example".into(),
            category: Some("2".into()),
            user: user.map(str::to_owned),
            key: "k".into(),
        };
        let reference = Reference { id: "A", marker: "Ref: A", since: 0, others: &[], after: None };
        let tags = ["api".to_owned()];
        let question = NewThread { title: "How?", markdown: "So?", tags: &tags, reference };
        now(NodeBB(account).post(fake, &question))
    }

    fn said(status: u16, message: &str) -> Outcome {
        let body = json!({"status": {"code": "bad-request", "message": message}, "response": {}}).to_string();
        post(&Fake::new().post("/api/v3/topics?lang=en-GB", status, &body), None)
    }

    #[test]
    fn a_topic_is_created() {
        let body = r#"{"status":{"code":"ok","message":"OK"},"response":{"tid":6,"slug":"6/how-naïve"}}"#;
        let fake = Fake::new().post("https://n.example/api/v3/topics", 200, body);
        let url = Some("https://n.example/topic/6/how-na%C3%AFve".to_owned());
        assert_eq!(post(&fake, Some("7")), Outcome::Created(Posted { thread_id: "6".into(), url }));
        let sent: Value = serde_json::from_slice(fake.sent()[0].body.as_deref().unwrap()).unwrap();
        assert_eq!(sent, json!({"cid": 2, "title": "How?", "content": "So?", "tags": ["api"], "_uid": 7}));
    }

    #[test]
    fn a_topic_is_queued() {
        let queued =
            r#"{"status":{"code":"accepted"},"response":{"id":"topic-1","type":"topic","queued":true}}"#;
        assert_eq!(post(&Fake::new().post("/topics", 202, queued), None), Outcome::PendingReview);
        assert_eq!(post(&Fake::new().post("/topics", 200, queued), None), Outcome::PendingReview);
    }

    #[test]
    fn throttling_in_prose_and_in_codes() {
        let newcomer = "As a new user, you can only post once every 120 second(s) until you have earned 3 reputation - \
            please wait before posting again";
        let minutes =
            "As a new user, you can only post once every 2 minute(s) until you have earned 3 reputation";
        for (message, wait_ms) in [
            ("You can only post once every 10 second(s) - please wait before posting again", Some(10_000)),
            (newcomer, Some(120_000)),
            (minutes, Some(120_000)),
            ("Sorry, you are required to wait 30 second(s) before making your first post", Some(30_000)),
            ("You are already posting", None),
            ("[[error:too-many-posts, 10]]", Some(10_000)),
            ("[[error:too-many-posts-newbie-minutes, 2, 3]]", Some(120_000)),
            ("[[error:already-posting]]", None),
        ] {
            assert_eq!(said(400, message), Outcome::Throttled { wait_ms }, "{message}");
        }
    }

    #[test]
    fn what_the_asker_can_put_right_is_refused() {
        for message in [
            "Please enter a longer title. Titles should contain at least 3 character(s).",
            "Please enter a shorter post. Posts can't be longer than 32767 character(s).",
            "Not enough tags. Topics must have at least 1 tag(s)",
            "[[error:content-too-short, 8]]",
        ] {
            assert_eq!(said(400, message), Outcome::Refused { reason: message.to_owned() });
        }
    }

    #[test]
    fn what_only_the_operator_can_put_right_blocks() {
        for (status, message) in [
            (403, "You do not have enough privileges for this action."),
            (401, "A valid login session was not found."),
            (400, "Category does not exist"),
            (400, "You have been muted, you will be able to post in 3 hour(s)"),
            (400, "[[error:invalid-cid]]"),
            (404, "Not found"),
        ] {
            let Outcome::Blocked { reason } = said(status, message) else { panic!("{status} {message}") };
            assert!(reason.contains(message), "{reason}");
        }
        let page = answer(403, &[("content-type", "text/html")], "<h1>Just a moment...</h1>");
        let fake = Fake::new().on_result(Method::Post, "/topics", Ok(page));
        assert!(matches!(post(&fake, None), Outcome::Blocked { .. }));
    }

    #[test]
    fn what_may_have_arrived_is_ambiguous() {
        for (status, body) in [(200, "<html>"), (200, "{}"), (202, "<html>"), (500, "{}")] {
            let outcome = post(&Fake::new().post("/topics", status, body), None);
            assert!(matches!(outcome, Outcome::Ambiguous { .. }), "{status} {body}");
        }
        let lost = |broken| post(&Fake::new().on_result(Method::Post, "/topics", Err(broken)), None);
        assert!(matches!(lost(Broken::Unclear("time-out".into())), Outcome::Ambiguous { .. }));
        assert!(matches!(lost(Broken::NotSent("no such host".into())), Outcome::NotSent { .. }));
    }
}
