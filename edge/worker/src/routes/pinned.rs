//! `/v1/a/...` and `/v1/admin/a/...`: the widget of earlier deployments, for pages that have pinned it by its hash.
//!
//! A deployment replaces the static files, which are asked first. What the operator has kept lies in the bucket for a year.

use api::{Problem, ProblemType};
use serde::Serialize;

use super::visit::{Visit, fresh};
use crate::files;
use crate::http::{Request, Response};
use crate::ports::{Files, Ports};
use crate::problem::Failure;
use crate::route::PinnedFile;

/// How long a file is served after it was kept: a year.
const KEPT_MS: u64 = 365 * 24 * 60 * 60 * 1_000;

/// Bytes of a file at most: the widget has a fifth of a million.
const FILE_BYTES: u64 = 4 << 20;

/// Answer to `PUT /v1/admin/a/{folder}/{name}`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    /// Empty: the file is no site's.
    index_version: String,
    /// Where pages find it.
    url: String,
    /// Its size.
    bytes: u64,
}

/// Serves a file as the static ones are served.
pub async fn get<P: Ports>(visit: &Visit<'_, P>, file: &PinnedFile) -> Result<Response, Failure> {
    let ports = visit.edge.ports;
    let kept = ports.read_dated(&files::pinned(file)).await?;
    let kept = kept.filter(|(_, written)| ports.now_ms().saturating_sub(*written) < KEPT_MS);
    let Some((body, _)) = kept else {
        let detail = "no deployment has this file, and none of the last year has had it kept";
        return Err(Problem::new(ProblemType::NotFound).detail(detail).into());
    };
    Ok(Response { body, ..Response::empty(200) }
        .header("Content-Type", file.kind)
        .header("Access-Control-Allow-Origin", "*")
        .header("Cross-Origin-Resource-Policy", "cross-origin")
        .header("Referrer-Policy", "strict-origin-when-cross-origin")
        .header("Cache-Control", "public, max-age=31536000, immutable"))
}

/// Keeps a file; keeping it again makes its year begin anew.
pub async fn put<P: Ports>(
    visit: &Visit<'_, P>,
    file: &PinnedFile,
    request: Request<<P as Files>::Upload>,
) -> Result<Response, Failure> {
    let Some(bytes) = request.headers.content_length else {
        return Err(Problem::new(ProblemType::Malformed).detail("send a `Content-Length`").into());
    };
    if bytes > FILE_BYTES {
        let detail = format!("a file has at most {FILE_BYTES} bytes");
        return Err(Problem::new(ProblemType::TooLarge).detail(detail).into());
    }
    visit.edge.ports.upload(&files::pinned(file), request.body, None).await?;
    let url = format!("/v1/a/{}/{}", file.folder, file.name);
    fresh(201, &Kept { index_version: String::new(), url, bytes })
}
