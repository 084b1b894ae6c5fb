//! Makes what is built into the widget: style sheets without comments and indentation, bytes that every reader would load, and
//! the table of English texts.

#[expect(dead_code, reason = "only English is built in, and of it what the widget says")]
mod words;

use std::path::Path;
use std::{env, fs, io};

use words::Locale;

const SHEETS: [&str; 5] = ["base", "search", "thread", "ask", "question"];

const ENGLISH: &str = "locales/en.json";

fn main() -> io::Result<()> {
    let from = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let to = env::var("OUT_DIR").map_err(io::Error::other)?;
    let (from, to) = (Path::new(&from), Path::new(&to));
    for name in SHEETS {
        let path = from.join("style").join(format!("{name}.css"));
        println!("cargo::rerun-if-changed={}", path.display());
        let sheet = fs::read_to_string(path)?;
        fs::write(to.join(format!("{name}.css")), compact(&sheet))?;
    }
    for source in ["build.rs", "words.rs", ENGLISH] {
        println!("cargo::rerun-if-changed={}", from.join(source).display());
    }
    let english = Locale::read(&fs::read_to_string(from.join(ENGLISH))?).map_err(io::Error::other)?;
    fs::write(to.join("texts.rs"), table(&english))
}

/// The table of texts as `src/locale.rs` declares it: `texts! { "TEXTS": name "its English text", … }`.
fn table(english: &Locale) -> String {
    let lines = english.lines();
    let fields =
        english.widget.keys().zip(lines.split('\n')).map(|(name, text)| format!("{name} {text:?},\n"));
    format!("texts! {{ {lines:?}:\n{}}}\n", fields.collect::<String>())
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
