//! Finding a question again whose post's answer was lost: among the threads that our account has started.

use serde_json::Value;

use super::{Misago, decode};
use crate::discourse::loose::Loose;
use crate::marker::bears;
use crate::percent::encode;
use crate::place::Place;
use crate::{Lookup, Posted, Reference, Transport};

/// How far the forum's clock may be behind ours, seconds.
const CLOCK_SECONDS: i64 = 300;

/// Pages of our threads that are read before giving up, 20 threads each as Misago is installed, and threads that are
/// opened.
const MOST_PAGES: usize = 60;
const MOST_THREADS: usize = 40;

/// `weight` of a thread that stands above the list, whatever its age.
const PINNED: u64 = 2;

impl Misago {
    /// Looks a question up. `Missing` only where every thread of ours that can be it was read.
    ///
    /// 1. Pages of our threads, by their last post: behind one in which nobody has posted since the question was asked
    ///    stands none that is the question.
    /// 2. The first post of each that was started since.
    pub async fn look_up<T: Transport>(&self, t: &T, reference: &Reference<'_>) -> Lookup {
        let oldest = reference.since.saturating_sub(CLOCK_SECONDS);
        let (mut start, mut read) = (None, 0);
        for _ in 0..MOST_PAGES {
            // 1.
            let Some(page) = self.own_threads(t, start).await else { return Lookup::Unknown };
            let Some(threads) = page.list("results") else { return Lookup::Unknown };
            let is_other = |thread: &Value| thread.id("id").is_some_and(|id| reference.is_other(&id));
            for thread in threads.iter().filter(|thread| began(thread, oldest) && !is_other(thread)) {
                read += 1;
                if read > MOST_THREADS {
                    return Lookup::Unknown;
                }
                // 2.
                match self.is_it(t, thread, reference).await {
                    Some(Lookup::Missing) => {}
                    Some(found) => return found,
                    None => return Lookup::Unknown,
                }
            }
            let mut ordered = threads.iter().filter(|thread| thread.number("weight") != Some(PINNED));
            let passed = ordered.next_back().is_some_and(|last| !since(last, "last_post_on", oldest));
            start = page.number("next");
            if passed || start.is_none() {
                return Lookup::Missing;
            }
        }
        Lookup::Unknown
    }

    async fn own_threads<T: Transport>(&self, t: &T, start: Option<u64>) -> Option<Value> {
        let start = start.map(|start| format!("&start={start}")).unwrap_or_default();
        self.api().read(t, &format!("/api/threads/?list=my{start}")).await.ok()
    }

    /// `None` where the thread does not show what it says.
    async fn is_it<T: Transport>(&self, t: &T, thread: &Value, reference: &Reference<'_>) -> Option<Lookup> {
        let thread_id = thread.id("id")?;
        let path = format!("/api/threads/{}/posts/", encode(&thread_id));
        let page = self.api().read(t, &path).await.ok()?;
        let first = page.get("post_set")?.list("results")?.first()?;
        if !bears(first.text("content")?, reference) {
            return Some(Lookup::Missing);
        }
        if thread.flag("is_unapproved") == Some(true) {
            return Some(Lookup::Held);
        }
        let url = Place::new(&self.0.url).and_then(|place| decode::address(thread, &place));
        Some(Lookup::Found(Posted { thread_id, url }))
    }
}

/// Whether a thread was started since, or does not say when.
fn began(thread: &Value, oldest: i64) -> bool {
    since(thread, "started_on", oldest)
}

fn since(thread: &Value, name: &str, oldest: i64) -> bool {
    thread.time(name).is_none_or(|at| at.unix_timestamp() >= oldest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::{Fake, now};
    use crate::{Account, Broken, Method};

    /// 2026-11-22T10:00:00Z, when the question was asked.
    const SINCE: i64 = 1_795_341_600;
    const OURS: &str = r#"{"post_set":{"results":[{"id":9,"content":"<p>How?</p><p>Ref: ABCD</p>"}]}}"#;
    const OTHER: &str = r#"{"post_set":{"results":[{"id":9,"content":"<p>How?</p><p>Ref: ZZZZ</p>"}]}}"#;

    fn look_up(fake: &Fake) -> Lookup {
        let account = Account { url: "https://m.example".into(), key: "k".into(), ..Account::default() };
        let reference = Reference { id: "ABCD", marker: "Ref: ABCD", since: SINCE, others: &[], after: None };
        now(Misago(account).look_up(fake, &reference))
    }

    fn thread(id: u32, started: &str, last: &str, more: &str) -> String {
        format!(
            r#"{{"id":{id},"started_on":"2026-11-22T{started}Z","last_post_on":"2026-11-22T{last}Z",
            "url":{{"index":"/t/how/{id}/"}}{more}}}"#
        )
    }

    fn list(threads: &[String], next: &str) -> String {
        format!(r#"{{"results":[{}],"next":{next}}}"#, threads.join(","))
    }

    #[test]
    fn found_among_ours() {
        let threads = [
            thread(8, "10:07:00", "10:07:00", ""),
            // Somebody has just answered an old one.
            thread(1, "03:00:00", "10:06:00", ""),
            thread(7, "09:59:00", "10:00:00", ""),
        ];
        let fake = Fake::new()
            .get("https://m.example/api/threads/?list=my", 200, &list(&threads, "null"))
            .get("/api/threads/8/posts/", 200, OTHER)
            .get("/api/threads/7/posts/", 200, OURS);
        let posted = Posted { thread_id: "7".into(), url: Some("https://m.example/t/how/7/".into()) };
        assert_eq!(look_up(&fake), Lookup::Found(posted), "the forum's clock may be behind");
    }

    #[test]
    fn held_for_approval() {
        let threads = [thread(7, "10:00:00", "10:00:00", r#","is_unapproved":true"#)];
        let fake =
            Fake::new().get("?list=my", 200, &list(&threads, "null")).get("/threads/7/posts/", 200, OURS);
        assert_eq!(look_up(&fake), Lookup::Held);
    }

    #[test]
    fn missing_where_the_list_ends_or_grows_too_old() {
        assert_eq!(look_up(&Fake::new().get("?list=my", 200, &list(&[], "null"))), Lookup::Missing);
        let threads =
            [thread(2, "03:00:00", "03:00:00", r#","weight":2"#), thread(9, "09:00:00", "10:01:00", "")];
        let fake = Fake::new().get("?list=my", 200, &list(&threads, "17")).get(
            "?list=my&start=17",
            200,
            &list(&[thread(8, "09:00:00", "09:54:59", "")], "16"),
        );
        assert_eq!(look_up(&fake), Lookup::Missing, "a pinned thread says nothing of the next ones");
    }

    #[test]
    fn unknown_without_a_clear_answer() {
        assert_eq!(look_up(&Fake::new().get("?list=my", 403, r#"{"detail":"Sign in."}"#)), Lookup::Unknown);
        assert_eq!(look_up(&Fake::new().get("?list=my", 200, "[]")), Lookup::Unknown);
        let lost = Err(Broken::Unclear("time-out".into()));
        assert_eq!(look_up(&Fake::new().on_result(Method::Get, "?list=my", lost)), Lookup::Unknown);
        let unread = r#"{"post_set":{"results":[{"id":9,"content":null}]}}"#;
        for (status, body) in [(404, ""), (200, "{}"), (200, unread)] {
            let threads = [thread(7, "10:00:00", "10:00:00", "")];
            let fake = Fake::new().get("?list=my", 200, &list(&threads, "null")).get(
                "/threads/7/posts/",
                status,
                body,
            );
            assert_eq!(look_up(&fake), Lookup::Unknown, "{status} {body}");
        }
    }

    #[test]
    fn unknown_where_there_is_too_much_to_read() {
        let busy = |id: u32| thread(id, "09:00:00", "10:30:00", "");
        let mut fake = Fake::new();
        for page in 0..MOST_PAGES as u32 {
            fake = fake.get("?list=my", 200, &list(&[busy(page)], "9"));
        }
        assert_eq!(look_up(&fake), Lookup::Unknown);
        let threads: Vec<String> = (0..41).map(|id| thread(id, "10:00:00", "10:00:00", "")).collect();
        let mut fake = Fake::new().get("?list=my", 200, &list(&threads, "null"));
        for _ in 0..40 {
            fake = fake.get("/posts/", 200, OTHER);
        }
        assert_eq!(look_up(&fake), Lookup::Unknown);
    }
}
