//! `/v1/admin/{site}/...`: the operator publishes an index and the site's settings.
//!
//! Files first, each named by its hash; then the manifest, which moves only after the bundle that it names was
//! read back and opened.

use api::{FieldError, Manifest, Problem, ProblemType};
use serde::Serialize;

use super::index;
use super::visit::{Visit, fresh};
use crate::decode;
use crate::files;
use crate::http::{Method, Request, Response};
use crate::ports::{Body, Files, Ports};
use crate::problem::Failure;
use crate::route::AdminFile;
use crate::sites;

/// Bytes of a manifest or of a site's settings at most: a thousand deltas, or settings with 500 tags, are a tenth.
const SMALL_BYTES: u64 = 1 << 20;

/// Bytes of an uploaded file at most: what the platform lets through in one request.
const FILE_BYTES: u64 = 100_000_000;

/// Answer to `PUT /v1/admin/{site}/files/...`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    /// Version of the index in service; empty when there is none.
    index_version: String,
    /// The file's name.
    file: String,
    /// Its size.
    bytes: u64,
}

pub async fn serve<P: Ports>(
    visit: &Visit<'_, P>,
    site: &str,
    file: AdminFile,
    request: Request<<P as Files>::Upload>,
) -> Result<Response, Failure> {
    let site = decode::known_site(site)?;
    match file {
        AdminFile::Bundle(hash) => {
            // The name is the root hash, not the hash of the file: it is checked when a manifest names it.
            upload(visit, &site, &files::bundle(&site, &hash), None, request).await
        }
        AdminFile::Texts(hash) => {
            upload(visit, &site, &files::texts(&site, &hash), digest(&hash), request).await
        }
        AdminFile::Site => put_settings(visit, &site, request.body).await,
        AdminFile::Manifest if request.method == Method::Get => get_manifest(visit, &site).await,
        AdminFile::Manifest => put_manifest(visit, &site, request.body).await,
    }
}

async fn upload<P: Ports>(
    visit: &Visit<'_, P>,
    site: &str,
    key: &str,
    sha256: Option<[u8; 32]>,
    request: Request<<P as Files>::Upload>,
) -> Result<Response, Failure> {
    let served = visit.enter_as_operator(site).await?;
    let Some(bytes) = request.headers.content_length else {
        return Err(Problem::new(ProblemType::Malformed).detail("send a `Content-Length`").into());
    };
    if bytes > FILE_BYTES {
        let detail = format!("a file has at most {FILE_BYTES} bytes");
        return Err(Problem::new(ProblemType::TooLarge).detail(detail).into());
    }
    // What is in service is immutable, and an upload that breaks off must not harm it.
    let in_service = served.index.as_deref().is_some_and(|index| {
        [files::bundle(site, index.version()), files::texts(site, &index.texts().hash)]
            .iter()
            .any(|known| known == key)
    });
    if !in_service {
        visit.edge.ports.upload(key, request.body, sha256).await?;
    }
    let file = key.rsplit('/').next().unwrap_or(key).to_owned();
    let stored = Stored { index_version: served.version().to_owned(), file, bytes };
    fresh(if in_service { 200 } else { 201 }, &stored)
}

async fn put_settings<P: Ports, B: Body>(
    visit: &Visit<'_, P>,
    site: &str,
    body: B,
) -> Result<Response, Failure> {
    let served = visit.enter_as_operator(site).await?;
    let bytes = body.read(SMALL_BYTES).await?;
    let config = sites::settings(site, &bytes).map_err(|why| invalid("site.json", why))?;
    visit.edge.ports.write(&files::site(site), bytes).await?;
    visit.edge.sites.forget_freshness(site);
    fresh(200, &config.info(served.version()))
}

async fn get_manifest<P: Ports>(visit: &Visit<'_, P>, site: &str) -> Result<Response, Failure> {
    visit.enter_as_operator(site).await?;
    match visit.edge.ports.read(&files::manifest(site)).await? {
        Some(bytes) => {
            let manifest: Manifest = serde_json::from_slice(&bytes).map_err(|error| {
                Problem::new(ProblemType::Internal).detail(format!("manifest.json: {error}"))
            })?;
            fresh(200, &manifest)
        }
        None => Err(Problem::new(ProblemType::NotFound).detail("nothing has been published").into()),
    }
}

/// Moves the pointer. 1. Open what it names. 2. Write it. 3. Tell what is in service.
async fn put_manifest<P: Ports, B: Body>(
    visit: &Visit<'_, P>,
    site: &str,
    body: B,
) -> Result<Response, Failure> {
    visit.enter_as_operator(site).await?;
    let ports = visit.edge.ports;
    let bytes = body.read(SMALL_BYTES).await?;
    let manifest: Manifest = decode::json(&bytes)?;
    let index =
        visit.edge.sites.check(ports, site, &manifest).await?.map_err(|why| invalid("manifest.json", why))?;
    ports.write(&files::manifest(site), bytes).await?;
    visit.moved_to(index.version());
    let info = index::info(ports, &index, None);
    visit.edge.sites.install(site, index);
    fresh(200, &info)
}

fn invalid(field: &str, why: String) -> Problem {
    Problem::invalid(vec![FieldError::new(field, "invalid", why)])
}

/// The bytes of a hash; `None` where it is none, which a route's hash never is.
fn digest(hash: &str) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    for (at, byte) in digest.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hash.get(at * 2..at * 2 + 2)?, 16).ok()?;
    }
    Some(digest)
}
