//! Threads as JSON, one a line.

use std::path::Path;

use anyhow::{Context, Result};
use thread::Thread;

use super::Read;

/// One line of a file.
pub struct Line {
    place: String,
    text: String,
}

/// The lines of a file; blank ones are passed over. Bytes that are no UTF-8 spoil their own line only.
pub fn list(file: &Path) -> Result<Vec<Line>> {
    let bytes = std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let lines = bytes.split(|byte| *byte == b'\n').enumerate().map(|(at, line)| Line {
        place: format!("{}:{}", file.display(), at + 1),
        text: String::from_utf8_lossy(line).trim_start_matches('\u{feff}').trim().to_owned(),
    });
    Ok(lines.filter(|line| !line.text.is_empty()).collect())
}

/// Reads one line.
pub fn read(line: &Line) -> Read {
    let thread = serde_json::from_str::<Thread>(&line.text).map_err(explain).and_then(check);
    Read { place: line.place.clone(), thread }
}

/// serde's words without its "line 1": the line that counts is the file's.
fn explain(error: serde_json::Error) -> String {
    let (column, text) = (error.column(), error.to_string());
    let words = text.rsplit_once(" at line ").map_or(text.as_str(), |(words, _)| words);
    format!("column {column}: {words}")
}

/// Parts of the key must not run into each other, and the address must be one.
fn check(thread: Thread) -> Result<Thread, String> {
    let word = |value: &str| {
        !value.is_empty() && !value.contains(|c: char| c == ':' || c.is_whitespace() || c.is_control())
    };
    if !word(&thread.source) {
        return Err("`source` must be a word without `:`".to_owned());
    }
    if thread.site.is_empty() || thread.id.is_empty() {
        return Err("`site` and `id` must not be empty".to_owned());
    }
    if text::resolve(&thread.url, None).is_none() {
        return Err(format!("`url` must begin with http:// or https://, not {:?}", thread.url));
    }
    Ok(thread)
}
