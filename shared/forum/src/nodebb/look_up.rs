//! Finding a question again whose post's answer was lost: in the queue of posts, then among our account's topics.

use serde_json::Value;

use super::{NodeBB, decode};
use crate::discourse::loose::Loose;
use crate::marker::bears;
use crate::percent::encode;
use crate::place::Place;
use crate::{Lookup, Posted, Reference, Transport};

/// How far the forum's clock may be behind ours, seconds.
const CLOCK_SECONDS: i64 = 300;

/// Pages of the queue or of our topics that are read before giving up, 20 topics each as NodeBB is installed, and topics
/// that are opened.
const MOST_PAGES: u64 = 60;
const MOST_TOPICS: usize = 40;

/// What the queue shows.
enum Queue {
    Held,
    Without,
    /// It may be there, where our key does not see it; why.
    Hidden(String),
    Unread,
}

impl NodeBB {
    /// Looks a question up. `Missing` only where the queue and every topic of ours that can be it were read.
    ///
    /// 1. The queue, before the topics: what is approved meanwhile is then seen twice rather than never.
    /// 2. Our topics, the newest first, until one is older than the question.
    /// 3. The first post of each.
    pub async fn look_up<T: Transport>(&self, t: &T, reference: &Reference<'_>) -> Lookup {
        // 1.
        let queue = self.queue(t, reference).await;
        if let Queue::Held = queue {
            return Lookup::Held;
        }
        // 2. 3.
        match (self.among_topics(t, reference).await, queue) {
            (Lookup::Missing, Queue::Hidden(why)) => Lookup::Hidden { why },
            (Lookup::Missing, Queue::Unread) => Lookup::Unknown,
            (found, _) => found,
        }
    }

    async fn queue<T: Transport>(&self, t: &T, reference: &Reference<'_>) -> Queue {
        for number in 1..=MOST_PAGES {
            let page = match self.read(t, &format!("/api/post-queue?page={number}")).await {
                Ok(page) => page,
                // NodeBB denies the queue's existence to whom it may not show it.
                Err(unread) if matches!(unread.status, Some(401 | 403 | 404)) => {
                    return Queue::Hidden(format!(
                        "the forum does not show us its queue of posts: {}",
                        unread.why
                    ));
                }
                Err(_) => return Queue::Unread,
            };
            let Some(posts) = page.list("posts") else { return Queue::Unread };
            let held = |post: &Value| {
                let texts = ["rawContent", "content"].map(|name| post.get("data")?.text(name));
                texts.into_iter().flatten().any(|text| bears(text, reference))
            };
            if posts.iter().any(held) {
                return Queue::Held;
            }
            if decode::page_count(&page) <= number {
                return Queue::Without;
            }
        }
        Queue::Unread
    }

    async fn among_topics<T: Transport>(&self, t: &T, reference: &Reference<'_>) -> Lookup {
        let Ok(us) = self.read(t, "/api/self").await else { return Lookup::Unknown };
        let Some(slug) = us.text("userslug").map(encode) else { return Lookup::Unknown };
        let oldest = reference.since.saturating_sub(CLOCK_SECONDS);
        let (mut read, mut hidden) = (0, None);
        for number in 1..=MOST_PAGES {
            // 2.
            let page = self.read(t, &format!("/api/user/{slug}/topics?page={number}")).await;
            let Ok(page) = page else { return Lookup::Unknown };
            let Some(topics) = page.list("topics") else { return Lookup::Unknown };
            let since =
                |topic: &Value| decode::at(topic, "timestamp").is_none_or(|at| at.unix_timestamp() >= oldest);
            let is_other = |topic: &Value| topic.id("tid").is_some_and(|id| reference.is_other(&id));
            for topic in topics.iter().filter(|topic| since(topic) && !is_other(topic)) {
                read += 1;
                if read > MOST_TOPICS {
                    return Lookup::Unknown;
                }
                // 3.
                match self.is_it(t, topic, reference).await {
                    Some(Lookup::Missing) => {}
                    Some(why @ Lookup::Hidden { .. }) => hidden = Some(why),
                    Some(found) => return found,
                    None => return Lookup::Unknown,
                }
            }
            // Without pagination in the account's settings NodeBB counts no pages: the list ends with an empty one.
            if topics.is_empty() || !topics.iter().all(since) {
                return hidden.unwrap_or(Lookup::Missing);
            }
        }
        Lookup::Unknown
    }

    /// `None` where the topic could not be read.
    async fn is_it<T: Transport>(&self, t: &T, topic: &Value, reference: &Reference<'_>) -> Option<Lookup> {
        let thread_id = topic.id("tid")?;
        if decode::is_set(topic, "deleted") {
            let why = format!("topic {thread_id} of ours is deleted, and does not show what it asked");
            return Some(Lookup::Hidden { why });
        }
        let path = format!("/api/topic/{}?sort=oldest_to_newest", encode(&thread_id));
        let page = self.read(t, &path).await.ok()?;
        let place = Place::new(&self.0.url)?;
        // The first post is the same whichever version of the rest is shown.
        let first = page.list("posts")?.first()?;
        if !bears(first.text("content")?, reference) {
            return Some(Lookup::Missing);
        }
        let url = Some(decode::address(&page, &thread_id, &place));
        Some(Lookup::Found(Posted { thread_id, url }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::{Fake, now};
    use crate::{Account, Broken, Method};

    /// 2026-11-22T10:00:00Z, when the question was asked.
    const SINCE: i64 = 1_795_341_600;
    const US: &str = r#"{"uid":7,"userslug":"help-bot"}"#;
    const NO_QUEUE: &str = r#"{"posts":[],"pagination":{"pageCount":1}}"#;
    const OURS: &str =
        r#"{"tid":9,"slug":"9/how","posts":[{"pid":1,"content":"<p>How?</p><p>Ref: ABCD</p>"}]}"#;
    const OTHER: &str =
        r#"{"tid":9,"slug":"9/how","posts":[{"pid":1,"content":"<p>How?</p><p>Ref: ZZZZ</p>"}]}"#;

    fn look_up(fake: &Fake) -> Lookup {
        let account = Account { url: "https://n.example".into(), key: "k".into(), ..Account::default() };
        let reference = Reference { id: "ABCD", marker: "Ref: ABCD", since: SINCE, others: &[], after: None };
        now(NodeBB(account).look_up(fake, &reference))
    }

    /// A topic so many seconds after the question.
    fn topic(tid: u32, after: i64, more: &str) -> String {
        format!(r#"{{"tid":{tid},"timestamp":{}000{more}}}"#, SINCE + after)
    }

    fn topics(topics: &[String]) -> String {
        format!(r#"{{"topics":[{}],"pagination":{{"pageCount":1}}}}"#, topics.join(","))
    }

    fn without_queue() -> Fake {
        Fake::new().get("https://n.example/api/post-queue?page=1", 200, NO_QUEUE).get(
            "https://n.example/api/self",
            200,
            US,
        )
    }

    #[test]
    fn found_among_ours() {
        let list = topics(&[topic(9, 400, ""), topic(8, -200, ""), topic(7, -400, "")]);
        let fake = without_queue()
            .get("/api/user/help-bot/topics?page=1", 200, &list)
            .get("/api/topic/9", 200, OTHER)
            .get("/api/topic/8", 200, OURS);
        let url = Some("https://n.example/topic/9/how".to_owned());
        assert_eq!(look_up(&fake), Lookup::Found(Posted { thread_id: "8".into(), url }));
    }

    #[test]
    fn held_in_the_queue() {
        let queue = r#"{"posts":[{"data":{"rawContent":"How?\n\nRef: ZZZZ","content":"<p>Ref: ZZZZ</p>"}},
            {"data":{"rawContent":"How?\n\nRef: ABCD"}}],"pagination":{"pageCount":3}}"#;
        assert_eq!(look_up(&Fake::new().get("/api/post-queue?page=1", 200, queue)), Lookup::Held);
    }

    #[test]
    fn missing_where_queue_and_topics_end() {
        let fake = without_queue()
            .get("?page=1", 200, &topics(&[topic(9, 0, "")]))
            .get("/api/topic/9", 200, OTHER)
            .get("?page=2", 200, &topics(&[]));
        assert_eq!(look_up(&fake), Lookup::Missing);
        let old = without_queue().get("?page=1", 200, &topics(&[topic(9, -301, "")]));
        assert_eq!(look_up(&old), Lookup::Missing);
    }

    #[test]
    fn hidden_where_the_queue_or_a_topic_is() {
        for status in [401, 403, 404] {
            let fake = Fake::new()
                .get("/api/post-queue", status, r#"{"error":"No."}"#)
                .get("/api/self", 200, US)
                .get("?page=1", 200, &topics(&[]));
            assert!(matches!(look_up(&fake), Lookup::Hidden { .. }), "{status}");
        }
        let fake = Fake::new()
            .get("/api/post-queue", 404, "")
            .get("/api/self", 200, US)
            .get("?page=1", 200, &topics(&[topic(9, 0, "")]))
            .get("/api/topic/9", 200, OURS);
        assert!(matches!(look_up(&fake), Lookup::Found(_)), "found is found");
        let fake = without_queue().get(
            "?page=1",
            200,
            &topics(&[topic(9, 0, r#","deleted":1"#), topic(8, -400, "")]),
        );
        assert!(matches!(look_up(&fake), Lookup::Hidden { .. }));
    }

    #[test]
    fn unknown_without_a_clear_answer() {
        let unread = Fake::new().get("/api/post-queue", 502, "").get("/api/self", 200, US);
        assert_eq!(look_up(&unread.get("?page=1", 200, &topics(&[]))), Lookup::Unknown);
        let stranger = Fake::new().get("/api/post-queue", 200, NO_QUEUE).get("/api/self", 401, "");
        assert_eq!(look_up(&stranger), Lookup::Unknown);
        let lost = Err(Broken::Unclear("time-out".into()));
        assert_eq!(look_up(&without_queue().on_result(Method::Get, "?page=1", lost)), Lookup::Unknown);
        let gone = without_queue().get("?page=1", 200, &topics(&[topic(9, 0, "")]));
        assert_eq!(look_up(&gone.get("/api/topic/9", 404, "")), Lookup::Unknown);
    }

    #[test]
    fn unknown_where_there_is_too_much_to_read() {
        let mut fake = Fake::new();
        for _ in 0..MOST_PAGES {
            fake = fake.get("/api/post-queue", 200, r#"{"posts":[],"pagination":{"pageCount":99}}"#);
        }
        let fake = fake.get("/api/self", 200, US).get("?page=1", 200, &topics(&[]));
        assert_eq!(look_up(&fake), Lookup::Unknown);
        let many: Vec<String> = (0..41).map(|tid| topic(tid, 0, "")).collect();
        let mut fake = without_queue().get("?page=1", 200, &topics(&many));
        for _ in 0..40 {
            fake = fake.get("/api/topic/", 200, OTHER);
        }
        assert_eq!(look_up(&fake), Lookup::Unknown);
    }
}
