//! A proxy in front of a forum that fails as told: with a seed, so that a run can be had again.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use relevance::Random;
use serde::Serialize;
use ureq::http;

use crate::Fault;
use crate::http::{Answer, Connection, Head, Server};

/// How long the forum behind may take. A real one on a busy machine takes seconds.
const FORUM_LIMIT: Duration = Duration::from_secs(60);

/// The longest answer that is passed on: a page of a forum's threads with their text.
const ANSWER_BYTES: u64 = 16 << 20;

/// What a proxy does to requests.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What goes wrong.
    pub fault: Fault,
    /// How many of a hundred posts it strikes.
    pub percent: u32,
    /// How many of a hundred reads. One lookup is several of them, and is worth nothing unless all are answered.
    pub reads_percent: u32,
    /// How long a slow forum takes, and a late one at the most.
    pub slow: Duration,
    /// How long every post takes, half of it before the forum sees it.
    pub latency: Duration,
    /// Decides which requests are struck.
    pub seed: u64,
}

/// What a proxy has seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Log {
    /// Posts that came.
    pub posts: u64,
    /// Reads that came.
    pub reads: u64,
    /// Requests that were struck.
    pub struck: u64,
    /// Posts that the forum answered with 2xx.
    pub stored: u64,
}

/// The proxy, running.
pub struct FaultProxy {
    server: Server,
    shared: Arc<Shared>,
}

struct Shared {
    forum: String,
    plan: Plan,
    chance: Mutex<Random>,
    log: Mutex<Log>,
    agent: ureq::Agent,
}

impl FaultProxy {
    /// Starts a proxy in front of the forum at an address without a slash at the end.
    pub fn start(forum: &str, plan: Plan) -> io::Result<FaultProxy> {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(FORUM_LIMIT))
            .build()
            .into();
        let chance = Mutex::new(Random::new(plan.seed));
        let shared = Arc::new(Shared { forum: forum.to_owned(), plan, chance, log: Mutex::default(), agent });
        let serving = Arc::clone(&shared);
        let server = Server::start(move |connection| {
            // A connection that breaks is what this is for.
            let _ = serving.converse(connection);
        })?;
        Ok(FaultProxy { server, shared })
    }

    /// Its address, without a slash at the end: what the outbox takes for the forum.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// What it has seen so far.
    pub fn log(&self) -> Log {
        *lock(&self.shared.log)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// Carries one client's requests to the forum until it goes or a fault ends the connection.
    fn converse(&self, mut connection: Connection) -> io::Result<()> {
        while let Some(head) = connection.head()? {
            let is_post = head.method != "GET" && head.method != "HEAD";
            let struck = self.note(is_post);
            let fault = if struck { self.plan.fault } else { Fault::None };
            if fault == Fault::CutUnread {
                return Ok(());
            }
            let body = connection.body(&head)?;
            if is_post {
                thread::sleep(self.plan.latency / 2);
            }
            let Some(answer) = self.strike(fault, &head, &body, &mut connection)? else { return Ok(()) };
            if is_post {
                thread::sleep(self.plan.latency / 2);
            }
            if fault == Fault::CutStored && self.throws_heads() {
                return connection.answer_half(&answer);
            }
            if matches!(fault, Fault::CutStored | Fault::Forgetful | Fault::Held) {
                return Ok(());
            }
            connection.answer(&answer)?;
        }
        Ok(())
    }

    /// Notes a request, and says whether the fault strikes it.
    fn note(&self, is_post: bool) -> bool {
        let percent = if is_post { self.plan.percent } else { self.plan.reads_percent };
        let struck = percent > 0 && lock(&self.chance).below(100) < percent as usize;
        let mut log = lock(&self.log);
        log.posts += u64::from(is_post);
        log.reads += u64::from(!is_post);
        log.struck += u64::from(struck);
        struck
    }

    fn throws_heads(&self) -> bool {
        lock(&self.chance).below(2) == 0
    }

    /// What is answered under a fault; `None` where the connection is to be closed without an answer.
    fn strike(
        &self,
        fault: Fault,
        head: &Head,
        body: &[u8],
        connection: &mut Connection,
    ) -> io::Result<Option<Answer>> {
        let page = |status, text: &str| {
            let body = format!(
                "<!DOCTYPE html><html><head><title>{text}</title></head><body><h1>{text}</h1></body></html>"
            );
            Answer::new(status, "text/html; charset=utf-8", body)
        };
        let unread = match fault {
            Fault::CutUnread | Fault::CutRead => return Ok(None),
            Fault::None | Fault::Kill | Fault::CutStored | Fault::Forgetful | Fault::Held => {
                return Ok(Some(self.forward(head, body)));
            }
            Fault::Slow => {
                let answer = self.forward(head, body);
                thread::sleep(self.plan.slow);
                return Ok(Some(answer));
            }
            Fault::Late => {
                connection.close()?;
                thread::sleep(self.plan.slow.mul_f64(lock(&self.chance).unit()));
                self.forward(head, body);
                return Ok(None);
            }
            // The forum has asked to wait: it has not stored anything.
            Fault::LimitJson => {
                let json = serde_json::json!({
                    "errors": ["You've performed this action too many times. Please wait 1 second before trying again."],
                    "error_type": "rate_limit", "extras": {"wait_seconds": 1, "time_left": "1 second"},
                });
                return Ok(Some(Answer::json(429, &json).header("retry-after", "1")));
            }
            Fault::LimitText => {
                let answer =
                    Answer::new(429, "text/plain", "Slow down, too many requests from this IP address");
                return Ok(Some(answer.header("retry-after", "1")));
            }
            Fault::LimitHtml => return Ok(Some(page(429, "Too Many Requests"))),
            Fault::Error => {
                Answer::new(500, "application/json", r#"{"status": 500, "error": "Internal Server Error"}"#)
            }
            Fault::Gateway => page(502, "Bad gateway"),
            Fault::Garbage => Answer::new(200, "application/json", r#"{"id": 12, "topic_"#),
        };
        if self.throws_heads() {
            self.forward(head, body);
        }
        Ok(Some(unread))
    }

    /// Hands a request to the forum, and returns what it answers.
    fn forward(&self, head: &Head, body: &[u8]) -> Answer {
        let answer = match self.try_forward(head, body) {
            Ok(answer) => answer,
            Err(error) => {
                Answer::new(502, "text/plain", format!("the forum behind cannot be reached: {error}"))
            }
        };
        if head.method == "POST" && (200..300).contains(&answer.status) {
            lock(&self.log).stored += 1;
        }
        answer
    }

    fn try_forward(&self, head: &Head, body: &[u8]) -> Result<Answer, ureq::Error> {
        /// What belongs to a connection, not to a request.
        const OURS: [&str; 5] = ["connection", "keep-alive", "transfer-encoding", "content-length", "expect"];
        let mut request = http::Request::builder()
            .method(head.method.as_str())
            .uri(format!("{}{}", self.forum, head.target));
        for (name, value) in head.headers.iter().filter(|(name, _)| !OURS.contains(&name.as_str())) {
            request = request.header(name, value);
        }
        let response = if matches!(head.method.as_str(), "GET" | "HEAD") {
            self.agent.run(request.body(())?)?
        } else {
            self.agent.run(request.body(body)?)?
        };
        let (parts, mut body) = response.into_parts();
        let headers = parts.headers.iter().filter(|(name, _)| !OURS.contains(&name.as_str()));
        let headers = headers.map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        Ok(Answer {
            status: parts.status.as_u16(),
            headers: headers.collect(),
            body: body.with_config().limit(ANSWER_BYTES).read_to_vec()?,
        })
    }
}
