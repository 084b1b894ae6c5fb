//! Forums made of their descriptions, as programs from npm serve them.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How long a program may take to read its description: large ones, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running program; it ends with this value.
#[derive(Debug)]
pub struct Served {
    child: Child,
    base: String,
}

impl Served {
    /// The folder of the npm packages of `tests/contract/node`, which `cargo xtask test` installs and names in
    /// `EDGEWISE_CONTRACT_PACKAGES`. Without it the tests that need a program say so and do nothing.
    pub fn packages() -> Option<PathBuf> {
        let named = std::env::var_os("EDGEWISE_CONTRACT_PACKAGES").filter(|value| !value.is_empty());
        if named.is_none() {
            eprintln!("skipped: EDGEWISE_CONTRACT_PACKAGES names no folder of npm packages");
        }
        named.map(PathBuf::from)
    }

    /// A server that answers with an OpenAPI document's examples, and says what is wrong with each request.
    pub fn openapi(packages: &Path, document: &Path) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = Command::new("node");
        command
            .arg(packages.join("node_modules/.bin/prism"))
            .args(["mock", "--host", "127.0.0.1", "--port", &port.to_string()])
            .arg(document)
            .stdout(Stdio::null());
        let mut served = Self { child: command.spawn()?, base: format!("http://127.0.0.1:{port}") };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if served.child.try_wait()?.is_some() || begun.elapsed() > PATIENCE {
                bail!("{} is not served", document.display());
            }
            sleep(Duration::from_millis(100));
        }
        Ok(served)
    }

    /// A small GitHub that answers strictly by GitHub's published GraphQL schema: see `node/github.mjs`.
    pub fn github(packages: &Path) -> Result<Self> {
        let script = Path::new("node/github.mjs");
        let mut command = Command::new("node");
        let mut child = command.arg(script).arg(packages).stdout(Stdio::piped()).spawn()?;
        let output = child.stdout.take().context("its output is piped")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let mut served = Self { child, base: String::new() };
        let port: u16 = line.trim().parse().context("the schema is not served")?;
        served.base = format!("http://127.0.0.1:{port}");
        Ok(served)
    }

    /// Its address, without a slash at the end.
    pub fn base(&self) -> &str {
        &self.base
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
