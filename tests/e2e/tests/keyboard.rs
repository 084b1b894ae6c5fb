//! Every errand without a mouse: what is left of them after finding (`find`) and asking (`ask`). Nothing here presses but keys.

use e2e::widget::Widget;
use e2e::{Result, Stage, ensure, scenarios, scenes};
use thirtyfour::Key;

scenarios![
    EVERYWHERE:
        a_filter_is_chosen_and_keeps_the_focus,
        a_suggestion_settles_a_draft,
        a_finding_is_kept;
    CHROMIUM:
        a_refused_question_is_taken_up_again,
        a_question_is_withdrawn,
        a_failed_search_is_tried_again;
];

async fn enter(widget: &Widget, part: &str) -> Result<()> {
    widget.tab_to(part).await?;
    widget.keys(Key::Enter + "").await
}

/// Opens the panel, the focus then being in the search.
async fn open(widget: &Widget) -> Result<()> {
    widget.visit("/").await?;
    widget.part("launcher").await?;
    enter(widget, "launcher").await?;
    widget.part("body").await?;
    widget.focus_reaches("search-input").await
}

async fn a_filter_is_chosen_and_keeps_the_focus(stage: &mut Stage<'_>) -> Result<()> {
    let widget = &stage.widget;
    open(widget).await?;
    widget.keys("pairing").await?;
    widget.part("hit").await?;
    widget.tab_to("chip").await?;
    widget.keys(Key::Space + "").await?;
    widget.focus_reaches("chip").await?;
    ensure!(widget.count("[data-part=chip][aria-pressed=true]").await? == 1, "no filter is chosen");
    Ok(())
}

/// Opens the form, from the closed widget on.
async fn open_form(widget: &Widget) -> Result<()> {
    open(widget).await?;
    enter(widget, "ask-open").await?;
    widget.focus_reaches("ask-title").await
}

async fn a_suggestion_settles_a_draft(stage: &mut Stage<'_>) -> Result<()> {
    let widget = &stage.widget;
    open_form(widget).await?;
    widget.keys("MR-2007 berth locked by another dock, and that dock is dead").await?;
    widget.part("suggestion").await?;
    enter(widget, "suggestion").await?;
    widget.focus_reaches("thread").await?;
    widget.part("answer").await?;
    enter(widget, "suggestion-resolves").await?;
    // It asks once more, for the draft is erased.
    enter(widget, "resolve-confirm").await?;
    widget.focus_reaches("done").await?;
    widget.keys(Key::Enter + "").await?;
    widget.gone("dialog").await?;
    widget.focus_reaches("launcher").await
}

async fn a_finding_is_kept(stage: &mut Stage<'_>) -> Result<()> {
    let widget = &stage.widget;
    open_form(widget).await?;
    widget.tab_to("ask-body").await?;
    widget.keys("Please write to ada@moorline.io about it.").await?;
    widget.part("finding").await?;
    widget.tab_to("keep").await?;
    widget.keys(Key::Space + "").await?;
    widget.part_saying("finding", "stays as you wrote it").await.map(drop)
}

async fn a_refused_question_is_taken_up_again(stage: &mut Stage<'_>) -> Result<()> {
    let widget = &stage.widget;
    scenes::reach(widget, "receipt_needs_fix").await?;
    // Back to the list, and in again.
    widget.keys(Key::Escape + "").await?;
    widget.focus_reaches("questions").await?;
    enter(widget, "question-row").await?;
    widget.focus_reaches("receipt").await?;
    enter(widget, "mend").await?;
    widget.focus_reaches("ask-title").await?;
    ensure!(!widget.value("ask-title").await?.is_empty(), "the question has not come back");
    Ok(())
}

async fn a_question_is_withdrawn(stage: &mut Stage<'_>) -> Result<()> {
    let widget = &stage.widget;
    scenes::reach(widget, "receipt_received").await?;
    widget.keys(Key::Escape + "").await?;
    widget.focus_reaches("questions").await?;
    widget.keys(Key::Escape + "").await?;
    widget.focus_reaches("search-input").await?;
    enter(widget, "your-questions").await?;
    widget.focus_reaches("questions").await?;
    enter(widget, "question-row").await?;
    widget.focus_reaches("receipt").await?;
    enter(widget, "withdraw").await?;
    // The canned answer to everything about this question is where it stood; what counts is that the focus is not lost.
    widget.focus_reaches("withdraw").await
}

async fn a_failed_search_is_tried_again(stage: &mut Stage<'_>) -> Result<()> {
    let widget = &stage.widget;
    scenes::reach(widget, "unavailable").await?;
    widget.focus_reaches("search-input").await?;
    enter(widget, "retry").await?;
    widget.part("error").await?;
    widget.tab_to("retry").await
}
