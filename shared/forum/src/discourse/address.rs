//! Where a forum lives, and which of its topics an address names.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Categories;
use super::loose::Loose;

/// What a topic's file does not say about its forum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forum {
    base_url: String,
    host: String,
    categories: Categories,
}

impl Forum {
    /// A forum at `base_url` (`https://forum.example.com`, with the folder it lives in, if any). `None` where that is
    /// no `http(s)` address.
    pub fn new(base_url: &str) -> Option<Self> {
        let base_url = text::resolve(base_url, None)?;
        let base_url = base_url.split(['?', '#']).next()?.trim_end_matches('/');
        let (_, rest) = base_url.split_once("://")?;
        let host = rest.split('/').next()?.to_ascii_lowercase();
        Some(Self { base_url: base_url.to_owned(), host, categories: Categories::default() })
    }

    /// The same forum with names for its categories.
    #[must_use]
    pub fn with_categories(mut self, categories: Categories) -> Self {
        self.categories = categories;
        self
    }

    /// Its address, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Its host name, and port where it has one: the thread model's `site`.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Names of its categories.
    pub fn categories(&self) -> &Categories {
        &self.categories
    }

    /// The id of the topic that an address in a post names: `/t/slug/123`, `/t/123/4`, with or without this forum's
    /// host in front. `None` for every other address.
    pub(crate) fn topic_of(&self, url: &str) -> Option<String> {
        let path = match url.split_once("://") {
            Some((_, rest)) => {
                let (host, path) = rest.split_once('/')?;
                host.eq_ignore_ascii_case(&self.host).then_some(path)?
            }
            None => url.strip_prefix('/').filter(|path| !path.starts_with('/'))?,
        };
        let path = path.split(['?', '#']).next()?;
        // The forum may live in a folder.
        let topic = path.strip_prefix("t/").or_else(|| path.split_once("/t/").map(|(_, topic)| topic))?;
        let mut parts = topic.split('/');
        let number = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
        let (first, second) = (parts.next()?, parts.next());
        // A slug may be all digits; then the id comes second, and a third part is the post's number.
        let id = match second {
            Some(second) if number(second) && (!number(first) || parts.next().is_some()) => second,
            _ if number(first) => first,
            _ => return None,
        };
        Some(id.to_owned())
    }
}

/// The address that topics themselves give away: in their avatars' addresses (`/user_avatar/forum.example.com/...`) and
/// their absolute links to each other. The one most often seen; `None` where no topic gives any.
pub fn guess_base_url<'a>(topics: impl IntoIterator<Item = &'a [u8]>) -> Option<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for bytes in topics {
        let Ok(topic) = serde_json::from_slice::<Value>(bytes) else { continue };
        let posts = topic.get("post_stream").and_then(|stream| stream.list("posts")).unwrap_or_default();
        for host in posts.iter().filter_map(avatar_host) {
            *seen.entry(host.to_owned()).or_default() += 1;
        }
    }
    let (host, _) = seen.into_iter().max_by_key(|(_, times)| *times)?;
    Forum::new(&format!("https://{host}")).map(|forum| forum.base_url)
}

fn avatar_host(post: &Value) -> Option<&str> {
    let (_, rest) = post.text("avatar_template")?.split_once("/user_avatar/")?;
    rest.split('/').next().filter(|host| host.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_known_by_their_addresses() {
        let forum = Forum::new("https://Forum.example.com/").unwrap();
        assert_eq!((forum.base_url(), forum.host()), ("https://Forum.example.com", "forum.example.com"));
        for (url, want) in [
            ("/t/how-to/12", Some("12")),
            ("/t/how-to/12/3?u=x#y", Some("12")),
            ("/t/12", Some("12")),
            ("/t/12/3", Some("12")),
            ("/t/2024/12/3", Some("12")),
            ("https://forum.example.com/t/-/12", Some("12")),
            ("http://FORUM.example.com/sub/t/a/12", Some("12")),
            ("https://other.example.com/t/a/12", None),
            ("//other.example.com/t/a/12", None),
            ("/u/somebody", None),
            ("/t/how-to", None),
            ("", None),
        ] {
            assert_eq!(forum.topic_of(url).as_deref(), want, "{url}");
        }
        assert_eq!(Forum::new("forum.example.com"), None);
        assert_eq!(Forum::new("ftp://forum.example.com"), None);
    }

    #[test]
    fn avatars_give_the_forum_away() {
        let topic =
            br#"{"post_stream":{"posts":[{"avatar_template":"/user_avatar/f.example/ann/{size}/1.png"},
            {"avatar_template":"https://avatars.example/v4/letter/t.png"},{}]}}"#;
        assert_eq!(guess_base_url([&b"x"[..], topic]).as_deref(), Some("https://f.example"));
        assert_eq!(guess_base_url([&b"{}"[..]]), None);
    }
}
