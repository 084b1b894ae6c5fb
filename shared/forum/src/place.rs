//! Where a forum lives, for forums whose addresses say nothing more.

use crate::discourse::Forum;

/// A forum's address and host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    url: String,
    host: String,
}

impl Place {
    /// `None` where `url` is no `http(s)` address.
    pub(crate) fn new(url: &str) -> Option<Self> {
        let forum = Forum::new(url)?;
        Some(Self { url: forum.base_url().to_owned(), host: forum.host().to_owned() })
    }

    /// Its address, without a slash at the end.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Its host name, and port where it has one: the thread model's `site`.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// What an address in one of its answers means: `/t/title/12/` is this host's.
    pub(crate) fn absolute(&self, address: &str) -> Option<String> {
        text::resolve(address, Some(&self.url))
    }

    /// The path, without a slash in front, of an address in one of its posts; `None` where that leads to another host.
    pub(crate) fn own_path<'a>(&self, address: &'a str) -> Option<&'a str> {
        let (_, rest) = address.split_once("://")?;
        let (host, path) = rest.split_once('/')?;
        host.eq_ignore_ascii_case(&self.host).then_some(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_this_forum_and_of_others() {
        let place = Place::new("https://f.example/forum/").unwrap();
        assert_eq!((place.url(), place.host()), ("https://f.example/forum", "f.example"));
        assert_eq!(place.absolute("/forum/t/a/1/").as_deref(), Some("https://f.example/forum/t/a/1/"));
        assert_eq!(place.own_path("http://F.example/t/a/1/"), Some("t/a/1/"));
        assert_eq!(place.own_path("https://g.example/t/a/1/"), None);
        assert_eq!(Place::new("f.example"), None);
    }
}
