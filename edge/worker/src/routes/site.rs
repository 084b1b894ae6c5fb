//! `GET /v1/site`.

use super::visit::Visit;
use crate::decode::{self, Params};
use crate::http::Response;
use crate::ports::Ports;
use crate::problem::Failure;

pub async fn get<P: Ports>(visit: &Visit<'_, P>, query: &str) -> Result<Response, Failure> {
    let site = visit.enter(&decode::site(&Params::parse(query)?)?).await?;
    visit.kept(&site.config.info(site.served.version()))
}
