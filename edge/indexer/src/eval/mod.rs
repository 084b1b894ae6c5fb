//! `edgewise eval`: how well an index answers judged queries, with intervals, and beside other weights.

pub mod corpus;
pub mod queries;

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use relevance::{Interval, bootstrap, bootstrap_difference, ndcg, recall, reciprocal_rank, success};
use search::{Moment, Ranked, Ranking};
use serde_json::{Value, json};

use crate::{CorpusArgs, EvalArgs, EvalMode, files, parallel, report};
use corpus::Corpus;
use queries::Query;

/// Documents ranked of each query: as deep as the metrics look.
const DEPTH: usize = 100;

/// What is measured, by name.
type Metric = (&'static str, fn(&[&str], &relevance::Judged) -> f64);
const METRICS: [Metric; 7] = [
    ("recall@5", |ranking, judged| recall(ranking, judged, 5)),
    ("recall@10", |ranking, judged| recall(ranking, judged, 10)),
    ("recall@100", |ranking, judged| recall(ranking, judged, 100)),
    ("MRR@10", |ranking, judged| reciprocal_rank(ranking, judged, 10)),
    ("nDCG@10", |ranking, judged| ndcg(ranking, judged, 10)),
    ("success@3", |ranking, judged| success(ranking, judged, 3)),
    ("success@5", |ranking, judged| success(ranking, judged, 5)),
];

/// Rankings of all queries with one set of weights.
struct Run {
    name: String,
    rankings: Vec<Vec<Ranked>>,
    milliseconds: Vec<f64>,
}

/// 1. Read. 2. Rank with each set of weights. 3. Measure. 4. Print.
pub fn run(args: EvalArgs) -> Result<()> {
    // 1.
    let mut corpus = read_corpus(&args.corpus)?;
    let mut queries = queries::read(&corpus, &args.qrels, args.topics.as_deref(), args.mode)?;
    queries::slip(&mut queries, &args.slips);
    let own = ranking_in_use(&corpus, args.ranking.as_deref())?;
    let mut rankings = vec![(args.ranking.as_deref().map_or("own weights".into(), name), own)];
    for file in &args.compare {
        rankings.push((name(file), read_ranking(file)?));
    }
    // 2.
    let mut runs = Vec::new();
    for (name, ranking) in rankings {
        corpus.index.set_ranking(ranking);
        runs.push(rank(&corpus, &queries, &args, name)?);
    }
    if let (Some(file), Some(run)) = (&args.run, runs.first()) {
        write_run(file, &corpus, &queries, run)?;
    }
    // 3.
    let values: Vec<Vec<Vec<f64>>> = runs.iter().map(|run| measure(&corpus, &queries, run)).collect();
    // 4.
    let mut out = std::io::stdout().lock();
    if args.json {
        serde_json::to_writer_pretty(&mut out, &summary(&runs, &values, queries.len()))?;
        writeln!(out)?;
    } else {
        write!(out, "{}", tables(&runs, &values, queries.len()))?;
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

fn rank(corpus: &Corpus, queries: &[Query], args: &EvalArgs, name: String) -> Result<Run> {
    let bar = report::progress(&name, queries.len());
    let ranked = parallel::map(queries, parallel::default_jobs(), |query| {
        let begun = Instant::now();
        let ranking = ranked(corpus, query, args.mode, args.as_of_created, DEPTH);
        bar.inc(1);
        (ranking, begun.elapsed().as_secs_f64() * 1_000.0)
    });
    bar.finish_and_clear();
    let (mut rankings, mut milliseconds) = (Vec::new(), Vec::new());
    for (ranking, time) in ranked {
        rankings.push(ranking?);
        milliseconds.push(time);
    }
    milliseconds.sort_by(f64::total_cmp);
    Ok(Run { name, rankings, milliseconds })
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

/// The metrics' values, by metric and query.
fn measure(corpus: &Corpus, queries: &[Query], run: &Run) -> Vec<Vec<f64>> {
    let ids =
        |ranking: &[Ranked]| -> Vec<&str> { ranking.iter().map(|hit| corpus.id(hit.document)).collect() };
    let rankings: Vec<Vec<&str>> = run.rankings.iter().map(|ranking| ids(ranking)).collect();
    let of = |metric: fn(&[&str], &relevance::Judged) -> f64| {
        rankings.iter().zip(queries).map(|(ranking, query)| metric(ranking, &query.judged)).collect()
    };
    METRICS.iter().map(|(_, metric)| of(*metric)).collect()
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

fn quantile(ordered: &[f64], share: f64) -> f64 {
    ordered.get((ordered.len().saturating_sub(1) as f64 * share).round() as usize).copied().unwrap_or(0.0)
}

fn tables(runs: &[Run], values: &[Vec<Vec<f64>>], queries: usize) -> String {
    let cell =
        |interval: Interval| format!("{:.3} [{:.3}, {:.3}]", interval.mean, interval.low, interval.high);
    let mut headings = vec![""];
    headings.extend(METRICS.iter().map(|(name, _)| *name));
    headings.extend(["p50 ms", "p99 ms"]);
    let rows: Vec<Vec<String>> = runs
        .iter()
        .zip(values)
        .map(|(run, values)| {
            let times = [0.5, 0.99].map(|share| format!("{:.2}", quantile(&run.milliseconds, share)));
            std::iter::once(run.name.clone())
                .chain(values.iter().map(|values| cell(bootstrap(values))))
                .chain(times)
                .collect()
        })
        .collect();
    let mut text = report::table(&headings, &rows);
    text.push_str(&format!("{} of judged queries; 95 % intervals\n", report::count(queries)));
    let Some((first, others)) = values.split_first().filter(|(_, others)| !others.is_empty()) else {
        return text;
    };
    let differences: Vec<Vec<String>> = runs[1..]
        .iter()
        .zip(others)
        .map(|(run, theirs)| {
            let pairs = first.iter().zip(theirs);
            let cells = pairs.map(|(ours, theirs)| {
                let Interval { mean, low, high } = bootstrap_difference(ours, theirs);
                format!("{mean:+.3} [{low:+.3}, {high:+.3}]")
            });
            std::iter::once(format!("beyond {}", run.name)).chain(cells).collect()
        })
        .collect();
    text.push('\n');
    text.push_str(&report::table(&headings[..=METRICS.len()], &differences));
    text
}

fn summary(runs: &[Run], values: &[Vec<Vec<f64>>], queries: usize) -> Value {
    let interval =
        |interval: Interval| json!({"mean": interval.mean, "low": interval.low, "high": interval.high});
    let of = |(run, run_values): (&Run, &Vec<Vec<f64>>)| {
        let metrics: serde_json::Map<String, Value> = METRICS
            .iter()
            .zip(run_values)
            .map(|((name, _), values)| ((*name).to_owned(), interval(bootstrap(values))))
            .collect();
        let behind: serde_json::Map<String, Value> = METRICS
            .iter()
            .zip(values[0].iter().zip(run_values))
            .map(|((name, _), (ours, theirs))| {
                ((*name).to_owned(), interval(bootstrap_difference(ours, theirs)))
            })
            .collect();
        json!({
            "name": run.name, "metrics": metrics, "firstBeyondThis": behind,
            "p50Ms": quantile(&run.milliseconds, 0.5), "p99Ms": quantile(&run.milliseconds, 0.99),
        })
    };
    json!({ "queries": queries, "runs": runs.iter().zip(values).map(of).collect::<Vec<_>>() })
}
