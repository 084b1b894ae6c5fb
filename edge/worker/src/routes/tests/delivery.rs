//! What stands between a question and the forum: fixes, holds, pauses, webhooks, and forgetting.

use api::{OutboxList, ProblemType, QuestionState, QuestionStatus};
use forum::webhook::signed;
use serde_json::{Value, json};

use super::{KEY, PAGE, Stage, json_headers, problem, read};
use crate::fake::Mood;
use crate::files;
use crate::http::{Headers, Method, Response};

const OTHER: &str = "01ARYZ6S41TSV4RRFFQ69G5FAW";
const SECRET: &str = "whsec_bmV3LXNlY3JldC1vZi10aGlydHktdHdvLWJ5dGVzISE=";

impl Stage {
    /// Replaces the site's settings.
    fn set(&self, more: &Value) {
        let mut settings = json!({"id": "demo", "origins": [PAGE], "texts": {"name": "X"}});
        for (key, value) in more.as_object().unwrap() {
            settings[key] = value.clone();
        }
        self.world.files.borrow_mut().insert(files::site("demo"), settings.to_string().into_bytes());
        self.sites.forget_freshness("demo");
    }

    fn ask_with(&self, key: &str, body: &Value) -> Response {
        let headers = Headers {
            idempotency_key: Some(key.to_owned()),
            address: Some("192.0.2.7".into()),
            ..json_headers()
        };
        self.send(Method::Post, "/v1/questions", headers, body.to_string().into_bytes())
    }

    fn edit(&self, receipt: &str, body: &Value) -> Response {
        let target = format!("/v1/questions/{receipt}");
        self.send(Method::Put, &target, json_headers(), body.to_string().into_bytes())
    }

    fn decide(&self, public_id: &str, decision: &Value) -> Response {
        let target = format!("/v1/outbox/demo/questions/{public_id}");
        self.operator(Method::Post, &target, decision.to_string().into_bytes())
    }

    fn outbox(&self) -> OutboxList {
        read(&self.operator(Method::Get, "/v1/outbox/demo/questions", Vec::new()))
    }

    fn hook(&self, id: &str, at: i64, body: &Value, secret: &str) -> Response {
        let request = signed("https://edge.example/", id, at, &body.to_string(), Some(secret)).unwrap();
        let webhook = request.headers.iter().filter(|(name, _)| name.starts_with("webhook-")).cloned();
        let headers = Headers { webhook: webhook.collect(), ..json_headers() };
        let target = "/v1/webhooks/webhook?site=demo";
        self.send(Method::Post, target, headers, request.body.unwrap_or_default())
    }
}

fn question(title: &str, body: &str) -> Value {
    json!({"site": "demo", "title": title, "body": body})
}

const BODY: &str = "It has stopped since yesterday, and I cannot tell why.";
const TITLE: &str = "Why does my lamp not start?";

#[test]
fn a_taken_title_comes_back_and_goes_on_when_its_asker_means_something_else() {
    let stage = Stage::new();
    stage.world.mood.set(Mood::TitleTaken);
    let asked: QuestionStatus = read(&stage.ask(KEY, TITLE));
    stage.world.live(1_000);
    let status = stage.status(&asked.receipt);
    assert_eq!((status.state, status.title_taken), (QuestionState::NeedsFix, true));
    assert_eq!(status.taken_by.as_deref(), Some("https://f.example/t/1"));
    assert_eq!(status.draft.unwrap().body, BODY);

    let mut edited = question(TITLE, BODY);
    edited["distinct"] = true.into();
    let sent: QuestionStatus = read(&stage.edit(&asked.receipt, &edited));
    assert_eq!(sent.state, QuestionState::Accepted);
    assert_eq!(sent.title, format!("{TITLE} #{}", &sent.public_id[..4]));
    assert_eq!(stage.edit(&asked.receipt, &edited).status, 200, "the same again, because an answer was lost");
    stage.world.live(1_000);
    assert_eq!(stage.status(&asked.receipt).state, QuestionState::Posted);
    assert_eq!(stage.world.items.items.borrow()[0].title, sent.title);
    assert_eq!(
        problem(&stage.edit(&asked.receipt, &question(TITLE, "Something else entirely, now."))),
        ProblemType::StateConflict
    );
    assert_eq!(problem(&stage.edit(&"0".repeat(32), &edited)), ProblemType::NotFound);
}

#[test]
fn what_looks_suspicious_waits_for_the_operator() {
    let stage = Stage::new();
    stage.world.told.replace(Some(Vec::new()));
    let advertisement =
        "Buy https://a.example https://b.example https://c.example https://d.example now, it is cheap.";
    let asked: QuestionStatus =
        read(&stage.ask_with(KEY, &question("Cheap lamps for everybody here", advertisement)));
    assert_eq!((asked.state, asked.can_withdraw), (QuestionState::PendingReview, true));
    stage.world.live(1_000);
    assert!(stage.world.items.items.borrow().is_empty(), "nothing is sent");
    let list = stage.outbox();
    assert_eq!((list.questions[0].held, list.questions[0].reason.as_deref()), (true, Some("it has 4 links")));
    assert!(stage.world.told.borrow().as_ref().unwrap()[0].contains("question.held"));

    assert_eq!(stage.decide(&asked.public_id, &json!({"decision": "release"})).status, 200);
    stage.world.live(1_000);
    assert_eq!(stage.status(&asked.receipt).state, QuestionState::Posted);

    let many = format!("{}{BODY}", "https://a.example ".repeat(21));
    let refused = stage.ask_with(OTHER, &question("Cheap lamps for everybody here", &many));
    assert_eq!(problem(&refused), ProblemType::Invalid);
}

#[test]
fn the_same_question_within_a_day_is_held_and_may_be_dropped() {
    let stage = Stage::new();
    stage.ask(KEY, TITLE);
    let again: QuestionStatus = read(&stage.ask_with(OTHER, &question("why does my LAMP not start", BODY)));
    assert_eq!(again.state, QuestionState::PendingReview);
    let dropped = stage.decide(&again.public_id, &json!({"decision": "drop", "reason": "asked before"}));
    assert_eq!(dropped.status, 200);
    let status = stage.status(&again.receipt);
    assert_eq!((status.state, status.reason.as_deref()), (QuestionState::Failed, Some("asked before")));
    stage.world.live(1_000_000);
    assert_eq!(stage.world.items.items.borrow().len(), 1);
    assert_eq!(
        problem(&stage.decide(&"0".repeat(16), &json!({"decision": "release"}))),
        ProblemType::NotFound
    );
    assert_eq!(
        problem(&stage.decide(&again.public_id, &json!({"decision": "burn"}))),
        ProblemType::Malformed
    );
}

#[test]
fn a_forum_that_takes_nothing_stops_the_lane_and_the_operator_is_told_once() {
    let stage = Stage::new();
    stage.world.told.replace(Some(Vec::new()));
    stage.world.mood.set(Mood::Blocked);
    let first: QuestionStatus = read(&stage.ask(KEY, TITLE));
    stage.world.live(1_000);
    let second: QuestionStatus = read(&stage.ask(OTHER, "Why does my kettle not start?"));
    stage.world.live(60_000);
    let states = [&first, &second].map(|asked| stage.status(&asked.receipt).state);
    assert_eq!(states, [QuestionState::Accepted; 2], "neither goes while the lane is closed");
    let pause = stage.outbox().pause.unwrap();
    assert_eq!((pause.why.as_str(), pause.blocked), ("a challenge", true));
    let blocked = |told: &str| told.contains("lane.blocked");
    assert_eq!(stage.world.told.borrow().as_ref().unwrap().iter().filter(|told| blocked(told)).count(), 1);

    assert_eq!(stage.operator(Method::Post, "/v1/outbox/demo/resume", Vec::new()).status, 200);
    stage.world.live(60_000);
    assert_eq!(stage.status(&second.receipt).state, QuestionState::Posted);
    assert_eq!(stage.outbox().pause, None, "a forum that took one takes others");
    stage.world.live(60 * 60 * 1_000);
    assert_eq!(stage.status(&first.receipt).state, QuestionState::Posted);
}

#[test]
fn webhooks_are_signed_and_heard_once() {
    let stage = Stage::new();
    let forum = json!({"forum": {"kind": "webhook", "url": "https://receiver.example/in"}});
    stage.set(&forum);
    let asked: QuestionStatus = read(&stage.ask_with(KEY, &question(TITLE, BODY)));
    stage.world.live(1_000);
    assert_eq!(stage.status(&asked.receipt).state, QuestionState::Posted);

    let now = i64::try_from(stage.world.now.get() / 1_000).unwrap();
    let reply = |text: &str| {
        json!({"type": "question.answered", "timestamp": "2026-01-01T00:00:00Z", "data": {
            "publicId": asked.public_id,
            "replies": [{"id": "1", "author": "Ines", "role": "staff", "createdAt": "2026-01-01T00:00:00Z", "markdown": text}],
        }})
    };
    assert_eq!(
        problem(&stage.hook("m1", now, &reply("On."), "whsec_b2xkLXNlY3JldC1vZi10aGlydHktdHdvLWJ5dGVzISE=")),
        ProblemType::NotSigned
    );
    assert_eq!(problem(&stage.hook("m1", now - 301, &reply("On."), SECRET)), ProblemType::NotSigned);
    let unsigned = stage.send(Method::Post, "/v1/webhooks/webhook?site=demo", json_headers(), b"{}".to_vec());
    assert_eq!(problem(&unsigned), ProblemType::Malformed);
    assert_eq!(stage.status(&asked.receipt).state, QuestionState::Posted);

    assert_eq!(stage.hook("m1", now, &reply("Turn it on."), SECRET).status, 202);
    assert_eq!(stage.status(&asked.receipt).replies[0].blocks[0].text, "Turn it on.");
    let changed = stage.hook("m2", now, &reply("Turn it off."), SECRET);
    assert_eq!(changed.status, 202);
    assert_eq!(stage.hook("m1", now, &reply("Turn it on."), SECRET).status, 202, "a replay is acknowledged");
    assert_eq!(stage.status(&asked.receipt).replies[0].blocks[0].text, "Turn it off.", "and does nothing");

    let wrong = stage.send(Method::Post, "/v1/webhooks/discourse?site=demo", json_headers(), b"{}".to_vec());
    assert_eq!(problem(&wrong), ProblemType::NotFound, "the site has another kind of forum");
}

#[test]
fn what_is_erased_is_forgotten_and_its_key_stays_spent() {
    let stage = Stage::new();
    let asked: QuestionStatus = read(&stage.ask(KEY, TITLE));
    stage.world.live(1_000);
    let target = format!("/v1/questions/{}?site=demo&erase=true", asked.receipt);
    let erase = || stage.send(Method::Delete, &target, Headers::default(), Vec::new());
    assert_eq!(erase().status, 200);
    assert!(stage.world.rows.rows.borrow().is_empty());
    assert_eq!(problem(&erase()), ProblemType::NotFound);
    assert_eq!(problem(&stage.ask(KEY, TITLE)), ProblemType::IdempotencyConflict, "it is not asked again");
}

#[test]
fn machines_and_floods_are_kept_out() {
    let stage = Stage::new();
    stage.set(&json!({"turnstile": {"siteKey": "0x4AAA"}}));
    let mut asked = question(TITLE, BODY);
    assert_eq!(problem(&stage.ask_with(KEY, &asked)), ProblemType::ChallengeFailed);
    asked["turnstile"] = "human".into();
    assert_eq!(stage.ask_with(KEY, &asked).status, 202);
    asked["turnstile"] = "human".into();
    assert_eq!(stage.ask_with(KEY, &asked).status, 202, "the challenge is no part of the question");
    stage.world.flooded.set(true);
    assert_eq!(problem(&stage.ask_with(OTHER, &asked)), ProblemType::RateLimited);
}

#[test]
fn the_whole_site_has_a_limit_too() {
    let stage = Stage::new();
    stage.set(&json!({"limits": {"sitePerHour": 1}}));
    let from = |key: &str, title: &str, address: &str| {
        let headers = Headers {
            idempotency_key: Some(key.to_owned()),
            address: Some(address.to_owned()),
            ..json_headers()
        };
        stage.send(Method::Post, "/v1/questions", headers, question(title, BODY).to_string().into_bytes())
    };
    assert_eq!(from(KEY, TITLE, "192.0.2.1").status, 202);
    assert_eq!(problem(&from(OTHER, "Why does my kettle not start?", "192.0.2.2")), ProblemType::RateLimited);
}
