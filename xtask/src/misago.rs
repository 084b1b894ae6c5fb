//! A real Misago forum on this machine: Misago from PyPI, on a PostgreSQL of its own that is gone afterwards.
//!
//! Installed once into the cache: a virtual environment, and a dump of a database with tables and accounts in it, so that
//! a forum starts in seconds and empty every time. The forum's own configuration lies in `tests/forum/misago`.

use std::fmt;
use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::{DirBuilderExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use crate::paths;
use crate::process::{self, Failed, Group, answer};
use crate::report::step;
use crate::stack::{self, free_port};
use crate::tools;

/// What is installed, with the server that runs it.
const PACKAGES: [&str; 2] = ["misago==0.39.6", "waitress==3.0.2"];

/// The category that every Misago begins with.
pub const CATEGORY: &str = "3";

/// How long database and forum may take to answer after they were started.
const START_LIMIT: Duration = Duration::from_secs(120);

/// An account of the forum, and the key that speaks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// Its name.
    pub name: &'static str,
    /// For `Authorization: Token KEY`. No secret: the forum listens on the loopback address, and has nothing to hide.
    pub key: &'static str,
}

/// The account that questions are posted with.
pub const BOT: Account = Account { name: "HelpBot", key: "key-of-the-bot" };

/// Somebody who answers.
pub const PERSON: Account = Account { name: "Ines", key: "key-of-ines" };

/// What cannot be had here.
#[derive(Debug)]
pub struct Missing(String);

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Missing {}

/// An installed Misago.
#[derive(Debug, Clone)]
pub struct Installed {
    /// The programs of the virtual environment.
    python: PathBuf,
    /// PostgreSQL's programs.
    postgres: PathBuf,
    /// The database's beginning.
    dump: PathBuf,
}

impl Installed {
    /// Finds what [`Installed::install`] has left; nothing where anything of it is missing.
    pub fn find() -> Option<Installed> {
        let installed = Installed::at(postgres()?).ok()?;
        (installed.is_complete() && installed.dump.exists()).then_some(installed)
    }

    /// Finds it, or installs it. The error is a [`Missing`] where this machine lacks what cannot be installed.
    ///
    /// 1. Python and PostgreSQL, the latter as Debian's package where that may be installed. 2. Misago. 3. A database.
    pub fn install() -> Result<Installed> {
        // 1.
        let python = python().ok_or_else(|| {
            Missing("Python 3 with its module venv is missing: install python3-venv".to_owned())
        })?;
        if postgres().is_none() {
            tools::debian_packages("PostgreSQL", &["postgresql"])
                .map_err(|error| Missing(error.to_string()))?;
        }
        let postgres = postgres().ok_or_else(|| Missing("PostgreSQL's initdb is nowhere".to_owned()))?;
        let installed = Installed::at(postgres)?;
        // 2.
        if !installed.is_complete() {
            step("Installing Misago from PyPI", "about a minute, once", || installed.fill(&python))?;
        }
        // 3.
        if !installed.dump.exists() {
            step("Preparing Misago's database", "about a minute, once", || installed.prepare())?;
        }
        Ok(installed)
    }

    fn at(postgres: PathBuf) -> Result<Installed> {
        let folder = paths::cache()?.join("misago").join(tools::short_hash(PACKAGES.concat().as_bytes()));
        let dump = folder.join(format!("{}.dump", beginning(&postgres)?));
        Ok(Installed { python: folder.join("python/bin"), postgres, dump })
    }

    fn is_complete(&self) -> bool {
        self.python.join("complete").exists()
    }

    fn fill(&self, python: &str) -> Result<()> {
        let folder = self.python.parent().unwrap_or(&self.python);
        let mut command = Command::new(python);
        command.args(["-m", "venv", "--clear"]).arg(folder);
        process::run_quietly(command).context("making a virtual environment")?;
        let mut command = Command::new(self.python.join("pip"));
        command.args(["install", "--quiet", "--disable-pip-version-check", "--no-input"]).args(PACKAGES);
        process::run_quietly(command).map_err(|error| match error.downcast_ref::<Failed>() {
            Some(failed) if failed.is_network() => {
                anyhow!("could not fetch Misago: there is no connection to PyPI; connect and run the command again")
            }
            _ => error.context("installing Misago from PyPI"),
        })?;
        fs::write(self.python.join("complete"), "").context("marking Misago as complete")
    }

    /// Makes tables and accounts in an empty database, and dumps it.
    fn prepare(&self) -> Result<()> {
        let database = Database::start(&self.postgres)?;
        let mut command = self.forum_command("python", &database);
        command.arg("prepare.py");
        process::run_quietly(command).context("preparing Misago's database")?;
        let half = self.dump.with_extension("half");
        let mut command = database.client("pg_dump");
        command.args(["--format=custom", "--file"]).arg(&half).arg(DATABASE);
        process::run_quietly(command).context("dumping Misago's database")?;
        fs::rename(&half, &self.dump).context("keeping the dump of Misago's database")
    }

    /// A command of the virtual environment, with the forum's configuration.
    fn forum_command(&self, program: &str, database: &Database) -> Command {
        let mut command = Command::new(self.python.join(program));
        self.configure(&mut command, database);
        command
    }

    fn configure(&self, command: &mut Command, database: &Database) {
        command
            .current_dir(sources())
            .env("FORUM_DATABASE_PORT", database.port.to_string())
            .env("FORUM_FOLDER", &database.folder)
            .env("FORUM_KEYS", keys())
            .env("DJANGO_SETTINGS_MODULE", "settings")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("PYTHONPATH", sources());
    }
}

/// A running forum. Dropping it ends it and removes all that it held.
pub struct Misago {
    url: String,
    // Ended in this order.
    _web: Group,
    _database: Database,
}

impl Misago {
    /// Starts an empty forum on a free port and waits until it answers.
    pub fn start(installed: &Installed) -> Result<Misago> {
        let database = Database::start(&installed.postgres)?;
        let mut restore = database.client("pg_restore");
        restore.args(["--dbname", DATABASE]).arg(&installed.dump);
        process::run_quietly(restore).context("restoring Misago's database")?;

        let port = free_port()?;
        let log = File::create(database.folder.join("web.log")).context("creating Misago's log")?;
        let errors = log.try_clone().context("sharing Misago's log")?;
        let mut web = Group::spawn_guarded(&installed.python.join("waitress-serve"), |command| {
            installed.configure(command, &database);
            command
                .args([&format!("--listen=127.0.0.1:{port}"), "--threads=4", "application:application"])
                .stdout(log)
                .stderr(errors);
        })?;
        let url = format!("http://127.0.0.1:{port}");
        let list = format!("{url}/api/threads/");
        let deadline = Instant::now() + START_LIMIT;
        while ureq::get(&list).call().is_err() {
            if Instant::now() >= deadline || !web.is_running() {
                let log = fs::read_to_string(database.folder.join("web.log")).unwrap_or_default();
                bail!("Misago does not answer; its last words:\n{}", end_of(&log));
            }
            thread::sleep(Duration::from_millis(200));
        }
        Ok(Misago { url, _web: web, _database: database })
    }

    /// Its address, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// The database's name.
const DATABASE: &str = "misago";

/// What a database's folder is called, before the id of the process that it belongs to.
const FOLDER: &str = "edgewise-misago-";

/// A PostgreSQL of our own, in a folder that goes with it.
struct Database {
    port: u16,
    postgres: PathBuf,
    folder: PathBuf,
    server: Option<Group>,
}

impl Database {
    /// Starts an empty one, open to whoever is on this machine.
    fn start(postgres: &Path) -> Result<Database> {
        clear_away();
        // Not in the cache: the account that runs PostgreSQL may not look into the home of another.
        let name = format!("{FOLDER}{}-{}", std::process::id(), stack::new_token()?);
        let folder = std::env::temp_dir().join(name);
        DirBuilder::new()
            .mode(0o755)
            .create(&folder)
            .with_context(|| format!("creating {}", folder.display()))?;
        let mut database =
            Database { port: free_port()?, postgres: postgres.to_path_buf(), folder, server: None };
        database.fill()?;
        Ok(database)
    }

    fn fill(&mut self) -> Result<()> {
        let data = self.folder.join("data");
        DirBuilder::new().mode(0o700).create(&data).context("creating the database's folder")?;
        let account = server_account()?;
        if let Some((user, group)) = account {
            chown(&data, Some(user), Some(group)).context("handing over the database's folder")?;
        }
        let act_as = |command: &mut Command| {
            command.current_dir(&data);
            if let Some((user, group)) = account {
                command.uid(user).gid(group);
            }
        };
        let mut command = Command::new(self.postgres.join("initdb"));
        command.args([
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]);
        command.arg("--pgdata").arg(&data);
        act_as(&mut command);
        process::run_quietly(command).context("making a database")?;

        let log = File::create(self.folder.join("postgres.log")).context("creating the database's log")?;
        let errors = log.try_clone().context("sharing the database's log")?;
        self.server = Some(Group::spawn_guarded(&self.postgres.join("postgres"), |command| {
            command.arg("-D").arg(&data).args(["-p", &self.port.to_string()]);
            // Whatever a power cut would lose is thrown away anyhow.
            for setting in ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off"] {
                command.args(["-c", setting]);
            }
            act_as(command);
            command.stdout(log).stderr(errors);
        })?);
        let deadline = Instant::now() + START_LIMIT;
        let (asks, port) = (self.postgres.join("pg_isready"), self.port.to_string());
        while answer(&asks, &["--host=127.0.0.1", "--port", &port]).is_none() {
            if Instant::now() >= deadline || !self.server.as_mut().is_some_and(Group::is_running) {
                let log = fs::read_to_string(self.folder.join("postgres.log")).unwrap_or_default();
                bail!("PostgreSQL does not start; its last words:\n{}", end_of(&log));
            }
            thread::sleep(Duration::from_millis(100));
        }
        let mut command = self.client("createdb");
        command.arg(DATABASE);
        process::run_quietly(command).context("making Misago's database")
    }

    /// One of PostgreSQL's clients.
    fn client(&self, program: &str) -> Command {
        let mut command = Command::new(self.postgres.join(program));
        command.args(["--host=127.0.0.1", "--username=postgres", "--port", &self.port.to_string()]);
        command
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.stop();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Removes what processes have left behind that were interrupted.
fn clear_away() {
    for folder in fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let name = folder.file_name().to_string_lossy().into_owned();
        let owner = name.strip_prefix(FOLDER).and_then(|rest| rest.split('-').next());
        if let Some(owner) = owner.and_then(|owner| owner.parse::<u32>().ok())
            && !Path::new("/proc").join(owner.to_string()).exists()
        {
            let _ = fs::remove_dir_all(folder.path());
        }
    }
}

/// The forum's own configuration.
fn sources() -> PathBuf {
    paths::repository().join("tests/forum/misago")
}

/// `KEY=NAME` for every account.
fn keys() -> String {
    [BOT, PERSON].map(|account| format!("{}={}", account.key, account.name)).join(",")
}

/// Names a dump after all that decides what is in it.
fn beginning(postgres: &Path) -> Result<String> {
    let mut all = format!("{} {}", keys(), postgres.display()).into_bytes();
    for name in ["application.py", "keys.py", "prepare.py", "settings.py"] {
        let file = sources().join(name);
        all.extend(fs::read(&file).with_context(|| format!("reading {}", file.display()))?);
    }
    Ok(tools::short_hash(&all))
}

/// A Python that can make virtual environments. The release that Misago is developed with comes first.
fn python() -> Option<String> {
    let able = |name: &&str| answer(name, &["-c", "import ensurepip, venv"]).is_some();
    ["python3.11", "python3"].into_iter().find(able).map(str::to_owned)
}

/// The folder of PostgreSQL's programs, the latest where there are several.
fn postgres() -> Option<PathBuf> {
    let releases = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let debian = releases.filter_map(|release| {
        let number: u32 = release.file_name().to_str()?.parse().ok()?;
        let programs = release.path().join("bin");
        programs.join("initdb").is_file().then_some((number, programs))
    });
    let latest = debian.max_by_key(|(number, _)| *number).map(|(_, programs)| programs);
    latest.or_else(|| Some(tools::on_path("initdb")?.parent()?.to_path_buf()))
}

/// Whom PostgreSQL runs as where we are root, which it refuses to run as.
fn server_account() -> Result<Option<(u32, u32)>> {
    if answer("id", &["-u"]).as_deref() != Some("0") {
        return Ok(None);
    }
    let number = |what: &str| answer("id", &[what, "postgres"]).and_then(|number| number.parse().ok());
    match (number("-u"), number("-g")) {
        (Some(user), Some(group)) => Ok(Some((user, group))),
        _ => {
            Err(Missing("PostgreSQL does not run as root, and there is no account `postgres`".to_owned())
                .into())
        }
    }
}

/// The last lines of a log.
fn end_of(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines.get(lines.len().saturating_sub(12)..).unwrap_or_default().join("\n")
}
