//! The seam between a forum's protocol and whoever carries its bytes.

/// The methods that forums' protocols use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
}

/// A request to a forum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// How.
    pub method: Method,
    /// The whole address.
    pub url: String,
    /// Names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body; `None` with `GET`.
    pub body: Option<Vec<u8>>,
}

/// A forum's answer. Redirects are answers like others: nobody follows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, whole; a transport may refuse one of more than [`Response::MOST_BYTES`].
    pub body: Vec<u8>,
}

impl Response {
    /// The most that an answer may be long: a page of a forum's topics with all their text.
    pub const MOST_BYTES: usize = 8 << 20;

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub fn json<T: serde::de::DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// No answer came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// The request certainly did not leave: no such host, connection refused.
    NotSent(String),
    /// It may have arrived: a time-out, a connection that broke, an answer that is too long.
    Unclear(String),
}

/// Carries a request to a forum and its answer back, following no redirect. Only here is anything waited for.
#[expect(async_fn_in_trait, reason = "one thread; nobody asks for Send")]
pub trait Transport {
    /// Sends a request. It ends in bounded time.
    async fn send(&self, request: Request) -> Result<Response, Broken>;
}
