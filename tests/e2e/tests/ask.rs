//! Nobody has asked this before: a question is written, sent, answered and read.

use e2e::operator::{self, questions_titled};
use e2e::wait::until;
use e2e::{Result, Stage, ensure, scenarios};
use std::time::Duration;
use thirtyfour::Key;

/// Longer than the page waits for another key.
const SLOWLY: Duration = Duration::from_millis(250);

scenarios![
    EVERYWHERE:
        what_nobody_has_answered_is_asked_answered_and_read,
        a_draft_survives_closing_and_reloading,
        the_keyboard_alone_is_enough_to_ask,
        what_is_missing_is_pointed_out_and_nothing_is_sent,
        a_secret_never_leaves_the_page;
    CHROMIUM:
        a_suggestion_resolves_a_draft,
        a_suggestion_says_how_sure_it_is_and_why,
        a_secret_in_a_search_never_leaves_the_page;
];

async fn what_nobody_has_answered_is_asked_answered_and_read(stage: &mut Stage<'_>) -> Result<()> {
    let title = &stage.own("Zeppelin quokka mode flickers on startup");
    let widget = &stage.widget;

    // Nothing is found, so the search becomes the question's title.
    widget.visit("/").await?;
    widget.open().await?;
    widget.fill("search-input", "zeppelin quokka").await?;
    widget.part("no-result").await?;
    widget.press("ask-this").await?;
    widget.focus_reaches("ask-title").await?;
    widget.part("ask-title").await?;
    ensure!(
        widget.value("ask-title").await? == "zeppelin quokka",
        "the title does not start with the search"
    );

    // It is asked.
    widget.fill("ask-title", title).await?;
    widget
        .fill("ask-body", "Since the last update the zeppelin flickers for a minute. What can I try?")
        .await?;
    widget.choose("ask-area", "Desktop app").await?;
    widget.press("submit").await?;
    widget.state_reaches("posted").await?;

    // The operator finds it in the inbox, and answers there.
    let answer = "Turn off `quokka.hover` in moor.toml and start Moorline again.";
    operator::answer_in_inbox(stage, title, answer, "Ines").await?;

    // The asker comes back to the page: the launcher tells of it, and they read it.
    widget.visit("/").await?;
    until("the launcher to tell of an answer", async || {
        Ok(widget.part("launcher").await?.attr("data-unread").await?)
    })
    .await?;
    ensure!(widget.parts("search-input").await?.is_empty(), "the dialog has opened by itself");
    widget.open().await?;
    widget.part_saying("unread", title).await?;
    widget.press("unread").await?;
    widget.state_reaches("answered").await?;
    let reply = widget.part_saying("reply", "quokka.hover").await?.text().await?;
    ensure!(
        reply.contains("Ines") && reply.contains("Staff"),
        "the reply does not say who answered: {reply}"
    );
    Ok(())
}

async fn a_suggestion_says_how_sure_it_is_and_why(stage: &mut Stage<'_>) -> Result<()> {
    let widget = &stage.widget;
    widget.visit("/").await?;
    widget.open().await?;
    widget.press("ask-open").await?;
    widget.focus_reaches("ask-title").await?;
    widget.fill("ask-title", "MR-2007 berth locked by another dock, and that dock is dead").await?;
    widget.fill("ask-body", "It says that the berth is locked by ws-03, and that machine is gone.").await?;

    // What the title alone suggests may stand there first, more surely.
    let said = until("a suggestion that says how sure it is and why", async || {
        let suggestion = widget.part_saying("suggestion", "MR-2007 berth locked by another dock").await?;
        let said = suggestion.text().await?;
        Ok((said.contains("Related") && said.contains("Matches “")).then_some(said))
    })
    .await?;
    ensure!(!said.contains("Answers this"), "the suggestion is in two bands: {said}");
    Ok(())
}

async fn a_suggestion_resolves_a_draft(stage: &mut Stage<'_>) -> Result<()> {
    let title = "Berth locked by another dock that is dead";
    let widget = &stage.widget;
    widget.visit("/").await?;
    widget.open().await?;
    widget.press("ask-open").await?;
    widget.focus_reaches("ask-title").await?;
    widget.fill("ask-title", title).await?;
    widget
        .fill("ask-body", "It says MR-2007, the berth is locked by ws-03, and that machine is gone.")
        .await?;

    widget.press_saying("suggestion", "MR-2007 berth locked by another dock").await?;
    widget.part_saying("answer", "moor berth unlock").await?;
    widget.press("suggestion-resolves").await?;
    widget.press("resolve-confirm").await?;
    widget.part("resolved").await?;

    // The draft is gone for good, and nothing was sent.
    widget.reload().await?;
    widget.open().await?;
    widget.part("empty").await?;
    ensure!(!widget.shows("draft").await?, "the draft is still there");
    ensure!(questions_titled(stage.stack, title)?.is_empty(), "the resolved draft was sent");
    Ok(())
}

async fn a_draft_survives_closing_and_reloading(stage: &mut Stage<'_>) -> Result<()> {
    let (title, body) = ("Camera upload makes coffee instead", "It did this twice today.\n\nWhat now?");
    let widget = &stage.widget;
    widget.visit("/").await?;
    widget.open().await?;
    widget.press("ask-open").await?;
    widget.focus_reaches("ask-title").await?;
    widget.fill("ask-title", title).await?;
    widget.fill("ask-body", body).await?;
    widget.choose("ask-area", "Phone app").await?;

    widget.press("close").await?;
    widget.gone("ask").await?;
    widget.press("launcher").await?;
    ensure!(widget.value("ask-title").await? == title, "closing lost the title");

    widget.reload().await?;
    widget.open().await?;
    widget.press_saying("draft", title).await?;
    for (part, wanted) in [("ask-title", title), ("ask-body", body), ("ask-area", "Phone app")] {
        let kept = widget.value(part).await?;
        ensure!(kept == wanted, "reloading turned `{part}` into {kept:?}");
    }
    Ok(())
}

async fn the_keyboard_alone_is_enough_to_ask(stage: &mut Stage<'_>) -> Result<()> {
    let title = &stage.own("Keyboard only: how do I rename a berth?");
    let widget = &stage.widget;
    widget.visit("/").await?;
    widget.part("launcher").await?;
    widget.tab_to("launcher").await?;
    widget.keys(Key::Enter + "").await?;
    widget.focus_reaches("search-input").await?;
    widget.tab_to("ask-open").await?;
    widget.keys(Key::Enter + "").await?;
    widget.focus_reaches("ask-title").await?;
    widget.keys(title).await?;
    widget.tab_to("ask-body").await?;
    widget.keys("I would like to call it something else, and moor has no command for that.").await?;
    widget.tab_to("ask-area").await?;
    widget.keys("Command").await?;
    widget.tab_to("submit").await?;
    widget.keys(Key::Enter + "").await?;
    widget.state_reaches("posted").await?;
    ensure!(questions_titled(stage.stack, title)?.len() == 1, "the question is not in the inbox once");
    Ok(())
}

async fn what_is_missing_is_pointed_out_and_nothing_is_sent(stage: &mut Stage<'_>) -> Result<()> {
    let title = "A question without a place to put it";
    let widget = &stage.widget;
    widget.visit("/").await?;
    widget.open().await?;
    widget.press("ask-open").await?;
    widget.focus_reaches("ask-title").await?;
    widget.fill("ask-title", title).await?;
    widget.fill("ask-body", "The form wants to know where it is, and I did not say.").await?;
    widget.press("submit").await?;
    widget.part("field-error").await?;
    widget.focus_reaches("ask-area").await?;
    ensure!(!widget.shows("receipt").await?, "an incomplete question was sent");
    ensure!(questions_titled(stage.stack, title)?.is_empty(), "an incomplete question reached the inbox");
    Ok(())
}

async fn a_secret_never_leaves_the_page(stage: &mut Stage<'_>) -> Result<()> {
    // Shaped like a token and made up.
    let secret = "ghp_0a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R";
    let title = &stage.own("The API answers 401 to my token");
    let widget = &stage.widget;
    widget.visit("/").await?;
    widget.record_requests().await?;
    widget.open().await?;
    widget.press("ask-open").await?;
    widget.focus_reaches("ask-title").await?;
    widget.fill("ask-title", title).await?;
    widget.fill("ask-body", &format!("I send it as `Authorization: Bearer {secret}` and get 401.")).await?;
    widget.choose("ask-area", "Harbour").await?;
    widget.part("finding").await?;
    widget.press("submit").await?;
    widget.state_reaches("posted").await?;

    let sent = until("the requests", async || {
        let sent = widget.recorded_requests().await?;
        Ok(sent.contains("/v1/questions").then_some(sent))
    })
    .await?;
    ensure!(!sent.contains(secret), "the secret was sent");
    let stored = questions_titled(stage.stack, title)?;
    ensure!(stored.len() == 1, "the question is not in the inbox once");
    ensure!(!format!("{stored:?}").contains(secret), "the secret is in the inbox");
    Ok(())
}

async fn a_secret_in_a_search_never_leaves_the_page(stage: &mut Stage<'_>) -> Result<()> {
    let widget = &stage.widget;
    widget.visit("/").await?;
    widget.record_requests().await?;
    widget.open().await?;
    // Slowly, so that the page searches after each key: part of a password is one, too.
    widget.search("berth locked, my password is").await?;
    let field = widget.part("search-input").await?;
    for key in " hunter22 ".chars() {
        field.send_keys(key.to_string()).await?;
        tokio::time::sleep(SLOWLY).await;
    }
    let sent = until("a search without the password", async || {
        let sent = widget.recorded_requests().await?;
        Ok(sent.contains("redacted").then_some(sent))
    })
    .await?;
    widget.part_saying("hit", "berth locked").await?;
    ensure!(!sent.contains("hunter"), "the password was sent: {sent}");
    Ok(())
}
