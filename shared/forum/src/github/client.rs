//! A repository on GitHub: where its API is, how it is called, and what its errors mean.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::query::{Error, Named, Operation, Reply};
use crate::classify::{blocked, broken, common, ms_until, refused, said, unreadable, wait_ms};
use crate::{Account, Method, Outcome, Request, Response, Transport};

/// A repository whose discussions questions are posted to.
///
/// `account.url` is the repository's page (`https://github.com/OWNER/REPO`, or the same on a GitHub Enterprise server),
/// `account.category` the name or the slug of a category, `account.key` a token that may write discussions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitHub(pub Account);

impl GitHub {
    /// The repository's owner and name; `None` where the address is no repository's.
    pub(super) fn repository(&self) -> Option<Named<'_>> {
        let (_, rest) = self.0.url.split_once("://")?;
        let mut parts = rest.trim_end_matches('/').split('/').skip(1);
        let (owner, name) = (parts.next()?, parts.next()?);
        let plain = |part: &str| {
            !part.is_empty()
                && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        };
        (plain(owner) && plain(name) && parts.next().is_none()).then_some(Named { owner, name })
    }

    /// Where GraphQL is spoken: on a host of its own for github.com, on a path of the server elsewhere.
    fn endpoint(&self) -> Option<String> {
        let (scheme, rest) = self.0.url.split_once("://")?;
        let host = rest.split('/').next()?;
        let name = host.split(':').next()?;
        Some(match name.to_ascii_lowercase().as_str() {
            "github.com" | "www.github.com" => "https://api.github.com/graphql".to_owned(),
            "127.0.0.1" | "localhost" => format!("{scheme}://{host}/graphql"),
            _ => format!("{scheme}://{host}/api/graphql"),
        })
    }

    /// Runs an operation. Whatever is not its whole data is an error, worded as the outcome of a post.
    pub(super) async fn run<T: Transport, V: Serialize, D: DeserializeOwned>(
        &self,
        t: &T,
        query: &'static str,
        variables: &V,
    ) -> Result<D, Outcome> {
        self.run_seen(t, query, variables).await.map(|(data, _)| data)
    }

    /// The same, with the answer it came in.
    pub(super) async fn run_seen<T: Transport, V: Serialize, D: DeserializeOwned>(
        &self,
        t: &T,
        query: &'static str,
        variables: &V,
    ) -> Result<(D, Response), Outcome> {
        let Some(url) = self.endpoint() else { return Err(self.wrong_address()) };
        let body = serde_json::to_vec(&Operation { query, variables })
            .map_err(|error| Outcome::NotSent { why: error.to_string() })?;
        let headers = vec![
            ("accept", "application/json".to_owned()),
            ("authorization", format!("Bearer {}", self.0.key)),
            ("content-type", "application/json".to_owned()),
            // GitHub answers nobody without a name.
            ("user-agent", "edgewise".to_owned()),
        ];
        let request = Request { method: Method::Post, url, headers, body: Some(body) };
        let response = t.send(request).await.map_err(broken)?;
        if let Some(outcome) = refusal(&response) {
            return Err(outcome);
        }
        let reply: Option<Reply<D>> = response.json();
        match reply {
            Some(Reply { data: Some(data), errors }) if errors.is_empty() => Ok((data, response)),
            // With errors, what data there is has holes.
            Some(Reply { errors, .. }) if !errors.is_empty() => Err(meaning(&errors, &response)),
            _ => Err(unreadable(&response)),
        }
    }

    /// The address is no repository's.
    pub(super) fn wrong_address(&self) -> Outcome {
        let reason = format!("{} is no repository: https://github.com/OWNER/REPO is one", self.0.url);
        Outcome::Blocked { reason }
    }
}

/// What a status other than 2xx means. GitHub throttles with 403 as well as 429.
fn refusal(response: &Response) -> Option<Outcome> {
    if response.status == 403 && is_rate_limit(response) {
        return Some(throttled(response));
    }
    if let Some(outcome) = common(response) {
        return Some(outcome);
    }
    match response.status {
        200..=299 => None,
        403 | 404 | 405 | 410 => Some(blocked(response, "GitHub does not let the token in here")),
        _ => Some(refused(response)),
    }
}

fn is_rate_limit(response: &Response) -> bool {
    response.header("retry-after").is_some()
        || response.header("x-ratelimit-remaining") == Some("0")
        || said(response).to_lowercase().contains("rate limit")
}

fn throttled(response: &Response) -> Outcome {
    let reset = response.header("x-ratelimit-reset").filter(|_| {
        // With requests left, the reset is of no concern.
        response.header("x-ratelimit-remaining") == Some("0")
    });
    let reset = reset.and_then(|at| at.trim().parse().ok()).and_then(|at| ms_until(response, at));
    Outcome::Throttled { wait_ms: wait_ms(response).or(reset) }
}

/// What the errors of a 200 mean, by their types. The first of the gravest kind decides.
fn meaning(errors: &[Error], response: &Response) -> Outcome {
    let of = |kinds: &[&str]| {
        errors.iter().find(|error| error.kind.as_deref().is_some_and(|kind| kinds.contains(&kind)))
    };
    // GitHub calls posting too fast a validation error.
    let too_fast = errors.iter().any(|error| error.message.contains("submitted too quickly"));
    if too_fast || of(&["RATE_LIMITED", "RATE_LIMIT"]).is_some() {
        return throttled(response);
    }
    if let Some(error) = of(&["FORBIDDEN", "INSUFFICIENT_SCOPES", "UNAUTHORIZED", "UNAUTHENTICATED"]) {
        return Outcome::Blocked { reason: format!("the token may not do this: {}", error.message) };
    }
    if let Some(error) = of(&["NOT_FOUND"]) {
        let reason =
            format!("the repository or the category is wrong, or the token cannot see it: {}", error.message);
        return Outcome::Blocked { reason };
    }
    if let Some(error) = of(&["UNPROCESSABLE", "VALIDATION", "BAD_USER_INPUT"]) {
        return Outcome::Refused { reason: error.message.clone() };
    }
    unreadable(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn github(url: &str) -> GitHub {
        GitHub(Account { url: url.into(), ..Account::default() })
    }

    #[test]
    fn where_the_api_is() {
        for (url, want) in [
            ("https://github.com/o/r", Some("https://api.github.com/graphql")),
            ("https://GitHub.com/o/r/", Some("https://api.github.com/graphql")),
            ("https://git.example/o/r", Some("https://git.example/api/graphql")),
            ("https://git.example:8443/o/r", Some("https://git.example:8443/api/graphql")),
            ("http://127.0.0.1:4010/o/r", Some("http://127.0.0.1:4010/graphql")),
            ("http://localhost/o/r", Some("http://localhost/graphql")),
            ("github.com/o/r", None),
        ] {
            assert_eq!(github(url).endpoint().as_deref(), want, "{url}");
        }
    }

    #[test]
    fn which_repository() {
        let named = |url: &str| {
            github(url).repository().map(|repository| format!("{} {}", repository.owner, repository.name))
        };
        assert_eq!(named("https://github.com/berth-dev/berth.rs/").as_deref(), Some("berth-dev berth.rs"));
        for wrong in
            ["https://github.com/o", "https://github.com/o/r/discussions", "https://github.com//r", "o/r"]
        {
            assert_eq!(named(wrong), None, "{wrong}");
        }
    }
}
