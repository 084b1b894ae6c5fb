//! Which route a path names and which methods it knows. What a route does is left to [`crate::routes`].

use crate::http::Method;
use crate::query::{self, DecodeError};

/// What a path names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// `/v1/search`
    Search,
    /// `/v1/similar`
    Similar,
    /// `/v1/questions`
    Questions,
    /// `/v1/questions/{receipt}`
    Question {
        /// The capability that names the question.
        receipt: String,
    },
    /// `/v1/threads/{key}`
    Thread {
        /// `source:site:id`.
        key: String,
    },
    /// `/v1/site`
    Site,
    /// `/v1/index`
    Index,
    /// `/healthz`
    Health,
    /// `/v1/a/{folder}/{name}`: a file of an earlier deployment's widget.
    Pinned(PinnedFile),
    /// `/v1/admin/a/{folder}/{name}`: the operator has one kept.
    Pin(PinnedFile),
    /// `/v1/admin/{site}/...`: the operator publishes.
    Admin {
        /// The site.
        site: String,
        /// What is published.
        file: AdminFile,
    },
    /// `/v1/webhooks/{forum}`: a forum tells something.
    Webhook {
        /// Which kind of forum.
        forum: String,
    },
    /// `/v1/outbox/{site}/...`: the operator sees to what is on its way.
    Outbox {
        /// The site.
        site: String,
        /// What is done.
        part: OutboxPart,
    },
    /// `/v1/inbox/{site}/...`: the operator answers.
    Inbox {
        /// The site.
        site: String,
        /// What is done.
        part: InboxPart,
    },
}

/// A file of the widget, as pages name it that have pinned it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinnedFile {
    /// The hash of the folder.
    pub folder: String,
    /// The file's name.
    pub name: String,
    /// Its media type, which its name tells.
    pub kind: &'static str,
}

/// What the operator publishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdminFile {
    /// `files/{hash}.bundle`
    Bundle(String),
    /// `files/{hash}.texts`
    Texts(String),
    /// `site.json`
    Site,
    /// `manifest.json`
    Manifest,
}

/// The parts of the outbox that operators see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutboxPart {
    /// `questions`
    Questions,
    /// `questions/{publicId}`
    Decision(String),
    /// `resume`
    Resume,
}

/// The parts of the built-in inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InboxPart {
    /// `questions`
    Questions,
    /// `questions/{publicId}/replies`
    Replies(String),
    /// `questions/{publicId}/state`
    State(String),
}

impl Route {
    /// Reads a percent-encoded path; `None` where there is no such route.
    pub fn parse(path: &str) -> Result<Option<Self>, DecodeError> {
        let segments: Vec<String> = path.split('/').skip(1).map(query::segment).collect::<Result<_, _>>()?;
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        Ok(match segments.as_slice() {
            ["healthz"] => Some(Self::Health),
            ["v1", "search"] => Some(Self::Search),
            ["v1", "similar"] => Some(Self::Similar),
            ["v1", "questions"] => Some(Self::Questions),
            ["v1", "questions", receipt] => Some(Self::Question { receipt: (*receipt).to_owned() }),
            ["v1", "threads", key] => Some(Self::Thread { key: (*key).to_owned() }),
            ["v1", "site"] => Some(Self::Site),
            ["v1", "index"] => Some(Self::Index),
            ["v1", "a", folder, name] => PinnedFile::parse(folder, name).map(Self::Pinned),
            ["v1", "admin", "a", folder, name] if PinnedFile::is_folder(folder) => {
                PinnedFile::parse(folder, name).map(Self::Pin)
            }
            ["v1", "admin", site, rest @ ..] => {
                AdminFile::parse(rest).map(|file| Self::Admin { site: (*site).to_owned(), file })
            }
            ["v1", "webhooks", forum] => Some(Self::Webhook { forum: (*forum).to_owned() }),
            ["v1", "outbox", site, rest @ ..] => {
                OutboxPart::parse(rest).map(|part| Self::Outbox { site: (*site).to_owned(), part })
            }
            ["v1", "inbox", site, rest @ ..] => {
                InboxPart::parse(rest).map(|part| Self::Inbox { site: (*site).to_owned(), part })
            }
            _ => None,
        })
    }

    /// The methods that the route knows, `HEAD` and `OPTIONS` aside.
    pub fn methods(&self) -> &'static [Method] {
        match self {
            Self::Search
            | Self::Thread { .. }
            | Self::Site
            | Self::Index
            | Self::Health
            | Self::Pinned(_) => &[Method::Get],
            Self::Similar | Self::Questions | Self::Webhook { .. } => &[Method::Post],
            Self::Question { .. } => &[Method::Get, Method::Put, Method::Delete],
            Self::Outbox { part: OutboxPart::Questions, .. } => &[Method::Get],
            Self::Outbox { .. } => &[Method::Post],
            Self::Admin { file: AdminFile::Manifest, .. } => &[Method::Get, Method::Put],
            Self::Admin { .. } | Self::Pin(_) => &[Method::Put],
            Self::Inbox { part: InboxPart::Questions, .. } => &[Method::Get],
            Self::Inbox { .. } => &[Method::Post],
        }
    }

    /// The value of the header `Allow`.
    pub fn allow(&self) -> String {
        let mut names: Vec<_> = self.methods().iter().map(|method| method.name()).collect();
        if names.contains(&Method::Get.name()) {
            names.push(Method::Head.name());
        }
        names.push(Method::Options.name());
        names.join(", ")
    }

    /// Whether the route exists only for who shows the operator's token.
    pub fn is_for_operators(&self) -> bool {
        matches!(self, Self::Admin { .. } | Self::Pin(_) | Self::Inbox { .. } | Self::Outbox { .. })
    }
}

impl PinnedFile {
    fn parse(folder: &str, name: &str) -> Option<Self> {
        let (stem, extension) = name.rsplit_once('.')?;
        let kind = match extension {
            "js" | "mjs" => "text/javascript; charset=utf-8",
            "wasm" => "application/wasm",
            "json" => "application/json",
            _ => return None,
        };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        let begins = stem.starts_with(|first: char| first.is_ascii_alphanumeric());
        let named = begins && stem.len() <= 40 && stem.bytes().all(plain);
        (Self::is_folder(folder) && named).then(|| Self {
            folder: folder.to_owned(),
            name: name.to_owned(),
            kind,
        })
    }

    /// Folders are named by 16 hexadecimal digits of a hash.
    fn is_folder(text: &str) -> bool {
        text.len() == 16 && text.bytes().all(is_hex)
    }
}

impl AdminFile {
    fn parse(segments: &[&str]) -> Option<Self> {
        match segments {
            ["manifest.json"] => Some(Self::Manifest),
            ["site.json"] => Some(Self::Site),
            ["files", name] => {
                let (hash, kind) = name.split_once('.')?;
                match kind {
                    _ if !is_hash(hash) => None,
                    "bundle" => Some(Self::Bundle(hash.to_owned())),
                    "texts" => Some(Self::Texts(hash.to_owned())),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

impl OutboxPart {
    fn parse(segments: &[&str]) -> Option<Self> {
        match segments {
            ["questions"] => Some(Self::Questions),
            ["questions", id] => Some(Self::Decision((*id).to_owned())),
            ["resume"] => Some(Self::Resume),
            _ => None,
        }
    }
}

impl InboxPart {
    fn parse(segments: &[&str]) -> Option<Self> {
        match segments {
            ["questions"] => Some(Self::Questions),
            ["questions", id, "replies"] => Some(Self::Replies((*id).to_owned())),
            ["questions", id, "state"] => Some(Self::State((*id).to_owned())),
            _ => None,
        }
    }
}

/// Whether `text` is a hash as files are named: 64 lower-case hexadecimal digits.
pub fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(is_hex)
}

fn is_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

/// Whether `text` can be a site's id, as the crate `site` has them, and so may become part of an object's key.
pub fn is_site(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        && !text.starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_are_one_segment() {
        let route = Route::parse("/v1/threads/docs%3Ahelp.example.com%3Aguide%2Finstall").unwrap().unwrap();
        assert_eq!(route, Route::Thread { key: "docs:help.example.com:guide/install".into() });
        assert_eq!(Route::parse("/v1/threads/docs:help.example.com:guide/install"), Ok(None));
    }

    #[test]
    fn files_are_named_by_hash() {
        let hash = "0a".repeat(32);
        let route = Route::parse(&format!("/v1/admin/demo/files/{hash}.bundle")).unwrap().unwrap();
        assert_eq!(route, Route::Admin { site: "demo".into(), file: AdminFile::Bundle(hash.clone()) });
        for wrong in [format!("{hash}.exe"), "x.bundle".into(), format!("{}.texts", hash.to_uppercase())] {
            assert_eq!(Route::parse(&format!("/v1/admin/demo/files/{wrong}")), Ok(None), "{wrong}");
        }
    }

    #[test]
    fn pinned_files_are_the_widgets_alone() {
        let route = Route::parse("/v1/a/0123456789abcdef/split_ask.wasm").unwrap().unwrap();
        let file = PinnedFile {
            folder: "0123456789abcdef".into(),
            name: "split_ask.wasm".into(),
            kind: "application/wasm",
        };
        assert_eq!(route, Route::Pinned(file.clone()));
        let kept = Route::parse("/v1/admin/a/0123456789abcdef/split_ask.wasm").unwrap();
        assert_eq!(kept, Some(Route::Pin(file)));
        for (name, kind) in
            [("embed.pt-BR.js", "text/javascript; charset=utf-8"), ("pt-BR.json", "application/json")]
        {
            let route = Route::parse(&format!("/v1/a/0123456789abcdef/{name}")).unwrap();
            assert!(matches!(route, Some(Route::Pinned(file)) if file.kind == kind), "{name}");
        }
        for wrong in [
            "0123456789abcdef/x.html",
            "0123456789abcdeg/x.js",
            "0123/x.js",
            "0123456789abcdef/..%2Fx.js",
            "0123456789abcdef/..js",
        ] {
            assert_eq!(Route::parse(&format!("/v1/a/{wrong}")), Ok(None), "{wrong}");
        }
        // A site may be called as the folder is.
        let site = Route::parse("/v1/admin/a/site.json").unwrap();
        assert_eq!(site, Some(Route::Admin { site: "a".into(), file: AdminFile::Site }));
    }

    #[test]
    fn allow_names_what_a_route_knows() {
        assert_eq!(Route::Search.allow(), "GET, HEAD, OPTIONS");
        assert_eq!(Route::Similar.allow(), "POST, OPTIONS");
        assert_eq!(Route::Question { receipt: String::new() }.allow(), "GET, PUT, DELETE, HEAD, OPTIONS");
    }

    #[test]
    fn site_ids_cannot_leave_their_folder() {
        for wrong in ["", "..", "-x", "a/b", "A", "ü", &"a".repeat(64)] {
            assert!(!is_site(wrong), "{wrong}");
        }
        assert!(is_site("demo") && is_site("help-2"));
    }

    proptest! {
        #[test]
        fn no_path_panics(path in "(/[a-z0-9.%/]{0,20}){0,6}") {
            if let Ok(Some(route)) = Route::parse(&path) {
                prop_assert!(!route.methods().is_empty());
            }
        }
    }
}
