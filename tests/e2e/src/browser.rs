//! Browsers that nobody sees, driven over WebDriver.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::json;
use thirtyfour::{Capabilities, WebDriver};
use xtask::process::Group;
use xtask::stack::free_port;
use xtask::tools::{Browser, Engine};

/// How long a driver may take to listen.
const START_LIMIT: Duration = Duration::from_secs(20);

/// Chromium's switches: no window, nothing fetched in the background.
const CHROMIUM_SWITCHES: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
];

/// Firefox's: the same.
const FIREFOX_SWITCHES: [&str; 3] = ["-headless", "--width=1280", "--height=900"];

/// A running WebDriver server; each session it opens has a fresh profile that goes with the session.
pub struct Driver {
    browser: Browser,
    port: u16,
    _group: Group,
}

impl Driver {
    /// Starts an engine's driver on a free port.
    pub fn start(engine: Engine) -> Result<Driver> {
        let browser =
            engine.find().ok_or_else(|| anyhow!("{} and its driver are not installed", engine.name()))?;
        let port = free_port()?;
        let mut command = match engine {
            Engine::Chromium | Engine::Firefox => Command::new(&browser.driver),
            Engine::WebKit => {
                let mut screen = Command::new("xvfb-run");
                screen.args(["--auto-servernum", "--server-args=-screen 0 1280x900x24"]).arg(&browser.driver);
                screen
            }
        };
        command.arg(format!("--port={port}"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let group = Group::spawn(command)?;
        let status = format!("http://127.0.0.1:{port}/status");
        let deadline = Instant::now() + START_LIMIT;
        while ureq::get(&status).call().is_err() {
            if Instant::now() >= deadline {
                bail!("the driver of {} does not listen on port {port}", engine.name());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(Driver { browser, port, _group: group })
    }

    /// Opens a browser with an empty profile.
    pub async fn open(&self) -> Result<WebDriver> {
        WebDriver::new(format!("http://127.0.0.1:{}", self.port), self.capabilities()?)
            .await
            .context("opening a browser")
    }

    fn capabilities(&self) -> Result<Capabilities> {
        let mut capabilities = Capabilities::new();
        match self.browser.engine {
            Engine::Chromium => {
                let options = json!({"binary": self.browser.program, "args": CHROMIUM_SWITCHES});
                capabilities.set("browserName", "chrome")?;
                capabilities.set("goog:chromeOptions", options)?;
                // Everything a page says, refusals of its content security policy among it.
                capabilities.set("goog:loggingPrefs", json!({"browser": "ALL"}))?;
            }
            Engine::Firefox => {
                let options = json!({"binary": self.browser.program, "args": FIREFOX_SWITCHES});
                capabilities.set("browserName", "firefox")?;
                capabilities.set("moz:firefoxOptions", options)?;
            }
            Engine::WebKit => {}
        }
        Ok(capabilities)
    }
}

/// Keeps what the browser shows, for whoever has to find out why a test failed.
pub async fn keep_screenshot(driver: &WebDriver, folder: &Path, name: &str) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
    let file = folder.join(format!("{name}.png"));
    driver.screenshot(&file).await?;
    eprintln!("  what the browser showed: {}", file.display());
    Ok(())
}
