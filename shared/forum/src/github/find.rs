//! Finding a question again, among the newest discussions.

use super::client::GitHub;
use super::query::{NEWEST, NewestData, Page};
use crate::marker::bears;
use crate::{Lookup, Posted, Reference, Transport};

/// How far GitHub's clock may be behind ours, in seconds.
const CLOCK_SLACK: i64 = 600;

/// Pages of 50 discussions that are read: more than any repository has in the days that a question is looked for.
const PAGES: usize = 24;

impl GitHub {
    /// Looks for a question whose post's answer was lost: a discussion of ours whose body names it, no older than its
    /// first attempt. There is no other trace of it, and no queue before moderators.
    pub async fn look_up<T: Transport>(&self, t: &T, reference: &Reference<'_>) -> Lookup {
        let mut after = None;
        for _ in 0..PAGES {
            let Some(repository) = self.repository() else { return Lookup::Unknown };
            let Ok(data) = self.run::<_, _, NewestData>(t, NEWEST, &Page { repository, after }).await else {
                return Lookup::Unknown;
            };
            let Some(repository) = data.repository else { return Lookup::Unknown };
            let (discussions, next) = repository.discussions.read();
            for discussion in discussions {
                if discussion.created_at.unix_timestamp() < reference.since.saturating_sub(CLOCK_SLACK) {
                    return Lookup::Missing;
                }
                let by_us =
                    discussion.author.is_some_and(|author| is_same(&author.login, &data.viewer.login));
                if by_us && bears(&discussion.body, reference) {
                    let url = Some(discussion.url);
                    return Lookup::Found(Posted { thread_id: discussion.number.to_string(), url });
                }
            }
            match next {
                Some(cursor) => after = Some(cursor),
                None => return Lookup::Missing,
            }
        }
        Lookup::Unknown
    }

    /// Always none: GitHub takes equal titles, so nobody has to know who has one.
    pub async fn with_title<T: Transport>(&self, _: &T, _: &str) -> Option<Posted> {
        None
    }
}

/// An app is called `name[bot]` in one place and `name` in another.
fn is_same(one: &str, other: &str) -> bool {
    let bare = |name: &str| name.strip_suffix("[bot]").unwrap_or(name).to_ascii_lowercase();
    bare(one) == bare(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::{Fake, now};
    use crate::{Account, Broken, Method};

    const ID: &str = "0123456789ABCDEF";
    const MARKER: &str = "Reference: 0123456789ABCDEF";
    /// 2026-11-22T10:00:00Z.
    const SINCE: i64 = 1_795_341_600;
    const API: &str = "https://git.example/api/graphql";

    fn look_up(fake: &Fake) -> Lookup {
        let account = Account { url: "https://git.example/o/r".into(), ..Account::default() };
        now(GitHub(account)
            .look_up(fake, &Reference { id: ID, marker: MARKER, since: SINCE, others: &[], after: None }))
    }

    fn discussion(number: u32, at: &str, login: &str, body: &str) -> String {
        format!(
            r#"{{"number":{number},"url":"https://git.example/o/r/discussions/{number}","createdAt":"{at}","body":"{body}",
            "author":{{"login":"{login}"}}}}"#
        )
    }

    fn page(discussions: &[String], next: Option<&str>) -> String {
        let next = next.map_or("null".to_owned(), |cursor| format!("\"{cursor}\""));
        format!(
            r#"{{"data":{{"viewer":{{"login":"helper[bot]"}},"repository":{{"discussions":{{"nodes":[{}],
            "pageInfo":{{"hasNextPage":{},"endCursor":{next}}}}}}}}}}}"#,
            discussions.join(","),
            next != "null"
        )
    }

    #[test]
    fn ours_is_found_and_a_quotation_is_not() {
        let new = "2026-11-22T10:01:00Z";
        let first =
            page(&[discussion(9, new, "ann", MARKER), discussion(8, new, "helper", "else")], Some("cursor"));
        let second = page(&[discussion(7, "2026-11-22T09:59:00Z", "helper", &format!("x {MARKER}"))], None);
        let fake = Fake::new().post(API, 200, &first).post(API, 200, &second);
        let url = Some("https://git.example/o/r/discussions/7".to_owned());
        assert_eq!(look_up(&fake), Lookup::Found(Posted { thread_id: "7".into(), url }));
        let body = String::from_utf8(fake.sent()[1].body.clone().unwrap()).unwrap();
        assert!(body.contains(r#""after":"cursor""#), "{body}");
    }

    #[test]
    fn what_is_older_is_not_read() {
        let old = page(&[discussion(6, "2026-11-21T00:00:00Z", "helper", MARKER)], Some("cursor"));
        assert_eq!(look_up(&Fake::new().post(API, 200, &old)), Lookup::Missing);
        assert_eq!(look_up(&Fake::new().post(API, 200, &page(&[], None))), Lookup::Missing);
    }

    #[test]
    fn no_clear_answer() {
        let gone = r#"{"data":{"viewer":{"login":"x"},"repository":null},"errors":[{"type":"NOT_FOUND","message":"x"}]}"#;
        for (status, body) in [(200, gone), (200, "{}"), (502, ""), (401, "{}"), (429, "")] {
            assert_eq!(look_up(&Fake::new().post(API, status, body)), Lookup::Unknown, "{status}");
        }
        let lost = Fake::new().on_result(Method::Post, API, Err(Broken::Unclear("x".into())));
        assert_eq!(look_up(&lost), Lookup::Unknown);
        let mut endless = Fake::new();
        for _ in 0..PAGES {
            endless = endless.post(API, 200, &page(&[], Some("cursor")));
        }
        assert_eq!(look_up(&endless), Lookup::Unknown, "more than is read");
    }
}
