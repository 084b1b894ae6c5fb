//! An engine that is a crate, on given threads and queries: `peers ENGINE CORPUS QUERIES TIMED DEPTH` prints one
//! measurement as JSON.
//!
//! CORPUS has a JSON object `{id, title, question, answers}` a line; QUERIES has a query a line, for each of which the
//! best DEPTH are printed; TIMED has those that time is taken of. Each engine has a module that says how it is set up.

mod fts5;
mod plain_tantivy;

use std::error::Error;
use std::fs;
use std::time::Instant;

use serde::Deserialize;

/// What is asked for when time is taken: a page of results.
const PAGE: usize = 10;

/// A thread.
#[derive(Deserialize)]
struct Document {
    id: String,
    title: String,
    question: String,
    answers: String,
}

/// An index in memory.
trait Engine {
    /// The ids of the best `limit` threads.
    fn search(&self, query: &str, limit: usize) -> Result<Vec<String>, Box<dyn Error>>;

    /// Bytes of the index, which lies in memory as it would lie in files.
    fn bytes(&self) -> Result<u64, Box<dyn Error>>;
}

/// The words of a query: punctuation is an operator to either engine.
fn words(query: &str) -> impl Iterator<Item = &str> {
    query.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, corpus, queries, timed, depth] = arguments.as_slice() else {
        return Err("usage: peers ENGINE CORPUS QUERIES TIMED DEPTH".into());
    };
    let depth: usize = depth.parse()?;
    let corpus = fs::read_to_string(corpus)?;
    let documents: Vec<Document> = corpus.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let (queries, timed) = (fs::read_to_string(queries)?, fs::read_to_string(timed)?);

    let begun = Instant::now();
    let engine: Box<dyn Engine> = match name.as_str() {
        "fts5" => Box::new(fts5::Fts5::build(&documents)?),
        "tantivy" => Box::new(plain_tantivy::Tantivy::build(&documents)?),
        _ => return Err(format!("there is no engine {name:?}").into()),
    };
    let build_ms = milliseconds(begun);
    eprintln!("  indexed {} threads in {:.1} s", documents.len(), build_ms / 1e3);

    // The first round warms caches, as with all engines.
    for query in timed.lines() {
        std::hint::black_box(engine.search(query, PAGE)?);
    }
    let mut times = Vec::new();
    for query in timed.lines() {
        let begun = Instant::now();
        std::hint::black_box(engine.search(query, PAGE)?);
        times.push(milliseconds(begun));
    }
    let rankings = queries.lines().map(|query| engine.search(query, depth)).collect::<Result<Vec<_>, _>>()?;
    let bytes = engine.bytes()?;
    let measured = serde_json::json!({
        "times_ms": times, "build_ms": build_ms, "memory_bytes": bytes, "index_bytes": bytes, "rankings": rankings,
    });
    println!("{measured}");
    Ok(())
}

fn milliseconds(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64() * 1e3
}
