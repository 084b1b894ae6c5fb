//! Everybody can use it: every state is judged by axe-core in every look, read as assistive technology reads it, walked
//! through by keyboard, and said in Arabic.

use e2e::axe::Judge;
use e2e::looks::{self, JUDGED};
use e2e::scenes::{self, Scene};
use e2e::{Result, Stage, ensure, scenarios, speech, tree, walk};

scenarios![
    everybody_can_find,
    everybody_can_ask,
    everybody_can_hear_back,
    everybody_can_use_it_in_the_page,
    a_fault_within_the_shadow_root_is_noticed,
    nothing_moves_where_motion_is_reduced,
    nothing_of_it_is_printed,
];

async fn everybody_can_find(stage: &mut Stage<'_>) -> Result<()> {
    ensure_accessible(stage, scenes::FINDING).await
}

async fn everybody_can_ask(stage: &mut Stage<'_>) -> Result<()> {
    ensure_accessible(stage, scenes::ASKING).await
}

async fn everybody_can_hear_back(stage: &mut Stage<'_>) -> Result<()> {
    ensure_accessible(stage, scenes::FOLLOWING).await
}

async fn everybody_can_use_it_in_the_page(stage: &mut Stage<'_>) -> Result<()> {
    ensure_accessible(stage, scenes::INLINE).await
}

/// Looks at every scene, and then says all that is wrong with any of them.
async fn ensure_accessible(stage: &Stage<'_>, scenes: &[Scene]) -> Result<()> {
    let judge = Judge::new()?;
    let mut faults = Vec::new();
    for scene in scenes {
        let found = look_at(stage, scene, &judge).await;
        let found = found.unwrap_or_else(|error| vec![format!("{error:#}")]);
        faults.extend(found.into_iter().map(|fault| format!("{}: {fault}", scene.name)));
    }
    ensure!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    Ok(())
}

/// What is wrong with a scene.
async fn look_at(stage: &Stage<'_>, scene: &Scene, judge: &Judge) -> Result<Vec<String>> {
    let widget = &stage.widget;
    (scene.reach)(widget).await?;
    let mut faults = Vec::new();
    looks::DESKTOP.put_on(widget).await?;
    if let Err(error) = tree::ensure_reviewed(widget, scene.name).await {
        faults.push(format!("{error:#}"));
    }
    judge.enter(widget).await?;
    for look in JUDGED {
        look.put_on(widget).await?;
        let found =
            judge.violations(widget, look).await?.into_iter().chain(judge.measure(widget, look).await?);
        faults.extend(found.map(|fault| format!("{}: {fault}", look.name)));
    }
    looks::DESKTOP.put_on(widget).await?;
    // Late, since it moves the focus and scrolls.
    faults.extend(walk::around(widget).await?);
    // Last, since it draws everything again: in a language that is written from right to left.
    if speech::speak(widget, "ar", "rtl").await? {
        looks::RIGHT_TO_LEFT.put_on(widget).await?;
        let look = looks::RIGHT_TO_LEFT;
        let found = speech::latin(widget).await?.into_iter().chain(judge.violations(widget, &look).await?);
        faults
            .extend(found.chain(judge.measure(widget, &look).await?).map(|fault| format!("Arabic: {fault}")));
        looks::DESKTOP.put_on(widget).await?;
    }
    Ok(faults)
}

/// What is judged above lies in a shadow root: the judge must see into it.
async fn a_fault_within_the_shadow_root_is_noticed(stage: &mut Stage<'_>) -> Result<()> {
    let widget = &stage.widget;
    widget.visit("/").await?;
    widget.open().await?;
    widget.search("MR-2007").await?;
    let script = "const root = document.querySelector('edgewise-help').shadowRoot;
        for (const name of ['aria-label', 'placeholder']) root.querySelector('[data-part=search-input]').removeAttribute(name);
        root.querySelector('[data-part=count]').style.color = '#ddd';
        return null;";
    widget.run(script, vec![]).await?;

    let judge = Judge::new()?;
    judge.enter(widget).await?;
    let found = judge.violations(widget, &looks::DESKTOP).await?;
    for rule in ["label", "color-contrast"] {
        ensure!(
            found.iter().any(|fault| fault.starts_with(rule)),
            "axe-core does not notice {rule}: {found:?}"
        );
    }
    Ok(())
}

async fn nothing_moves_where_motion_is_reduced(stage: &mut Stage<'_>) -> Result<()> {
    let widget = &stage.widget;
    scenes::reach(widget, "searching").await?;
    let moving = "return document.querySelector('edgewise-help').shadowRoot.getAnimations().length;";
    let usually = widget.run(moving, vec![]).await?;
    ensure!(usually.as_u64() > Some(0), "nothing shows that a search is on its way");
    looks::DESKTOP.put_on(widget).await?;
    let reduced = widget.run(moving, vec![]).await?;
    ensure!(reduced == 0, "{reduced} animations run");
    Ok(())
}

async fn nothing_of_it_is_printed(stage: &mut Stage<'_>) -> Result<()> {
    let widget = &stage.widget;
    scenes::reach(widget, "results").await?;
    let dialog = "[data-part=dialog]";
    ensure!(widget.count(dialog).await? == 1, "the dialog is not open");
    looks::print(widget).await?;
    let boxes = "return [...document.querySelector('edgewise-help').shadowRoot.querySelectorAll('*')]
        .filter(element => element.getClientRects().length).length;";
    let printed = widget.run(boxes, vec![]).await?;
    ensure!(printed == 0, "{printed} elements are printed");
    Ok(())
}
