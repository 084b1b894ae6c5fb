//! The sizes of what is shipped, beside the design's budgets.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, anyhow, bail};
use serde::{Deserialize, Serialize};

use crate::build::{self, Grade};
use crate::embed;
use crate::report::grouped;
use crate::tools::{self, Tools};

/// The loader at page load: 3 kB brotli.
const LOADER_BUDGET: u64 = 3_000;

/// Everything before a first search works: 80 kB brotli. Loader, glue and widget count.
const FIRST_SEARCH_BUDGET: u64 = 80_000;

/// The ask form and the redaction of what is written in it, loaded on demand: 40 kB brotli.
const ASK_BUDGET: u64 = 40_000;

/// What stands in for the widget where WebAssembly is refused: 12 kB brotli.
const FALLBACK_BUDGET: u64 = 12_000;

/// The three sizes of one artefact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sizes {
    /// Bytes as built.
    pub raw: u64,
    /// Bytes after `gzip -9`.
    pub gzip: u64,
    /// Bytes after brotli at quality 11.
    pub brotli: u64,
}

/// One row of the table.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// What was measured.
    pub name: &'static str,
    /// Its sizes.
    pub sizes: Sizes,
    /// The budget for its brotli size, where the design sets one.
    pub budget: Option<u64>,
}

impl Row {
    /// Whether the budget is kept; true where there is none.
    pub fn is_within(&self) -> bool {
        self.budget.is_none_or(|budget| self.sizes.brotli <= budget)
    }
}

/// Builds the shipped artefacts and prints their sizes.
pub fn run(json: bool) -> Result<()> {
    let rows = measure()?;
    if json {
        println!("{}", serde_json::to_string_pretty(&rows)?);
    } else {
        print(&rows);
    }
    Ok(())
}

/// Builds the shipped artefacts and measures them.
pub fn measure() -> Result<Vec<Row>> {
    let tools = Tools::install()?;
    tools::fetch_crates()?;
    let widget = build::widget(&tools, Grade::Shipped)?;
    let embed = embed::bundle(&tools, &widget)?;
    let worker = build::worker(&tools, Grade::Shipped)?;

    let worker = worker.join("index_bg.wasm");
    let files = [embed.loader, embed.widget, widget.wasm, widget.ask, embed.fallback, worker];
    let [loader, glue, wasm, ask, fallback, worker] = compress(&tools, &files)?;
    let sum = |pick: fn(&Sizes) -> u64| pick(&loader) + pick(&glue) + pick(&wasm);
    let first_search = Sizes { raw: sum(|s| s.raw), gzip: sum(|s| s.gzip), brotli: sum(|s| s.brotli) };
    Ok(vec![
        Row { name: "loader (v1/embed.js)", sizes: loader, budget: Some(LOADER_BUDGET) },
        Row { name: "widget module (widget.js)", sizes: glue, budget: None },
        Row { name: "widget (widget_bg.wasm)", sizes: wasm, budget: None },
        Row { name: "before a first search works", sizes: first_search, budget: Some(FIRST_SEARCH_BUDGET) },
        Row { name: "ask form (split_ask.wasm)", sizes: ask, budget: Some(ASK_BUDGET) },
        Row { name: "stand-in (fallback.js)", sizes: fallback, budget: Some(FALLBACK_BUDGET) },
        Row { name: "Worker (index_bg.wasm)", sizes: worker, budget: None },
    ])
}

/// Compresses with Node's zlib, which has both formats at the levels CDNs use.
fn compress<const N: usize>(tools: &Tools, files: &[PathBuf; N]) -> Result<[Sizes; N]> {
    const SCRIPT: &str = "
        const zlib = require('node:zlib'), fs = require('node:fs');
        const params = size => ({ params: {
            [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: size } });
        console.log(JSON.stringify(JSON.parse(fs.readFileSync(0, 'utf8')).map(file => {
            const bytes = fs.readFileSync(file);
            return { raw: bytes.length, gzip: zlib.gzipSync(bytes, { level: 9 }).length,
                brotli: zlib.brotliCompressSync(bytes, params(bytes.length)).length };
        })));";
    let mut node = Command::new(&tools.node)
        .args(["-e", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("starting node")?;
    let names: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    let mut stdin = node.stdin.take().ok_or_else(|| anyhow!("node has no input"))?;
    stdin.write_all(&serde_json::to_vec(&names)?).context("writing to node")?;
    drop(stdin);
    let output = node.wait_with_output().context("waiting for node")?;
    if !output.status.success() {
        bail!("compressing the artefacts failed");
    }
    let sizes: Vec<Sizes> = serde_json::from_slice(&output.stdout).context("reading node's answer")?;
    sizes.try_into().map_err(|_| anyhow!("node measured another number of files"))
}

fn print(rows: &[Row]) {
    println!("{:30} {:>12} {:>12} {:>12}  brotli budget", "bytes", "raw", "gzip -9", "brotli 11");
    for row in rows {
        let Sizes { raw, gzip, brotli } = row.sizes;
        let verdict = match row.budget {
            None => String::new(),
            Some(budget) if row.is_within() => format!("{}: kept", grouped(budget)),
            Some(budget) => format!("{}: exceeded by {}", grouped(budget), grouped(brotli - budget)),
        };
        println!(
            "{:30} {:>12} {:>12} {:>12}  {verdict}",
            row.name,
            grouped(raw),
            grouped(gzip),
            grouped(brotli)
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_holds_for_the_brotli_size() {
        let sizes = Sizes { raw: 9_000, gzip: 4_000, brotli: 3_000 };
        assert!(Row { name: "loader", sizes, budget: Some(3_000) }.is_within());
        assert!(!Row { name: "loader", sizes, budget: Some(2_999) }.is_within());
        assert!(Row { name: "glue", sizes, budget: None }.is_within());
    }
}
