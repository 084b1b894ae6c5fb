//! An account of a Discourse forum: how it asks, and what kind of answer came.

use serde_json::Value;

use crate::classify::{common, is_html, said};
use crate::{Account, Broken, Method, Outcome, Posted, Request, Response, Transport};

/// A Discourse forum, posted to through an account's API key.
///
/// `account.url` is the forum's address, `account.category` the number of a category, `account.user` the name the key
/// may speak for. A key of granular scopes needs `topics:write` and, to find again what was posted, `global:read`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discourse(pub Account);

/// What came of reading an address.
#[derive(Debug)]
pub(super) enum Answer {
    /// It was there.
    Json(Value),
    /// The forum itself says no: it is not there, or not for us. Why, for the operator.
    No(String),
    /// Nobody knows: no answer, a breakdown, throttling, something in front of the forum. Why, for the operator.
    Unclear(String),
}

impl Discourse {
    /// Reads what lies at `path`, which begins with a slash.
    pub(super) async fn get<T: Transport>(&self, t: &T, path: &str) -> Answer {
        let response = match t.send(self.request(Method::Get, path, None)).await {
            Ok(response) => response,
            Err(Broken::NotSent(why) | Broken::Unclear(why)) => return Answer::Unclear(why),
        };
        let said = said(&response);
        match response.status {
            300..=399 => {
                Answer::Unclear(format!("{said}, to {}", response.header("location").unwrap_or("nowhere")))
            }
            _ if common(&response).is_some() => Answer::Unclear(said),
            200..=299 => response.json().map_or(Answer::Unclear(said), Answer::Json),
            // A page: whatever is at this address, it is not the forum.
            _ if is_html(&response) => Answer::Unclear(said),
            _ => Answer::No(said),
        }
    }

    /// A request with the account's key.
    pub(super) fn request(&self, method: Method, path: &str, body: Option<Vec<u8>>) -> Request {
        let mut headers = vec![("accept", "application/json".to_owned()), ("api-key", self.0.key.clone())];
        headers.extend(self.0.user.clone().map(|user| ("api-username", user)));
        headers.extend(body.is_some().then(|| ("content-type", "application/json".to_owned())));
        Request { method, url: format!("{}{path}", self.0.url), headers, body }
    }

    /// The number of the category to post in; `None` where the account names none. An account that names it otherwise
    /// is wrong, and says so to the operator.
    pub(super) fn category(&self) -> Result<Option<u64>, Outcome> {
        let named = self.0.category.as_deref().map(str::trim).filter(|category| !category.is_empty());
        named.map(str::parse).transpose().map_err(|_| {
            let reason = "the category has to be a number: the one at the end of its address".to_owned();
            Outcome::Blocked { reason }
        })
    }

    /// A topic, at the address its readers see.
    pub(super) fn posted(&self, topic_id: &str, slug: Option<&str>) -> Posted {
        let slug = slug.filter(|slug| !slug.is_empty()).unwrap_or("-");
        Posted { thread_id: topic_id.to_owned(), url: Some(format!("{}/t/{slug}/{topic_id}", self.0.url)) }
    }
}

/// The id and the slug of the topic that a redirect leads to: `/t/{slug}/{id}.json`, on whatever host.
pub(super) fn redirected(response: &Response) -> Option<(String, Option<String>)> {
    let target = response.header("location")?.split(['?', '#']).next()?;
    let (_, path) = target.split_once("/t/")?;
    let path = path.strip_suffix(".json").unwrap_or(path);
    let mut parts = path.split('/');
    let number = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    match (parts.next()?, parts.next()) {
        (slug, Some(id)) if number(id) => Some((id.to_owned(), Some(slug.to_owned()))),
        (id, None) if number(id) => Some((id.to_owned(), None)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::answer;

    #[test]
    fn a_redirect_names_its_topic() {
        let to = |location: &str| redirected(&answer(301, &[("location", location)], ""));
        let found = |id: &str, slug: &str| Some((id.to_owned(), Some(slug.to_owned())));
        assert_eq!(to("https://f.example/t/how-do-i/42.json"), found("42", "how-do-i"));
        assert_eq!(to("/forum/t/2024/42.json?u=x"), found("42", "2024"));
        assert_eq!(to("/t/42"), Some(("42".to_owned(), None)));
        for other in ["https://f.example/t/external_id/AB12.json", "/login", "/t/", "", "/t/a/b"] {
            assert_eq!(to(other), None, "{other}");
        }
    }

    #[test]
    fn a_category_is_a_number_or_none() {
        let category = |category: Option<&str>| {
            Discourse(Account { category: category.map(str::to_owned), ..Account::default() }).category()
        };
        assert_eq!(category(None), Ok(None));
        assert_eq!(category(Some(" ")), Ok(None));
        assert_eq!(category(Some("7")), Ok(Some(7)));
        assert!(matches!(category(Some("support")), Err(Outcome::Blocked { .. })));
    }
}
