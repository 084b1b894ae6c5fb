//! Processes xtask starts: each in a process group of its own, so that ending one ends everything it started.
//!
//! [`end_all_when_interrupted`] makes Ctrl-C and SIGTERM end every group before xtask itself ends. A group started with
//! [`Group::spawn_guarded`] ends even when xtask is killed outright: its guard notices that xtask's end of a pipe closed.

use std::fs;
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::report::Elapsed;

/// How long a group has to end by itself once it was asked to.
const GRACE: Duration = Duration::from_secs(5);

/// The last lines of a failed command that are kept to find out why it failed.
const TAIL_LINES: usize = 60;

/// Groups that are running, by the process id of their leader.
static GROUPS: Mutex<Vec<i32>> = Mutex::new(Vec::new());

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Ends every group, says so, and exits when the user presses Ctrl-C or the process is asked to terminate.
pub fn end_all_when_interrupted() -> Result<()> {
    ctrlc::set_handler(|| {
        INTERRUPTED.store(true, Ordering::SeqCst);
        let groups = GROUPS.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for group in &groups {
            let _ = killpg(Pid::from_raw(*group), Signal::SIGTERM);
        }
        let deadline = Instant::now() + GRACE;
        while groups.iter().any(|group| is_alive(*group)) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(50));
        }
        for group in &groups {
            let _ = killpg(Pid::from_raw(*group), Signal::SIGKILL);
        }
        eprintln!("\nStopped; every process that was started has ended.");
        // 128 + SIGINT, what shells report for an interrupted command.
        std::process::exit(130);
    })
    .context("installing the interrupt handler")
}

/// Whether an interrupt is ending the process: errors that it causes need no words of their own.
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// A process and all it started.
pub struct Group {
    child: Child,
    leader: i32,
}

impl Group {
    /// Starts a command as the leader of its own process group.
    pub fn spawn(mut command: Command) -> Result<Group> {
        let name = command.get_program().to_string_lossy().into_owned();
        command.process_group(0);
        let child = command.spawn().with_context(|| format!("starting {name}"))?;
        let leader = i32::try_from(child.id()).context("process id out of range")?;
        GROUPS.lock().unwrap_or_else(PoisonError::into_inner).push(leader);
        Ok(Group { child, leader })
    }

    /// Starts a server that must not outlive xtask, whatever ends xtask.
    ///
    /// A shell leads the group. It waits for the end of its standard input, a pipe only xtask holds, and then kills the
    /// group; when the server ends by itself, the rest of the group (a server's own children) is killed as well.
    pub fn spawn_guarded(program: &Path, configure: impl FnOnce(&mut Command)) -> Result<Group> {
        const GUARD: &str = r#"("$@" </dev/null; kill -KILL 0) & read -r _; kill -KILL 0"#;
        let mut command = Command::new("sh");
        command.args(["-c", GUARD, "guard"]).arg(program).stdin(Stdio::piped());
        configure(&mut command);
        Group::spawn(command)
    }

    /// Waits until the leader ends.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        self.child.wait().context("waiting for a process")
    }

    /// Whether the leader is still running.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Asks the group to end, and kills what has not ended in time.
    pub fn stop(&mut self) {
        let _ = killpg(Pid::from_raw(self.leader), Signal::SIGTERM);
        let deadline = Instant::now() + GRACE;
        while Instant::now() < deadline {
            let _ = self.child.try_wait();
            if !is_alive(self.leader) {
                break;
            }
            thread::sleep(Duration::from_millis(20));
        }
        self.kill();
    }

    /// Kills the group at once, as a crash or a power cut would.
    pub fn kill(&mut self) {
        let _ = killpg(Pid::from_raw(self.leader), Signal::SIGKILL);
        let _ = self.child.wait();
        GROUPS.lock().unwrap_or_else(PoisonError::into_inner).retain(|leader| *leader != self.leader);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // A leader that was waited for may have handed its id on; only a running one is ours to end.
        if self.is_running() {
            self.stop();
        }
        GROUPS.lock().unwrap_or_else(PoisonError::into_inner).retain(|leader| *leader != self.leader);
    }
}

/// Whether any process of the group is still running.
///
/// In a container nobody may reap what init inherits: such remains count as ended.
fn is_alive(group: i32) -> bool {
    if killpg(Pid::from_raw(group), None).is_err() {
        return false;
    }
    let Ok(processes) = fs::read_dir("/proc") else { return true };
    let mut states = processes.flatten().filter_map(|process| {
        let line = fs::read_to_string(process.path().join("stat")).ok()?;
        running_group(&line)
    });
    states.any(|running| running == group)
}

/// The process group in a line of `/proc/PID/stat`; nothing for a process that has ended.
fn running_group(stat: &str) -> Option<i32> {
    // The name stands in brackets and may hold spaces and brackets itself; after it come state, parent and group.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    let group = fields.nth(1)?.parse().ok()?;
    (state != "Z").then_some(group)
}

/// What a command that failed left behind: enough to tell a lost network from a broken build.
#[derive(Debug)]
pub struct Failed {
    /// The command's name.
    pub name: String,
    /// How it ended.
    pub status: ExitStatus,
    /// Its last lines.
    pub tail: Vec<String>,
}

impl Failed {
    /// Whether the last lines say that something could not be fetched.
    pub fn is_network(&self) -> bool {
        const SIGNS: [&str; 13] = [
            "could not resolve host",
            "couldn't resolve host",
            "could not connect",
            "couldn't connect",
            "failed to connect",
            "network is unreachable",
            "spurious network error",
            "failed to download",
            "temporary failure in name resolution",
            "enotfound",
            "eai_again",
            "econnrefused",
            "etimedout",
        ];
        self.tail.iter().any(|line| {
            let line = line.to_lowercase();
            SIGNS.iter().any(|sign| line.contains(sign))
        })
    }
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} failed ({}); its own words are above", self.name, self.status)
    }
}

impl std::error::Error for Failed {}

/// Runs a command to its end, passing on what it prints; a failure is a [`Failed`].
pub fn run(command: Command) -> Result<()> {
    run_watched(command, |_| {})
}

/// Runs a command to its end, passing on what it prints and showing each line of its standard output to `watch`.
pub fn run_watched(command: Command, watch: impl FnMut(&str)) -> Result<()> {
    run_echoing(command, Echo::All, None, watch)
}

/// Runs a command to its end and returns its standard output; what it says beside that is passed on. It is killed when
/// it takes longer than `limit`.
pub fn run_within(limit: Duration, command: Command) -> Result<String> {
    let mut output = String::new();
    run_echoing(command, Echo::Errors, Some(limit), |line| {
        output.push_str(line);
        output.push('\n');
    })?;
    Ok(output)
}

/// Runs a command to its end without a word; its output is printed only when it fails.
pub fn run_quietly(command: Command) -> Result<()> {
    match run_echoing(command, Echo::Nothing, None, |_| {}) {
        Err(error) => {
            if let Some(failed) = error.downcast_ref::<Failed>()
                && !interrupted()
            {
                failed.tail.iter().for_each(|line| eprintln!("  {line}"));
            }
            Err(error)
        }
        done => done,
    }
}

/// What of a command's output is passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Echo {
    All,
    Errors,
    Nothing,
}

fn run_echoing(
    mut command: Command,
    echo: Echo,
    limit: Option<Duration>,
    mut watch: impl FnMut(&str),
) -> Result<()> {
    let name = Path::new(command.get_program())
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut group = Group::spawn(command)?;
    let stdout = group.child.stdout.take().ok_or_else(|| anyhow!("{name} has no output"))?;
    let stderr = group.child.stderr.take().ok_or_else(|| anyhow!("{name} has no error output"))?;
    let tail = Mutex::new(Vec::new());
    let (ended, end) = mpsc::channel::<()>();
    let leader = group.leader;
    let late = thread::scope(|scope| {
        let errors = scope.spawn(|| each_line(stderr, &tail, |line| show(line, echo != Echo::Nothing)));
        let watchdog = limit.map(|limit| scope.spawn(move || kill_after(limit, leader, end)));
        each_line(stdout, &tail, |line| {
            if echo == Echo::All {
                println!("{line}");
            }
            watch(line);
        });
        // Both streams end with the group, which the watchdog sees to.
        let _ = errors.join();
        drop(ended);
        watchdog.is_some_and(|watchdog| watchdog.join().unwrap_or_default())
    });
    let status = group.wait()?;
    if status.success() {
        return Ok(());
    }
    if interrupted() {
        // The handler is ending the process; let it have the last word.
        thread::sleep(GRACE * 2);
        bail!("interrupted");
    }
    if let Some(limit) = limit.filter(|_| late) {
        bail!("{name} took longer than {}", Elapsed(limit));
    }
    Err(Failed { name, status, tail: tail.into_inner().unwrap_or_else(PoisonError::into_inner) }.into())
}

/// Kills a group that is still running when time is up; whether it was.
fn kill_after(limit: Duration, leader: i32, ended: mpsc::Receiver<()>) -> bool {
    let late = ended.recv_timeout(limit) == Err(mpsc::RecvTimeoutError::Timeout);
    if late {
        let _ = killpg(Pid::from_raw(leader), Signal::SIGKILL);
    }
    late
}

/// Prints a line of a command's error output. What cargo is busy with is shown in place on a terminal and left out of logs.
fn show(line: &str, echo: bool) {
    const BUSY: [&str; 7] =
        ["Compiling ", "Checking ", "Downloading ", "Downloaded ", "Finished ", "Blocking ", "Updating "];
    let terminal = std::io::stderr().is_terminal();
    let busy = BUSY.iter().any(|word| line.trim_start().starts_with(word));
    match (busy, terminal) {
        (true, true) => eprint!("\r\x1b[K  {}\r", line.trim_start()),
        (false, true) if echo => eprintln!("\x1b[K{line}"),
        (false, false) if echo => eprintln!("{line}"),
        _ => {}
    }
}

fn each_line(from: impl Read, tail: &Mutex<Vec<String>>, mut show: impl FnMut(&str)) {
    for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned();
        show(&line);
        let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
        if tail.len() == TAIL_LINES {
            tail.remove(0);
        }
        tail.push(line);
    }
}

/// What a command prints, trimmed; nothing when it cannot be started or fails.
pub fn answer(program: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_failure_keeps_its_last_lines() {
        let error = run(shell("echo one; echo 'Could not resolve host: example' >&2; exit 3")).unwrap_err();
        let failed = error.downcast::<Failed>().unwrap();
        assert!(failed.is_network());
        assert_eq!(failed.status.code(), Some(3));
    }

    #[test]
    fn an_ordinary_failure_is_not_blamed_on_the_network() {
        let error = run(shell("echo 'error[E0308]: mismatched types' >&2; exit 101")).unwrap_err();
        assert!(!error.downcast::<Failed>().unwrap().is_network());
    }

    #[test]
    fn what_takes_too_long_is_killed_with_all_it_started() {
        let error = run_within(Duration::from_millis(300), shell("sleep 600 & sleep 600")).unwrap_err();
        assert!(error.to_string().contains("took longer than"), "{error}");
        assert_eq!(run_within(Duration::from_secs(300), shell("echo one; echo two >&2")).unwrap(), "one\n");
    }

    #[test]
    fn ended_processes_do_not_count_as_running() {
        assert_eq!(running_group("15582 (workerd) S 15543 15531 15531 0 -1"), Some(15531));
        assert_eq!(running_group("15582 (work) erd) R 15543 15531 15531 0 -1"), Some(15531));
        assert_eq!(running_group("15582 (workerd) Z 1 15531 15531 0 -1"), None);
    }

    #[test]
    fn killing_a_guarded_group_ends_its_grandchildren() {
        let mut group = Group::spawn_guarded(Path::new("sh"), |command| {
            command.args(["-c", "sleep 600 & echo started; sleep 600"]).stdout(Stdio::piped());
        })
        .unwrap();
        let mut output = BufReader::new(group.child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert_eq!(line, "started\n");
        group.kill();
        // The pipe ends once every process that holds it has ended: a survivor would keep this waiting.
        assert_eq!(output.read_to_end(&mut Vec::new()).unwrap(), 0);
    }

    #[test]
    fn a_guarded_group_ends_when_its_server_does() {
        let mut group = Group::spawn_guarded(Path::new("true"), |_| {}).unwrap();
        assert!(!group.wait().unwrap().success());
    }
}
