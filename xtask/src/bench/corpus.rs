//! Threads as the peers read them, and the queries that every engine is asked.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Serialize;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::paths;
use crate::process;

/// Titles used as queries: enough that the p99 is the third slowest.
pub const SAMPLE: usize = 300;

/// Words of a draft.
pub const DRAFT_WORDS: usize = 300;

/// A thread.
#[derive(Debug, Clone, Serialize)]
pub struct Document {
    /// The thread's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The question, in whatever form it has.
    pub question: String,
    /// All answers.
    pub answers: String,
    /// When it was opened, where that is known.
    #[serde(skip)]
    pub created: Option<OffsetDateTime>,
}

impl Document {
    fn new(thread: &Value) -> Self {
        let answers = thread["answers"].as_array().map(Vec::as_slice).unwrap_or_default();
        let answers: Vec<&str> = answers.iter().map(body).collect();
        let text = |field: &str| thread[field].as_str().unwrap_or_default().to_owned();
        Self {
            id: text("id"),
            title: text("title"),
            question: body(&thread["question"]).to_owned(),
            answers: answers.join("\n"),
            created: OffsetDateTime::parse(&text("createdAt"), &Rfc3339).ok(),
        }
    }

    /// The thread's title and question, asked as if it were about to be opened.
    pub fn as_query(&self) -> Query {
        Query {
            id: self.id.clone(),
            title: one_line(&self.title),
            body: one_line(&self.question),
            created: self.created,
        }
    }
}

/// A post's text in whatever form it has.
fn body(post: &Value) -> &str {
    ["text", "markdown", "html"].iter().find_map(|form| post[form].as_str()).unwrap_or_default()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A query or, with a body, a draft.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// The thread's or the topic's id.
    pub id: String,
    /// One line.
    pub title: String,
    /// One line as well.
    pub body: String,
    /// When it is asked; unknown for a topic.
    pub created: Option<OffsetDateTime>,
}

/// All threads of a file.
pub struct Corpus {
    documents: Vec<Document>,
    by_id: HashMap<String, usize>,
}

impl Corpus {
    /// Reads threads in the thread model, one JSON object a line.
    pub fn read(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        let threads: Vec<Value> = text
            .lines()
            .map(serde_json::from_str)
            .collect::<Result<_, _>>()
            .with_context(|| format!("reading {}", file.display()))?;
        let corpus = Self::from_threads(&threads);
        if corpus.documents.is_empty() {
            bail!("{} has no threads", file.display());
        }
        Ok(corpus)
    }

    /// Takes threads in the thread model. Those that nobody may see are left out, as in our index.
    pub fn from_threads(threads: &[Value]) -> Self {
        let visible = |thread: &&Value| thread["visible"].as_bool() != Some(false);
        let documents: Vec<Document> = threads.iter().filter(visible).map(Document::new).collect();
        let by_id = documents.iter().enumerate().map(|(at, document)| (document.id.clone(), at)).collect();
        Self { documents, by_id }
    }

    /// How many threads there are.
    pub fn count(&self) -> usize {
        self.documents.len()
    }

    /// A thread by its id.
    pub fn get(&self, id: &str) -> Option<&Document> {
        self.documents.get(*self.by_id.get(id)?)
    }

    /// Titles as queries, each with a draft of [`DRAFT_WORDS`] words of its thread.
    pub fn sample(&self) -> Vec<Query> {
        let draft = |document: &Document| {
            let words = document.question.split_whitespace().chain(document.answers.split_whitespace());
            words.take(DRAFT_WORDS).collect::<Vec<_>>().join(" ")
        };
        spread(&self.documents)
            .into_iter()
            .map(|document| Query { body: draft(document), ..document.as_query() })
            .collect()
    }

    /// Writes them as the peers read them.
    pub fn write(&self, file: &Path) -> Result<()> {
        let lines: Vec<String> =
            self.documents.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
        write_lines(file, lines.iter().map(String::as_str))
    }
}

/// Every so manieth, [`SAMPLE`] at most: spread over all years, the same in every run.
pub fn spread<T>(items: &[T]) -> Vec<&T> {
    items.iter().step_by(items.len().div_ceil(SAMPLE).max(1)).collect()
}

/// Writes lines.
pub fn write_lines<'a>(file: &Path, lines: impl Iterator<Item = &'a str>) -> Result<()> {
    let text: String = lines.flat_map(|line| [line, "\n"]).collect();
    fs::write(file, text).with_context(|| format!("writing {}", file.display()))
}

/// Reads topics: `id<TAB>title[<TAB>body]` rows. Empty lines and lines that start with `#` are passed over.
pub fn topics(text: &str) -> Result<Vec<Query>> {
    let rows = text.lines().enumerate().filter(|(_, row)| !row.trim().is_empty() && !row.starts_with('#'));
    rows.map(|(at, row)| {
        let mut columns = row.split('\t');
        let (Some(id), Some(title)) = (columns.next(), columns.next()) else {
            bail!("line {}: one column; rows are id, title and perhaps body, with tabs between them", at + 1);
        };
        let body = columns.next().unwrap_or_default();
        Ok(Query { id: id.trim().to_owned(), title: one_line(title), body: one_line(body), created: None })
    })
    .collect()
}

/// The archive with the Slicer threads, beside the repository; nothing where it is missing.
pub fn slicer_archive() -> Option<PathBuf> {
    let archive = paths::repository().join("../shared/data/slicer-discourse.tar.xz");
    archive.exists().then_some(archive)
}

/// Unpacks it, once, and returns the folder with threads and judgments.
pub fn unpack(archive: &Path, folder: &Path) -> Result<PathBuf> {
    let unpacked = folder.join("slicer-discourse");
    if !unpacked.join("threads.jsonl").exists() {
        let mut tar = Command::new("tar");
        tar.arg("-xJf").arg(archive).arg("-C").arg(folder);
        process::run_quietly(tar)?;
    }
    Ok(unpacked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_read_with_and_without_a_body() {
        let read = topics("# id\ttitle\nh1\tcannot  save\n\nh2\tcrash\twhen I open it\n").unwrap();
        let rows: Vec<_> = read.iter().map(|q| (q.id.as_str(), q.title.as_str(), q.body.as_str())).collect();
        assert_eq!(rows, [("h1", "cannot save", ""), ("h2", "crash", "when I open it")]);
        assert!(topics("h1\tfine\nh2\n").unwrap_err().to_string().starts_with("line 2"));
    }

    #[test]
    fn a_sample_is_spread_and_bounded() {
        assert_eq!(spread(&[1, 2, 3]), [&1, &2, &3]);
        let many: Vec<usize> = (0..19_047).collect();
        let sample = spread(&many);
        assert!(sample.len() <= SAMPLE && **sample.last().unwrap() > 18_900);
        assert!(spread::<u8>(&[]).is_empty());
    }
}
