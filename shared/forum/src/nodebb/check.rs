//! Trying out an account without posting.

use super::{NodeBB, decode};
use crate::discourse::loose::Loose;
use crate::percent::encode;
use crate::{Finding, Transport};

impl NodeBB {
    /// Whether the forum knows the key, lets it post in the category and shows it the queue of posts, and what the forum
    /// takes. Posts nothing.
    pub async fn check<T: Transport>(&self, t: &T) -> Vec<Finding> {
        vec![
            self.check_key(t).await,
            self.check_category(t).await,
            self.check_limits(t).await,
            self.check_queue(t).await,
        ]
    }

    async fn check_key<T: Transport>(&self, t: &T) -> Finding {
        match self.read(t, "/api/self").await {
            Ok(us) => match us.text("username") {
                Some(name) => good(format!("The key speaks for {}.", text::line(name))),
                None => bad("The forum does not say whom the key speaks for.".to_owned()),
            },
            Err(unread) if self.uid().is_none() => bad(format!(
                "The forum does not know the key ({}). A master token needs the number of the user it is to act as.",
                unread.why
            )),
            Err(unread) => bad(format!("The forum does not know the key: {}", unread.why)),
        }
    }

    async fn check_category<T: Transport>(&self, t: &T) -> Finding {
        let Some(wanted) = self.0.category.as_deref() else {
            return bad("No category is named: NodeBB needs the number in its address.".to_owned());
        };
        let category = match self.read(t, &format!("/api/category/{}", encode(wanted))).await {
            Ok(category) => category,
            Err(unread) => return bad(format!("Category {wanted} cannot be read: {}", unread.why)),
        };
        let name = category.text("name").map(text::line).unwrap_or_else(|| "without a name".to_owned());
        let allowed = category.get("privileges").is_some_and(|may| decode::is_set(may, "topics:create"));
        if !allowed || decode::is_set(&category, "disabled") {
            return bad(format!("Category {wanted} ({name}) is one in which the key may not create topics."));
        }
        good(format!("Topics can be created in category {wanted} ({name})."))
    }

    async fn check_limits<T: Transport>(&self, t: &T) -> Finding {
        let config = self.read(t, "/api/config").await.unwrap_or_default();
        let [title_min, title_max, post_min, post_max] =
            ["minimumTitleLength", "maximumTitleLength", "minimumPostLength", "maximumPostLength"]
                .map(|name| config.number(name));
        match (title_min, title_max, post_min, post_max) {
            (Some(title_min), Some(title_max), Some(post_min), Some(post_max)) => good(format!(
                "The forum takes titles of {title_min} to {title_max} characters and bodies of {post_min} to {post_max}."
            )),
            _ => good("The forum keeps its limits to itself.".to_owned()),
        }
    }

    async fn check_queue<T: Transport>(&self, t: &T) -> Finding {
        let why = match self.read(t, "/api/post-queue").await {
            Ok(page) if page.list("posts").is_some() => {
                return good(
                    "The queue of posts can be read: questions that wait there are found.".to_owned(),
                );
            }
            Ok(_) => "it has no posts".to_owned(),
            Err(unread) => unread.why,
        };
        bad(format!(
            "The queue of posts cannot be read ({why}): a question whose answer was lost will be held for you to look at."
        ))
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

    const CONFIG: &str = r#"{"minimumTitleLength":3,"maximumTitleLength":255,"minimumPostLength":8,
        "maximumPostLength":32767}"#;

    fn check(category: Option<&str>, fake: &Fake) -> Vec<(bool, String)> {
        let account = Account {
            url: "https://n.example".into(),
            category: category.map(str::to_owned),
            user: None,
            key: "k".into(),
        };
        let findings = now(NodeBB(account).check(fake));
        findings.into_iter().map(|finding| (finding.ok, finding.what)).collect()
    }

    #[test]
    fn all_is_well() {
        let fake = Fake::new()
            .get("/api/self", 200, r#"{"uid":7,"username":"help bot"}"#)
            .get("/api/category/2", 200, r#"{"name":"Help &amp; more","privileges":{"topics:create":true}}"#)
            .get("/api/config", 200, CONFIG)
            .get("/api/post-queue", 200, r#"{"posts":[]}"#);
        let findings = check(Some("2"), &fake);
        assert!(findings.iter().all(|(ok, _)| *ok), "{findings:?}");
        assert_eq!(findings[1].1, "Topics can be created in category 2 (Help & more).");
        assert_eq!(findings[2].1, "The forum takes titles of 3 to 255 characters and bodies of 8 to 32767.");
    }

    #[test]
    fn an_account_that_can_do_nothing() {
        let wrong = |category, fake: Fake| -> Vec<bool> {
            check(category, &fake).iter().map(|(ok, _)| *ok).collect()
        };
        let stranger = Fake::new()
            .get("/api/self", 401, r#""not-authorized""#)
            .get("/api/category/2", 200, r#"{"name":"Help","privileges":{"topics:create":false}}"#)
            .get("/api/config", 200, "{}")
            .get("/api/post-queue", 404, "");
        assert_eq!(wrong(Some("2"), stranger), [false, false, true, false]);
        let odd = Fake::new().get("/api/self", 200, "{}").get("/api/config", 500, "").get(
            "/api/post-queue",
            200,
            "{}",
        );
        assert_eq!(wrong(None, odd), [false, false, true, false]);
    }
}
