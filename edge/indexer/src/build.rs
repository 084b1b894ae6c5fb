//! `edgewise build`: reads the sources, decides what is indexed, writes the index.
//!
//! The same input gives the same bytes: inputs are listed in order, results are put in order, and neither a clock nor
//! the number of threads gets into a file.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use api::{Manifest, ManifestBundle, ManifestFile};
use search::{BuildOptions, Built, Synonyms};
use thread::{Completeness, Thread};

use crate::eval;
use crate::files::{self, MANIFEST, MANIFEST_FORMAT};
use crate::sources::{Read, discourse, docs, threads};
use crate::{BuildArgs, Inputs};
use crate::{language, parallel, report};

/// Complaints of one kind that are shown one by one.
const SHOWN: usize = 10;

/// What became of the inputs of one source.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    read: usize,
    indexed: usize,
    hidden: usize,
    partial: usize,
    duplicate: usize,
    unreadable: usize,
}

/// What is indexed and what is not.
#[derive(Debug, Default)]
struct Selection {
    threads: BTreeMap<String, Thread>,
    tallies: BTreeMap<String, Tally>,
    unreadable: Vec<String>,
    partial: Vec<String>,
    duplicates: Vec<String>,
}

/// 1. Read every input. 2. Select. 3. Index. 4. Write, the manifest last. 5. Report.
pub fn run(args: BuildArgs) -> Result<()> {
    let started = Instant::now();
    let jobs = args.jobs.unwrap_or_else(parallel::default_jobs);
    let ranking = args.ranking.as_deref().map(eval::read_ranking).transpose()?;
    let vectors = args.vectors.as_deref().map(files::read_vectors).transpose()?;
    // 1.
    let synonyms = args.synonyms.as_deref().map(read_synonyms).transpose()?.unwrap_or_default();
    let reads = read_all(&args.inputs, jobs)?;
    // 2.
    let selection = select(reads);
    complain(&selection);
    if args.strict && !selection.unreadable.is_empty() {
        bail!(
            "{} cannot be read, and --strict was given; nothing was written",
            inputs(selection.unreadable.len())
        );
    }
    let Selection { mut threads, tallies, unreadable, .. } = selection;
    if threads.is_empty() {
        let why = if unreadable.is_empty() {
            "nothing was left to index"
        } else {
            "nothing that was read can be indexed"
        };
        bail!("{why}; nothing was written\n{}", tally_table(&tallies));
    }
    // 3.
    let documents = threads.len();
    let spinner = report::spinner(&format!("indexing {}", report::plural(documents, "thread", "threads")));
    language::assign(&mut threads, jobs);
    let options = BuildOptions { site: args.site.clone(), synonyms, ranking, vectors };
    let built = search::build(threads.into_values().collect(), &options)?;
    spinner.finish_and_clear();
    // 4.
    let manifest = write(&args.out, &args.site, &built)?;
    // 5.
    let summary = summary(&args.out, &tallies, &manifest, &built, started.elapsed().as_secs_f64());
    std::io::stdout().write_all(summary.as_bytes())?;
    Ok(())
}

fn read_synonyms(file: &Path) -> Result<Synonyms> {
    let text = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    Synonyms::parse(&text).with_context(|| file.display().to_string())
}

/// Reads every input, with progress.
pub fn read_all(args: &Inputs, jobs: NonZeroUsize) -> Result<Vec<(&'static str, Read)>> {
    if !args.any() {
        bail!("nothing to read: give --discourse DIR, --threads FILE or --docs DIR, as often as you like");
    }
    let mut all = Vec::new();
    for folder in &args.discourse {
        let folder = discourse::Folder::open(folder, args.base_url.as_deref())?;
        let topics: Vec<_> = folder.topics().collect();
        let what = format!("topics of {}", folder.base_url());
        all.extend(read_each("discourse", &what, &topics, jobs, discourse::read));
    }
    for file in &args.threads {
        let lines = threads::list(file)?;
        all.extend(read_each("threads", &file.display().to_string(), &lines, jobs, threads::read));
    }
    for folder in &args.docs {
        let pages = docs::list(folder, args.docs_url.as_deref())?;
        all.extend(read_each("docs", &folder.display().to_string(), &pages, jobs, docs::read));
    }
    Ok(all)
}

fn read_each<T: Sync>(
    kind: &'static str,
    what: &str,
    inputs: &[T],
    jobs: NonZeroUsize,
    read: impl Fn(&T) -> Read + Sync,
) -> Vec<(&'static str, Read)> {
    let bar = report::progress(what, inputs.len());
    let all = parallel::map(inputs, jobs, |input| {
        let read = read(input);
        bar.inc(1);
        (kind, read)
    });
    bar.finish_and_clear();
    all
}

/// Hidden and partial threads never get into an index; of threads with one key the first stays.
fn select(reads: Vec<(&'static str, Read)>) -> Selection {
    let mut selection = Selection::default();
    for (kind, Read { place, thread }) in reads {
        let thread = match thread {
            Ok(thread) => thread,
            Err(why) => {
                let tally = selection.tallies.entry(kind.to_owned()).or_default();
                tally.read += 1;
                tally.unreadable += 1;
                selection.unreadable.push(format!("{place}: {why}"));
                continue;
            }
        };
        let tally = selection.tallies.entry(thread.source.clone()).or_default();
        tally.read += 1;
        if !thread.visible {
            tally.hidden += 1;
            continue;
        }
        if let Completeness::Partial { have, total } = thread.completeness {
            selection.partial.push(format!("{place}: {have} of {total} posts, {}", thread.url));
            tally.partial += 1;
            continue;
        }
        match selection.threads.entry(thread.key()) {
            std::collections::btree_map::Entry::Occupied(known) => {
                tally.duplicate += 1;
                selection.duplicates.push(format!("{place}: {}", known.key()));
            }
            std::collections::btree_map::Entry::Vacant(free) => {
                tally.indexed += 1;
                free.insert(thread);
            }
        }
    }
    selection
}

fn complain(selection: &Selection) {
    let list = |head: &str, lines: &[String], advice: &str| {
        if lines.is_empty() {
            return;
        }
        eprintln!("warning: {head}");
        lines.iter().take(SHOWN).for_each(|line| eprintln!("  {line}"));
        if lines.len() > SHOWN {
            eprintln!("  … and {} more", report::count(lines.len() - SHOWN));
        }
        if !advice.is_empty() {
            eprintln!("  {advice}");
        }
    };
    list(&format!("{} cannot be read", inputs(selection.unreadable.len())), &selection.unreadable, "");
    let partial = selection.partial.len();
    list(
        &format!(
            "{} not whole",
            if partial == 1 {
                "1 thread is".to_owned()
            } else {
                format!("{} threads are", report::count(partial))
            }
        ),
        &selection.partial,
        "Discourse gives the other posts at /t/{id}/posts.json?post_ids[]=…, or all at /t/{id}.json?print=true",
    );
    list(
        &format!("{} passed over: their keys are taken by earlier ones", inputs(selection.duplicates.len())),
        &selection.duplicates,
        "",
    );
}

fn inputs(number: usize) -> String {
    report::plural(number, "input", "inputs")
}

fn tally_table(tallies: &BTreeMap<String, Tally>) -> String {
    let rows: Vec<Vec<String>> = tallies
        .iter()
        .map(|(source, tally)| {
            let figures =
                [tally.read, tally.indexed, tally.hidden, tally.partial, tally.duplicate, tally.unreadable];
            std::iter::once(source.clone())
                .chain(figures.iter().map(|figure| report::count(*figure)))
                .collect()
        })
        .collect();
    report::table(&["Source", "Read", "Indexed", "Hidden", "Not whole", "Duplicate", "Unreadable"], &rows)
}

/// Bundle and texts under their hashes, then the manifest: who reads the folder meanwhile sees the index before.
fn write(folder: &Path, site: &str, built: &Built) -> Result<Manifest> {
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let entry = ManifestBundle {
        bundle: ManifestFile { hash: built.root.clone(), bytes: built.bundle.len() as u64 },
        texts: ManifestFile { hash: built.texts_hash.clone(), bytes: built.texts.len() as u64 },
        documents: u64::from(built.documents),
    };
    // The manifest of another site, or one that cannot be read, is simply replaced.
    let before = files::read_manifest(folder).ok().filter(|before| before.site == site);
    let previous = before
        .and_then(|before| if before.version == built.root { before.previous } else { Some(before.version) });
    files::write_whole(&folder.join(files::bundle_name(&entry.bundle)), &built.bundle)?;
    files::write_whole(&folder.join(files::texts_name(&entry.texts)), &built.texts)?;
    let manifest = Manifest {
        format: MANIFEST_FORMAT,
        site: site.to_owned(),
        version: built.root.clone(),
        bundles: vec![entry],
        tombstones: Vec::new(),
        watermark: built.watermark.clone(),
        previous,
    };
    let mut json = serde_json::to_vec_pretty(&manifest)?;
    json.push(b'\n');
    files::write_whole(&folder.join(MANIFEST), &json)?;
    Ok(manifest)
}

fn summary(
    folder: &Path,
    tallies: &BTreeMap<String, Tally>,
    manifest: &Manifest,
    built: &Built,
    seconds: f64,
) -> String {
    let per = |bytes: usize| format!("{} B", report::count(bytes as u64 / u64::from(built.documents).max(1)));
    let row = |name: &str, bytes: usize| vec![name.to_owned(), report::bytes(bytes as u64), per(bytes)];
    let rows = [row("bundle", built.bundle.len()), row("texts", built.texts.len())];
    format!(
        "{}\n{}\n{} in {}, version {}, {seconds:.1} s\n",
        tally_table(tallies),
        report::table(&["File", "Size", "A thread"], &rows),
        report::plural(built.documents as usize, "thread", "threads"),
        folder.display(),
        manifest.version,
    )
}
