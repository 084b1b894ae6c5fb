//! Whether an account can do what posting questions needs, found out without posting anything.

use super::client::GitHub;
use super::query::{REPOSITORY, RepositoryData};
use crate::{Finding, Outcome, Response, Transport};

/// Any one of these lets a classic token create discussions in a public repository.
const SCOPES: [&str; 2] = ["repo", "public_repo"];

impl GitHub {
    /// Tries the account, posting nothing: the token and whom it speaks for, what it may do as far as it says so, the
    /// repository, the category. Where one is wrong on which the next depends, the next is not tried.
    pub async fn check<T: Transport>(&self, t: &T) -> Vec<Finding> {
        let Some(named) = self.repository() else { return vec![failed(&self.wrong_address())] };
        let seen = self.run_seen::<_, _, RepositoryData>(t, REPOSITORY, &named).await;
        let (data, response) = match seen {
            Ok(seen) => seen,
            Err(outcome) => return vec![failed(&outcome)],
        };
        let mut findings = vec![good(format!("The token speaks for {}.", data.viewer.login))];
        findings.extend(scopes(&response));
        let Some(repository) = data.repository else {
            findings.push(bad(format!("The token cannot see {}.", self.0.url)));
            return findings;
        };
        if repository.is_archived {
            findings.push(bad(format!("{} is archived.", self.0.url)));
        }
        if !repository.has_discussions_enabled {
            findings.push(bad(format!("{} has no discussions: switch them on in its settings.", self.0.url)));
            return findings;
        }
        let (categories, _) = repository.discussion_categories.read();
        findings.push(match self.category(&categories) {
            Ok(category) if category.is_answerable => {
                good(format!("The category {} takes questions and marks their answers.", category.name))
            }
            Ok(category) => good(format!(
                "The category {} takes questions, but marks no answers: only one of the kind \"question and answer\" does.",
                category.name
            )),
            Err(why) => bad(format!("The category is wrong: {why}.")),
        });
        findings
    }
}

/// What a classic token says that it may do; a fine-grained one says nothing.
fn scopes(response: &Response) -> Option<Finding> {
    let named = response.header("x-oauth-scopes")?;
    let enough = named.split(',').any(|scope| SCOPES.contains(&scope.trim()));
    Some(if enough {
        good("The token may write in public repositories.".to_owned())
    } else {
        bad(format!("The token lacks the scope public_repo (or repo): it has \"{named}\"."))
    })
}

fn failed(outcome: &Outcome) -> Finding {
    bad(match outcome {
        Outcome::Blocked { reason } | Outcome::Refused { reason } => {
            format!("GitHub does not let us in: {reason}")
        }
        Outcome::NotSent { why } | Outcome::Ambiguous { why } => {
            format!("GitHub gives no clear answer: {why}")
        }
        Outcome::Throttled { .. } => "GitHub asks to wait: the token has used up its requests.".to_owned(),
        _ => "GitHub gives no clear answer.".to_owned(),
    })
}

fn good(what: String) -> Finding {
    Finding { ok: true, what }
}

fn bad(what: String) -> Finding {
    Finding { ok: false, what }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::{Fake, answer, now};
    use crate::{Account, Method};

    const API: &str = "https://api.github.com/graphql";
    const HERE: &str = r#"{"data":{"viewer":{"login":"helpbot"},"repository":{"id":"R_1","isArchived":false,
        "hasDiscussionsEnabled":true,"discussionCategories":{"nodes":[
        {"id":"DIC_1","name":"Ideas","slug":"ideas","isAnswerable":false},
        {"id":"DIC_2","name":"Q&A","slug":"q-a","isAnswerable":true}]}}}}"#;

    fn check(category: &str, headers: &[(&str, &str)], status: u16, body: &str) -> Vec<Finding> {
        let account = Account {
            url: "https://github.com/o/r".into(),
            category: Some(category.into()),
            ..Account::default()
        };
        let fake = Fake::new().on_result(Method::Post, API, Ok(answer(status, headers, body)));
        now(GitHub(account).check(&fake))
    }

    fn oks(findings: &[Finding]) -> Vec<bool> {
        findings.iter().map(|finding| finding.ok).collect()
    }

    #[test]
    fn what_works_and_what_does_not() {
        let fine = check("Q&A", &[("x-oauth-scopes", "read:org, public_repo")], 200, HERE);
        assert_eq!(oks(&fine), [true, true, true], "{fine:?}");
        assert_eq!(oks(&check("Q&A", &[("x-oauth-scopes", "read:org")], 200, HERE)), [true, false, true]);
        let ideas = check("ideas", &[], 200, HERE);
        assert!(ideas[1].ok && ideas[1].what.contains("marks no answers"));
        assert_eq!(oks(&check("Help", &[], 200, HERE)), [true, false]);
        let off = HERE.replace(r#""hasDiscussionsEnabled":true"#, r#""hasDiscussionsEnabled":false"#);
        assert_eq!(oks(&check("Q&A", &[], 200, &off)), [true, false]);
        for (status, body) in [(401, "{}"), (502, ""), (429, ""), (200, "{}")] {
            assert_eq!(oks(&check("Q&A", &[], status, body)), [false], "{status}");
        }
    }
}
