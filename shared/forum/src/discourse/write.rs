//! Posting a question as a topic.

use serde::Serialize;
use serde_json::Value;

use super::client::Discourse;
use super::find::Sought;
use super::loose::Loose;
use crate::classify::{blocked, broken, common, refused, unreadable, words};
use crate::{Method, NewThread, Outcome, Response, Transport};

/// What `POST /posts.json` takes.
#[derive(Serialize)]
struct NewTopic<'a> {
    title: &'a str,
    raw: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<u64>,
    /// As objects: Discourse gives up tags written as plain strings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Tag<'a>>,
    external_id: &'a str,
}

#[derive(Serialize)]
struct Tag<'a> {
    name: &'a str,
}

impl Discourse {
    /// Posts a question, once: one `POST`, and only where the forum calls something taken, requests that look what it is
    /// taken by.
    pub async fn post<T: Transport>(&self, t: &T, q: &NewThread<'_>) -> Outcome {
        let category = match self.category() {
            Ok(category) => category,
            Err(outcome) => return outcome,
        };
        let tags = q.tags.iter().map(|name| Tag { name }).collect();
        let topic = NewTopic { title: q.title, raw: q.markdown, category, tags, external_id: q.reference.id };
        let body = match serde_json::to_vec(&topic) {
            Ok(body) => body,
            Err(error) => return Outcome::NotSent { why: error.to_string() },
        };
        let response = match t.send(self.request(Method::Post, "/posts.json", Some(body))).await {
            Ok(response) => response,
            Err(why) => return broken(why),
        };
        if let Some(outcome) = common(&response) {
            return outcome;
        }
        match response.status {
            200..=299 => self.accepted(&response),
            422 => self.invalid(t, q, &response).await,
            403 => blocked(&response, "the key may not post here"),
            404 | 405 | 410 => blocked(&response, "no posts are taken at this address"),
            400 if is_about_category(&response) => blocked(&response, "there is no such category"),
            _ => refused(&response),
        }
    }

    /// What a 2xx says: the first post of the topic, or that moderators will look at it first.
    fn accepted(&self, response: &Response) -> Outcome {
        let Some(body) = response.json::<Value>() else { return unreadable(response) };
        if body.text("action") == Some("enqueued") {
            return Outcome::PendingReview;
        }
        match body.id("topic_id") {
            Some(topic_id) => Outcome::Created(self.posted(&topic_id, body.text("topic_slug"))),
            None => unreadable(response),
        }
    }

    /// What a 422 means. Its messages are in the forum's language, so the forum is asked what they are about:
    ///
    /// 1. Does a topic have our id? An earlier attempt arrived, and now its id or its title is taken. Where that cannot
    ///    be told and the words say so, a lookup has to.
    /// 2. Does a topic have the title? That is asked where the words say so, and where there is but one message, which
    ///    may say it in another language. The topic may be ours all the same: a moderated one loses its id.
    /// 3. Everything else is for the author to change.
    async fn invalid<T: Transport>(&self, t: &T, q: &NewThread<'_>, response: &Response) -> Outcome {
        // 1.
        let reason = words(response);
        match self.by_id(t, q.reference.id).await {
            Sought::Found(posted) => return Outcome::Created(posted),
            Sought::Unclear if reason.to_lowercase().contains("already been taken") => {
                return Outcome::Ambiguous { why: reason };
            }
            Sought::Missing | Sought::Unclear => {}
        }

        // 2.
        let says_so = reason.to_lowercase().contains("already been used");
        let errors = response.json::<Value>().and_then(|body| body.list("errors").map(<[Value]>::len));
        if says_so || errors == Some(1) {
            match self.with_title(t, q.title).await {
                Some(posted) if self.bears(t, &posted.thread_id, &q.reference).await == Some(true) => {
                    return Outcome::Created(posted);
                }
                by if by.is_some() || says_so => return Outcome::TitleTaken { reason, by },
                _ => {}
            }
        }

        // 3.
        Outcome::Refused { reason }
    }
}

/// The names of parameters are the same in every language.
fn is_about_category(response: &Response) -> bool {
    let kind = response.json::<Value>();
    kind.is_some_and(|body| body.text("error_type") == Some("invalid_parameters"))
        && words(response).contains("category")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::{Fake, answer, now};
    use crate::{Account, Broken, Posted, Reference};

    const ID: &str = "0123456789ABCDEF";

    fn discourse() -> Discourse {
        Discourse(Account {
            url: "https://f.example".into(),
            category: Some("7".into()),
            user: Some("helpbot".into()),
            key: "k".into(),
        })
    }

    fn post(fake: &Fake) -> Outcome {
        let tags = ["sync".to_owned()];
        let reference =
            Reference { id: ID, marker: "Reference: 0123456789ABCDEF", since: 0, others: &[], after: None };
        let question =
            NewThread { title: "Berth is stuck at 99 %", markdown: "x\n\nmarker", tags: &tags, reference };
        now(discourse().post(fake, &question))
    }

    fn after(status: u16, body: &str) -> Outcome {
        post(&Fake::new().post("/posts.json", status, body))
    }

    fn topic(slug: &str) -> Posted {
        Posted { thread_id: "42".into(), url: Some(format!("https://f.example/t/{slug}/42")) }
    }

    #[test]
    fn what_is_sent() {
        let fake =
            Fake::new().post("https://f.example/posts.json", 200, r#"{"topic_id":42,"topic_slug":"a"}"#);
        assert_eq!(post(&fake), Outcome::Created(topic("a")));
        let sent = fake.sent();
        let body: Value = serde_json::from_slice(sent[0].body.as_deref().unwrap()).unwrap();
        let want = r#"{"title":"Berth is stuck at 99 %","raw":"x\n\nmarker","category":7,"tags":[{"name":"sync"}],
            "external_id":"0123456789ABCDEF"}"#;
        assert_eq!(body, serde_json::from_str::<Value>(want).unwrap());
        let json = "application/json".to_owned();
        let headers = [("api-key", "k".to_owned()), ("api-username", "helpbot".to_owned())];
        let headers = [("accept", json.clone())].into_iter().chain(headers).chain([("content-type", json)]);
        assert_eq!(sent[0].headers, headers.collect::<Vec<_>>());
    }

    #[test]
    fn what_the_forum_took() {
        assert_eq!(after(200, r#"{"action":"enqueued","success":true}"#), Outcome::PendingReview);
        assert_eq!(after(200, r#"{"id":9,"topic_id":42}"#), Outcome::Created(topic("-")));
        for unreadable in ["", "{}", "<html>ok</html>", r#"{"id":9}"#] {
            assert!(matches!(after(200, unreadable), Outcome::Ambiguous { .. }), "{unreadable}");
        }
        assert!(matches!(after(502, "<html>Bad gateway</html>"), Outcome::Ambiguous { .. }));
    }

    #[test]
    fn no_answer() {
        let lost = |broken| post(&Fake::new().on_result(Method::Post, "/posts.json", Err(broken)));
        assert!(matches!(lost(Broken::NotSent("refused".into())), Outcome::NotSent { .. }));
        assert!(matches!(lost(Broken::Unclear("timed out".into())), Outcome::Ambiguous { .. }));
    }

    #[test]
    fn what_the_forum_keeps_out() {
        let json = r#"{"errors":["You are not permitted to view the requested resource."],"error_type":"invalid_access"}"#;
        let category = r#"{"errors":["You supplied invalid parameters to the request: category"],
            "error_type":"invalid_parameters"}"#;
        for (status, body) in
            [(403, json), (403, "<html>no</html>"), (404, "{}"), (401, "{}"), (302, ""), (400, category)]
        {
            assert!(matches!(after(status, body), Outcome::Blocked { .. }), "{status}");
        }
        let wait = r#"{"errors":["Wait"],"error_type":"rate_limit","extras":{"wait_seconds":24}}"#;
        assert_eq!(after(429, wait), Outcome::Throttled { wait_ms: Some(24_000) });
        assert_eq!(after(413, "Too large"), Outcome::Refused { reason: "Too large".into() });
    }

    #[test]
    fn a_category_that_is_no_number_is_never_sent() {
        let mut discourse = discourse();
        discourse.0.category = Some("support".into());
        let reference = Reference { id: ID, marker: ID, since: 0, others: &[], after: None };
        let question = NewThread { title: "t", markdown: "m", tags: &[], reference };
        assert!(matches!(now(discourse.post(&Fake::new(), &question)), Outcome::Blocked { .. }));
    }

    const USED: &str = r#"{"action":"create_post","errors":["Title has already been used"]}"#;
    const FOUND: &str = r#"{"topics":[{"id":41,"title":"Berth is stuck","slug":"x"},
        {"id":42,"title":"Berth  is stuck at 99 %.","slug":"stuck"}]}"#;

    fn refused_with(body: &str) -> Fake {
        Fake::new().post("/posts.json", 422, body).get(&format!("/t/external_id/{ID}.json"), 404, "{}")
    }

    #[test]
    fn a_title_that_is_taken_names_its_topic() {
        let foreign = r#"{"post_stream":{"posts":[{"post_number":1,"cooked":"<p>other</p>"}]}}"#;
        let fake = refused_with(USED).get("/search.json?q=", 200, FOUND).get("/t/42.json", 200, foreign);
        let reason = "Title has already been used".to_owned();
        assert_eq!(post(&fake), Outcome::TitleTaken { reason: reason.clone(), by: Some(topic("stuck")) });
        let fake = refused_with(USED).get("/search.json?q=", 403, "{}");
        assert_eq!(post(&fake), Outcome::TitleTaken { reason, by: None });
    }

    #[test]
    fn a_title_that_is_taken_in_another_language() {
        let fake = refused_with(r#"{"errors":["Titel wurde bereits verwendet"]}"#)
            .get("/search.json?q=", 200, FOUND)
            .get("/t/42.json", 404, "{}");
        assert!(matches!(post(&fake), Outcome::TitleTaken { by: Some(_), .. }));
        let fake = refused_with(r#"{"errors":["Text ist zu kurz"]}"#).get("/search.json?q=", 200, "{}");
        assert_eq!(post(&fake), Outcome::Refused { reason: "Text ist zu kurz".into() });
        let fake = refused_with(r#"{"errors":["Title is too short","Body is too short"]}"#);
        assert_eq!(post(&fake), Outcome::Refused { reason: "Title is too short Body is too short".into() });
    }

    #[test]
    fn what_is_taken_by_an_earlier_attempt_is_created() {
        let location = [("location", "https://f.example/t/stuck/42.json")];
        let fake = Fake::new()
            .post("/posts.json", 422, r#"{"errors":["External has already been taken"]}"#)
            .on_result(Method::Get, "/t/external_id/", Ok(answer(301, &location, "")));
        assert_eq!(post(&fake), Outcome::Created(topic("stuck")));

        let ours = format!(
            r#"{{"post_stream":{{"posts":[{{"post_number":1,"cooked":"<p>Reference: {ID}</p>"}}]}}}}"#
        );
        let fake = refused_with(USED).get("/search.json?q=", 200, FOUND).get("/t/42.json", 200, &ours);
        assert_eq!(post(&fake), Outcome::Created(topic("stuck")), "moderators let it through");
    }
}
