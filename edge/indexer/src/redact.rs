//! `edgewise redact`: what would be redacted in a text, so that an operator can try the rules.

use std::io::{Read, Write};

use anyhow::{Context, Result};
use clap::Args;
use serde_json::json;

/// How to show it.
#[derive(Args)]
pub struct RedactArgs {
    /// Print the text as it would be sent, instead of the findings
    #[arg(long)]
    apply: bool,
}

pub fn run(args: RedactArgs) -> Result<()> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("standard input cannot be read as UTF-8")?;
    let findings = ask::redact(&text);
    let mut out = std::io::stdout().lock();
    if args.apply {
        out.write_all(ask::apply(&text, &findings, &[]).as_bytes())?;
        return Ok(());
    }
    for finding in &findings {
        let line = json!({
            "kind": format!("{:?}", finding.kind),
            "start": finding.range.start,
            "end": finding.range.end,
            "bytes": [finding.bytes.start, finding.bytes.end],
            "replacement": finding.replacement,
            "personal": finding.personal,
        });
        writeln!(out, "{line}")?;
    }
    Ok(())
}
