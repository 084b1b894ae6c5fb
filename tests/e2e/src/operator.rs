//! The operator's side: publishing an index, and the built-in inbox over its API.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use xtask::demo::sample_community;
use xtask::process;
use xtask::stack::Stack;

/// Builds an index of the sample community with a changed `site.toml`.
pub fn index_with(indexer: &Path, out: &Path, change: impl FnOnce(String) -> String) -> Result<PathBuf> {
    let sample = sample_community();
    let site = std::fs::read_to_string(sample.join("site.toml")).context("reading site.toml")?;
    std::fs::create_dir_all(out).with_context(|| format!("creating {}", out.display()))?;
    let changed = out.join("site.toml");
    std::fs::write(&changed, change(site)).context("writing site.toml")?;
    let mut command = Command::new(indexer);
    command.arg("build").arg("--site").arg(&changed).arg("--out").arg(out);
    command.arg("--threads").arg(sample.join("threads.jsonl")).arg("--docs").arg(sample.join("docs"));
    process::run_quietly(command)?;
    Ok(out.to_path_buf())
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

/// Answers a question in the inbox.
pub fn reply(stack: &Stack, question: &Value, markdown: &str, author: &str) -> Result<()> {
    let id = question["publicId"].as_str().context("the question has no publicId")?;
    let url = format!("{}/v1/inbox/demo/questions/{id}/replies", stack.url());
    let response = ureq::post(&url)
        .header("authorization", format!("Bearer {}", stack.token()))
        .send_json(json!({"markdown": markdown, "author": author}))?;
    ensure!(response.status().is_success(), "the inbox refused the reply: {}", response.status());
    Ok(())
}
