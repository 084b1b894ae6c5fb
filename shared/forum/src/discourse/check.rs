//! Whether an account can do what posting questions needs, found out without posting anything.

use serde_json::Value;

use super::client::{Answer, Discourse};
use super::find::{Queue, Sought};
use super::loose::Loose;
use crate::{Finding, Outcome, Reference, Transport};

/// What no question bears: it is looked for to see whether questions can be.
const NOBODY: Reference<'static> = Reference {
    id: "0000000000000000",
    marker: "Reference: 0000000000000000",
    since: 0,
    others: &[],
    after: None,
};

/// `permission` of a category in which topics may be created.
const MAY_CREATE: u64 = 1;

impl Discourse {
    /// Tries the account, posting nothing:
    ///
    /// 1. the key, and the user it speaks for; where not even that answers, nothing else is tried;
    /// 2. the category;
    /// 3. tags;
    /// 4. the forum's limits;
    /// 5. whether questions can be found again, by their ids and before the moderators.
    pub async fn check<T: Transport>(&self, t: &T) -> Vec<Finding> {
        // 1.
        let mut findings = Vec::new();
        match self.get(t, "/session/current.json").await {
            Answer::Json(session) => findings.push(self.user(&session)),
            Answer::No(why) => findings.push(bad(format!("The forum does not accept the key: {why}"))),
            Answer::Unclear(why) => return vec![bad(format!("The forum gives no clear answer: {why}"))],
        }

        // 2.
        findings.push(self.check_category(t).await);

        // 3.
        findings.push(match self.get(t, "/site.json").await {
            Answer::Json(site) => tags(&site),
            Answer::No(why) | Answer::Unclear(why) => bad(format!("Its tags cannot be read: {why}")),
        });

        // 4.
        findings.push(match self.get(t, "/site/settings.json").await {
            Answer::Json(settings) => limits(&settings),
            Answer::No(why) | Answer::Unclear(why) => {
                good(format!("The forum keeps its limits to itself ({why})."))
            }
        });

        // 5.
        findings.push(match self.by_id(t, NOBODY.id).await {
            Sought::Missing => good("A question can be looked up by its id.".to_owned()),
            Sought::Found(_) | Sought::Unclear => bad("Topics cannot be looked up by an id: the key may \
                 lack `global:read`, or the forum is older than Discourse 2.8."
                .to_owned()),
        });
        findings.push(match self.queue(t, &NOBODY).await {
            Queue::Holds | Queue::Lacks => good("Questions that wait for moderators can be seen.".to_owned()),
            Queue::Closed(why) => bad(format!(
                "Questions that wait for moderators cannot be seen ({why}): one whose answer was lost will be held \
                 for you to look at."
            )),
            Queue::Unclear => bad("Whether questions wait for moderators cannot be told.".to_owned()),
        });
        findings
    }

    fn user(&self, session: &Value) -> Finding {
        let Some(name) = session.get("current_user").and_then(|user| user.text("username")) else {
            return bad("The forum does not say whom the key speaks for.".to_owned());
        };
        match &self.0.user {
            Some(user) if !user.eq_ignore_ascii_case(name) => {
                bad(format!("The key speaks for {name}, and not for {user}."))
            }
            _ => good(format!("The key speaks for {name}.")),
        }
    }

    async fn check_category<T: Transport>(&self, t: &T) -> Finding {
        let id = match self.category() {
            Ok(Some(id)) => id,
            Ok(None) => return good("No category is named: the forum chooses its default.".to_owned()),
            Err(Outcome::Blocked { reason }) => return bad(format!("Wrong category: {reason}.")),
            Err(_) => return bad("Wrong category.".to_owned()),
        };
        let found = match self.get(t, &format!("/c/{id}/show.json")).await {
            Answer::Json(found) => found,
            Answer::No(why) | Answer::Unclear(why) => {
                return bad(format!("Category {id} cannot be read: {why}"));
            }
        };
        let category = found.get("category").unwrap_or(&Value::Null);
        let name = category.text("name").unwrap_or("without a name");
        if category.number("permission") != Some(MAY_CREATE) {
            return bad(format!("Category {id} ({name}) is one in which this user may not create topics."));
        }
        let tags = category.number("minimum_required_tags").filter(|tags| *tags > 0);
        let needs = tags.map(|tags| format!("; each needs {tags} tags or more")).unwrap_or_default();
        good(format!("Topics can be created in category {id} ({name}){needs}."))
    }
}

fn tags(site: &Value) -> Finding {
    let (may_tag, may_create) = (site.flag("can_tag_topics"), site.flag("can_create_tag"));
    match (may_tag, may_create) {
        (Some(true), Some(true)) => good("Topics can be tagged, also with new tags.".to_owned()),
        (Some(true), _) => good("Topics can be tagged, with tags that exist.".to_owned()),
        _ => bad("This user may not tag topics: questions with tags are refused or lose them.".to_owned()),
    }
}

fn limits(settings: &Value) -> Finding {
    let [title_min, title_max, body_min, body_max] =
        ["min_topic_title_length", "max_topic_title_length", "min_first_post_length", "max_post_length"]
            .map(|name| settings.number(name));
    match (title_min, title_max, body_min, body_max) {
        (Some(title_min), Some(title_max), Some(body_min), Some(body_max)) => good(format!(
            "The forum takes titles of {title_min} to {title_max} characters and bodies of {body_min} to {body_max}."
        )),
        _ => good("The forum keeps its limits to itself.".to_owned()),
    }
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
    use crate::Account;
    use crate::fake::{Fake, now};

    fn check(fake: &Fake) -> Vec<(bool, String)> {
        let account = Account {
            url: "https://f.example".into(),
            category: Some("7".into()),
            user: Some("helpbot".into()),
            key: "k".into(),
        };
        now(Discourse(account).check(fake)).into_iter().map(|finding| (finding.ok, finding.what)).collect()
    }

    #[test]
    fn an_account_that_can_do_everything() {
        let fake = Fake::new()
            .get("/session/current.json", 200, r#"{"current_user":{"username":"HelpBot"}}"#)
            .get(
                "/c/7/show.json",
                200,
                r#"{"category":{"name":"Help","permission":1,"minimum_required_tags":2}}"#,
            )
            .get("/site.json", 200, r#"{"can_tag_topics":true,"can_create_tag":false}"#)
            .get(
                "/site/settings.json",
                200,
                r#"{"min_topic_title_length":15,"max_topic_title_length":255,"min_first_post_length":20,
                "max_post_length":32000}"#,
            )
            .get("/t/external_id/0000000000000000.json", 404, "{}")
            .get("/posts/helpbot/pending.json", 200, r#"{"pending_posts":[]}"#);
        let findings = check(&fake);
        assert!(findings.iter().all(|(ok, _)| *ok), "{findings:?}");
        assert_eq!(findings.len(), 6);
        assert_eq!(findings[1].1, "Topics can be created in category 7 (Help); each needs 2 tags or more.");
        assert_eq!(
            findings[3].1,
            "The forum takes titles of 15 to 255 characters and bodies of 20 to 32000."
        );
    }

    #[test]
    fn an_account_that_can_do_nothing() {
        let no = r#"{"errors":["Not for you"],"error_type":"invalid_access"}"#;
        let fake = Fake::new()
            .get("/session/current.json", 403, no)
            .get("/c/7/show.json", 200, r#"{"category":{"name":"News","permission":null}}"#)
            .get("/site.json", 200, "{}")
            .get("/site/settings.json", 403, no)
            .get("/t/external_id/", 403, no)
            .get("/pending.json", 403, no)
            .get("/review.json", 404, no);
        let findings = check(&fake);
        let wrong: Vec<bool> = findings.iter().map(|(ok, _)| *ok).collect();
        assert_eq!(wrong, [false, false, false, true, false, false], "{findings:?}");
        assert!(findings[1].1.contains("News"));
    }

    #[test]
    fn a_forum_that_does_not_answer_is_left_alone() {
        for (status, body) in [(500, ""), (403, "<html>challenge</html>"), (301, ""), (200, "<html>")] {
            let findings = check(&Fake::new().get("/session/current.json", status, body));
            assert_eq!(findings.len(), 1);
            assert!(!findings[0].0);
        }
        let other = Fake::new().get("/session/current.json", 401, "{}");
        assert!(!check(&other)[0].0);
    }
}
