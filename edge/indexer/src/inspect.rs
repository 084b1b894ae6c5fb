//! `edgewise inspect`: what is in an index.

use std::io::Write;
use std::path::Path;

use anyhow::Result;

use crate::{files, report};

/// Prints header and sections of a bundle.
pub fn run(index: &Path) -> Result<()> {
    let path = files::bundle_path(index)?;
    let opened = files::open(&path)?;
    let texts = opened.texts();
    let languages: Vec<_> = opened
        .languages()
        .map(|(language, documents)| format!("{} {}", language.code(), report::count(u64::from(documents))))
        .collect();
    let facts = [
        ("bundle", path.display().to_string()),
        ("format", search::FORMAT_VERSION.to_string()),
        ("version", opened.version().to_owned()),
        ("site", opened.site().to_owned()),
        ("threads", report::count(opened.documents())),
        ("languages", languages.join(", ")),
        ("watermark", opened.watermark().unwrap_or("none").to_owned()),
        ("size", report::bytes(opened.bundle_bytes())),
        ("texts", format!("{} ({})", texts.hash, report::bytes(texts.bytes))),
    ];
    let mut out = std::io::stdout().lock();
    for (name, value) in facts {
        writeln!(out, "{name:<10} {value}")?;
    }
    let share = |bytes: u64| format!("{:.1} %", bytes as f64 * 100.0 / opened.bundle_bytes().max(1) as f64);
    let row = |name: &str, bytes: u64| {
        vec![
            name.to_owned(),
            report::count(bytes),
            share(bytes),
            report::count(bytes / opened.documents().max(1)),
        ]
    };
    let mut rows: Vec<_> =
        opened.sections().iter().map(|section| row(&section.name, section.range.len() as u64)).collect();
    let inside: u64 = opened.sections().iter().map(|section| section.range.len() as u64).sum();
    rows.push(row("(header, table, gaps)", opened.bundle_bytes().saturating_sub(inside)));
    write!(out, "\n{}", report::table(&["Section", "Bytes", "Share", "A thread"], &rows))?;
    Ok(())
}
