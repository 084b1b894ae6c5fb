//! What two other widgets load before a first search, from their packages on npm.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::paths;
use crate::process;
use crate::tools::Tools;

/// What a page loads before a first search: whose it is, and the files.
pub struct Peer {
    /// Name and version.
    pub name: String,
    /// The files.
    pub files: Vec<PathBuf>,
}

/// The peers at the versions that the lock file names.
pub fn peers(tools: &Tools) -> Result<Vec<Peer>> {
    Ok(vec![docsearch(tools)?, pagefind(tools)?])
}

/// The search alone, without the chat that the package has, too. It searches on a server.
fn docsearch(tools: &Tools) -> Result<Peer> {
    let packages = tools.packages.join("node_modules/@docsearch");
    let files = ["js/dist/umd/docsearch.js", "css/dist/style.css"].map(|file| packages.join(file));
    Ok(Peer { name: format!("DocSearch {}", version(tools, "@docsearch/js")?), files: files.to_vec() })
}

/// Its component interface and its engine, as it writes them for a site of one page.
fn pagefind(tools: &Tools) -> Result<Peer> {
    let site = paths::built().join("pagefind");
    fs::create_dir_all(&site).with_context(|| format!("creating {}", site.display()))?;
    let page = site.join("index.html");
    let html =
        "<!doctype html><html lang=\"en\"><title>Berth</title><main><p>Restart the relay.</p></main></html>";
    fs::write(&page, html).with_context(|| format!("writing {}", page.display()))?;
    let mut command = tools.npm_command("pagefind");
    command.arg("--site").arg(&site);
    process::run_quietly(command)?;
    let written = site.join("pagefind");
    let mut files: Vec<PathBuf> =
        ["pagefind-component-ui.js", "pagefind-component-ui.css", "pagefind.js", "pagefind-entry.json"]
            .map(|file| written.join(file))
            .to_vec();
    // These are named by their content.
    for entry in fs::read_dir(&written).with_context(|| format!("reading {}", written.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("wasm.en.") || name.ends_with(".pf_meta") {
            files.push(path);
        }
    }
    ensure!(files.len() == 6, "Pagefind wrote other files than expected into {}", written.display());
    Ok(Peer { name: format!("Pagefind {}", version(tools, "pagefind")?), files })
}

fn version(tools: &Tools, package: &str) -> Result<String> {
    let file = tools.packages.join("node_modules").join(package).join("package.json");
    let json = fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
    let json: serde_json::Value = serde_json::from_slice(&json)?;
    Ok(json["version"].as_str().unwrap_or("of an unknown version").to_owned())
}
