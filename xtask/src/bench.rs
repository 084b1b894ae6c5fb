//! Queries inside workerd, beside what a site owner would otherwise pick, on the same threads in one run.
//!
//! Ours is the Worker as shipped, asked over HTTP; memory is its own word. The peers run as their users run them:
//! MiniSearch and Lunr in Node, SQLite FTS5 natively. Whole threads, titles as queries.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::build::{self, Grade};
use crate::paths;
use crate::process;
use crate::report::{grouped, step};
use crate::sample;
use crate::stack::{self, Options, Stack};
use crate::tools::{self, Tools};

/// Titles used as queries: enough that the p99 is the third slowest.
const QUERIES: usize = 300;

/// Pairs of requests a query: their median leaves out what the machine did besides.
const TRIES: usize = 9;

/// A word that no thread has.
const UNKNOWN: &str = "zyxwvutsrq";

/// A request that takes longer is a fault.
const REQUEST_LIMIT: Duration = Duration::from_secs(60);

/// Words of a draft.
const DRAFT_WORDS: usize = 300;

/// Isolate memory allowed: 1.25 × bundle + 24 MB.
fn memory_budget(bundle_bytes: u64) -> u64 {
    bundle_bytes * 5 / 4 + 24_000_000
}

/// What is measured of each engine.
#[derive(Debug, Clone, Serialize)]
pub struct Measurement {
    /// Which engine, and where it runs.
    pub engine: &'static str,
    /// Milliseconds of a query: median.
    pub p50_ms: f64,
    /// Milliseconds of a query: 99 of 100 take no longer.
    pub p99_ms: f64,
    /// Seconds to build the index from threads in memory or, for ours, from the file to the file.
    pub build_s: f64,
    /// Bytes of the index as it is stored.
    pub index_bytes: u64,
    /// Bytes of memory with the index loaded.
    pub memory_bytes: u64,
}

/// What a peer prints.
#[derive(Deserialize)]
struct Peer {
    times_ms: Vec<f64>,
    build_ms: f64,
    memory_bytes: u64,
    index_bytes: u64,
}

/// What `GET /v1/index` says.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct IndexInfo {
    documents: u64,
    bundle_bytes: u64,
    texts_bytes: u64,
    wasm_memory_bytes: u64,
}

/// Measures and prints.
///
/// 1. threads and queries; 2. build; 3. index; 4. load it; 5. time and memory; 6. peers; 7. table.
pub fn run(threads: Option<&Path>, json: bool) -> Result<()> {
    // 1.
    let folder = paths::built().join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
    let threads = match threads {
        Some(file) => file.to_path_buf(),
        None => step("Unpacking the Slicer threads", "", || slicer(&folder))?,
    };
    let corpus = Corpus::read(&threads)?;
    let (corpus_file, queries_file) = corpus.write(&folder)?;
    // 2.
    let tools = Tools::install()?;
    tools::fetch_crates()?;
    let worker = build::worker(&tools, Grade::Shipped)?;
    let indexer = build::shipped_indexer()?;
    // 3.
    let out = folder.join("index");
    let begun = Instant::now();
    step("Building the index", "", || index(&indexer, &threads, &out))?;
    let build_s = begun.elapsed().as_secs_f64();
    // 4.
    let mut stack =
        step("Loading it into the Worker", "", || loaded(&tools, &worker, &indexer, &out, &folder))?;
    // 5.
    let (search, similar) = step("Timing queries inside workerd", "", || time_queries(&stack, &corpus))?;
    let info = info(&stack)?;
    stack.stop();
    // 6.
    let mut rows = vec![Measurement {
        engine: "Edgewise (workerd)",
        p50_ms: quantile(&search, 0.5),
        p99_ms: quantile(&search, 0.99),
        build_s,
        index_bytes: info.bundle_bytes,
        memory_bytes: info.wasm_memory_bytes,
    }];
    for (engine, command) in peers(&tools, &corpus_file, &queries_file)? {
        rows.push(step(&format!("Measuring {engine}"), "", || peer(engine, command))?);
    }
    // 7.
    let budget = memory_budget(info.bundle_bytes);
    if json {
        let summary = json!({
            "documents": info.documents, "queries": corpus.queries.len(), "textsBytes": info.texts_bytes,
            "memoryBudget": budget, "engines": rows,
            "similar": { "p50_ms": quantile(&similar, 0.5), "p99_ms": quantile(&similar, 0.99) },
        });
        println!("{}", serde_json::to_string_pretty(&summary)?);
    } else {
        print(&rows, &info, budget, &similar, corpus.queries.len());
    }
    if info.wasm_memory_bytes > budget {
        bail!("{} bytes of memory, the budget is {}", grouped(info.wasm_memory_bytes), grouped(budget));
    }
    Ok(())
}

fn print(rows: &[Measurement], info: &IndexInfo, budget: u64, similar: &[f64], queries: usize) {
    println!("\n{} documents, {queries} titles as queries\n", grouped(info.documents));
    println!(
        "{:22} {:>9} {:>9} {:>9} {:>14} {:>14}",
        "", "p50 ms", "p99 ms", "build s", "index bytes", "memory bytes"
    );
    for row in rows {
        println!(
            "{:22} {:>9.2} {:>9.2} {:>9.1} {:>14} {:>14}",
            row.engine,
            row.p50_ms,
            row.p99_ms,
            row.build_s,
            grouped(row.index_bytes),
            grouped(row.memory_bytes)
        );
    }
    println!(
        "\nsimilar, drafts of {DRAFT_WORDS} words: p50 {:.2} ms, p99 {:.2} ms",
        quantile(similar, 0.5),
        quantile(similar, 0.99)
    );
    println!(
        "memory of the isolate: {} of {} bytes allowed (1.25 × bundle + 24 MB)",
        grouped(info.wasm_memory_bytes),
        grouped(budget)
    );
    println!(
        "bundle: {} bytes a document; texts file: {} bytes",
        info.bundle_bytes / info.documents.max(1),
        grouped(info.texts_bytes)
    );
}

/// Threads as the peers read them, and queries.
struct Corpus {
    documents: Vec<Value>,
    queries: Vec<String>,
    drafts: Vec<(String, String)>,
}

impl Corpus {
    fn read(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        let threads: Vec<Value> = text
            .lines()
            .map(serde_json::from_str)
            .collect::<Result<_, _>>()
            .with_context(|| format!("reading {}", file.display()))?;
        if threads.is_empty() {
            bail!("{} has no threads", file.display());
        }
        let documents: Vec<Value> = threads
            .iter()
            .map(|thread| {
                let answers = thread["answers"].as_array().map(Vec::as_slice).unwrap_or_default();
                let answers: Vec<&str> = answers.iter().map(body).collect();
                json!({ "title": thread["title"], "question": body(&thread["question"]), "answers": answers.join("\n") })
            })
            .collect();
        // Every so manieth thread: spread over all years, the same in every run.
        let chosen: Vec<&Value> = documents.iter().step_by(documents.len().div_ceil(QUERIES)).collect();
        let title = |document: &Value| document["title"].as_str().unwrap_or_default().replace('\n', " ");
        let draft = |document: &Value| {
            let words: Vec<&str> = ["question", "answers"]
                .iter()
                .filter_map(|field| document[field].as_str())
                .flat_map(str::split_whitespace)
                .take(DRAFT_WORDS)
                .collect();
            (title(document), words.join(" "))
        };
        let queries = chosen.iter().map(|document| title(document)).collect();
        let drafts = chosen.iter().map(|document| draft(document)).collect();
        Ok(Self { documents, queries, drafts })
    }

    fn write(&self, folder: &Path) -> Result<(PathBuf, PathBuf)> {
        let lines = |values: Vec<String>| values.iter().map(|line| format!("{line}\n")).collect::<String>();
        let (corpus, queries) = (folder.join("corpus.jsonl"), folder.join("queries.txt"));
        fs::write(&corpus, lines(self.documents.iter().map(Value::to_string).collect()))
            .with_context(|| format!("writing {}", corpus.display()))?;
        fs::write(&queries, lines(self.queries.clone()))
            .with_context(|| format!("writing {}", queries.display()))?;
        Ok((corpus, queries))
    }
}

/// A post's text in whatever form it has.
fn body(post: &Value) -> &str {
    ["text", "markdown", "html"].iter().find_map(|form| post[form].as_str()).unwrap_or_default()
}

/// The Slicer threads, unpacked from beside the repository.
fn slicer(folder: &Path) -> Result<PathBuf> {
    let archive = paths::repository().join("../shared/data/slicer-discourse.tar.xz");
    let file = folder.join("slicer-discourse/threads.jsonl");
    if !file.exists() {
        if !archive.exists() {
            bail!("{} does not exist: name a file of threads with --threads FILE", archive.display());
        }
        let mut tar = Command::new("tar");
        tar.arg("-xJf").arg(&archive).arg("-C").arg(folder);
        process::run_quietly(tar)?;
    }
    Ok(file)
}

fn index(indexer: &Path, threads: &Path, out: &Path) -> Result<()> {
    if out.exists() {
        fs::remove_dir_all(out).with_context(|| format!("clearing {}", out.display()))?;
    }
    let mut command = Command::new(indexer);
    command.args(["build", "--site", sample::SITE, "--threads"]).arg(threads).arg("--out").arg(out);
    process::run_quietly(command)
}

/// Publishes the index to the shipped Worker and starts that afresh, so that it holds what a fresh isolate holds.
fn loaded(tools: &Tools, worker: &Path, indexer: &Path, index: &Path, folder: &Path) -> Result<Stack> {
    let options = Options {
        port: stack::free_port()?,
        state: folder.join("state"),
        token: stack::new_token()?,
        variables: Vec::new(),
        log: folder.join("wrangler.log"),
    };
    let mut stack = Stack::start_built(tools, worker, options)?;
    stack.publish(indexer, index, &sample::settings())?;
    stack.stop();
    stack.start_again()?;
    Ok(stack)
}

fn info(stack: &Stack) -> Result<IndexInfo> {
    let url = format!("{}/v1/index?site={}", stack.url(), sample::SITE);
    let mut answer = ureq::get(&url).call().with_context(|| format!("asking {url}"))?;
    answer.body_mut().read_json().context("reading /v1/index")
}

/// Milliseconds of each query and of each draft.
///
/// A Worker's own clock stands still while it computes, so time is taken outside: what a query takes beyond a query for
/// a word that no thread has. Ranking, highlights and the larger answer stay in.
fn time_queries(stack: &Stack, corpus: &Corpus) -> Result<(Vec<f64>, Vec<f64>)> {
    let agent: ureq::Agent = ureq::Agent::config_builder().timeout_global(Some(REQUEST_LIMIT)).build().into();
    let (search_url, similar_url) =
        (format!("{}/v1/search", stack.url()), format!("{}/v1/similar", stack.url()));
    let search = |query: &str| {
        let mut answer = agent.get(&search_url).query("site", sample::SITE).query("q", query).call()?;
        answer.body_mut().read_to_vec()
    };
    let similar = |(title, body): &(String, String)| {
        let draft = json!({ "site": sample::SITE, "title": title, "body": body });
        let mut answer = agent.post(&similar_url).send_json(draft)?;
        answer.body_mut().read_to_vec()
    };
    // The first round warms workerd's compiler.
    for query in &corpus.queries {
        search(query).with_context(|| format!("searching for {query:?}"))?;
    }
    let unknown = (UNKNOWN.to_owned(), String::new());
    let searches = beyond(|| search(UNKNOWN), &corpus.queries, |query| search(query))?;
    let similars = beyond(|| similar(&unknown), &corpus.drafts, similar)?;
    Ok((searches, similars))
}

/// What each of `items` takes beyond what `base` takes, in milliseconds: the median of some differences between a
/// request and the one just before it, so that whatever slows the machine slows both.
fn beyond<T>(
    base: impl Fn() -> Result<Vec<u8>, ureq::Error>,
    items: &[T],
    of: impl Fn(&T) -> Result<Vec<u8>, ureq::Error>,
) -> Result<Vec<f64>> {
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

/// The peers and how they are run.
fn peers(tools: &Tools, corpus: &Path, queries: &Path) -> Result<Vec<(&'static str, Command)>> {
    let folder = paths::repository().join("tests/peers");
    let mut peers = Vec::new();
    for (engine, name) in [("MiniSearch (Node)", "minisearch"), ("Lunr (Node)", "lunr")] {
        let mut command = Command::new(&tools.node);
        command
            .args(["--expose-gc", "--max-old-space-size=8192"])
            .arg(folder.join("peers.cjs"))
            .args([name.as_ref(), corpus.as_os_str(), queries.as_os_str()])
            .env("NODE_PATH", tools.packages.join("node_modules"));
        peers.push((engine, command));
    }
    let program = step("Building SQLite", "about 2 minutes the first time", || {
        let mut cargo = tools::cargo()?;
        cargo.args(["build", "--release", "--manifest-path"]).arg(folder.join("Cargo.toml"));
        process::run(cargo)?;
        Ok(paths::cargo_target()?.join("release/peers"))
    })?;
    let mut command = Command::new(program);
    command.args([corpus, queries]);
    peers.push(("SQLite FTS5 (native)", command));
    Ok(peers)
}

fn peer(engine: &'static str, mut command: Command) -> Result<Measurement> {
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("starting {engine}"))?;
    if !output.status.success() {
        bail!("{engine} failed");
    }
    let peer: Peer =
        serde_json::from_slice(&output.stdout).with_context(|| format!("reading what {engine} printed"))?;
    Ok(Measurement {
        engine,
        p50_ms: quantile(&peer.times_ms, 0.5),
        p99_ms: quantile(&peer.times_ms, 0.99),
        build_s: peer.build_ms / 1e3,
        index_bytes: peer.index_bytes,
        memory_bytes: peer.memory_bytes,
    })
}

/// The smallest value that a share `q` of all do not exceed.
fn quantile(values: &[f64], q: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (sorted.len() as f64 * q).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_occurred() {
        let values: Vec<f64> = (1..=300).map(f64::from).rev().collect();
        assert_eq!(quantile(&values, 0.5), 150.0);
        assert_eq!(quantile(&values, 0.99), 297.0);
        assert_eq!(quantile(&[], 0.5), 0.0);
    }
}
