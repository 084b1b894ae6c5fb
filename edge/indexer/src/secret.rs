//! Secrets that a command is given: never as an argument, which every user of the machine can see.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

/// A secret from a file or else from the environment, without the white space around it. `what` names it in errors, and
/// `--WHAT-file` is the option that the file was given with.
pub fn read(what: &str, file: Option<&Path>, variable: &str) -> Result<String> {
    let secret = match file {
        Some(file) => {
            fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?
        }
        None => std::env::var(variable).ok().with_context(|| {
            format!("no {what}: give a file that holds it with --{what}-file, or set {variable}")
        })?,
    };
    let secret = secret.trim();
    ensure!(!secret.is_empty(), "the {what} is empty");
    Ok(secret.to_owned())
}
