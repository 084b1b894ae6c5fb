//! A running Worker, as its operator talks to it.

use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use api::Problem;
use ureq::http::{Request, Response, StatusCode};

use crate::secret;

/// The variable that holds the operator's token.
const TOKEN_VARIABLE: &str = "EDGEWISE_OPERATOR_TOKEN";

/// The largest file, 100 MB, takes 4 minutes at 3 Mbit/s upstream; a server that is silent for longer is gone.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(300);

/// Tries of one upload, and the pause before the second; it doubles. An upload can be repeated without harm: it says
/// what a name is to hold.
const TRIES: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// A running Worker.
pub struct Server {
    base: String,
    token: String,
    agent: ureq::Agent,
}

impl Server {
    /// The Worker at `base`, with the token of a file or of the environment.
    pub fn new(base: &str, token_file: Option<&Path>) -> Result<Self> {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(REQUEST_TIMEOUT))
            .user_agent(concat!("edgewise/", env!("CARGO_PKG_VERSION")))
            // A redirect would carry the token somewhere else.
            .max_redirects(0);
        let token = secret::read("token", token_file, TOKEN_VARIABLE)?;
        ensure!(token.chars().all(|c| c.is_ascii_graphic()), "the token holds white space");
        Ok(Self { base: base.to_owned(), token, agent: config.build().into() })
    }

    /// Its address, without a slash at the end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Sends a request with the token; JSON, where there is a body. What is refused is an error that tells why.
    pub fn call(&self, method: &str, path: &str, body: Option<&[u8]>) -> Result<Vec<u8>> {
        let response = self.send(method, path, "application/json", body.unwrap_or_default())?;
        self.judge(path, response)
    }

    /// Sends a request with the token and returns whatever answer comes.
    pub fn send(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> Result<Response<ureq::Body>> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("Authorization", format!("Bearer {}", self.token))
            .header("Content-Type", kind)
            .body(body)?;
        self.agent.run(request).with_context(|| format!("{} does not answer", self.base))
    }

    /// Uploads something, and tries again where the server does not get to it.
    pub fn put_patiently(&self, path: &str, kind: &str, bytes: &[u8]) -> Result<Response<ureq::Body>> {
        let mut pause = FIRST_PAUSE;
        for _ in 1..TRIES {
            match self.send("PUT", path, kind, bytes) {
                Ok(response) if !response.status().is_server_error() => return Ok(response),
                _ => thread::sleep(pause),
            }
            pause *= 2;
        }
        self.send("PUT", path, kind, bytes)
    }

    /// The body of a good answer.
    pub fn judge(&self, path: &str, mut response: Response<ureq::Body>) -> Result<Vec<u8>> {
        let status = response.status();
        let body = response.body_mut().read_to_vec().unwrap_or_default();
        if status.is_success() {
            return Ok(body);
        }
        let problem = serde_json::from_slice::<Problem>(&body).ok();
        let hidden =
            matches!(status, StatusCode::NOT_FOUND | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
        let routed = problem.as_ref().and_then(|problem| problem.detail.as_deref());
        if hidden && routed.is_none_or(|detail| detail.contains("no such route")) {
            bail!(
                "{} answers {} to {path}: no operator's token is configured there, or ours is not it",
                self.base,
                status.as_u16()
            );
        }
        let told = match &problem {
            Some(problem) => describe(problem),
            None => text::line(&String::from_utf8_lossy(&body)).chars().take(300).collect(),
        };
        bail!("{} refuses {path} with {}: {told}", self.base, status.as_u16())
    }
}

fn describe(problem: &Problem) -> String {
    let mut parts = vec![problem.title.clone()];
    parts.extend(problem.detail.clone());
    parts.extend(problem.errors.iter().map(|error| format!("{}: {}", error.field, error.message)));
    parts.join("; ")
}
