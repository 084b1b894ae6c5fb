//! The forum does not take a question as it is: its author hears why, mends it, or says that it is another one.

use e2e::operator::{settings_for_forum, worker_for_forum};
use e2e::wait::until;
use e2e::widget::Widget;
use e2e::{Context, Result, Stage, ensure, scenarios};
use load::{Faithful, Settings};
use serde_json::json;
use xtask::paths;
use xtask::stack::Stack;

scenarios![
    a_refused_question_is_mended_and_sent_again,
    a_taken_title_leads_to_its_thread_or_goes_on_as_another
];

/// Nothing in the sample community is about it.
const TITLE: &str = "Quokka lantern hums at midnight";
const BODY: &str = "Every night the quokka lantern hums for a minute. How do I make it stop?";

async fn a_refused_question_is_mended_and_sent_again(stage: &mut Stage<'_>) -> Result<()> {
    // The forum wants longer titles than the site.
    let (forum, stack) = forum_with(stage, Settings { title_chars: (40, 255), ..Settings::default() })?;
    let widget = Widget::new(stage.widget.browser().clone(), stack.url());
    ask(&widget).await?;
    widget.state_reaches("needsFix").await?;
    widget.part_saying("receipt", "Title is too short (minimum is 40 characters)").await?;
    ensure!(forum.titles().is_empty(), "the forum has taken what it refused");

    // Its author finds the question in the form as it was, and mends it.
    widget.press("mend").await?;
    ensure!(widget.value("ask-title").await? == TITLE, "the title has not come back");
    ensure!(widget.value("ask-body").await? == BODY, "the text has not come back");
    let longer = "Quokka lantern hums at midnight, every single night";
    widget.fill("ask-title", longer).await?;
    widget.press("submit").await?;
    widget.state_reaches("posted").await?;
    ensure!(forum.titles() == [longer], "the forum has {:?}", forum.titles());
    Ok(())
}

async fn a_taken_title_leads_to_its_thread_or_goes_on_as_another(stage: &mut Stage<'_>) -> Result<()> {
    let (forum, stack) = forum_with(stage, Settings::default())?;
    let widget = Widget::new(stage.widget.browser().clone(), stack.url());
    let settings = Settings::default();
    ureq::post(format!("{}/posts.json", forum.url()))
        .header("api-key", &settings.key)
        .send_json(json!({"title": TITLE, "raw": "Mine hums, too, and it never stops.", "category": settings.category}))
        .context("asking the same in the forum")?;
    ask(&widget).await?;
    widget.state_reaches("needsFix").await?;

    // The thread that has the title is offered.
    let offered = widget.part("same-title").await?.find(thirtyfour::By::Css("a")).await?;
    let link = offered.attr("href").await?.unwrap_or_default();
    let prefix = format!("{}/t/quokka-lantern-hums-at-midnight/", forum.url());
    ensure!(link.starts_with(&prefix), "the widget leads to {link}");

    // Theirs is another question.
    widget.press("insist").await?;
    widget.state_reaches("posted").await?;
    let titles =
        until("two threads", async || Ok(Some(forum.titles()).filter(|titles| titles.len() == 2))).await?;
    let other = titles[1].strip_prefix(&format!("{TITLE} #"));
    ensure!(other.is_some_and(|id| id.len() == 4), "the other thread is called {:?}", titles[1]);
    Ok(())
}

/// A forum, and a Worker whose site leads to it. The stage's own Worker knows no forum and may rest.
fn forum_with(stage: &mut Stage<'_>, settings: Settings) -> Result<(Faithful, Stack)> {
    let Settings { key, user, category, .. } = settings.clone();
    let forum = Faithful::start(settings)?;
    stage.stack.stop();
    let file = paths::built().join("tests/e2e-mend.toml");
    let lines = format!(
        "kind = \"discourse\"\nurl = \"{}\"\ncategory = \"{category}\"\nuser = \"{user}\"\n",
        forum.url()
    );
    settings_for_forum(&file, &lines)?;
    let stack = worker_for_forum(stage, "e2e-mend-forum", &key, &file)?;
    Ok((forum, stack))
}

async fn ask(widget: &Widget) -> Result<()> {
    widget.visit("/").await?;
    widget.open().await?;
    widget.press("ask-open").await?;
    widget.fill("ask-title", TITLE).await?;
    widget.fill("ask-body", BODY).await?;
    widget.choose("ask-area", "Desktop app").await?;
    widget.press("submit").await
}
