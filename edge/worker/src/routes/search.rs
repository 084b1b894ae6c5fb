//! `GET /v1/search`.

use super::visit::Visit;
use crate::decode::{self, Params};
use crate::http::Response;
use crate::ports::Ports;
use crate::problem::Failure;

pub async fn get<P: Ports>(visit: &Visit<'_, P>, query: &str) -> Result<Response, Failure> {
    let params = Params::parse(query)?;
    let site = visit.enter(&decode::site(&params)?).await?;
    let query = decode::search(params)?;
    visit.kept(&site.index()?.search(&query)?)
}
