//! The operator's side: publishing an index, and the built-in inbox over its API.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use thirtyfour::By;
use xtask::sample;
use xtask::stack::{Options, Stack};
use xtask::tools::Tools;

use crate::Stage;
use crate::wait::until;

/// The sample community's settings with a change, in a file.
pub fn settings_with(file: &Path, change: impl FnOnce(String) -> String) -> Result<()> {
    let settings = std::fs::read_to_string(sample::settings()).context("reading site.toml")?;
    std::fs::write(file, change(settings)).with_context(|| format!("writing {}", file.display()))
}

/// The sample community's settings with a forum in place of the inbox: the other lines of `[forum]`.
pub fn settings_for_forum(file: &Path, forum: &str) -> Result<()> {
    settings_with(file, |site| site.replace("kind = \"inbox\"\n", forum))
}

/// A Worker, in a folder of its own, that serves the sample community with other settings and posts to their forum.
pub fn worker_for_forum(stage: &Stage<'_>, name: &str, key: &str, settings: &Path) -> Result<Stack> {
    let mut options = Options::fresh(name)?;
    options.variables.push(("EDGEWISE_FORUM_KEY".to_owned(), key.to_owned()));
    let stack = Stack::start(&Tools::installed()?, options)?;
    stack.publish(&stage.indexer, &stage.index, settings)?;
    Ok(stack)
}

/// The questions in the inbox of the demo site.
pub fn questions(stack: &Stack) -> Result<Vec<Value>> {
    let url = format!("{}/v1/inbox/demo/questions", stack.url());
    let mut response = ureq::get(&url).header("authorization", format!("Bearer {}", stack.token())).call()?;
    let body: Value = response.body_mut().read_json().context("reading the inbox")?;
    Ok(body["questions"].as_array().cloned().unwrap_or_default())
}

/// The questions whose title is this.
pub fn questions_titled(stack: &Stack, title: &str) -> Result<Vec<Value>> {
    Ok(questions(stack)?.into_iter().filter(|question| question["title"] == title).collect())
}

/// Answers a question on the inbox's own page, in the browser the asker used.
pub async fn answer_in_inbox(stage: &Stage<'_>, title: &str, markdown: &str, author: &str) -> Result<()> {
    let browser = stage.widget.browser();
    stage.widget.visit(&format!("/inbox#token={}", stage.stack.token())).await?;
    let card = until(format_args!("“{title}” in the inbox"), async || {
        for card in browser.find_all(By::Css("#questions article")).await? {
            if card.text().await?.contains(title) {
                return Ok(Some(card));
            }
        }
        Ok(None)
    })
    .await?;
    card.find(By::Css("textarea")).await?.send_keys(markdown).await?;
    card.find(By::Css("input[name=author]")).await?.send_keys(author).await?;
    card.find(By::Css("button[type=submit]")).await?.click().await?;
    until("the inbox to say that it is answered", async || {
        let notice = browser.find(By::Id("notice")).await?.text().await?;
        Ok(notice.starts_with("Answered").then_some(()))
    })
    .await
}

/// What the Worker serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// The index's version.
    pub version: String,
    /// Threads and pages in it.
    pub documents: u64,
}

/// Asks the Worker what it serves.
pub fn served(stack: &Stack) -> Result<Served> {
    let mut response = ureq::get(format!("{}/v1/index?site=demo", stack.url())).call()?;
    let info: Value = response.body_mut().read_json().context("reading /v1/index")?;
    Ok(Served {
        version: info["indexVersion"].as_str().context("no indexVersion")?.to_owned(),
        documents: info["documents"].as_u64().context("no documents")?,
    })
}

/// Uploads a broken bundle under the root hash it claims or made up, names it in a manifest, and holds when the Worker
/// refuses to move to it.
pub fn ensure_refused(stack: &Stack, index: &Path, broken: &[u8]) -> Result<()> {
    // Nothing has this hash.
    let hash = "5".repeat(64);
    let text = std::fs::read_to_string(index.join("manifest.json")).context("reading manifest.json")?;
    let mut manifest: Value = serde_json::from_str(&text).context("decoding manifest.json")?;
    manifest["version"] = json!(hash);
    manifest["bundles"][0]["bundle"] = json!({"hash": hash, "bytes": broken.len()});

    put(stack, &format!("files/{hash}.bundle"), broken)?;
    let status = put(stack, "manifest.json", &serde_json::to_vec(&manifest)?)?;
    ensure!(status == 422, "the manifest of a broken bundle was answered with {status}");
    Ok(())
}

/// Puts a file where `edgewise publish` would, and returns the answer's status.
fn put(stack: &Stack, file: &str, bytes: &[u8]) -> Result<u16> {
    let response = ureq::put(format!("{}/v1/admin/demo/{file}", stack.url()))
        .config()
        .http_status_as_error(false)
        .build()
        .header("authorization", format!("Bearer {}", stack.token()))
        .send(bytes)?;
    Ok(response.status().as_u16())
}
