//! `/v1/outbox/{site}/...`: the operator sees what is on its way, and decides what cannot go on alone.

use api::{OutboxDecision, OutboxList, Problem, ProblemType};
use ask::PublicId;

use super::visit::{Visit, fresh};
use crate::decode::{self, Params};
use crate::http::{Request, Response};
use crate::outbox::{Answer, Call};
use crate::ports::{Body, Ports, unexpected};
use crate::problem::Failure;
use crate::route::OutboxPart;

pub async fn serve<P: Ports, B: Body>(
    visit: &Visit<'_, P>,
    site: &str,
    part: OutboxPart,
    request: Request<B>,
) -> Result<Response, Failure> {
    let (site, served) = visit.operate(site).await?;
    match part {
        OutboxPart::Questions => {
            let state = decode::question_state(&Params::parse(&request.query)?)?;
            match visit.edge.ports.outbox(&site, Call::List(state)).await? {
                Answer::List(list) => {
                    fresh(200, &OutboxList { index_version: served.version().to_owned(), ..list })
                }
                other => Err(unexpected(&other).into()),
            }
        }
        OutboxPart::Decision(id) => {
            let id: PublicId = id.parse().map_err(|_| no_question())?;
            let decision: OutboxDecision = decode::json(&visit.json_body(request).await?)?;
            match visit.edge.ports.outbox(&site, Call::Decide(id, decision)).await? {
                // The receipt is the asker's.
                Answer::Status(Some(status)) => {
                    fresh(200, &serde_json::json!({"publicId": status.public_id, "state": status.state}))
                }
                Answer::Status(None) => Err(no_question().into()),
                other => Err(unexpected(&other).into()),
            }
        }
        OutboxPart::Resume => {
            visit.edge.ports.tell(&site, Call::Resume).await?;
            fresh(200, &serde_json::json!({}))
        }
    }
}

fn no_question() -> Problem {
    Problem::new(ProblemType::NotFound).detail("the outbox has no question of this id")
}
