//! `cargo xtask bench peers`: rankings, time, memory, index and build time of ours and of seven peers, on the same
//! threads and queries in one run.
//!
//! What an engine may answer is the same for all: the query's own thread and threads that were opened after it are
//! dropped, and the first ten of what is left are judged. Ours ranks the same bundle natively, with links as they were
//! when the query was asked (`edgewise eval --as-of-created`); its time is taken inside workerd. Every engine is asked
//! each timed query once before time is taken.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};
use clap::ValueEnum;
use relevance::{Qrels, bootstrap, recall, reciprocal_rank};
use serde_json::json;

use super::corpus::{self, Corpus, Query, spread};
use super::engine::{Engine, Peers, Rankings, outcome};
use super::ours::{self, Ours};
use super::table::{Measurement, Relevance, Row, table};
use crate::process;
use crate::report::{grouped, step};
use crate::sample;
use crate::tools::Tools;

/// How many each peer is asked for: enough that ten are left once later threads are dropped, even where only one thread
/// in 300 is older than the query.
const DEPTH: usize = 3_000;

/// Rankings are judged by their first ten.
const JUDGED: usize = 10;

/// What is asked of a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// Its title.
    Search,
    /// Its title and question.
    Similar,
}

/// What the user chose.
#[derive(Debug)]
pub struct Comparison {
    /// Threads in the thread model, one JSON object a line.
    pub threads: Option<PathBuf>,
    /// Judgments; without them nothing is judged.
    pub qrels: Option<PathBuf>,
    /// Queries that are no threads.
    pub topics: Option<PathBuf>,
    /// Vectors for our index.
    pub vectors: Option<PathBuf>,
    /// What is asked.
    pub mode: Mode,
    /// The engines; all when empty.
    pub only: Vec<Engine>,
    /// Prints JSON.
    pub json: bool,
}

/// Files that go together.
struct Files {
    threads: PathBuf,
    qrels: Option<PathBuf>,
    topics: Option<PathBuf>,
}

impl Files {
    /// Those the user named; else the Slicer threads where they are there; else the sample community.
    fn find(comparison: &Comparison, folder: &Path) -> Result<Self> {
        let Comparison { threads, qrels, topics, .. } = comparison;
        if let Some(threads) = threads {
            return Ok(Self { threads: threads.clone(), qrels: qrels.clone(), topics: topics.clone() });
        }
        let found = match super::slicer(folder)? {
            Some(slicer) => Self {
                threads: slicer.join("threads.jsonl"),
                qrels: Some(slicer.join("qrels_dev.tsv")),
                topics: None,
            },
            None => Self {
                threads: sample::folder().join("threads.jsonl"),
                qrels: Some(sample::judgments().join("qrels.tsv")).filter(|file| file.exists()),
                topics: Some(sample::judgments().join("topics.tsv")).filter(|file| file.exists()),
            },
        };
        let named = qrels.is_some() || topics.is_some();
        let (qrels, topics) =
            if named { (qrels.clone(), topics.clone()) } else { (found.qrels, found.topics) };
        Ok(Self { threads: found.threads, qrels, topics })
    }
}

/// Measures and prints.
///
/// 1. threads, judgments and queries; 2. tools and peers; 3. each engine; 4. its rankings; 5. table.
pub fn run(comparison: &Comparison) -> Result<()> {
    // 1.
    let folder = super::folder()?;
    let files = Files::find(comparison, &folder)?;
    let corpus = Corpus::read(&files.threads)?;
    let qrels = files.qrels.as_deref().map(judgments).transpose()?;
    let queries = queries(&corpus, files.topics.as_deref(), qrels.as_ref())?;
    let timed = spread(&queries);
    // 2.
    let tools = Tools::install()?;
    let text = |query: &Query| comparison.mode.text(query);
    let texts: Vec<String> = queries.iter().map(text).collect();
    let timed_texts: Vec<String> = timed.iter().map(|query| text(query)).collect();
    let peers = Peers::prepare(&tools, &folder, &corpus, (&texts, &timed_texts), DEPTH)?;
    // 3.
    let mut rows = Vec::new();
    for &engine in comparison.engines() {
        let row = step(&format!("Measuring {}", engine.title()), "", || {
            let measured = match engine {
                Engine::Edgewise => measure_ours(&tools, &folder, &files, comparison, &queries, &timed),
                peer => peers.measure(peer),
            };
            // 4.
            let measured = measured.and_then(|(measurement, rankings)| {
                let relevance = qrels.as_ref().map(|qrels| judge(&rankings, &queries, &corpus, qrels));
                Ok(Measurement { relevance: relevance.transpose()?, ..measurement })
            });
            Ok(Row { engine: engine.title(), outcome: outcome(measured)? })
        })?;
        rows.push(row);
    }
    // 5.
    if comparison.json {
        let summary = json!({
            "documents": corpus.count(), "queries": queries.len(), "timedQueries": timed.len(), "engines": rows,
        });
        println!("{}", serde_json::to_string_pretty(&summary)?);
    } else {
        println!(
            "\n{} threads, {} queries, {} of them timed\n",
            grouped(corpus.count() as u64),
            queries.len(),
            timed.len()
        );
        print!("{}", table(&rows));
    }
    Ok(())
}

impl Comparison {
    fn engines(&self) -> &[Engine] {
        if self.only.is_empty() { Engine::value_variants() } else { &self.only }
    }
}

impl Mode {
    /// The query as one line, for engines that know no drafts.
    fn text(self, query: &Query) -> String {
        match self {
            Self::Similar if !query.body.is_empty() => format!("{} {}", query.title, query.body),
            Self::Search | Self::Similar => query.title.clone(),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Similar => "similar",
        }
    }
}

fn judgments(file: &Path) -> Result<Qrels> {
    let text = fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    Qrels::read(&text).with_context(|| format!("reading {}", file.display()))
}

/// The judged queries: topics where there are some, else threads. Without judgments all topics, or titles.
fn queries(corpus: &Corpus, topics: Option<&Path>, qrels: Option<&Qrels>) -> Result<Vec<Query>> {
    let read = |file: &Path| {
        let text = fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        corpus::topics(&text).with_context(|| format!("reading {}", file.display()))
    };
    let topics = topics.map(read).transpose()?;
    let thread = |id: &str| {
        let document =
            corpus.get(id).ok_or_else(|| anyhow!("thread {id} is judged and not among the threads"))?;
        Ok(document.as_query())
    };
    let queries: Vec<Query> = match (qrels, topics) {
        (None, None) => corpus.sample(),
        (None, Some(topics)) => topics,
        (Some(qrels), None) => qrels.queries().map(|(id, _)| thread(id)).collect::<Result<_>>()?,
        (Some(qrels), Some(topics)) => {
            let judged: HashSet<&str> = qrels.queries().map(|(id, _)| id).collect();
            topics.into_iter().filter(|topic| judged.contains(topic.id.as_str())).collect()
        }
    };
    if queries.is_empty() {
        bail!("there is nothing to ask: no query has a relevant thread");
    }
    Ok(queries)
}

/// Our figures from inside workerd, our rankings from `edgewise eval`.
fn measure_ours(
    tools: &Tools,
    folder: &Path,
    files: &Files,
    Comparison { vectors, mode, .. }: &Comparison,
    queries: &[Query],
    timed: &[&Query],
) -> Result<(Measurement, Rankings)> {
    let mut ours = Ours::start(tools, &files.threads, vectors.as_deref(), folder)?;
    let times = step("Timing queries inside workerd", "", || match mode {
        Mode::Search => ours.time_search(timed),
        Mode::Similar => ours.time_similar(timed),
    })?;
    let measurement = ours.measurement(&ours.info()?, &times);
    ours.stop();
    let rankings = match &files.qrels {
        Some(qrels) => step("Ranking with `edgewise eval`", "", || {
            evaluated(&ours.indexer, files, qrels, *mode, folder, queries)
        })?,
        None => Vec::new(),
    };
    Ok((measurement, rankings))
}

fn evaluated(
    indexer: &Path,
    files: &Files,
    qrels: &Path,
    mode: Mode,
    folder: &Path,
    queries: &[Query],
) -> Result<Rankings> {
    let run = folder.join("ours.run");
    let mut eval = Command::new(indexer);
    eval.args(["eval", "--as-of-created", "--json", "--mode", mode.name(), "--threads"]).arg(&files.threads);
    eval.arg("--index").arg(ours::index_folder(folder)).arg("--qrels").arg(qrels).arg("--run").arg(&run);
    if let Some(topics) = &files.topics {
        eval.arg("--topics").arg(topics);
    }
    process::run_quietly(eval)?;
    let text = fs::read_to_string(&run).with_context(|| format!("reading {}", run.display()))?;
    let mut by_query = read_run(&text).with_context(|| format!("reading {}", run.display()))?;
    Ok(queries.iter().map(|query| by_query.remove(query.id.as_str()).unwrap_or_default()).collect())
}

/// Reads rankings in TREC's form, `query Q0 document rank score tag`, best first.
fn read_run(text: &str) -> Result<HashMap<&str, Vec<String>>> {
    let mut ranked: HashMap<&str, Vec<(u32, &str)>> = HashMap::new();
    for (at, line) in text.lines().enumerate() {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let [query, _, document, rank, _, _] = columns[..] else {
            bail!("line {}: {} columns instead of 6", at + 1, columns.len());
        };
        let rank = rank.parse().with_context(|| format!("line {}: rank {rank:?}", at + 1))?;
        ranked.entry(query).or_default().push((rank, document));
    }
    let sorted = |mut hits: Vec<(u32, &str)>| {
        hits.sort_unstable();
        hits.into_iter().map(|(_, document)| document.to_owned()).collect()
    };
    Ok(ranked.into_iter().map(|(query, hits)| (query, sorted(hits))).collect())
}

/// What of a ranking counts: neither the query's own thread nor one that was not there yet.
fn candidates<'r>(ranking: &'r [String], query: &Query, corpus: &Corpus) -> Vec<&'r str> {
    let was_there = |id: &str| {
        let created = corpus.get(id).and_then(|document| document.created);
        query.created.is_none_or(|asked| created.is_none_or(|created| created < asked))
    };
    let ids = ranking.iter().map(String::as_str);
    ids.filter(|id| *id != query.id && was_there(id)).take(JUDGED).collect()
}

fn judge(rankings: &Rankings, queries: &[Query], corpus: &Corpus, qrels: &Qrels) -> Result<Relevance> {
    if rankings.len() != queries.len() {
        bail!("{} rankings for {} queries", rankings.len(), queries.len());
    }
    let (mut recalls, mut reciprocal_ranks) = (Vec::new(), Vec::new());
    for (ranking, query) in rankings.iter().zip(queries) {
        let Some(judged) = qrels.get(&query.id) else { continue };
        let candidates = candidates(ranking, query, corpus);
        recalls.push(recall(&candidates, judged, JUDGED));
        reciprocal_ranks.push(reciprocal_rank(&candidates, judged, JUDGED));
    }
    Ok(Relevance { recall_at_10: bootstrap(&recalls), mrr_at_10: bootstrap(&reciprocal_ranks) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corpus(threads: &[(&str, &str)]) -> Corpus {
        let line = |(id, created): &(&str, &str)| json!({ "id": id, "title": id, "question": { "text": "" }, "answers": [], "createdAt": created });
        Corpus::from_threads(&threads.iter().map(line).collect::<Vec<_>>())
    }

    #[test]
    fn only_older_threads_count_and_never_the_own() {
        let corpus = corpus(&[
            ("old", "2020-01-01T00:00:00Z"),
            ("asked", "2021-01-01T00:00:00Z"),
            ("same", "2021-01-01T01:00:00+01:00"),
            ("late", "2022-01-01T00:00:00Z"),
            ("undated", ""),
        ]);
        let ranking = ["late", "asked", "same", "undated", "old"].map(str::to_owned);
        let query = corpus.get("asked").unwrap().as_query();
        assert_eq!(candidates(&ranking, &query, &corpus), ["undated", "old"]);
        let topic = Query { created: None, ..query };
        assert_eq!(candidates(&ranking, &topic, &corpus), ["late", "same", "undated", "old"]);
    }

    #[test]
    fn rankings_are_judged_after_later_threads_are_dropped() {
        let corpus = corpus(&[
            ("old", "2020-01-01T00:00:00Z"),
            ("asked", "2021-01-01T00:00:00Z"),
            ("late", "2022-01-01T00:00:00Z"),
        ]);
        let qrels = Qrels::read("asked\told\t1\n").unwrap();
        let queries = queries(&corpus, None, Some(&qrels)).unwrap();
        let rankings = vec![["asked", "late", "old"].map(str::to_owned).to_vec()];
        let judged = judge(&rankings, &queries, &corpus, &qrels).unwrap();
        assert_eq!((judged.recall_at_10.mean, judged.mrr_at_10.mean), (1.0, 1.0));
        assert!(judge(&Vec::new(), &queries, &corpus, &qrels).is_err());
    }

    #[test]
    fn a_judged_query_that_nobody_knows_is_an_error() {
        let qrels = Qrels::read("missing\told\t1\n").unwrap();
        let error = queries(&corpus(&[("old", "")]), None, Some(&qrels)).unwrap_err();
        assert!(error.to_string().contains("missing"), "{error}");
    }

    #[test]
    fn runs_are_read_by_rank() {
        let run = read_run("q1 Q0 b 2 0.5 t\nq1 Q0 a 1 0.9 t\nq2 Q0 c 1 1 t\n").unwrap();
        assert_eq!(run["q1"], ["a", "b"]);
        assert_eq!(run["q2"], ["c"]);
        assert!(read_run("q1 Q0 b 2 0.5").is_err());
        assert!(read_run("q1 Q0 b x 0.5 t").is_err());
    }
}
