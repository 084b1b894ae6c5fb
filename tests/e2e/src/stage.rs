//! The stage a scenario plays on: a Worker of the test program's own with the sample community in it, and a browser.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use libtest_mimic::{Arguments, Failed, Trial};
use thirtyfour::WebDriver;
use xtask::stack::{Options, Stack};
use xtask::suite::READY;
use xtask::tools::Tools;
use xtask::{paths, process, sample};

use crate::browser::{Driver, keep_screenshot};
use crate::widget::Widget;

/// What one scenario may take at the very most; it exists so that a hanging browser ends the test, not the run.
const SCENARIO_LIMIT: Duration = Duration::from_secs(180);

/// A scenario by name.
#[derive(Clone, Copy)]
pub struct Scenario {
    /// Its name, as the test run shows it.
    pub name: &'static str,
    /// What happens.
    pub play: for<'a> fn(&'a mut Stage) -> LocalBoxFuture<'a, Result<()>>,
}

/// Lists the scenarios of a test program and makes its `main`.
#[macro_export]
macro_rules! scenarios {
    ($($name:ident),+ $(,)?) => {
        fn main() -> std::process::ExitCode {
            $crate::main(
                env!("CARGO_CRATE_NAME"),
                &[$($crate::Scenario { name: stringify!($name), play: |stage| Box::pin($name(stage)) }),+],
            )
        }
    };
}

/// What the scenarios of one test program share.
struct Theatre {
    stack: Stack,
    driver: Driver,
    indexer: PathBuf,
    index: PathBuf,
}

impl Theatre {
    fn open(name: &str) -> Result<Theatre> {
        process::end_all_when_interrupted()?;
        let tools = Tools::installed()?;
        let indexer = paths::cargo_target()?.join("debug/edgewise");
        let index = sample::index(&indexer)?;
        let stack = Stack::start(&tools, Options::fresh(&format!("e2e-{name}"))?)?;
        stack.publish(&indexer, &index, &sample::settings())?;
        Ok(Theatre { stack, driver: Driver::start()?, indexer, index })
    }
}

/// One scenario's stage: the shared Worker, and a browser with an empty profile.
pub struct Stage<'t> {
    /// The Worker.
    pub stack: &'t mut Stack,
    /// The widget in the browser.
    pub widget: Widget,
    /// The operator's command line.
    pub indexer: PathBuf,
    /// The sample community's index.
    pub index: PathBuf,
}

/// Runs the scenarios of a test program one after the other; without `cargo xtask test` they are skipped.
pub fn main(name: &'static str, scenarios: &[Scenario]) -> ExitCode {
    let mut arguments = Arguments::from_args();
    // They share one Worker, which some of them stop, and the machine's cores.
    arguments.test_threads = Some(1);
    let ready = std::env::var_os(READY).is_some();
    if !ready && !arguments.list {
        println!(
            "The end-to-end tests are skipped: `cargo xtask test {name}` builds what they need and runs them."
        );
    }
    let theatre: Arc<Mutex<Option<Theatre>>> = Arc::default();
    let trials = scenarios.iter().copied().map(|scenario| {
        let theatre = Arc::clone(&theatre);
        Trial::test(format!("{name}::{}", scenario.name), move || {
            let mut theatre = theatre.lock().unwrap_or_else(PoisonError::into_inner);
            perform(name, scenario, &mut theatre).map_err(|error| Failed::from(format!("{error:#}")))
        })
        .with_ignored_flag(!ready)
    });
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    drop(theatre.lock().unwrap_or_else(PoisonError::into_inner).take());
    conclusion.exit_code()
}

/// Opens the theatre for the first scenario, then a browser for each.
fn perform(name: &str, scenario: Scenario, theatre: &mut Option<Theatre>) -> Result<()> {
    if theatre.is_none() {
        *theatre = Some(Theatre::open(name)?);
    }
    let Some(theatre) = theatre else { bail!("the stage is not set") };
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("starting tokio")?;
    runtime.block_on(async {
        let browser = theatre.driver.open().await?;
        let outcome = in_browser(scenario, theatre, &browser).await;
        if outcome.is_err() {
            let folder = paths::built().join("screenshots");
            let kept = keep_screenshot(&browser, &folder, &format!("{name}-{}", scenario.name)).await;
            if let Err(error) = kept {
                eprintln!("  no screenshot: {error:#}");
            }
            report_console(&browser).await;
        }
        let closed = browser.quit().await.context("closing the browser");
        outcome.and(closed)
    })
}

async fn in_browser(scenario: Scenario, theatre: &mut Theatre, browser: &WebDriver) -> Result<()> {
    if !theatre.stack.is_running() {
        theatre.stack.start_again()?;
    }
    let widget = Widget::new(browser.clone(), theatre.stack.url());
    let mut stage = Stage {
        stack: &mut theatre.stack,
        widget,
        indexer: theatre.indexer.clone(),
        index: theatre.index.clone(),
    };
    let play = std::panic::AssertUnwindSafe((scenario.play)(&mut stage)).catch_unwind();
    match tokio::time::timeout(SCENARIO_LIMIT, play).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(panic)) => {
            let words = panic.downcast_ref::<String>().cloned();
            let words = words.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            bail!("{}", words.unwrap_or_else(|| "the scenario panicked".to_owned()))
        }
        Err(_) => bail!("the scenario took longer than {} seconds", SCENARIO_LIMIT.as_secs()),
    }
}

/// Prints what the page wrote to its console.
async fn report_console(browser: &WebDriver) {
    for entry in browser.browser_log().await.unwrap_or_default() {
        eprintln!("  console: {entry:?}");
    }
}
