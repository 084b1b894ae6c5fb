//! Questions posted to an endpoint of the operator's, in the format of Standard Webhooks.
//!
//! The request's `webhook-id` is the question's public id, and the receiver keeps one question for an id. Sending it
//! twice is therefore safe, and there is nothing to look up: an answer that was lost is got by posting again.

use serde::Serialize;
use serde_json::Value;
use thread::Post;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::secret::Secrets;
use super::sign::{self, SignError};
use super::verify::Sender;
use super::{event, report};
use crate::discourse::loose::Loose;
use crate::{Account, Finding, Lookup, NewThread, Outcome, Reference, Response, Transport, classify};

/// An endpoint of the operator's: `url` is its address, `key` its secret (`whsec_…`), or two with a comma between them
/// while one is being replaced by the other. Category and user are not used.
#[derive(Debug, Clone)]
pub struct Webhook(pub Account);

/// The body of a request. The same question has the same body, whenever it is sent.
#[derive(Serialize)]
struct Created<'a> {
    r#type: &'static str,
    timestamp: String,
    data: Question<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Question<'a> {
    public_id: &'a str,
    title: &'a str,
    markdown: &'a str,
    tags: &'a [String],
}

impl Webhook {
    /// Posts a question as `question.created`; `now` in seconds since 1970.
    pub async fn post<T: Transport>(&self, transport: &T, question: &NewThread<'_>, now: i64) -> Outcome {
        let Some(body) = body(question) else {
            return Outcome::NotSent { why: "the question has no form as JSON".to_owned() };
        };
        let id = question.reference.id;
        match sign::signed(&self.0.url, id, now, &body, Some(&self.0.key)) {
            Ok(request) => match transport.send(request).await {
                Ok(response) => outcome(&response, id),
                Err(broken) => classify::broken(broken),
            },
            Err(error) => Outcome::Blocked { reason: error.to_string() },
        }
    }

    /// An endpoint cannot be asked. It counts as not having the question, for posting it again under the same id is safe.
    pub async fn look_up<T: Transport>(&self, _transport: &T, _reference: &Reference<'_>) -> Lookup {
        Lookup::Missing
    }

    /// An endpoint cannot be asked for replies: it reports them, see [`super::What::Replied`].
    pub async fn replies<T: Transport>(&self, _transport: &T, _thread_id: &str) -> Option<Vec<Post>> {
        None
    }

    /// Checks address and secret. Nothing is sent: the endpoint would have to keep whatever it received.
    pub async fn check<T: Transport>(&self, _transport: &T) -> Vec<Finding> {
        let address = match sign::is_confidential(&self.0.url) {
            true => Finding { ok: true, what: "nobody can listen in on the way to the webhook".to_owned() },
            false => Finding { ok: false, what: SignError::NotConfidential.to_string() },
        };
        let secret = match Secrets::parse(self.0.key.split(','), Sender::Standard) {
            Ok(_) => Finding { ok: true, what: "the webhook's secret has the right form".to_owned() },
            Err(error) => Finding { ok: false, what: SignError::Secret(error).to_string() },
        };
        vec![address, secret]
    }
}

fn body(question: &NewThread<'_>) -> Option<String> {
    let asked = OffsetDateTime::from_unix_timestamp(question.reference.since).ok()?;
    let created = Created {
        r#type: "question.created",
        timestamp: asked.format(&Rfc3339).ok()?,
        data: Question {
            public_id: question.reference.id,
            title: question.title,
            markdown: question.markdown,
            tags: question.tags,
        },
    };
    serde_json::to_string(&created).ok()
}

/// What an answer means. A refusal is the operator's matter, save for the one that gives a reason for the author; that a
/// question is there already is as good as its being created.
fn outcome(response: &Response, id: &str) -> Outcome {
    if let Some(outcome) = classify::common(response) {
        return outcome;
    }
    let said = response.json::<Value>().unwrap_or_default();
    match response.status {
        // A wrong address answers with a page, and would swallow every question.
        200..=299 if response.body.trim_ascii_start().starts_with(b"<") => {
            classify::blocked(response, "a page in place of the endpoint's answer")
        }
        200..=299 if said.text("state") == Some("pendingReview") => Outcome::PendingReview,
        200..=299 | 409 => Outcome::Created(report::posted(&said, id)),
        410 => classify::blocked(response, "the endpoint is gone"),
        422 if said.text("reason").is_some() => {
            Outcome::Refused { reason: event::one_line(said.text("reason"), "") }
        }
        _ => classify::blocked(response, "the endpoint takes no questions"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fake::{Fake, answer, now};
    use crate::webhook::Hook;
    use crate::{Broken, Method, Posted};

    const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    const ID: &str = "0123456789ABCDEF";

    /// Over `{ID}.1795341660.` and the body below, reckoned by another implementation.
    const SIGNATURE: &str = "v1,WcWURKQ7B29OndwMcbo5lzOeDD/8grtlifTEpJ0+yds=";

    fn webhook(url: &str, key: &str) -> Webhook {
        Webhook(Account { url: url.into(), key: key.into(), ..Account::default() })
    }

    fn post(webhook: &Webhook, fake: &Fake, at: i64) -> Outcome {
        let tags = ["sync".to_owned()];
        let reference = Reference {
            id: ID,
            marker: "Ref: 0123456789ABCDEF",
            since: 1_795_341_600,
            others: &[],
            after: None,
        };
        let question =
            NewThread { title: "Stuck", markdown: "It is.\n\nRef: 0123456789ABCDEF", tags: &tags, reference };
        now(webhook.post(fake, &question, at))
    }

    fn answered(status: u16, body: &str) -> Outcome {
        let fake = Fake::new().post("https://desk.example/hook", status, body);
        post(&webhook("https://desk.example/hook", SECRET), &fake, 1_795_341_660)
    }

    fn created(url: Option<&str>, thread_id: &str) -> Outcome {
        Outcome::Created(Posted { thread_id: thread_id.into(), url: url.map(str::to_owned) })
    }

    #[test]
    fn what_is_sent() {
        let fake = Fake::new().post("https://desk.example/hook", 200, "").post("desk.example", 200, "");
        let webhook = webhook("https://desk.example/hook", SECRET);
        assert_eq!(post(&webhook, &fake, 1_795_341_660), created(None, ID));
        assert_eq!(post(&webhook, &fake, 1_795_345_260), created(None, ID));
        let [first, second] = &fake.sent()[..] else { panic!("two requests") };
        assert_eq!(first.method, Method::Post);
        assert_eq!(
            serde_json::from_slice::<Value>(first.body.as_deref().unwrap()).unwrap(),
            json!({"type": "question.created", "timestamp": "2026-11-22T10:00:00Z", "data": {
                "publicId": ID, "title": "Stuck", "markdown": "It is.\n\nRef: 0123456789ABCDEF", "tags": ["sync"]}})
        );
        assert_eq!(
            first.headers,
            [
                ("content-type", "application/json".to_owned()),
                ("webhook-id", ID.to_owned()),
                ("webhook-timestamp", "1795341660".to_owned()),
                ("webhook-signature", SIGNATURE.to_owned()),
            ]
        );
        assert_eq!(first.body, second.body, "sent again, it is the same question");
        let manual = include_str!("../../../../docs/webhooks.md");
        let body = String::from_utf8_lossy(first.body.as_deref().unwrap());
        assert!(manual.contains(SIGNATURE) && manual.contains(&*body), "the manual's example is another");
        assert_eq!(second.headers[2].1, "1795345260");
    }

    #[test]
    fn both_secrets_sign_while_one_is_replaced() {
        let other = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";
        let fake = Fake::new().post("desk.example", 200, "");
        post(&webhook("https://desk.example", &format!("{other}, {SECRET}")), &fake, 1_795_341_660);
        let request = &fake.sent()[0];
        let header =
            |name: &str| request.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone());
        for secret in [SECRET, other] {
            let hook = Hook::new(Sender::Standard, [secret], None).unwrap();
            let body = request.body.as_deref().unwrap();
            assert!(hook.verify(body, header, 1_795_341_660).is_ok());
        }
    }

    #[test]
    fn what_answers_mean() {
        let url = "https://desk.example/7";
        assert_eq!(
            answered(200, r#"{"url":"https://desk.example/7","threadId":7}"#),
            created(Some(url), "7")
        );
        for body in ["", "OK", "[]", "null", r#"{"url":"javascript:0","threadId":"../x"}"#] {
            assert_eq!(answered(201, body), created(None, ID), "{body}");
        }
        assert_eq!(answered(409, r#"{"url":"https://desk.example/7"}"#), created(Some(url), ID));
        assert_eq!(answered(202, r#"{"state":"pendingReview"}"#), Outcome::PendingReview);
        assert_eq!(answered(202, "{}"), created(None, ID));
        let refused = Outcome::Refused { reason: "Say which version.".into() };
        assert_eq!(answered(422, r#"{"reason":"Say which\nversion."}"#), refused);
        let wait = answer(429, &[("retry-after", "7")], "");
        let fake = Fake::new().on_result(Method::Post, "desk.example", Ok(wait));
        let throttled = post(&webhook("https://desk.example", SECRET), &fake, 1);
        assert_eq!(throttled, Outcome::Throttled { wait_ms: Some(7_000) });
        for (status, body) in [(408, ""), (500, ""), (503, "<h1>Service Unavailable</h1>")] {
            assert!(matches!(answered(status, body), Outcome::Ambiguous { .. }), "{status}");
        }
        for (status, body) in [
            (200, " <!doctype html><title>Welcome</title>"),
            (301, ""),
            (400, r#"{"reason":"no"}"#),
            (401, ""),
            (403, ""),
            (404, ""),
            (410, ""),
            (422, "{}"),
        ] {
            assert!(matches!(answered(status, body), Outcome::Blocked { .. }), "{status} {body}");
        }
    }

    #[test]
    fn what_did_not_arrive_and_what_may_have() {
        let lost = |broken| {
            let fake = Fake::new().on_result(Method::Post, "desk.example", Err(broken));
            post(&webhook("https://desk.example", SECRET), &fake, 1)
        };
        assert!(matches!(lost(Broken::NotSent("no such host".into())), Outcome::NotSent { .. }));
        assert!(matches!(lost(Broken::Unclear("time-out".into())), Outcome::Ambiguous { .. }));
        let reference = Reference { id: ID, marker: "Ref", since: 0, others: &[], after: None };
        let webhook = webhook("https://desk.example", SECRET);
        assert_eq!(now(webhook.look_up(&Fake::new(), &reference)), Lookup::Missing);
        assert_eq!(now(webhook.replies(&Fake::new(), ID)), None);
    }

    #[test]
    fn a_wrong_setting_sends_nothing_and_is_found() {
        for (url, key, says) in [
            ("http://desk.example", SECRET, "https"),
            ("https://desk.example", "secret", "whsec_"),
            ("https://desk.example", "", "no secret"),
        ] {
            let webhook = webhook(url, key);
            let Outcome::Blocked { reason } = post(&webhook, &Fake::new(), 1) else { panic!("{url} {key}") };
            assert!(reason.contains(says), "{reason}");
            let findings = now(webhook.check(&Fake::new()));
            assert!(
                findings.iter().any(|finding| !finding.ok && finding.what.contains(says)),
                "{findings:?}"
            );
        }
        let findings = now(webhook("https://desk.example", SECRET).check(&Fake::new()));
        assert_eq!(findings.iter().map(|finding| finding.ok).collect::<Vec<_>>(), [true, true]);
    }
}
