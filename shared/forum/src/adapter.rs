//! One forum, whichever protocol it speaks.

use thread::Post;

use crate::discourse::Discourse;
use crate::github::GitHub;
use crate::misago::Misago;
use crate::nodebb::NodeBB;
use crate::webhook::Webhook;
use crate::{Lookup, Outcome, Transport};

/// Where and as whom to post: an account of the operator's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// The forum's address, without a slash at the end; a repository's page for GitHub; the endpoint of a webhook.
    pub url: String,
    /// The category to post in, as the forum names it.
    pub category: Option<String>,
    /// The account's name, where the key does not say.
    pub user: Option<String>,
    /// The key or token; the signing secret of a webhook.
    pub key: String,
}

/// A question as it is posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewThread<'a> {
    /// The title.
    pub title: &'a str,
    /// The body, Markdown, whose last line is `reference.marker`.
    pub markdown: &'a str,
    /// Tags.
    pub tags: &'a [String],
    /// How it is found again.
    pub reference: Reference<'a>,
}

/// What a question is found by where its post's answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference<'a> {
    /// The public id: 16 characters `[0-9A-Z]`.
    pub id: &'a str,
    /// The visible last line of its post, which names the id.
    pub marker: &'a str,
    /// When the first attempt to post it was made, seconds since 1970: nothing older is it.
    pub since: i64,
    /// Threads that are other questions, by the forum's ids: they need not be opened.
    pub others: &'a [String],
    /// A thread that the forum had before the first attempt: none that is older is the question.
    pub after: Option<&'a str>,
}

impl Reference<'_> {
    /// Whether a thread is known to be another question.
    pub(crate) fn is_other(&self, thread_id: &str) -> bool {
        self.others.iter().any(|other| other == thread_id)
    }
}

/// One finding of [`Adapter::check`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether what was tried works.
    pub ok: bool,
    /// What was tried, and what came of it, for the operator.
    pub what: String,
}

/// One forum, whichever protocol it speaks.
#[derive(Debug, Clone)]
pub enum Adapter {
    /// A Discourse forum.
    Discourse(Discourse),
    /// The discussions of a GitHub repository.
    GitHub(GitHub),
    /// A Misago forum.
    Misago(Misago),
    /// A NodeBB forum.
    NodeBB(NodeBB),
    /// A receiver of signed webhooks.
    Webhook(Webhook),
}

impl Adapter {
    /// Posts a question. `now` in seconds since 1970.
    pub async fn post<T: Transport>(&self, transport: &T, question: &NewThread<'_>, now: i64) -> Outcome {
        match self {
            Self::Discourse(forum) => forum.post(transport, question).await,
            Self::GitHub(forum) => forum.post(transport, question).await,
            Self::Misago(forum) => forum.post(transport, question).await,
            Self::NodeBB(forum) => forum.post(transport, question).await,
            Self::Webhook(receiver) => receiver.post(transport, question, now).await,
        }
    }

    /// Asks whether the forum has a question.
    pub async fn look_up<T: Transport>(&self, transport: &T, reference: &Reference<'_>) -> Lookup {
        match self {
            Self::Discourse(forum) => forum.look_up(transport, reference).await,
            Self::GitHub(forum) => forum.look_up(transport, reference).await,
            Self::Misago(forum) => forum.look_up(transport, reference).await,
            Self::NodeBB(forum) => forum.look_up(transport, reference).await,
            Self::Webhook(receiver) => receiver.look_up(transport, reference).await,
        }
    }

    /// Reads the replies in a thread, oldest first; `None` where that failed.
    pub async fn replies<T: Transport>(&self, transport: &T, thread_id: &str) -> Option<Vec<Post>> {
        match self {
            Self::Discourse(forum) => forum.replies(transport, thread_id).await,
            Self::GitHub(forum) => forum.replies(transport, thread_id).await,
            Self::Misago(forum) => forum.replies(transport, thread_id).await,
            Self::NodeBB(forum) => forum.replies(transport, thread_id).await,
            Self::Webhook(receiver) => receiver.replies(transport, thread_id).await,
        }
    }

    /// Tries key, account, category and limits without posting anything.
    pub async fn check<T: Transport>(&self, transport: &T) -> Vec<Finding> {
        match self {
            Self::Discourse(forum) => forum.check(transport).await,
            Self::GitHub(forum) => forum.check(transport).await,
            Self::Misago(forum) => forum.check(transport).await,
            Self::NodeBB(forum) => forum.check(transport).await,
            Self::Webhook(receiver) => receiver.check(transport).await,
        }
    }
}
