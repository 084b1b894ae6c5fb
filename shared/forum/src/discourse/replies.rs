//! What people answered to a question.

use serde_json::Value;
use thread::{Post, PostKind};

use super::client::{Answer, Discourse};
use super::loose::Loose;
use super::{Forum, decode_topic};
use crate::Transport;
use crate::percent::encode;

/// Posts that Discourse gives at once.
const POSTS_AT_ONCE: usize = 20;

/// Further requests at most: 400 posts are more than anybody reads beside a question.
const REQUESTS: usize = 20;

impl Discourse {
    /// The replies to a topic, oldest first, without what the forum's software posts. `None` where the forum gives no
    /// clear answer, or the topic is gone.
    ///
    /// 1. The topic comes with its first posts and the ids of all.
    /// 2. The posts that are missing are asked for and put in their place.
    /// 3. All are decoded together: they refer to each other.
    pub async fn replies<T: Transport>(&self, t: &T, thread_id: &str) -> Option<Vec<Post>> {
        // 1.
        let forum = Forum::new(&self.0.url)?;
        let topic = format!("/t/{}", encode(thread_id));
        let Answer::Json(mut whole) = self.get(t, &format!("{topic}.json")).await else { return None };

        // 2.
        for ids in missing(&whole)?.chunks(POSTS_AT_ONCE).take(REQUESTS) {
            let query: Vec<String> = ids.iter().map(|id| format!("post_ids%5B%5D={id}")).collect();
            let path = format!("{topic}/posts.json?{}", query.join("&"));
            let Answer::Json(more) = self.get(t, &path).await else { return None };
            let posts = more.get("post_stream")?.list("posts")?;
            whole.get_mut("post_stream")?.get_mut("posts")?.as_array_mut()?.extend_from_slice(posts);
        }

        // 3.
        let bytes = serde_json::to_vec(&whole).ok()?;
        let thread = decode_topic(&bytes, &forum).ok()?;
        Some(thread.answers.into_iter().filter(|post| post.kind != PostKind::System).collect())
    }
}

/// The ids of the posts that a topic names and does not bring.
fn missing(topic: &Value) -> Option<Vec<u64>> {
    let stream = topic.get("post_stream")?;
    let brought: Vec<u64> = stream.list("posts")?.iter().filter_map(|post| post.number("id")).collect();
    let named = stream.list("stream").unwrap_or_default().iter().filter_map(Value::as_u64);
    Some(named.filter(|id| !brought.contains(id)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Account;
    use crate::fake::{Fake, now};

    fn replies(fake: &Fake) -> Option<Vec<Post>> {
        let account = Account { url: "https://f.example".into(), ..Account::default() };
        now(Discourse(account).replies(fake, "12"))
    }

    fn post(number: u64) -> String {
        format!(r#"{{"id":{},"post_number":{number},"cooked":"<p>{number}</p>"}}"#, 100 + number)
    }

    fn posts(numbers: impl Iterator<Item = u64>) -> String {
        numbers.map(post).collect::<Vec<_>>().join(",")
    }

    #[test]
    fn the_first_post_and_the_softwares_are_left_out() {
        let fake = Fake::new()
            .get("https://f.example/t/12.json", 200, include_str!("../../tests/topic.json"))
            .get("/t/12/posts.json", 200, r#"{"post_stream":{"posts":[]}}"#);
        let replies = replies(&fake).unwrap();
        let ids: Vec<&str> = replies.iter().map(|post| post.id.as_str()).collect();
        assert_eq!(ids, ["102", "103"]);
        assert!(replies[1].accepted);
    }

    #[test]
    fn twenty_posts_come_at_once_and_the_rest_is_asked_for() {
        let stream: Vec<String> = (1..=45).map(|number| (100 + number).to_string()).collect();
        let topic = format!(
            r#"{{"id":12,"post_stream":{{"posts":[{}],"stream":[{}]}}}}"#,
            posts(1..=20),
            stream.join(",")
        );
        let more = |numbers| format!(r#"{{"post_stream":{{"posts":[{}]}}}}"#, posts(numbers));
        let fake = Fake::new()
            .get("/t/12.json", 200, &topic)
            .get("/t/12/posts.json?post_ids%5B%5D=121&post_ids%5B%5D=122&", 200, &more(21..=40))
            .get("/t/12/posts.json?post_ids%5B%5D=141&", 200, &more(41..=45));
        assert_eq!(replies(&fake).unwrap().len(), 44);
        let fake = Fake::new().get("/t/12.json", 200, &topic).get("/t/12/posts.json", 429, "");
        assert_eq!(replies(&fake), None, "half an answer is none");
    }

    #[test]
    fn no_clear_answer_is_none() {
        for (status, body) in [(404, "{}"), (500, ""), (200, "{}"), (200, "<html>"), (403, "<html>")] {
            assert_eq!(replies(&Fake::new().get("/t/12.json", status, body)), None, "{status}");
        }
    }
}
