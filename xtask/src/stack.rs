//! A Worker running on this machine: started, published to, stopped, killed and started again on the same state.
//!
//! `node/serve.mjs` runs the built Worker in workerd with its bindings (R2, Durable Objects) kept in a folder. The demo
//! holds one of these, each end-to-end test program holds one of its own.

use std::collections::HashMap;
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::json;

use crate::paths;
use crate::process::{self, Group};
use crate::tools::{Tools, quiet_node};

/// How long a Worker may take to answer after it was started: workerd compiles the wasm.
const START_LIMIT: Duration = Duration::from_secs(90);

/// Lines of the log that an error carries.
const LOG_LINES: usize = 12;

/// What a stack is started with.
#[derive(Debug, Clone)]
pub struct Options {
    /// The port on the loopback address.
    pub port: u16,
    /// Where the Worker's state is kept between runs.
    pub state: PathBuf,
    /// The operator's token: for publishing, and for the inbox.
    pub token: String,
    /// Further variables of the Worker.
    pub variables: Vec<(String, String)>,
    /// Another folder of static files than the one wrangler.toml names: another deployment's.
    pub assets: Option<PathBuf>,
    /// Where its words go.
    pub log: PathBuf,
}

/// A Worker on this machine.
pub struct Stack {
    options: Options,
    tools: Tools,
    /// The folder of another build of the Worker than the one wrangler.toml names.
    worker: Option<PathBuf>,
    running: Option<Group>,
}

impl Stack {
    /// Starts the built Worker and waits until it answers.
    pub fn start(tools: &Tools, options: Options) -> Result<Stack> {
        Self::launch(Stack { options, tools: tools.clone(), worker: None, running: None })
    }

    /// Starts a build of the Worker that lies elsewhere, the shipped one say.
    pub fn start_built(tools: &Tools, worker: &Path, options: Options) -> Result<Stack> {
        Self::launch(Stack {
            options,
            tools: tools.clone(),
            worker: Some(worker.to_path_buf()),
            running: None,
        })
    }

    fn launch(mut stack: Stack) -> Result<Stack> {
        stack.start_again()?;
        Ok(stack)
    }

    /// The address of the Worker, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.options.port)
    }

    /// The operator's token.
    pub fn token(&self) -> &str {
        &self.options.token
    }

    /// Replaces the static files, as a deployment does.
    pub fn deploy(&mut self, assets: &Path) -> Result<()> {
        self.stop();
        self.options.assets = Some(assets.to_path_buf());
        self.start_again()
    }

    /// Starts a stopped Worker on the port and the state it had.
    pub fn start_again(&mut self) -> Result<()> {
        let Options { port, state, token, variables, assets, log } = &self.options;
        for folder in [state.as_path(), log.parent().unwrap_or(state)] {
            fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
        }
        let out = File::create(log).with_context(|| format!("creating {}", log.display()))?;
        let err = out.try_clone().context("sharing the log")?;
        let repository = paths::repository();
        let worker = self.worker.clone().unwrap_or_else(|| repository.join("edge/worker/build"));
        let mut bound: HashMap<&str, &str> =
            variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        bound.insert("EDGEWISE_OPERATOR_TOKEN", token);
        let serve = json!({
            "packages": self.tools.packages,
            "config": repository.join("edge/worker/wrangler.toml"),
            "worker": worker,
            "port": port,
            "state": std::path::absolute(state).context("naming the state's folder")?,
            "variables": bound,
            "assets": assets,
        });
        self.running = Some(Group::spawn_guarded(&self.tools.node, |command| {
            command
                .arg(repository.join("xtask/node/serve.mjs"))
                .env("EDGEWISE_SERVE", serve.to_string())
                .current_dir(&repository)
                .stdout(out)
                .stderr(err);
            quiet_node(command);
        })?);
        self.wait_until_healthy()
    }

    fn wait_until_healthy(&mut self) -> Result<()> {
        let deadline = Instant::now() + START_LIMIT;
        while Instant::now() < deadline {
            if self.is_healthy() {
                return Ok(());
            }
            if !self.is_running() {
                bail!("the Worker ended before it answered:\n{}", self.log_end());
            }
            thread::sleep(Duration::from_millis(100));
        }
        self.kill();
        bail!("the Worker did not answer within {} seconds:\n{}", START_LIMIT.as_secs(), self.log_end())
    }

    /// Whether the Worker answers.
    pub fn is_healthy(&self) -> bool {
        let request = ureq::get(format!("{}/healthz", self.url()));
        request.config().timeout_global(Some(Duration::from_secs(2))).build().call().is_ok()
    }

    /// Whether it is running.
    pub fn is_running(&mut self) -> bool {
        self.running.as_mut().is_some_and(Group::is_running)
    }

    /// Stops the Worker as an operator would.
    pub fn stop(&mut self) {
        if let Some(mut group) = self.running.take() {
            group.stop();
        }
    }

    /// Ends the Worker without warning, as a crash would.
    pub fn kill(&mut self) {
        if let Some(mut group) = self.running.take() {
            group.kill();
        }
    }

    /// Publishes a folder that `edgewise build` wrote, together with a site's settings.
    pub fn publish(&self, indexer: &Path, folder: &Path, settings: &Path) -> Result<()> {
        let mut command = Command::new(indexer);
        command
            .arg("publish")
            .arg(folder)
            .args(["--to", &self.url()])
            .arg("--site-config")
            .arg(settings)
            .env("EDGEWISE_OPERATOR_TOKEN", &self.options.token)
            .current_dir(paths::repository());
        process::run_quietly(command).context("publishing the index")
    }

    /// Has the widget of a folder of static files kept.
    pub fn pin(&self, indexer: &Path, assets: &Path) -> Result<()> {
        let mut command = Command::new(indexer);
        command.arg("pin").arg(assets).args(["--to", &self.url()]);
        command.env("EDGEWISE_OPERATOR_TOKEN", &self.options.token).current_dir(paths::repository());
        process::run_quietly(command).context("keeping the widget")
    }

    /// The last lines it wrote.
    pub fn log_end(&self) -> String {
        let text = fs::read_to_string(&self.options.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
    }
}

/// A port on the loopback address that nothing listens on.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("looking for a free port")?;
    Ok(listener.local_addr().context("reading the port")?.port())
}

/// Says in one sentence when a port is taken.
pub fn check_port(port: u16) -> Result<()> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .map(drop)
        .map_err(|error| anyhow!("port {port} cannot be used ({error}): choose another with --port"))
}

/// A token nobody can guess: 128 bits from the system, in hex.
pub fn new_token() -> Result<String> {
    use std::io::Read;
    let mut bytes = [0_u8; 16];
    File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .context("reading /dev/urandom")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
