//! Carries the adapters' requests over HTTP, one after the other.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use forum::{Broken, Method, Request, Response, Transport};
use ureq::Agent;
use ureq::http;

/// A transport that waits for each answer before it goes on, and follows no redirect.
#[derive(Debug)]
pub struct Wire {
    agent: Agent,
}

impl Default for Wire {
    fn default() -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(Duration::from_secs(60)));
        Self { agent: config.build().into() }
    }
}

impl Transport for Wire {
    async fn send(&self, request: Request) -> Result<Response, Broken> {
        self.carry(&request).map_err(|error| Broken::Unclear(error.to_string()))
    }
}

impl Wire {
    fn carry(&self, request: &Request) -> anyhow::Result<Response> {
        let method = match request.method {
            Method::Get => http::Method::GET,
            Method::Post => http::Method::POST,
        };
        let mut built = http::Request::builder().method(method).uri(&request.url);
        for (name, value) in &request.headers {
            built = built.header(*name, value);
        }
        let mut answer = match &request.body {
            Some(body) => self.agent.run(built.body(body.as_slice())?)?,
            None => self.agent.run(built.body(())?)?,
        };
        let headers = answer.headers().iter();
        let headers = headers
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        Ok(Response { status: answer.status().as_u16(), headers, body: answer.body_mut().read_to_vec()? })
    }
}

/// What a future comes to that waits for nothing, as an adapter's does over a [`Wire`].
pub fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("a wire keeps nobody waiting"),
    }
}
