//! `edgewise pin`: has a Worker keep the widget of this deployment, for pages that name it by its hash.
//!
//! The static files go with the next deployment. What is kept here is served for a year after that.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::server::Server;
use crate::{PinArgs, report};

/// Hands over every file below `v1/a`. What is there already is written again, and its year begins anew.
pub fn run(args: &PinArgs) -> Result<()> {
    let server = Server::new(&args.to, args.token_file.as_deref())?;
    let root = args.assets.join("v1/a");
    let mut count = 0;
    for folder in listed(&root)? {
        for file in listed(&folder)? {
            let path = format!("/v1/admin/a/{}/{}", name(&folder), name(&file));
            let bytes = fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
            let spinner = report::spinner(&path);
            let answer = server.put_patiently(&path, "application/octet-stream", &bytes);
            spinner.finish_and_clear();
            server.judge(&path, answer?)?;
            count += 1;
        }
    }
    ensure!(count > 0, "{} is empty: name the folder that `cargo xtask build` fills", root.display());
    writeln!(std::io::stdout(), "{} keeps {count} files of this build for a year", server.base())?;
    Ok(())
}

/// What is in a folder, in order.
fn listed(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}
