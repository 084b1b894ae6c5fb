//! A forum for the adapters' tests: a script of the requests it expects, in order, and of its answers.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use crate::{Broken, Method, Request, Response, Transport};

/// Answers as its script says. A request out of turn panics, and so does a script that was not played to its end.
#[derive(Default)]
pub(crate) struct Fake {
    script: RefCell<VecDeque<Step>>,
    sent: RefCell<Vec<Request>>,
}

struct Step {
    method: Method,
    url: String,
    answer: Result<Response, Broken>,
}

impl Fake {
    /// A forum that expects nothing.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Next it expects a request whose address contains `url`, and answers with a status and a JSON body, or another.
    pub(crate) fn on(self, method: Method, url: &str, status: u16, body: &str) -> Self {
        self.on_result(method, url, Ok(answer(status, &[], body)))
    }

    /// The same for a `GET`.
    pub(crate) fn get(self, url: &str, status: u16, body: &str) -> Self {
        self.on(Method::Get, url, status, body)
    }

    /// The same for a `POST`.
    pub(crate) fn post(self, url: &str, status: u16, body: &str) -> Self {
        self.on(Method::Post, url, status, body)
    }

    /// Next it expects a request whose address contains `url`, and this comes of it.
    pub(crate) fn on_result(self, method: Method, url: &str, answer: Result<Response, Broken>) -> Self {
        self.script.borrow_mut().push_back(Step { method, url: url.to_owned(), answer });
        self
    }

    /// The requests that came.
    pub(crate) fn sent(&self) -> Vec<Request> {
        self.sent.borrow().clone()
    }
}

impl Transport for Fake {
    async fn send(&self, request: Request) -> Result<Response, Broken> {
        let step = self.script.borrow_mut().pop_front();
        let step = step.unwrap_or_else(|| panic!("nothing more is expected, but {request:?}"));
        assert!(
            request.method == step.method && request.url.contains(&step.url),
            "expected {:?} {}, and not {:?} {}",
            step.method,
            step.url,
            request.method,
            request.url
        );
        assert!(request.body.is_none() || request.method == Method::Post, "a GET has no body");
        self.sent.borrow_mut().push(request);
        step.answer
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let next = self.script.borrow_mut().pop_front().map(|step| step.url);
            assert_eq!(next, None, "this request never came");
        }
    }
}

/// An answer, its headers' names in lower case.
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Response { status, headers, body: body.as_bytes().to_vec() }
}

/// What a future comes to that waits for nothing.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a fake keeps nobody waiting"),
    }
}
