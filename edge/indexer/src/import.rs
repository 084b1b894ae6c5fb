//! `edgewise import`: reads a forum over the network and writes its threads to a file, one a line.
//!
//! What is asked and what the answers mean is left to the crate `forum`; what becomes of the threads, to `build`.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Subcommand};
use forum::misago::{Count, Walk};
use indicatif::ProgressBar;
use thread::Thread;

use crate::carry::{Carry, block_on};
use crate::report;

/// Threads that could not be read which are named one by one.
const SHOWN: usize = 10;

/// Shown below the help.
const EXAMPLES: &str = "\
Examples:
  edgewise import misago --url https://forum.acme.example --out threads.jsonl
  edgewise import misago --url https://forum.acme.example --category 3 --out threads.jsonl
  edgewise build --site acme --out index --threads threads.jsonl

A forum is read one request after the other, as slowly as it asks for. Threads that are hidden or wait for approval
are left out. A Discourse forum is read from its export: see `edgewise build --discourse`.";

/// Which kind of forum to read.
#[derive(Subcommand)]
pub enum ImportCommand {
    /// Read a Misago forum's threads
    #[command(after_help = EXAMPLES)]
    Misago(MisagoArgs),
}

/// What to read of a Misago forum.
#[derive(Args)]
pub struct MisagoArgs {
    /// The forum's address
    #[arg(long, value_name = "URL", value_parser = crate::web_address)]
    url: String,
    /// File to write, one thread a line
    #[arg(long, value_name = "FILE.jsonl")]
    out: PathBuf,
    /// Read one category and those below it: the number at the end of its address [default: all]
    #[arg(long, value_name = "NUMBER")]
    category: Option<u64>,
    /// File that holds an account's token [default: what guests may read]
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

/// Runs one of the imports.
pub fn run(command: ImportCommand) -> Result<()> {
    match command {
        ImportCommand::Misago(args) => misago(&args),
    }
}

/// 1. Prepare the walk. 2. Walk, writing each thread as it comes. 3. Put the file in its place. 4. Report.
fn misago(args: &MisagoArgs) -> Result<()> {
    let started = Instant::now();
    // 1.
    let mut walk = Walk::new(&args.url).with_context(|| format!("{} is no address", args.url))?;
    if let Some(category) = args.category {
        walk = walk.with_category(category);
    }
    if let Some(file) = &args.token_file {
        walk = walk.with_key(&token(file)?);
    }
    let mut lines = Lines::create(&args.out)?;
    // 2.
    let spinner = report::spinner(&format!("reading {}", args.url));
    let count = block_on(walk.threads(&Carry::new(), |thread| lines.write(&thread, &spinner)));
    spinner.finish_and_clear();
    let count = match count {
        Ok(count) if count.threads > 0 => count,
        Ok(count) => {
            lines.discard();
            bail!("no thread was read; nothing was written\n{}", table(&args.out, &count));
        }
        Err(error) => {
            let read = lines.threads;
            lines.discard();
            let read = report::plural(read, "thread", "threads");
            return Err(
                anyhow::Error::new(error).context(format!("given up after {read}; nothing was written"))
            );
        }
    };
    // 3.
    let (threads, posts) = lines.finish()?;
    // 4.
    complain(&count);
    writeln!(
        std::io::stdout(),
        "{}\n{} with {} from {}, {:.1} s",
        table(&args.out, &count),
        report::plural(threads, "thread", "threads"),
        report::plural(posts, "post", "posts"),
        args.url,
        started.elapsed().as_secs_f64()
    )?;
    Ok(())
}

fn token(file: &Path) -> Result<String> {
    let token = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let token = token.trim();
    ensure!(
        !token.is_empty() && token.chars().all(|c| c.is_ascii_graphic()),
        "the token in {} is empty or holds white space",
        file.display()
    );
    Ok(token.to_owned())
}

/// The file as it grows, under a name of its own: an import that stops half-way leaves what was there before.
struct Lines {
    out: PathBuf,
    unfinished: PathBuf,
    file: BufWriter<File>,
    threads: usize,
    posts: usize,
    failed: Option<std::io::Error>,
}

impl Lines {
    fn create(out: &Path) -> Result<Self> {
        let unfinished = out.with_extension("unfinished");
        let file = File::create(&unfinished)
            .with_context(|| format!("{} cannot be written", unfinished.display()))?;
        let file = BufWriter::new(file);
        Ok(Self { out: out.to_owned(), unfinished, file, threads: 0, posts: 0, failed: None })
    }

    /// Writes one thread. What fails is told at the end.
    fn write(&mut self, thread: &Thread, spinner: &ProgressBar) {
        if self.failed.is_some() {
            return;
        }
        let line = serde_json::to_vec(thread).map_err(std::io::Error::from);
        let written = line.and_then(|mut line| {
            line.push(b'\n');
            self.file.write_all(&line)
        });
        match written {
            Ok(()) => {
                self.threads += 1;
                self.posts += 1 + thread.answers.len();
                spinner.set_message(report::plural(self.threads, "thread read", "threads read"));
            }
            Err(error) => self.failed = Some(error),
        }
    }

    /// Gives the file its name. How many threads and posts it holds.
    fn finish(self) -> Result<(usize, usize)> {
        let Self { out, unfinished, file, threads, posts, failed } = self;
        let write = || -> std::io::Result<()> {
            if let Some(error) = failed {
                return Err(error);
            }
            let file = file.into_inner().map_err(std::io::IntoInnerError::into_error)?;
            file.sync_all()?;
            fs::rename(&unfinished, &out)
        };
        write().with_context(|| format!("{} cannot be written", out.display()))?;
        Ok((threads, posts))
    }

    /// Leaves no trace; nothing depends on whether that works.
    fn discard(self) {
        let _ = fs::remove_file(&self.unfinished);
    }
}

/// The addresses of threads that could not be read.
fn complain(count: &Count) {
    if count.skipped.is_empty() {
        return;
    }
    eprintln!("warning: {} cannot be read", report::plural(count.skipped.len(), "thread", "threads"));
    count.skipped.iter().take(SHOWN).for_each(|skipped| eprintln!("  {}: {}", skipped.url, skipped.why));
    if count.skipped.len() > SHOWN {
        eprintln!("  … and {} more", report::count(count.skipped.len() - SHOWN));
    }
}

/// What became of the threads: written, or left out and why.
fn table(out: &Path, count: &Count) -> String {
    let mut rows = vec![(format!("written to {}", out.display()), count.threads)];
    let left_out = [
        ("of these not whole: `build` leaves them out", count.partial),
        ("left out: hidden, or waiting for approval", count.hidden),
        ("left out: pinned, of another category", count.elsewhere),
    ];
    rows.extend(
        left_out.into_iter().filter(|(_, number)| *number > 0).map(|(why, number)| (why.to_owned(), number)),
    );
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for skipped in &count.skipped {
        *reasons.entry(&skipped.why).or_default() += 1;
    }
    rows.extend(reasons.into_iter().map(|(why, number)| (format!("not readable: {why}"), number)));
    let rows: Vec<Vec<String>> =
        rows.into_iter().map(|(what, number)| vec![what, report::count(number)]).collect();
    report::table(&["Threads", "Number"], &rows)
}

#[cfg(test)]
mod tests {
    use forum::misago::Skipped;

    use super::*;

    #[test]
    fn the_table_says_why_threads_are_missing() {
        let skipped = |why: &str| Skipped { url: "https://m.example/t/x/1/".to_owned(), why: why.to_owned() };
        let count = Count {
            threads: 1_204,
            partial: 0,
            hidden: 3,
            elsewhere: 0,
            skipped: vec![skipped("HTTP 404"), skipped("HTTP 404"), skipped("timed out")],
        };
        assert_eq!(
            table(Path::new("threads.jsonl"), &count),
            "Threads                                    Number\n\
             written to threads.jsonl                    1,204\n\
             left out: hidden, or waiting for approval       3\n\
             not readable: HTTP 404                          2\n\
             not readable: timed out                         1\n"
        );
    }

    #[test]
    fn a_file_is_there_whole_or_not_at_all() {
        let out = std::env::temp_dir().join(format!("edgewise-import-{}.jsonl", std::process::id()));
        Lines::create(&out).unwrap().discard();
        assert!(!out.exists() && !out.with_extension("unfinished").exists());
        assert_eq!(Lines::create(&out).unwrap().finish().unwrap(), (0, 0));
        assert_eq!(fs::read(&out).unwrap(), b"");
        fs::remove_file(&out).unwrap();
    }
}
