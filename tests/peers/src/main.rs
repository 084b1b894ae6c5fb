//! SQLite FTS5 on the same threads and queries: `peers CORPUS QUERIES` prints its measurements as JSON.
//!
//! CORPUS has a JSON object `{title, question, answers}` a line, QUERIES a query a line. The title counts three
//! times, as with us; a query is the OR of its words, the ten best rows are fetched with their titles.

use std::fs;
use std::time::Instant;

use rusqlite::{Connection, params};
use serde::Deserialize;

#[derive(Deserialize)]
struct Document {
    title: String,
    question: String,
    answers: String,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(corpus), Some(queries)) = (arguments.next(), arguments.next()) else {
        return Err("usage: peers CORPUS QUERIES".into());
    };
    let corpus = fs::read_to_string(corpus)?;
    let documents: Vec<Document> = corpus.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let queries = fs::read_to_string(queries)?;

    let begun = Instant::now();
    let mut database = Connection::open_in_memory()?;
    database.execute_batch(
        "CREATE VIRTUAL TABLE thread USING fts5(title, question, answers, tokenize = 'porter unicode61');",
    )?;
    let transaction = database.transaction()?;
    {
        let mut insert = transaction.prepare("INSERT INTO thread VALUES (?1, ?2, ?3)")?;
        for document in &documents {
            insert.execute(params![document.title, document.question, document.answers])?;
        }
    }
    transaction.commit()?;
    let build_ms = begun.elapsed().as_secs_f64() * 1e3;

    let mut select = database.prepare(
        "SELECT rowid, title FROM thread WHERE thread MATCH ?1 ORDER BY bm25(thread, 3.0, 1.0, 0.8) LIMIT 10",
    )?;
    let mut times = Vec::new();
    for query in queries.lines() {
        let words: Vec<String> =
            query.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(|word| format!("\"{word}\"")).collect();
        let begun = Instant::now();
        let rows = select.query_map([words.join(" OR ")], |row| row.get::<_, String>(1))?;
        let found = rows.collect::<Result<Vec<_>, _>>()?;
        times.push(begun.elapsed().as_secs_f64() * 1e3);
        std::hint::black_box(found);
    }
    let memory: i64 = database.query_row("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", [], |row| row.get(0))?;
    println!("{}", serde_json::json!({ "times_ms": times, "build_ms": build_ms, "memory_bytes": memory, "index_bytes": memory }));
    Ok(())
}
