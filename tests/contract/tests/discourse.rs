//! The Discourse adapter against Discourse's published description.
//!
//! The description lies beside the checkout, in `shared/forum/discourse`; where it is not there, these tests say so and
//! do nothing. It is served with its examples, and each request is held against it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::PathBuf;

use contract::{Served, Wire, now};
use forum::discourse::Discourse;
use forum::{Account, Broken, Lookup, NewThread, Outcome, Posted, Reference, Request, Response, Transport};
use serde_json::{Value, json};

/// What the adapter reads and Discourse answers, but does not describe. The tests answer these themselves.
const NOT_DESCRIBED: [&str; 5] = [
    "/session/current.json",
    "/site/settings.json",
    "/posts/helpbot/",
    "/review.json",
    "/topics/created-by/",
];

const MARKER: &str = "Edgewise reference: 0123456789ABCDEF";

/// Carries requests to the description. Each that is described has to be right by it.
struct Described {
    served: Served,
    wire: Wire,
    /// Which of the documented answers a post gets.
    prefer: &'static str,
    /// Answers in place of the description's own, by a part of the address: each once.
    instead: RefCell<Vec<(&'static str, u16, Value)>>,
    asked: RefCell<BTreeSet<String>>,
}

impl Described {
    fn start(prefer: &'static str, instead: Vec<(&'static str, u16, Value)>) -> Option<Self> {
        let packages = Served::packages()?;
        let document = document()?;
        let served = Served::openapi(&packages, &document).expect("the description is served");
        Some(Self {
            served,
            wire: Wire::default(),
            prefer,
            instead: RefCell::new(instead),
            asked: RefCell::default(),
        })
    }

    fn discourse(&self) -> Discourse {
        Discourse(Account {
            url: self.served.base().to_owned(),
            category: Some("7".into()),
            user: Some("helpbot".into()),
            key: "k".into(),
        })
    }

    fn instead(&self, url: &str) -> Option<Response> {
        let mut instead = self.instead.borrow_mut();
        let at = instead.iter().position(|(part, ..)| url.contains(part))?;
        let (_, status, body) = instead.remove(at);
        Some(Response { status, headers: Vec::new(), body: body.to_string().into_bytes() })
    }
}

impl Transport for Described {
    async fn send(&self, mut request: Request) -> Result<Response, Broken> {
        let (url, post) = (request.url.clone(), request.body.is_some());
        if NOT_DESCRIBED.iter().any(|path| url.contains(path)) {
            return self.instead(&url).ok_or_else(|| Broken::Unclear(format!("{url} was not expected")));
        }
        if post {
            request.headers.push(("prefer", self.prefer.to_owned()));
        }
        let answer = self.wire.send(request).await?;
        let violations = answer.header("sl-violations").unwrap_or("[]");
        let violations: Vec<Value> = serde_json::from_str(violations).expect("a list");
        let ours: Vec<&Value> =
            violations.iter().filter(|violation| violation["location"][0] == "request").collect();
        assert!(ours.is_empty(), "{url}: {ours:?}");
        let body = answer.json::<Value>().unwrap_or_default();
        let unknown = body["type"].as_str().is_some_and(|kind| kind.contains("prism/errors"));
        assert!(!unknown, "{url} is not described: {body}");
        let path = url.strip_prefix(self.served.base()).unwrap_or(&url);
        self.asked.borrow_mut().insert(path.split('?').next().unwrap_or(path).to_owned());
        Ok(self.instead(&url).unwrap_or(answer))
    }
}

/// The description, in the folder beside the checkout.
fn document() -> Option<PathBuf> {
    let path = PathBuf::from("../../../shared/forum/discourse/openapi.overlay.json");
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there", path.display());
    None
}

fn reference() -> Reference<'static> {
    Reference { id: "0123456789ABCDEF", marker: MARKER, since: 1_760_000_000, others: &[], after: None }
}

fn post(described: &Described) -> Outcome {
    let markdown = format!("It hangs at 99 percent.\n\n{MARKER}");
    let question = NewThread {
        title: "Berth is stuck at 99 %",
        markdown: &markdown,
        tags: &["sync".to_owned(), "linux".to_owned()],
        reference: reference(),
    };
    now(described.discourse().post(described, &question))
}

#[test]
fn every_documented_answer_to_a_post_is_understood() {
    let Some(mut described) = Described::start("code=200, example=created", Vec::new()) else { return };
    let url = format!("{}/t/how-do-i/42", described.served.base());
    assert_eq!(post(&described), Outcome::Created(Posted { thread_id: "42".into(), url: Some(url) }));

    described.prefer = "code=200, example=enqueued";
    assert_eq!(post(&described), Outcome::PendingReview);

    described.prefer = "code=403";
    let Outcome::Blocked { reason } = post(&described) else { panic!("403") };
    assert!(reason.contains("You are not permitted"), "{reason}");

    described.prefer = "code=422";
    described.instead.get_mut().push(("/t/external_id/", 404, json!({})));
    let Outcome::TitleTaken { reason, .. } = post(&described) else { panic!("422") };
    assert_eq!(reason, "Title has already been used");

    described.prefer = "code=429";
    assert_eq!(post(&described), Outcome::Throttled { wait_ms: Some(24_000) });
}

#[test]
fn every_request_is_as_described() {
    let topics = json!({"topic_list": {"topics": [
        {"id": 12, "slug": "stuck", "created_at": "2100-01-01T00:00:00Z", "posters": [{"user_id": 5}]}]},
        "users": [{"id": 5, "username": "helpbot"}]});
    let topic = json!({"id": 12, "post_stream": {"stream": [1, 2, 3], "posts": [
        {"id": 1, "post_number": 1, "cooked": format!("<p>{MARKER}</p>")}]}});
    let no = json!({"errors": ["No"], "error_type": "invalid_access"});
    let instead = vec![
        // A lookup that has to go through everything.
        ("/t/external_id/", 404, json!({})),
        ("/posts/helpbot/pending.json", 200, json!({"pending_posts": []})),
        ("/search.json", 200, json!({})),
        ("/topics/created-by/", 403, no.clone()),
        ("/latest.json", 200, topics),
        ("/t/12.json", 200, topic.clone()),
        // Replies.
        ("/t/12.json", 200, topic),
        (
            "/t/12/posts.json",
            200,
            json!({"post_stream": {"posts": [{"id": 2, "post_number": 2, "cooked": "a"}]}}),
        ),
        // A check.
        ("/session/current.json", 200, json!({"current_user": {"username": "helpbot"}})),
        ("/site/settings.json", 403, no.clone()),
        ("/t/external_id/", 404, json!({})),
        ("/posts/helpbot/pending.json", 404, no.clone()),
        ("/review.json", 404, no),
    ];
    let Some(described) = Described::start("code=200, example=created", instead) else { return };
    let discourse = described.discourse();

    let url = format!("{}/t/stuck/12", described.served.base());
    let found = Lookup::Found(Posted { thread_id: "12".into(), url: Some(url) });
    assert_eq!(now(discourse.look_up(&described, &reference())), found);
    assert_eq!(now(discourse.replies(&described, "12")).unwrap().len(), 1);
    now(discourse.with_title(&described, "Berth is stuck: 99 %?"));
    assert_eq!(now(discourse.check(&described)).len(), 6);
    assert!(matches!(post(&described), Outcome::Created(_)));

    let asked: Vec<String> = described.asked.borrow().iter().cloned().collect();
    assert_eq!(
        asked,
        [
            "/c/7/show.json",
            "/latest.json",
            "/posts.json",
            "/search.json",
            "/site.json",
            "/t/12.json",
            "/t/12/posts.json",
            "/t/external_id/0000000000000000.json",
            "/t/external_id/0123456789ABCDEF.json",
        ]
    );
    assert!(described.instead.borrow().is_empty(), "{:?}", described.instead.borrow());
}
