//! The engines that are compared, and how those that are not ours are run: each in a process of its own, bounded in time
//! and memory, on files that all of them read.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use clap::ValueEnum;
use serde::Deserialize;

use super::corpus::{Corpus, write_lines};
use super::table::{Measurement, Outcome, quantile};
use crate::paths;
use crate::process::{self, Failed};
use crate::report::step;
use crate::tools::{self, Tools};

/// How long an engine may take in all.
const LIMIT: Duration = Duration::from_secs(30 * 60);

/// Megabytes of JavaScript's heap.
const HEAP_MB: usize = 8_192;

/// An engine. How each is set up is said where it is: `tests/peers/engines` and `tests/peers/src`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// Ours.
    Edgewise,
    /// tantivy as its documentation sets it up.
    Tantivy,
    /// MiniSearch.
    Minisearch,
    /// Lunr.
    Lunr,
    /// Orama.
    Orama,
    /// FlexSearch.
    Flexsearch,
    /// SQLite FTS5.
    Fts5,
    /// Pagefind.
    Pagefind,
}

impl Engine {
    /// Its name, and where it runs.
    pub fn title(self) -> &'static str {
        match self {
            Self::Edgewise => "Edgewise (workerd)",
            Self::Tantivy => "plain tantivy (native)",
            Self::Minisearch => "MiniSearch (Node)",
            Self::Lunr => "Lunr (Node)",
            Self::Orama => "Orama (Node)",
            Self::Flexsearch => "FlexSearch (Node)",
            Self::Fts5 => "SQLite FTS5 (native)",
            Self::Pagefind => "Pagefind (Node)",
        }
    }
}

/// An engine's thread ids, query by query.
pub type Rankings = Vec<Vec<String>>;

/// What a peer prints.
#[derive(Deserialize)]
struct Printed {
    times_ms: Vec<f64>,
    build_ms: f64,
    memory_bytes: u64,
    index_bytes: u64,
    rankings: Rankings,
}

/// The peers, ready to be run on threads and queries.
pub struct Peers<'a> {
    tools: &'a Tools,
    folder: PathBuf,
    /// The program of those that are crates.
    program: PathBuf,
    depth: usize,
}

impl<'a> Peers<'a> {
    /// Writes what they read and builds those that are crates. The best `depth` threads are asked for each of `queries`;
    /// time is taken of `timed`.
    pub fn prepare(
        tools: &'a Tools,
        folder: &Path,
        corpus: &Corpus,
        (queries, timed): (&[String], &[String]),
        depth: usize,
    ) -> Result<Self> {
        corpus.write(&folder.join("corpus.jsonl"))?;
        write_lines(&folder.join("queries.txt"), queries.iter().map(String::as_str))?;
        write_lines(&folder.join("timed.txt"), timed.iter().map(String::as_str))?;
        let program = step("Building SQLite and plain tantivy", "about 3 minutes the first time", || {
            let mut cargo = tools::cargo()?;
            cargo
                .args(["build", "--locked", "--release", "--manifest-path"])
                .arg(sources().join("Cargo.toml"));
            process::run(cargo)?;
            Ok(paths::cargo_target()?.join("release/peers"))
        })?;
        Ok(Self { tools, folder: folder.to_path_buf(), program, depth })
    }

    /// Runs one; nothing for ours, which is none of them.
    fn command(&self, engine: Engine) -> Option<Command> {
        let mut command = match engine {
            Engine::Edgewise => return None,
            Engine::Tantivy | Engine::Fts5 => Command::new(&self.program),
            Engine::Minisearch | Engine::Lunr | Engine::Orama | Engine::Flexsearch | Engine::Pagefind => {
                let mut node = Command::new(&self.tools.node);
                node.arg("--expose-gc")
                    .arg(format!("--max-old-space-size={HEAP_MB}"))
                    .arg(sources().join("peers.cjs"))
                    .env("NODE_PATH", self.tools.packages.join("node_modules"));
                node
            }
        };
        command.args(engine.to_possible_value().map(|name| name.get_name().to_owned()));
        command.args(["corpus.jsonl", "queries.txt", "timed.txt"].map(|name| self.folder.join(name)));
        command.arg(self.depth.to_string()).env("TMPDIR", self.folder.join("scratch"));
        Some(command)
    }

    /// Measures one.
    pub fn measure(&self, engine: Engine) -> Result<(Measurement, Rankings)> {
        let command = self.command(engine).ok_or_else(|| anyhow!("{} is no peer", engine.title()))?;
        let scratch = self.folder.join("scratch");
        fs::create_dir_all(&scratch).with_context(|| format!("creating {}", scratch.display()))?;
        let output = process::run_within(LIMIT, command);
        fs::remove_dir_all(&scratch).with_context(|| format!("clearing {}", scratch.display()))?;
        let printed: Printed = serde_json::from_str(&output?)
            .with_context(|| format!("reading what {} printed", engine.title()))?;
        let measurement = Measurement {
            p50_ms: quantile(&printed.times_ms, 0.5),
            p99_ms: quantile(&printed.times_ms, 0.99),
            build_s: printed.build_ms / 1e3,
            index_bytes: printed.index_bytes,
            memory_bytes: printed.memory_bytes,
            relevance: None,
        };
        Ok((measurement, printed.rankings))
    }
}

fn sources() -> PathBuf {
    paths::repository().join("tests/peers")
}

/// What becomes of a measurement: one that failed is a row of the table, unless the user ended it.
pub fn outcome(measured: Result<Measurement>) -> Result<Outcome> {
    match measured {
        Ok(measurement) => Ok(Outcome::Measured(measurement)),
        Err(error) if process::interrupted() => Err(error),
        Err(error) => {
            let failed = reason(&error);
            eprintln!("  failed: {failed}");
            Ok(Outcome::Failed { failed })
        }
    }
}

/// Characters of a reason in the table.
const REASON: usize = 160;

/// One line on why: the line in which the process named its error, or else what is known of its end.
fn reason(error: &anyhow::Error) -> String {
    let named = error.downcast_ref::<Failed>().and_then(|failed| {
        failed
            .tail
            .iter()
            .find(|line| line.to_lowercase().contains("error"))
            .map(|line| line.trim().to_owned())
    });
    let words = named.unwrap_or_else(|| format!("{error:#}"));
    let line: Vec<&str> = words.split_whitespace().collect();
    line.join(" ").chars().filter(|c| !c.is_control()).take(REASON).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_told_in_the_words_of_the_process() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo starting >&2; echo 'FATAL ERROR: heap limit' >&2; echo trace >&2; exit 3"]);
        let error = process::run_within(Duration::from_secs(300), command).unwrap_err();
        assert_eq!(reason(&error), "FATAL ERROR: heap limit");
        assert_eq!(reason(&anyhow!("took\n too long").context("measuring")), "measuring: took too long");
    }
}
