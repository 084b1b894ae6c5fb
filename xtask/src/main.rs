//! `cargo xtask`: the project's tasks on the command line.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use load::Fault;
use xtask::bench::compare::{self, Comparison, Mode};
use xtask::bench::{self, Engine};
use xtask::build::{self, Grade};
use xtask::demo::{self, Demo};
use xtask::fuzz;
use xtask::soak::{self, Soak};
use xtask::tools::{self, Tools};
use xtask::{lint, process, screens, size, suite};

/// Edgewise's tasks.
///
/// Node 20.3 or later, npm and rustup are presupposed; everything else is fetched at the versions the lock files name
/// into ~/.cache/edgewise (EDGEWISE_CACHE or XDG_CACHE_HOME move it). Compiled dependencies lie there too, one folder a
/// toolchain, so that a second checkout compiles only the workspace's own crates.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Builds everything, starts it on this machine and says where to look
    ///
    /// Without inputs the sample community is served. Questions and answers are kept in target/edgewise/state.
    #[command(after_help = "Examples:
  cargo xtask demo
  cargo xtask demo --discourse ~/export/topics --port 9000
  cargo xtask demo --threads threads.jsonl --docs ../handbook")]
    Demo {
        /// A folder of native Discourse topics (t/{id}.json, every post included)
        #[arg(long, value_name = "DIR")]
        discourse: Vec<PathBuf>,
        /// A file of threads in the thread model, one JSON object a line
        #[arg(long, value_name = "FILE")]
        threads: Vec<PathBuf>,
        /// A folder of documentation pages in Markdown or HTML
        #[arg(long, value_name = "DIR")]
        docs: Vec<PathBuf>,
        /// The Discourse forum's address, where its topics do not give it away
        #[arg(long, value_name = "URL")]
        base_url: Option<String>,
        /// The address of the documentation pages that do not name theirs
        #[arg(long, value_name = "URL")]
        docs_url: Option<String>,
        /// The port on 127.0.0.1
        #[arg(long, default_value_t = 8787)]
        port: u16,
        /// Opens the page in the browser
        #[arg(long)]
        open: bool,
    },
    /// Runs every test: crates, types, deployment check, API contract, browsers
    #[command(after_help = "Examples:
  cargo xtask test
  cargo xtask test outage       only tests whose name contains `outage`
  cargo xtask test keyboard --every-engine")]
    Test {
        /// Only tests whose name contains this
        filter: Option<String>,
        /// In Firefox and WebKit too what every engine must do; installs them where they are missing
        #[arg(long)]
        every_engine: bool,
    },
    /// Sends questions through a real Worker to forums that fail, and counts what arrives
    ///
    /// For each fault: a site of its own, a forum behind a proxy that fails as the fault says, and as many questions as
    /// asked for. Every question has to be in the forum once, and its receipt has to say so; otherwise this fails. The
    /// Worker's delays are shortened; by how much is told.
    #[command(after_help = "Examples:
  cargo xtask soak                                  every fault, 1,000 questions each
  cargo xtask soak --faults kill,cut-stored --each 200 --seed 7
  cargo xtask soak --reads                          lookups are struck as well
  cargo xtask soak --load --json                    as many questions as the Worker takes for a minute
  cargo xtask soak --misago --faults cut-stored     a real forum, started for this
  cargo xtask soak --misago http://127.0.0.1:8000   one that runs; its key is in EDGEWISE_FORUM_KEY

Faults: none, cut-unread, cut-read, cut-stored, slow, late, 500, 502-html, 429-json, 429-text, 429-html, garbage, held,
forgetful, kill. docs/operate.md says what each is.")]
    Soak {
        /// Questions for each fault
        #[arg(long, default_value_t = 1_000)]
        each: usize,
        /// Only these faults
        #[arg(long, value_delimiter = ',', value_name = "FAULT,…")]
        faults: Vec<Fault>,
        /// Where chance begins: the same seed makes the same choices
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Lets the faults strike lookups, too
        #[arg(long)]
        reads: bool,
        /// Measures how many questions a second are accepted, instead; with --faults, as well
        #[arg(long)]
        load: bool,
        /// Prints JSON
        #[arg(long)]
        json: bool,
        /// Posts to a real Misago: to the one at URL, or to one that is started for this
        #[arg(long, value_name = "URL", num_args = 0..=1)]
        misago: Option<Option<String>>,
    },
    /// Builds what the demo runs, without starting it
    #[command(after_help = "Examples:
  cargo xtask build
  cargo xtask build --shipped    as deployed: several minutes more")]
    Build {
        /// Optimises as for deployment
        #[arg(long)]
        shipped: bool,
    },
    /// Takes pictures of every state of the widget, in light and dark, on a desktop and on a phone
    ///
    /// They go to target/edgewise/screens; index.html there shows them side by side.
    #[command(after_help = "Examples:
  cargo xtask screens
  cargo xtask screens receipt   only states whose name contains `receipt`")]
    Screens {
        /// Only states whose name contains this
        filter: Option<String>,
    },
    /// Builds the shipped artefacts and prints their sizes beside the budgets
    #[command(after_help = "Examples:
  cargo xtask size
  cargo xtask size --page
  cargo xtask size --json")]
    Size {
        /// Only what a page loads: the Worker is not built
        #[arg(long)]
        page: bool,
        /// Prints JSON
        #[arg(long)]
        json: bool,
    },
    /// Times queries inside workerd, beside MiniSearch, Lunr and SQLite FTS5 on the same threads
    #[command(after_help = "Examples:
  cargo xtask bench                          19,047 threads from ../shared/data, about 15 minutes the first time
  cargo xtask bench --threads mine.jsonl --json")]
    #[command(args_conflicts_with_subcommands = true)]
    Bench {
        #[command(subcommand)]
        more: Option<Bench>,
        /// A file of threads in the thread model, one JSON object a line
        #[arg(long, value_name = "FILE")]
        threads: Option<PathBuf>,
        /// Vectors of the words and threads for our index, as `edgewise distil` writes them
        #[arg(long, value_name = "FILE")]
        vectors: Option<PathBuf>,
        /// Prints JSON
        #[arg(long)]
        json: bool,
    },
    /// Runs the fuzz targets, each for a while, with a nightly compiler
    #[command(after_help = "Examples:
  cargo xtask fuzz
  cargo xtask fuzz bundle --seconds 60")]
    Fuzz {
        /// Only this target: bundle, query or request
        target: Option<String>,
        /// Seconds for each target
        #[arg(long, default_value_t = 600)]
        seconds: u32,
    },
    /// Finds or installs the tools and does nothing else
    Tools,
    /// Checks formatting and clippy, natively and for wasm
    Lint,
    /// Formats every crate
    Fmt,
}

#[derive(Subcommand)]
enum Bench {
    /// Times what a host page and its reader feel of the shipped widget, in Chromium
    #[command(after_help = "Examples:
  cargo xtask bench page")]
    Page,
    /// Compares rankings, time, memory, index and build time with seven other engines
    ///
    /// Without files: the Slicer threads in ../shared/data and their judgments or, where those are not there, the sample
    /// community. Without judgments only time and sizes are compared.
    #[command(after_help = "Examples:
  cargo xtask bench peers
  cargo xtask bench peers --threads mine.jsonl --qrels qrels.tsv --only edgewise,minisearch --json")]
    Peers {
        /// A file of threads in the thread model, one JSON object a line
        #[arg(long, value_name = "FILE")]
        threads: Option<PathBuf>,
        /// Judgments: query, thread and relevance with tabs between them; a query is a thread or a topic
        #[arg(long, value_name = "FILE")]
        qrels: Option<PathBuf>,
        /// Queries that are no threads: id, title and perhaps body with tabs between them
        #[arg(long, value_name = "FILE")]
        topics: Option<PathBuf>,
        /// Vectors of the words and threads for our index, as `edgewise distil` writes them
        #[arg(long, value_name = "FILE")]
        vectors: Option<PathBuf>,
        /// What is asked of a thread
        #[arg(long, value_enum, default_value_t = Mode::Search)]
        mode: Mode,
        /// Only these engines
        #[arg(long, value_enum, value_delimiter = ',', value_name = "ENGINE,…")]
        only: Vec<Engine>,
        /// Prints JSON
        #[arg(long)]
        json: bool,
    },
}

fn main() -> ExitCode {
    let task = Arguments::parse().task;
    match process::end_all_when_interrupted().and_then(|()| run(task)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if !process::interrupted() {
                eprintln!("\nerror: {error:#}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Demo { discourse, threads, docs, base_url, docs_url, port, open } => {
            demo::run(&Demo { discourse, threads, docs, base_url, docs_url, port, open })
        }
        Task::Test { filter, every_engine } => suite::run(filter.as_deref(), every_engine),
        Task::Build { shipped } => {
            let grade = if shipped { Grade::Shipped } else { Grade::Light };
            build::all(&Tools::install()?, grade)
        }
        Task::Bench { more: None, threads, vectors, json } => {
            bench::run(threads.as_deref(), vectors.as_deref(), json)
        }
        Task::Bench { more: Some(Bench::Page), .. } => bench::page(),
        Task::Bench {
            more: Some(Bench::Peers { threads, qrels, topics, vectors, mode, only, json }),
            ..
        } => compare::run(&Comparison { threads, qrels, topics, vectors, mode, only, json }),
        Task::Fuzz { target, seconds } => fuzz::run(target.as_deref(), seconds),
        Task::Tools => Tools::install().map(drop),
        Task::Screens { filter } => screens::run(filter.as_deref()),
        Task::Size { page, json } => size::run(json, page),
        Task::Soak { each, faults, seed, reads, load, json, misago } => {
            soak::run(&Soak { each, faults, seed, reads, load, json, misago })
        }
        Task::Lint => {
            tools::fetch_crates()?;
            lint::check()
        }
        Task::Fmt => lint::format(),
    }
}
