//! Posting a question as a discussion.

use super::client::GitHub;
use super::query::{
    CREATE, Category, Create, CreateData, NewDiscussion, REPOSITORY, Repository, RepositoryData,
};
use crate::{NewThread, Outcome, Posted, Transport};

impl GitHub {
    /// Posts a question. Tags are left out: discussions take no labels when they are created.
    ///
    /// 1. The ids of the repository and the category are read; nothing has been posted yet, whatever goes wrong.
    /// 2. The discussion is created.
    pub async fn post<T: Transport>(&self, t: &T, q: &NewThread<'_>) -> Outcome {
        // 1.
        let Some(named) = self.repository() else { return self.wrong_address() };
        let data: RepositoryData = match self.run(t, REPOSITORY, &named).await {
            Ok(data) => data,
            Err(Outcome::Ambiguous { why }) => return Outcome::NotSent { why },
            Err(outcome) => return outcome,
        };
        let (repository_id, category_id) = match data.repository.map(|found| self.place(found)) {
            Some(Ok(ids)) => ids,
            Some(Err(reason)) => return Outcome::Blocked { reason },
            None => return Outcome::Blocked { reason: format!("the token cannot see {}", self.0.url) },
        };

        // 2.
        let input = NewDiscussion {
            repository_id: &repository_id,
            category_id: &category_id,
            title: q.title,
            body: q.markdown,
        };
        let data: CreateData = match self.run(t, CREATE, &Create { input }).await {
            Ok(data) => data,
            Err(outcome) => return outcome,
        };
        match data.create_discussion.and_then(|created| created.discussion) {
            Some(discussion) => Outcome::Created(Posted {
                thread_id: discussion.number.to_string(),
                url: Some(discussion.url),
            }),
            None => Outcome::Ambiguous { why: "GitHub does not say what it created".to_owned() },
        }
    }

    /// The ids of the repository and of the category to post in, or why there is none.
    fn place(&self, repository: Repository) -> Result<(String, String), String> {
        if repository.is_archived {
            return Err("the repository is archived".to_owned());
        }
        if !repository.has_discussions_enabled {
            return Err("the repository has no discussions: they are switched on in its settings".to_owned());
        }
        let (categories, _) = repository.discussion_categories.read();
        let category = self.category(&categories)?;
        Ok((repository.id, category.id.clone()))
    }

    /// The account's category among the repository's, by its name or its slug.
    pub(super) fn category<'c>(&self, categories: &'c [Category]) -> Result<&'c Category, String> {
        let names: Vec<&str> = categories.iter().map(|category| category.name.as_str()).collect();
        let names = names.join(", ");
        let wanted = self.0.category.as_deref().unwrap_or_default().trim();
        if wanted.is_empty() {
            return Err(format!("a category has to be named, one of: {names}"));
        }
        let same = |name: &str| name.to_lowercase() == wanted.to_lowercase();
        let found = categories.iter().find(|category| same(&category.name) || same(&category.slug));
        found.ok_or_else(|| format!("there is no category {wanted}, but: {names}"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::fake::{Fake, answer, now};
    use crate::{Account, Broken, Method, Reference};

    const HERE: &str = r#"{"data":{"viewer":{"login":"helpbot"},"repository":{"id":"R_1","isArchived":false,
        "hasDiscussionsEnabled":true,"discussionCategories":{"nodes":[
        {"id":"DIC_1","name":"Ideas","slug":"ideas","isAnswerable":false},null,
        {"id":"DIC_2","name":"Q&A","slug":"q-a","isAnswerable":true}]}}}}"#;
    const API: &str = "https://api.github.com/graphql";

    fn post_in(category: Option<&str>, fake: &Fake) -> Outcome {
        let account = Account {
            url: "https://github.com/o/r".into(),
            category: category.map(str::to_owned),
            user: None,
            key: "secret".into(),
        };
        let reference = Reference { id: "0123456789ABCDEF", marker: "m", since: 0, others: &[], after: None };
        let question = NewThread { title: "Stuck", markdown: "body", tags: &[], reference };
        now(GitHub(account).post(fake, &question))
    }

    fn post(fake: &Fake) -> Outcome {
        post_in(Some("q&a"), fake)
    }

    fn after(status: u16, body: &str) -> Outcome {
        post(&Fake::new().post(API, 200, HERE).post(API, status, body))
    }

    #[test]
    fn what_is_sent_and_created() {
        let created = r#"{"data":{"createDiscussion":{"discussion":{"number":7,"url":"https://github.com/o/r/discussions/7"}}}}"#;
        for category in ["Q&A", " q-a "] {
            let fake = Fake::new().post(API, 200, HERE).post(API, 200, created);
            let url = Some("https://github.com/o/r/discussions/7".to_owned());
            assert_eq!(
                post_in(Some(category), &fake),
                Outcome::Created(Posted { thread_id: "7".into(), url })
            );
            let sent = fake.sent();
            assert!(sent[1].headers.contains(&("authorization", "Bearer secret".to_owned())));
            let body: Value = serde_json::from_slice(sent[1].body.as_deref().unwrap()).unwrap();
            let input = json!({"repositoryId":"R_1","categoryId":"DIC_2","title":"Stuck","body":"body"});
            assert_eq!(body["variables"], json!({ "input": input }));
            assert!(body["query"].as_str().unwrap().contains("createDiscussion"));
            let body: Value = serde_json::from_slice(sent[0].body.as_deref().unwrap()).unwrap();
            assert_eq!(body["variables"], json!({"owner":"o","name":"r"}));
        }
    }

    #[test]
    fn errors_by_their_types() {
        let error = |kind: &str| {
            after(200, &format!(r#"{{"data":null,"errors":[{{"type":"{kind}","message":"Because"}}]}}"#))
        };
        assert_eq!(error("UNPROCESSABLE"), Outcome::Refused { reason: "Because".into() });
        assert_eq!(error("RATE_LIMITED"), Outcome::Throttled { wait_ms: None });
        for kind in ["FORBIDDEN", "INSUFFICIENT_SCOPES", "NOT_FOUND"] {
            let Outcome::Blocked { reason } = error(kind) else { panic!("{kind}") };
            assert!(reason.ends_with("Because"), "{reason}");
        }
        for body in [
            r#"{"errors":[{"message":"Something went wrong"}]}"#,
            r#"{"errors":[{"type":"INTERNAL","message":"x"}]}"#,
            r#"{"data":null}"#,
            r#"{"data":{"createDiscussion":null}}"#,
            "<html>",
            "",
        ] {
            assert!(matches!(after(200, body), Outcome::Ambiguous { .. }), "{body}");
        }
        let fast = r#"{"data":{"createDiscussion":null},"errors":[{"type":"UNPROCESSABLE","message":"was submitted too quickly"}]}"#;
        assert_eq!(after(200, fast), Outcome::Throttled { wait_ms: None });
    }

    #[test]
    fn throttling_comes_as_403_too() {
        let with = |headers: &[(&str, &str)], body: &str| {
            let fake = Fake::new().post(API, 200, HERE);
            post(&fake.on_result(Method::Post, API, Ok(answer(403, headers, body))))
        };
        let said = r#"{"message":"You have exceeded a secondary rate limit. Please wait a few minutes."}"#;
        assert_eq!(with(&[("retry-after", "60")], said), Outcome::Throttled { wait_ms: Some(60_000) });
        assert_eq!(with(&[], said), Outcome::Throttled { wait_ms: None });
        let used_up = [
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "1795341630"),
            ("date", "Sun, 22 Nov 2026 10:00:00 GMT"),
        ];
        assert_eq!(with(&used_up, "{}"), Outcome::Throttled { wait_ms: Some(30_000) });
        let no = r#"{"message":"Resource not accessible by personal access token"}"#;
        assert!(matches!(with(&[("x-ratelimit-remaining", "4999")], no), Outcome::Blocked { .. }));
        assert!(matches!(after(401, r#"{"message":"Bad credentials"}"#), Outcome::Blocked { .. }));
        assert!(matches!(after(502, "<html>"), Outcome::Ambiguous { .. }));
    }

    #[test]
    fn before_anything_is_created_nothing_is_ambiguous() {
        let not_sent = |fake: Fake| matches!(post(&fake), Outcome::NotSent { .. });
        assert!(not_sent(Fake::new().post(API, 502, "")));
        assert!(not_sent(Fake::new().post(API, 200, "<html>")));
        assert!(not_sent(Fake::new().on_result(Method::Post, API, Err(Broken::Unclear("x".into())))));
        assert!(not_sent(Fake::new().on_result(Method::Post, API, Err(Broken::NotSent("x".into())))));
        let lost =
            Fake::new().post(API, 200, HERE).on_result(Method::Post, API, Err(Broken::Unclear("x".into())));
        assert!(matches!(post(&lost), Outcome::Ambiguous { .. }));
    }

    #[test]
    fn a_place_that_is_none_is_said_to_the_operator() {
        let blocked =
            |category: Option<&str>, body: &str| match post_in(category, &Fake::new().post(API, 200, body)) {
                Outcome::Blocked { reason } => reason,
                other => panic!("{other:?}"),
            };
        assert_eq!(blocked(Some("Help"), HERE), "there is no category Help, but: Ideas, Q&A");
        assert_eq!(blocked(None, HERE), "a category has to be named, one of: Ideas, Q&A");
        let off = HERE.replace(r#""hasDiscussionsEnabled":true"#, r#""hasDiscussionsEnabled":false"#);
        assert!(blocked(Some("Ideas"), &off).contains("no discussions"));
        let archived = HERE.replace(r#""isArchived":false"#, r#""isArchived":true"#);
        assert!(blocked(Some("Ideas"), &archived).contains("archived"));
        let missing = r#"{"data":{"viewer":{"login":"x"},"repository":null},"errors":[{"type":"NOT_FOUND","message":"No o/r"}]}"#;
        assert!(blocked(Some("Ideas"), missing).contains("No o/r"));
        let account = Account { url: "https://github.com/o".into(), ..Account::default() };
        let reference = Reference { id: "x", marker: "x", since: 0, others: &[], after: None };
        let question = NewThread { title: "t", markdown: "m", tags: &[], reference };
        let outcome = now(GitHub(account).post(&Fake::new(), &question));
        assert!(matches!(outcome, Outcome::Blocked { .. }));
    }
}
