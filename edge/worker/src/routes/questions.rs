//! `POST /v1/questions`, and `GET`, `PUT` and `DELETE /v1/questions/{receipt}`.

use ::search::{Index, sha256_hex};
use api::{Problem, ProblemType, QuestionRequest};
use ask::{PublicId, Question, Receipt, RenderOptions, SeenLink};

use super::threads;
use super::visit::{Site, Visit, fresh};
use crate::decode::{self, Params, Wanted};
use crate::http::{Request, Response};
use crate::outbox::{Call, Change, Submission, Submitted, Text};
use crate::ports::{Body, Files, Ports};
use crate::problem::Failure;

/// What the limit counts by where the platform does not say who asks.
const NO_ADDRESS: &str = "unknown";

/// Accepts a question.
///
/// 1. Decode. 2. The site, and whether it takes questions from this page. 3. Its rules, redaction included. 4. Whether
///    a machine or a flood asks. 5. Store.
pub async fn post<P: Ports, B: Body>(visit: &Visit<'_, P>, request: Request<B>) -> Result<Response, Failure> {
    // 1.
    let headers = request.headers.clone();
    let draft = decode::question(&visit.json_body(request).await?)?;
    // 2.
    let site = open_site(visit, &draft).await?;
    let id = decode::idempotency_key(&headers)?;
    // 3.
    let challenge = draft.turnstile.clone();
    let digest = digest(&draft)?;
    let question = ask::check(draft, &site.config.rules()).map_err(Problem::invalid)?;
    // 4.
    let ports = visit.edge.ports;
    let address = headers.address.as_deref();
    if visit.edge.config.limits_addresses
        && let Some(address) = address
        && !ports.admits(&format!("{}:{address}", site.config.id)).await
    {
        let problem = Problem::new(ProblemType::RateLimited).detail("wait a minute before you ask again");
        return Err(Failure::RetryAfter(Box::new(problem), 60));
    }
    pass_challenge(visit, &site, &challenge, address).await?;
    // 5.
    let public_id = PublicId::new(ports.bytes()?);
    let submission = Submission {
        site: site.config.id.clone(),
        id,
        receipt: Receipt::new(ports.bytes()?),
        text: text(ports, &site, &question, &public_id, digest, false).await,
        public_id,
        suspicion: ask::suspicion(&question, site.config.limits.links.0),
        address: address.unwrap_or(NO_ADDRESS).to_owned(),
        per_hour: site.config.limits.questions_per_hour,
        site_per_hour: site.config.limits.site_per_hour,
    };
    match ports.submit(&site.config.id, submission).await? {
        Submitted::Stored(status) => fresh(202, &answer(&site, *status)),
        Submitted::Conflict => {
            let detail = "make a new ULID for another question";
            Err(Problem::new(ProblemType::IdempotencyConflict).detail(detail).into())
        }
        Submitted::Limited { per_hour, retry_after_s } => {
            let problem = Problem::new(ProblemType::RateLimited)
                .detail(format!("this site takes {per_hour} questions an hour"));
            Err(Failure::RetryAfter(Box::new(problem), retry_after_s))
        }
    }
}

/// The site, where it takes questions from this page.
async fn open_site<P: Ports>(visit: &Visit<'_, P>, draft: &QuestionRequest) -> Result<Site, Failure> {
    let site = visit.enter(&decode::known_site(&draft.site)?).await?;
    if site.config.enabled && site.config.features.ask {
        return Ok(site);
    }
    Err(Problem::new(ProblemType::NotFound).detail("this site takes no questions at the moment").into())
}

/// Whether the asker passes the site's challenge. Where that cannot be found out nobody does.
async fn pass_challenge<P: Ports>(
    visit: &Visit<'_, P>,
    site: &Site,
    challenge: &str,
    address: Option<&str>,
) -> Result<(), Failure> {
    if site.config.turnstile.site_key.is_empty() || visit.edge.ports.is_human(challenge, address).await? {
        return Ok(());
    }
    Err(Problem::new(ProblemType::ChallengeFailed).detail("pass the challenge and send it again").into())
}

/// Takes another text of a question that needs a fix. The same text again has the same answer.
pub async fn put<P: Ports, B: Body>(
    visit: &Visit<'_, P>,
    receipt: &str,
    request: Request<B>,
) -> Result<Response, Failure> {
    let draft = decode::question(&visit.json_body(request).await?)?;
    let site = open_site(visit, &draft).await?;
    let receipt: Receipt = receipt.parse().map_err(|_| no_question())?;
    let (digest, distinct) = (digest(&draft)?, draft.distinct);
    let question = ask::check(draft, &site.config.rules()).map_err(Problem::invalid)?;
    let ports = visit.edge.ports;
    let status = ports.status(&site.config.id, &receipt).await?.ok_or_else(no_question)?;
    let public_id: PublicId = status.public_id.parse().map_err(|_| no_question())?;
    let text = text(ports, &site, &question, &public_id, digest, distinct).await;
    let change = ports.change(&site.config.id, Call::Edit(receipt, Box::new(text))).await?;
    changed(&site, change, "it needs no fix")
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

/// Takes a question back, or with `erase=true` forgets it here.
pub async fn delete<P: Ports>(visit: &Visit<'_, P>, query: &str, receipt: &str) -> Result<Response, Failure> {
    let params = Params::parse(query)?;
    let site = visit.enter(&decode::site(&params)?).await?;
    let receipt: Receipt = receipt.parse().map_err(|_| no_question())?;
    let call = if decode::erase(&params)? { Call::Erase(receipt) } else { Call::Withdraw(receipt) };
    let too_late = match call {
        Call::Erase(_) => "it is on its way to the forum: try again when it is there",
        _ => "it is on its way to the forum or there already",
    };
    let change = visit.edge.ports.change(&site.config.id, call).await?;
    changed(&site, change, too_late)
}

fn changed(site: &Site, change: Change, too_late: &str) -> Result<Response, Failure> {
    match change {
        Change::Done(status) => fresh(200, &answer(site, *status)),
        Change::TooLate(_) => Err(Problem::new(ProblemType::StateConflict).detail(too_late).into()),
        Change::Unknown => Err(no_question().into()),
    }
}

fn no_question() -> Problem {
    Problem::new(ProblemType::NotFound).detail("there is no question of this receipt")
}

fn answer(site: &Site, status: api::QuestionStatus) -> api::QuestionStatus {
    api::QuestionStatus { index_version: site.served.version().to_owned(), ..status }
}

/// The same question has the same digest, however its JSON was written and whichever challenge was passed for it.
fn digest(draft: &QuestionRequest) -> Result<String, Problem> {
    let canonical = serde_json::to_vec(&QuestionRequest { turnstile: String::new(), ..draft.clone() })
        .map_err(|error| Problem::new(ProblemType::Internal).detail(format!("the question: {error}")))?;
    Ok(sha256_hex(&canonical))
}

/// What is posted. Where the asker means something else than the thread of the same title, the title says so.
async fn text<P: Ports>(
    ports: &P,
    site: &Site,
    question: &Question,
    public_id: &PublicId,
    request: String,
    distinct: bool,
) -> Text {
    let share = &site.config.share;
    let options = RenderOptions {
        page_url: share.page_url,
        product: share.product,
        version: share.version,
        seen: seen_links(ports, &site.config.id, site.served.index.as_deref(), question.seen()).await,
    };
    let title = if distinct {
        ask::distinct_title(question.title(), public_id, site.config.limits.title_chars.1 as usize)
    } else {
        question.title().to_owned()
    };
    Text {
        request,
        fingerprint: sha256_hex(ask::fingerprint(question.title(), question.body()).as_bytes()),
        title,
        markdown: ask::post_body(question, public_id, &options),
        tags: question.tags().to_vec(),
        draft: question.draft(),
    }
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
