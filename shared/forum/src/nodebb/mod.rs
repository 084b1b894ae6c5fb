//! NodeBB 4: topics as its read API writes them, questions as its write API takes them.
//!
//! A key is a user's token, or a master token, which acts as whomever it is told to.

mod check;
mod decode;
mod look_up;
mod post;

use serde_json::Value;
use thread::Post;

use crate::json_api::{JsonApi, Unread};
use crate::percent::encode;
use crate::place::Place;
use crate::{Account, Transport};

pub use decode::{DecodeError, decode_topic};

/// Pages of one topic that are read at most: 20 posts each as NodeBB is installed.
const PAGES: u64 = 100;

/// A NodeBB forum, posted to through an account's token.
///
/// `account.url` is the forum's address, `account.category` the number of a category, `account.user` the number of the
/// user that a master token is to act as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeBB(pub Account);

impl NodeBB {
    /// The replies to a topic, oldest first, as far as everybody may see them. `None` where the forum gives no clear
    /// answer, or the topic is gone.
    pub async fn replies<T: Transport>(&self, t: &T, thread_id: &str) -> Option<Vec<Post>> {
        let place = Place::new(&self.0.url)?;
        let mut pages = Vec::new();
        for page in 1..=PAGES {
            let path = format!("/api/topic/{}?sort=oldest_to_newest&page={page}", encode(thread_id));
            pages.push(self.read(t, &path).await.ok()?);
            if pages.last().is_none_or(|last| decode::page_count(last) <= page) {
                break;
            }
        }
        Some(decode::decode(&pages, &place).ok()?.answers)
    }

    /// Reads what is at `path` as our account.
    async fn read<T: Transport>(&self, t: &T, path: &str) -> Result<Value, Unread> {
        self.api().read(t, &self.as_us(path)).await
    }

    fn api(&self) -> JsonApi {
        JsonApi::new(&self.0.url, Some(format!("Bearer {}", self.0.key)))
    }

    /// Whom a master token acts as.
    fn uid(&self) -> Option<u64> {
        self.0.user.as_deref()?.trim().parse().ok()
    }

    /// A path with whom a master token acts as.
    fn as_us(&self, path: &str) -> String {
        let mark = if path.contains('?') { '&' } else { '?' };
        self.uid().map_or_else(|| path.to_owned(), |uid| format!("{path}{mark}_uid={uid}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::{Fake, now};

    fn forum(user: Option<&str>) -> NodeBB {
        let user = user.map(str::to_owned);
        NodeBB(Account { url: "https://n.example".into(), key: "k".into(), user, category: None })
    }

    #[test]
    fn replies_of_every_page() {
        let fake = Fake::new()
            .get(
                "https://n.example/api/topic/2?sort=oldest_to_newest&page=1&_uid=7",
                200,
                r#"{"tid":2,"mainPid":2,"postcount":3,"solvedPid":"6","pagination":{"pageCount":2},"posts":[
                {"pid":2,"index":0,"content":"q"},{"pid":6,"index":-1,"content":"b","isAnswer":true},
                {"pid":5,"index":1,"content":"a"}]}"#,
            )
            .get(
                "&page=2&_uid=7",
                200,
                r#"{"tid":2,"mainPid":2,"postcount":3,"pagination":{"pageCount":2},"posts":[
                {"pid":6,"index":2,"content":"b"}]}"#,
            );
        let replies = now(forum(Some("7")).replies(&fake, "2")).unwrap();
        let seen: Vec<_> =
            replies.iter().map(|post| (post.id.as_str(), post.number, post.accepted)).collect();
        assert_eq!(seen, [("5", Some(2), false), ("6", Some(3), true)]);
        let headers = &fake.sent()[0].headers;
        assert!(headers.contains(&("authorization", "Bearer k".into())), "{headers:?}");
    }

    #[test]
    fn no_clear_answer_is_no_reply() {
        let fake = Fake::new().get("/api/topic/2", 404, r#"{"status":{"message":"Topic does not exist"}}"#);
        assert_eq!(now(forum(None).replies(&fake, "2")), None);
    }
}
