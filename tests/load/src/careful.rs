//! The project's own machine and its Discourse adapter, without a Worker around them: the shortest way to see that they
//! and the forum understand each other.

use std::sync::{Arc, Mutex};
use std::task::{Context as TaskContext, Poll, Waker};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use api::QuestionState;
use ask::{PublicId, marker};
use delivery::{Config, Context, Delivery, Effect, Event, step, submit};
use forum::discourse::Discourse;
use forum::{Account, Broken, Lookup, Method, NewThread, Outcome, Reference, Request, Response, Transport};
use serde_json::{Value, json};

use crate::http::{Answer, Head, Server};
use crate::{Client, Faithful, Fault, FaultProxy, Plan, Settings, Trial, Verdict};

/// What the delays are multiplied with: 0.6 s between two lookups that must miss.
const SCALE: f64 = 0.005;

/// Questions of a trial: more than the topics that the adapter opens to find one.
const EACH: usize = 40;

/// The way to the forum, which blocks the thread.
struct Blocking(ureq::Agent);

impl Blocking {
    fn new() -> Blocking {
        let limit = Duration::from_secs_f64(60.0 * SCALE);
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
        Blocking(config.max_redirects_will_error(false).timeout_global(Some(limit)).build().into())
    }
}

impl Transport for Blocking {
    async fn send(&self, request: Request) -> Result<Response, Broken> {
        let mut built = ureq::http::Request::builder().uri(&request.url).method(match request.method {
            Method::Get => "GET",
            Method::Post => "POST",
        });
        for (name, value) in &request.headers {
            built = built.header(*name, value);
        }
        let answer = match request.body {
            Some(body) => self.0.run(built.body(body).unwrap()),
            None => self.0.run(built.body(()).unwrap()),
        };
        let (parts, mut body) = answer.map_err(|error| Broken::Unclear(error.to_string()))?.into_parts();
        let headers = parts.headers.iter().map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        Ok(Response {
            status: parts.status.as_u16(),
            headers: headers.collect(),
            body: body.read_to_vec().map_err(|error| Broken::Unclear(error.to_string()))?,
        })
    }
}

/// What a future brings that never waits.
fn now<T>(future: impl Future<Output = T>) -> T {
    match std::pin::pin!(future).poll(&mut TaskContext::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing here waits"),
    }
}

fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64
}

fn account(url: String) -> Discourse {
    let Settings { key, user, category, .. } = Settings::default();
    Discourse(Account { url, key, user: Some(user), category: Some(category.to_string()) })
}

/// A question in the outbox.
#[derive(Clone)]
struct Row {
    key: String,
    public_id: PublicId,
    title: String,
    markdown: String,
    delivery: Delivery,
}

impl Row {
    fn post(&self, forum: &Discourse) -> Outcome {
        let marker = marker(&self.public_id);
        let reference = self.reference(&marker);
        now(forum.post(
            &Blocking::new(),
            &NewThread { title: &self.title, markdown: &self.markdown, tags: &[], reference },
        ))
    }

    fn look_up(&self, forum: &Discourse, others: &[String]) -> Lookup {
        let marker = marker(&self.public_id);
        now(forum.look_up(&Blocking::new(), &Reference { others, ..self.reference(&marker) }))
    }

    fn reference<'a>(&'a self, marker: &'a str) -> Reference<'a> {
        let since = (self.delivery.accepted_ms() / 1_000) as i64;
        Reference { id: self.public_id.as_str(), marker, since, others: &[], after: None }
    }
}

/// An outbox in memory that does what the machine asks for.
struct Careful {
    forum: Discourse,
    config: Config,
    rows: Mutex<Vec<Row>>,
}

impl Careful {
    fn context(&self) -> Context<'_> {
        Context { config: &self.config, now_ms: now_ms(), jitter: 0.5 }
    }

    fn answer(&self, head: &Head, body: &[u8]) -> Answer {
        let mut rows = self.rows.lock().unwrap();
        if head.method == "POST" {
            let key = head.header("idempotency-key").unwrap();
            let at = rows.iter().position(|row| row.key == key).unwrap_or_else(|| {
                let question: Value = serde_json::from_slice(body).unwrap();
                let mut bytes = [0; 10];
                bytes[..8].copy_from_slice(&(rows.len() as u64 + 1).to_be_bytes());
                let public_id = PublicId::new(bytes);
                rows.push(Row {
                    key: key.to_owned(),
                    title: question["title"].as_str().unwrap().to_owned(),
                    markdown: format!("{}\n\n{}\n", question["body"].as_str().unwrap(), marker(&public_id)),
                    public_id,
                    delivery: submit(None, &self.context()).0,
                });
                rows.len() - 1
            });
            let id = &rows[at].public_id;
            return Answer::json(202, &json!({"receipt": key, "publicId": id.as_str(), "state": "accepted"}));
        }
        let receipt = head.path().rsplit('/').next().unwrap();
        let row = rows.iter().find(|row| row.key == receipt).unwrap();
        let url = row.delivery.thread().and_then(|thread| thread.url.clone());
        let answer = json!({"state": row.delivery.status(), "url": url, "reason": row.delivery.reason()});
        Answer::json(200, &answer)
    }

    /// Carries on what is due, one question after the other.
    fn carry_on(&self) {
        loop {
            thread::sleep(Duration::from_millis(2));
            let due: Vec<usize> = {
                let (rows, now) = (self.rows.lock().unwrap(), now_ms());
                let is_due = |at: &usize| rows[*at].delivery.next_due().is_some_and(|due| due <= now);
                let posted = |at: &usize| rows[*at].delivery.status() == QuestionState::Posted;
                (0..rows.len()).filter(|at| is_due(at) && !posted(at)).collect()
            };
            due.into_iter().for_each(|at| self.happen(at, Event::Due));
        }
    }

    fn threads(&self) -> Vec<String> {
        let rows = self.rows.lock().unwrap();
        rows.iter().filter_map(|row| Some(row.delivery.thread()?.thread_id.clone())).collect()
    }

    fn happen(&self, at: usize, event: Event) {
        let mut next = Some(event);
        while let Some(event) = next.take() {
            let (row, effects) = {
                let mut rows = self.rows.lock().unwrap();
                let (delivery, effects) = step(rows[at].delivery.clone(), event, &self.context());
                rows[at].delivery = delivery;
                (rows[at].clone(), effects)
            };
            for effect in effects {
                match effect {
                    Effect::Send { attempt } => {
                        next = Some(Event::SendResult { attempt, outcome: row.post(&self.forum) });
                    }
                    Effect::Lookup { lookup } => {
                        next = Some(Event::LookupResult {
                            lookup,
                            found: row.look_up(&self.forum, &self.threads()),
                        });
                    }
                    _ => {}
                }
            }
        }
    }
}

fn verdict(fault: Fault, reads_percent: u32) -> Verdict {
    let slow = Duration::from_secs_f64(60.0 * SCALE);
    let settings = Settings {
        external_ids: fault != Fault::Forgetful,
        same_titles: fault == Fault::Forgetful,
        indexed_after: Duration::from_millis(50),
        held_percent: if fault == Fault::Held { 50 } else { 0 },
        approved_after: Duration::from_millis(300),
        ..Settings::default()
    };
    let forum = Faithful::start(settings).unwrap();
    // Half of the requests: there are few.
    let percent = if fault.percent() > 0 { 50 } else { 0 };
    let plan = Plan { fault, percent, reads_percent, slow, latency: Duration::ZERO, seed: 5 };
    let proxy = FaultProxy::start(&forum.url(), plan).unwrap();
    let outbox = Arc::new(Careful {
        forum: account(proxy.url()),
        config: Config::scaled(SCALE),
        rows: Mutex::default(),
    });
    let (front, back) = (Arc::clone(&outbox), Arc::clone(&outbox));
    let server = Server::start(move |mut connection| {
        while let Ok(Some(head)) = connection.head() {
            let Ok(body) = connection.body(&head) else { break };
            connection.answer(&front.answer(&head, &body)).unwrap();
        }
    })
    .unwrap();
    thread::spawn(move || back.carry_on());
    let census = || Ok(forum.census());
    let trial = Trial {
        client: Client::new(&server.url(), "demo"),
        proxy: &proxy,
        census: &census,
        fault,
        each: EACH,
        seed: 9,
        limit: Duration::from_secs(120),
        patience: Duration::from_secs(5),
        calm: slow * 2,
    };
    trial.run(|_| Ok(0)).unwrap()
}

/// Every fault at once, each in a thread: they mostly wait.
fn all_are_good(reads_percent: u32) {
    let verdicts: Vec<Verdict> = thread::scope(|scope| {
        let trials =
            Fault::ALL.map(|fault| scope.spawn(move || verdict(fault, reads_percent.min(fault.percent()))));
        trials.into_iter().map(|trial| trial.join().unwrap()).collect()
    });
    for verdict in verdicts {
        assert!(verdict.is_good(), "{verdict:#?}");
        assert_eq!(verdict.struck > 0, verdict.fault.percent() > 0, "{verdict:#?}");
    }
}

#[test]
fn every_question_arrives_once() {
    all_are_good(0);
}

#[test]
fn also_when_lookups_fail() {
    all_are_good(5);
}

#[test]
fn the_adapter_finds_nothing_wrong_with_the_forum() {
    let forum = Faithful::start(Settings::default()).unwrap();
    for finding in now(account(forum.url()).check(&Blocking::new())) {
        assert!(finding.ok, "{}", finding.what);
    }
}
