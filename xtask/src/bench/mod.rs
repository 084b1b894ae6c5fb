//! Queries inside workerd, beside what a site owner would otherwise pick, on the same threads in one run.
//!
//! [`run`] takes time and memory: ours is the Worker as shipped ([`Ours`]), the peers run as their users run them
//! ([`Peers`]). [`compare`] also judges the rankings and asks more peers.

pub mod compare;
mod corpus;
mod engine;
mod ours;
mod table;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::json;

use self::corpus::{Corpus, DRAFT_WORDS, Query};
pub use self::engine::Engine;
use self::engine::{Peers, outcome};
use self::ours::{IndexInfo, Ours};
use self::table::{Outcome, Row, quantile, table};
use crate::build::{self, Grade};
use crate::paths;
use crate::process;
use crate::report::{grouped, step};
use crate::tools::{self, Engine as Browser, Tools};

/// The peers that are timed without [`compare`].
const PEERS: [Engine; 3] = [Engine::Minisearch, Engine::Lunr, Engine::Fts5];

/// Rankings are not judged here: the peers need no more than a page.
const DEPTH: usize = 10;

/// Isolate memory allowed: 1.25 × bundle + 24 MB.
fn memory_budget(bundle_bytes: u64) -> u64 {
    bundle_bytes * 5 / 4 + 24_000_000
}

/// Measures and prints: whole threads, titles as queries.
///
/// 1. threads and queries; 2. index, loaded into the Worker; 3. time and memory; 4. peers; 5. table.
pub fn run(threads: Option<&Path>, vectors: Option<&Path>, json: bool) -> Result<()> {
    // 1.
    let folder = folder()?;
    let threads = match threads {
        Some(file) => file.to_path_buf(),
        None => slicer(&folder)?
            .ok_or_else(|| anyhow!("../shared/data has no Slicer threads: name a file with --threads FILE"))?
            .join("threads.jsonl"),
    };
    let corpus = Corpus::read(&threads)?;
    let sample = corpus.sample();
    let queries: Vec<&Query> = sample.iter().collect();
    // 2.
    let tools = Tools::install()?;
    let mut ours = Ours::start(&tools, &threads, vectors, &folder)?;
    // 3.
    let (search, similar) = step("Timing queries inside workerd", "", || {
        Ok((ours.time_search(&queries)?, ours.time_similar(&queries)?))
    })?;
    let info = ours.info()?;
    ours.stop();
    // 4.
    let measured = Outcome::Measured(ours.measurement(&info, &search));
    let mut rows = vec![Row { engine: Engine::Edgewise.title(), outcome: measured }];
    let titles: Vec<String> = queries.iter().map(|query| query.title.clone()).collect();
    let peers = Peers::prepare(&tools, &folder, &corpus, (&titles, &titles), DEPTH)?;
    for engine in PEERS {
        let outcome = step(&format!("Measuring {}", engine.title()), "", || {
            outcome(peers.measure(engine).map(|(measurement, _)| measurement))
        })?;
        rows.push(Row { engine: engine.title(), outcome });
    }
    // 5.
    let budget = memory_budget(info.bundle_bytes);
    if json {
        let summary = json!({
            "documents": info.documents, "queries": queries.len(), "textsBytes": info.texts_bytes,
            "memoryBudget": budget, "engines": rows,
            "similar": { "p50_ms": quantile(&similar, 0.5), "p99_ms": quantile(&similar, 0.99) },
        });
        println!("{}", serde_json::to_string_pretty(&summary)?);
    } else {
        print(&rows, &info, budget, &similar, queries.len());
    }
    if info.wasm_memory_bytes > budget {
        bail!("{} bytes of memory, the budget is {}", grouped(info.wasm_memory_bytes), grouped(budget));
    }
    Ok(())
}

/// Builds the widget as shipped and times what a host page and its reader feel of it.
pub fn page() -> Result<()> {
    let tools = Tools::install()?;
    Browser::Chromium.install()?;
    build::all(&tools, Grade::Shipped)?;
    build::indexer()?;
    step("Timing the widget in a page", "about 4 minutes", || {
        let mut command = tools::cargo()?;
        command.args(["run", "--quiet", "--locked", "-p", "e2e", "--bin", "felt"]);
        process::run(command)
    })
}

fn print(rows: &[Row], info: &IndexInfo, budget: u64, similar: &[f64], queries: usize) {
    println!("\n{} documents, {queries} titles as queries\n", grouped(info.documents));
    print!("{}", table(rows));
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

/// Where it all happens.
fn folder() -> Result<PathBuf> {
    let folder = paths::built().join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
    Ok(folder)
}

/// The folder with the Slicer threads and their judgments, unpacked from beside the repository; nothing where they are
/// not there.
fn slicer(folder: &Path) -> Result<Option<PathBuf>> {
    let Some(archive) = corpus::slicer_archive() else { return Ok(None) };
    step("Unpacking the Slicer threads", "", || corpus::unpack(&archive, folder)).map(Some)
}
