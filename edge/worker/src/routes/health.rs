//! `GET /healthz`: without a site, whether the Worker runs; with one, whether it serves that site's newest index.

use api::Health;

use super::visit::{Visit, fresh};
use crate::decode::{self, Params};
use crate::http::Response;
use crate::ports::Ports;
use crate::problem::Failure;

pub async fn get<P: Ports>(visit: &Visit<'_, P>, query: &str) -> Result<Response, Failure> {
    let Some(site) = decode::optional_site(&Params::parse(query)?)? else {
        return fresh(200, &health("ok", "", None));
    };
    let site = visit.enter(&site).await?;
    let version = site.served.version();
    match (&site.served.index, &site.served.refused) {
        (Some(_), None) => fresh(200, &health("ok", version, None)),
        (Some(_), Some(why)) => fresh(200, &health("degraded", version, Some(why.clone()))),
        (None, why) => {
            let why = why.clone().unwrap_or_else(|| "no index has been published".to_owned());
            fresh(503, &health("degraded", version, Some(why)))
        }
    }
}

fn health(status: &str, version: &str, detail: Option<String>) -> Health {
    Health { status: status.to_owned(), index_version: version.to_owned(), detail }
}
