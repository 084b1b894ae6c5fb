//! Requests and responses as handlers see them: no platform types, so that every handler runs in a native test.
//!
//! The platform turns its own into these and back. Routing and decoding live in [`crate::route`] and
//! [`crate::decode`].

/// A request's method; those that no route knows are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Reads, without the body.
    Head,
    /// Asks whether another method may be sent.
    Options,
    /// Adds.
    Post,
    /// Replaces.
    Put,
    /// Takes back.
    Delete,
    /// Anything else.
    Other,
}

impl Method {
    /// Reads the method's name, which is case-sensitive.
    pub fn parse(name: &str) -> Self {
        match name {
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            "OPTIONS" => Self::Options,
            "POST" => Self::Post,
            "PUT" => Self::Put,
            "DELETE" => Self::Delete,
            _ => Self::Other,
        }
    }

    /// The method's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
            Self::Other => "",
        }
    }
}

/// A request whose body has not been read.
#[derive(Debug)]
pub struct Request<B> {
    /// The method.
    pub method: Method,
    /// The path, percent-encoded as it came.
    pub path: String,
    /// What follows `?`, percent-encoded as it came.
    pub query: String,
    /// The scheme, host and port that the request came to.
    pub own_origin: String,
    /// The headers that handlers look at.
    pub headers: Headers,
    /// The body.
    pub body: B,
}

/// What webhooks carry their signatures in.
pub const WEBHOOK_HEADERS: [&str; 5] = [
    "x-discourse-event-signature",
    "x-hub-signature-256",
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
];

/// The request headers that handlers look at; a platform reads no others.
#[derive(Debug, Default, Clone)]
pub struct Headers {
    /// `Authorization`.
    pub authorization: Option<String>,
    /// `CF-Connecting-IP`: who asks, set by the platform.
    pub address: Option<String>,
    /// `Content-Length`, where it is a number.
    pub content_length: Option<u64>,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `Idempotency-Key`.
    pub idempotency_key: Option<String>,
    /// `Origin`.
    pub origin: Option<String>,
    /// The headers of webhooks, names in lower case: see [`WEBHOOK_HEADERS`].
    pub webhook: Vec<(&'static str, String)>,
}

/// A whole response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty where there is none.
    pub body: Vec<u8>,
}

impl Response {
    /// A response without a body.
    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The first value of a header.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}
