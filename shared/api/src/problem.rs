use serde::{Deserialize, Serialize};

/// An error as `application/problem+json` (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// What kind of error: stable, for programs.
    #[serde(rename = "type")]
    pub kind: ProblemType,
    /// The kind in words.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What went wrong this time and the way out, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Which inputs are wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Version of the index in service; empty where none is or the site is unknown.
    #[serde(default)]
    pub index_version: String,
}

/// One wrong input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldError {
    /// Name of the field or parameter.
    pub field: String,
    /// Stable word for programs: `required`, `tooShort`, `tooLong`, `tooMany`, `unknown`, `invalid`.
    pub code: String,
    /// What is wrong and what would be right, for people.
    pub message: String,
    /// The least or the most that there may be, where it is about how long or how many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// How much there is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
}

impl FieldError {
    /// Builds one.
    pub fn new(field: impl Into<String>, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), code: code.into(), message: message.into(), limit: None, count: None }
    }

    /// Adds the limit that is broken, and how much there is.
    #[must_use]
    pub fn beyond(mut self, limit: usize, count: usize) -> Self {
        let number = |number: usize| Some(u32::try_from(number).unwrap_or(u32::MAX));
        (self.limit, self.count) = (number(limit), number(count));
        self
    }
}

macro_rules! problem_types {
    ($($(#[doc = $doc:literal])* $name:ident = $uri:literal, $status:literal, $title:literal;)*) => {
        /// The kinds of [`Problem`], each with its stable `type`, its HTTP status and its title.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum ProblemType {
            $($(#[doc = $doc])* #[serde(rename = $uri)] $name,)*
        }

        impl ProblemType {
            /// Every kind, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The stable `type`.
            pub fn uri(self) -> &'static str {
                match self { $(Self::$name => $uri,)* }
            }

            /// The HTTP status that goes with it.
            pub fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// The kind in words.
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

problem_types! {
    /// The request cannot be read: no JSON, wrong types, a parameter that is no number.
    Malformed = "urn:edgewise:malformed", 400, "the request cannot be read";
    /// The page's origin is not in the site's list.
    OriginRefused = "urn:edgewise:origin-refused", 403, "this origin may not use this site";
    /// The challenge was not passed, or has run out.
    ChallengeFailed = "urn:edgewise:challenge-failed", 403, "the challenge was not passed";
    /// The signature is none of ours, or too old.
    NotSigned = "urn:edgewise:not-signed", 403, "the signature is not valid";
    /// There is no such route, site, thread or receipt.
    NotFound = "urn:edgewise:not-found", 404, "not found";
    /// The route knows other methods.
    MethodNotAllowed = "urn:edgewise:method-not-allowed", 405, "method not allowed";
    /// The same idempotency key came with another question.
    IdempotencyConflict = "urn:edgewise:idempotency-conflict", 409, "this key was used for another question";
    /// Too late, or not in this state.
    StateConflict = "urn:edgewise:state-conflict", 409, "the question is past that";
    /// The body is larger than the limit.
    TooLarge = "urn:edgewise:too-large", 413, "the request is too large";
    /// The body is not JSON by its content type.
    UnsupportedMediaType = "urn:edgewise:unsupported-media-type", 415, "the request must be JSON";
    /// The request is readable, but inputs are wrong: see `errors`.
    Invalid = "urn:edgewise:invalid", 422, "some inputs are wrong";
    /// Too many requests.
    RateLimited = "urn:edgewise:rate-limited", 429, "too many requests";
    /// A fault of ours.
    Internal = "urn:edgewise:internal", 500, "something went wrong on our side";
    /// No index is in service, or storage does not answer; try again.
    Unavailable = "urn:edgewise:unavailable", 503, "not available right now";
}

impl Problem {
    /// A problem of a kind, without details.
    pub fn new(kind: ProblemType) -> Self {
        Self {
            kind,
            title: kind.title().to_owned(),
            status: kind.status(),
            detail: None,
            errors: Vec::new(),
            index_version: String::new(),
        }
    }

    /// Adds what went wrong this time.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// An [`ProblemType::Invalid`] with the inputs that are wrong.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let mut problem = Self::new(ProblemType::Invalid);
        problem.errors = errors;
        problem
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_stable_on_the_wire() {
        for kind in ProblemType::ALL {
            let json = serde_json::to_value(Problem::new(*kind)).unwrap();
            assert_eq!(json["type"], kind.uri());
            assert_eq!(json["status"], kind.status());
        }
    }
}
