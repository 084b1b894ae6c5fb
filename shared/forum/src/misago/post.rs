//! Asking a question.

use serde_json::{Value, json};

use super::Misago;
use crate::classify::{blocked, broken, common, refused, unreadable, wait_ms, words};
use crate::discourse::loose::Loose;
use crate::percent::encode;
use crate::place::Place;
use crate::{NewThread, Outcome, Posted, Response, Transport};

/// What Misago says in English to an account that posts within 3 seconds of its last post, or more than it may in an
/// hour or a day. In other languages, asking who we are tells.
const FLOODS: [&str; 2] = ["quickly after previous", "post limit"];

impl Misago {
    /// Posts a question. Misago has no tags.
    ///
    /// 1. The question is posted.
    /// 2. A 403 says in the forum's language whether it is for now or for good; but for good it says no only to guests
    ///    and to the banned.
    /// 3. Only the thread itself says whether it waits for approval.
    pub async fn post<T: Transport>(&self, t: &T, q: &NewThread<'_>) -> Outcome {
        // 1.
        let body = json!({ "category": self.category(), "title": q.title, "post": q.markdown });
        let response = match t.send(self.api().post("/api/threads/", &body)).await {
            Ok(response) => response,
            Err(nothing) => return broken(nothing),
        };
        if let Some(outcome) = common(&response) {
            return outcome;
        }
        match response.status {
            200..=299 => self.created(t, &response).await,
            400 if names_category(&response) => {
                blocked(&response, "the forum does not let us post in this category")
            }
            400 | 413 | 422 => refused(&response),
            403 => self.forbidden(t, &response).await,
            _ => blocked(&response, "this is no address of Misago's API"),
        }
    }

    async fn forbidden<T: Transport>(&self, t: &T, response: &Response) -> Outcome {
        // 2.
        let said = words(response);
        let throttled = Outcome::Throttled { wait_ms: wait_ms(response) };
        if FLOODS.iter().any(|flood| said.contains(flood)) {
            return throttled;
        }
        let banned = response.json::<Value>().is_some_and(|body| body.get("ban").is_some());
        match self.user_name(t).await {
            // Misago answers with the field's error, not with 403, where an account may not post in a category.
            Ok(Some(_)) if !banned => throttled,
            _ => blocked(response, "the forum does not let us post"),
        }
    }

    async fn created<T: Transport>(&self, t: &T, response: &Response) -> Outcome {
        let created = response.json::<Value>().unwrap_or_default();
        let Some(thread_id) = created.id("id") else { return unreadable(response) };
        let place = Place::new(&self.0.url);
        let url = place.zip(created.text("url")).and_then(|(place, url)| place.absolute(url));
        // 3.
        let thread = self.api().read(t, &format!("/api/threads/{}/", encode(&thread_id))).await;
        if thread.is_ok_and(|thread| thread.flag("is_unapproved") == Some(true)) {
            return Outcome::PendingReview;
        }
        Outcome::Created(Posted { thread_id, url })
    }

    /// Who the forum takes us for: `None` for a guest, the reason where it cannot be told.
    pub(super) async fn user_name<T: Transport>(&self, t: &T) -> Result<Option<String>, String> {
        let user = self.api().read(t, "/api/auth/").await.map_err(|unread| unread.why)?;
        Ok(user.id("id").and_then(|_| user.text("username")).map(str::to_owned))
    }

    /// The category to post in as the API wants it.
    fn category(&self) -> Value {
        let category = self.0.category.as_deref().unwrap_or_default();
        category.parse::<u64>().map_or_else(|_| json!(category), |id| json!(id))
    }
}

/// Whether the category is what is wrong: nothing that the asker could put right.
fn names_category(response: &Response) -> bool {
    response.json::<Value>().is_some_and(|errors| errors.get("category").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::{Fake, answer, now};
    use crate::{Account, Broken, Method, Reference};

    const CREATED: &str = r#"{"id":4,"title":"How?","url":"/t/how/4/"}"#;

    fn post(fake: &Fake) -> Outcome {
        let account = Account {
            url: "https://m.example".into(),
            category: Some("3".into()),
            key: "k".into(),
            user: None,
        };
        let reference = Reference { id: "A", marker: "Ref: A", since: 0, others: &[], after: None };
        let question = NewThread { title: "How?", markdown: "So?\n\nRef: A", tags: &[], reference };
        now(Misago(account).post(fake, &question))
    }

    fn answered(status: u16, body: &str) -> Fake {
        Fake::new().post("https://m.example/api/threads/", status, body)
    }

    fn reason(outcome: Outcome) -> String {
        match outcome {
            Outcome::Blocked { reason } => format!("blocked: {reason}"),
            Outcome::Refused { reason } => format!("refused: {reason}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_thread_is_created() {
        let fake = answered(200, CREATED).get("/api/threads/4/", 200, r#"{"id":4,"is_unapproved":false}"#);
        let posted = Posted { thread_id: "4".into(), url: Some("https://m.example/t/how/4/".into()) };
        assert_eq!(post(&fake), Outcome::Created(posted.clone()));
        let sent: Value = serde_json::from_slice(fake.sent()[0].body.as_deref().unwrap()).unwrap();
        assert_eq!(sent, json!({"category": 3, "title": "How?", "post": "So?\n\nRef: A"}));
        let fake = answered(200, CREATED).get("/api/threads/4/", 500, "");
        assert_eq!(post(&fake), Outcome::Created(posted), "it is there whether or not it can be read again");
    }

    #[test]
    fn a_thread_waits_for_approval() {
        let fake = answered(200, CREATED).get("/api/threads/4/", 200, r#"{"id":4,"is_unapproved":true}"#);
        assert_eq!(post(&fake), Outcome::PendingReview);
    }

    #[test]
    fn floods_are_throttled_in_every_language() {
        let quick = r#"{"detail":"You can't post message so quickly after previous one."}"#;
        assert_eq!(post(&answered(403, quick)), Outcome::Throttled { wait_ms: None });
        let limit = r#"{"detail":"Your account has exceed an hourly post limit."}"#;
        assert_eq!(post(&answered(403, limit)), Outcome::Throttled { wait_ms: None });
        let polish = r#"{"detail":"Nie możesz pisać tak szybko."}"#;
        let fake = answered(403, polish).get("/api/auth/", 200, r#"{"id":1,"username":"HelpBot"}"#);
        assert_eq!(post(&fake), Outcome::Throttled { wait_ms: None });
    }

    #[test]
    fn guests_and_the_banned_are_blocked() {
        let guest = r#"{"detail":"This action is not available to guests."}"#;
        let fake = answered(403, guest).get("/api/auth/", 200, r#"{"id":null,"acl":{}}"#);
        assert!(reason(post(&fake)).contains("not available to guests"));
        let banned = r#"{"detail":"You are banned.","ban":{"expires_on":null}}"#;
        let fake = answered(403, banned).get("/api/auth/", 200, r#"{"id":1,"username":"HelpBot"}"#);
        assert!(reason(post(&fake)).starts_with("blocked: "));
        let fake = answered(403, r#"{"detail":"No."}"#).on_result(
            Method::Get,
            "/api/auth/",
            Err(Broken::Unclear("time-out".into())),
        );
        assert!(reason(post(&fake)).starts_with("blocked: "));
    }

    #[test]
    fn a_forbidden_page_is_blocked() {
        let page = answer(403, &[("content-type", "text/html")], "<h1>Just a moment...</h1>");
        let fake = Fake::new().on_result(Method::Post, "/api/threads/", Ok(page));
        assert!(reason(post(&fake)).starts_with("blocked: "));
    }

    #[test]
    fn errors_of_fields_are_refused_in_the_forums_words() {
        let errors = r#"{"title":["Thread title should be at least 5 characters long (it has 4)."]}"#;
        let said = "refused: Thread title should be at least 5 characters long (it has 4).";
        assert_eq!(reason(post(&answered(400, errors))), said);
    }

    #[test]
    fn the_wrong_category_is_the_operators_matter() {
        let errors = r#"{"category":["You don't have permission to start new threads in this category."]}"#;
        assert!(reason(post(&answered(400, errors))).starts_with("blocked: "));
        assert!(reason(post(&answered(404, r#"{"detail":"Not found."}"#))).starts_with("blocked: "));
    }

    #[test]
    fn what_may_have_arrived_is_ambiguous() {
        for (status, body) in [(200, "<html>"), (200, "{}"), (502, "")] {
            assert!(matches!(post(&answered(status, body)), Outcome::Ambiguous { .. }), "{status} {body}");
        }
        let lost = |broken| post(&Fake::new().on_result(Method::Post, "/api/threads/", Err(broken)));
        assert!(matches!(lost(Broken::Unclear("time-out".into())), Outcome::Ambiguous { .. }));
        assert!(matches!(lost(Broken::NotSent("no such host".into())), Outcome::NotSent { .. }));
    }

    #[test]
    fn a_proxys_throttling() {
        let page = answer(429, &[("retry-after", "7")], "slow down");
        let fake = Fake::new().on_result(Method::Post, "/api/threads/", Ok(page));
        assert_eq!(post(&fake), Outcome::Throttled { wait_ms: Some(7_000) });
    }
}
