//! Chromium without a window, driven over WebDriver.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use thirtyfour::{CapabilitiesHelper, ChromiumLikeCapabilities, DesiredCapabilities, WebDriver};
use xtask::process::Group;
use xtask::stack::free_port;
use xtask::tools::Browser;

/// How long chromedriver may take to listen.
const START_LIMIT: Duration = Duration::from_secs(20);

/// Chromium's switches: no window, nothing fetched in the background.
const SWITCHES: [&str; 9] = [
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

/// A running chromedriver; each session it opens has a fresh profile that goes with the session.
pub struct Driver {
    browser: Browser,
    port: u16,
    _group: Group,
}

impl Driver {
    /// Starts chromedriver on a free port.
    pub fn start() -> Result<Driver> {
        let browser =
            Browser::find().ok_or_else(|| anyhow!("chromium and chromedriver are not installed"))?;
        let port = free_port()?;
        let mut command = Command::new(&browser.driver);
        command
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let group = Group::spawn(command)?;
        let status = format!("http://127.0.0.1:{port}/status");
        let deadline = Instant::now() + START_LIMIT;
        while ureq::get(&status).call().is_err() {
            if Instant::now() >= deadline {
                bail!("chromedriver does not listen on port {port}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(Driver { browser, port, _group: group })
    }

    /// Opens a browser with an empty profile.
    pub async fn open(&self) -> Result<WebDriver> {
        let mut capabilities = DesiredCapabilities::chrome();
        let program = self.browser.chromium.to_str().context("chromium's path is not text")?;
        capabilities.set_binary(program)?;
        for switch in SWITCHES {
            capabilities.add_arg(switch)?;
        }
        // Everything a page says, refusals of its content security policy among it.
        capabilities.set("goog:loggingPrefs", serde_json::json!({"browser": "ALL"}))?;
        WebDriver::new(format!("http://127.0.0.1:{}", self.port), capabilities)
            .await
            .context("opening a browser")
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
