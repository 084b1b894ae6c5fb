//! What the forum holds, and its rules about what it takes.

use std::time::Instant;

use ask::find_marker;
use relevance::Random;
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::Settings;
use crate::verdict::Census;

/// Characters of a post, least and most, as Discourse comes.
const BODY_CHARS: (usize, usize) = (20, 32_000);

/// A post to make, as far as it is looked at.
#[derive(Debug, Clone, Deserialize)]
pub struct NewPost {
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub raw: String,
    #[serde(default, deserialize_with = "number_or_text")]
    pub category: Option<u64>,
    #[serde(default)]
    pub external_id: Option<String>,
}

/// The category comes as a number or as its digits.
fn number_or_text<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    let value = serde_json::Value::deserialize(from)?;
    Ok(value.as_u64().or_else(|| value.as_str()?.parse().ok()))
}

/// A thread with its first post.
#[derive(Debug, Clone)]
pub struct Topic {
    pub id: u64,
    pub post_id: u64,
    pub slug: String,
    pub title: String,
    pub raw: String,
    pub external_id: Option<String>,
    pub created_at: String,
    indexed_at: Instant,
}

/// A post before the moderators.
#[derive(Debug, Clone)]
pub struct Held {
    pub id: u64,
    pub post: NewPost,
    pub created_at: String,
    approved_at: Instant,
}

/// What became of a post.
#[derive(Debug)]
pub enum Made {
    Topic(Topic),
    Held(Held),
    Refused(String),
}

/// The forum's content.
#[derive(Debug)]
pub struct Board {
    pub settings: Settings,
    topics: Vec<Topic>,
    queue: Vec<Held>,
    chance: Random,
    ids: u64,
}

impl Board {
    pub fn new(settings: Settings) -> Board {
        let chance = Random::new(settings.seed);
        Board { settings, topics: Vec::new(), queue: Vec::new(), chance, ids: 0 }
    }

    /// Approves what has waited for long enough.
    pub fn moderate(&mut self) {
        let now = Instant::now();
        let (due, waiting) =
            std::mem::take(&mut self.queue).into_iter().partition(|held| held.approved_at <= now);
        self.queue = waiting;
        for held in due {
            // The queue has kept title and text; the external id is gone.
            self.add(NewPost { external_id: None, ..held.post });
        }
    }

    /// Takes a post, or says why not.
    pub fn make(&mut self, post: NewPost) -> Made {
        if let Some(reason) = self.refusal(&post) {
            return Made::Refused(reason);
        }
        if self.chance.below(100) < self.settings.held_percent as usize {
            let approved_at = Instant::now() + self.settings.approved_after;
            let held = Held { id: self.next_id(), post, created_at: now(), approved_at };
            self.queue.push(held.clone());
            return Made::Held(held);
        }
        Made::Topic(self.add(post))
    }

    fn refusal(&self, post: &NewPost) -> Option<String> {
        let (title, raw) = (post.title.chars().count(), post.raw.chars().count());
        let (least, most) = self.settings.title_chars;
        if title < least {
            return Some(format!("Title is too short (minimum is {least} characters)"));
        }
        if title > most {
            return Some(format!("Title is too long (maximum is {most} characters)"));
        }
        if raw < BODY_CHARS.0 || raw > BODY_CHARS.1 {
            return Some(format!("Body must have {} to {} characters", BODY_CHARS.0, BODY_CHARS.1));
        }
        if post.category != Some(self.settings.category) {
            return Some("Category is not valid".to_owned());
        }
        if let Some(id) = &post.external_id
            && self.settings.external_ids
        {
            let odd = |char: char| !char.is_alphanumeric() && char != '_' && char != '-';
            if id.is_empty() || id.chars().count() > 50 || id.contains(odd) {
                return Some("External is invalid".to_owned());
            }
            if self.by_external_id(id).is_some() {
                return Some("External has already been taken".to_owned());
            }
        }
        let taken = |topic: &Topic| topic.title.eq_ignore_ascii_case(&post.title);
        (!self.settings.same_titles && self.topics.iter().any(taken))
            .then(|| "Title has already been used".to_owned())
    }

    /// The titles of its threads, the oldest first.
    pub fn titles(&self) -> Vec<String> {
        self.topics.iter().map(|topic| topic.title.clone()).collect()
    }

    fn add(&mut self, post: NewPost) -> Topic {
        // Ids of threads and of posts are different numbers, so that mistaking one for the other is noticed.
        let (id, post_id) = (self.next_id(), self.next_id());
        let topic = Topic {
            id,
            post_id,
            slug: slug(&post.title),
            title: post.title,
            raw: post.raw,
            external_id: post.external_id.filter(|_| self.settings.external_ids),
            created_at: now(),
            indexed_at: Instant::now() + self.settings.indexed_after,
        };
        self.topics.push(topic.clone());
        topic
    }

    fn next_id(&mut self) -> u64 {
        self.ids += 1;
        self.ids
    }

    pub fn by_id(&self, id: u64) -> Option<&Topic> {
        self.topics.iter().find(|topic| topic.id == id)
    }

    pub fn by_external_id(&self, id: &str) -> Option<&Topic> {
        self.topics.iter().rev().find(|topic| topic.external_id.as_deref() == Some(id))
    }

    /// The threads, the newest first.
    pub fn newest(&self) -> impl Iterator<Item = &Topic> {
        self.topics.iter().rev()
    }

    /// What waits for the moderators, the newest first.
    pub fn queue(&self) -> impl Iterator<Item = &Held> {
        self.queue.iter().rev()
    }

    /// The threads whose first post says all of this, the newest first; only what is indexed by now.
    pub fn search<'a>(&'a self, phrases: &'a [String]) -> impl Iterator<Item = &'a Topic> {
        let now = Instant::now();
        self.newest().filter(move |topic| {
            let text = format!("{}\n{}", topic.title, topic.raw).to_lowercase();
            topic.indexed_at <= now && phrases.iter().all(|phrase| text.contains(&phrase.to_lowercase()))
        })
    }

    /// Every post by the question that it carries.
    pub fn census(&self) -> Census {
        let topics = self.topics.iter().map(|topic| (&topic.raw, topic.id.to_string()));
        let queue = self.queue.iter().map(|held| (&held.post.raw, format!("queue {}", held.id)));
        let mut census = Census::default();
        for (raw, place) in topics.chain(queue) {
            if let Some(id) = find_marker(raw) {
                census.add(id.as_str(), place);
            }
        }
        census
    }
}

/// Now, as Discourse writes it.
fn now() -> String {
    let now = OffsetDateTime::now_utc();
    now.replace_millisecond(now.millisecond()).unwrap_or(now).format(&Rfc3339).unwrap_or_default()
}

fn slug(title: &str) -> String {
    let words = title.split(|char: char| !char.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let slug = words.collect::<Vec<_>>().join("-").to_lowercase();
    if slug.is_empty() { "topic".to_owned() } else { slug }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn post(title: &str, external_id: Option<&str>) -> NewPost {
        NewPost {
            title: title.to_owned(),
            raw: "Long enough to be a post.\n\nEdgewise reference: 0123456789ABCDEF\n".to_owned(),
            category: Some(7),
            external_id: external_id.map(str::to_owned),
        }
    }

    fn refused(made: Made) -> String {
        match made {
            Made::Refused(reason) => reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_external_id_and_a_title_are_taken_once() {
        let mut board = Board::new(Settings::default());
        assert!(matches!(board.make(post("The first of its kind", Some("a"))), Made::Topic(_)));
        assert!(refused(board.make(post("Another one of its kind", Some("a")))).starts_with("External"));
        assert!(refused(board.make(post("the first of its kind", Some("b")))).starts_with("Title"));
        assert!(refused(board.make(post("short", None))).starts_with("Title is too short"));
        assert_eq!(board.census().times("0123456789ABCDEF"), 1);
    }

    #[test]
    fn a_forgetful_forum_takes_what_it_has() {
        let mut board =
            Board::new(Settings { external_ids: false, same_titles: true, ..Settings::default() });
        for _ in 0..2 {
            assert!(matches!(board.make(post("The first of its kind", Some("a"))), Made::Topic(_)));
        }
        assert!(board.by_external_id("a").is_none());
        assert_eq!(board.census().times("0123456789ABCDEF"), 2);
    }

    #[test]
    fn what_is_held_loses_its_external_id() {
        let mut board = Board::new(Settings { held_percent: 100, ..Settings::default() });
        assert!(matches!(board.make(post("The first of its kind", Some("a"))), Made::Held(_)));
        assert_eq!((board.newest().count(), board.census().times("0123456789ABCDEF")), (0, 1));
        board.moderate();
        assert_eq!((board.newest().count(), board.census().times("0123456789ABCDEF")), (1, 1));
        assert!(board.by_external_id("a").is_none());
    }

    #[test]
    fn a_search_finds_what_is_indexed() {
        let phrases = ["edgewise reference: 0123456789abcdef".to_owned()];
        let mut board =
            Board::new(Settings { indexed_after: Duration::from_secs(600), ..Settings::default() });
        board.make(post("The first of its kind", None));
        assert_eq!(board.search(&phrases).count(), 0);
        let mut board = Board::new(Settings::default());
        board.make(post("The first of its kind", None));
        assert_eq!(board.search(&phrases).count(), 1);
        assert_eq!(board.search(&["no such words".to_owned()]).count(), 0);
    }
}
