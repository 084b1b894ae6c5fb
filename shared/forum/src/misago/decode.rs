//! A thread, from the pages of its posts as `/api/threads/{id}/posts/` gives them.

use std::collections::BTreeSet;

use serde_json::Value;
use thread::{Author, Body, Category, Completeness, Post, PostKind, Role, Status, Thread, ThreadLink};
use time::OffsetDateTime;

use crate::discourse::loose::Loose;
use crate::place::Place;

/// Slugs of the ranks that say what somebody is: the first as Misago is installed, the others as operators call theirs.
const STAFF_RANKS: [&str; 5] = ["forum-team", "team", "staff", "admins", "administrators"];
const MODERATOR_RANKS: [&str; 2] = ["moderators", "moderator"];

/// Why pages are no thread.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// Not JSON at all, or nested absurdly.
    #[error("not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// What makes a thread a thread is missing.
    #[error("not a Misago thread: {0}")]
    NotAThread(&'static str),
    /// The forum's address is none.
    #[error("not an http(s) address: {0}")]
    Address(String),
}

/// Decodes one thread of the forum at `url` from all its pages, the first one first. Events are left out, and so are
/// posts that are hidden or wait for approval; a thread that is, or that begins with one that is, comes with
/// `visible: false`.
pub fn decode_thread<'a>(
    pages: impl IntoIterator<Item = &'a [u8]>,
    url: &str,
) -> Result<Thread, DecodeError> {
    let place = Place::new(url).ok_or_else(|| DecodeError::Address(url.to_owned()))?;
    let pages = pages.into_iter().map(serde_json::from_slice).collect::<Result<Vec<Value>, _>>()?;
    decode(&pages, &place)
}

/// 1. The thread and its posts are found; a page's last post is the next one's first.
/// 2. Posts that may be shown are decoded; the first is the question.
/// 3. The best answer is marked.
/// 4. Links to other threads are gathered.
pub(crate) fn decode(pages: &[Value], place: &Place) -> Result<Thread, DecodeError> {
    // 1.
    let missing = DecodeError::NotAThread;
    let head = pages.first().ok_or(missing("no page"))?;
    let id = head.id("id").ok_or(missing("no id"))?;
    let mut known = BTreeSet::new();
    let posts: Vec<&Value> = pages
        .iter()
        .filter_map(|page| page.get("post_set")?.list("results"))
        .flatten()
        .filter(|post| post.flag("is_event") != Some(true))
        .filter(|post| post.id("id").is_some_and(|id| known.insert(id)))
        .collect();
    let first = *posts.first().ok_or(missing("no posts"))?;

    // 2.
    let question = decode_post(first, 1, place);
    let question_hidden = question.is_none() || is_hidden(first);
    let mut answers: Vec<Post> = (2..)
        .zip(posts.iter().skip(1))
        .filter(|(_, post)| !is_hidden(post))
        .filter_map(|(number, post)| decode_post(post, number, place))
        .collect();

    // 3.
    let accepted_id = head.id("best_answer").filter(|id| answers.iter().any(|post| post.id == *id));
    for post in &mut answers {
        post.accepted = Some(&post.id) == accepted_id.as_ref();
    }

    // 4.
    let question = question.unwrap_or_else(|| withheld(first));
    let links = links(&id, std::iter::once(&question).chain(&answers), place);
    let title = head.text("title").map(one_line).unwrap_or_else(|| format!("Thread {id}"));
    Ok(Thread {
        source: "misago".to_owned(),
        site: place.host().to_owned(),
        url: address(head, place).unwrap_or_else(|| format!("{}/t/thread/{id}/", place.url())),
        title,
        category: category(head),
        tags: Vec::new(),
        created_at: head.time("started_on").unwrap_or(question.created_at),
        activity_at: head.time("last_post_on"),
        status: if head.flag("is_closed") == Some(true) { Status::Closed } else { Status::Open },
        visible: !is_hidden(head) && !question_hidden,
        views: None,
        question,
        answers,
        final_answer: None,
        accepted_id,
        links,
        duplicate_of: None,
        product: None,
        version: None,
        lang: None,
        audience: Vec::new(),
        completeness: completeness(pages, posts.len()),
        id,
    })
}

/// The page after this one, where there is one.
pub(crate) fn next_page(page: &Value) -> Option<u64> {
    page.get("post_set")?.number("next")
}

/// The address of a thread or a post, as its `url` says.
pub(crate) fn address(value: &Value, place: &Place) -> Option<String> {
    place.absolute(value.get("url")?.text("index")?)
}

/// Hidden by a moderator, or not let through by one. Whoever may see it nevertheless must not show it around.
pub(crate) fn is_hidden(value: &Value) -> bool {
    ["is_hidden", "is_unapproved"].iter().any(|name| value.flag(name) == Some(true))
}

/// Misago counts a thread's posts without its events.
fn completeness(pages: &[Value], have: usize) -> Completeness {
    let count = pages.last().and_then(|page| page.get("post_set")?.number("count"));
    let have = u32::try_from(have).unwrap_or(u32::MAX);
    let total = count.and_then(|count| u32::try_from(count).ok()).unwrap_or(have);
    let more = pages.last().and_then(next_page).is_some();
    match more || total > have {
        true => Completeness::Partial { have, total: total.max(have.saturating_add(1)) },
        false => Completeness::Full,
    }
}

fn category(head: &Value) -> Option<Category> {
    let category = head.get("category")?;
    Some(Category { id: category.id("id")?, name: one_line(category.text("name")?) })
}

/// `None` without anything to show: Misago keeps back what the reader may not see.
fn decode_post(post: &Value, number: u32, place: &Place) -> Option<Post> {
    let body = Body::Html(post.text("content")?.to_owned());
    let created_at = post.time("posted_on").unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let edited = post.number("edits").is_some_and(|edits| edits > 0);
    Some(Post {
        number: Some(number),
        url: address(post, place),
        created_at,
        edited_at: post.time("updated_on").filter(|at| edited && *at > created_at),
        score: post.number("likes").and_then(|likes| i64::try_from(likes).ok()).unwrap_or(0),
        ..empty(post, body)
    })
}

/// A first post that may not be shown: its thread needs one all the same.
fn withheld(post: &Value) -> Post {
    empty(post, Body::Text(String::new()))
}

fn empty(post: &Value, body: Body) -> Post {
    Post {
        id: post.id("id").unwrap_or_default(),
        number: Some(1),
        url: None,
        heading: None,
        author: author(post),
        created_at: post.time("posted_on").unwrap_or(OffsetDateTime::UNIX_EPOCH),
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
    let poster = post.get("poster");
    let name = poster.and_then(|poster| poster.text("username")).or_else(|| post.text("poster_name"));
    Author {
        id: poster.and_then(|poster| poster.id("id")),
        name: name.map(one_line).unwrap_or_default(),
        role: role(poster),
        trust: None,
    }
}

/// Misago says nothing of powers, only of ranks. Who has left has none.
fn role(poster: Option<&Value>) -> Role {
    let Some(rank) = poster.and_then(|poster| poster.get("rank")) else { return Role::Unknown };
    let slug = rank.text("slug").unwrap_or_default();
    if STAFF_RANKS.contains(&slug) {
        Role::Staff
    } else if MODERATOR_RANKS.contains(&slug) {
        Role::Moderator
    } else {
        Role::Member
    }
}

/// Threads of this forum that the posts point to, each once, with the time of the first pointing post.
fn links<'a>(own: &str, posts: impl Iterator<Item = &'a Post>, place: &Place) -> Vec<ThreadLink> {
    let mut found: Vec<ThreadLink> = Vec::new();
    for post in posts {
        let base = post.url.as_deref().unwrap_or(place.url());
        let blocks = text::blocks_at(&post.body, base);
        for to in blocks.iter().flat_map(|block| &block.links).filter_map(|link| thread_of(&link.url, place))
        {
            if to != own && found.iter().all(|known| known.to != to) {
                found.push(ThreadLink { to, at: Some(post.created_at) });
            }
        }
    }
    found
}

/// The id in `/t/slug/12/`, with or without what follows it.
fn thread_of(url: &str, place: &Place) -> Option<String> {
    let path = place.own_path(url)?.split(['?', '#']).next()?;
    let thread = path.strip_prefix("t/").or_else(|| path.split_once("/t/").map(|(_, thread)| thread))?;
    let id = thread.split('/').nth(1)?;
    (!id.is_empty() && id.chars().all(|c| c.is_ascii_digit())).then(|| id.to_owned())
}

/// Titles and names are plain text here, entities and all.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode_one(json: &str) -> Thread {
        decode_thread([json.as_bytes()], "https://m.example").unwrap()
    }

    const THREAD: &str = r#"{"id":2,"category":{"id":3,"name":"Help"},"title":"A &amp; <b>B</b>",
        "started_on":"2026-11-21T19:29:34Z","last_post_on":"2026-11-21T19:40:00Z","is_closed":true,
        "is_unapproved":false,"is_hidden":false,"best_answer":6,"url":{"index":"/t/a-b/2/"},
        "post_set":{"count":4,"next":null,"results":[
          {"id":2,"poster":{"id":2,"username":"Asker","rank":{"slug":"members"}},"content":"<p>q</p>","likes":1,
           "posted_on":"2026-11-21T19:29:34Z","updated_on":"2026-11-21T19:31:00Z","edits":0,
           "url":{"index":"/t/a-b/2/post/2/"}},
          {"id":3,"is_event":true,"event_type":"closed","content":null},
          {"id":4,"is_hidden":true,"content":"<p>rude</p>"},
          {"id":5,"is_unapproved":true,"content":"<p>spam</p>"},
          {"id":6,"poster":{"id":1,"username":"Ann","rank":{"slug":"forum-team"}},"likes":3,"edits":1,
           "content":"<p><a href=\"/t/old/9/post/3/\">a</a> <a href=\"/t/a-b/2/\">b</a> <a href=\"https://o.example/t/x/8/\">c</a>",
           "posted_on":"2026-11-21T19:40:00Z","updated_on":"2026-11-21T19:41:00Z"}]}}"#;

    #[test]
    fn a_whole_thread() {
        let thread = decode_one(THREAD);
        assert_eq!(thread.key(), "misago:m.example:2");
        assert_eq!(thread.url, "https://m.example/t/a-b/2/");
        assert_eq!(thread.title, "A &amp; <b>B</b>", "titles are plain text");
        assert_eq!(thread.category, Some(Category { id: "3".into(), name: "Help".into() }));
        assert_eq!((thread.status, thread.visible), (Status::Closed, true));
        assert_eq!(thread.completeness, Completeness::Full);
        assert_eq!((thread.question.score, thread.question.edited_at), (1, None));
        assert_eq!(thread.question.url.as_deref(), Some("https://m.example/t/a-b/2/post/2/"));
        let [answer] = thread.answers.as_slice() else { panic!("{:?}", thread.answers) };
        assert_eq!((answer.id.as_str(), answer.number, answer.score), ("6", Some(4), 3));
        assert_eq!((answer.author.role, answer.accepted), (Role::Staff, true));
        assert!(answer.edited_at.is_some());
        assert_eq!(thread.accepted_id.as_deref(), Some("6"));
        let links: Vec<_> = thread.links.iter().map(|link| link.to.as_str()).collect();
        assert_eq!(links, ["9"]);
    }

    #[test]
    fn what_not_everybody_may_read_is_not_visible() {
        for field in [r#""is_hidden":true"#, r#""is_unapproved":true"#] {
            let thread = format!(r#"{{"id":1,{field},"post_set":{{"results":[{{"id":5,"content":"q"}}]}}}}"#);
            assert!(!decode_one(&thread).visible, "{field}");
            let post = format!(r#"{{"id":1,"post_set":{{"results":[{{"id":5,{field},"content":"q"}}]}}}}"#);
            assert!(!decode_one(&post).visible, "{field}");
        }
        assert!(!decode_one(r#"{"id":1,"post_set":{"results":[{"id":5,"content":null}]}}"#).visible);
    }

    #[test]
    fn only_an_id_and_a_post_are_needed() {
        let odd = r#"{"id":"1","title":7,"category":3,"started_on":"soon","best_answer":{},"url":[],
            "post_set":{"count":"x","next":"","results":[{"id":5,"content":"<p>q","poster":7,"likes":null},null,{}]}}"#;
        let thread = decode_one(odd);
        assert_eq!(
            (thread.title.as_str(), thread.url.as_str()),
            ("Thread 1", "https://m.example/t/thread/1/")
        );
        assert!(thread.visible && thread.accepted_id.is_none() && thread.answers.is_empty());
    }

    #[test]
    fn missing_posts_are_told() {
        let more = r#"{"id":1,"post_set":{"count":9,"next":2,"results":[{"id":5,"content":"q"}]}}"#;
        assert_eq!(decode_one(more).completeness, Completeness::Partial { have: 1, total: 9 });
    }

    #[test]
    fn what_is_no_thread_says_so() {
        let error =
            |json: &str| decode_thread([json.as_bytes()], "https://m.example").unwrap_err().to_string();
        assert_eq!(error("{}"), "not a Misago thread: no id");
        assert_eq!(error(r#"{"id":1}"#), "not a Misago thread: no posts");
        assert!(error("<html>").starts_with("not JSON"));
        assert_eq!(
            decode_thread([], "https://m.example").unwrap_err().to_string(),
            "not a Misago thread: no page"
        );
        assert_eq!(
            decode_thread([], "m.example").unwrap_err().to_string(),
            "not an http(s) address: m.example"
        );
    }
}
