//! Runs the binary on the sample community in folders of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder that goes away with the test.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("edgewise-test-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("a writable folder for temporary files");
        Self(path)
    }

    pub fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file into the folder and gives its path.
    pub fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder around")).expect("a writable folder");
        std::fs::write(&path, content).expect("a writable file");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The sample community.
pub fn community(name: &str) -> PathBuf {
    Path::new("../../tests/fixtures/community").canonicalize().expect("tests run in their package's folder").join(name)
}

/// What a run of the binary left behind.
#[derive(Debug)]
pub struct Run {
    pub success: bool,
    pub out: String,
    pub err: String,
}

/// Runs `edgewise` with arguments; a path or a word each.
pub fn edgewise<S: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = S>) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_edgewise"));
    command.args(arguments).env_remove("EDGEWISE_OPERATOR_TOKEN");
    read(command.output().expect("the binary starts"))
}

pub fn read(output: Output) -> Run {
    Run {
        success: output.status.success(),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

/// Words and paths as arguments.
macro_rules! args {
    ($($argument:expr),* $(,)?) => {
        [$(std::ffi::OsString::from($argument)),*]
    };
}

pub(crate) use args;

/// The sample community's index.
pub fn build_community(out: &Path, jobs: &str) -> Run {
    edgewise(args![
        "build",
        "--site",
        "demo",
        "--out",
        out,
        "--jobs",
        jobs,
        "--threads",
        &community("threads.jsonl"),
        "--docs",
        &community("docs"),
    ])
}

/// Every file of a folder by name, sorted.
pub fn content(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).expect("a readable folder");
    let mut files: Vec<_> = entries
        .map(|entry| {
            let path = entry.expect("a readable entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read(&path).expect("a readable file"))
        })
        .collect();
    files.sort();
    files
}
