//! Where threads come from. Each source lists its inputs in a fixed order and reads one at a time, so that inputs can
//! be read in parallel and the result does not depend on how.

pub mod discourse;
pub mod docs;
pub mod threads;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use thread::Thread;

/// One input after reading.
#[derive(Debug)]
pub struct Read {
    /// The file, and the line where several inputs share one.
    pub place: String,
    /// The thread in it, or why there is none.
    pub thread: Result<Thread, String>,
}

/// Files in `folder` and below whose name ends in one of `extensions`, sorted by path. Links to folders are not
/// followed; names that begin with a dot are passed over.
fn files_below(folder: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        let entries =
            fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("{} cannot be read", folder.display()))?;
            let (path, kind) = (entry.path(), entry.file_type()?);
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            let wanted = || {
                path.extension()
                    .is_some_and(|end| extensions.iter().any(|wanted| end.eq_ignore_ascii_case(wanted)))
            };
            if kind.is_dir() {
                waiting.push(path);
            } else if wanted() {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
