//! The edge API from the page's side: which request goes where, and what came of it in words for a reader.
//!
//! Paths and failures only. Sending is done by `dom::fetch`; the wire types live in the crate `api`.

use crate::json::Json;
use crate::locale::{self, TEXT};
use crate::state::search::Query;
use ::api::{FieldError, ProblemType};

/// Why a request came to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// No answer came: the connection is down, or the edge is.
    Offline,
    /// No answer came in time.
    TimedOut,
    /// The edge asks for a pause.
    RateLimited {
        /// How long, where it says so.
        retry_after_ms: Option<u32>,
    },
    /// Some inputs are wrong.
    Invalid(Vec<FieldError>),
    /// There is no such thread, site or question.
    NotFound,
    /// The edge refuses the request for a reason that another try cannot mend.
    Refused(ProblemType, Option<String>),
    /// The site's challenge could not be loaded: the page or the browser keeps it out.
    NoChallenge,
    /// The edge is at fault or under repair.
    Unavailable,
    /// The answer is not in our format: a proxy or a captive portal answered.
    Unreadable,
}

impl Failure {
    /// Reads an answer that is not a success. `retry_after` is the header of that name.
    pub fn from_response(status: u16, retry_after: Option<&str>, body: &str) -> Self {
        // An answer of another shape than a problem has no type that we know.
        let problem = Json::parse(body).unwrap_or(Json::Null);
        let kind: Option<ProblemType> = problem.member("type").value();
        let retry_after_ms =
            retry_after.and_then(|text| text.trim().parse::<u32>().ok()).map(|s| s.saturating_mul(1000));
        match (kind, status) {
            (_, 429) => Self::RateLimited { retry_after_ms },
            (_, 502..=504) => Self::Unavailable,
            (None, 500) => Self::Unavailable,
            (None, _) => Self::Unreadable,
            (Some(ProblemType::NotFound), _) => Self::NotFound,
            (Some(ProblemType::Internal | ProblemType::Unavailable), _) => Self::Unavailable,
            (Some(kind), _) => {
                let errors: Vec<FieldError> = problem.member("errors").value().unwrap_or_default();
                if kind == ProblemType::Invalid && !errors.is_empty() {
                    return Self::Invalid(errors);
                }
                Self::Refused(kind, problem.member("detail").value())
            }
        }
    }

    /// Whether the same request may succeed later.
    pub fn worth_retrying(&self) -> bool {
        !matches!(self, Self::Invalid(_) | Self::NotFound | Self::NoChallenge | Self::Refused(..))
    }

    /// The pause that the edge asks for.
    pub fn retry_after_ms(&self) -> Option<u32> {
        match self {
            Self::RateLimited { retry_after_ms } => *retry_after_ms,
            _ => None,
        }
    }

    /// What happened, in words for a reader: a title and what they can do or expect.
    pub fn words(&self) -> (&'static str, String) {
        match self {
            Self::Offline => (TEXT.offline_title, TEXT.offline_detail.into()),
            Self::TimedOut => (TEXT.timeout_title, TEXT.retrying_detail.into()),
            Self::RateLimited { .. } => (TEXT.rate_limited_title, TEXT.rate_limited_detail.into()),
            Self::Invalid(errors) => {
                (TEXT.invalid_title, errors.iter().map(locale::fault).collect::<Vec<_>>().join(". "))
            }
            Self::NotFound => (TEXT.not_found_title, TEXT.not_found_detail.into()),
            Self::NoChallenge => (TEXT.no_challenge_title, TEXT.no_challenge_detail.into()),
            Self::Refused(ProblemType::ChallengeFailed, _) => {
                (TEXT.challenge_failed_title, TEXT.challenge_failed_detail.into())
            }
            Self::Refused(_, detail) => {
                // The edge speaks English.
                let detail = detail.clone().filter(|_| locale::is_english());
                (TEXT.refused_title, detail.unwrap_or_else(|| TEXT.refused_detail.into()))
            }
            Self::Unavailable => (TEXT.unavailable_title, TEXT.retrying_detail.into()),
            Self::Unreadable => (TEXT.unreadable_title, TEXT.unreadable_detail.into()),
        }
    }
}

/// Path and query of a search, from the hit `offset` on.
pub fn search_path(site: &str, query: &Query, offset: usize) -> String {
    let mut path = format!("/v1/search?site={}&q={}", encode(site), encode(&query.text));
    let filters = &query.filters;
    for (name, values) in
        [("source", &filters.sources), ("category", &filters.categories), ("tag", &filters.tags)]
    {
        for value in values {
            path.push_str(&["&", name, "=", &encode(value)].concat());
        }
    }
    if offset > 0 {
        path.push_str(&format!("&offset={offset}"));
    }
    path
}

/// Path and query of a thread; `rest` asks for every answer, `query` for the place that answers it.
pub fn thread_path(site: &str, key: &str, rest: bool, query: Option<&str>) -> String {
    let rest = if rest { "&rest=true" } else { "" };
    let query = query.map(|text| format!("&q={}", encode(text))).unwrap_or_default();
    format!("/v1/threads/{}?site={}{rest}{query}", encode(key), encode(site))
}

/// Path and query of what the widget needs to draw itself.
pub fn site_path(site: &str) -> String {
    format!("/v1/site?site={}", encode(site))
}

/// Path and query of suggestions beside a draft.
pub fn similar_path(site: &str) -> String {
    format!("/v1/similar?site={}", encode(site))
}

/// Path and query that take a question.
pub fn questions_path(site: &str) -> String {
    format!("/v1/questions?site={}", encode(site))
}

/// Path and query of one question.
pub fn question_path(site: &str, receipt: &str) -> String {
    format!("/v1/questions/{}?site={}", encode(receipt), encode(site))
}

/// Percent-encodes everything but the unreserved characters of RFC 3986, so that a text stays one segment or value.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            for nibble in [byte >> 4, byte & 15] {
                encoded.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0').to_ascii_uppercase());
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::search::Filters;
    use ::api::Problem;

    #[test]
    fn a_key_stays_one_segment() {
        assert_eq!(
            thread_path("demo", "docs:help.example.com:guide/install", true, Some("a b")),
            "/v1/threads/docs%3Ahelp.example.com%3Aguide%2Finstall?site=demo&rest=true&q=a%20b",
        );
    }

    #[test]
    fn filters_repeat_their_name() {
        let filters = Filters { tags: vec!["cli".into(), "c++".into()], ..Filters::default() };
        let query = Query { text: "größe & co".into(), filters };
        assert_eq!(
            search_path("demo", &query, 10),
            "/v1/search?site=demo&q=gr%C3%B6%C3%9Fe%20%26%20co&tag=cli&tag=c%2B%2B&offset=10",
        );
    }

    #[test]
    fn problems_are_told_apart_by_their_type() {
        let body = |kind| serde_json::to_string(&Problem::new(kind).detail("why")).unwrap();
        let read = |kind: ProblemType| Failure::from_response(kind.status(), None, &body(kind));
        assert_eq!(read(ProblemType::NotFound), Failure::NotFound);
        assert_eq!(read(ProblemType::Unavailable), Failure::Unavailable);
        assert_eq!(
            read(ProblemType::OriginRefused),
            Failure::Refused(ProblemType::OriginRefused, Some("why".into())),
        );
        let errors = vec![FieldError::new("title", "tooShort", "A little longer.").beyond(15, 6)];
        let invalid = serde_json::to_string(&Problem::invalid(errors.clone())).unwrap();
        assert_eq!(Failure::from_response(422, None, &invalid), Failure::Invalid(errors));
    }

    #[test]
    fn a_proxy_page_is_not_taken_for_an_answer() {
        assert_eq!(Failure::from_response(403, None, "<html>Checking your browser"), Failure::Unreadable);
        assert_eq!(Failure::from_response(502, None, "<html>Bad gateway"), Failure::Unavailable);
    }

    #[test]
    fn the_pause_of_a_rate_limit_is_read_in_seconds() {
        let failure = Failure::from_response(429, Some("7"), "slow down");
        assert_eq!(failure.retry_after_ms(), Some(7_000));
        assert_eq!(Failure::from_response(429, Some("Wed, 21 Oct"), "").retry_after_ms(), None);
    }
}
