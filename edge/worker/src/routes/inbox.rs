//! `/v1/inbox/{site}/...`: the operator reads the built-in inbox and answers.

use api::{FieldError, Problem, ProblemType};
use ask::PublicId;

use super::visit::{Visit, fresh};
use crate::decode::{self, Params};
use crate::http::{Request, Response};
use crate::inbox::{self, Answer, Call, ItemView, NewReply, NewState, State};
use crate::outbox::{self, Message, News};
use crate::ports::{Body, PortError, Ports};
use crate::problem::Failure;
use crate::route::InboxPart;

pub async fn serve<P: Ports, B: Body>(
    visit: &Visit<'_, P>,
    site: &str,
    part: InboxPart,
    request: Request<B>,
) -> Result<Response, Failure> {
    let (site, served) = visit.operate(site).await?;
    match part {
        InboxPart::Questions => list(visit, &site, served.version(), &request.query).await,
        InboxPart::Replies(id) => {
            let id = public_id(&id)?;
            let reply: NewReply = decode::json(&visit.json_body(request).await?)?;
            let errors = inbox::check_reply(&reply);
            if !errors.is_empty() {
                return Err(Problem::invalid(errors).into());
            }
            change(visit, &site, served.version(), &id, Call::Reply(id.clone(), reply)).await
        }
        InboxPart::State(id) => {
            let id = public_id(&id)?;
            let NewState { state } = decode::json(&visit.json_body(request).await?)?;
            if state == State::Answered {
                let error = FieldError::new("state", "invalid", "a question is answered by a reply");
                return Err(Problem::invalid(vec![error]).into());
            }
            change(visit, &site, served.version(), &id, Call::SetState(id.clone(), state)).await
        }
    }
}

async fn list<P: Ports>(
    visit: &Visit<'_, P>,
    site: &str,
    version: &str,
    query: &str,
) -> Result<Response, Failure> {
    let state = decode::state(&Params::parse(query)?)?;
    match visit.edge.ports.call(site, Call::List(state)).await? {
        Answer::List(list) => fresh(200, &inbox::ListView { index_version: version.to_owned(), ..list }),
        other => Err(unexpected(&other).into()),
    }
}

/// Changes a question, and tells the outbox, so that its asker hears at once.
async fn change<P: Ports>(
    visit: &Visit<'_, P>,
    site: &str,
    version: &str,
    id: &PublicId,
    call: Call,
) -> Result<Response, Failure> {
    match visit.edge.ports.call(site, call).await? {
        Answer::Item(Some(item)) => {
            let message =
                Message { key: None, public_id: Some(id.clone()), thread_id: None, news: News::Activity };
            visit.edge.ports.tell(site, outbox::Call::Tell(Box::new(message))).await?;
            fresh(200, &ItemView { index_version: Some(version.to_owned()), ..*item })
        }
        Answer::Item(None) => Err(no_question().into()),
        other => Err(unexpected(&other).into()),
    }
}

fn public_id(text: &str) -> Result<PublicId, Problem> {
    text.parse().map_err(|_| no_question())
}

fn no_question() -> Problem {
    Problem::new(ProblemType::NotFound).detail("the inbox has no question of this id")
}

fn unexpected(answer: &Answer) -> PortError {
    match answer {
        Answer::Failed(why) => PortError::new("the inbox", why),
        _ => PortError::new("the inbox", "it answered another call"),
    }
}
