use worker::{Fetch, Headers, Method, Request, RequestInit};

use super::bindings::{Bindings, config};
use crate::ports::{Guard, PortError};

/// The binding that counts by address.
const LIMITER: &str = "LIMITER";

#[derive(serde::Deserialize)]
struct Verdict {
    #[serde(default)]
    success: bool,
}

impl Guard for Bindings {
    async fn admits(&self, key: &str) -> bool {
        let Ok(limiter) = self.env.rate_limiter(LIMITER) else { return true };
        // A limit that cannot be asked holds nobody up: the outbox counts exactly.
        limiter.limit(key.to_owned()).await.map_or(true, |outcome| outcome.success)
    }

    async fn is_human(&self, answer: &str, address: Option<&str>) -> Result<bool, PortError> {
        let failed = |error: worker::Error| PortError::new("Turnstile", error);
        let variables = config(&self.env);
        let Some(secret) = variables.turnstile_secret else {
            return Err(PortError::new("Turnstile", "the secret EDGEWISE_TURNSTILE_SECRET is not set"));
        };
        if answer.is_empty() {
            return Ok(false);
        }
        let body = serde_json::json!({"secret": secret, "response": answer, "remoteip": address});
        let headers = Headers::new();
        headers.set("content-type", "application/json").map_err(failed)?;
        let mut init = RequestInit::new();
        init.with_method(Method::Post).with_headers(headers).with_body(Some(body.to_string().into()));
        let request = Request::new_with_init(&variables.turnstile_url, &init).map_err(failed)?;
        let mut response = Fetch::Request(request).send().await.map_err(failed)?;
        let verdict: Verdict = response.json().await.map_err(failed)?;
        Ok(verdict.success)
    }
}
