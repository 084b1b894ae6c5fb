//! `edgewise distil`: a static embedding for one community, from a sentence model that reads its threads.
//!
//! The sentence model, the teacher, is too slow to run where queries are answered. It reads every thread here, once;
//! what it says is kept as the threads' vectors, and vectors of word pieces are fitted to it, whose sums stand for what
//! the teacher would say of a query.

mod cache;
mod encoder;
mod fit;
mod gelu;
mod model_files;
mod teacher;
mod weights;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::num::NonZeroUsize;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use api::BlockKind;
use ndarray::Array2;
use relevance::Qrels;
use search::Vocabulary;
use search::semantic::{Distilled, normalise, quantise};
use thread::Thread;

use self::cache::Cache;
use self::fit::{Design, Reduction, fit};
use self::teacher::Teacher;
use crate::eval::corpus::read_titles;
use crate::{DistilArgs, build, files, parallel, report};

/// Tokens of a text that the teacher reads: a title and the first lines of a question say what a thread is about.
const TOKENS: usize = 64;

/// Components of a vector: half of the teacher's would cost twice the room for two parts in a hundred of recall.
const COMPONENTS: usize = 128;

/// What the teacher has read, beside the file that is written.
const CACHE_ENDING: &str = "cache";

/// What the teacher reads of a thread.
struct Reading {
    key: String,
    title: String,
    /// Title and question, without code.
    whole: String,
    /// Kept out of the fit, for honest evaluations.
    held_out: bool,
}

/// 1. Read the threads. 2. Have the teacher read them. 3. Reduce. 4. Fit. 5. Write.
pub fn run(args: DistilArgs) -> Result<()> {
    let started = Instant::now();
    let jobs = args.jobs.unwrap_or_else(parallel::default_jobs);
    // 1.
    let readings = readings(&args, jobs)?;
    // 2.
    let teacher = Teacher::open(&args.teacher)?;
    let cache_path = args.out.with_extension(CACHE_ENDING);
    if let Some(folder) = args.out.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    let texts: Vec<&str> =
        readings.iter().flat_map(|reading| [reading.title.as_str(), reading.whole.as_str()]).collect();
    let bar = report::progress("the teacher reads", texts.len());
    let vectors = Cache::open(&cache_path, &teacher)
        .and_then(|mut cache| cache.embed(&texts, TOKENS, jobs, |done| bar.inc(done as u64)))
        .with_context(|| format!("{} cannot be used", cache_path.display()))?;
    bar.finish_and_clear();
    // 3.
    let spinner = report::spinner("fitting");
    let taught: Vec<usize> = (0..texts.len()).filter(|at| !readings[at / 2].held_out).collect();
    let stacked = stack(taught.iter().map(|at| vectors[*at].as_slice()), teacher.dimensions())?;
    let reduction = Reduction::fit(&stacked, COMPONENTS.min(teacher.dimensions()));
    let reduced = parallel::map(&vectors, jobs, |vector| reduction.apply(vector.as_slice().into()));
    // 4.
    let distilled = distilled(&readings, &texts, &taught, &reduced, teacher.vocabulary(), jobs);
    spinner.finish_and_clear();
    // 5.
    let bytes = distilled.to_bytes().map_err(anyhow::Error::msg)?;
    files::write_whole(&args.out, &bytes)?;
    println!(
        "{} and {} in {} ({}), {:.0} s",
        report::plural(distilled.documents.len(), "thread", "threads"),
        report::plural(distilled.tokens.len(), "word piece", "word pieces"),
        args.out.display(),
        report::bytes(bytes.len() as u64),
        started.elapsed().as_secs_f64()
    );
    Ok(())
}

fn readings(args: &DistilArgs, jobs: NonZeroUsize) -> Result<Vec<Reading>> {
    let mut threads: Vec<Thread> = Vec::new();
    let mut unreadable = 0;
    let reads = if args.titles.is_empty() || args.inputs.any() {
        build::read_all(&args.inputs, jobs)?
    } else {
        Vec::new()
    };
    for (_, read) in reads {
        match read.thread {
            Ok(thread) => threads.push(thread),
            Err(_) => unreadable += 1,
        }
    }
    for file in &args.titles {
        threads.extend(read_titles(file)?);
    }
    if unreadable > 0 {
        eprintln!(
            "warning: {} passed over; `edgewise build` says why",
            report::plural(unreadable, "input", "inputs")
        );
    }
    threads.retain(|thread| thread.visible);
    if threads.is_empty() {
        bail!("nothing that was read can be embedded");
    }
    let mut held_out = BTreeSet::new();
    for file in &args.hold_out {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
        let qrels = Qrels::read(&text).with_context(|| format!("{} cannot be read", file.display()))?;
        held_out.extend(qrels.queries().map(|(query, _)| query.to_owned()));
    }
    let reading = |thread: Thread| {
        let blocks = text::blocks(&thread.question.body);
        let said: Vec<_> = blocks.into_iter().filter(|block| block.kind != BlockKind::Code).collect();
        Reading {
            key: thread.key(),
            whole: match text::plain(&said) {
                question if question.trim().is_empty() => thread.title.clone(),
                question => format!("{}. {question}", thread.title),
            },
            held_out: held_out.contains(&thread.id),
            title: thread.title,
        }
    };
    let readings: BTreeMap<String, Reading> =
        threads.into_iter().map(reading).map(|reading| (reading.key.clone(), reading)).collect();
    Ok(readings.into_values().collect())
}

fn stack<'a>(vectors: impl ExactSizeIterator<Item = &'a [f32]>, size: usize) -> Result<Array2<f32>> {
    let rows = vectors.len();
    Ok(Array2::from_shape_vec((rows, size), vectors.flatten().copied().collect())?)
}

/// Fits the pieces of the texts at `taught` to their reduced vectors; a thread's vector is that of its title and of its
/// beginning, added.
fn distilled(
    readings: &[Reading],
    texts: &[&str],
    taught: &[usize],
    reduced: &[Vec<f32>],
    vocabulary: &Vocabulary,
    jobs: NonZeroUsize,
) -> Distilled {
    let (mut numbers, mut tokens) = (HashMap::new(), Vec::new());
    let names: HashMap<u32, &str> = vocabulary.tokens().map(|(token, id)| (id, token)).collect();
    let pieces = parallel::map(taught, jobs, |at| vocabulary.tokenize(texts[*at], TOKENS));
    let numbered: Vec<Vec<u32>> = pieces
        .into_iter()
        .map(|ids| {
            let mut number = |id: u32| {
                *numbers.entry(id).or_insert_with(|| {
                    tokens.push(names.get(&id).copied().unwrap_or_default().to_owned());
                    tokens.len() as u32 - 1
                })
            };
            ids.into_iter().map(&mut number).collect()
        })
        .collect();
    let size = reduced.first().map_or(0, Vec::len);
    let targets: Vec<Vec<f32>> = taught.iter().map(|at| reduced[*at].clone()).collect();
    let rows = fit(&Design::new(&numbered, tokens.len()), &targets, size, jobs);
    let documents = readings.iter().zip(reduced.chunks_exact(2)).map(|(reading, pair)| {
        let mut sum: Vec<f32> = pair[0].iter().zip(&pair[1]).map(|(title, whole)| title + whole).collect();
        normalise(&mut sum);
        (reading.key.clone(), quantise(&sum))
    });
    Distilled::new(size as u16, tokens, &rows, documents.collect())
}
