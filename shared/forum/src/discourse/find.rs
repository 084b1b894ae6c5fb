//! Finding a question again: by its id, before the moderators, by the search, among the newest topics.

use serde_json::Value;
use text::line;

use super::client::{Answer, Discourse, redirected};
use super::loose::Loose;
use crate::classify::common;
use crate::marker::bears;
use crate::percent::encode;
use crate::{Lookup, Method, Posted, Reference, Transport};

/// How far the forum's clock may be behind ours, in seconds.
const CLOCK_SLACK: i64 = 600;

/// Pages of topics that are read, 30 topics each: more than an account may start in the days that a question is looked
/// for.
const LIST_PAGES: usize = 40;

/// Pages of the review queue that are read, 10 posts each.
const QUEUE_PAGES: usize = 10;

/// Topics that are opened to see whether they are the question: a third of a minute's 60 requests.
const OPENED: usize = 20;

/// What one way to find a topic found.
pub(super) enum Sought {
    /// The topic.
    Found(Posted),
    /// There is none that way.
    Missing,
    /// No clear answer.
    Unclear,
}

/// What is known of the queue of posts that moderators look at first.
pub(super) enum Queue {
    /// The question is in it.
    Holds,
    /// It is not.
    Lacks,
    /// It may not be read; why, for the operator.
    Closed(String),
    /// No clear answer.
    Unclear,
}

/// Topics newer than some time, newest first.
enum Newest {
    /// Their ids and slugs, all of them.
    All(Vec<(String, Option<String>)>),
    /// They may not be listed.
    Closed,
    /// No clear answer, or too many.
    Unclear,
}

impl Discourse {
    /// Looks for a question whose post's answer was lost.
    ///
    /// 1. By its `external_id`.
    /// 2. Before the moderators, whose queue drops that id. What they let through while we look shows in the later steps;
    ///    were the queue read last, it would show nowhere.
    /// 3. By the search, which indexes a little late.
    /// 4. In the account's newest topics.
    /// 5. Where none of them knows it, it is missing, unless the queue may not be read.
    pub async fn look_up<T: Transport>(&self, t: &T, reference: &Reference<'_>) -> Lookup {
        // 1.
        match self.by_id(t, reference.id).await {
            Sought::Found(posted) => return Lookup::Found(posted),
            Sought::Missing => {}
            Sought::Unclear => return Lookup::Unknown,
        }

        // 2.
        let closed = match self.queue(t, reference).await {
            Queue::Holds => return Lookup::Held,
            Queue::Lacks => None,
            Queue::Closed(why) => Some(why),
            Queue::Unclear => return Lookup::Unknown,
        };

        // 3.
        match self.searched(t, reference).await {
            Sought::Found(posted) => return Lookup::Found(posted),
            Sought::Missing => {}
            Sought::Unclear => return Lookup::Unknown,
        }

        // 4.
        let Some(candidates) = self.newest(t, reference).await else {
            return Lookup::Unknown;
        };
        let unknown = candidates.into_iter().filter(|(topic_id, _)| !reference.is_other(topic_id));
        for (at, (topic_id, slug)) in unknown.enumerate() {
            if at == OPENED {
                return Lookup::Unknown;
            }
            match self.bears(t, &topic_id, reference).await {
                Some(true) => return Lookup::Found(self.posted(&topic_id, slug.as_deref())),
                Some(false) => {}
                None => return Lookup::Unknown,
            }
        }

        // 5.
        closed.map_or(Lookup::Missing, |why| Lookup::Hidden {
            why: format!("the posts that wait for moderators may not be read: {why}"),
        })
    }

    /// The topic with exactly this title, but for case, white space and the full stop that Discourse takes off. `None`
    /// also where the search gives no clear answer.
    pub async fn with_title<T: Transport>(&self, t: &T, title: &str) -> Option<Posted> {
        let words = search_words(title);
        if words.is_empty() {
            return None;
        }
        let query = encode(&format!("{words} in:title"));
        let Answer::Json(found) = self.get(t, &format!("/search.json?q={query}")).await else { return None };
        let wanted = comparable(title);
        let topics = found.list("topics")?.iter();
        let topic =
            topics.filter(|topic| topic.text("title").is_some_and(|title| comparable(title) == wanted));
        topic.filter_map(|topic| Some(self.posted(&topic.id("id")?, topic.text("slug")))).next()
    }

    /// The topic whose `external_id` this is.
    pub(super) async fn by_id<T: Transport>(&self, t: &T, id: &str) -> Sought {
        let path = format!("/t/external_id/{}.json", encode(id));
        let Ok(response) = t.send(self.request(Method::Get, &path, None)).await else {
            return Sought::Unclear;
        };
        match response.status {
            300..=399 => match redirected(&response) {
                Some((topic_id, slug)) => Sought::Found(self.posted(&topic_id, slug.as_deref())),
                None => Sought::Unclear,
            },
            _ if common(&response).is_some() => Sought::Unclear,
            404 if response.json::<Value>().is_some() => Sought::Missing,
            _ => Sought::Unclear,
        }
    }

    /// Whether a topic is the question, by its first post; `None` where that cannot be told. A topic that is gone is not.
    pub(super) async fn bears<T: Transport>(
        &self,
        t: &T,
        topic_id: &str,
        reference: &Reference<'_>,
    ) -> Option<bool> {
        match self.get(t, &format!("/t/{}.json", encode(topic_id))).await {
            Answer::Json(topic) => {
                let posts = topic.get("post_stream")?.list("posts")?;
                let first = posts.iter().find(|post| post.number("post_number") == Some(1));
                Some(
                    first.and_then(|post| post.text("cooked")).is_some_and(|cooked| bears(cooked, reference)),
                )
            }
            Answer::No(_) => Some(false),
            Answer::Unclear(_) => None,
        }
    }

    /// Whether moderators have the question before them. Every account may read its own waiting posts, staff the whole
    /// queue; older forums know only the latter.
    pub(super) async fn queue<T: Transport>(&self, t: &T, reference: &Reference<'_>) -> Queue {
        if let Some(user) = &self.0.user {
            match self.get(t, &format!("/posts/{}/pending.json", encode(user))).await {
                Answer::Json(pending) => {
                    if let Some(posts) = pending.list("pending_posts") {
                        let ours =
                            |post: &Value| post.text("raw_text").is_some_and(|raw| bears(raw, reference));
                        return if posts.iter().any(ours) { Queue::Holds } else { Queue::Lacks };
                    }
                }
                Answer::No(_) => {}
                Answer::Unclear(_) => return Queue::Unclear,
            }
        }
        self.review_queue(t, reference).await
    }

    async fn review_queue<T: Transport>(&self, t: &T, reference: &Reference<'_>) -> Queue {
        let mut path =
            "/review.json?type=ReviewableQueuedPost&status=pending&sort_order=created_at".to_owned();
        if let Some(user) = &self.0.user {
            path.push_str(&format!("&username={}", encode(user)));
        }
        for page in 0..QUEUE_PAGES {
            let queue = match self.get(t, &format!("{path}&offset={}", page * 10)).await {
                Answer::Json(queue) => queue,
                Answer::No(why) => return Queue::Closed(why),
                Answer::Unclear(_) => return Queue::Unclear,
            };
            let Some(waiting) = queue.list("reviewables") else { return Queue::Unclear };
            let raw = |post: &Value| post.get("payload")?.text("raw").map(|raw| bears(raw, reference));
            if waiting.iter().any(|post| raw(post) == Some(true)) {
                return Queue::Holds;
            }
            if queue.get("meta").and_then(|meta| meta.text("load_more_reviewables")).is_none() {
                return Queue::Lacks;
            }
        }
        Queue::Closed("it is too long".to_owned())
    }

    /// The topic that the search knows the id in, opened to see that it is the question: the search shows but a part of
    /// it, and others may quote it. A forum that does not let us search has found nothing.
    async fn searched<T: Transport>(&self, t: &T, reference: &Reference<'_>) -> Sought {
        let query = encode(&format!("\"{}\" order:latest", reference.id));
        let found = match self.get(t, &format!("/search.json?q={query}")).await {
            Answer::Json(found) => found,
            Answer::No(_) => return Sought::Missing,
            Answer::Unclear(_) => return Sought::Unclear,
        };
        let posts = found.list("posts").unwrap_or_default().iter();
        let topics = found.list("topics").unwrap_or_default();
        let first = posts.filter(|post| post.number("post_number") == Some(1));
        for topic_id in first.filter_map(|post| post.id("topic_id")).take(OPENED) {
            match self.bears(t, &topic_id, reference).await {
                Some(true) => {
                    let topic = topics.iter().find(|topic| topic.id("id").as_ref() == Some(&topic_id));
                    let slug = topic.and_then(|topic| topic.text("slug"));
                    return Sought::Found(self.posted(&topic_id, slug));
                }
                Some(false) => {}
                None => return Sought::Unclear,
            }
        }
        Sought::Missing
    }

    /// The account's topics since a time, in seconds since 1970; where those may not be listed, of everybody's newest
    /// ones those it takes part in. `None` where they cannot be told.
    async fn newest<T: Transport>(
        &self,
        t: &T,
        reference: &Reference<'_>,
    ) -> Option<Vec<(String, Option<String>)>> {
        if let Some(user) = &self.0.user {
            let path = format!("/topics/created-by/{}.json?order=created", encode(user));
            match self.listed(t, &path, reference, None).await {
                Newest::All(topics) => return Some(topics),
                Newest::Closed => {}
                Newest::Unclear => return None,
            }
        }
        match self.listed(t, "/latest.json?order=created", reference, self.0.user.as_deref()).await {
            Newest::All(topics) => Some(topics),
            Newest::Closed | Newest::Unclear => None,
        }
    }

    async fn listed<T: Transport>(
        &self,
        t: &T,
        path: &str,
        reference: &Reference<'_>,
        by: Option<&str>,
    ) -> Newest {
        let since = reference.since.saturating_sub(CLOCK_SLACK);
        let mut found = Vec::new();
        for page in 0..LIST_PAGES {
            let list = match self.get(t, &format!("{path}&page={page}")).await {
                Answer::Json(list) => list,
                Answer::No(_) => return Newest::Closed,
                Answer::Unclear(_) => return Newest::Unclear,
            };
            let Some(topics) = list.get("topic_list").and_then(|list| list.list("topics")) else {
                return Newest::Unclear;
            };
            let old = |topic: &Value| topic.time("created_at").is_some_and(|at| at.unix_timestamp() < since);
            // Pinned topics stand on top, whatever their age.
            let pinned = |topic: &Value| topic.flag("pinned") == Some(true);
            let last =
                |topic: &Value| reference.after.is_some() && topic.id("id").as_deref() == reference.after;
            let passed = topics.iter().position(|topic| !pinned(topic) && (old(topic) || last(topic)));
            let topics = topics.get(..passed.unwrap_or(topics.len())).unwrap_or_default();
            let ours = by.map(|name| user_id(&list, name));
            let candidates = topics.iter().filter(|topic| {
                !old(topic)
                    && ours.as_ref().is_none_or(|id| id.as_ref().is_some_and(|id| posted_in(topic, id)))
            });
            found.extend(
                candidates.filter_map(|topic| Some((topic.id("id")?, topic.text("slug").map(str::to_owned)))),
            );
            let more = list.get("topic_list").and_then(|list| list.text("more_topics_url"));
            if passed.is_some() || more.is_none() {
                return Newest::All(found);
            }
        }
        Newest::Unclear
    }
}

/// The id of a user whom a list of topics mentions.
fn user_id(list: &Value, name: &str) -> Option<String> {
    let users = list.list("users").unwrap_or_default().iter();
    let named = |user: &&Value| user.text("username").is_some_and(|found| found.eq_ignore_ascii_case(name));
    users.filter(named).find_map(|user| user.id("id"))
}

fn posted_in(topic: &Value, user_id: &str) -> bool {
    let posters = topic.list("posters").unwrap_or_default();
    posters.iter().any(|poster| poster.id("user_id").as_deref() == Some(user_id))
}

/// The words of a title without what the search would take for an operator: `order:`, `@user`, `#tag`, a phrase.
fn search_words(title: &str) -> String {
    let kept = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '\'' | '+' | '/');
    let words = title.split(|c: char| !kept(c)).filter(|word| word.contains(char::is_alphanumeric));
    words.collect::<Vec<_>>().join(" ")
}

/// A title as Discourse compares titles, after what it tidies up by itself.
fn comparable(title: &str) -> String {
    let title = line(title).to_lowercase();
    let words: Vec<&str> = title.split_whitespace().collect();
    words.join(" ").trim_end_matches(['.', '!', '?', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::{Fake, answer, now};
    use crate::{Account, Broken};

    const ID: &str = "0123456789ABCDEF";
    const MARKER: &str = "Reference: 0123456789ABCDEF";
    /// 2026-11-22T10:00:00Z.
    const SINCE: i64 = 1_795_341_600;

    fn discourse(user: Option<&str>) -> Discourse {
        Discourse(Account {
            url: "https://f.example".into(),
            user: user.map(str::to_owned),
            ..Account::default()
        })
    }

    fn look_up(fake: &Fake) -> Lookup {
        now(discourse(Some("helpbot"))
            .look_up(fake, &Reference { id: ID, marker: MARKER, since: SINCE, others: &[], after: None }))
    }

    fn topic(slug: &str) -> Posted {
        Posted { thread_id: "42".into(), url: Some(format!("https://f.example/t/{slug}/42")) }
    }

    /// A forum that does not know the `external_id`.
    fn fake() -> Fake {
        Fake::new().get("/t/external_id/0123456789ABCDEF.json", 404, r#"{"errors":["not found"]}"#)
    }

    const NONE_WAIT: &str = r#"{"pending_posts":[]}"#;
    const TOPICS: &str = r#"{"topic_list":{"more_topics_url":"/x","topics":[
        {"id":9,"slug":"old","created_at":"2026-11-01T00:00:00Z","pinned":true},
        {"id":42,"slug":"stuck","created_at":"2026-11-22T09:58:00Z"},
        {"id":41,"slug":"older","created_at":"2026-11-22T09:00:00Z"}]}}"#;

    fn first_post(cooked: &str) -> String {
        format!(
            r#"{{"post_stream":{{"posts":[{{"post_number":1,"cooked":"{cooked}"}},{{"post_number":2,"cooked":"{MARKER}"}}]}}}}"#
        )
    }

    #[test]
    fn by_its_id() {
        let to = |location: &str| {
            let answer = Ok(answer(302, &[("location", location)], ""));
            look_up(&Fake::new().on_result(Method::Get, "/t/external_id/", answer))
        };
        assert_eq!(to("https://f.example/t/stuck/42.json"), Lookup::Found(topic("stuck")));
        assert_eq!(to("https://f.example/login"), Lookup::Unknown);
        for (status, body) in [(429, "{}"), (500, ""), (403, "{}"), (404, "<html>nginx</html>"), (200, "{}")]
        {
            assert_eq!(
                look_up(&Fake::new().get("/t/external_id/", status, body)),
                Lookup::Unknown,
                "{status}"
            );
        }
        let lost = Fake::new().on_result(Method::Get, "/t/external_id/", Err(Broken::Unclear("x".into())));
        assert_eq!(look_up(&lost), Lookup::Unknown);
    }

    #[test]
    fn before_the_moderators() {
        let own = format!(r#"{{"pending_posts":[{{"raw_text":"else"}},{{"raw_text":"x\\n\\n{MARKER}"}}]}}"#);
        assert_eq!(look_up(&fake().get("/posts/helpbot/pending.json", 200, &own)), Lookup::Held);
        assert_eq!(look_up(&fake().get("/posts/helpbot/pending.json", 502, "")), Lookup::Unknown);

        let page = r#"{"reviewables":[{"payload":{"raw":"else"}},{"payload":null}],"meta":{"load_more_reviewables":"/r"}}"#;
        let last = format!(r#"{{"reviewables":[{{"payload":{{"raw":"{MARKER}"}}}}],"meta":{{}}}}"#);
        let staff = fake()
            .get("/pending.json", 404, "{}")
            .get("&status=pending&sort_order=created_at&username=helpbot&offset=0", 200, page)
            .get("&offset=10", 200, &last);
        assert_eq!(look_up(&staff), Lookup::Held);
    }

    #[test]
    fn by_the_search() {
        let found = format!(
            r#"{{"posts":[{{"topic_id":7,"post_number":3,"blurb":"{ID}"}},{{"topic_id":8,"post_number":1}},
            {{"topic_id":42,"post_number":1}}],"topics":[{{"id":42,"slug":"stuck"}}]}}"#
        );
        let quotes = first_post(&format!("{MARKER}<br>Reference: FFFFFFFFFFFFFFFF"));
        let fake = fake()
            .get("/pending.json", 200, NONE_WAIT)
            .get("/search.json?q=%22012", 200, &found)
            .get("/t/8.json", 200, &quotes)
            .get("/t/42.json", 200, &first_post(MARKER));
        assert_eq!(look_up(&fake), Lookup::Found(topic("stuck")));
        assert!(fake.sent()[2].url.ends_with("?q=%220123456789ABCDEF%22%20order%3Alatest"));
    }

    #[test]
    fn among_the_newest() {
        let begin = || fake().get("/pending.json", 200, NONE_WAIT).get("/search.json", 200, "{}");
        let own = "/topics/created-by/helpbot.json?order=created&page=0";
        let fake = begin().get(own, 200, TOPICS).get("/t/42.json", 200, &first_post(MARKER));
        assert_eq!(look_up(&fake), Lookup::Found(topic("stuck")));
        let fake = begin().get(own, 200, TOPICS).get("/t/42.json", 200, &first_post("else"));
        assert_eq!(look_up(&fake), Lookup::Missing, "a reply that names it is not the question");
        let fake = begin().get(own, 200, TOPICS).get("/t/42.json", 429, "{}");
        assert_eq!(look_up(&fake), Lookup::Unknown);
        let fake = begin().get(own, 500, "");
        assert_eq!(look_up(&fake), Lookup::Unknown);
        let fake = begin().get(own, 200, r#"{"topic_list":{"topics":[]}}"#);
        assert_eq!(look_up(&fake), Lookup::Missing);
    }

    #[test]
    fn among_everybodys_newest_where_a_key_may_do_no_more() {
        let latest = r#"{"users":[{"id":5,"username":"HelpBot"},{"id":6,"username":"ann"}],"topic_list":{"topics":[
            {"id":43,"created_at":"2026-11-22T10:01:00Z","posters":[{"user_id":6}]},
            {"id":42,"created_at":"2026-11-22T10:00:00Z","slug":"stuck","posters":[{"user_id":5}]}]}}"#;
        let fake = fake()
            .get("/pending.json", 200, NONE_WAIT)
            .get("/search.json", 403, "{}")
            .get("/topics/created-by/", 403, "{}")
            .get("/latest.json?order=created&page=0", 200, latest)
            .get("/t/42.json", 200, &first_post(MARKER));
        assert_eq!(look_up(&fake), Lookup::Found(topic("stuck")));
    }

    #[test]
    fn a_queue_that_may_not_be_read_may_hide_it() {
        let no = r#"{"errors":["Not for you"],"error_type":"invalid_access"}"#;
        let fake = fake()
            .get("/pending.json", 403, no)
            .get("/review.json", 403, no)
            .get("/search.json", 200, "{}")
            .get("/topics/created-by/", 200, r#"{"topic_list":{"topics":[]}}"#);
        let Lookup::Hidden { why } = look_up(&fake) else { panic!("it may be there") };
        assert!(why.ends_with("HTTP 403: Not for you"), "{why}");
    }

    #[test]
    fn too_many_topics_to_open_are_no_answer() {
        let topics: Vec<String> = (0..21).map(|id| format!(r#"{{"id":{id}}}"#)).collect();
        let topics = format!(r#"{{"topic_list":{{"topics":[{}]}}}}"#, topics.join(","));
        let fake = || {
            let mut fake = fake().get("/pending.json", 200, NONE_WAIT).get("/search.json", 200, "{}").get(
                "/topics/created-by/",
                200,
                &topics,
            );
            for _ in 0..OPENED {
                fake = fake.get("/t/", 200, &first_post("another"));
            }
            fake
        };
        assert_eq!(look_up(&fake()), Lookup::Unknown);
        let look_up = |others: &[String], after| {
            let reference = Reference { id: ID, marker: MARKER, since: SINCE, others, after };
            now(discourse(Some("helpbot")).look_up(&fake(), &reference))
        };
        assert_eq!(look_up(&["20".to_owned()], None), Lookup::Missing, "another question is not opened");
        assert_eq!(look_up(&[], Some("20")), Lookup::Missing, "what was there before is not opened");
    }

    #[test]
    fn by_title() {
        let with_title = |title: &str, topics: &str| {
            let fake = Fake::new().get("/search.json?q=", 200, topics);
            let found = now(discourse(None).with_title(&fake, title));
            (found, fake.sent()[0].url.clone())
        };
        let topics = r#"{"topics":[{"id":42,"title":"Why is List&lt;T&gt; gone?","slug":"gone"}]}"#;
        let (found, url) = with_title("why is List<T>  gone??", topics);
        assert_eq!(found, Some(topic("gone")));
        assert!(url.ends_with("q=why%20is%20List%20T%20gone%20in%3Atitle"), "{url}");
        let (found, url) = with_title("order:latest @ann \"x\" #tag", topics);
        assert_eq!(found, None);
        assert!(url.ends_with("q=order%20latest%20ann%20x%20tag%20in%3Atitle"), "{url}");
        assert_eq!(now(discourse(None).with_title(&Fake::new(), "???")), None);
    }
}
