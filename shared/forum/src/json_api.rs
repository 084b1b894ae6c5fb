//! Requests to a forum that speaks JSON on both sides, and what is read from it.

use serde_json::Value;

use crate::classify::{common, said};
use crate::{Broken, Method, Outcome, Request, Response, Transport};

/// A forum's JSON API, as one account or as a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonApi {
    base: String,
    authorization: Option<String>,
}

/// Why something could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unread {
    /// The status code, where an answer came.
    pub(crate) status: Option<u16>,
    /// For the operator.
    pub(crate) why: String,
}

impl JsonApi {
    /// The forum at `base`, without a slash at the end. `authorization` is the whole header; `None` for a guest.
    pub(crate) fn new(base: &str, authorization: Option<String>) -> Self {
        Self { base: base.to_owned(), authorization }
    }

    /// Asks for `path`, which begins with a slash.
    pub(crate) fn get(&self, path: &str) -> Request {
        self.request(Method::Get, path, None)
    }

    /// Sends a body to `path`, which begins with a slash.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Request {
        self.request(Method::Post, path, Some(body.to_string().into_bytes()))
    }

    /// Reads what is at `path`.
    pub(crate) async fn read<T: Transport>(&self, t: &T, path: &str) -> Result<Value, Unread> {
        let response = match t.send(self.get(path)).await {
            Ok(response) => response,
            Err(Broken::NotSent(why) | Broken::Unclear(why)) => return Err(Unread { status: None, why }),
        };
        let unread = |why| Unread { status: Some(response.status), why };
        if response.status != 200 {
            return Err(unread(explain(&response)));
        }
        response.json().ok_or_else(|| unread("an answer that is no JSON".to_owned()))
    }

    fn request(&self, method: Method, path: &str, body: Option<Vec<u8>>) -> Request {
        let mut headers = vec![("accept", "application/json".to_owned())];
        headers.extend(body.is_some().then(|| ("content-type", "application/json".to_owned())));
        headers.extend(self.authorization.clone().map(|value| ("authorization", value)));
        Request { method, url: format!("{}{path}", self.base), headers, body }
    }
}

/// What stands in the way, for the operator.
fn explain(response: &Response) -> String {
    match common(response) {
        Some(Outcome::Blocked { reason } | Outcome::Ambiguous { why: reason }) => reason,
        _ => said(response),
    }
}
