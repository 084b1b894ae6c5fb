//! The operator publishes: what is broken is refused, what is switched off disappears, what was there stays.

use std::fs;

use e2e::operator::{self, Served, served, settings_with};
use e2e::{Context, Result, Stage, ensure, scenarios};
use xtask::sample;

scenarios![
    a_corrupted_bundle_is_refused_and_the_old_one_serves_on,
    the_kill_switch_takes_the_launcher_away,
    what_was_published_and_asked_survives_a_restart,
];

async fn a_corrupted_bundle_is_refused_and_the_old_one_serves_on(stage: &mut Stage<'_>) -> Result<()> {
    let Served { version, documents } = served(stage.stack)?;
    let bundle = fs::read_dir(&stage.index)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "bundle"))
        .context("the index has no bundle")?;
    let sound = fs::read(&bundle)?;

    // A flipped bit in the middle, a bundle cut short, and one that is nothing at all.
    let mut flipped = sound.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    for broken in [flipped, sound[..sound.len() - 7].to_vec(), b"not a bundle".to_vec()] {
        operator::ensure_refused(stage.stack, &stage.index, &broken)?;
        let now = served(stage.stack)?;
        ensure!(
            now.version == version && now.documents == documents,
            "something else is served now: {now:?}"
        );
    }

    let widget = &stage.widget;
    widget.visit("/").await?;
    widget.open().await?;
    widget.search("MR-2007").await?;
    Ok(())
}

async fn the_kill_switch_takes_the_launcher_away(stage: &mut Stage<'_>) -> Result<()> {
    let off = xtask::paths::built().join("tests/switched-off.toml");
    settings_with(&off, |site| site.replace("enabled = true", "enabled = false"))?;
    stage.stack.publish(&stage.indexer, &stage.index, &off)?;
    let widget = &stage.widget;
    // The loader sends nothing before somebody wants help: then it hears of the switch, and takes itself away.
    widget.visit("/").await?;
    widget.press("launcher").await?;
    widget.gone("launcher").await?;
    ensure!(widget.count("dialog").await? == 0, "something of the widget is left in the page");

    stage.stack.publish(&stage.indexer, &stage.index, &sample::settings())?;
    widget.visit("/").await?;
    widget.open().await?;
    widget.search("pairing").await?;
    Ok(())
}

async fn what_was_published_and_asked_survives_a_restart(stage: &mut Stage<'_>) -> Result<()> {
    let before = served(stage.stack)?;
    stage.stack.stop();
    stage.stack.start_again()?;
    let after = served(stage.stack)?;
    ensure!(before.version == after.version, "another index is served after the restart: {after:?}");
    let widget = &stage.widget;
    widget.visit("/").await?;
    widget.open().await?;
    widget.search("MR-2007").await?;
    Ok(())
}
