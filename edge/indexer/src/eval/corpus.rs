//! What an evaluation searches: an index and what was known of its threads at each moment.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use search::semantic::Distilled;
use search::{BuildOptions, Index, Past};
use thread::{Author, Body, Completeness, Post, PostKind, Role, Status, Thread};
use time::OffsetDateTime;

use super::rewind::without_later_replies;
use crate::sources::{discourse, threads};
use crate::{files, parallel, report};

/// Site of the indexes made here.
const SITE: &str = "eval";

/// An index of threads that judgments name by their ids.
pub struct Corpus {
    /// The index.
    pub index: Index,
    /// By document.
    pub threads: Vec<Thread>,
    /// How the index was made of them, where it was not opened.
    options: BuildOptions,
    /// Document by thread id.
    numbers: HashMap<String, u32>,
    /// By document: when other threads pointed to it, and which.
    links: Vec<Vec<(i64, u32)>>,
    /// By document: when threads that repeat it were asked, and which.
    duplicates: Vec<Vec<(i64, u32)>>,
}

impl Corpus {
    /// Indexes threads, or opens the index that was built from them.
    pub fn new(mut threads: Vec<Thread>, built: Option<&Path>, vectors: Option<Distilled>) -> Result<Self> {
        threads.retain(|thread| thread.visible && thread.completeness == Completeness::Full);
        threads.sort_by_key(Thread::key);
        let options = BuildOptions { site: SITE.to_owned(), vectors, ..BuildOptions::default() };
        let index = match built {
            Some(folder) => files::open(&files::bundle_path(folder)?)?,
            None => indexed(threads.clone(), &options)?,
        };
        if index.documents() != threads.len() as u64 {
            bail!(
                "the index has {} documents and the input {} threads: is it the input's index?",
                index.documents(),
                threads.len()
            );
        }
        let mut numbers = HashMap::new();
        for (number, thread) in (0..).zip(&threads) {
            if index.number(&thread.key())? != Some(number) {
                bail!("the index does not have {} where the input has it", thread.key());
            }
            if numbers.insert(thread.id.clone(), number).is_some() {
                bail!("two threads have the id {}, which judgments could not tell apart", thread.id);
            }
        }
        let (links, duplicates) = pointers(&threads, &numbers);
        Ok(Self { index, threads, options, numbers, links, duplicates })
    }

    /// Indexes the threads anew without the replies written from `before` on. Documents keep their numbers; links are
    /// counted by their own dates (see [`Self::seen_by`]).
    pub fn leave_out_replies(&mut self, before: i64) -> Result<()> {
        let threads = self.threads.iter().map(|thread| without_later_replies(thread, before)).collect();
        self.index = indexed(threads, &self.options)?;
        Ok(())
    }

    /// The document of a thread id.
    pub fn number(&self, id: &str) -> Option<u32> {
        self.numbers.get(id).copied()
    }

    /// The thread id of a document.
    pub fn id(&self, document: u32) -> &str {
        self.threads.get(document as usize).map_or("", |thread| &thread.id)
    }

    /// What was known when somebody asked: without the asking thread, and of others only what came `before`.
    pub fn seen_by(&self, asker: Option<u32>, before: Option<i64>) -> Seen<'_> {
        Seen { corpus: self, asker, before: before.unwrap_or(i64::MAX) }
    }
}

fn indexed(threads: Vec<Thread>, options: &BuildOptions) -> Result<Index> {
    let count = report::plural(threads.len(), "thread", "threads");
    let spinner = report::spinner(&format!("indexing {count}"));
    let built = search::build(threads, options)?;
    spinner.finish_and_clear();
    Ok(Index::open(built.bundle)?)
}

/// A [`Corpus`] at one moment.
pub struct Seen<'a> {
    corpus: &'a Corpus,
    asker: Option<u32>,
    before: i64,
}

impl Seen<'_> {
    fn count(&self, pointers: &[(i64, u32)]) -> u64 {
        let known = |(at, from): &&(i64, u32)| *at < self.before && Some(*from) != self.asker;
        pointers.iter().filter(known).count() as u64
    }
}

impl Past for Seen<'_> {
    fn admits(&self, document: u32) -> bool {
        let created = self.corpus.threads.get(document as usize).map(|thread| thread.created_at);
        Some(document) != self.asker && created.is_some_and(|created| created.unix_timestamp() < self.before)
    }

    fn links(&self, document: u32) -> u64 {
        self.corpus.links.get(document as usize).map_or(0, |pointers| self.count(pointers))
    }

    fn duplicates(&self, document: u32) -> u64 {
        self.corpus.duplicates.get(document as usize).map_or(0, |pointers| self.count(pointers))
    }
}

type Pointers = Vec<Vec<(i64, u32)>>;

/// By document: who points to it, when first; who repeats it.
fn pointers(threads: &[Thread], numbers: &HashMap<String, u32>) -> (Pointers, Pointers) {
    let (mut links, mut duplicates) = (vec![Vec::new(); threads.len()], vec![Vec::new(); threads.len()]);
    for (from, thread) in (0..).zip(threads) {
        let mut first: HashMap<u32, i64> = HashMap::new();
        for link in &thread.links {
            let Some(to) = numbers.get(&link.to).filter(|to| **to != from) else { continue };
            let at = link.at.unwrap_or(thread.created_at).unix_timestamp();
            first.entry(*to).and_modify(|earliest| *earliest = at.min(*earliest)).or_insert(at);
        }
        first.into_iter().for_each(|(to, at)| links[to as usize].push((at, from)));
        if let Some(to) = thread.duplicate_of.as_ref().and_then(|to| numbers.get(to)) {
            duplicates[*to as usize].push((thread.created_at.unix_timestamp(), from));
        }
    }
    (links, duplicates)
}

/// Reads threads of a file; an unreadable line is an error, since judgments may need it.
pub fn read_threads(file: &Path) -> Result<Vec<Thread>> {
    let lines = threads::list(file)?;
    let reads = parallel::map(&lines, parallel::default_jobs(), threads::read);
    reads
        .into_iter()
        .map(|read| read.thread.map_err(|why| anyhow::anyhow!("{}: {why}", read.place)))
        .collect()
}

/// Reads a folder of Discourse topics.
pub fn read_discourse(folder: &Path) -> Result<Vec<Thread>> {
    let folder = discourse::Folder::open(folder, None)?;
    let topics: Vec<_> = folder.topics().collect();
    let reads = parallel::map(&topics, parallel::default_jobs(), discourse::read);
    reads
        .into_iter()
        .map(|read| read.thread.map_err(|why| anyhow::anyhow!("{}: {why}", read.place)))
        .collect()
}

/// Reads `id<TAB>title` rows: threads of which nothing else is known.
pub fn read_titles(file: &Path) -> Result<Vec<Thread>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let row = |(at, line): (usize, &str)| {
        let (id, title) = line
            .split_once('\t')
            .with_context(|| format!("{}:{}: no tab between id and title", file.display(), at + 1))?;
        Ok(titled(id, title))
    };
    text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(row).collect()
}

/// A thread of which nothing but its title is known.
pub fn titled(id: &str, title: &str) -> Thread {
    let created_at = OffsetDateTime::UNIX_EPOCH;
    Thread {
        source: "titles".to_owned(),
        site: SITE.to_owned(),
        id: id.to_owned(),
        url: format!("https://{SITE}.invalid/{id}"),
        title: title.to_owned(),
        category: None,
        tags: Vec::new(),
        created_at,
        activity_at: None,
        status: Status::Open,
        visible: true,
        views: None,
        question: Post {
            id: format!("{id}-1"),
            number: None,
            url: None,
            heading: None,
            author: Author { id: None, name: String::new(), role: Role::Unknown, trust: None },
            created_at,
            edited_at: None,
            score: 0,
            accepted: false,
            validated: None,
            reply_to: None,
            body: Body::Text(String::new()),
            kind: PostKind::Post,
        },
        answers: Vec::new(),
        accepted_id: None,
        links: Vec::new(),
        duplicate_of: None,
        product: None,
        version: None,
        lang: None,
        audience: Vec::new(),
        final_answer: None,
        completeness: Completeness::Full,
    }
}
