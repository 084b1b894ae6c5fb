//! Takes comments and indentation out of the style sheets before they are built in: bytes that every reader would load.

use std::path::Path;
use std::{env, fs, io};

const SHEETS: [&str; 5] = ["base", "search", "thread", "ask", "question"];

fn main() -> io::Result<()> {
    let from = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let to = env::var("OUT_DIR").map_err(io::Error::other)?;
    for name in SHEETS {
        let path = Path::new(&from).join("style").join(format!("{name}.css"));
        println!("cargo::rerun-if-changed={}", path.display());
        let sheet = fs::read_to_string(path)?;
        fs::write(Path::new(&to).join(format!("{name}.css")), compact(&sheet))?;
    }
    Ok(())
}

/// A sheet without comments, indentation and line ends. Our sheets hold no strings with comment marks.
fn compact(sheet: &str) -> String {
    let mut rest = sheet;
    let mut kept = String::with_capacity(sheet.len());
    while let Some((before, comment)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept.lines().map(str::trim).filter(|line| !line.is_empty()).fold(String::new(), |mut out, line| {
        // A selector or value that goes on in the next line needs its space.
        if !out.is_empty() && !out.ends_with(['{', '}', ';', ',']) {
            out.push(' ');
        }
        out.push_str(line);
        out
    })
}
