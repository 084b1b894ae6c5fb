//! The demo: everything built and running on this machine, and where to look.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::build::{self, Grade};
use crate::paths;
use crate::process;
use crate::report::{Elapsed, step};
use crate::sample;
use crate::stack::{self, Options, Stack};
use crate::tools::Tools;

/// What the demo is asked for.
#[derive(Debug, Clone)]
pub struct Demo {
    /// Folders of native Discourse topics.
    pub discourse: Vec<PathBuf>,
    /// Files of threads, one a line.
    pub threads: Vec<PathBuf>,
    /// Folders of documentation pages.
    pub docs: Vec<PathBuf>,
    /// The address of the Discourse forum, where its topics do not give it away.
    pub base_url: Option<String>,
    /// The address of the folder of documentation pages.
    pub docs_url: Option<String>,
    /// The port on the loopback address.
    pub port: u16,
    /// Whether to open the page in the browser.
    pub open: bool,
}

/// Builds, starts, fills and shows the demo, and stays until it is ended.
///
/// 1. check what would fail late; 2. find or install tools; 3. build; 4. index; 5. start; 6. publish; 7. say where to look.
pub fn run(demo: &Demo) -> Result<()> {
    let begun = Instant::now();
    // 1.
    stack::check_port(demo.port)?;
    let state = paths::built().join("state");
    let _alone = only_demo(&state)?;
    demo.check_inputs()?;
    // 2.
    let tools = Tools::install()?;
    // 3.
    build::all(&tools, Grade::Light)?;
    let indexer = build::indexer()?;
    // 4.
    let index = paths::built().join("demo-index");
    step("Building the index", "", || demo.index(&indexer, &index))?;
    // 5.
    let token = kept_token(&state)?;
    let options = Options {
        port: demo.port,
        state,
        token,
        variables: Vec::new(),
        assets: None,
        log: paths::built().join("worker.log"),
    };
    let mut stack = step("Starting the Worker", "", || Stack::start(&tools, options))?;
    // 6.
    step("Publishing the index", "", || stack.publish(&indexer, &index, &sample::settings()))?;
    // 7.
    let url = stack.url();
    println!("\nReady after {}.\n", Elapsed(begun.elapsed()));
    println!("  The page with the widget   {url}/");
    println!("  The operator's inbox       {url}/inbox#token={}", stack.token());
    println!("  The API's description      {url}/v1/openapi.json");
    println!("\nCtrl-C ends it and everything it started. Questions and answers are kept for the next time.");
    if demo.open {
        open(&url);
    }
    while stack.is_running() {
        thread::sleep(Duration::from_millis(200));
    }
    bail!("the Worker ended by itself; its last words:\n{}", stack.log_end())
}

impl Demo {
    fn check_inputs(&self) -> Result<()> {
        for path in [&self.discourse, &self.threads, &self.docs].into_iter().flatten() {
            if !path.exists() {
                bail!("{} does not exist", path.display());
            }
        }
        Ok(())
    }

    /// Builds the index of the given community, or of the sample community when none is given.
    fn index(&self, indexer: &Path, out: &Path) -> Result<()> {
        let inputs = [("--discourse", &self.discourse), ("--threads", &self.threads), ("--docs", &self.docs)];
        if inputs.iter().all(|(_, paths)| paths.is_empty()) {
            return process::run(sample::index_command(indexer, out));
        }
        let mut command = Command::new(indexer);
        command.args(["build", "--site", sample::SITE, "--out"]).arg(out);
        for (flag, path) in
            inputs.iter().flat_map(|(flag, paths)| paths.iter().map(move |path| (*flag, path)))
        {
            command.arg(flag).arg(path);
        }
        for (flag, address) in [("--base-url", &self.base_url), ("--docs-url", &self.docs_url)] {
            command.args(address.iter().flat_map(|address| [flag, address]));
        }
        process::run(command)
    }
}

/// Holds the demo's state for this process alone: two Workers would write into the same databases.
fn only_demo(state: &Path) -> Result<File> {
    fs::create_dir_all(state).with_context(|| format!("creating {}", state.display()))?;
    let lock = File::create(state.join("lock")).context("creating the demo's lock")?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => {
            bail!("a demo is running from this checkout: end it first with Ctrl-C")
        }
        Err(TryLockError::Error(error)) => Err(error).context("locking the demo's state"),
    }
}

/// The demo's token, the same from run to run, so that an inbox left open goes on working.
fn kept_token(state: &Path) -> Result<String> {
    let file = state.join("operator-token");
    if let Ok(kept) = fs::read_to_string(&file) {
        return Ok(kept);
    }
    let token = stack::new_token()?;
    fs::write(&file, &token).with_context(|| format!("writing {}", file.display()))?;
    Ok(token)
}

fn open(url: &str) {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    if process::answer(opener, &[url]).is_none() {
        eprintln!("No browser could be opened; the address above works in any.");
    }
}
