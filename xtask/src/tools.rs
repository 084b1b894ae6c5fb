//! The tools everything else needs: found, or installed into the user's cache at the versions the lock files name.
//!
//! Only Node, npm and rustup are presupposed. Nothing global changes, with one exception: Debian's own packages
//! (OpenSSL's headers, Chromium) come by `apt-get` where they are missing and the user may install them.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};
use sha2::{Digest, Sha256};

use crate::paths;
use crate::process::{self, Failed, answer};
use crate::report::step;

/// The oldest Node that wrangler runs on.
const NODE_AT_LEAST: (u32, u32) = (20, 3);

/// The target both the Worker and the widget are compiled for.
pub const WASM: &str = "wasm32-unknown-unknown";

/// The crate that splits the widget; released together with `wasm_split_helpers`, under the same version.
const WASM_SPLIT: &str = "wasm_split_cli_support";

/// Where the tools lie once they are installed.
#[derive(Debug, Clone)]
pub struct Tools {
    /// Node's program.
    pub node: PathBuf,
    /// The folder of the npm packages.
    pub packages: PathBuf,
    /// `wasm-bindgen` at the version of the crate.
    pub wasm_bindgen: PathBuf,
    /// `wasm-split-cli` at the version of the crate `wasm_split_helpers`.
    pub wasm_split: PathBuf,
    /// `worker-build` at the version of the crate `worker`.
    pub worker_build: PathBuf,
}

impl Tools {
    /// Finds every tool and installs what is missing.
    pub fn install() -> Result<Tools> {
        rust_target()?;
        let node = node()?;
        let packages = TOOLS.install()?;
        let worker_build =
            cargo_tool("worker-build", &paths::locked_version("worker")?, "worker-build", &[])?;
        let wasm_bindgen =
            cargo_tool("wasm-bindgen-cli", &paths::locked_version("wasm-bindgen")?, "wasm-bindgen", &[])?;
        let wasm_split = cargo_tool(
            WASM_SPLIT,
            &paths::locked_version("wasm_split_helpers")?,
            "wasm-split-cli",
            &["--features", "build-binary"],
        )?;
        Ok(Tools { node, packages, wasm_bindgen, wasm_split, worker_build })
    }

    /// Where the tools lie, taking it that they are installed: for the tests that `cargo xtask test` starts.
    pub fn installed() -> Result<Tools> {
        Ok(Tools {
            node: node()?,
            packages: TOOLS.folder()?,
            wasm_bindgen: tool_folder("wasm-bindgen-cli", &paths::locked_version("wasm-bindgen")?)?
                .join("bin/wasm-bindgen"),
            wasm_split: tool_folder(WASM_SPLIT, &paths::locked_version("wasm_split_helpers")?)?
                .join("bin/wasm-split-cli"),
            worker_build: tool_folder("worker-build", &paths::locked_version("worker")?)?
                .join("bin/worker-build"),
        })
    }

    /// A program that an npm package brings.
    pub fn npm_program(&self, name: &str) -> PathBuf {
        self.packages.join("node_modules/.bin").join(name)
    }

    /// A command for such a program, kept from asking questions and from sending usage figures.
    pub fn npm_command(&self, name: &str) -> Command {
        let mut command = Command::new(self.npm_program(name));
        quiet_node(&mut command);
        command
    }
}

/// Settings under which wrangler neither asks nor reports nor writes into the user's configuration.
pub fn quiet_node(command: &mut Command) {
    command.envs([
        ("CI", "1"),
        ("NO_COLOR", "1"),
        ("WRANGLER_SEND_METRICS", "false"),
        ("WRANGLER_HIDE_BANNER", "true"),
    ]);
    if let Ok(cache) = paths::cache() {
        command
            .env("XDG_CONFIG_HOME", cache.join("config"))
            .env("WRANGLER_REGISTRY_PATH", cache.join("registry"));
    }
}

/// Cargo as xtask calls it: compiled dependencies go to the cache, and nothing of the cargo that runs xtask leaks in.
pub fn cargo() -> Result<Command> {
    let mut command = Command::new("cargo");
    command.current_dir(paths::repository()).env("CARGO_TARGET_DIR", paths::cargo_target()?);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"]
            .iter()
            .any(|start| text.starts_with(start))
        {
            command.env_remove(&name);
        }
    }
    Ok(command)
}

/// Fetches the crates of the lock file, so that a missing network is told apart from a broken build.
pub fn fetch_crates() -> Result<()> {
    let mut command = cargo()?;
    command.args(["fetch", "--locked"]);
    fetched("the crates Cargo.lock names", process::run(command))
}

/// Turns a failure for want of a network into one sentence.
fn fetched(what: &str, outcome: Result<()>) -> Result<()> {
    match outcome {
        Err(error) if error.downcast_ref::<Failed>().is_some_and(Failed::is_network) => {
            bail!(
                "could not fetch {what}: there is no connection to the registry; connect and run the command again"
            )
        }
        other => other.with_context(|| format!("installing {what}")),
    }
}

fn node() -> Result<PathBuf> {
    let (major, minor) = NODE_AT_LEAST;
    let version = answer("node", &["--version"]).ok_or_else(|| {
        anyhow!("Node is missing: install Node {major} or later, with npm, from https://nodejs.org")
    })?;
    if !is_at_least(&version, NODE_AT_LEAST) {
        bail!(
            "Node is {version}, and {major}.{minor} is the oldest that works: install a later one from https://nodejs.org"
        );
    }
    on_path("node").ok_or_else(|| anyhow!("Node runs, but is not on PATH"))
}

fn is_at_least(version: &str, (major, minor): (u32, u32)) -> bool {
    let mut parts = version.trim_start_matches('v').split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= (major, minor)
}

/// The wasm target, added to the toolchain of `rust-toolchain.toml` when it is missing.
fn rust_target() -> Result<()> {
    let listed = answer("rustup", &["target", "list", "--installed", "--toolchain", &paths::toolchain()?])
        .ok_or_else(|| {
            anyhow!("rustup is missing: install it from https://rustup.rs, then run the command again")
        })?;
    if listed.lines().any(|target| target == WASM) {
        return Ok(());
    }
    step(&format!("Adding the Rust target {WASM}"), "about 20 seconds, once", || {
        let mut command = Command::new("rustup");
        command.args(["target", "add", WASM, "--toolchain", &paths::toolchain()?]);
        fetched(&format!("the Rust target {WASM}"), process::run(command))
    })
}

/// The standard library's source, added to the toolchain where it is missing, for what is compiled together with it.
pub fn standard_library() -> Result<()> {
    const SOURCE: &str = "rust-src";
    let toolchain = paths::toolchain()?;
    let listed = answer("rustup", &["component", "list", "--installed", "--toolchain", &toolchain]);
    if listed.is_some_and(|listed| listed.lines().any(|component| component == SOURCE)) {
        return Ok(());
    }
    step("Adding the source of Rust's standard library", "about 20 seconds, once", || {
        let mut command = Command::new("rustup");
        command.args(["component", "add", SOURCE, "--toolchain", &toolchain]);
        fetched("the source of Rust's standard library", process::run(command))
    })
}

/// Packages that npm installs together, as one lock file names them.
struct PackageSet {
    /// Where the lock file lies.
    sources: &'static str,
    /// The packages that are wanted for themselves.
    names: &'static str,
    /// How long installing them takes.
    takes: &'static str,
}

/// What everything needs.
const TOOLS: PackageSet = PackageSet {
    sources: "xtask/node",
    names: "wrangler, esbuild and binaryen",
    takes: "about 20 seconds, once",
};

/// What only the contract tests need; it is larger than the rest.
const CONTRACT: PackageSet = PackageSet {
    sources: "tests/contract/node",
    names: "Prism and GitHub's GraphQL schema",
    takes: "about 40 seconds, once",
};

/// What only the browser tests need: it comes under the MPL, so it stays out of everything that is shipped.
const ACCESSIBILITY: PackageSet =
    PackageSet { sources: "tests/e2e/node", names: "axe-core", takes: "about 5 seconds, once" };

/// Installs what the browser tests judge accessibility with, and gives its folder.
pub fn accessibility_packages() -> Result<PathBuf> {
    ACCESSIBILITY.install()
}

/// Installs what the contract tests hold the forums' protocols against, and gives its folder.
pub fn contract_packages() -> Result<PathBuf> {
    CONTRACT.install()
}

impl PackageSet {
    fn sources(&self) -> PathBuf {
        paths::repository().join(self.sources)
    }

    /// The packages' folder, named after the lock file's content.
    fn folder(&self) -> Result<PathBuf> {
        let lock = self.sources().join("package-lock.json");
        let bytes = fs::read(&lock).with_context(|| format!("reading {}", lock.display()))?;
        Ok(paths::cache()?.join("node").join(short_hash(&bytes)))
    }

    /// Installs the packages, once for each lock file.
    fn install(&self) -> Result<PathBuf> {
        if answer("npm", &["--version"]).is_none() {
            bail!("npm is missing: install it together with Node from https://nodejs.org");
        }
        let folder = self.folder()?;
        let complete = folder.join("complete");
        if complete.exists() {
            return Ok(folder);
        }
        step(&format!("Installing {} from npm", self.names), self.takes, || {
            fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
            for name in ["package.json", "package-lock.json", ".npmrc"] {
                fs::copy(self.sources().join(name), folder.join(name))
                    .with_context(|| format!("copying {name}"))?;
            }
            let mut command = Command::new("npm");
            command.args(["ci", "--loglevel=error"]).current_dir(&folder);
            fetched(&format!("the npm packages ({})", self.names), process::run_quietly(command))?;
            fs::write(&complete, "").context("marking the npm packages as complete")
        })?;
        Ok(folder)
    }
}

fn tool_folder(name: &str, version: &str) -> Result<PathBuf> {
    Ok(paths::cache()?.join("tools").join(format!("{name}-{version}")))
}

/// Installs a cargo tool at one version into a folder of its own; `features` as cargo takes them.
fn cargo_tool(name: &str, version: &str, program: &str, features: &[&str]) -> Result<PathBuf> {
    let folder = tool_folder(name, version)?;
    let path = folder.join("bin").join(program);
    if path.exists() {
        return Ok(path);
    }
    if name == "worker-build" {
        openssl()?;
    }
    step(&format!("Compiling {name} {version}"), "about 3 minutes, once", || {
        // A tool's own lock file may name a release that the registry no longer offers: then its version alone counts.
        match install_cargo_tool(name, version, &folder, &[&["--locked"], features].concat()) {
            Err(error) if !error.downcast_ref::<Failed>().is_some_and(Failed::is_network) => {
                install_cargo_tool(name, version, &folder, features)
            }
            other => fetched(&format!("{name} {version}"), other),
        }
    })?;
    Ok(path)
}

fn install_cargo_tool(name: &str, version: &str, folder: &Path, how: &[&str]) -> Result<()> {
    // What goes through megabytes of wasm is optimised. Compiling the rest so takes longer than it ever saves; and what
    // the tools share is compiled once only where all are compiled alike.
    let optimised = ["walrus", "wasmparser", "wasm-encoder", "wasm-bindgen-cli-support", WASM_SPLIT]
        .map(|package| format!("profile.release.package.{package}.opt-level=2"));
    let mut command = Command::new("cargo");
    command
        .args(["install", &format!("{name}@{version}"), "--root"])
        .arg(folder)
        .args(how)
        .args(["--config", "profile.release.opt-level=0"])
        .args(optimised.iter().flat_map(|setting| ["--config", setting.as_str()]))
        .args(["--config", "profile.release.lto=false"])
        .env("CARGO_TARGET_DIR", paths::cache()?.join("tools/target"))
        .current_dir(paths::repository());
    process::run(command)
}

/// cargo-fuzz, at the version the fuzz targets are run with.
pub fn cargo_fuzz() -> Result<PathBuf> {
    cargo_tool("cargo-fuzz", "0.13.2", "cargo-fuzz", &[])
}

/// OpenSSL's headers, which worker-build is compiled against on Linux.
fn openssl() -> Result<()> {
    let present = !cfg!(target_os = "linux")
        || env::var_os("OPENSSL_DIR").is_some()
        || answer("pkg-config", &["--exists", "openssl"]).is_some();
    if present {
        return Ok(());
    }
    debian_packages("OpenSSL's headers", &["pkg-config", "libssl-dev"])
}

/// An engine that the end-to-end tests drive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Chromium: every test.
    Chromium,
    /// Firefox: what every engine must do.
    Firefox,
    /// WebKitGTK, which wants a screen, if only in memory: the same.
    WebKit,
}

/// geckodriver's version: it is not tied to Firefox's.
const GECKODRIVER: &str = "0.37.1";

/// A browser with the WebDriver server that drives it.
#[derive(Debug, Clone)]
pub struct Browser {
    /// Which it is.
    pub engine: Engine,
    /// The browser's program; WebKit's is found by its driver.
    pub program: Option<PathBuf>,
    /// The WebDriver server.
    pub driver: PathBuf,
}

impl Engine {
    /// Every engine.
    pub const ALL: [Engine; 3] = [Engine::Chromium, Engine::Firefox, Engine::WebKit];

    /// Its name in the names of tests.
    pub fn name(self) -> &'static str {
        match self {
            Engine::Chromium => "chromium",
            Engine::Firefox => "firefox",
            Engine::WebKit => "webkit",
        }
    }

    /// Finds the browser and its driver; nothing where either is missing.
    pub fn find(self) -> Option<Browser> {
        let first = |names: &[&str]| names.iter().find_map(|name| on_path(name));
        let (program, driver) = match self {
            Engine::Chromium => {
                (Some(first(&["chromium", "chromium-browser", "google-chrome"])?), on_path("chromedriver")?)
            }
            Engine::Firefox => {
                let driver = tool_folder("geckodriver", GECKODRIVER).ok()?.join("bin/geckodriver");
                (Some(first(&["firefox-esr", "firefox"])?), driver.exists().then_some(driver)?)
            }
            Engine::WebKit => {
                on_path("xvfb-run").and(on_path("xauth"))?;
                (None, on_path("WebKitWebDriver")?)
            }
        };
        Some(Browser { engine: self, program, driver })
    }

    /// Finds the browser and its driver, installing what is missing: Debian's packages, and geckodriver.
    pub fn install(self) -> Result<Browser> {
        if let Some(browser) = self.find() {
            return Ok(browser);
        }
        match self {
            Engine::Chromium => {
                debian_packages("Chromium and its driver", &["chromium", "chromium-driver"])?;
            }
            Engine::Firefox => {
                if on_path("firefox-esr").or_else(|| on_path("firefox")).is_none() {
                    debian_packages("Firefox and its libraries", &["firefox-esr"])?;
                }
                cargo_tool("geckodriver", GECKODRIVER, "geckodriver", &[])?;
            }
            Engine::WebKit => {
                debian_packages("WebKit, its driver and a screen", &["webkit2gtk-driver", "xvfb", "xauth"])?;
            }
        }
        self.find().ok_or_else(|| anyhow!("{} and its driver are installed, but not on PATH", self.name()))
    }
}

/// Installs Debian packages, or says in one sentence what the user has to install.
pub(crate) fn debian_packages(what: &str, names: &[&str]) -> Result<()> {
    let root = answer("id", &["-u"]).as_deref() == Some("0");
    let prefix: &[&str] = match (root, answer("sudo", &["-n", "true"]).is_some()) {
        (true, _) => &[],
        (false, true) => &["sudo", "-n"],
        (false, false) => bail!("{what} are missing: run `sudo apt-get install {}`", names.join(" ")),
    };
    if on_path("apt-get").is_none() {
        bail!("{what} are missing: install {} with this system's package manager", names.join(" and "));
    }
    let apt_get = |arguments: &[&str]| {
        let line: Vec<&str> =
            prefix.iter().copied().chain(["apt-get"]).chain(arguments.iter().copied()).collect();
        let mut command = Command::new(line[0]);
        command.args(&line[1..]).env("DEBIAN_FRONTEND", "noninteractive");
        process::run_quietly(command)
    };
    step(&format!("Installing {what} with apt-get"), "about a minute, once", || {
        apt_get(&["update", "-q"])
            .and_then(|()| apt_get(&[&["install", "-q", "-y", "--no-install-recommends"], names].concat()))
            .map_err(|_| {
                anyhow!("could not install {what} with apt-get: run `apt-get install {}`", names.join(" "))
            })
    })
}

/// A program's path, as a shell would find it.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let path: OsString = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|candidate| candidate.is_file())
}

/// The first 16 hex digits of a SHA-256: names for folders and assets.
pub fn short_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The short hash of a file.
pub fn file_hash(path: &Path) -> Result<String> {
    Ok(short_hash(&fs::read(path).with_context(|| format!("reading {}", path.display()))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_versions_compare_by_number() {
        assert!(is_at_least("v20.20.2", NODE_AT_LEAST));
        assert!(is_at_least("v100.0.0", NODE_AT_LEAST));
        assert!(!is_at_least("v20.2.9", NODE_AT_LEAST));
        assert!(!is_at_least("v9.99.0", NODE_AT_LEAST));
    }
}
