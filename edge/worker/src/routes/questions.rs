//! `POST /v1/questions`, and `GET` and `DELETE /v1/questions/{receipt}`.

use ::search::{Index, sha256_hex};
use api::{Problem, ProblemType, QuestionRequest};
use ask::{PublicId, Question, Receipt, RenderOptions, SeenLink, SubmissionId};

use super::threads;
use super::visit::{Site, Visit, fresh};
use crate::decode::{self, Params, Wanted};
use crate::http::{Request, Response};
use crate::outbox::{Submission, Submitted, Withdrawal};
use crate::ports::{Body, Files, Ports};
use crate::problem::Failure;

/// What the limit counts by where the platform does not say who asks.
const NO_ADDRESS: &str = "unknown";

/// Accepts a question.
///
/// 1. Decode. 2. The site, and whether it takes questions from this page. 3. Its rules, redaction included. 4. Store.
pub async fn post<P: Ports, B: Body>(visit: &Visit<'_, P>, request: Request<B>) -> Result<Response, Failure> {
    let headers = request.headers.clone();
    let body = visit.json_body(request).await?;
    let draft = decode::question(&body)?;
    let site = visit.enter(&decode::known_site(&draft.site)?).await?;
    if !site.config.enabled || !site.config.features.ask {
        return Err(Problem::new(ProblemType::NotFound)
            .detail("this site takes no questions at the moment")
            .into());
    }
    let id = decode::idempotency_key(&headers)?;
    let digest = digest(&draft)?;
    let question = ask::check(draft, &site.config.rules()).map_err(Problem::invalid)?;
    let address = headers.address.unwrap_or_else(|| NO_ADDRESS.to_owned());
    let submission = submission(visit.edge.ports, &site, id, digest, &question, address).await?;
    match visit.edge.ports.submit(&site.config.id, submission).await? {
        Submitted::Stored(status) => fresh(202, &answer(&site, *status)),
        Submitted::Conflict => {
            let detail = "make a new ULID for another question";
            Err(Problem::new(ProblemType::IdempotencyConflict).detail(detail).into())
        }
        Submitted::Limited { retry_after_s } => {
            let problem = Problem::new(ProblemType::RateLimited).detail(format!(
                "this site takes {} questions an hour",
                site.config.limits.questions_per_hour
            ));
            Err(Failure::RetryAfter(Box::new(problem), retry_after_s))
        }
    }
}

/// Tells where a question stands.
pub async fn get<P: Ports>(visit: &Visit<'_, P>, query: &str, receipt: &str) -> Result<Response, Failure> {
    let site = visit.enter(&decode::site(&Params::parse(query)?)?).await?;
    let receipt = receipt.parse().map_err(|_| no_question())?;
    match visit.edge.ports.status(&site.config.id, &receipt).await? {
        Some(status) => fresh(200, &answer(&site, status)),
        None => Err(no_question().into()),
    }
}

/// Takes a question back.
pub async fn delete<P: Ports>(visit: &Visit<'_, P>, query: &str, receipt: &str) -> Result<Response, Failure> {
    let site = visit.enter(&decode::site(&Params::parse(query)?)?).await?;
    let receipt = receipt.parse().map_err(|_| no_question())?;
    match visit.edge.ports.withdraw(&site.config.id, &receipt).await? {
        Withdrawal::Withdrawn(status) => fresh(200, &answer(&site, status)),
        Withdrawal::TooLate(_) => {
            let detail = "it is on its way to the forum or there already";
            Err(Problem::new(ProblemType::StateConflict).detail(detail).into())
        }
        Withdrawal::Unknown => Err(no_question().into()),
    }
}

fn no_question() -> Problem {
    Problem::new(ProblemType::NotFound).detail("there is no question of this receipt")
}

fn answer(site: &Site, status: api::QuestionStatus) -> api::QuestionStatus {
    api::QuestionStatus { index_version: site.served.version().to_owned(), ..status }
}

/// The same question has the same digest, however its JSON was written.
fn digest(draft: &QuestionRequest) -> Result<String, Problem> {
    let canonical = serde_json::to_vec(draft)
        .map_err(|error| Problem::new(ProblemType::Internal).detail(format!("the question: {error}")))?;
    Ok(sha256_hex(&canonical))
}

async fn submission<P: Ports>(
    ports: &P,
    site: &Site,
    id: SubmissionId,
    request: String,
    question: &Question,
    address: String,
) -> Result<Submission, Failure> {
    let public_id = PublicId::new(ports.bytes()?);
    let share = &site.config.share;
    let options = RenderOptions {
        page_url: share.page_url,
        product: share.product,
        version: share.version,
        seen: seen_links(ports, &site.config.id, site.served.index.as_deref(), question.seen()).await,
    };
    Ok(Submission {
        site: site.config.id.clone(),
        id,
        request,
        receipt: Receipt::new(ports.bytes()?),
        title: question.title().to_owned(),
        markdown: ask::post_body(question, &public_id, &options),
        tags: question.tags().to_vec(),
        public_id,
        address,
        per_hour: site.config.limits.questions_per_hour,
    })
}

/// Titles and addresses of the threads seen. What cannot be read is left out: the question matters more.
async fn seen_links<P: Files>(
    ports: &P,
    site: &str,
    index: Option<&Index>,
    keys: &[String],
) -> Vec<SeenLink> {
    let Some(index) = index else { return Vec::new() };
    let wanted = Wanted::default();
    let views = keys.iter().map(|key| threads::read(ports, site, index, key, &wanted));
    let views = futures_util::future::join_all(views).await;
    let link = |view: api::ThreadView| SeenLink { title: view.title, url: view.url };
    views.into_iter().filter_map(|view| view.ok().flatten()).map(link).collect()
}
