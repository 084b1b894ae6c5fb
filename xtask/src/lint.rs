//! Formatting and clippy, natively for every crate and for the wasm target where a crate runs there.

use anyhow::Result;

use crate::process;
use crate::report::step;
use crate::tools::{self, WASM};

/// Reports whatever is not formatted or draws a warning.
pub fn check() -> Result<()> {
    step("Checking the formatting", "", || cargo(&["fmt", "--all", "--check"]))?;
    step("Running clippy on every crate", "", || {
        cargo(&["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"])
    })?;
    step("Running clippy on what runs as wasm", "", || {
        cargo(&["clippy", "--locked", "-p", "edge", "-p", "widget", "--target", WASM, "--", "-D", "warnings"])
    })
}

/// Formats every crate.
pub fn format() -> Result<()> {
    cargo(&["fmt", "--all"])
}

fn cargo(arguments: &[&str]) -> Result<()> {
    let mut command = tools::cargo()?;
    command.args(arguments);
    process::run(command)
}
