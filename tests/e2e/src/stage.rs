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
use xtask::suite::{EVERY_ENGINE, READY};
use xtask::tools::{Engine, Tools};
use xtask::{paths, process, sample};

use crate::browser::{Driver, keep_screenshot};
use crate::widget::Widget;

/// What one scenario may take at the very most; it exists so that a hanging browser ends the test, not the run.
const SCENARIO_LIMIT: Duration = Duration::from_secs(900);

/// A scenario by name.
#[derive(Clone, Copy)]
pub struct Scenario {
    /// Its name, as the test run shows it.
    pub name: &'static str,
    /// What happens.
    pub play: for<'a> fn(&'a mut Stage) -> LocalBoxFuture<'a, Result<()>>,
    /// Where it happens.
    pub engines: &'static [Engine],
}

/// Chromium alone: what the Worker does is the same for every engine, and some scenarios use what only Chromium has.
pub const CHROMIUM: &[Engine] = &[Engine::Chromium];

/// Every engine.
pub const EVERYWHERE: &[Engine] = &Engine::ALL;

/// Lists the scenarios of a test program and makes its `main`: `scenarios![EVERYWHERE: a, b; CHROMIUM: c]`, or without the
/// engines where all of them play in Chromium.
#[macro_export]
macro_rules! scenarios {
    ($($engines:ident: $($name:ident),+ $(,)?);+ $(;)?) => {
        fn main() -> std::process::ExitCode {
            $crate::main(
                env!("CARGO_CRATE_NAME"),
                &[$($($crate::Scenario {
                    name: stringify!($name),
                    play: |stage| Box::pin($name(stage)),
                    engines: $crate::stage::$engines,
                }),+),+],
            )
        }
    };
    ($($name:ident),+ $(,)?) => { $crate::scenarios![CHROMIUM: $($name),+]; };
}

/// What the scenarios of one test program share.
pub struct Theatre {
    stack: Stack,
    drivers: Vec<(Engine, Driver)>,
    indexer: PathBuf,
    index: PathBuf,
}

impl Theatre {
    /// Starts a Worker in a folder of its own; xtask has built everything.
    pub fn open(name: &str) -> Result<Theatre> {
        process::end_all_when_interrupted()?;
        let tools = Tools::installed()?;
        let indexer = paths::cargo_target()?.join("debug/edgewise");
        let index = sample::index(&indexer)?;
        let stack = Stack::start(&tools, Options::fresh(&format!("e2e-{name}"))?)?;
        stack.publish(&indexer, &index, &sample::settings())?;
        Ok(Theatre { stack, drivers: Vec::new(), indexer, index })
    }

    /// Opens a browser with an empty profile.
    pub async fn browser(&mut self, engine: Engine) -> Result<WebDriver> {
        let at = match self.drivers.iter().position(|(other, _)| *other == engine) {
            Some(at) => at,
            None => {
                self.drivers.push((engine, Driver::start(engine)?));
                self.drivers.len() - 1
            }
        };
        let (_, driver) = self.drivers.get(at).context("the driver has gone")?;
        driver.open().await
    }

    /// The widget in a browser.
    pub fn widget(&self, browser: &WebDriver) -> Widget {
        Widget::new(browser.clone(), self.stack.url())
    }
}

/// One scenario's stage: the shared Worker, and a browser with an empty profile.
pub struct Stage<'t> {
    /// The browser's engine.
    pub engine: Engine,
    /// The Worker.
    pub stack: &'t mut Stack,
    /// The widget in the browser.
    pub widget: Widget,
    /// The operator's command line.
    pub indexer: PathBuf,
    /// The sample community's index.
    pub index: PathBuf,
}

impl Stage<'_> {
    /// A title that only this engine uses: the engines share a Worker, and each counts its questions.
    pub fn own(&self, title: &str) -> String {
        format!("{title} ({})", self.engine.name())
    }
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
    let everywhere = std::env::var_os(EVERY_ENGINE).is_some();
    let plays = scenarios
        .iter()
        .flat_map(|scenario| scenario.engines.iter().map(move |engine| (scenario, *engine)))
        .filter(|(_, engine)| everywhere || *engine == Engine::Chromium);
    let trials = plays.map(|(scenario, engine)| {
        let (theatre, scenario) = (Arc::clone(&theatre), *scenario);
        let title = match engine {
            Engine::Chromium => format!("{name}::{}", scenario.name),
            other => format!("{name}::{}::{}", other.name(), scenario.name),
        };
        let ready = ready && engine.find().is_some();
        let shot = title.replace("::", "-");
        Trial::test(title, move || {
            let mut theatre = theatre.lock().unwrap_or_else(PoisonError::into_inner);
            perform(&scenario, engine, name, &shot, &mut theatre)
                .map_err(|error| Failed::from(format!("{error:#}")))
        })
        .with_ignored_flag(!ready)
    });
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    drop(theatre.lock().unwrap_or_else(PoisonError::into_inner).take());
    conclusion.exit_code()
}

/// Opens the theatre for the first scenario, then a browser for each.
fn perform(
    scenario: &Scenario,
    engine: Engine,
    program: &str,
    title: &str,
    theatre: &mut Option<Theatre>,
) -> Result<()> {
    if theatre.is_none() {
        *theatre = Some(Theatre::open(program)?);
    }
    let Some(theatre) = theatre else { bail!("the stage is not set") };
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("starting tokio")?;
    runtime.block_on(async {
        let browser = theatre.browser(engine).await?;
        let outcome = in_browser(scenario, engine, theatre, &browser).await;
        if outcome.is_err() {
            let folder = paths::built().join("screenshots");
            if let Err(error) = keep_screenshot(&browser, &folder, title).await {
                eprintln!("  no screenshot: {error:#}");
            }
            report_console(&browser).await;
        }
        let closed = browser.quit().await.context("closing the browser");
        outcome.and(closed)
    })
}

async fn in_browser(
    scenario: &Scenario,
    engine: Engine,
    theatre: &mut Theatre,
    browser: &WebDriver,
) -> Result<()> {
    if !theatre.stack.is_running() {
        theatre.stack.start_again()?;
    }
    let widget = theatre.widget(browser);
    let mut stage = Stage {
        engine,
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
