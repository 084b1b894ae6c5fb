//! The operator's one file, `site.toml`: read, checked in every particular, and published as JSON.
//!
//! The indexer reads TOML and publishes JSON; the Worker reads the JSON. Both pass the same checks, so whoever
//! holds a [`SiteConfig`] holds a valid one. Every mistake in the file is reported at once, each with its
//! line, its column, the key and what to write instead. Serving and enforcing it is left to the Worker.
//!
//! A whole file, with every key there is; only `id`, `texts.name` and `origins` are required:
//!
//! ```toml
#![doc = include_str!("example.toml")]
//! ```

mod check;
mod read;

use api::{Features, ForumLink, SiteInfo, SiteTexts, Template, limits};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The file shown above, to start from.
pub const EXAMPLE: &str = include_str!("example.toml");

/// A site as its operator configured it. It has passed every check, whether it was read from TOML or JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "check::Unchecked", rename_all = "camelCase")]
#[non_exhaustive]
pub struct SiteConfig {
    /// Names the site in every request: `[a-z0-9][a-z0-9-]{0,62}`.
    pub id: String,
    /// `false`: nothing is answered, and the launcher goes away when somebody presses it. The kill switch.
    pub enabled: bool,
    /// Origins whose pages may use the site, as browsers write them; `*` admits every page.
    pub origins: Vec<String>,
    /// Texts of the operator's choice.
    pub texts: SiteTexts,
    /// What the ask form asks for.
    pub template: Template,
    /// Tags that a question may carry.
    pub tags: Vec<String>,
    /// What is switched on.
    pub features: Features,
    /// Where questions go.
    pub forum: Forum,
    /// How much is taken.
    pub limits: Limits,
    /// What a post tells about the page that the question came from.
    pub share: Share,
    /// Where the operator is told what needs somebody.
    pub alerts: Alerts,
    /// The challenge that an asker has to pass, where one is set up.
    pub turnstile: Turnstile,
}

/// Where the operator, or a system of theirs, is told what happens to questions.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Alerts {
    /// Takes signed webhooks: questions given up or held, a forum that takes nothing, answers. Empty: nobody is told.
    pub url: String,
}

/// Cloudflare Turnstile.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Turnstile {
    /// The public key of the challenge. Empty: there is none.
    pub site_key: String,
}

/// Where questions go. The key that it takes is no setting but a secret of the Worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Forum {
    /// Which protocol it speaks.
    pub kind: ForumKind,
    /// Its name, as in "Ask in {name}".
    pub name: String,
    /// Its front page; the repository's page for GitHub, the receiver's address for a webhook; empty for the built-in
    /// inbox.
    pub url: String,
    /// The category to post in, as the forum names it; empty where there are none.
    pub category: String,
    /// The account that posts, where the key does not say.
    pub user: String,
    /// Questions sent to it in a minute, at most, in the long run.
    pub per_minute: u32,
}

impl Default for Forum {
    fn default() -> Self {
        Self {
            kind: ForumKind::default(),
            name: String::new(),
            url: String::new(),
            category: String::new(),
            user: String::new(),
            per_minute: 30,
        }
    }
}

impl Forum {
    /// The forum's protocol with the account's key; `None` for the built-in inbox.
    pub fn adapter(&self, key: String) -> Option<forum::Adapter> {
        use forum::Adapter;
        let filled = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let account = forum::Account {
            url: self.url.clone(),
            category: filled(&self.category),
            user: filled(&self.user),
            key,
        };
        Some(match self.kind {
            ForumKind::Inbox => return None,
            ForumKind::Discourse => Adapter::Discourse(forum::discourse::Discourse(account)),
            ForumKind::GitHub => Adapter::GitHub(forum::github::GitHub(account)),
            ForumKind::Misago => Adapter::Misago(forum::misago::Misago(account)),
            ForumKind::NodeBb => Adapter::NodeBB(forum::nodebb::NodeBB(account)),
            ForumKind::Webhook => Adapter::Webhook(forum::webhook::Webhook(account)),
        })
    }
}

/// The forums that questions can go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ForumKind {
    /// The built-in inbox: a moderated list with its own page.
    #[default]
    Inbox,
    /// Discourse.
    Discourse,
    /// GitHub Discussions.
    GitHub,
    /// Misago.
    Misago,
    /// NodeBB.
    NodeBb,
    /// A receiver of signed webhooks.
    Webhook,
}

/// How much is taken. A site may lower what [`api::limits`] says, never raise it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Limits {
    /// Characters of a title, least and most.
    pub title_chars: (u32, u32),
    /// Characters of a body, least and most.
    pub body_chars: (u32, u32),
    /// Questions that one network address may ask in an hour.
    pub questions_per_hour: u32,
    /// Questions that the whole site takes in an hour.
    pub site_per_hour: u32,
    /// Links in a question: from how many on it is held for the operator, and how many it may have.
    pub links: (u32, u32),
    /// Days after which a question that is settled is forgotten.
    pub keep_days: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            title_chars: (limits::TITLE_CHARS_MIN as u32, limits::TITLE_CHARS_MAX as u32),
            body_chars: (limits::BODY_CHARS_MIN as u32, limits::BODY_CHARS_MAX as u32),
            questions_per_hour: 20,
            site_per_hour: 500,
            links: (4, 20),
            keep_days: 365,
        }
    }
}

/// What a post tells about the page that the question came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Share {
    /// Its address.
    pub page_url: bool,
    /// The product it is about.
    pub product: bool,
    /// That product's version.
    pub version: bool,
}

impl Default for Share {
    fn default() -> Self {
        Self { page_url: true, product: true, version: true }
    }
}

/// Everything that is wrong with a site's configuration; never empty.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", .mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct SiteError {
    /// In the order of the file.
    pub mistakes: Vec<Mistake>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Line and column, from 1, in characters; `None` where the source is not the TOML file.
    pub at: Option<(u32, u32)>,
    /// The key, such as `template.fields[2].name`; empty where the file is no TOML at all.
    pub key: String,
    /// What is wrong, and what to write instead.
    pub message: String,
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some((line, column)) = self.at {
            write!(formatter, "line {line}, column {column}: ")?;
        }
        if !self.key.is_empty() {
            write!(formatter, "`{}`: ", self.key)?;
        }
        formatter.write_str(&self.message)
    }
}

impl SiteConfig {
    /// Reads and checks a `site.toml`.
    pub fn from_toml(text: &str) -> Result<Self, SiteError> {
        read::from_toml(text)
    }

    /// The least that a site needs: a demo in the built-in inbox, open to every page.
    pub fn demo(id: &str, name: &str) -> Result<Self, SiteError> {
        let unchecked = check::Unchecked {
            id: id.to_owned(),
            origins: vec!["*".to_owned()],
            texts: SiteTexts { name: name.to_owned(), ..SiteTexts::default() },
            ..check::Unchecked::default()
        };
        Self::try_from(unchecked)
    }

    /// What the widget may know.
    pub fn info(&self, index_version: &str) -> SiteInfo {
        SiteInfo {
            index_version: index_version.to_owned(),
            site: self.id.clone(),
            enabled: self.enabled,
            texts: self.texts.clone(),
            template: self.template.clone(),
            tags: self.tags.clone(),
            features: self.features,
            forum: ForumLink { name: self.forum.name.clone(), url: self.forum.url.clone() },
            title_chars: self.limits.title_chars,
            body_chars: self.limits.body_chars,
            turnstile: self.turnstile.site_key.clone(),
        }
    }

    /// Whether pages of this origin (the header `Origin`, as the browser sends it) may use the site.
    pub fn allows_origin(&self, origin: &str) -> bool {
        let asked = check::origin(origin).ok().filter(|asked| asked != "*");
        self.origins.iter().any(|allowed| allowed == "*" || asked.as_ref() == Some(allowed))
    }

    /// What a question to this site has to keep to.
    pub fn rules(&self) -> ask::Rules {
        ask::Rules {
            template: self.template.clone(),
            tags: self.tags.clone(),
            title_chars: self.limits.title_chars,
            body_chars: self.limits.body_chars,
            links_most: self.limits.links.1,
        }
    }
}
