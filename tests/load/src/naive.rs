//! Outboxes that do it wrong, to see that a trial notices.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ask::{PublicId, marker};
use serde_json::{Value, json};

use crate::http::{Answer, Head, Server};
use crate::{Client, Faithful, Fault, FaultProxy, Plan, Settings, Trial, Verdict};

/// What an outbox does when the forum's answer is not clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Habit {
    /// Posts again until it gets an answer.
    Resends,
    /// Hopes for the best.
    Hopes,
}

/// An outbox that keeps its questions in memory and posts each before it answers.
struct Naive {
    habit: Habit,
    forum: String,
    /// By `Idempotency-Key` and by receipt: the public id and, once posted, the thread.
    questions: BTreeMap<String, (String, Option<u64>)>,
}

impl Naive {
    fn start(habit: Habit, forum: String) -> Server {
        let outbox = Arc::new(Mutex::new(Naive { habit, forum, questions: BTreeMap::new() }));
        Server::start(move |mut connection| {
            while let Ok(Some(head)) = connection.head() {
                let Ok(body) = connection.body(&head) else { break };
                let answer = outbox.lock().unwrap().answer(&head, &body);
                connection.answer(&answer).unwrap();
            }
        })
        .unwrap()
    }

    fn answer(&mut self, head: &Head, body: &[u8]) -> Answer {
        if head.method == "POST" {
            return self.submit(head.header("idempotency-key").unwrap(), body);
        }
        let receipt = head.path().rsplit('/').next().unwrap();
        match self.questions.get(receipt) {
            Some((_, Some(thread))) => {
                Answer::json(200, &json!({"state": "posted", "url": format!("{}/t/x/{thread}", self.forum)}))
            }
            Some(_) => Answer::json(200, &json!({"state": "failed", "reason": "no clear answer"})),
            None => Answer::json(404, &json!({})),
        }
    }

    fn submit(&mut self, key: &str, body: &[u8]) -> Answer {
        if !self.questions.contains_key(key) {
            let mut bytes = [0; 10];
            bytes[..8].copy_from_slice(&(self.questions.len() as u64).to_be_bytes());
            let id = PublicId::new(bytes);
            let thread = self.post(&id, &serde_json::from_slice(body).unwrap());
            self.questions.insert(key.to_owned(), (id.to_string(), thread));
        }
        let (public_id, _) = &self.questions[key];
        Answer::json(202, &json!({"receipt": key, "publicId": public_id, "state": "accepted"}))
    }

    fn post(&self, id: &PublicId, question: &Value) -> Option<u64> {
        let raw = format!("{}\n\n{}\n", question["body"].as_str().unwrap(), marker(id));
        let post = json!({"title": question["title"], "raw": raw, "category": 7, "external_id": id.as_str()});
        for _ in 0..20 {
            let sent =
                ureq::post(format!("{}/posts.json", self.forum)).header("api-key", "key").send_json(&post);
            let answer: Option<Value> = sent.ok().and_then(|mut answer| answer.body_mut().read_json().ok());
            if let Some(thread) = answer.and_then(|answer| answer["topic_id"].as_u64()) {
                return Some(thread);
            }
            if self.habit == Habit::Hopes {
                break;
            }
        }
        None
    }
}

fn verdict(habit: Habit, fault: Fault) -> Verdict {
    let settings =
        Settings { external_ids: fault != Fault::Forgetful, same_titles: true, ..Settings::default() };
    let forum = Faithful::start(settings).unwrap();
    let plan = Plan {
        fault,
        percent: fault.percent(),
        reads_percent: 0,
        slow: Duration::from_millis(20),
        latency: Duration::ZERO,
        seed: 7,
    };
    let proxy = FaultProxy::start(&forum.url(), plan).unwrap();
    let outbox = Naive::start(habit, proxy.url());
    let census = || Ok(forum.census());
    let trial = Trial {
        client: Client::new(&outbox.url(), "demo"),
        proxy: &proxy,
        census: &census,
        fault,
        each: 60,
        seed: 3,
        limit: Duration::from_secs(60),
        patience: Duration::from_millis(500),
        calm: Duration::from_millis(50),
    };
    trial.run(|_| Ok(0)).unwrap()
}

#[test]
fn without_faults_everybody_is_good() {
    let verdict = verdict(Habit::Hopes, Fault::None);
    assert!(verdict.is_good(), "{verdict:?}");
    assert_eq!((verdict.posted, verdict.attempts, verdict.struck), (60, 60, 0));
}

#[test]
fn who_posts_again_after_a_lost_answer_doubles() {
    let verdict = verdict(Habit::Resends, Fault::Forgetful);
    assert!(verdict.doubled > 0 && !verdict.is_good(), "{verdict:?}");
}

#[test]
fn a_forum_that_keeps_external_ids_prevents_that() {
    // But the answer that says so carries no thread: such an outbox never learns where its question is.
    let verdict = verdict(Habit::Resends, Fault::CutStored);
    assert!(verdict.doubled == 0 && verdict.posted < verdict.accepted && !verdict.is_good(), "{verdict:?}");
}

#[test]
fn who_hopes_after_a_cut_loses() {
    for fault in [Fault::CutUnread, Fault::CutRead] {
        let verdict = verdict(Habit::Hopes, fault);
        assert!(verdict.lost > 0 && verdict.doubled == 0 && !verdict.is_good(), "{verdict:?}");
    }
}

#[test]
fn every_fault_strikes_and_shows_its_face() {
    for fault in Fault::ALL {
        let forum = Faithful::start(Settings::default()).unwrap();
        let plan = Plan {
            fault,
            percent: 0,
            reads_percent: if fault.percent() == 0 { 0 } else { 100 },
            slow: Duration::from_millis(20),
            latency: Duration::ZERO,
            seed: 7,
        };
        let proxy = FaultProxy::start(&forum.url(), plan).unwrap();
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let answer =
            agent.get(format!("{}/session/current.json", proxy.url())).header("api-key", "key").call();
        let seen =
            answer.and_then(|mut answer| Ok((answer.status().as_u16(), answer.body_mut().read_to_string()?)));
        let wanted = match fault {
            Fault::None | Fault::Slow | Fault::Kill => Some((200, "help-bot")),
            Fault::Error => Some((500, "Internal")),
            Fault::Gateway => Some((502, "<h1>")),
            Fault::LimitJson => Some((429, "wait_seconds")),
            Fault::LimitText => Some((429, "Slow down")),
            Fault::LimitHtml => Some((429, "<h1>")),
            Fault::Garbage => Some((200, "\"topic_")),
            Fault::CutUnread
            | Fault::CutRead
            | Fault::CutStored
            | Fault::Late
            | Fault::Held
            | Fault::Forgetful => None,
        };
        match (wanted, seen) {
            (Some((status, text)), Ok((seen, body))) => {
                assert_eq!(seen, status, "{fault}");
                assert!(body.contains(text), "{fault}: {body}");
            }
            (None, Err(_)) => {}
            (wanted, seen) => panic!("{fault}: wanted {wanted:?}, saw {seen:?}"),
        }
        assert_eq!(proxy.log().struck, u64::from(fault.percent() > 0), "{fault}");
    }
}
