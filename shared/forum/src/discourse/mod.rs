//! Discourse: topics as `/t/{id}.json` writes them, and questions posted as topics.

mod address;
mod categories;
mod check;
mod client;
mod find;
pub(crate) mod loose;
mod post;
mod replies;
mod write;

use std::collections::BTreeMap;

use serde_json::Value;
use thread::{Category, Completeness, Post, Status, Thread, ThreadLink};
use time::OffsetDateTime;

pub use address::{Forum, guess_base_url};
pub use categories::Categories;
pub use client::Discourse;
use loose::Loose;

/// Why a file is no topic.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// Not JSON at all, or nested absurdly.
    #[error("not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// An error that Discourse answered with in place of the topic.
    #[error("Discourse answered with an error in place of the topic: {0}")]
    Refused(String),
    /// What makes a topic a topic is missing.
    #[error("not a Discourse topic: {0}")]
    NotATopic(&'static str),
}

/// Decodes one topic. Deleted posts, hidden posts and whispers (which only staff may read) are left out; a topic that
/// is hidden, deleted or private as a whole comes with `visible: false`.
///
/// 1. The topic and its posts are found, whatever else is there.
/// 2. Posts that may be shown are decoded; the first is the question.
/// 3. The accepted answer is marked from whichever of three places names it.
/// 4. Links to other topics of the forum are gathered.
pub fn decode_topic(bytes: &[u8], forum: &Forum) -> Result<Thread, DecodeError> {
    // 1.
    let topic: Value = serde_json::from_slice(bytes)?;
    let id = topic.id("id").ok_or_else(|| not_a_topic(&topic))?;
    let stream = topic.get("post_stream");
    let posts = stream.and_then(|stream| stream.list("posts")).ok_or(DecodeError::NotATopic("no posts"))?;
    let slug = topic.text("slug").unwrap_or("topic");
    let url = format!("{}/t/{slug}/{id}", forum.base_url());

    // 2.
    let ids = post::ids_by_number(posts);
    let decoded =
        posts.iter().filter_map(|post| post::decode(post, &url, &ids).map(|decoded| (post, decoded)));
    let (sources, mut decoded): (Vec<&Value>, Vec<Post>) = decoded.unzip();
    let first = posts.iter().find(|post| post.number("post_number").unwrap_or(1) == 1);
    let first = first.ok_or(DecodeError::NotATopic("its first post is missing"))?;
    let question_hidden = decoded.first().is_none_or(|post| Some(&post.id) != first.id("id").as_ref());
    let mut question = match question_hidden {
        false => decoded.remove(0),
        true => post::withheld(first),
    };

    // 3.
    let accepted_id = accepted(&topic, &ids, &decoded);
    question.accepted = false;
    for post in &mut decoded {
        post.accepted = Some(&post.id) == accepted_id.as_ref();
    }

    // 4.
    let links = links(&topic, &id, &sources, forum);
    let created_at = topic.time("created_at").unwrap_or(question.created_at);
    let private = topic.text("archetype").is_some_and(|kind| kind == "private_message");
    let title = topic.text("title").or_else(|| topic.text("fancy_title")).map(text::line).unwrap_or_default();
    Ok(Thread {
        source: "discourse".to_owned(),
        site: forum.host().to_owned(),
        url,
        title: if title.is_empty() { format!("Topic {id}") } else { title },
        category: category(&topic, forum),
        tags: tags(&topic),
        created_at,
        activity_at: topic.time("last_posted_at").or_else(|| topic.time("bumped_at")),
        status: status(&topic),
        visible: topic.flag("visible").unwrap_or(true)
            && topic.text("deleted_at").is_none()
            && !private
            && !question_hidden,
        views: topic.number("views"),
        question,
        answers: decoded,
        accepted_id,
        links,
        duplicate_of: None,
        product: None,
        version: None,
        lang: None,
        audience: Vec::new(),
        final_answer: None,
        completeness: completeness(&topic, posts.len()),
        id,
    })
}

fn not_a_topic(topic: &Value) -> DecodeError {
    match topic.list("errors").and_then(|errors| errors.first()).and_then(Value::as_str) {
        Some(message) => DecodeError::Refused(text::line(message)),
        None => DecodeError::NotATopic("no id"),
    }
}

/// Posts are missing where the topic's list of ids, or its count, says so: Discourse writes 20 at a time.
fn completeness(topic: &Value, have: usize) -> Completeness {
    let listed = topic.get("post_stream").and_then(|stream| stream.list("stream")).map_or(0, <[Value]>::len);
    let counted = topic.number("posts_count").and_then(|count| u32::try_from(count).ok()).unwrap_or(0);
    let have = u32::try_from(have).unwrap_or(u32::MAX);
    let total = counted.max(u32::try_from(listed).unwrap_or(u32::MAX));
    if have < total { Completeness::Partial { have, total } } else { Completeness::Full }
}

fn status(topic: &Value) -> Status {
    if topic.flag("archived") == Some(true) {
        Status::Archived
    } else if topic.flag("closed") == Some(true) {
        Status::Closed
    } else {
        Status::Open
    }
}

/// A category without a name is of no use to a reader: it is left out.
fn category(topic: &Value, forum: &Forum) -> Option<Category> {
    let id = topic.id("category_id")?;
    let name = topic.text("category_name").or_else(|| forum.categories().name(&id)).map(text::line)?;
    Some(Category { id, name })
}

fn tags(topic: &Value) -> Vec<String> {
    let tags = topic.list("tags").unwrap_or_default();
    tags.iter().filter_map(|tag| tag.as_str().or_else(|| tag.text("name"))).map(str::to_owned).collect()
}

/// The accepted answer: marked on the post itself, or named by its number on the topic or in its details.
fn accepted(topic: &Value, ids: &BTreeMap<u64, String>, answers: &[Post]) -> Option<String> {
    let marked = answers.iter().find(|post| post.accepted).map(|post| post.id.clone());
    let named = || {
        let places = [Some(topic), topic.get("details")];
        let number = places.into_iter().flatten().find_map(|place| {
            let accepted = place.get("accepted_answer")?;
            accepted.number("post_number").or_else(|| accepted.as_u64())
        })?;
        let id = ids.get(&number)?;
        answers.iter().any(|post| post.id == *id).then(|| id.clone())
    };
    marked.or_else(named)
}

/// Topics of this forum that the posts point to, each once, with the time of the first pointing post where known.
fn links(topic: &Value, own: &str, posts: &[&Value], forum: &Forum) -> Vec<ThreadLink> {
    let mut found: Vec<ThreadLink> = Vec::new();
    let mut add = |link: &Value, at: Option<OffsetDateTime>| {
        // A reflection is the other topic's link to this one.
        if link.flag("reflection") == Some(true) || link.flag("internal") == Some(false) {
            return;
        }
        if let Some(to) = link.text("url").and_then(|url| forum.topic_of(url))
            && to != own
            && found.iter().all(|known| known.to != to)
        {
            found.push(ThreadLink { to, at });
        }
    };
    for post in posts {
        let at = post.time("created_at");
        post.list("link_counts").unwrap_or_default().iter().for_each(|link| add(link, at));
    }
    let details = topic.get("details").and_then(|details| details.list("links")).unwrap_or_default();
    details.iter().for_each(|link| add(link, None));
    found
}

#[cfg(test)]
mod tests {
    use thread::{Body, PostKind, Role};

    use super::*;

    fn forum() -> Forum {
        let names = Categories::decode(br#"{"7":"Syncing &amp; more"}"#).unwrap();
        Forum::new("https://f.example").unwrap().with_categories(names)
    }

    fn decode(topic: &str) -> Thread {
        decode_topic(topic.as_bytes(), &forum()).unwrap()
    }

    #[test]
    fn a_whole_topic() {
        let thread = decode(include_str!("../../tests/topic.json"));
        assert_eq!(thread.key(), "discourse:f.example:12");
        assert_eq!(thread.url, "https://f.example/t/berth-stuck/12");
        assert_eq!(thread.title, "Berth is stuck at 99 % & List<T> is \"gone\"");
        assert_eq!(thread.category, Some(Category { id: "7".into(), name: "Syncing & more".into() }));
        assert_eq!(thread.tags, ["sync", "cli"]);
        assert_eq!((thread.status, thread.visible, thread.views), (Status::Closed, true, Some(41)));
        assert_eq!(thread.completeness, Completeness::Partial { have: 7, total: 9 });
        assert_eq!(thread.question.score, 2);
        let seen: Vec<_> =
            thread.answers.iter().map(|post| (post.id.as_str(), post.kind, post.author.role)).collect();
        assert_eq!(
            seen,
            [
                ("102", PostKind::Post, Role::Staff),
                ("103", PostKind::Post, Role::Member),
                ("104", PostKind::System, Role::Staff)
            ],
            "hidden, deleted and whispered posts are left out"
        );
        assert_eq!(thread.accepted_id.as_deref(), Some("103"));
        assert_eq!(thread.best_answer().map(|post| post.id.as_str()), Some("103"));
        assert_eq!(thread.answers[1].reply_to.as_deref(), Some("102"));
        assert_eq!(thread.answers[1].body, Body::Markdown("Run `moor doctor`".into()));
        assert_eq!(thread.answers[0].url.as_deref(), Some("https://f.example/t/berth-stuck/12/2"));
        let links: Vec<_> = thread.links.iter().map(|link| (link.to.as_str(), link.at.is_some())).collect();
        assert_eq!(links, [("9", true), ("8", false)]);
    }

    #[test]
    fn only_an_id_and_posts_are_needed() {
        let thread = decode(r#"{"id":1,"post_stream":{"posts":[{"id":5}]}}"#);
        assert_eq!((thread.title.as_str(), thread.url.as_str()), ("Topic 1", "https://f.example/t/topic/1"));
        assert!(!thread.visible, "a question without words is nothing to show");
        let odd = r#"{"id":"1","title":7,"tags":{"a":1},"created_at":"soon","views":"x","category_id":[],"details":[],
            "accepted_answer":true,"post_stream":{"stream":null,"posts":[{"id":5,"cooked":"<p>q","post_number":null,
            "actions_summary":[null,{"id":2}],"user_id":null,"reply_to_post_number":0.5,"link_counts":[1]}, null]}}"#;
        let thread = decode(odd);
        assert!(thread.visible && thread.accepted_id.is_none() && thread.tags.is_empty());
    }

    #[test]
    fn what_is_no_topic_says_so() {
        let error = |json: &str| decode_topic(json.as_bytes(), &forum()).unwrap_err().to_string();
        assert_eq!(error("{}"), "not a Discourse topic: no id");
        assert_eq!(error(r#"{"id":1}"#), "not a Discourse topic: no posts");
        assert_eq!(
            error(r#"{"id":1,"post_stream":{"posts":[{"id":9,"post_number":21}]}}"#),
            "not a Discourse topic: its first post is missing"
        );
        assert!(
            error(r#"{"errors":["The requested URL could not be found."],"error_type":"not_found"}"#)
                .contains("URL")
        );
        assert!(error("<html>").starts_with("not JSON"));
        assert!(error(&"[".repeat(100_000)).starts_with("not JSON"));
    }

    #[test]
    fn topics_that_not_everybody_may_read_are_not_visible() {
        for field in [
            r#""visible":false"#,
            r#""deleted_at":"2024-01-01T00:00:00Z""#,
            r#""archetype":"private_message""#,
        ] {
            let topic = format!(r#"{{"id":1,{field},"post_stream":{{"posts":[{{"id":5,"cooked":"q"}}]}}}}"#);
            assert!(!decode(&topic).visible, "{field}");
        }
        let hidden = r#"{"id":1,"post_stream":{"posts":[{"id":5,"cooked":"flagged","hidden":true,"post_number":1},
            {"id":6,"cooked":"a","post_number":2}]}}"#;
        assert!(!decode(hidden).visible);
    }
}
