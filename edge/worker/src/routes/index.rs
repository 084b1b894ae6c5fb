//! `GET /v1/index`.

use ::search::Index;
use api::IndexInfo;

use super::visit::{Visit, fresh};
use crate::decode::{self, Params};
use crate::http::Response;
use crate::ports::Ports;
use crate::problem::Failure;

pub async fn get<P: Ports>(visit: &Visit<'_, P>, query: &str) -> Result<Response, Failure> {
    let site = visit.enter(&decode::site(&Params::parse(query)?)?).await?;
    fresh(200, &info(visit.edge.ports, site.index()?, site.served.refused.clone()))
}

/// What is told about an index in service.
pub fn info<P: Ports>(ports: &P, index: &Index, refused: Option<String>) -> IndexInfo {
    IndexInfo {
        index_version: index.version().to_owned(),
        site: index.site().to_owned(),
        documents: index.documents(),
        bundle_bytes: index.bundle_bytes(),
        texts_bytes: index.texts().bytes,
        wasm_memory_bytes: ports.wasm_bytes(),
        watermark: index.watermark().map(str::to_owned),
        refused,
    }
}
