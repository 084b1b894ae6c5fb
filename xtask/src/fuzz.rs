//! Runs the fuzz targets of `tests/fuzz` and says how much they tried.

use std::process::Command;

use anyhow::{Result, anyhow, bail};

use crate::paths;
use crate::process::{self, run_watched};
use crate::report::{grouped, step};
use crate::tools;

/// What there is to fuzz: damaged bundles, whatever people type and write, whatever arrives over HTTP.
const TARGETS: [&str; 4] = ["bundle", "query", "redact", "request"];

/// Runs one target or all of them, `seconds` each; a finding ends it.
pub fn run(target: Option<&str>, seconds: u32) -> Result<()> {
    let chosen: Vec<&str> =
        TARGETS.into_iter().filter(|name| target.is_none_or(|wanted| wanted == *name)).collect();
    if chosen.is_empty() {
        bail!("there is no such target: choose one of {}", TARGETS.join(", "));
    }
    if process::answer("cargo", &["+nightly", "--version"]).is_none() {
        bail!("fuzzing needs a nightly compiler: run `rustup toolchain install nightly --profile minimal`");
    }
    let fuzzer = tools::cargo_fuzz()?;
    for name in chosen {
        let mut executions = None;
        step(
            &format!("Fuzzing {name}"),
            &format!("{seconds} seconds, and a few minutes to compile the first time"),
            || {
                let mut command = Command::new(&fuzzer);
                // The code under test has no unsafe blocks, so that address sanitizing would only make it slow.
                command
                    .args(["fuzz", "run", "--sanitizer", "none", "--fuzz-dir"])
                    .arg(paths::repository().join("tests/fuzz"))
                    .arg("--target-dir")
                    .arg(paths::cache()?.join("fuzz"))
                    .args([
                        name,
                        "--",
                        &format!("-max_total_time={seconds}"),
                        "-print_final_stats=1",
                        "-rss_limit_mb=4096",
                    ])
                    .env("RUSTUP_TOOLCHAIN", "nightly")
                    .current_dir(paths::repository());
                run_watched(command, |line| {
                    if let Some(count) = line.trim().strip_prefix("stat::number_of_executed_units:") {
                        executions = count.trim().parse::<u64>().ok();
                    }
                })
            },
        )?;
        let executions = executions.ok_or_else(|| anyhow!("{name} did not say how much it tried"))?;
        println!("{name}: {} executions in {seconds} seconds, no finding", grouped(executions));
    }
    Ok(())
}
