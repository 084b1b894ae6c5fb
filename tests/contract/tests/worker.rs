//! A running Worker against the document: every route, with good and bad requests.
//!
//! `EDGEWISE_BASE_URL` names the Worker, which serves the site `demo` with the sample community, and
//! `EDGEWISE_OPERATOR_TOKEN` is its operator's token. `cargo xtask test` starts one and sets both; without them
//! these tests say so and do nothing.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use contract::{DOCUMENT, Description, Receiver, Seen};
use forum::webhook::signed;
use serde_json::{Value, json};
use ureq::Body;
use ureq::http::{Request, Response};

/// How long a question may take through the outbox into the inbox, and an answer back: alarms ring at once.
const PATIENCE: Duration = Duration::from_secs(20);

/// A Worker, and which of its operations were seen to answer well.
struct Worker {
    base: String,
    token: String,
    agent: ureq::Agent,
    description: Description,
    answered: Mutex<BTreeSet<(String, String)>>,
}

/// One request, and the path that the document files it under.
struct Call<'a> {
    method: &'a str,
    /// As in the document.
    path: &'a str,
    /// As sent, with its query.
    target: String,
    headers: Vec<(&'a str, &'a str)>,
    body: Option<Vec<u8>>,
}

impl Worker {
    fn from_environment() -> Option<Self> {
        let read = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let (Some(base), Some(token)) = (read("EDGEWISE_BASE_URL"), read("EDGEWISE_OPERATOR_TOKEN")) else {
            eprintln!("skipped: EDGEWISE_BASE_URL and EDGEWISE_OPERATOR_TOKEN name no Worker");
            return None;
        };
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)));
        Some(Self {
            base: base.trim_end_matches('/').to_owned(),
            token,
            agent: config.build().into(),
            description: Description::new(DOCUMENT).expect("the document reads"),
            answered: Mutex::default(),
        })
    }

    /// Sends a request and holds the answer against the document; returns the answer.
    fn call(&self, call: Call<'_>, status: u16) -> Result<Value> {
        let what = format!("{} {}", call.method, call.target.get(..120).unwrap_or(&call.target));
        let method = call.method.to_uppercase();
        let mut response =
            self.send(&method, &call.target, &call.headers, call.body).with_context(|| what.clone())?;
        let headers = response.headers().keys().map(|name| name.as_str().to_owned()).collect();
        let content_type =
            response.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let content_type = content_type.split(';').next().unwrap_or_default().trim().to_owned();
        let text = response.body_mut().read_to_string()?;
        let body = (!text.is_empty())
            .then(|| serde_json::from_str(&text))
            .transpose()
            .with_context(|| format!("{what}: {text}"))?;
        let seen = Seen { status: response.status().as_u16(), content_type, headers, body };
        ensure!(seen.status == status, "{what} answered {} and not {status}: {text}", seen.status);
        self.description.check_response(call.method, call.path, &seen).with_context(|| what)?;
        if status < 300 {
            self.answered
                .lock()
                .expect("no test panics while it holds this")
                .insert((call.method.into(), call.path.into()));
        }
        Ok(seen.body.unwrap_or_default())
    }

    fn send(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> Result<Response<Body>> {
        let mut request = Request::builder().method(method).uri(format!("{}{target}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Ok(match body {
            Some(body) => self.agent.run(request.body(body)?)?,
            None => self.agent.run(request.body(())?)?,
        })
    }

    fn get(&self, path: &str, target: impl Into<String>, status: u16) -> Result<Value> {
        self.call(
            Call { method: "get", path, target: target.into(), headers: Vec::new(), body: None },
            status,
        )
    }

    fn post(&self, path: &str, body: impl Into<Vec<u8>>, status: u16) -> Result<Value> {
        let headers =
            vec![("content-type", "application/json"), ("idempotency-key", "01ARYZ6S41TSV4RRFFQ69G5FAV")];
        self.call(
            Call { method: "post", path, target: path.to_owned(), headers, body: Some(body.into()) },
            status,
        )
    }

    fn operator(
        &self,
        method: &str,
        path: &str,
        target: String,
        body: Option<Vec<u8>>,
        status: u16,
    ) -> Result<Value> {
        let bearer = format!("Bearer {}", self.token);
        let headers = vec![("authorization", bearer.as_str()), ("content-type", "application/json")];
        self.call(Call { method, path, target, headers, body }, status)
    }

    fn ask(&self, key: &str, question: &Value, status: u16) -> Result<Value> {
        let headers = vec![("content-type", "application/json"), ("idempotency-key", key)];
        let target = "/v1/questions".to_owned();
        let body = Some(question.to_string().into_bytes());
        self.call(Call { method: "post", path: "/v1/questions", target, headers, body }, status)
    }

    /// Follows a question until its state is `wanted`.
    fn until(&self, receipt: &str, wanted: &str) -> Result<Value> {
        self.until_on("demo", receipt, wanted)
    }

    /// The same on another site.
    fn until_on(&self, site: &str, receipt: &str, wanted: &str) -> Result<Value> {
        let started = SystemTime::now();
        loop {
            let target = format!("/v1/questions/{receipt}?site={site}");
            let status = self.get("/v1/questions/{receipt}", target, 200)?;
            if status["state"] == wanted {
                return Ok(status);
            }
            ensure!(started.elapsed()? < PATIENCE, "the question is still {}, not {wanted}", status["state"]);
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// A ULID that no earlier run has used: the time, and digits that tell one run's from each other.
fn new_key(digit: char) -> Result<String> {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut nanoseconds = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos();
    let mut digits = vec![digit];
    while digits.len() < 25 {
        digits.push(char::from(ALPHABET[(nanoseconds % 32) as usize]));
        nanoseconds /= 32;
    }
    digits.push('0');
    Ok(digits.iter().rev().collect())
}

/// Percent-encodes a key as one path segment.
fn segment(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}

#[test]
fn the_worker_keeps_to_the_document() -> Result<()> {
    let Some(worker) = Worker::from_environment() else { return Ok(()) };
    reads(&worker)?;
    asks(&worker)?;
    publishes(&worker)?;
    refuses(&worker)?;
    is_a_host_to_pages(&worker)?;
    is_closed_to_others(&worker)?;
    let answered = worker.answered.lock().expect("no test panics while it holds this");
    for operation in worker.description.operations()? {
        // A page gets this document as a file; every other operation has answered well at least once.
        ensure!(answered.contains(&operation), "{operation:?} was never seen to answer well");
    }
    Ok(())
}

fn reads(worker: &Worker) -> Result<()> {
    let found = worker.get(
        "/v1/search",
        "/v1/search?site=demo&q=berth%20locked&limit=3&pageUrl=https://a.example",
        200,
    )?;
    ensure!(found.get("didYouMean").is_none(), "nothing is misspelt there");
    let misspelt = worker.get("/v1/search", "/v1/search?site=demo&q=brth%20lokced", 200)?;
    ensure!(misspelt["didYouMean"] == "berth locked", "misspelt words are put right");
    let key = found["hits"][0]["key"]
        .as_str()
        .context("the sample community knows about locked berths")?
        .to_owned();
    let tag = found["facets"]["tags"][0]["value"].as_str().context("hits have tags")?.to_owned();
    let narrowed = worker.get(
        "/v1/search",
        format!("/v1/search?site=demo&q=berth+locked&tag={}", segment(&tag)),
        200,
    )?;
    ensure!(narrowed["total"].as_u64() <= found["total"].as_u64(), "a filter narrows");
    worker.get("/v1/search", "/v1/search?site=demo&q=", 200)?;
    worker.get(
        "/v1/search",
        "/v1/search?site=demo&q=%22berth%22%20AND%20(title:x~2%20OR%20*)%5E9&offset=1000",
        200,
    )?;
    for target in [
        format!("/v1/threads/{}?site=demo&rest=true", segment(&key)),
        format!("/v1/threads/{}?site=demo", segment(&key)),
    ] {
        let thread = worker.get("/v1/threads/{key}", target, 200)?;
        ensure!(thread["key"] == key.as_str(), "another thread was opened");
    }
    worker.get("/v1/site", "/v1/site?site=demo", 200)?;
    worker.get("/v1/index", "/v1/index?site=demo", 200)?;
    worker.get("/healthz", "/healthz", 200)?;
    worker.get("/healthz", "/healthz?site=demo", 200)?;
    let served = worker.get("/v1/openapi.json", "/v1/openapi.json", 200)?;
    ensure!(served == *worker.description.document(), "another document is served");
    let draft = json!({"site": "demo", "title": "berth locked", "body": "My berth is locked by another dock", "tags": [], "context": {}});
    let similar = worker.post("/v1/similar", draft.to_string(), 200)?;
    ensure!(similar["suggestions"][0]["band"].is_string(), "the sample community answers this draft");
    Ok(())
}

/// A question that keeps to whatever template the site has.
fn question(worker: &Worker, body: &str) -> Result<Value> {
    let site = worker.get("/v1/site", "/v1/site?site=demo", 200)?;
    let fields: serde_json::Map<String, Value> = site["template"]["fields"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|field| {
            let value = field["options"].get(0).cloned().unwrap_or_else(|| json!("3.2"));
            Some((field["name"].as_str()?.to_owned(), value))
        })
        .collect();
    Ok(
        json!({"site": "demo", "title": "How do I move a berth to another disk?", "body": body, "fields": fields}),
    )
}

fn asks(worker: &Worker) -> Result<()> {
    let asked = question(worker, "I would like to move it **without** a full resync of everything.")?;
    let key = new_key('A')?;
    let receipt = worker.ask(&key, &asked, 202)?["receipt"].as_str().context("a receipt")?.to_owned();
    ensure!(
        worker.ask(&key, &asked, 202)?["receipt"] == receipt.as_str(),
        "the same question has the same receipt"
    );
    worker.ask(&key, &question(worker, "This is another question under the same key.")?, 409)?;

    let posted = worker.until(&receipt, "posted")?;
    let id = posted["publicId"].as_str().context("a public id")?.to_owned();
    let withdraw = |status| {
        let target = format!("/v1/questions/{receipt}?site=demo");
        worker.call(
            Call {
                method: "delete",
                path: "/v1/questions/{receipt}",
                target,
                headers: Vec::new(),
                body: None,
            },
            status,
        )
    };
    withdraw(409)?;

    const QUESTIONS: &str = "/v1/inbox/{site}/questions";
    let list = worker.operator("get", QUESTIONS, "/v1/inbox/demo/questions?state=open".into(), None, 200)?;
    let times = list["questions"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|question| question["publicId"] == id.as_str())
        .count();
    ensure!(times == 1, "the question is in the inbox {times} times");
    worker.operator("get", QUESTIONS, "/v1/inbox/demo/questions?state=lost".into(), None, 422)?;

    const REPLIES: &str = "/v1/inbox/{site}/questions/{publicId}/replies";
    let replies = format!("/v1/inbox/demo/questions/{id}/replies");
    let reply =
        json!({"markdown": "Pause it, move it, add it.\n\n```sh\nmoor pause photos\n```", "author": "Ines"});
    worker.operator("post", REPLIES, replies.clone(), Some(reply.to_string().into()), 200)?;
    worker.operator("post", REPLIES, replies.clone(), Some(b"{\"markdown\":1}".to_vec()), 400)?;
    worker.operator(
        "post",
        REPLIES,
        replies.replace(&id, "0000000000000000"),
        Some(reply.to_string().into()),
        404,
    )?;
    let answered = worker.until(&receipt, "answered")?;
    ensure!(answered["replies"][0]["role"] == "staff", "the operator answers as staff");

    const STATE: &str = "/v1/inbox/{site}/questions/{publicId}/state";
    for state in ["hidden", "open", "closed"] {
        let target = format!("/v1/inbox/demo/questions/{id}/state");
        worker.operator("post", STATE, target, Some(json!({"state": state}).to_string().into()), 200)?;
    }
    held(worker)?;
    called_back(worker)
}

/// A question that repeats another is held for the operator, and so can be withdrawn, released and forgotten at leisure.
fn held(worker: &Worker) -> Result<()> {
    const QUESTION: &str = "/v1/questions/{receipt}";
    let body = "This one is asked again and again, and waits for somebody who reads it.";
    worker.ask(&new_key('B')?, &question(worker, body)?, 202)?;
    let again = |digit| -> Result<Value> {
        let asked = worker.ask(&new_key(digit)?, &question(worker, body)?, 202)?;
        ensure!(asked["state"] == "pendingReview", "a repeated question is held, not {}", asked["state"]);
        Ok(asked)
    };
    let delete = |asked: &Value, erase: &str, status| {
        let target =
            format!("/v1/questions/{}?site=demo{erase}", asked["receipt"].as_str().unwrap_or_default());
        worker
            .call(Call { method: "delete", path: QUESTION, target, headers: Vec::new(), body: None }, status)
    };
    let first = again('C')?;
    ensure!(delete(&first, "", 200)?["canWithdraw"] == false, "it is withdrawn");
    ensure!(delete(&first, "&erase=true", 200)?["state"] == "withdrawn", "it is forgotten");
    delete(&first, "", 404)?;

    let second = again('D')?;
    let id = second["publicId"].as_str().context("a public id")?;
    const OUTBOX: &str = "/v1/outbox/{site}/questions";
    const DECISION: &str = "/v1/outbox/{site}/questions/{publicId}";
    let list =
        worker.operator("get", OUTBOX, "/v1/outbox/demo/questions?state=pendingReview".into(), None, 200)?;
    let held = list["questions"].as_array().into_iter().flatten().any(|item| item["publicId"] == id);
    ensure!(held, "the operator sees what is held");
    worker.operator("get", OUTBOX, "/v1/outbox/demo/questions?state=lost".into(), None, 422)?;
    let decide = |decision: Value, status| {
        let target = format!("/v1/outbox/demo/questions/{id}");
        worker.operator("post", DECISION, target, Some(decision.to_string().into()), status)
    };
    decide(json!({"decision": "burn"}), 400)?;
    decide(json!({"decision": "release"}), 200)?;
    worker.until(second["receipt"].as_str().unwrap_or_default(), "posted")?;
    worker.operator("post", "/v1/outbox/{site}/resume", "/v1/outbox/demo/resume".into(), None, 200)?;
    Ok(())
}

/// A forum that refuses, takes what was mended, and calls back: here a receiver of signed webhooks.
fn called_back(worker: &Worker) -> Result<()> {
    const SITE: &str = "/v1/admin/{site}/site.json";
    let Ok(secret) = std::env::var("EDGEWISE_WEBHOOK_SECRET") else {
        eprintln!("skipped: EDGEWISE_WEBHOOK_SECRET names no secret");
        return Ok(());
    };
    let receiver = Receiver::start([(422, json!({"reason": "too vague"}).to_string())])?;
    let settings = json!({
        "id": "hooked", "origins": ["*"], "texts": {"name": "Hooked"},
        "forum": {"kind": "webhook", "url": receiver.url(), "perMinute": 6000},
    });
    worker.operator(
        "put",
        SITE,
        "/v1/admin/hooked/site.json".into(),
        Some(settings.to_string().into()),
        200,
    )?;
    let mut asked = json!({"site": "hooked", "title": "How do I move a berth elsewhere?", "body": "It does not work at all."});
    let receipt =
        worker.ask(&new_key('E')?, &asked, 202)?["receipt"].as_str().context("a receipt")?.to_owned();
    let refused = worker.until_on("hooked", &receipt, "needsFix")?;
    ensure!(
        refused["reason"] == "too vague" && refused["draft"]["body"] == asked["body"],
        "it comes back: {refused}"
    );

    asked["body"] = "I pause it, move the folder and add it again, and then it syncs everything.".into();
    let put = |body: &Value, status| {
        let target = format!("/v1/questions/{receipt}");
        let headers = vec![("content-type", "application/json")];
        let body = Some(body.to_string().into_bytes());
        worker.call(Call { method: "put", path: "/v1/questions/{receipt}", target, headers, body }, status)
    };
    put(&asked, 200)?;
    let posted = worker.until_on("hooked", &receipt, "posted")?;
    put(
        &json!({"site": "hooked", "title": "Something else altogether now", "body": "Which is not what was asked."}),
        409,
    )?;
    ensure!(receiver.bodies().len() == 2, "it is sent twice: {:?}", receiver.bodies());

    let body = json!({"type": "question.answered", "timestamp": "2026-11-02T10:20:00Z", "data": {
        "publicId": posted["publicId"],
        "replies": [{"id": "1", "author": "Ines", "role": "staff", "createdAt": "2026-11-02T10:20:00Z", "markdown": "Pause it first."}],
    }});
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?;
    let tell = |at: i64, secret: &str, status| {
        let request = signed("https://edge.example/", "message-1", at, &body.to_string(), Some(secret))?;
        let headers = request.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let target = "/v1/webhooks/webhook?site=hooked".to_owned();
        worker.call(
            Call {
                method: "post",
                path: "/v1/webhooks/{forum}",
                target,
                headers,
                body: request.body.clone(),
            },
            status,
        )
    };
    tell(now, "whsec_bm90LXRoZS1zZWNyZXQtYnV0LWFzLWxvbmctYXMtaXQ=", 403)?;
    tell(now - 3_600, &secret, 403)?;
    tell(now, &secret, 202)?;
    let answered = worker.until_on("hooked", &receipt, "answered")?;
    ensure!(answered["replies"][0]["blocks"][0]["text"] == "Pause it first.", "the reply is read");
    tell(now, &secret, 202)?;
    Ok(())
}

fn publishes(worker: &Worker) -> Result<()> {
    const MANIFEST: &str = "/v1/admin/{site}/manifest.json";
    const SITE: &str = "/v1/admin/{site}/site.json";
    const FILE: &str = "/v1/admin/{site}/files/{file}";
    const KEEP: &str = "/v1/admin/a/{folder}/{name}";
    const PINNED: &str = "/v1/a/{folder}/{name}";
    // The smallest script that is JSON, too.
    worker.get(PINNED, "/v1/a/00112233445566ff/embed.js", 404)?;
    worker.operator("put", KEEP, "/v1/admin/a/00112233445566ff/embed.js".into(), Some(b"1".to_vec()), 201)?;
    ensure!(worker.get(PINNED, "/v1/a/00112233445566ff/embed.js", 200)? == 1, "what was kept is not served");
    let before = worker.get("/v1/index", "/v1/index?site=demo", 200)?;
    let manifest = worker.operator("get", MANIFEST, "/v1/admin/demo/manifest.json".into(), None, 200)?;
    let texts = manifest["bundles"][0]["texts"]["hash"].as_str().context("a hash")?.to_owned();
    let again = worker.operator(
        "put",
        FILE,
        format!("/v1/admin/demo/files/{texts}.texts"),
        Some(b"other".to_vec()),
        200,
    )?;
    ensure!(again["indexVersion"] == before["indexVersion"], "a file in service stays as it is");

    // A bundle that is none must not get into service.
    let wrong = "ab".repeat(32);
    worker.operator(
        "put",
        FILE,
        format!("/v1/admin/demo/files/{wrong}.bundle"),
        Some(b"no bundle".to_vec()),
        201,
    )?;
    let mut broken = manifest.clone();
    broken["version"] = json!(wrong);
    broken["bundles"][0]["bundle"]["hash"] = json!(wrong);
    worker.operator(
        "put",
        MANIFEST,
        "/v1/admin/demo/manifest.json".into(),
        Some(broken.to_string().into()),
        422,
    )?;
    ensure!(
        worker.get("/v1/index", "/v1/index?site=demo", 200)?["indexVersion"] == before["indexVersion"],
        "it moved"
    );

    worker.operator(
        "put",
        MANIFEST,
        "/v1/admin/demo/manifest.json".into(),
        Some(manifest.to_string().into()),
        200,
    )?;
    worker.operator("put", MANIFEST, "/v1/admin/demo/manifest.json".into(), Some(b"[]".to_vec()), 400)?;
    worker.operator(
        "put",
        SITE,
        "/v1/admin/demo/site.json".into(),
        Some(b"{\"id\":\"other\"}".to_vec()),
        422,
    )?;
    let settings =
        json!({"id": "contract", "origins": ["https://page.example"], "texts": {"name": "Contract"}});
    worker.operator(
        "put",
        SITE,
        "/v1/admin/contract/site.json".into(),
        Some(settings.to_string().into()),
        200,
    )?;
    worker.get("/v1/search", "/v1/search?site=contract&q=x", 503)?;
    worker.get("/healthz", "/healthz?site=contract", 503)?;
    Ok(())
}

fn refuses(worker: &Worker) -> Result<()> {
    let words = "word+".repeat(10_000);
    for (target, status) in [
        ("/v1/search?q=x".to_owned(), 422),
        ("/v1/search?site=nowhere&q=x".to_owned(), 404),
        (format!("/v1/search?site=demo&q={words}"), 422),
        ("/v1/search?site=demo&q=%zz".to_owned(), 400),
        ("/v1/search?site=demo&q=%ED%A0%80".to_owned(), 400),
        ("/v1/search?site=demo&q=a%00b".to_owned(), 422),
        ("/v1/search?site=demo&q=x&limit=ten".to_owned(), 400),
        ("/v1/search?site=demo&q=x&limit=51".to_owned(), 422),
        ("/v1/search?site=demo&q=x&offset=1001".to_owned(), 422),
    ] {
        let problem = worker.get("/v1/search", target, status)?;
        ensure!(problem["status"] == status, "the problem names its status");
    }
    worker.get("/v1/threads/{key}", "/v1/threads/a%3Ab%3Ac?site=demo", 404)?;
    worker.get("/v1/threads/{key}", "/v1/threads/%ED%A0%80?site=demo", 400)?;
    worker.get("/v1/questions/{receipt}", "/v1/questions/nothing?site=demo", 404)?;
    worker.get("/healthz", "/healthz?site=nowhere", 404)?;

    let megabyte = format!(r#"{{"site":"demo","title":"{}"}}"#, "a".repeat(1 << 20));
    for path in ["/v1/similar", "/v1/questions"] {
        for (body, status) in [
            (megabyte.as_str(), 413),
            ("", 400),
            ("[]", 400),
            ("{", 400),
            (r#"{"site":1,"title":"t"}"#, 400),
            (r#"{"site":"demo","title":"\ud800","body":""}"#, 400),
            (r#"{"site":"demo","title":"t","body":"b","unknown":1}"#, 400),
            (r#"{"site":"nowhere","title":"t","body":"b"}"#, 404),
        ] {
            worker.post(path, body, status)?;
        }
        let headers = vec![("content-type", "text/plain")];
        worker.call(
            Call { method: "post", path, target: path.into(), headers, body: Some(b"{}".to_vec()) },
            415,
        )?;
    }
    worker.post("/v1/similar", r#"{"site":"demo","title":"a\u0000b"}"#, 422)?;
    worker.post("/v1/questions", r#"{"site":"demo","title":"short","body":"short"}"#, 422)?;
    worker.ask("no-ulid", &question(worker, "This question has a key that is none.")?, 422)?;
    Ok(())
}

/// What browsers need: preflights, origins, methods.
fn is_a_host_to_pages(worker: &Worker) -> Result<()> {
    let headers = || vec![("origin", "https://other.example")];
    let target = "/v1/site?site=contract".to_owned();
    worker.call(Call { method: "get", path: "/v1/site", target, headers: headers(), body: None }, 403)?;
    let asked = json!({"site": "contract", "title": "May I ask from over here, please?", "body": "From a page of another origin."});
    let target = "/v1/questions".to_owned();
    let headers = vec![("origin", "https://other.example"), ("content-type", "application/json")];
    worker.call(
        Call { method: "post", path: "/v1/questions", target, headers, body: Some(asked.to_string().into()) },
        403,
    )?;

    let response = worker.send("OPTIONS", "/v1/questions", &[("origin", "https://page.example")], None)?;
    let header = |name: &str| {
        response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    };
    ensure!(
        response.status() == 204 && header("access-control-allow-origin") == "https://page.example",
        "the preflight fails"
    );
    ensure!(header("access-control-allow-headers").contains("Idempotency-Key"), "the key may not be sent");
    ensure!(header("access-control-allow-credentials").is_empty(), "credentials are never used");

    let wrong =
        [("DELETE", "/v1/search"), ("POST", "/v1/site"), ("GET", "/v1/similar"), ("PATCH", "/v1/questions")];
    for (method, path) in wrong {
        let body = ["POST", "PATCH"].contains(&method).then(Vec::new);
        let mut response = worker.send(method, &format!("{path}?site=demo"), &[], body)?;
        let status = response.status();
        ensure!(status == 405 && response.headers().contains_key("allow"), "{method} {path}: {status}");
        let problem: Value = serde_json::from_str(&response.body_mut().read_to_string()?)?;
        worker.description.check_named("Problem", &problem)?;
    }
    let mut response = worker.send("HEAD", "/v1/site?site=demo", &[], None)?;
    ensure!(response.status() == 200, "HEAD is not like GET");
    ensure!(response.body_mut().read_to_string()?.is_empty(), "HEAD has a body");
    Ok(())
}

/// Without the token, operators' routes answer as if they did not exist.
fn is_closed_to_others(worker: &Worker) -> Result<()> {
    for (method, path) in worker.description.operations()? {
        if worker.description.document()["paths"][&path][&method].get("security").is_none() {
            continue;
        }
        let hash = "ab".repeat(32);
        let target = path
            .replace("{site}", "demo")
            .replace("{publicId}", "2E2MXQD4A9K2ZHZQ")
            .replace("{file}", &format!("{hash}.texts"));
        for authorization in ["", "Bearer wrong"] {
            let headers = vec![("authorization", authorization), ("content-type", "application/json")];
            let body = (method != "get").then(|| b"{}".to_vec());
            worker.call(Call { method: &method, path: &path, target: target.clone(), headers, body }, 404)?;
        }
    }
    Ok(())
}
