//! `edgewise distil`: has a sentence model, the teacher, read a community's threads.
//!
//! A teacher is too slow to run where queries are answered; what it says of the threads is kept, so that a small
//! model can be fitted to it.

mod cache;
mod encoder;
mod gelu;
mod model_files;
mod teacher;
mod weights;

use std::time::Instant;

use anyhow::{Context, Result, bail};
use thread::Thread;

use self::cache::Cache;
use self::teacher::Teacher;
use crate::sources::threads;
use crate::{DistilArgs, parallel, report};

/// Name of the file of vectors that the teacher has made.
const CACHE: &str = "teacher-vectors.cache";

/// 1. Open the teacher. 2. Read the threads. 3. Embed those that the cache does not know. 4. Report.
pub fn run(args: DistilArgs) -> Result<()> {
    let started = Instant::now();
    let jobs = args.jobs.unwrap_or_else(parallel::default_jobs);
    // 1.
    let teacher = Teacher::open(&args.teacher)?;
    // 2.
    let mut texts = Vec::new();
    for file in &args.threads {
        let reads = parallel::map(&threads::list(file)?, jobs, threads::read);
        texts.extend(
            reads
                .into_iter()
                .filter_map(|read| read.thread.ok())
                .filter(|thread| thread.visible)
                .map(reading),
        );
    }
    if texts.is_empty() {
        bail!("nothing that was read can be embedded");
    }
    // 3.
    std::fs::create_dir_all(&args.out).with_context(|| format!("{} cannot be made", args.out.display()))?;
    let path = args.out.join(CACHE);
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let bar = report::progress("embedding", texts.len());
    let vectors = Cache::open(&path, &teacher)
        .and_then(|mut cache| cache.embed(&texts, args.max_tokens, jobs, |done| bar.inc(done as u64)))
        .with_context(|| format!("{} cannot be used", path.display()))?;
    bar.finish_and_clear();
    // 4.
    let (count, seconds) =
        (report::plural(vectors.len(), "thread", "threads"), started.elapsed().as_secs_f64());
    println!("{count} embedded in {} dimensions, {seconds:.0} s", teacher.dimensions());
    Ok(())
}

/// What the teacher reads of a thread: title and question.
fn reading(thread: Thread) -> String {
    let question = text::plain(&text::blocks(&thread.question.body));
    format!("{}\n{}", thread.title, question)
}
