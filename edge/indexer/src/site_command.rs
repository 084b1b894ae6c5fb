//! `edgewise site`: a site's settings, checked before anybody depends on them.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use site::SiteConfig;

/// Reads and checks settings. Every mistake is named with its place and its remedy.
pub fn read(file: &Path) -> Result<SiteConfig> {
    let text = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    SiteConfig::from_toml(&text).or_else(|error| {
        let mistakes: Vec<_> = error.mistakes.iter().map(|mistake| format!("  {mistake}")).collect();
        bail!("{} is not right\n{}", file.display(), mistakes.join("\n"))
    })
}

/// Says that settings are right, or fails with everything that is wrong.
pub fn check(file: &Path) -> Result<()> {
    let config = read(file)?;
    let state = if config.enabled { "enabled" } else { "switched off" };
    let origins = config.origins.join(", ");
    writeln!(std::io::stdout(), "right: site {}, {state}, for pages of {origins}", config.id)?;
    Ok(())
}

/// Prints settings to start from.
pub fn example() -> Result<()> {
    std::io::stdout().write_all(site::EXAMPLE.as_bytes())?;
    Ok(())
}
