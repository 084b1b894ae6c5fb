//! Misago: threads as its API writes them, questions as it takes them.
//!
//! Misago itself signs accounts in by cookie only. Its operators add a middleware that accepts
//! `Authorization: Token KEY`; without one nothing can be posted, while public threads can still be read.

mod check;
mod decode;
mod look_up;
mod post;
mod walk;

use serde_json::Value;
use thread::Post;

use crate::json_api::{JsonApi, Unread};
use crate::percent::encode;
use crate::place::Place;
use crate::{Account, Transport};

pub use decode::{DecodeError, decode_thread};
pub use walk::{Count, ImportError, Skipped, Walk};

/// Pages of one thread that are read at most: 18 posts each as Misago is installed.
const PAGES: usize = 100;

/// A Misago forum, posted to through an account's token.
///
/// `account.url` is the forum's address, `account.category` the number of a category, `account.user` the name the token
/// speaks for, where that is to be checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misago(pub Account);

impl Misago {
    /// The replies to a thread, oldest first, as far as everybody may see them. `None` where the forum gives no clear
    /// answer, or the thread is gone.
    pub async fn replies<T: Transport>(&self, t: &T, thread_id: &str) -> Option<Vec<Post>> {
        let place = Place::new(&self.0.url)?;
        let pages = pages(&self.api(), t, thread_id).await.ok()?;
        Some(decode::decode(&pages, &place).ok()?.answers)
    }

    fn api(&self) -> JsonApi {
        JsonApi::new(&self.0.url, Some(authorization(&self.0.key)))
    }
}

/// The header of a token.
fn authorization(key: &str) -> String {
    format!("Token {key}")
}

/// Every page of a thread, the first one first.
async fn pages<T: Transport>(api: &JsonApi, t: &T, thread_id: &str) -> Result<Vec<Value>, Unread> {
    let path = format!("/api/threads/{}/posts/", encode(thread_id));
    let mut pages = vec![api.read(t, &path).await?];
    while let Some(next) = pages.last().and_then(decode::next_page)
        && pages.len() < PAGES
    {
        pages.push(api.read(t, &format!("{path}?page={next}")).await?);
    }
    Ok(pages)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::{Fake, now};

    fn forum() -> Misago {
        Misago(Account { url: "https://m.example".into(), key: "k".into(), ..Account::default() })
    }

    #[test]
    fn replies_of_every_page() {
        let page = |ids: &[u32], next: &str| {
            let posts: Vec<String> = ids
                .iter()
                .map(|id| format!(r#"{{"id":{id},"content":"<p>{id}</p>","is_event":false}}"#))
                .collect();
            format!(
                r#"{{"id":7,"best_answer":3,"post_set":{{"count":3,"next":{next},"results":[{}]}}}}"#,
                posts.join(",")
            )
        };
        // Misago repeats a page's last post as the next one's first.
        let fake = Fake::new().get("https://m.example/api/threads/7/posts/", 200, &page(&[1, 2], "2")).get(
            "/api/threads/7/posts/?page=2",
            200,
            &page(&[2, 3], "null"),
        );
        let replies = now(forum().replies(&fake, "7")).unwrap();
        let seen: Vec<_> = replies.iter().map(|post| (post.id.as_str(), post.accepted)).collect();
        assert_eq!(seen, [("2", false), ("3", true)]);
        let headers = &fake.sent()[0].headers;
        assert!(headers.contains(&("authorization", "Token k".into())), "{headers:?}");
    }

    #[test]
    fn no_clear_answer_is_no_reply() {
        let fake = Fake::new().get("/posts/", 404, r#"{"detail":"Not found."}"#);
        assert_eq!(now(forum().replies(&fake, "7")), None);
        let fake = Fake::new().get("/posts/", 200, "<html>");
        assert_eq!(now(forum().replies(&fake, "7")), None);
    }
}
