//! `POST /v1/webhooks/{forum}`: a forum tells what happened to a question.

use ::forum::webhook::{Hook, Sender, VerifyError, WebhookEvent, What};
use ::site::ForumKind;
use api::{Problem, ProblemType};
use ask::find_marker;

use super::visit::{Visit, fresh};
use crate::decode::{self, Params};
use crate::http::{Request, Response};
use crate::outbox::{Call, Message, News, reply};
use crate::ports::{Body, Ports};
use crate::problem::Failure;

/// Takes a webhook. It is answered when what it says is stored; the forum is not asked anything meanwhile.
///
/// 1. There is such a webhook. 2. It is signed. 3. What it says is stored, once.
pub async fn post<P: Ports, B: Body>(
    visit: &Visit<'_, P>,
    forum: &str,
    request: Request<B>,
) -> Result<Response, Failure> {
    // 1.
    let site = decode::site(&Params::parse(&request.query)?)?;
    let served = visit.enter_as_operator(&site).await?;
    let config = served.site.clone().ok_or_else(decode::no_site)?;
    let sender = Sender::named(forum).filter(|sender| calls(config.forum.kind) == Some(*sender));
    let secrets = visit.edge.config.webhook_secrets.as_deref();
    let (Some(sender), Some(secrets)) = (sender, secrets) else {
        return Err(Problem::new(ProblemType::NotFound).detail("there is no such webhook here").into());
    };
    let unusable = |error: &dyn std::fmt::Display| {
        Problem::new(ProblemType::Internal).detail(format!("EDGEWISE_WEBHOOK_SECRET: {error}"))
    };
    let hook = Hook::new(sender, secrets.split(',').map(str::trim), Some(&config.forum.url))
        .map_err(|error| unusable(&error))?;
    // 2.
    let headers = request.headers.webhook.clone();
    let header = |name: &str| headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone());
    let body = request.body.read(Hook::MOST_BYTES as u64).await?;
    let now = i64::try_from(visit.edge.ports.now_ms() / 1_000).unwrap_or(i64::MAX);
    let verified = hook.verify(&body, header, now).map_err(refused)?;
    // 3.
    if let Some(message) = message(verified.replay_key, verified.event) {
        visit.edge.ports.tell(&site, Call::Tell(Box::new(message))).await?;
    }
    fresh(202, &serde_json::json!({}))
}

/// Who calls for a forum of this kind.
fn calls(kind: ForumKind) -> Option<Sender> {
    match kind {
        ForumKind::Discourse => Some(Sender::Discourse),
        ForumKind::GitHub => Some(Sender::Github),
        ForumKind::Webhook => Some(Sender::Standard),
        ForumKind::Inbox | ForumKind::Misago | ForumKind::NodeBb => None,
    }
}

fn refused(error: VerifyError) -> Failure {
    let kind = match error {
        VerifyError::Missing { .. } | VerifyError::Malformed { .. } => ProblemType::Malformed,
        VerifyError::WrongSignature | VerifyError::Stale { .. } => ProblemType::NotSigned,
    };
    Problem::new(kind).detail(error.to_string()).into()
}

/// What an event says to the outbox; `None`: nothing.
fn message(key: String, event: WebhookEvent) -> Option<Message> {
    let news = match event.what {
        What::Activity => News::Activity,
        What::Approved(posted) => News::Approved(posted),
        What::Rejected { reason } => News::Rejected(reason),
        What::Replied(posts) => News::Replies(posts.iter().map(reply).collect()),
        What::Other => return None,
    };
    let public_id = event.public_id.and_then(|id| id.parse().ok());
    let marked = || event.text.as_deref().and_then(find_marker);
    Some(Message { key: Some(key), thread_id: event.thread_id, public_id: public_id.or_else(marked), news })
}
