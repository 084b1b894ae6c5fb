//! `edgewise eval`: how well an index answers judged queries, with intervals, and beside other weights.

pub mod corpus;
mod measured;
pub mod queries;
pub mod rewind;

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use indicatif::ProgressBar;
use search::{Moment, Ranked, Ranking};

use crate::{CorpusArgs, EvalArgs, EvalMode, files, parallel, report};
use corpus::Corpus;
use measured::Measured;
use queries::Query;

/// Documents ranked of each query: as deep as the metrics look.
const DEPTH: usize = 100;

/// Rankings of all queries with one set of weights.
struct Run {
    name: String,
    ranking: Ranking,
    rankings: Vec<Vec<Ranked>>,
    milliseconds: Vec<f64>,
}

impl Run {
    fn new(name: String, ranking: Ranking) -> Self {
        Self { name, ranking, rankings: Vec::new(), milliseconds: Vec::new() }
    }
}

/// 1. Read. 2. Rank with each set of weights. 3. Measure, with what was measured elsewhere. 4. Print.
pub fn run(args: EvalArgs) -> Result<()> {
    // 1.
    let elsewhere = args.with.iter().map(|file| measured::read(file)).collect::<Result<Vec<_>>>()?;
    let mut corpus = read_corpus(&args.corpus)?;
    let mut queries = queries::read(&corpus, &args.qrels, args.topics.as_deref(), args.mode)?;
    queries::slip(&mut queries, &args.slips);
    let own = ranking_in_use(&corpus, args.ranking.as_deref())?;
    let mut runs = vec![Run::new(args.ranking.as_deref().map_or("own weights".into(), name), own)];
    for file in &args.compare {
        runs.push(Run::new(name(file), read_ranking(file)?));
    }
    // 2.
    let parts = rewind::parts(&mut queries, args.replies_as_of)?;
    let mut rest = queries.as_slice();
    for (at, part) in parts.iter().enumerate() {
        if let Some(before) = part.before {
            corpus.leave_out_replies(before)?;
        }
        let (these, after) = rest.split_at(part.queries);
        let bar =
            report::progress(&format!("ranking, {} of {}", at + 1, parts.len()), these.len() * runs.len());
        rank(&mut corpus, these, &args, &mut runs, &bar)?;
        bar.finish_and_clear();
        rest = after;
    }
    if let (Some(file), Some(run)) = (&args.run, runs.first()) {
        write_run(file, &corpus, &queries, run)?;
    }
    // 3.
    let measure = |run| measure(&corpus, &queries, args.least_grade, run);
    let mut measures: Vec<Measured> = runs.into_iter().map(measure).collect();
    for others in elsewhere {
        measured::pool(&mut measures, others)?;
    }
    // 4.
    let mut out = std::io::stdout().lock();
    if args.json {
        serde_json::to_writer(&mut out, &measured::json(&measures))?;
        writeln!(out)?;
    } else {
        write!(out, "{}", measured::tables(&measures))?;
    }
    Ok(())
}

/// Reads what to search and indexes it.
pub fn read_corpus(args: &CorpusArgs) -> Result<Corpus> {
    let mut threads = Vec::new();
    for file in &args.threads {
        threads.extend(corpus::read_threads(file)?);
    }
    for folder in &args.discourse {
        threads.extend(corpus::read_discourse(folder)?);
    }
    for file in &args.titles {
        threads.extend(corpus::read_titles(file)?);
    }
    if threads.is_empty() {
        bail!("nothing to search: give --threads FILE, --discourse DIR or --titles FILE");
    }
    let vectors = args.vectors.as_deref().map(files::read_vectors).transpose()?;
    Corpus::new(threads, args.index.as_deref(), vectors)
}

/// The weights of a file, or those in the index.
pub fn ranking_in_use(corpus: &Corpus, file: Option<&Path>) -> Result<Ranking> {
    file.map_or_else(|| Ok(corpus.index.ranking().clone()), read_ranking)
}

/// Reads a file of weights.
pub fn read_ranking(file: &Path) -> Result<Ranking> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    Ranking::from_json(&text).with_context(|| format!("{} holds no weights", file.display()))
}

fn name(file: &Path) -> String {
    file.file_stem().map_or_else(|| file.display().to_string(), |stem| stem.to_string_lossy().into_owned())
}

/// Ranks with each run's weights and adds to the run.
fn rank(
    corpus: &mut Corpus,
    queries: &[Query],
    args: &EvalArgs,
    runs: &mut [Run],
    bar: &ProgressBar,
) -> Result<()> {
    for run in runs {
        corpus.index.set_ranking(run.ranking.clone());
        let ranked = parallel::map(queries, parallel::default_jobs(), |query| {
            let begun = Instant::now();
            let ranking = ranked(corpus, query, args.mode, args.as_of_created, DEPTH);
            bar.inc(1);
            (ranking, begun.elapsed().as_secs_f64() * 1_000.0)
        });
        for (ranking, time) in ranked {
            run.rankings.push(ranking?);
            run.milliseconds.push(time);
        }
    }
    Ok(())
}

/// The best documents of one query; `past`: as of when it was asked.
pub fn ranked(
    corpus: &Corpus,
    query: &Query,
    mode: EvalMode,
    past: bool,
    limit: usize,
) -> Result<Vec<Ranked>> {
    let before = query.created.filter(|_| past);
    let seen = corpus.seen_by(query.asker, before);
    let moment = Moment { now: before.unwrap_or(corpus.index.newest()), past: Some(&seen) };
    Ok(corpus.index.rank(query.asked(mode), &moment, limit)?)
}

fn measure(corpus: &Corpus, queries: &[Query], least_grade: f64, run: Run) -> Measured {
    let ids = |ranking: &Vec<Ranked>| ranking.iter().map(|hit| corpus.id(hit.document)).collect();
    let rankings = run.rankings.iter().map(ids).zip(queries.iter().map(|query| &query.judged));
    Measured::new(run.name, rankings, least_grade, run.milliseconds)
}

/// Rankings as TREC tools read them: query, `Q0`, document, rank, score, name.
fn write_run(file: &Path, corpus: &Corpus, queries: &[Query], run: &Run) -> Result<()> {
    let mut text = String::new();
    for (query, ranking) in queries.iter().zip(&run.rankings) {
        for (at, hit) in ranking.iter().enumerate() {
            let document = corpus.id(hit.document);
            text.push_str(&format!("{} Q0 {document} {} {} edgewise\n", query.id, at + 1, hit.score));
        }
    }
    std::fs::write(file, text).with_context(|| format!("{} cannot be written", file.display()))
}
