//! Every test of the project, in order of what the next one needs, and one line that counts them.
//!
//! A step that fails does not stop the others: whoever reads the log sees all that is wrong at once. What needs the
//! build is skipped, and said to be, when the build failed.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Result, bail};
use load::Verdict;

use crate::build::{self, Grade};
use crate::misago::{self, Missing};
use crate::paths;
use crate::process::{self, run_watched};
use crate::report::{Elapsed, step};
use crate::sample;
use crate::size;
use crate::soak;
use crate::stack::{self, Options, Stack};
use crate::tools::{self, Engine, Tools, WASM};

/// The variable that tells the end-to-end tests that everything they need is built and installed.
pub const READY: &str = "EDGEWISE_E2E";

/// The variable that tells them to play in every engine, not in Chromium alone.
pub const EVERY_ENGINE: &str = "EDGEWISE_EVERY_ENGINE";

/// What the contract tests talk to.
const BASE_URL: &str = "EDGEWISE_BASE_URL";
const OPERATOR_TOKEN: &str = "EDGEWISE_OPERATOR_TOKEN";

/// What webhooks are signed with in the contract tests, both ways.
const WEBHOOK_SECRET: &str = "EDGEWISE_WEBHOOK_SECRET";
const SECRET: &str = "whsec_YS1zZWNyZXQtb2YtdGhpcnR5LXR3by1ieXRlcy1oZXJl";

/// The npm packages that the contract tests hold the forums' protocols against.
const CONTRACT_PACKAGES: &str = "EDGEWISE_CONTRACT_PACKAGES";

/// Counts of tests.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed; a step that could not run counts as one.
    pub failed: u64,
    /// Tests that were not run.
    pub skipped: u64,
}

impl Counts {
    fn add(&mut self, other: Counts) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// Reads the summary line of a Rust test program.
    fn read(line: &str) -> Option<Counts> {
        let rest = line.trim().strip_prefix("test result: ")?;
        let (_, counts) = rest.split_once(". ")?;
        let number = |word: &str| {
            let part = counts.split(';').find_map(|part| part.trim().strip_suffix(word))?;
            part.trim().parse::<u64>().ok()
        };
        Some(Counts { passed: number("passed")?, failed: number("failed")?, skipped: number("ignored")? })
    }
}

/// Runs everything and fails when anything failed.
pub fn run(filter: Option<&str>, every_engine: bool) -> Result<()> {
    let begun = Instant::now();
    let mut total = Counts::default();
    let tools = Tools::install()?;
    tools::fetch_crates()?;

    total.add(crate_tests(filter));
    total.add(wasm_tests(&tools, filter));
    let built = attempt("build", &mut total, || build::all(&tools, Grade::Light));
    attempt("type check", &mut total, || type_check(&tools));
    if built {
        attempt("deploy --dry-run", &mut total, || dry_run(&tools));
        total.add(served(&tools, filter, every_engine));
        if filter.is_none_or(|filter| "size".contains(filter)) {
            attempt("size", &mut total, || size::run(false, true));
        }
    } else {
        eprintln!("The tests that need a running Worker are skipped, because the build failed.");
    }
    println!("\nEverything took {}.", Elapsed(begun.elapsed()));
    println!("{} passed, {} failed, {} skipped", total.passed, total.failed, total.skipped);
    if total.failed > 0 {
        bail!("{} failed; each is named above", total.failed);
    }
    Ok(())
}

/// Runs a step as one test.
fn attempt(name: &str, total: &mut Counts, work: impl FnOnce() -> Result<()>) -> bool {
    match work() {
        Ok(()) => {
            println!("{name} ... ok");
            total.passed += 1;
            true
        }
        Err(error) => {
            println!("{name} ... FAILED: {error:#}");
            total.failed += 1;
            false
        }
    }
}

/// The crates' own tests, natively.
fn crate_tests(filter: Option<&str>) -> Counts {
    counted("crates", || {
        let mut command = tools::cargo()?;
        command.args([
            "test",
            "--locked",
            "--workspace",
            "--exclude",
            "e2e",
            "--exclude",
            "contract",
            "--no-fail-fast",
        ]);
        command.args(filter);
        Ok(command)
    })
}

/// The tests that must also hold under WebAssembly, in Node. The profile is the Worker's, whose compiled dependencies
/// serve here too.
fn wasm_tests(tools: &Tools, filter: Option<&str>) -> Counts {
    counted("the index under wasm", || {
        let mut command = tools::cargo()?;
        command.args([
            "test",
            "--locked",
            "-p",
            "search",
            "--test",
            "golden",
            "--test",
            "agreement",
            "--profile",
            "light",
            "--target",
            WASM,
        ]);
        command.args(filter);
        command.env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
            tools.wasm_bindgen.with_file_name("wasm-bindgen-test-runner"),
        );
        Ok(command)
    })
}

/// Runs a test command, echoes it and counts what it reports.
fn counted(name: &str, command: impl FnOnce() -> Result<Command>) -> Counts {
    let mut counts = Counts::default();
    let outcome = step(&format!("Testing: {name}"), "", || {
        run_watched(command()?, |line| {
            if let Some(more) = Counts::read(line) {
                counts.add(more);
            }
        })
    });
    if let Err(error) = outcome
        && counts.failed == 0
    {
        println!("{name} ... FAILED: {error:#}");
        counts.failed += 1;
    }
    counts
}

/// Checks the loader's types.
fn type_check(tools: &Tools) -> Result<()> {
    let mut command = tools.npm_command("tsc");
    command.arg("--project").arg(paths::repository().join("widget/embed"));
    process::run_quietly(command)
}

/// Has wrangler check and bundle what would be deployed, with the production configuration.
fn dry_run(tools: &Tools) -> Result<()> {
    let mut command = tools.npm_command("wrangler");
    command
        .args(["deploy", "--dry-run", "--config", "edge/worker/wrangler.toml", "--outdir"])
        .arg(paths::built().join("dry-run"))
        .current_dir(paths::repository());
    process::run_quietly(command)
}

/// The tests that talk to a running Worker: the API's contract, then browsers.
fn served(tools: &Tools, filter: Option<&str>, every_engine: bool) -> Counts {
    let mut counts = Counts::default();
    let indexer = match build::indexer() {
        Ok(indexer) => indexer,
        Err(error) => {
            println!("indexer ... FAILED: {error:#}");
            return Counts { failed: 1, ..Counts::default() };
        }
    };
    counts.add(contract(tools, &indexer, filter));
    if filter.is_none_or(|filter| "soak".contains(filter)) {
        counts.add(deliveries(tools, &indexer));
    }
    counts.add(end_to_end(filter, every_engine));
    counts
}

fn contract(tools: &Tools, indexer: &Path, filter: Option<&str>) -> Counts {
    let mut counts = Counts::default();
    let started = sample::index(indexer).and_then(|index| {
        let packages = tools::contract_packages()?;
        let mut options = Options::fresh("contract")?;
        options.variables.push(("EDGEWISE_FORUM_KEY".to_owned(), SECRET.to_owned()));
        options.variables.push((WEBHOOK_SECRET.to_owned(), SECRET.to_owned()));
        let stack = Stack::start(tools, options)?;
        stack.publish(indexer, &index, &sample::settings())?;
        Ok((stack, packages))
    });
    match started {
        Ok((stack, packages)) => counts.add(counted("the contracts of the API and the forums", || {
            let mut command = tools::cargo()?;
            command.args(["test", "--locked", "-p", "contract", "--no-fail-fast"]).args(filter);
            command.env(BASE_URL, stack.url()).env(OPERATOR_TOKEN, stack.token());
            command.env(CONTRACT_PACKAGES, &packages).env(WEBHOOK_SECRET, SECRET);
            Ok(command)
        })),
        Err(error) => {
            println!("contract ... FAILED: {error:#}");
            counts.failed += 1;
        }
    }
    counts
}

/// Questions on their way to forums that fail: each fault is one test.
fn deliveries(tools: &Tools, indexer: &Path) -> Counts {
    let mut counts = Counts::default();
    let outcome = step("Testing: delivery to forums that fail", "", || {
        soak::check(tools, indexer, |fault, verdict| {
            let good = verdict.as_ref().is_ok_and(Verdict::is_good);
            counts.passed += u64::from(good);
            counts.failed += u64::from(!good);
            let outcome = if good { "ok" } else { "FAILED" };
            match verdict {
                Ok(verdict) => {
                    println!("soak::{fault} ... {outcome}: {}", soak::summary(&verdict));
                    verdict.complaints.iter().for_each(|complaint| println!("  {complaint}"));
                }
                Err(error) => println!("soak::{fault} ... {outcome}: {error:#}"),
            }
        })
    });
    if let Err(error) = outcome {
        println!("soak ... FAILED: {error:#}");
        counts.failed += 1;
    }
    println!("soak: {} passed, {} failed", counts.passed, counts.failed);
    counts
}

fn end_to_end(filter: Option<&str>, every_engine: bool) -> Counts {
    if let Err(error) = Engine::Chromium.install() {
        println!("end to end ... FAILED: {error:#}");
        return Counts { failed: 1, ..Counts::default() };
    }
    let mut counts = Counts::default();
    let others: &[Engine] = if every_engine { &[Engine::Firefox, Engine::WebKit] } else { &[] };
    for engine in others {
        if let Err(error) = engine.install() {
            println!("What needs {} is skipped: {error:#}", engine.name());
        }
    }
    match misago::Installed::install() {
        Err(error) if error.is::<Missing>() => println!("What needs a real forum is skipped: {error}"),
        Err(error) => {
            println!("Misago ... FAILED: {error:#}");
            counts.failed += 1;
        }
        Ok(_) => {}
    }
    counts.add(counted("end to end, in a browser", || {
        let mut command = tools::cargo()?;
        command.args(["test", "--locked", "-p", "e2e", "--no-fail-fast"]).args(filter).env(READY, "1");
        if every_engine {
            command.env(EVERY_ENGINE, "1");
        }
        Ok(command)
    }));
    counts
}

impl Options {
    /// Options for a test: a free port, empty state, a token of its own, and no waiting.
    pub fn fresh(name: &str) -> Result<Options> {
        let folder = paths::built().join("tests").join(name);
        let state = folder.join("state");
        if state.exists() {
            std::fs::remove_dir_all(&state)?;
        }
        Ok(Options {
            port: stack::free_port()?,
            state,
            token: stack::new_token()?,
            variables: vec![
                ("EDGEWISE_MANIFEST_SECONDS".to_owned(), "0".to_owned()),
                // A fiftieth: the first retry after 100 ms instead of 5 s, say.
                ("EDGEWISE_DELIVERY_SCALE".to_owned(), "0.02".to_owned()),
            ],
            assets: None,
            log: folder.join("worker.log"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_line_is_counted() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s";
        assert_eq!(Counts::read(line), Some(Counts { passed: 12, failed: 3, skipped: 1 }));
        assert_eq!(Counts::read("running 4 tests"), None);
    }
}
