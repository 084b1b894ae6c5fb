//! The Worker goes away at the worst moments: the reader is told, nothing is lost, nothing is sent twice.

use e2e::operator::questions_titled;
use e2e::wait::until;
use e2e::widget::Widget;
use e2e::{Result, Stage, ensure, scenarios};

scenarios![
    while_typing_the_reader_is_told_and_the_search_goes_on,
    while_submitting_the_question_is_kept_and_sent_once,
    a_question_that_waits_survives_leaving_the_page,
    a_lost_answer_does_not_ask_twice,
    an_accepted_question_survives_a_crash,
];

async fn while_typing_the_reader_is_told_and_the_search_goes_on(stage: &mut Stage<'_>) -> Result<()> {
    let widget = stage.widget.clone();
    widget.visit("/").await?;
    widget.open().await?;
    widget.search("pairing").await?;

    stage.stack.kill();
    widget.fill("search-input", "MR-2007").await?;
    let notice = widget.part("error").await?.text().await?;
    ensure!(notice.contains("Nothing you typed is lost"), "the notice does not reassure: {notice}");
    ensure!(widget.value("search-input").await? == "MR-2007", "what was typed is gone");

    stage.stack.start_again()?;
    // It is tried again by itself; pressing the button must not be needed.
    widget.part_saying("hit", "MR-2007 berth locked").await?;
    widget.gone("error").await
}

/// Writes a question that could be sent.
async fn write(widget: &Widget, title: &str) -> Result<()> {
    widget.visit("/").await?;
    widget.open().await?;
    widget.press("ask-open").await?;
    widget.fill("ask-title", title).await?;
    widget.fill("ask-body", "I was writing this when the connection went away. Is it still there?").await?;
    widget.choose("ask-area", "Desktop app").await
}

async fn while_submitting_the_question_is_kept_and_sent_once(stage: &mut Stage<'_>) -> Result<()> {
    let title = "The connection went away while I asked";
    let widget = stage.widget.clone();
    write(&widget, title).await?;

    stage.stack.kill();
    widget.press("submit").await?;
    widget.state_reaches("unsent").await?;
    widget.part_saying("receipt", "Waiting for the connection").await?;

    stage.stack.start_again()?;
    // Impatience must not ask twice either; where it was sent meanwhile, there is nothing to press.
    if let Some(button) = widget.parts("retry").await?.into_iter().next() {
        let _ = button.click().await;
    }
    widget.state_reaches("posted").await?;
    ensure_asked_once(stage, title).await
}

async fn a_question_that_waits_survives_leaving_the_page(stage: &mut Stage<'_>) -> Result<()> {
    let title = "I left the page before it was sent";
    let widget = stage.widget.clone();
    write(&widget, title).await?;

    stage.stack.kill();
    widget.press("submit").await?;
    widget.state_reaches("unsent").await?;
    widget.browser().goto("about:blank").await?;

    stage.stack.start_again()?;
    ensure!(questions_titled(stage.stack, title)?.is_empty(), "it was sent by a page that was left");
    widget.visit("/").await?;
    widget.open().await?;
    ensure_asked_once(stage, title).await
}

async fn a_lost_answer_does_not_ask_twice(stage: &mut Stage<'_>) -> Result<()> {
    let title = "The answer to my question was lost on the way";
    let widget = stage.widget.clone();
    write(&widget, title).await?;
    // The Worker stores the question; the page never hears of it.
    widget.lose_first_answer("/v1/questions").await?;
    widget.press("submit").await?;
    widget.state_reaches("posted").await?;
    let tries = widget.tries().await?;
    ensure!(tries >= 2, "the answer was not lost: {tries} tries");
    ensure_asked_once(stage, title).await
}

async fn an_accepted_question_survives_a_crash(stage: &mut Stage<'_>) -> Result<()> {
    let title = "Accepted, and then the lights went out";
    let widget = stage.widget.clone();
    write(&widget, title).await?;
    widget.press("submit").await?;
    until("a receipt", async || {
        let state = widget.state().await?;
        Ok(state.filter(|state| state != "unsent"))
    })
    .await?;
    stage.stack.kill();
    stage.stack.start_again()?;
    ensure_asked_once(stage, title).await
}

/// The inbox has the question once, and goes on having it once after every retry had its chance.
async fn ensure_asked_once(stage: &Stage<'_>, title: &str) -> Result<()> {
    until("the question in the inbox", async || {
        Ok((!questions_titled(stage.stack, title)?.is_empty()).then_some(()))
    })
    .await?;
    stage.widget.visit("/").await?;
    stage.widget.open().await?;
    stage.widget.press("your-questions").await?;
    stage.widget.press_saying("question-row", title).await?;
    stage.widget.state_reaches("posted").await?;
    let copies = questions_titled(stage.stack, title)?.len();
    ensure!(copies == 1, "the question was asked {copies} times");
    Ok(())
}
