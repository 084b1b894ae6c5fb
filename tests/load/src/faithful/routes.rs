//! Discourse's API, as far as the forum speaks it.

use serde_json::{Value, json};

use super::board::{Board, Held, Made, NewPost, Topic};
use crate::http::{Answer, Head};

/// Entries of a page of search results, of threads and of the review queue, as Discourse cuts them.
const FOUND: usize = 50;
const LISTED: usize = 30;
const REVIEWED: usize = 10;

/// Characters of a post that a search result shows.
const BLURB: usize = 200;

/// Answers a request.
pub fn answer(board: &mut Board, head: &Head, body: &[u8]) -> Answer {
    board.moderate();
    if !may(board, head) {
        return error(
            403,
            "invalid_access",
            "You are not permitted to view the requested resource. The API username or key is invalid.",
        );
    }
    let path = head.path().trim_end_matches(".json");
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    match (head.method.as_str(), parts.as_slice()) {
        ("POST", ["posts"]) => post(board, body),
        ("GET", ["t", "external_id", id]) => external(board, head, id),
        ("GET", ["t", id] | ["t", id, "posts"] | ["t", _, id]) => topic(board, id),
        ("GET", ["search"]) => search(board, head),
        ("GET", ["topics", "created-by", user]) if is_ours(board, user) => list(board, head),
        ("GET", ["latest"]) => list(board, head),
        ("GET", ["posts", user, "pending"]) if is_ours(board, user) => pending(board),
        ("GET", ["review"]) => review(board, head),
        ("GET", ["session", "current"]) => Answer::json(200, &json!({"current_user": user(board)})),
        ("GET", ["c", id, "show"]) if *id == board.settings.category.to_string() => {
            Answer::json(200, &json!({"category": category(board)}))
        }
        ("GET", ["site"]) => Answer::json(
            200,
            &json!({"categories": [category(board)], "can_tag_topics": true, "can_create_tag": true}),
        ),
        _ => not_found(),
    }
}

fn may(board: &Board, head: &Head) -> bool {
    head.header("api-key") == Some(board.settings.key.as_str())
        && head.header("api-username").is_none_or(|user| user.eq_ignore_ascii_case(&board.settings.user))
}

fn error(status: u16, kind: &str, message: &str) -> Answer {
    Answer::json(status, &json!({"errors": [message], "error_type": kind}))
}

fn not_found() -> Answer {
    error(404, "not_found", "The requested URL or resource could not be found.")
}

fn user(board: &Board) -> Value {
    json!({"id": 1, "username": board.settings.user, "admin": false, "moderator": true, "trust_level": 4})
}

fn category(board: &Board) -> Value {
    json!({"id": board.settings.category, "name": "Support", "slug": "support", "permission": 1})
}

fn post(board: &mut Board, body: &[u8]) -> Answer {
    let post: NewPost = match serde_json::from_slice(body) {
        Ok(post) => post,
        Err(error) => return self::error(400, "invalid_parameters", &error.to_string()),
    };
    match board.make(post) {
        Made::Topic(topic) => Answer::json(200, &first_post(board, &topic)),
        Made::Held(held) => Answer::json(
            200,
            &json!({
                "action": "enqueued", "success": true, "reason": "category", "pending_count": board.queue().count(),
                "pending_post": {"id": held.id, "raw": held.post.raw, "created_at": held.created_at},
            }),
        ),
        Made::Refused(reason) => Answer::json(422, &json!({"action": "create_post", "errors": [reason]})),
    }
}

fn first_post(board: &Board, topic: &Topic) -> Value {
    json!({
        "id": topic.post_id, "username": board.settings.user, "name": null, "created_at": topic.created_at,
        "updated_at": topic.created_at, "cooked": cooked(&topic.raw), "raw": topic.raw, "post_number": 1, "post_type": 1,
        "topic_id": topic.id, "topic_slug": topic.slug, "user_id": 1, "trust_level": 4, "moderator": true, "hidden": false,
        "actions_summary": [], "reply_to_post_number": null, "version": 1,
        "post_url": format!("/t/{}/{}/1", topic.slug, topic.id),
    })
}

/// A post's HTML, without any of Markdown's marks understood.
fn cooked(raw: &str) -> String {
    let escaped = raw.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let paragraphs = escaped.split("\n\n").map(str::trim).filter(|text| !text.is_empty());
    paragraphs.map(|text| format!("<p>{}</p>", text.replace('\n', "<br>\n"))).collect::<Vec<_>>().join("\n")
}

fn external(board: &Board, head: &Head, id: &str) -> Answer {
    let Some(topic) = board.by_external_id(id) else { return not_found() };
    let host = head.header("host").unwrap_or_default();
    let place = format!("http://{host}/t/{}/{}.json", topic.slug, topic.id);
    Answer::new(301, "text/html", "").header("location", place)
}

fn topic(board: &Board, id: &str) -> Answer {
    let Some(topic) = id.parse().ok().and_then(|id| board.by_id(id)) else { return not_found() };
    let mut whole = listed(topic);
    whole["post_stream"] = json!({"posts": [first_post(board, topic)], "stream": [topic.post_id]});
    whole["details"] = json!({"created_by": user(board)});
    whole["user_id"] = json!(1);
    whole["external_id"] = json!(topic.external_id);
    Answer::json(200, &whole)
}

/// A thread as it stands in lists.
fn listed(topic: &Topic) -> Value {
    json!({
        "id": topic.id, "title": topic.title, "fancy_title": topic.title, "slug": topic.slug, "posts_count": 1,
        "highest_post_number": 1, "reply_count": 0, "created_at": topic.created_at, "last_posted_at": topic.created_at,
        "bumped_at": topic.created_at, "archetype": "regular", "visible": true, "closed": false, "archived": false,
        "views": 1, "like_count": 0, "tags": [], "has_accepted_answer": false, "pinned": false,
        "posters": [{"user_id": 1, "extras": "latest single", "description": "Original Poster"}],
    })
}

/// What stands around the first phrase in a post, in one line.
fn blurb(raw: &str, phrases: &[String]) -> String {
    let line = raw.split_whitespace().collect::<Vec<_>>().join(" ");
    let at = phrases.first().and_then(|phrase| line.find(phrase.as_str())).unwrap_or(0);
    let before = line.get(..at).unwrap_or_default().chars().count().saturating_sub(BLURB / 2);
    line.chars().skip(before).take(BLURB).collect()
}

/// What is searched for: phrases in quotes and single words. Filters (`in:first`, `after:2026-01-01`, `@name`) are passed
/// over: they could only narrow what the phrase finds.
fn phrases(query: &str) -> Vec<String> {
    let mut phrases = Vec::new();
    for (at, part) in query.split('"').enumerate() {
        if at % 2 == 1 {
            phrases.push(part.to_owned());
        } else {
            let words = part.split_whitespace().filter(|word| !word.contains([':', '@', '#']));
            phrases.extend(words.map(str::to_owned));
        }
    }
    phrases
}

fn search(board: &Board, head: &Head) -> Answer {
    let query = head.parameter("q").unwrap_or_default();
    let phrases = phrases(&query);
    if phrases.iter().all(|phrase| phrase.chars().count() < 3) {
        return error(400, "invalid_parameters", "Your search term is too short.");
    }
    let found: Vec<&Topic> = board.search(&phrases).take(FOUND).collect();
    let posts: Vec<Value> = found
        .iter()
        .map(|topic| {
            json!({"id": topic.post_id, "topic_id": topic.id, "username": board.settings.user, "post_number": 1,
                "created_at": topic.created_at, "like_count": 0, "blurb": blurb(&topic.raw, &phrases)})
        })
        .collect();
    let topics: Vec<Value> = found.iter().map(|topic| listed(topic)).collect();
    let ids: Vec<u64> = found.iter().map(|topic| topic.post_id).collect();
    Answer::json(
        200,
        &json!({
            "posts": posts, "topics": topics, "users": [], "categories": [], "tags": [], "groups": [],
            "grouped_search_result": {"term": query, "post_ids": ids, "more_posts": null, "error": null},
        }),
    )
}

fn is_ours(board: &Board, name: &str) -> bool {
    name.eq_ignore_ascii_case(&board.settings.user)
}

/// The newest threads: all are by the one account.
fn list(board: &Board, head: &Head) -> Answer {
    let page = head.parameter("page").and_then(|page| page.parse().ok()).unwrap_or(0_usize);
    let from = page.saturating_mul(LISTED);
    let topics: Vec<Value> = board.newest().skip(from).take(LISTED).map(listed).collect();
    let mut list = json!({"per_page": LISTED, "topics": topics});
    if board.newest().count() > from.saturating_add(LISTED) {
        list["more_topics_url"] =
            json!(format!("{}?page={}", head.path().trim_end_matches(".json"), page + 1));
    }
    Answer::json(200, &json!({"users": [user(board)], "topic_list": list}))
}

/// What the account has before the moderators, as it may see it itself.
fn pending(board: &Board) -> Answer {
    let posts = board.queue().map(|held| {
        json!({"id": held.id, "title": held.post.title, "raw_text": held.post.raw, "created_at": held.created_at,
            "category_id": held.post.category, "created_by_id": 1})
    });
    Answer::json(200, &json!({"pending_posts": posts.collect::<Vec<Value>>()}))
}

/// The same as moderators see it.
fn review(board: &Board, head: &Head) -> Answer {
    let offset = head.parameter("offset").and_then(|offset| offset.parse().ok()).unwrap_or(0);
    let pending = head.parameter("status").is_none_or(|status| status == "pending" || status == "all");
    let queued = head.parameter("type").is_none_or(|kind| kind.is_empty() || kind == "ReviewableQueuedPost");
    let all: Vec<&Held> = board.queue().filter(|_| pending && queued).collect();
    let shown: Vec<Value> = all.iter().skip(offset).take(REVIEWED).map(|held| reviewable(held)).collect();
    let mut meta = json!({"total_rows_reviewables": all.len()});
    if all.len() > offset + REVIEWED {
        meta["load_more_reviewables"] = json!(format!("/review.json?offset={}", offset + REVIEWED));
    }
    let users = [user(board)];
    Answer::json(200, &json!({"reviewables": shown, "reviewable_scores": [], "users": users, "meta": meta}))
}

fn reviewable(held: &Held) -> Value {
    json!({
        "id": held.id, "type": "ReviewableQueuedPost", "status": 0, "created_at": held.created_at, "topic_id": null,
        "category_id": held.post.category, "created_by_id": 1, "target_created_by_id": 1,
        "payload": {"raw": held.post.raw, "title": held.post.title, "category": held.post.category},
    })
}

#[cfg(test)]
mod tests {
    use super::super::Settings;
    use super::*;

    fn ask(board: &mut Board, method: &str, target: &str, body: &str) -> Answer {
        let headers = [("api-key", "key"), ("api-username", "Help-Bot"), ("host", "forum.example")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        answer(
            board,
            &Head { method: method.to_owned(), target: target.to_owned(), headers },
            body.as_bytes(),
        )
    }

    fn read(answer: &Answer) -> Value {
        serde_json::from_slice(&answer.body).unwrap()
    }

    const POST: &str = r#"{"title": "How do I moor a zeppelin?", "category": "7", "external_id": "0123456789ABCDEF",
        "raw": "It drifts.\n\n---\n\nEdgewise reference: 0123456789ABCDEF\n", "tags": [{"name": "a"}]}"#;

    #[test]
    fn a_post_is_found_in_every_way() {
        let board = &mut Board::new(Settings::default());
        assert_eq!(ask(board, "GET", "/t/external_id/0123456789ABCDEF.json", "").status, 404);
        let made = read(&ask(board, "POST", "/posts.json", POST));
        let (id, slug) =
            (made["topic_id"].as_u64().unwrap(), made["topic_slug"].as_str().unwrap().to_owned());

        let found = ask(board, "GET", "/t/external_id/0123456789ABCDEF.json", "");
        let place = format!("http://forum.example/t/{slug}/{id}.json");
        assert_eq!((found.status, &found.headers[1].1), (301, &place));
        for target in [format!("/t/{id}.json"), format!("/t/{slug}/{id}.json")] {
            let topic = read(&ask(board, "GET", &target, ""));
            assert!(
                topic["post_stream"]["posts"][0]["cooked"]
                    .as_str()
                    .unwrap()
                    .ends_with("0123456789ABCDEF</p>")
            );
        }
        let query = "/search.json?q=%22Edgewise%20reference%3A%200123456789ABCDEF%22%20in%3Afirst";
        let found = read(&ask(board, "GET", query, ""));
        assert_eq!(found["posts"][0]["topic_id"], id);
        assert!(found["posts"][0]["blurb"].as_str().unwrap().contains("0123456789ABCDEF"));
        let list = read(&ask(board, "GET", "/topics/created-by/help-bot.json", ""));
        assert_eq!(list["topic_list"]["topics"][0]["id"], id);
        assert_eq!(list["topic_list"]["more_topics_url"], Value::Null);
        assert_eq!(ask(board, "GET", "/topics/created-by/somebody.json", "").status, 404);
    }

    #[test]
    fn what_is_held_is_in_the_queue() {
        let settings = Settings {
            held_percent: 100,
            approved_after: std::time::Duration::from_secs(600),
            ..Settings::default()
        };
        let board = &mut Board::new(settings);
        assert_eq!(read(&ask(board, "POST", "/posts.json", POST))["action"], "enqueued");
        let queue = read(&ask(board, "GET", "/review.json?type=ReviewableQueuedPost&status=pending", ""));
        assert!(queue["reviewables"][0]["payload"]["raw"].as_str().unwrap().contains("0123456789ABCDEF"));
        assert_eq!(queue["meta"]["load_more_reviewables"], Value::Null);
        assert_eq!(read(&ask(board, "GET", "/review.json?status=approved", ""))["reviewables"], json!([]));
        let own = read(&ask(board, "GET", "/posts/help-bot/pending.json", ""));
        assert!(own["pending_posts"][0]["raw_text"].as_str().unwrap().contains("0123456789ABCDEF"));
    }

    #[test]
    fn strangers_and_strange_requests_are_refused() {
        let board = &mut Board::new(Settings { key: "another".to_owned(), ..Settings::default() });
        assert_eq!(ask(board, "POST", "/posts.json", POST).status, 403);
        let board = &mut Board::new(Settings::default());
        assert_eq!(ask(board, "POST", "/posts.json", "[").status, 400);
        assert_eq!(ask(board, "POST", "/posts.json", "{}").status, 422);
        assert_eq!(ask(board, "GET", "/nowhere", "").status, 404);
    }
}
