//! A topic, from its pages as `/api/topic/{tid}` gives them.

use std::collections::BTreeSet;

use serde_json::Value;
use thread::{Author, Body, Category, Completeness, Post, PostKind, Role, Status, Thread};
use time::OffsetDateTime;

use crate::discourse::loose::Loose;
use crate::percent::encode;
use crate::place::Place;

/// NodeBB's own groups of those who may do more, as their members wear them.
const STAFF_GROUP: &str = "administrators";
const MODERATOR_GROUP: &str = "Global Moderators";

/// Why pages are no topic.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// Not JSON at all, or nested absurdly.
    #[error("not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// What makes a topic a topic is missing.
    #[error("not a NodeBB topic: {0}")]
    NotATopic(&'static str),
    /// The forum's address is none.
    #[error("not an http(s) address: {0}")]
    Address(String),
}

/// Decodes one topic of the forum at `url` from all its pages, the first one first. Deleted posts are left out; a topic
/// that is deleted, or whose first post is, or whose time has not come, comes with `visible: false`.
pub fn decode_topic<'a>(pages: impl IntoIterator<Item = &'a [u8]>, url: &str) -> Result<Thread, DecodeError> {
    let place = Place::new(url).ok_or_else(|| DecodeError::Address(url.to_owned()))?;
    let pages = pages.into_iter().map(serde_json::from_slice).collect::<Result<Vec<Value>, _>>()?;
    decode(&pages, &place)
}

/// 1. The topic and its posts are found.
/// 2. Posts that may be shown are decoded; the main one is the question.
/// 3. The answer that the plugin for questions and answers names is marked.
pub(crate) fn decode(pages: &[Value], place: &Place) -> Result<Thread, DecodeError> {
    // 1.
    let missing = DecodeError::NotATopic;
    let topic = pages.first().ok_or(missing("no page"))?;
    let id = topic.id("tid").ok_or(missing("no id"))?;
    let mut known = BTreeSet::new();
    let posts: Vec<&Value> = pages
        .iter()
        .filter_map(|page| page.list("posts"))
        .flatten()
        // That plugin shows the answer once more below the question, at an index of -1.
        .filter(|post| post.get("index").and_then(Value::as_i64).is_none_or(|index| index >= 0))
        .filter(|post| pid(post, "pid").is_some_and(|pid| known.insert(pid)))
        .collect();
    let main = pid(topic, "mainPid");
    let is_main = |post: &Value| match &main {
        Some(main) => pid(post, "pid").as_ref() == Some(main),
        None => post.number("index") == Some(0),
    };
    let first = posts.iter().find(|post| is_main(post)).ok_or(missing("its first post is missing"))?;

    // 2.
    let question = decode_post(first, 0, &main, place);
    let question_hidden = question.is_none();
    let mut answers: Vec<Post> = posts
        .iter()
        .enumerate()
        .filter(|(_, post)| !is_main(post))
        .filter_map(|(at, post)| decode_post(post, at, &main, place))
        .collect();

    // 3.
    let accepted_id = pid(topic, "solvedPid").filter(|id| answers.iter().any(|post| post.id == *id));
    for post in &mut answers {
        post.accepted = Some(&post.id) == accepted_id.as_ref();
    }

    let question = question.unwrap_or_else(|| empty(first, Body::Text(String::new())));
    let title = topic.text("title").map(text::line).unwrap_or_default();
    Ok(Thread {
        source: "nodebb".to_owned(),
        site: place.host().to_owned(),
        url: address(topic, &id, place),
        title: if title.is_empty() { format!("Topic {id}") } else { title },
        category: category(topic),
        tags: tags(topic),
        created_at: at(topic, "timestamp").unwrap_or(question.created_at),
        activity_at: at(topic, "lastposttime"),
        status: if is_set(topic, "locked") { Status::Closed } else { Status::Open },
        visible: !is_set(topic, "deleted") && !is_set(topic, "scheduled") && !question_hidden,
        views: topic.number("viewcount"),
        question,
        answers,
        final_answer: None,
        accepted_id,
        links: Vec::new(),
        duplicate_of: None,
        product: None,
        version: None,
        lang: None,
        audience: Vec::new(),
        completeness: completeness(topic, posts.len()),
        id,
    })
}

/// How many pages the topic has.
pub(crate) fn page_count(page: &Value) -> u64 {
    page.get("pagination").and_then(|pagination| pagination.number("pageCount")).unwrap_or(1)
}

/// Where people read a topic. `slug` begins with its id.
pub(crate) fn address(topic: &Value, tid: &str, place: &Place) -> String {
    let slug = topic.text("slug").map(|slug| slug.split('/').map(encode).collect::<Vec<_>>().join("/"));
    format!("{}/topic/{}", place.url(), slug.as_deref().unwrap_or(tid))
}

/// A yes, as a boolean or as 1.
pub(crate) fn is_set(value: &Value, name: &str) -> bool {
    value.flag(name).unwrap_or_else(|| value.number(name).is_some_and(|number| number != 0))
}

/// A time: milliseconds since 1970 in `name`.
pub(crate) fn at(value: &Value, name: &str) -> Option<OffsetDateTime> {
    let milliseconds = value.number(name).filter(|milliseconds| *milliseconds > 0)?;
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(milliseconds) * 1_000_000).ok()
}

/// A post's id: a number, or the address of a post that came from another forum.
fn pid(value: &Value, name: &str) -> Option<String> {
    value.id(name).or_else(|| value.text(name).map(str::to_owned)).filter(|pid| pid != "0")
}

fn completeness(topic: &Value, have: usize) -> Completeness {
    let have = u32::try_from(have).unwrap_or(u32::MAX);
    match topic.number("postcount").and_then(|total| u32::try_from(total).ok()) {
        Some(total) if total > have => Completeness::Partial { have, total },
        _ => Completeness::Full,
    }
}

fn category(topic: &Value) -> Option<Category> {
    let category = topic.get("category")?;
    Some(Category { id: category.id("cid")?, name: text::line(category.text("name")?) })
}

fn tags(topic: &Value) -> Vec<String> {
    let tags = topic.list("tags").unwrap_or_default();
    tags.iter().filter_map(|tag| tag.text("value").or_else(|| tag.as_str())).map(text::line).collect()
}

/// `None` where it may not be shown or has nothing to show.
fn decode_post(post: &Value, position: usize, main: &Option<String>, place: &Place) -> Option<Post> {
    if is_set(post, "deleted") {
        return None;
    }
    let body = Body::Html(post.text("content")?.to_owned());
    let id = pid(post, "pid")?;
    let index = post.number("index").unwrap_or(position as u64);
    Some(Post {
        number: u32::try_from(index.saturating_add(1)).ok(),
        url: Some(format!("{}/post/{}", place.url(), encode(&id))),
        edited_at: at(post, "edited"),
        score: post.get("votes").and_then(Value::as_i64).unwrap_or(0),
        reply_to: pid(post, "toPid").filter(|to| Some(to) != main.as_ref()),
        ..empty(post, body)
    })
}

fn empty(post: &Value, body: Body) -> Post {
    Post {
        id: pid(post, "pid").unwrap_or_default(),
        number: Some(1),
        url: None,
        heading: None,
        author: author(post),
        created_at: at(post, "timestamp").unwrap_or(OffsetDateTime::UNIX_EPOCH),
        edited_at: None,
        score: 0,
        accepted: false,
        validated: None,
        reply_to: None,
        body,
        kind: PostKind::Post,
    }
}

fn author(post: &Value) -> Author {
    let user = post.get("user");
    let name = user.and_then(|user| user.text("displayname").or_else(|| user.text("username")));
    Author {
        id: pid(post, "uid"),
        name: name.map(text::line).unwrap_or_default(),
        role: role(user),
        trust: None,
    }
}

/// Whoever is in one of NodeBB's own groups is known by it only while wearing its badge.
fn role(user: Option<&Value>) -> Role {
    let Some(user) = user else { return Role::Unknown };
    let worn = user.list("groupTitleArray").unwrap_or_default().iter().filter_map(Value::as_str);
    let selected = user.list("selectedGroups").unwrap_or_default().iter();
    let groups: Vec<&str> = worn.chain(selected.filter_map(|group| group.text("name"))).collect();
    if groups.contains(&STAFF_GROUP) {
        Role::Staff
    } else if groups.contains(&MODERATOR_GROUP) {
        Role::Moderator
    } else if user.number("uid") == Some(0) {
        Role::Unknown
    } else {
        Role::Member
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode_one(json: &str) -> Thread {
        decode_topic([json.as_bytes()], "https://n.example").unwrap()
    }

    const TOPIC: &str = r#"{"tid":2,"mainPid":2,"title":"A &amp; <b>","slug":"2/naïve","timestamp":1795289927366,
        "lastposttime":1795289957331,"postcount":4,"viewcount":7,"locked":1,"deleted":0,"scheduled":false,
        "tags":[{"value":"c++"}],"category":{"cid":2,"name":"Help"},"posts":[
          {"pid":2,"uid":3,"index":0,"content":"<p>q</p>","timestamp":1795289927366,"votes":-1,"edited":0,
           "user":{"uid":3,"displayname":"Asker","groupTitleArray":[]}},
          {"pid":5,"index":1,"content":"<p>gone</p>","deleted":1},
          {"pid":6,"toPid":2,"index":2,"content":"<p>a</p>","votes":2,"edited":1795289960000,
           "user":{"uid":1,"username":"ann","groupTitleArray":["administrators"]}},
          {"pid":"https://o.example/note/1","toPid":6,"index":3,"content":"<p>b</p>",
           "user":{"uid":"https://o.example/u/bo","username":"bo","selectedGroups":[{"name":"Global Moderators"}]}}]}"#;

    #[test]
    fn a_whole_topic() {
        let thread = decode_one(TOPIC);
        assert_eq!(thread.key(), "nodebb:n.example:2");
        assert_eq!(thread.url, "https://n.example/topic/2/na%C3%AFve");
        assert_eq!((thread.title.as_str(), thread.tags.as_slice()), ("A & <b>", &["c++".to_owned()][..]));
        assert_eq!((thread.status, thread.visible, thread.views), (Status::Closed, true, Some(7)));
        assert_eq!(thread.completeness, Completeness::Full);
        assert_eq!((thread.question.score, thread.question.edited_at), (-1, None));
        let seen: Vec<_> =
            thread.answers.iter().map(|post| (post.id.as_str(), post.number, post.author.role)).collect();
        assert_eq!(
            seen,
            [("6", Some(3), Role::Staff), ("https://o.example/note/1", Some(4), Role::Moderator)]
        );
        assert_eq!(thread.answers[0].reply_to, None, "answers the question");
        assert_eq!(thread.answers[1].reply_to.as_deref(), Some("6"));
        assert_eq!(
            thread.answers[1].url.as_deref(),
            Some("https://n.example/post/https%3A%2F%2Fo.example%2Fnote%2F1")
        );
    }

    #[test]
    fn what_not_everybody_may_read_is_not_visible() {
        for field in [r#""deleted":1"#, r#""scheduled":true"#] {
            let topic = format!(r#"{{"tid":1,{field},"posts":[{{"pid":5,"index":0,"content":"q"}}]}}"#);
            assert!(!decode_one(&topic).visible, "{field}");
        }
        let deleted = r#"{"tid":1,"mainPid":5,"posts":[{"pid":5,"deleted":1,"content":"q"}]}"#;
        assert!(!decode_one(deleted).visible);
    }

    #[test]
    fn what_is_no_topic_says_so() {
        let error =
            |json: &str| decode_topic([json.as_bytes()], "https://n.example").unwrap_err().to_string();
        assert_eq!(error("{}"), "not a NodeBB topic: no id");
        assert_eq!(error(r#"{"tid":1}"#), "not a NodeBB topic: its first post is missing");
        assert!(error("<html>").starts_with("not JSON"));
    }
}
