//! What an answer means that a forum's proxy could have given as well as the forum: throttling, bot challenges, wrong
//! addresses, breakdowns. What only one kind of forum says is left to its adapter.

use serde_json::Value;
use text::{blocks, line, plain};
use thread::Body;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use crate::{Broken, Outcome, Response};

/// How much of what the forum said is passed on.
const WORDS_CHARS: usize = 500;

/// How much of a page is looked at: an error page says what it has to say at its top.
const PAGE_BYTES: usize = 64 << 10;

/// What stands in the pages with which proxies ask whether a person is there.
const CHALLENGES: [&str; 9] = [
    "cf-chl",
    "challenge-platform",
    "cdn-cgi/challenge",
    "captcha",
    "just a moment",
    "checking your browser",
    "ddos-guard",
    "_incapsula_resource",
    "anubis",
];

/// What the answer to a post means, where it means the same from every forum; `None` where the adapter has to say. A
/// readable 2xx and a 4xx in the forum's own format are the adapter's; so is an unreadable 2xx, see [`unreadable`].
pub(crate) fn common(response: &Response) -> Option<Outcome> {
    if is_challenge(response) {
        return Some(blocked(response, "a bot challenge in front of the forum"));
    }
    match response.status {
        429 => Some(Outcome::Throttled { wait_ms: wait_ms(response) }),
        300..=399 => {
            let target = response.header("location").unwrap_or("nowhere");
            let reason = format!("{}: the forum's address redirects to {}", response.status, cut(target));
            Some(Outcome::Blocked { reason })
        }
        401 | 407 => Some(blocked(response, "the forum does not know our key")),
        403 if is_html(response) => Some(blocked(response, "a page in place of the forum's answer")),
        408 | 500.. => Some(Outcome::Ambiguous { why: said(response) }),
        _ => None,
    }
}

/// What it means that no answer came.
pub(crate) fn broken(broken: Broken) -> Outcome {
    match broken {
        Broken::NotSent(why) => Outcome::NotSent { why },
        Broken::Unclear(why) => Outcome::Ambiguous { why },
    }
}

/// The forum takes nothing from us. `what` says so in our words, for the operator; the forum's own follow.
pub(crate) fn blocked(response: &Response, what: &str) -> Outcome {
    Outcome::Blocked { reason: format!("{what}: {}", said(response)) }
}

/// The forum does not take this question; the reason is in its own words.
pub(crate) fn refused(response: &Response) -> Outcome {
    Outcome::Refused { reason: words(response) }
}

/// A 2xx that does not say what was created: the forum may have the question all the same.
pub(crate) fn unreadable(response: &Response) -> Outcome {
    Outcome::Ambiguous { why: format!("an answer that could not be read: {}", said(response)) }
}

/// How long the answer asks to wait: the longer of `extras.wait_seconds` in its body and its `Retry-After` (seconds, or
/// a date, which counts from the answer's own `Date`); where there is neither, what its words say in English ("wait 24
/// seconds").
pub(crate) fn wait_ms(response: &Response) -> Option<u64> {
    let body = response.json::<Value>();
    let extras = body.as_ref().and_then(|body| body.get("extras"));
    let seconds = extras.and_then(|extras| {
        let seconds = extras.get("wait_seconds")?;
        seconds.as_f64().or_else(|| seconds.as_str()?.trim().parse().ok())
    });
    let asked = [seconds.and_then(seconds_to_ms), retry_after_ms(response)].into_iter().flatten().max();
    asked.or_else(|| spoken_ms(extras?.get("time_left")?.as_str()?)).or_else(|| spoken_ms(&words(response)))
}

/// What the forum said, for the author of the question: the messages of a JSON answer, a text, or a page's words; about
/// 500 characters at most, one line. `HTTP 418` where it said nothing.
pub(crate) fn words(response: &Response) -> String {
    let said = match response.json::<Value>() {
        Some(json) => messages(&json),
        None if is_html(response) => without_tags(&page(response)),
        None => one_line(&page(response)),
    };
    if said.is_empty() { format!("HTTP {}", response.status) } else { cut(&said) }
}

/// Whether the answer is a web page.
pub(crate) fn is_html(response: &Response) -> bool {
    if response.header("content-type").is_some_and(|kind| kind.to_ascii_lowercase().contains("html")) {
        return true;
    }
    let begin: Vec<u8> = response.body.trim_ascii_start().iter().take(14).copied().collect();
    let begin = begin.to_ascii_lowercase();
    begin.starts_with(b"<!doctype html") || begin.starts_with(b"<html")
}

/// A proxy wants proof that we are a person. It marks that in a header, or only in the words of its page.
fn is_challenge(response: &Response) -> bool {
    let marked = response.header("cf-mitigated").is_some_and(|value| value.eq_ignore_ascii_case("challenge"))
        || response.header("x-amzn-waf-action").is_some();
    marked
        || (matches!(response.status, 403 | 503) && is_html(response) && {
            let page = page(response).to_lowercase();
            CHALLENGES.iter().any(|mark| page.contains(mark))
        })
}

/// The status and the words, for the operator.
pub(crate) fn said(response: &Response) -> String {
    let status = format!("HTTP {}", response.status);
    let words = words(response);
    if words == status { status } else { format!("{status}: {words}") }
}

/// The beginning of the body as text.
fn page(response: &Response) -> String {
    String::from_utf8_lossy(response.body.get(..PAGE_BYTES).unwrap_or(&response.body)).into_owned()
}

fn without_tags(html: &str) -> String {
    one_line(&plain(&blocks(&Body::Html(html.to_owned()))))
}

/// The messages of an error: where the field is whose name says so, that one; else every field's, as in
/// `{"title": ["too short"]}`.
fn messages(json: &Value) -> String {
    const NAMES: [&str; 5] = ["/errors", "/detail", "/message", "/status/message", "/error"];
    let mut found = Vec::new();
    for name in NAMES {
        if let Some(value) = json.pointer(name) {
            gather(value, &mut found);
        }
        if !found.is_empty() {
            break;
        }
    }
    if found.is_empty() {
        gather(json, &mut found);
    }
    found.join(" ")
}

/// Every sentence in a value, as it stands there; of an object with a `message` only that one. No more than are shown.
fn gather(value: &Value, found: &mut Vec<String>) {
    match value {
        _ if found.len() > WORDS_CHARS => {}
        Value::String(text) => {
            // Forums put links into their messages, and they also write `List<T>`.
            let text = if text.contains("</") { without_tags(text) } else { one_line(&line(text)) };
            if !text.is_empty() && !found.contains(&text) {
                found.push(text);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| gather(value, found)),
        Value::Object(map) => match map.get("message") {
            Some(message) => gather(message, found),
            None => map.values().for_each(|value| gather(value, found)),
        },
        _ => {}
    }
}

/// White space collapsed, control characters gone.
fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(WORDS_CHARS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}

fn retry_after_ms(response: &Response) -> Option<u64> {
    let value = response.header("retry-after")?.trim();
    match value.parse() {
        Ok(seconds) => seconds_to_ms(seconds),
        Err(_) => ms_until(response, date(value)?),
    }
}

/// How long it is from the answer's own `Date` to a time, in seconds since 1970. `None` where it has no date or the time
/// is past.
pub(crate) fn ms_until(response: &Response, at: i64) -> Option<u64> {
    let wait = at.saturating_sub(date(response.header("date")?)?);
    u64::try_from(wait).ok().map(|seconds| seconds.saturating_mul(1000))
}

/// A date as HTTP writes it, in seconds since 1970.
fn date(text: &str) -> Option<i64> {
    OffsetDateTime::parse(text.trim(), &Rfc2822).ok().map(OffsetDateTime::unix_timestamp)
}

/// `None` for what is no length of time. Casting saturates.
fn seconds_to_ms(seconds: f64) -> Option<u64> {
    (seconds.is_finite() && seconds >= 0.0).then_some((seconds * 1000.0) as u64)
}

/// The first length of time in a sentence: `24 seconds`, `1 minute`, `30s`.
fn spoken_ms(text: &str) -> Option<u64> {
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let from = rest.get(start..)?;
        let end = from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len());
        let (number, after) = from.split_at_checked(end)?;
        let unit: String = after.trim_start().chars().take_while(|c| c.is_alphabetic()).collect();
        let seconds = match unit.to_ascii_lowercase().as_str() {
            "s" | "sec" | "secs" | "second" | "seconds" => Some(1),
            "m" | "min" | "mins" | "minute" | "minutes" => Some(60),
            "h" | "hour" | "hours" => Some(3600),
            _ => None,
        };
        if let (Some(seconds), Ok(number)) = (seconds, number.parse::<u64>()) {
            return Some(number.saturating_mul(seconds).saturating_mul(1000));
        }
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::answer;

    fn throttled(response: &Response) -> Option<u64> {
        match common(response) {
            Some(Outcome::Throttled { wait_ms }) => wait_ms,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn throttling_of_every_shape() {
        let json = r#"{"errors":["Please wait."],"extras":{"wait_seconds":24,"time_left":"24 seconds"}}"#;
        assert_eq!(throttled(&answer(429, &[], json)), Some(24_000));
        assert_eq!(throttled(&answer(429, &[("retry-after", "30")], json)), Some(30_000), "the longer one");
        assert_eq!(
            throttled(&answer(429, &[], r#"{"errors":["Wait."],"extras":{"time_left":"2 minutes"}}"#)),
            Some(120_000)
        );
        assert_eq!(throttled(&answer(429, &[("retry-after", "7")], "Slow down")), Some(7_000));
        assert_eq!(
            throttled(&answer(429, &[], "Too many requests from 10.0.0.1. Please retry in 10 seconds.")),
            Some(10_000)
        );
        let page = "<!DOCTYPE html><title>429</title><style>p{margin:5s}</style><p>Too many requests</p>";
        assert_eq!(throttled(&answer(429, &[("content-type", "text/html")], page)), None);
        assert_eq!(throttled(&answer(429, &[("retry-after", "soon")], "")), None);
        assert_eq!(throttled(&answer(429, &[("retry-after", "1e300")], "")), Some(u64::MAX));
        assert_eq!(throttled(&answer(429, &[("retry-after", "-5")], "")), None);
    }

    #[test]
    fn a_date_to_come_back_at_counts_from_the_answers_own() {
        let at = ("retry-after", "Sun, 22 Nov 2026 10:00:30 GMT");
        let date = ("date", "Sun, 22 Nov 2026 10:00:00 GMT");
        assert_eq!(throttled(&answer(429, &[at, date], "")), Some(30_000));
        assert_eq!(throttled(&answer(429, &[at], "")), None, "whose clock is it?");
        assert_eq!(throttled(&answer(429, &[("retry-after", date.1), ("date", at.1)], "")), None);
    }

    #[test]
    fn challenges_wrong_addresses_and_unknown_keys_block() {
        let html = ("content-type", "text/html; charset=UTF-8");
        for (response, says) in [
            (answer(403, &[html], "<html><title>Just a moment...</title></html>"), "bot challenge"),
            (answer(503, &[html], "<p>Checking your browser</p>"), "bot challenge"),
            (answer(200, &[html, ("cf-mitigated", "challenge")], ""), "bot challenge"),
            (answer(403, &[], "  <!doctype HTML><h1>Forbidden</h1>"), "Forbidden"),
            (answer(401, &[], r#"{"detail":"Invalid token."}"#), "Invalid token."),
            (
                answer(301, &[("location", "https://f.example/posts.json")], ""),
                "https://f.example/posts.json",
            ),
        ] {
            let Some(Outcome::Blocked { reason }) = common(&response) else { panic!("{response:?}") };
            assert!(reason.contains(says), "{reason}");
        }
    }

    #[test]
    fn breakdowns_are_ambiguous_and_the_rest_is_the_adapters() {
        let page = answer(503, &[("content-type", "text/html")], "<h1>503 Service Unavailable</h1>");
        assert_eq!(
            common(&page),
            Some(Outcome::Ambiguous { why: "HTTP 503: 503 Service Unavailable".into() })
        );
        assert_eq!(common(&answer(502, &[], "")), Some(Outcome::Ambiguous { why: "HTTP 502".into() }));
        for response in [
            answer(200, &[], "{}"),
            answer(200, &[("content-type", "text/html")], "<html>captcha</html>"),
            answer(403, &[], r#"{"errors":["no"]}"#),
            answer(422, &[], ""),
        ] {
            assert_eq!(common(&response), None, "{response:?}");
        }
        assert!(matches!(broken(Broken::NotSent("x".into())), Outcome::NotSent { .. }));
        assert!(matches!(broken(Broken::Unclear("x".into())), Outcome::Ambiguous { .. }));
    }

    #[test]
    fn the_forums_words_whatever_form_they_came_in() {
        let says = |body: &str| words(&answer(400, &[], body));
        assert_eq!(says(r#"{"action":"create_post","errors":["Title  is too short","Body &amp; all"]}"#), {
            "Title is too short Body & all"
        });
        assert_eq!(says(r#"{"errors":[{"type":"X","message":"No"}]}"#), "No");
        assert_eq!(says(r#"{"detail":"Not now."}"#), "Not now.");
        assert_eq!(says(r#"{"status":{"code":"bad-request","message":"Wait"},"response":{}}"#), "Wait");
        assert_eq!(
            says(r#"{"post":["Say more."],"title":["Too short.","Too short."]}"#),
            "Say more. Too short."
        );
        assert_eq!(says(r#"{"errors":["See <a href=\"/x\">this topic</a>."]}"#), "See this topic.");
        assert_eq!(says(r#"{"errors":["No List<T>"]}"#), "No List<T>");
        assert_eq!(says("plain\u{7} \n text"), "plain text");
        assert_eq!(says("<html><script>x()</script><p>Go <b>away</b></p>"), "Go away");
        for nothing in ["", "{}", "[]", "null", " \n", r#"{"errors":[]}"#] {
            assert_eq!(says(nothing), "HTTP 400", "{nothing:?}");
        }
        assert_eq!(says(&"é".repeat(600)), format!("{}…", "é".repeat(500)));
        assert_eq!(says(&"[".repeat(100_000)).chars().count(), 501);
    }
}
