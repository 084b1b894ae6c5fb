//! The sizes of what is shipped, beside the design's budgets and what others load.

mod peers;

use std::io::Write as _;
use std::iter::Sum;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, anyhow, bail, ensure};
use serde::{Deserialize, Serialize};

use crate::build::{self, Grade};
use crate::chunks;
use crate::embed;
use crate::report::grouped;
use crate::tools::{self, Tools};

/// The loader at page load: 3 kB brotli.
const LOADER_BUDGET: u64 = 3_000;

/// Help in the flow of a page, in place of the loader: 3 kB brotli.
const INLINE_BUDGET: u64 = 3_000;

/// What has the browser pass a site's challenge, where the site has one: 2 kB brotli.
const CHALLENGE_BUDGET: u64 = 2_000;

/// Everything before a first search works: 80 kB brotli. Loader, glue and widget count.
const FIRST_SEARCH_BUDGET: u64 = 80_000;

/// The ask form and the redaction of what is written in it, with what it shares, loaded on demand: 40 kB brotli.
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

impl Sum for Sizes {
    fn sum<I: Iterator<Item = Self>>(sizes: I) -> Self {
        sizes.fold(Self { raw: 0, gzip: 0, brotli: 0 }, |all, one| Self {
            raw: all.raw + one.raw,
            gzip: all.gzip + one.gzip,
            brotli: all.brotli + one.brotli,
        })
    }
}

/// One row of the table.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// What was measured.
    pub name: String,
    /// Its sizes.
    pub sizes: Sizes,
    /// The budget for its brotli size, where the design sets one.
    pub budget: Option<u64>,
}

impl Row {
    fn new(name: impl Into<String>, sizes: Sizes, budget: Option<u64>) -> Self {
        Self { name: name.into(), sizes, budget }
    }

    /// Whether the budget is kept; true where there is none.
    pub fn is_within(&self) -> bool {
        self.budget.is_none_or(|budget| self.sizes.brotli <= budget)
    }
}

/// Builds the shipped artefacts and prints their sizes; `page` leaves the Worker out. Fails where a budget is exceeded.
pub fn run(json: bool, page: bool) -> Result<()> {
    let rows = measure(page)?;
    if json {
        println!("{}", serde_json::to_string_pretty(&rows)?);
    } else {
        print(&rows);
    }
    let over: Vec<&str> = rows.iter().filter(|row| !row.is_within()).map(|row| row.name.as_str()).collect();
    ensure!(over.is_empty(), "over budget: {}", over.join(", "));
    Ok(())
}

/// Builds the shipped artefacts and measures them.
fn measure(page: bool) -> Result<Vec<Row>> {
    let tools = Tools::install()?;
    tools::fetch_crates()?;
    let widget = build::widget(&tools, Grade::Shipped)?;
    let embed = embed::bundle(&tools, &widget)?;
    let splitter = chunks::splitter(&widget.bound)?;
    let [asking, following] = [chunks::ASK, chunks::FOLLOW].map(|name| chunks::loaded_for(&splitter, name));
    let (asking, following) = (asking?, following?);
    let chunk_sizes = compress(&tools, &widget.chunks)?;
    let named = || widget.chunks.iter().map(|chunk| chunks::name_of(chunk)).zip(chunk_sizes.iter().copied());
    let loaded = |names: &[String]| -> Sizes {
        named().filter(|(name, _)| names.iter().any(|other| other == name)).map(|(_, sizes)| sizes).sum()
    };

    let files = [embed.loader, embed.inline, embed.widget, widget.wasm, embed.fallback, embed.challenge];
    let sizes = compress(&tools, &files)?;
    let [loader, inline, glue, wasm, fallback, challenge] =
        sizes.try_into().map_err(|_| anyhow!("node measured another number of files"))?;
    let first_search = [loader, glue, wasm].into_iter().sum();
    let mut rows = vec![
        Row::new("loader (v1/embed.js)", loader, Some(LOADER_BUDGET)),
        Row::new("in the flow (v1/inline.js)", inline, Some(INLINE_BUDGET)),
        Row::new("widget module (widget.js)", glue, None),
        Row::new("widget (widget_bg.wasm)", wasm, None),
        Row::new("before a first search works", first_search, Some(FIRST_SEARCH_BUDGET)),
    ];
    rows.extend(named().map(|(name, sizes)| Row::new(name, sizes, None)));
    rows.extend([
        Row::new("asking, shared included", loaded(&asking), Some(ASK_BUDGET)),
        Row::new("hearing back, shared included", loaded(&following), None),
        Row::new("stand-in (fallback.js)", fallback, Some(FALLBACK_BUDGET)),
        Row::new("challenge (challenge.js)", challenge, Some(CHALLENGE_BUDGET)),
    ]);
    for (file, sizes) in embed.locales.iter().zip(compress(&tools, &embed.locales)?) {
        rows.push(Row::new(format!("words ({})", chunks::name_of(file)), sizes, None));
    }
    for peer in peers::peers(&tools)? {
        let sizes = compress(&tools, &peer.files)?.into_iter().sum();
        rows.push(Row::new(format!("{}, before a search", peer.name), sizes, None));
    }
    if !page {
        let worker = build::worker(&tools, Grade::Shipped)?.join("index_bg.wasm");
        let sizes = compress(&tools, &[worker])?;
        rows.extend(sizes.into_iter().map(|sizes| Row::new("Worker (index_bg.wasm)", sizes, None)));
    }
    Ok(rows)
}

/// Compresses with Node's zlib, which has both formats at the levels CDNs use.
fn compress(tools: &Tools, files: &[PathBuf]) -> Result<Vec<Sizes>> {
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
    let mut stdin = node.stdin.take().ok_or_else(|| anyhow!("node has no input"))?;
    stdin.write_all(&serde_json::to_vec(files)?).context("writing to node")?;
    drop(stdin);
    let output = node.wait_with_output().context("waiting for node")?;
    if !output.status.success() {
        bail!("compressing the artefacts failed");
    }
    serde_json::from_slice(&output.stdout).context("reading node's answer")
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
        assert!(Row::new("loader", sizes, Some(3_000)).is_within());
        assert!(!Row::new("loader", sizes, Some(2_999)).is_within());
        assert!(Row::new("glue", sizes, None).is_within());
    }
}
