//! The Worker as shipped with an index loaded: its figures, asked over HTTP; memory is its own word.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::json;

use super::corpus::Query;
use super::table::{Measurement, quantile};
use crate::build::{self, Grade};
use crate::paths;
use crate::process;
use crate::report::step;
use crate::sample;
use crate::stack::{self, Options, Stack};
use crate::tools::{self, Tools};

/// Pairs of requests a query: their median leaves out what the machine did besides.
const TRIES: usize = 9;

/// A request that takes longer is a fault.
const REQUEST_LIMIT: Duration = Duration::from_secs(60);

/// What `GET /v1/index` says.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IndexInfo {
    /// Threads in the index.
    pub documents: u64,
    /// Bytes of the bundle.
    pub bundle_bytes: u64,
    /// Bytes of the texts file.
    pub texts_bytes: u64,
    /// Bytes of the isolate's memory.
    pub wasm_memory_bytes: u64,
}

/// The Worker with the threads loaded.
pub struct Ours {
    stack: Stack,
    agent: ureq::Agent,
    /// The program that built the index.
    pub indexer: PathBuf,
    build_s: f64,
}

impl Ours {
    /// Builds the Worker as shipped and the threads' index, with vectors where there are some, and loads it.
    pub fn start(tools: &Tools, threads: &Path, vectors: Option<&Path>, folder: &Path) -> Result<Self> {
        tools::fetch_crates()?;
        let worker = build::worker(tools, Grade::Shipped)?;
        let indexer = build::shipped_indexer()?;
        let out = index_folder(folder);
        let begun = Instant::now();
        step("Building the index", "", || index(&indexer, threads, vectors, &out))?;
        let build_s = begun.elapsed().as_secs_f64();
        let stack =
            step("Loading it into the Worker", "", || loaded(tools, &worker, &indexer, &out, folder))?;
        let agent = ureq::Agent::config_builder().timeout_global(Some(REQUEST_LIMIT)).build().into();
        Ok(Self { stack, agent, indexer, build_s })
    }

    /// Ends the Worker.
    pub fn stop(&mut self) {
        self.stack.stop();
    }

    /// What the Worker says of its index.
    pub fn info(&self) -> Result<IndexInfo> {
        let url = format!("{}/v1/index?site={}", self.stack.url(), sample::SITE);
        let mut answer = self.agent.get(&url).call().with_context(|| format!("asking {url}"))?;
        answer.body_mut().read_json().context("reading /v1/index")
    }

    /// The figures, given what queries took.
    pub fn measurement(&self, info: &IndexInfo, times: &[f64]) -> Measurement {
        Measurement {
            p50_ms: quantile(times, 0.5),
            p99_ms: quantile(times, 0.99),
            build_s: self.build_s,
            index_bytes: info.bundle_bytes,
            memory_bytes: info.wasm_memory_bytes,
            relevance: None,
        }
    }

    /// Milliseconds of a search for each title.
    pub fn time_search(&self, queries: &[&Query]) -> Result<Vec<f64>> {
        let url = format!("{}/v1/search", self.stack.url());
        let search = |query: &str| {
            let mut answer = self.agent.get(&url).query("site", sample::SITE).query("q", query).call()?;
            answer.body_mut().read_to_vec()
        };
        beyond(|| self.nothing(), queries, |query| search(&query.title))
    }

    /// Milliseconds of looking for threads similar to each draft.
    pub fn time_similar(&self, drafts: &[&Query]) -> Result<Vec<f64>> {
        let url = format!("{}/v1/similar", self.stack.url());
        let similar = |title: &str, body: &str| {
            let draft = json!({ "site": sample::SITE, "title": title, "body": body });
            let mut answer = self.agent.post(&url).send_json(draft)?;
            answer.body_mut().read_to_vec()
        };
        beyond(|| self.nothing(), drafts, |draft| similar(&draft.title, &draft.body))
    }

    /// A request that goes the same way and looks for nothing.
    fn nothing(&self) -> Result<Vec<u8>, ureq::Error> {
        let url = format!("{}/v1/site", self.stack.url());
        self.agent.get(&url).query("site", sample::SITE).call()?.body_mut().read_to_vec()
    }
}

/// Where the index is put.
pub fn index_folder(folder: &Path) -> PathBuf {
    folder.join("index")
}

fn index(indexer: &Path, threads: &Path, vectors: Option<&Path>, out: &Path) -> Result<()> {
    if out.exists() {
        fs::remove_dir_all(out).with_context(|| format!("clearing {}", out.display()))?;
    }
    let mut command = Command::new(indexer);
    command.args(["build", "--site", sample::SITE, "--threads"]).arg(threads).arg("--out").arg(out);
    if let Some(vectors) = vectors {
        command.arg("--vectors").arg(vectors);
    }
    process::run_quietly(command)
}

/// Publishes the index to the shipped Worker and starts that afresh, so that it holds what a fresh isolate holds.
fn loaded(tools: &Tools, worker: &Path, indexer: &Path, index: &Path, folder: &Path) -> Result<Stack> {
    // Wrangler wants the folder that its configuration names, though no page is asked for.
    fs::create_dir_all(paths::assets()).context("creating the assets' folder")?;
    let options = Options {
        port: stack::free_port()?,
        state: folder.join("state"),
        token: stack::new_token()?,
        variables: Vec::new(),
        assets: None,
        log: folder.join("worker.log"),
    };
    let mut stack = Stack::start_built(tools, worker, options)?;
    stack.publish(indexer, index, &sample::settings())?;
    stack.stop();
    stack.start_again()?;
    Ok(stack)
}

/// What each of `items` takes beyond what `base` takes, in milliseconds.
///
/// A Worker's own clock stands still while it computes, so time is taken outside: what a query takes beyond a request that
/// looks for nothing (an unknown word would be looked for among all words that are like it). Ranking, highlights and
/// the larger answer stay in. Each is the median of some differences
/// between a request and the one just before it, so that whatever slows the machine slows both.
fn beyond<T>(
    base: impl Fn() -> Result<Vec<u8>, ureq::Error>,
    items: &[T],
    of: impl Fn(&T) -> Result<Vec<u8>, ureq::Error>,
) -> Result<Vec<f64>> {
    // The first round warms workerd's compiler.
    for item in items {
        milliseconds(|| of(item))?;
    }
    let mut times = Vec::new();
    for item in items {
        let difference = |_| {
            let base = milliseconds(&base)?;
            Ok(milliseconds(|| of(item))? - base)
        };
        times.push(quantile(&(0..TRIES).map(difference).collect::<Result<Vec<_>>>()?, 0.5));
    }
    Ok(times)
}

fn milliseconds(request: impl Fn() -> Result<Vec<u8>, ureq::Error>) -> Result<f64> {
    let begun = Instant::now();
    request().context("asking the Worker")?;
    Ok(begun.elapsed().as_secs_f64() * 1e3)
}
