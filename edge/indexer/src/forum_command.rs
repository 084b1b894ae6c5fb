//! `edgewise forum check`: whether questions could be posted as a site's settings say, without posting one.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Result, bail, ensure};
use clap::Subcommand;

use crate::carry::{Carry, block_on};
use crate::secret;
use crate::site_command;

/// The variable that holds the key, as on the Worker.
const KEY_VARIABLE: &str = "EDGEWISE_FORUM_KEY";

/// What to do with a forum.
#[derive(Subcommand)]
pub enum ForumCommand {
    /// Try key, account, category, tags and limits; nothing is posted
    Check {
        /// The settings
        #[arg(value_name = "FILE.toml")]
        file: PathBuf,
        /// File that holds the forum's key [default: the variable EDGEWISE_FORUM_KEY]
        #[arg(long, value_name = "FILE")]
        key_file: Option<PathBuf>,
    },
}

pub fn run(command: ForumCommand) -> Result<()> {
    let ForumCommand::Check { file, key_file } = command;
    let settings = site_command::read(&file)?;
    let key = secret::read("key", key_file.as_deref(), KEY_VARIABLE)?;
    let Some(adapter) = settings.forum.adapter(key) else {
        bail!("{} sends questions to the built-in inbox: there is nothing to check", file.display());
    };
    let findings = block_on(adapter.check(&Carry::new()));
    let mut out = std::io::stdout();
    for finding in &findings {
        writeln!(out, "{}  {}", if finding.ok { "ok   " } else { "WRONG" }, finding.what)?;
    }
    ensure!(findings.iter().all(|finding| finding.ok), "the forum would not take questions as things stand");
    Ok(())
}
