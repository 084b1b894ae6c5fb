//! The fictional community that comes with the project: what the demo shows and the tests search.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, anyhow};

use crate::paths;
use crate::process;

/// The site's id: the one in the demo page's script tag.
pub const SITE: &str = "demo";

/// Where its pages would be if it existed.
const DOCS_URL: &str = "https://docs.moorline.example";

/// The folder with its threads, its documentation and its settings.
pub fn folder() -> PathBuf {
    paths::repository().join("tests/fixtures/community")
}

/// The folder with its topics and judgments.
pub fn judgments() -> PathBuf {
    paths::repository().join("tests/relevance/community")
}

/// Its `site.toml`.
pub fn settings() -> PathBuf {
    folder().join("site.toml")
}

/// The command that builds its index.
pub fn index_command(indexer: &Path, out: &Path) -> Command {
    let mut command = Command::new(indexer);
    command.args(["build", "--site", SITE, "--docs-url", DOCS_URL, "--out"]).arg(out);
    command.arg("--threads").arg(folder().join("threads.jsonl")).arg("--docs").arg(folder().join("docs"));
    command
}

/// Builds its index for the tests and returns the folder.
pub fn index(indexer: &Path) -> Result<PathBuf> {
    let out = paths::built().join("sample-index");
    process::run_quietly(index_command(indexer, &out))
        .map_err(|error| anyhow!("building the sample community's index: {error:#}"))?;
    Ok(out)
}
