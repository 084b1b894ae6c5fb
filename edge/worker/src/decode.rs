//! Requests decoded once into types that prove it: whatever comes from outside ends here.
//!
//! The bounds are those of [`api::limits`]. What a site allows beyond them (its template, its tags) is left to
//! the crate `ask`.

use api::{FieldError, Problem, ProblemType, QuestionRequest, QuestionState, SimilarRequest, limits};
use ask::SubmissionId;
use search::SearchQuery;
use serde::de::DeserializeOwned;

use crate::http::Headers;
use crate::inbox::State;
use crate::query;
use crate::route::is_site;

/// The decoded query string of a request, with what was found wrong so far.
#[derive(Debug)]
pub struct Params {
    pairs: Vec<(String, String)>,
    errors: Vec<FieldError>,
}

impl Params {
    /// Decodes a query string.
    pub fn parse(query: &str) -> Result<Self, Problem> {
        let pairs = query::pairs(query).map_err(|error| malformed(format!("the query string: {error}")))?;
        Ok(Self { pairs, errors: Vec::new() })
    }

    /// The values of a parameter that may be repeated.
    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.pairs.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter that may not be repeated.
    fn one(&self, name: &str) -> Result<Option<&str>, Problem> {
        let mut values = self.all(name);
        let first = values.next();
        match values.next() {
            None => Ok(first),
            Some(_) => Err(malformed(format!("the parameter `{name}` is given more than once"))),
        }
    }

    fn number(&mut self, name: &str, least: usize, most: usize, default: usize) -> Result<usize, Problem> {
        let Some(text) = self.one(name)? else { return Ok(default) };
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits {
            return Err(malformed(format!("the parameter `{name}` must be a whole number")));
        }
        // More digits than the type holds are above every limit.
        let number = text.parse().unwrap_or(usize::MAX);
        if number < least {
            self.errors.push(FieldError::new(name, "tooShort", format!("must be at least {least}")));
        } else if number > most {
            self.errors.push(FieldError::new(name, "tooMany", format!("must be at most {most}")));
        }
        Ok(number.clamp(least, most))
    }

    fn flag(&self, name: &str) -> Result<bool, Problem> {
        match self.one(name)? {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(malformed(format!("the parameter `{name}` must be `true` or `false`"))),
        }
    }

    fn filter(&mut self, name: &str) -> Vec<String> {
        let values: Vec<String> = self.all(name).map(str::to_owned).collect();
        if values.len() > limits::FILTER_VALUES {
            let message = format!("at most {} values", limits::FILTER_VALUES);
            self.errors.push(FieldError::new(name, "tooMany", message));
        }
        for value in &values {
            check_text(&mut self.errors, name, value, limits::FILTER_CHARS);
        }
        values
    }

    fn finish<T>(self, request: T) -> Result<T, Problem> {
        if self.errors.is_empty() { Ok(request) } else { Err(Problem::invalid(self.errors)) }
    }
}

/// The site that a query string names.
pub fn site(params: &Params) -> Result<String, Problem> {
    match params.one("site")? {
        Some(site) => known_site(site),
        None => Err(Problem::invalid(vec![FieldError::new("site", "required", "name the site")])),
    }
}

/// The site that a query string names, where it names one.
pub fn optional_site(params: &Params) -> Result<Option<String>, Problem> {
    params.one("site")?.map(known_site).transpose()
}

/// `text` as a site's id. What cannot be one names no site.
pub fn known_site(text: &str) -> Result<String, Problem> {
    if is_site(text) { Ok(text.to_owned()) } else { Err(no_site()) }
}

/// The problem of a site that does not exist.
pub fn no_site() -> Problem {
    Problem::new(ProblemType::NotFound).detail("there is no such site here: check the site's id")
}

/// `GET /v1/search`.
pub fn search(mut params: Params) -> Result<SearchQuery, Problem> {
    let text = params.one("q")?.unwrap_or_default().to_owned();
    check_text(&mut params.errors, "q", &text, limits::QUERY_CHARS);
    let query = SearchQuery {
        text,
        tags: params.filter("tag"),
        categories: params.filter("category"),
        sources: params.filter("source"),
        limit: params.number("limit", 1, limits::SEARCH_LIMIT, limits::SEARCH_LIMIT_DEFAULT)?,
        offset: params.number("offset", 0, limits::SEARCH_OFFSET, 0)?,
    };
    params.finish(query)
}

/// What `GET /v1/threads/{key}` asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// All answers.
    pub rest: bool,
    /// The place that answers this.
    pub query: Option<String>,
}

/// `GET /v1/threads/{key}`.
pub fn thread(mut params: Params) -> Result<Wanted, Problem> {
    let query = params.one("q")?.map(str::to_owned);
    check_text(&mut params.errors, "q", query.as_deref().unwrap_or_default(), limits::QUERY_CHARS);
    let wanted = Wanted { rest: params.flag("rest")?, query };
    params.finish(wanted)
}

/// A thread's key, within the bounds of one.
pub fn thread_key(key: &str) -> Result<&str, Problem> {
    let mut errors = Vec::new();
    check_text(&mut errors, "key", key, limits::FILTER_CHARS * 3);
    if errors.is_empty() { Ok(key) } else { Err(Problem::invalid(errors)) }
}

/// `POST /v1/similar`, unchecked: [`check_similar`] follows when the site is known.
pub fn similar(body: &[u8]) -> Result<SimilarRequest, Problem> {
    json(body)
}

/// Whether a draft is within the bounds of one.
pub fn check_similar(request: &SimilarRequest) -> Result<(), Problem> {
    let mut errors = Vec::new();
    check_text(&mut errors, "title", &request.title, limits::TITLE_CHARS_MAX);
    check_text(&mut errors, "body", &request.body, limits::BODY_CHARS_MAX);
    if request.tags.len() > limits::TAGS {
        let error = FieldError::new("tags", "tooMany", format!("at most {} tags", limits::TAGS));
        errors.push(error.beyond(limits::TAGS, request.tags.len()));
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
}

/// Which questions an operator wants to see.
pub fn state(params: &Params) -> Result<Option<State>, Problem> {
    let Some(name) = params.one("state")?.filter(|name| !name.is_empty()) else { return Ok(None) };
    State::parse(name).map(Some).ok_or_else(|| {
        let names = State::ALL.map(State::name).join(", ");
        Problem::invalid(vec![FieldError::new("state", "unknown", format!("one of {names}"))])
    })
}

/// The states of a list in the outbox; `None`: all.
pub fn question_state(params: &Params) -> Result<Option<QuestionState>, Problem> {
    let Some(name) = params.one("state")?.filter(|name| !name.is_empty()) else { return Ok(None) };
    serde_json::from_value(name.into()).map(Some).map_err(|_| {
        let message = "one of accepted, sending, posted, answered, pendingReview, ambiguous, needsFix, withdrawn, failed";
        Problem::invalid(vec![FieldError::new("state", "unknown", message)])
    })
}

/// Whether an asker wants more than to withdraw: that everything is forgotten.
pub fn erase(params: &Params) -> Result<bool, Problem> {
    params.flag("erase")
}

/// `POST /v1/questions`, up to what the site's own rules decide.
pub fn question(body: &[u8]) -> Result<QuestionRequest, Problem> {
    json(body)
}

/// The header `Idempotency-Key`.
pub fn idempotency_key(headers: &Headers) -> Result<SubmissionId, Problem> {
    const FIELD: &str = "Idempotency-Key";
    let error = match headers.idempotency_key.as_deref().map(str::parse) {
        Some(Ok(id)) => return Ok(id),
        Some(Err(error)) => FieldError::new(FIELD, "invalid", format!("must be a ULID: {error}")),
        None => FieldError::new(FIELD, "required", "send a ULID, made once for each draft"),
    };
    Err(Problem::invalid(vec![error]))
}

/// Decodes JSON. Lone surrogates, wrong types and unknown fields are told with their line and column.
pub fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| malformed(format!("the body: {error}")))
}

/// Whether a `Content-Type` says JSON.
pub fn is_json(content_type: Option<&str>) -> bool {
    let Some(value) = content_type else { return false };
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn check_text(errors: &mut Vec<FieldError>, field: &str, text: &str, most: usize) {
    if text.chars().count() > most {
        let error = FieldError::new(field, "tooLong", format!("at most {most} characters"));
        errors.push(error.beyond(most, text.chars().count()));
    }
    if text.chars().any(is_refused) {
        errors.push(FieldError::new(field, "invalid", "control characters are not text"));
    }
}

/// Control characters that no keyboard and no paste from a terminal leaves in a text.
fn is_refused(char: char) -> bool {
    char.is_control() && !matches!(char, '\t' | '\n' | '\r')
}

fn malformed(detail: String) -> Problem {
    Problem::new(ProblemType::Malformed).detail(detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn searched(query: &str) -> Result<SearchQuery, Problem> {
        search(Params::parse(query)?)
    }

    fn code(result: Result<SearchQuery, Problem>) -> (ProblemType, String) {
        let problem = result.unwrap_err();
        let error = problem.errors.first().map(|error| format!("{} {}", error.field, error.code));
        (problem.kind, error.unwrap_or_default())
    }

    #[test]
    fn a_search_reads_all_its_parameters() {
        let query = searched(
            "site=demo&q=sync+error&tag=a&tag=b&category=C%20D&source=docs&limit=5&offset=20&pageUrl=x",
        );
        let query = query.unwrap();
        assert_eq!(query.text, "sync error");
        assert_eq!((query.tags.len(), query.categories.as_slice()), (2, ["C D".to_owned()].as_slice()));
        assert_eq!((query.limit, query.offset), (5, 20));
        let default = searched("site=demo").unwrap();
        assert_eq!(
            (default.text.as_str(), default.limit, default.offset),
            ("", limits::SEARCH_LIMIT_DEFAULT, 0)
        );
    }

    #[test]
    fn bad_parameters_are_named() {
        let long = format!("q={}", "word+".repeat(10_000));
        let many = "tag=a&".repeat(limits::FILTER_VALUES + 1);
        for (query, kind, error) in [
            ("q=%zz", ProblemType::Malformed, ""),
            ("q=%ED%A0%80", ProblemType::Malformed, ""),
            ("q=a&q=b", ProblemType::Malformed, ""),
            ("limit=ten", ProblemType::Malformed, ""),
            ("limit=-1", ProblemType::Malformed, ""),
            ("limit=0", ProblemType::Invalid, "limit tooShort"),
            ("limit=51", ProblemType::Invalid, "limit tooMany"),
            ("offset=99999999999999999999999", ProblemType::Invalid, "offset tooMany"),
            ("q=a%00b", ProblemType::Invalid, "q invalid"),
            (&long, ProblemType::Invalid, "q tooLong"),
            (&many, ProblemType::Invalid, "tag tooMany"),
        ] {
            assert_eq!(
                code(searched(query)),
                (kind, error.to_owned()),
                "{}",
                query.get(..40).unwrap_or(query)
            );
        }
    }

    #[test]
    fn bodies_with_wrong_types_or_lone_surrogates_cannot_be_read() {
        for body in [
            "",
            "[]",
            r#"{"site":1}"#,
            r#"{"site":"d","title":"\ud800"}"#,
            r#"{"site":"d","title":"t","x":1}"#,
        ] {
            assert_eq!(similar(body.as_bytes()).unwrap_err().kind, ProblemType::Malformed, "{body}");
        }
        let control = similar(br#"{"site":"d","title":"a\u0000b"}"#)
            .and_then(|draft| check_similar(&draft))
            .unwrap_err();
        assert_eq!(control.kind, ProblemType::Invalid);
        let deep = "[".repeat(100_000);
        assert_eq!(question(deep.as_bytes()).unwrap_err().kind, ProblemType::Malformed, "nesting is bounded");
    }

    #[test]
    fn keys_are_ulids() {
        let with = |key: Option<&str>| {
            idempotency_key(&Headers { idempotency_key: key.map(str::to_owned), ..Headers::default() })
        };
        assert!(with(Some("01ARYZ6S41ZZZZZZZZZZZZZZZZ")).is_ok());
        assert_eq!(with(None).unwrap_err().errors[0].code, "required");
        assert_eq!(with(Some("abc")).unwrap_err().errors[0].code, "invalid");
    }

    #[test]
    fn only_json_is_json() {
        assert!(is_json(Some("application/json")) && is_json(Some("Application/JSON; charset=utf-8")));
        assert!(!is_json(Some("text/plain")) && !is_json(None) && !is_json(Some("application/jsonp")));
    }

    proptest! {
        #[test]
        fn no_query_and_no_body_panics(text in ".{0,200}") {
            if let Ok(query) = searched(&text) {
                prop_assert!(query.limit <= limits::SEARCH_LIMIT && query.offset <= limits::SEARCH_OFFSET);
            }
            let _ = similar(text.as_bytes());
            let _ = question(text.as_bytes());
        }
    }
}
