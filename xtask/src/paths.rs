//! Where things lie: the checkout, what is built in it, and the user's cache shared by all checkouts.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};

/// The checkout's root folder, from the package that cargo runs: another checkout may have compiled this.
pub fn repository() -> PathBuf {
    let compiled = || PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let package = env::var_os("CARGO_MANIFEST_DIR").map_or_else(compiled, PathBuf::from);
    let root = package.ancestors().find(|folder| folder.join("Cargo.lock").is_file());
    root.unwrap_or(&package).to_path_buf()
}

/// What xtask builds in this checkout (`target/edgewise`).
pub fn built() -> PathBuf {
    repository().join("target/edgewise")
}

/// The static files the Worker serves.
pub fn assets() -> PathBuf {
    built().join("assets")
}

/// The user's cache: tools by version and compiled dependencies.
///
/// `EDGEWISE_CACHE` names it outright; otherwise it is `edgewise` in `XDG_CACHE_HOME` or in `~/.cache`.
pub fn cache() -> Result<PathBuf> {
    if let Some(named) = variable("EDGEWISE_CACHE") {
        return Ok(PathBuf::from(named));
    }
    if let Some(base) = variable("XDG_CACHE_HOME") {
        return Ok(Path::new(&base).join("edgewise"));
    }
    let home = variable("HOME")
        .ok_or_else(|| anyhow!("HOME is not set; set EDGEWISE_CACHE to a folder for tools"))?;
    Ok(Path::new(&home).join(".cache/edgewise"))
}

/// Cargo's target folder for everything xtask compiles, one a toolchain.
///
/// It lies in the cache so that a second checkout compiles only the workspace's own crates.
pub fn cargo_target() -> Result<PathBuf> {
    Ok(cache()?.join("target").join(toolchain()?))
}

/// The toolchain `rust-toolchain.toml` names.
pub fn toolchain() -> Result<String> {
    let file = repository().join("rust-toolchain.toml");
    let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    text.lines()
        .find_map(|line| value_of(line, "channel"))
        .map(str::to_owned)
        .ok_or_else(|| anyhow!("{} names no channel", file.display()))
}

/// The version of a crate in the workspace's lock file.
pub fn locked_version(name: &str) -> Result<String> {
    let file = repository().join("Cargo.lock");
    let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    version_in_lock(&text, name).ok_or_else(|| anyhow!("Cargo.lock names no crate {name}"))
}

fn version_in_lock(lock: &str, name: &str) -> Option<String> {
    let mut lines = lock.lines();
    lines.find(|line| value_of(line, "name") == Some(name))?;
    lines.next().and_then(|line| value_of(line, "version")).map(str::to_owned)
}

/// The string in a TOML line `key = "value"`.
fn value_of<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    line.strip_prefix(key)?.trim_start().strip_prefix('=')?.trim().strip_prefix('"')?.strip_suffix('"')
}

fn variable(name: &str) -> Option<std::ffi::OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locked_version_belongs_to_the_crate_of_that_name() {
        let lock = "[[package]]\nname = \"worker-macros\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"worker\"\nversion = \"0.8.7\"\n";
        assert_eq!(version_in_lock(lock, "worker").as_deref(), Some("0.8.7"));
        assert_eq!(version_in_lock(lock, "work"), None);
    }
}
