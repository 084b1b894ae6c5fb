//! Requests to forums over `fetch`.

use std::time::Duration;

use forum::{Broken, Method as ForumMethod, Request as ForumRequest, Response as ForumResponse, Transport};
use futures_util::future::{Either, select};
use worker::{
    AbortController, Delay, Fetch, Headers, Method, Request, RequestInit, RequestRedirect, Response,
};

/// Carries requests to a forum; each ends within `limit`.
#[derive(Debug, Clone, Copy)]
pub struct FetchTransport {
    /// The longest that one request may take.
    pub limit: Duration,
}

/// What forums see as the client.
const AGENT: &str = concat!("edgewise/", env!("CARGO_PKG_VERSION"));

impl Transport for FetchTransport {
    async fn send(&self, request: ForumRequest) -> Result<ForumResponse, Broken> {
        let request = outgoing(request).map_err(|error| Broken::NotSent(error.to_string()))?;
        let abort = AbortController::default();
        let signal = abort.signal();
        let fetch = Fetch::Request(request);
        let exchange = std::pin::pin!(async {
            // `fetch` does not tell a refused connection from a broken one.
            let response = fetch.send_with_signal(&signal).await.map_err(unclear)?;
            incoming(response).await
        });
        let late = std::pin::pin!(Delay::from(self.limit));
        match select(exchange, late).await {
            Either::Left((result, _)) => result,
            Either::Right(_) => {
                abort.abort();
                Err(Broken::Unclear(format!("no answer within {} s", self.limit.as_secs_f32())))
            }
        }
    }
}

fn outgoing(request: ForumRequest) -> worker::Result<Request> {
    let headers = Headers::new();
    headers.set("user-agent", AGENT)?;
    for (name, value) in &request.headers {
        headers.set(name, value)?;
    }
    let mut init = RequestInit::new();
    init.with_headers(headers).with_redirect(RequestRedirect::Manual);
    init.with_method(match request.method {
        ForumMethod::Get => Method::Get,
        ForumMethod::Post => Method::Post,
    });
    init.with_body(request.body.map(|bytes| worker::js_sys::Uint8Array::from(bytes.as_slice()).into()));
    Request::new_with_init(&request.url, &init)
}

async fn incoming(mut response: Response) -> Result<ForumResponse, Broken> {
    let status = response.status_code();
    let headers =
        response.headers().entries().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
    let mut body = Vec::new();
    // A response without a body has no stream.
    let Ok(mut stream) = response.stream() else { return Ok(ForumResponse { status, headers, body }) };
    while let Some(chunk) = futures_util::StreamExt::next(&mut stream).await {
        body.extend_from_slice(&chunk.map_err(unclear)?);
        if body.len() > ForumResponse::MOST_BYTES {
            return Err(Broken::Unclear("the answer is too long".to_owned()));
        }
    }
    Ok(ForumResponse { status, headers, body })
}

fn unclear(error: worker::Error) -> Broken {
    Broken::Unclear(error.to_string())
}
