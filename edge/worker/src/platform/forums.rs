//! Where an outbox's questions go: the built-in inbox, or a forum outside.

use api::Reply;
use ask::PublicId;
use forum::{Adapter, Lookup, NewThread, Outcome, Reference};
use worker::Env;

use super::durable::call;
use super::transport::FetchTransport;
use super::world;
use crate::inbox::{self, Post};
use crate::outbox::{Forum, Others, Row, reply};
use crate::ports::PortError;

/// Where questions go.
#[derive(Debug)]
pub enum AnyForum<'a> {
    /// The built-in inbox.
    Inbox(InboxForum<'a>),
    /// A forum outside.
    Outside {
        /// Its protocol.
        adapter: Box<Adapter>,
        /// The way there.
        transport: FetchTransport,
    },
    /// The settings do not say, or not well enough: nothing leaves until they do.
    Nowhere(String),
}

impl Forum for AnyForum<'_> {
    async fn post(&self, row: &Row) -> Outcome {
        match self {
            Self::Inbox(inbox) => inbox.post(row).await,
            Self::Outside { adapter, transport } => {
                let marker = ask::marker(&row.public_id);
                let thread = NewThread {
                    title: &row.text.title,
                    markdown: &row.text.markdown,
                    tags: &row.text.tags,
                    reference: reference(row, &marker),
                };
                let now = i64::try_from(world::now_ms() / 1_000).unwrap_or(i64::MAX);
                adapter.post(transport, &thread, now).await
            }
            Self::Nowhere(why) => Outcome::Blocked { reason: why.clone() },
        }
    }

    async fn look_up(&self, row: &Row, others: &Others) -> Lookup {
        match self {
            Self::Inbox(inbox) => inbox.look_up(&row.public_id).await,
            Self::Outside { adapter, transport } => {
                let marker = ask::marker(&row.public_id);
                let reference = reference(row, &marker);
                let after = others.before.as_deref();
                let reference = Reference { others: &others.threads, after, ..reference };
                adapter.look_up(transport, &reference).await
            }
            Self::Nowhere(_) => Lookup::Unknown,
        }
    }

    async fn replies(&self, thread_id: &str) -> Option<Vec<Reply>> {
        match self {
            Self::Inbox(inbox) => inbox.replies(thread_id).await,
            Self::Outside { adapter, transport } => {
                let posts = adapter.replies(transport, thread_id).await?;
                Some(posts.iter().map(reply).collect())
            }
            Self::Nowhere(_) => None,
        }
    }
}

fn reference<'a>(row: &'a Row, marker: &'a str) -> Reference<'a> {
    let since = i64::try_from(row.delivery.accepted_ms() / 1_000).unwrap_or(i64::MAX);
    Reference { id: row.public_id.as_str(), marker, since, others: &[], after: None }
}

/// The built-in inbox as a forum.
pub struct InboxForum<'a> {
    /// The Worker's bindings.
    pub env: &'a Env,
    /// The site.
    pub site: String,
}

impl std::fmt::Debug for InboxForum<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("InboxForum").field("site", &self.site).finish()
    }
}

impl InboxForum<'_> {
    async fn call(&self, request: inbox::Call) -> Result<inbox::Answer, PortError> {
        call(self.env, "INBOX", &self.site, &request).await
    }

    async fn post(&self, row: &Row) -> Outcome {
        let post = Post {
            public_id: row.public_id.clone(),
            title: row.text.title.clone(),
            markdown: row.text.markdown.clone(),
            tags: row.text.tags.clone(),
        };
        match self.call(inbox::Call::Post(post)).await {
            Ok(inbox::Answer::Posted(posted)) => Outcome::Created(posted),
            Ok(other) => Outcome::Ambiguous { why: format!("the inbox answered {other:?}") },
            Err(error) => Outcome::Ambiguous { why: error.to_string() },
        }
    }

    async fn look_up(&self, public_id: &PublicId) -> Lookup {
        self.call(inbox::Call::LookUp(public_id.clone())).await.map_or(Lookup::Unknown, Lookup::from)
    }

    async fn replies(&self, thread_id: &str) -> Option<Vec<Reply>> {
        match self.call(inbox::Call::Replies(thread_id.parse().ok()?)).await {
            Ok(inbox::Answer::Replies(replies)) => Some(replies),
            _ => None,
        }
    }
}
