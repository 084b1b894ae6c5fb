//! The routes against a world in memory.

mod delivery;
mod pinned;

use ::search::Built;
use api::{
    Health, IndexInfo, Problem, ProblemType, QuestionState, QuestionStatus, SearchResponse, ThreadView,
};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::config::Config;
use crate::fake::{Fake, Mood, built, manifest, run};
use crate::files;
use crate::http::{Headers, Method, Request, Response};
use crate::inbox::{ItemView, ListView};
use crate::routes::{Edge, handle};
use crate::sites::Sites;

const PAGE: &str = "https://page.example";
const KEY: &str = "01ARYZ6S41TSV4RRFFQ69G5FAV";

/// A Worker with a site `demo`.
struct Stage {
    world: Fake,
    sites: Sites,
    config: Config,
}

impl Stage {
    fn new() -> Self {
        let world = Fake::default();
        world.now.set(1_700_000_000_000);
        let settings = json!({"id": "demo", "origins": [PAGE], "texts": {"name": "X"}, "limits": {"questionsPerHour": 3}});
        world.files.borrow_mut().insert(files::site("demo"), settings.to_string().into_bytes());
        let variable = |name: &str| match name {
            "EDGEWISE_OPERATOR_TOKEN" => Some("secret".to_owned()),
            "EDGEWISE_MANIFEST_SECONDS" => Some("1".to_owned()),
            "EDGEWISE_WEBHOOK_SECRET" => {
                Some("whsec_bmV3LXNlY3JldC1vZi10aGlydHktdHdvLWJ5dGVzISE=".to_owned())
            }
            _ => None,
        };
        let config = Config::read(variable);
        Self { world, sites: Sites::default(), config }
    }

    /// With an index in service.
    fn serving(titles: &[&str]) -> (Self, Built) {
        let (stage, index) = (Self::new(), built("demo", titles));
        stage.put(&index);
        let response = stage.publish(&index);
        assert_eq!(response.status, 200, "{}", String::from_utf8_lossy(&response.body));
        (stage, index)
    }

    fn put(&self, index: &Built) {
        let mut stored = self.world.files.borrow_mut();
        stored.insert(files::bundle("demo", &index.root), index.bundle.clone());
        stored.insert(files::texts("demo", &index.texts_hash), index.texts.clone());
    }

    fn publish(&self, index: &Built) -> Response {
        let body = serde_json::to_vec(&manifest("demo", index)).unwrap();
        self.operator(Method::Put, "/v1/admin/demo/manifest.json", body)
    }

    fn send(&self, method: Method, target: &str, headers: Headers, body: Vec<u8>) -> Response {
        let edge = Edge { ports: &self.world, sites: &self.sites, config: &self.config };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let content_length = Some(body.len() as u64);
        run(handle(
            &edge,
            Request {
                method,
                path: path.to_owned(),
                query: query.to_owned(),
                own_origin: "https://edge.example".into(),
                headers: Headers { content_length, ..headers },
                body,
            },
        ))
    }

    fn get(&self, target: &str) -> Response {
        self.send(Method::Get, target, Headers::default(), Vec::new())
    }

    fn operator(&self, method: Method, target: &str, body: Vec<u8>) -> Response {
        let headers = Headers { authorization: Some("Bearer secret".into()), ..json_headers() };
        self.send(method, target, headers, body)
    }

    fn ask(&self, key: &str, title: &str) -> Response {
        let headers = Headers { idempotency_key: Some(key.to_owned()), ..json_headers() };
        let body = json!({"site": "demo", "title": title, "body": "It has stopped since yesterday, and I cannot tell why."});
        self.send(Method::Post, "/v1/questions", headers, body.to_string().into_bytes())
    }

    fn status(&self, receipt: &str) -> QuestionStatus {
        read(&self.get(&format!("/v1/questions/{receipt}?site=demo")))
    }
}

fn json_headers() -> Headers {
    Headers { content_type: Some("application/json".into()), ..Headers::default() }
}

fn read<T: DeserializeOwned>(response: &Response) -> T {
    serde_json::from_slice(&response.body).unwrap_or_else(|error| {
        panic!("{error}: {} {}", response.status, String::from_utf8_lossy(&response.body))
    })
}

fn problem(response: &Response) -> ProblemType {
    assert_eq!(response.get("Content-Type"), Some("application/problem+json"));
    let problem: Problem = read(response);
    assert_eq!(problem.status, response.status);
    problem.kind
}

#[test]
fn a_hit_is_found_and_opened() {
    let (stage, index) = Stage::serving(&["The lamp does not start", "The kettle is loud"]);
    let response = stage.get("/v1/search?site=demo&q=kettle");
    assert_eq!(response.get("Edgewise-Index"), Some(index.root.as_str()));
    assert_eq!(response.get("Cache-Control"), Some("private, max-age=1"));
    let found: SearchResponse = read(&response);
    assert_eq!((found.total, found.index_version.as_str()), (1, index.root.as_str()));
    let view: ThreadView = read(&stage.get(&format!("/v1/threads/{}?site=demo", found.hits[0].key)));
    assert_eq!((view.title.as_str(), view.answer.is_some()), ("The kettle is loud", true));
    assert_eq!(problem(&stage.get("/v1/threads/discourse:x.example:9?site=demo")), ProblemType::NotFound);
}

#[test]
fn an_opened_thread_says_where_it_answers() {
    let (stage, _) = Stage::serving(&["The lamp does not start", "The kettle is loud"]);
    let found: SearchResponse = read(&stage.get("/v1/search?site=demo&q=kettle"));
    let path = format!("/v1/threads/{}?site=demo", found.hits[0].key);
    let plain: ThreadView = read(&stage.get(&path));
    assert_eq!(plain.matches, None);
    let answer = plain.answer.expect("the thread is answered");
    let view: ThreadView = read(&stage.get(&format!("{path}&q=answer")));
    let place = view.matches.expect("the word is in the thread");
    assert_eq!((place.post, place.block), (answer.id, 0));
    assert_eq!(place.passage.text.text, "An answer.");
    assert_eq!(place.ranges, place.passage.text.ranges);
    let long = "a".repeat(api::limits::QUERY_CHARS + 1);
    assert_eq!(problem(&stage.get(&format!("{path}&q={long}"))), ProblemType::Invalid);
}

#[test]
fn a_question_is_carried_to_the_inbox_and_its_answer_back() {
    let stage = Stage::new();
    let response = stage.ask(KEY, "Why does my lamp not start?");
    assert_eq!((response.status, response.get("Cache-Control")), (202, Some("no-store")));
    let first: QuestionStatus = read(&response);
    assert_eq!((first.state, first.can_withdraw), (QuestionState::Accepted, true));

    stage.world.live(1_000);
    assert_eq!(stage.status(&first.receipt).state, QuestionState::Posted);
    let again: QuestionStatus = read(&stage.ask(KEY, "Why does my lamp not start?"));
    assert_eq!(again.receipt, first.receipt, "the same submission has the same receipt");
    let list: ListView =
        read(&stage.operator(Method::Get, "/v1/inbox/demo/questions?state=open", Vec::new()));
    assert_eq!(list.questions.len(), 1, "it is posted once");

    let reply = json!({"markdown": "Turn it *on*.", "author": "Ines"}).to_string().into_bytes();
    let target = format!("/v1/inbox/demo/questions/{}/replies", list.questions[0].public_id);
    assert_eq!(stage.operator(Method::Post, &target, reply).status, 200);
    stage.world.live(0);
    let answered = stage.status(&first.receipt);
    assert_eq!(
        (answered.state, answered.replies[0].blocks[0].text.as_str()),
        (QuestionState::Answered, "Turn it on.")
    );
}

#[test]
fn whatever_is_lost_between_outbox_and_forum_the_question_is_posted_once() {
    for (mood, at_first) in
        [(Mood::AnswerLost, QuestionState::Posted), (Mood::RequestLost, QuestionState::Ambiguous)]
    {
        let stage = Stage::new();
        stage.world.mood.set(mood);
        let status: QuestionStatus = read(&stage.ask(KEY, "Why does my lamp not start?"));
        stage.world.live(0);
        assert_eq!(
            stage.status(&status.receipt).state,
            at_first,
            "{mood:?}: it is looked up before it is sent again"
        );
        stage.world.live(60 * 60 * 1_000);
        assert_eq!(stage.status(&status.receipt).state, QuestionState::Posted, "{mood:?}");
        assert_eq!(stage.world.items.items.borrow().len(), 1, "{mood:?}");
    }
}

#[test]
fn a_crash_while_sending_is_looked_into() {
    let stage = Stage::new();
    let status: QuestionStatus = read(&stage.ask(KEY, "Why does my lamp not start?"));
    // The shell stops after it has stored `sending` and before the request leaves.
    let row = stage.world.rows.rows.borrow().values().next().unwrap().clone();
    let waits = ::delivery::Config::default();
    let context = ::delivery::Context { config: &waits, now_ms: stage.world.now.get(), jitter: 0.5 };
    let (sending, _) = ::delivery::step(row.delivery, ::delivery::Event::Due, &context);
    crate::outbox::Rows::update(&stage.world.rows, &row.id, &sending).unwrap();

    run(stage.world.desk().restart()).unwrap();
    stage.world.live(60 * 60 * 1_000);
    assert_eq!(stage.status(&status.receipt).state, QuestionState::Posted);
    assert_eq!(stage.world.items.items.borrow().len(), 1);
}

#[test]
fn a_question_is_withdrawn_before_it_is_sent_and_not_after() {
    let stage = Stage::new();
    let status: QuestionStatus = read(&stage.ask(KEY, "Why does my lamp not start?"));
    let target = format!("/v1/questions/{}?site=demo", status.receipt);
    let delete = || stage.send(Method::Delete, &target, Headers::default(), Vec::new());
    let withdrawn: QuestionStatus = read(&delete());
    assert_eq!(withdrawn.state, QuestionState::Withdrawn);
    assert_eq!(delete().status, 200, "again is no error");
    stage.world.live(1_000);
    assert!(stage.world.items.items.borrow().is_empty());
    assert_eq!(stage.world.alarm.get(), None, "nothing is left to be woken for");

    let other: QuestionStatus =
        read(&stage.ask("01ARYZ6S41TSV4RRFFQ69G5FAW", "Why does my kettle not start?"));
    stage.world.live(1_000);
    let late = stage.send(
        Method::Delete,
        &format!("/v1/questions/{}?site=demo", other.receipt),
        Headers::default(),
        vec![],
    );
    assert_eq!(problem(&late), ProblemType::StateConflict);
}

#[test]
fn keys_and_limits_hold() {
    let stage = Stage::new();
    assert_eq!(stage.ask(KEY, "Why does my lamp not start?").status, 202);
    assert_eq!(problem(&stage.ask(KEY, "Why does my kettle not start?")), ProblemType::IdempotencyConflict);
    for last in ["W", "X"] {
        assert_eq!(
            stage.ask(&format!("01ARYZ6S41TSV4RRFFQ69G5FA{last}"), "Why does my lamp not start?").status,
            202
        );
    }
    let fourth = stage.ask("01ARYZ6S41TSV4RRFFQ69G5FAY", "Why does my lamp not start?");
    assert_eq!(problem(&fourth), ProblemType::RateLimited);
    let wait: u64 = fourth.get("Retry-After").unwrap().parse().unwrap();
    assert!((1..=3_600).contains(&wait));
    assert_eq!(stage.ask(KEY, "Why does my lamp not start?").status, 202, "a repetition is not counted");
    stage.world.now.set(stage.world.now.get() + wait * 1_000);
    assert_eq!(stage.ask("01ARYZ6S41TSV4RRFFQ69G5FAY", "Why does my lamp not start?").status, 202);
}

#[test]
fn a_refused_bundle_leaves_the_one_in_service() {
    let (stage, first) = Stage::serving(&["The lamp does not start"]);
    let mut broken = built("demo", &["The kettle is loud"]);
    *broken.bundle.last_mut().unwrap() ^= 1;
    stage.put(&broken);
    assert_eq!(problem(&stage.publish(&broken)), ProblemType::Invalid);
    let served: Health = read(&stage.get("/healthz?site=demo"));
    assert_eq!((served.status.as_str(), served.index_version.as_str()), ("ok", first.root.as_str()));

    // Whoever writes the bucket without the Worker gets past the check at publication, and not into service.
    let pointer = serde_json::to_vec(&manifest("demo", &broken)).unwrap();
    stage.world.files.borrow_mut().insert(files::manifest("demo"), pointer);
    for _ in 0..3 {
        stage.world.now.set(stage.world.now.get() + 2_000);
        let index: IndexInfo = read(&stage.get("/v1/index?site=demo"));
        assert_eq!(index.index_version, first.root);
        assert!(index.refused.unwrap().contains(&broken.root));
    }
    let health: Health = read(&stage.get("/healthz?site=demo"));
    assert_eq!((health.status.as_str(), health.index_version.as_str()), ("degraded", first.root.as_str()));
    let reads = stage.world.times_read(&files::bundle("demo", &broken.root));
    assert_eq!(reads, 2, "once when published, once when found, then remembered");
    assert_eq!(stage.get("/v1/search?site=demo&q=lamp").status, 200);
}

#[test]
fn an_index_is_read_once_and_followed_when_it_moves() {
    let (stage, first) = Stage::serving(&["The lamp does not start"]);
    for _ in 0..5 {
        stage.world.now.set(stage.world.now.get() + 2_000);
        assert_eq!(stage.get("/v1/search?site=demo&q=lamp").status, 200);
    }
    assert_eq!(stage.world.times_read(&files::bundle("demo", &first.root)), 1);

    let second = built("demo", &["The kettle is loud"]);
    stage.put(&second);
    let pointer = serde_json::to_vec(&manifest("demo", &second)).unwrap();
    stage.world.files.borrow_mut().insert(files::manifest("demo"), pointer);
    let trusted: SearchResponse = read(&stage.get("/v1/search?site=demo&q=kettle"));
    assert_eq!(trusted.index_version, first.root, "the manifest is trusted for a while");
    stage.world.now.set(stage.world.now.get() + 2_000);
    let moved: SearchResponse = read(&stage.get("/v1/search?site=demo&q=kettle"));
    assert_eq!((moved.index_version.as_str(), moved.total), (second.root.as_str(), 1));
}

#[test]
fn an_index_stays_in_service_while_the_bucket_is_away() {
    let (stage, first) = Stage::serving(&["The lamp does not start"]);
    stage.world.down.set(true);
    stage.world.now.set(stage.world.now.get() + 2_000);
    assert_eq!(stage.get("/v1/search?site=demo&q=lamp").get("Edgewise-Index"), Some(first.root.as_str()));
    let health: Health = read(&stage.get("/healthz?site=demo"));
    assert_eq!(health.status, "degraded");

    let empty = Stage::new();
    empty.world.down.set(true);
    assert_eq!(problem(&empty.get("/v1/search?site=demo&q=lamp")), ProblemType::Unavailable);
}

#[test]
fn a_bundle_of_another_site_is_refused() {
    let stage = Stage::new();
    let foreign = built("other", &["The lamp does not start"]);
    stage.put(&foreign);
    assert_eq!(problem(&stage.publish(&foreign)), ProblemType::Invalid);
}

#[test]
fn operators_routes_exist_for_operators_only() {
    let stage = Stage::new();
    for authorization in [None, Some("Bearer wrong"), Some("Basic secret")] {
        let headers = || Headers { authorization: authorization.map(str::to_owned), ..json_headers() };
        for (method, target) in [
            (Method::Put, "/v1/admin/demo/manifest.json"),
            (Method::Get, "/v1/inbox/demo/questions"),
            (Method::Get, "/v1/outbox/demo/questions"),
            (Method::Post, "/v1/outbox/demo/resume"),
            (Method::Delete, "/v1/inbox/demo/questions"),
            (Method::Options, "/v1/admin/demo/site.json"),
        ] {
            let refused = stage.send(method, target, headers(), Vec::new());
            let nowhere = stage.send(method, "/v1/nowhere", headers(), Vec::new());
            assert_eq!(refused, nowhere, "{target} must look like a route that does not exist");
        }
    }
    let open = Stage { config: Config { operator_token: None, ..stage.config.clone() }, ..Stage::new() };
    assert_eq!(
        problem(&open.operator(Method::Get, "/v1/inbox/demo/questions", Vec::new())),
        ProblemType::NotFound
    );
}

#[test]
fn the_inbox_is_moderated() {
    let stage = Stage::new();
    stage.ask(KEY, "Why does my lamp not start?");
    stage.world.live(1_000);
    let id = stage.world.items.items.borrow()[0].public_id.clone();
    let target = format!("/v1/inbox/demo/questions/{id}/state");
    let set =
        |state: &str| stage.operator(Method::Post, &target, json!({"state": state}).to_string().into_bytes());
    let hidden: ItemView = read(&set("hidden"));
    assert_eq!(hidden.state, crate::inbox::State::Hidden);
    let list: ListView = read(&stage.operator(Method::Get, "/v1/inbox/demo/questions", Vec::new()));
    assert_eq!((list.questions.len(), list.counts[&crate::inbox::State::Hidden]), (0, 1));
    assert_eq!(problem(&set("answered")), ProblemType::Invalid);
    assert_eq!(problem(&set("gone")), ProblemType::Malformed);
    let empty = json!({"markdown": " ", "author": ""}).to_string().into_bytes();
    let refused = stage.operator(Method::Post, &target.replace("/state", "/replies"), empty);
    assert_eq!(read::<Problem>(&refused).errors.len(), 2);
}

#[test]
fn pages_of_other_origins_are_refused_before_anything_is_done() {
    let stage = Stage::new();
    let from = |origin: &str| Headers { origin: Some(origin.to_owned()), ..json_headers() };
    let target = "/v1/site?site=demo";
    let allowed = stage.send(Method::Get, target, from(PAGE), Vec::new());
    assert_eq!(allowed.get("Access-Control-Allow-Origin"), Some(PAGE));
    assert_eq!(allowed.get("Vary"), Some("Origin"));
    let refused = stage.send(Method::Get, target, from("https://other.example"), Vec::new());
    assert_eq!(problem(&refused), ProblemType::OriginRefused);
    assert_eq!(refused.get("Access-Control-Allow-Origin"), None);
    let headers = Headers { idempotency_key: Some(KEY.into()), ..from("https://other.example") };
    let body = json!({"site": "demo", "title": "Why does my lamp not start?", "body": "It has stopped since yesterday."});
    let asked = stage.send(Method::Post, "/v1/questions", headers, body.to_string().into_bytes());
    assert_eq!(problem(&asked), ProblemType::OriginRefused);
    assert!(stage.world.rows.rows.borrow().is_empty());
    let preflight = stage.send(Method::Options, "/v1/questions", from(PAGE), Vec::new());
    assert_eq!((preflight.status, preflight.get("Access-Control-Allow-Origin")), (204, Some(PAGE)));
    assert!(preflight.get("Access-Control-Allow-Headers").unwrap().contains("Idempotency-Key"));
}

#[test]
fn bad_requests_are_told_apart() {
    let (stage, _) = Stage::serving(&["The lamp does not start"]);
    for (target, expected) in [
        ("/v1/search", ProblemType::Invalid),
        ("/v1/search?site=other&q=x", ProblemType::NotFound),
        ("/v1/search?site=..%2Fdemo&q=x", ProblemType::NotFound),
        ("/v1/search?site=demo&q=%zz", ProblemType::Malformed),
        ("/v1/threads/%ED%A0%80?site=demo", ProblemType::Malformed),
        ("/v1/questions/nothing?site=demo", ProblemType::NotFound),
        ("/v2/search?site=demo", ProblemType::NotFound),
    ] {
        assert_eq!(problem(&stage.get(target)), expected, "{target}");
    }
    let post = |headers: Headers, body: Vec<u8>| stage.send(Method::Post, "/v1/similar", headers, body);
    assert_eq!(problem(&post(Headers::default(), b"{}".to_vec())), ProblemType::UnsupportedMediaType);
    assert_eq!(problem(&post(json_headers(), vec![b' '; 1 << 20])), ProblemType::TooLarge);
    assert_eq!(
        problem(&post(json_headers(), br#"{"site":"demo","title":"\ud800"}"#.to_vec())),
        ProblemType::Malformed
    );
    let wrong = stage.send(Method::Delete, "/v1/search?site=demo", Headers::default(), Vec::new());
    assert_eq!(problem(&wrong), ProblemType::MethodNotAllowed);
    assert_eq!(wrong.get("Allow"), Some("GET, HEAD, OPTIONS"));
}

#[test]
fn head_is_get_without_the_body() {
    let stage = Stage::new();
    let get = stage.get("/v1/site?site=demo");
    let head = stage.send(Method::Head, "/v1/site?site=demo", Headers::default(), Vec::new());
    assert_eq!((head.status, &head.headers, head.body.len()), (get.status, &get.headers, 0));
}
