//! One request to the edge: sent without credentials, aborted when it is dropped or takes too long.

use super::time::{after, cancel};
use crate::api::Failure;
use crate::json::{FromJson, Json};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, Headers, RequestCredentials, RequestInit, Response};

/// How long an answer may take, in ms. A reader waits that long at most before they are told that something is wrong.
const PATIENCE_MS: u32 = 15_000;

/// A request before it is sent.
#[derive(Debug, Clone)]
pub struct Call {
    /// `GET`, `POST` or `DELETE`.
    pub method: &'static str,
    /// Path and query.
    pub path: String,
    /// JSON.
    pub body: Option<String>,
    /// Idempotency key.
    pub key: Option<String>,
}

impl Call {
    /// A request that only reads.
    pub fn get(path: String) -> Self {
        Self { method: "GET", path, body: None, key: None }
    }
}

/// Aborts its request when it is dropped.
#[derive(Debug)]
pub struct Abort(Option<AbortController>);

impl Abort {
    /// One for a request to come.
    pub fn new() -> Self {
        Self(AbortController::new().ok())
    }

    /// The handle that a request takes along.
    pub fn controller(&self) -> Option<AbortController> {
        self.0.clone()
    }
}

impl Drop for Abort {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

/// Sends a request and hands on what comes back.
pub fn send(
    edge: String,
    call: Call,
    abort: Option<AbortController>,
    then: impl FnOnce(Result<Json, Failure>) + 'static,
) {
    let then: Box<dyn FnOnce(Result<Json, Failure>)> = Box::new(then);
    spawn_local(async move {
        let outcome = exchange(&edge, &call, abort).await;
        then(outcome.and_then(|text| Json::parse(&text).ok_or(Failure::Unreadable)));
    });
}

/// What an answer says.
pub fn answer<A: FromJson>(json: Json) -> Result<A, Failure> {
    json.value().ok_or(Failure::Unreadable)
}

/// The text of a successful answer.
async fn exchange(edge: &str, call: &Call, abort: Option<AbortController>) -> Result<String, Failure> {
    let abort = abort.or_else(|| AbortController::new().ok());
    let timer = abort.clone().and_then(|abort| after(PATIENCE_MS, move || abort.abort()));
    let outcome = transfer(edge, call, abort.as_ref()).await;
    if let Some(timer) = timer {
        cancel(timer);
    }
    let (status, retry_after, text) = outcome.ok_or_else(|| {
        // An abort by a newer request reads the same, but nobody listens to that outcome any more.
        if abort.is_some_and(|abort| abort.signal().aborted()) { Failure::TimedOut } else { Failure::Offline }
    })?;
    if (200..300).contains(&status) {
        return Ok(text);
    }
    Err(Failure::from_response(status, retry_after.as_deref(), &text))
}

/// Status, `Retry-After` and text of an answer; nothing where none came.
async fn transfer(
    edge: &str,
    call: &Call,
    abort: Option<&AbortController>,
) -> Option<(u16, Option<String>, String)> {
    let init = RequestInit::new();
    init.set_method(call.method);
    init.set_credentials(RequestCredentials::Omit);
    init.set_signal(abort.map(AbortController::signal).as_ref());
    let headers = Headers::new().ok()?;
    if let Some(body) = &call.body {
        init.set_body(&body.as_str().into());
        headers.set("content-type", "application/json").ok()?;
    }
    if let Some(key) = &call.key {
        headers.set("idempotency-key", key).ok()?;
    }
    init.set_headers(&headers);
    let window = web_sys::window()?;
    let url = [edge, call.path.as_str()].concat();
    let response: Response =
        JsFuture::from(window.fetch_with_str_and_init(&url, &init)).await.ok()?.dyn_into().ok()?;
    let text = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
    let retry_after = response.headers().get("retry-after").ok().flatten();
    Some((response.status(), retry_after, text))
}
