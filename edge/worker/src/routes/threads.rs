//! `GET /v1/threads/{key}`.

use ::search::Index;
use api::{Problem, ProblemType, ThreadView};

use super::visit::Visit;
use crate::decode::{self, Params, Wanted};
use crate::files;
use crate::http::Response;
use crate::ports::{Files, Ports};
use crate::problem::Failure;

pub async fn get<P: Ports>(visit: &Visit<'_, P>, query: &str, key: &str) -> Result<Response, Failure> {
    let params = Params::parse(query)?;
    let site = visit.enter(&decode::site(&params)?).await?;
    let key = decode::thread_key(key)?;
    let wanted = decode::thread(params)?;
    match read(visit.edge.ports, &site.config.id, site.index()?, key, &wanted).await? {
        Some(view) => visit.kept(&view),
        None => Err(Problem::new(ProblemType::NotFound).detail("the index has no thread of this key").into()),
    }
}

/// A thread of the index, its texts read from the bucket; `None` where the index does not have it.
pub async fn read<P: Files>(
    ports: &P,
    site: &str,
    index: &Index,
    key: &str,
    wanted: &Wanted,
) -> Result<Option<ThreadView>, Failure> {
    let Some(range) = index.locate(key)? else { return Ok(None) };
    let Some(bytes) = ports.read_range(&files::texts(site, &index.texts().hash), range).await? else {
        let detail = "the texts beside the index are not there; publish the index again";
        return Err(Problem::new(ProblemType::Unavailable).detail(detail).into());
    };
    Ok(Some(index.view(key, &bytes, wanted.rest, wanted.query.as_deref())?))
}
