//! SQLite FTS5: its Porter stemmer over `unicode61`, a query is the OR of its words, `bm25()` ranks and the title counts
//! twice. Titles are fetched with the hits.

use std::error::Error;

use rusqlite::{Connection, params};

use crate::{Document, Engine, words};

/// A database in memory.
pub struct Fts5(Connection);

impl Fts5 {
    pub fn build(documents: &[Document]) -> Result<Self, Box<dyn Error>> {
        let mut database = Connection::open_in_memory()?;
        database.execute_batch(
            "CREATE VIRTUAL TABLE thread USING \
             fts5(id UNINDEXED, title, question, answers, tokenize = 'porter unicode61');",
        )?;
        let transaction = database.transaction()?;
        {
            let mut insert = transaction.prepare("INSERT INTO thread VALUES (?1, ?2, ?3, ?4)")?;
            for document in documents {
                insert.execute(params![document.id, document.title, document.question, document.answers])?;
            }
        }
        transaction.commit()?;
        Ok(Self(database))
    }
}

impl Engine for Fts5 {
    fn search(&self, query: &str, limit: usize) -> Result<Vec<String>, Box<dyn Error>> {
        let any: Vec<String> = words(query).map(|word| format!("\"{word}\"")).collect();
        let mut select = self.0.prepare_cached(
            "SELECT id, title FROM thread WHERE thread MATCH ?1 \
             ORDER BY bm25(thread, 0.0, 2.0, 1.0, 1.0) LIMIT ?2",
        )?;
        let rows = select.query_map(params![any.join(" OR "), limit], |row| {
            std::hint::black_box(row.get::<_, String>(1)?);
            row.get(0)
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn bytes(&self) -> Result<u64, Box<dyn Error>> {
        let pages = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
        Ok(u64::try_from(self.0.query_row(pages, [], |row| row.get::<_, i64>(0))?)?)
    }
}
