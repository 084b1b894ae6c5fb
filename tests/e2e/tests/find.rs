//! Somebody is stuck, and the community has already answered.

use e2e::wait::until;
use e2e::{Result, Stage, ensure, scenarios};
use thirtyfour::Key;

scenarios![
    EVERYWHERE:
        an_answer_is_found_and_opened_in_place,
        misspelt_words_find_what_was_meant,
        a_filter_narrows_the_results,
        the_keyboard_alone_is_enough_to_find_and_read,
        a_page_with_a_strict_content_security_policy_can_embed_it;
    CHROMIUM:
        a_docs_page_is_found_and_opened_in_place,
        hostile_content_stays_text,
        a_hidden_thread_is_never_found,
        every_way_of_embedding_works;
];

async fn an_answer_is_found_and_opened_in_place(stage: &mut Stage<'_>) -> Result<()> {
    let widget = &stage.widget;
    widget.visit("/").await?;
    widget.open().await?;
    widget.search("MR-2007").await?;

    let hit = widget.part_saying("hit", "MR-2007 berth locked by another dock").await?;
    ensure!(hit.text().await?.contains("Solved"), "the hit does not say that it is solved");
    widget.press_saying("hit", "MR-2007 berth locked by another dock").await?;

    widget.part_saying("thread", "mainboard").await?;
    let answer = widget.part_saying("answer", "moor berth unlock Archive --break").await?;
    let answer = answer.text().await?;
    ensure!(answer.contains("Accepted answer"), "the answer is not marked as accepted: {answer}");
    ensure!(answer.contains("Marta K"), "the answer does not name its author: {answer}");

    widget.press("back").await?;
    widget.part("hit").await?;
    ensure!(widget.value("search-input").await? == "MR-2007", "the search was forgotten on the way back");
    Ok(())
}

async fn a_docs_page_is_found_and_opened_in_place(stage: &mut Stage<'_>) -> Result<()> {
    let widget = &stage.widget;
    widget.visit("/").await?;
    widget.open().await?;
    widget.search("self-hosting Harbour Docker").await?;
    widget.press_saying("chip", "Docs").await?;
    widget.press_saying("hit", "Harbour").await?;
    widget.part_saying("thread", "Docker").await?;
    widget.part_saying("open-outside", "Open the page").await?;
    Ok(())
}

async fn misspelt_words_find_what_was_meant(stage: &mut Stage<'_>) -> Result<()> {
    let widget = &stage.widget;
    widget.visit("/").await?;
    widget.open().await?;
    widget.search("brth lokced").await?;
    widget.part_saying("did-you-mean", "Did you mean berth locked?").await?;
    first_hit_says(stage, "MR-2007 berth locked by another dock").await?;

    widget.tab_to("did-you-mean").await?;
    widget.keys(Key::Enter + "").await?;
    widget.gone("did-you-mean").await?;
    widget.focus_reaches("search-input").await?;
    ensure!(widget.value("search-input").await? == "berth locked", "the field does not hold what was meant");
    first_hit_says(stage, "MR-2007 berth locked by another dock").await?;
    first_hit_says(stage, "Matches “locked”, “berth” in title").await
}

async fn first_hit_says(stage: &Stage<'_>, words: &str) -> Result<()> {
    let widget = &stage.widget;
    until(format_args!("the first hit to say “{words}”"), async || {
        // What WebKit's driver takes for visible leaves out what is cut with an ellipsis.
        let said = widget.part("hit").await?.prop("textContent").await?.unwrap_or_default();
        Ok(said.contains(words).then_some(()))
    })
    .await
}

async fn a_filter_narrows_the_results(stage: &mut Stage<'_>) -> Result<()> {
    let widget = &stage.widget;
    widget.visit("/").await?;
    widget.open().await?;
    widget.search("pairing").await?;
    let all = widget.part("count").await?.text().await?;
    widget.press_saying("chip", "#android").await?;
    let narrowed = until("fewer results", async || {
        let now = widget.part("count").await?.text().await?;
        Ok((now != all).then_some(now))
    })
    .await?;
    ensure!(number(&narrowed) < number(&all), "{narrowed} is not fewer than {all}");
    Ok(())
}

fn number(text: &str) -> u64 {
    text.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0)
}

async fn the_keyboard_alone_is_enough_to_find_and_read(stage: &mut Stage<'_>) -> Result<()> {
    let widget = &stage.widget;
    widget.visit("/").await?;
    widget.part("launcher").await?;
    widget.tab_to("launcher").await?;
    widget.keys(Key::Enter + "").await?;
    widget.focus_reaches("search-input").await?;

    widget.keys("MR-2007").await?;
    widget.part_saying("hit", "MR-2007 berth locked by another dock").await?;
    widget.keys(Key::Down + "").await?;
    widget.keys(Key::Enter + "").await?;
    widget.part("answer").await?;
    widget.focus_reaches("thread").await?;

    widget.keys(Key::Escape + "").await?;
    widget.part("hit").await?;
    widget.focus_reaches("search-input").await?;
    // The first Escape in the field empties it, the second closes the panel.
    widget.keys(Key::Escape + "").await?;
    until("the search to be emptied", async || {
        Ok(widget.value("search-input").await?.is_empty().then_some(()))
    })
    .await?;
    widget.keys(Key::Escape + "").await?;
    widget.gone("search-input").await?;
    widget.focus_reaches("launcher").await
}

async fn hostile_content_stays_text(stage: &mut Stage<'_>) -> Result<()> {
    let widget = &stage.widget;
    widget.visit("/").await?;
    widget.open().await?;
    for (said, in_thread) in [
        ("<svg onload=window.__pwned=1>", "{{7*7}}"),
        ("hostileexample as cooked HTML <img src=x", "hover me"),
    ] {
        widget.search("hostileexample").await?;
        widget.part_saying("hit", said).await?;
        ensure_only_text(stage).await?;
        widget.press_saying("hit", said).await?;
        widget.part_saying("thread", in_thread).await?;
        if widget.shows("show-rest").await? {
            widget.press("show-rest").await?;
            widget.part("rest").await?;
        }
        ensure_only_text(stage).await?;
        widget.press("back").await?;
    }
    Ok(())
}

/// What people wrote is on the page as text: no element of theirs, no handler, no address that runs something.
async fn ensure_only_text(stage: &Stage<'_>) -> Result<()> {
    let widget = &stage.widget;
    for selector in [
        "[data-part=hit] :is(script, img, iframe, object, style, form, base, meta, link, details, math)",
        "[data-part=thread] :is(script, img, iframe, object, style, form, base, meta, link, details, math)",
        "[data-part] :is([onload], [onerror], [onclick], [onmouseover], [onfocus], [ontoggle], [style])",
        "[data-part] a:not([href^='https://']):not([href^='http://'])",
        "html > base, head > base, body > iframe",
    ] {
        let found = widget.count(selector).await?;
        ensure!(found == 0, "{found} elements match {selector}");
    }
    widget.ensure_unharmed().await
}

async fn a_hidden_thread_is_never_found(stage: &mut Stage<'_>) -> Result<()> {
    let widget = &stage.widget;
    widget.visit("/").await?;
    widget.open().await?;
    widget.fill("search-input", "SPAMCANARY").await?;
    widget.part("no-result").await?;
    Ok(())
}

async fn a_page_with_a_strict_content_security_policy_can_embed_it(stage: &mut Stage<'_>) -> Result<()> {
    let widget = &stage.widget;
    widget.visit("/examples/strict-csp.html").await?;
    widget.note_refusals().await?;
    widget.open().await?;
    widget.search("MR-2007").await?;
    widget.press_saying("hit", "MR-2007 berth locked").await?;
    widget.part("answer").await?;
    widget.press("ask-open").await?;
    widget.part("ask-title").await?;

    let refused = widget.refusals().await?;
    ensure!(refused.is_empty(), "the policy refused something: {refused:?}");
    Ok(())
}

async fn every_way_of_embedding_works(stage: &mut Stage<'_>) -> Result<()> {
    let widget = &stage.widget;
    for page in ["/examples/script-tag.html", "/examples/docs-page.html"] {
        widget.visit(page).await?;
        widget.open().await?;
        widget.search("pairing code expired").await?;
    }
    Ok(())
}
