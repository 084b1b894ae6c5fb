//! The widget speaks the language of the page: by its tag, by the page around it, and as the page says while it runs.

use e2e::host::{HostSite, Page};
use e2e::wait::until;
use e2e::widget::Widget;
use e2e::{Context, Result, Stage, ensure, scenarios, speech};
use serde_json::Value;

scenarios![
    EVERYWHERE: an_arabic_page_finds_asks_and_hears_back_in_arabic;
    CHROMIUM:
        the_loader_of_a_locale_speaks_it_before_anything_is_loaded,
        the_language_changes_while_something_is_written,
        a_language_without_a_locale_is_english,
        a_locale_that_does_not_arrive_leaves_english,
        without_webassembly_the_stand_in_speaks_it_too,
];

/// A page of another origin than the Worker's, whose head holds the tag.
async fn visit(stage: &Stage<'_>, lang: &str, head: &str, tag: &str) -> Result<(HostSite, Widget)> {
    let edge = stage.stack.url();
    let site = HostSite::start(&edge)?;
    let tag = tag.replace("EDGE", &edge);
    let mut page = Page::with_head(&format!(r#"{head}<script async src="{tag}" data-site="demo"></script>"#));
    page.html = page.html.replace("lang=en", &format!("lang={lang}"));
    site.serve("/", page);
    let widget = Widget::new(stage.widget.browser().clone(), site.url());
    widget.visit("/").await?;
    widget.part("launcher").await?;
    Ok((site, widget))
}

/// Waits until a part has this in an attribute.
async fn says(widget: &Widget, part: &str, attribute: &str, words: &str) -> Result<()> {
    until(format_args!("`{part}` to have {words} as its {attribute}"), async || {
        let Some(part) = widget.parts(part).await?.into_iter().next() else { return Ok(None) };
        Ok(part.attr(attribute).await?.filter(|text| text == words).map(drop))
    })
    .await
}

async fn language(widget: &Widget) -> Result<Value> {
    let script = "const { lang, dir } = document.querySelector('edgewise-help'); return `${lang} ${dir}`;";
    widget.run(script, vec![]).await
}

async fn an_arabic_page_finds_asks_and_hears_back_in_arabic(stage: &mut Stage<'_>) -> Result<()> {
    // In a page that runs from left to right, as far as it is not the widget's.
    let (_site, widget) = visit(stage, "en", "", r#"EDGE/v1/embed.js" data-locale="ar-EG"#).await?;
    let widget = &widget;
    speech::record_answers(widget).await?;
    widget.open().await?;
    widget.part_saying("ask-open", "اطرح سؤالًا").await?;
    ensure!(language(widget).await? == "ar-EG rtl", "the widget is {}", language(widget).await?);
    ensure!(speech::direction(widget).await? == "rtl", "the dialog runs from left to right");
    // Until the widget had come, the button was the loader's.
    ensure!(widget.run(
        "return document.querySelector('edgewise-help').shadowRoot.querySelector('[data-part=launcher]').textContent;",
        vec![]
    ).await? == "مساعدة", "the button is not in Arabic");

    widget.search("MR-2007").await?;
    // In the digits of the country.
    widget.part_saying("count", "٧ نتائج").await?;
    widget.press_saying("hit", "MR-2007 berth locked").await?;
    widget.part_saying("answer", "الإجابة المعتمدة").await?;
    says(widget, "back", "title", "العودة إلى النتائج").await?;

    widget.press("ask-open").await?;
    let title = stage.own("Berth of the Arabic page stays locked");
    widget.fill("ask-title", "Locked").await?;
    widget.press("submit").await?;
    widget.part_saying("field-error", "اكتب ١٥ حرفًا على الأقل؛ العدد الحالي ٦").await?;
    widget.fill("ask-title", &title).await?;
    widget.fill("ask-body", "It was locked by a dock that is gone for good.").await?;
    widget.choose("ask-area", "Desktop app").await?;
    let latin = speech::latin(widget).await?;
    ensure!(latin.is_empty(), "the form: {}", latin.join(", "));
    widget.press("submit").await?;
    widget.state_reaches("posted").await?;
    widget.part_saying("receipt-state", "بانتظار إجابة").await?;
    let latin = speech::latin(widget).await?;
    ensure!(latin.is_empty(), "the receipt: {}", latin.join(", "));
    Ok(())
}

async fn the_loader_of_a_locale_speaks_it_before_anything_is_loaded(stage: &mut Stage<'_>) -> Result<()> {
    // What comes after the loader is held back.
    let head = "<script>
        const real = window.fetch;
        window.fetch = (input, init) =>
            String(input.url ?? input).endsWith('.wasm') ? Promise.reject(new TypeError('lost')) : real(input, init);
        window.__answers = [];
        </script>";
    let (_site, widget) = visit(stage, "en", head, "EDGE/v1/embed.ar.js").await?;
    ensure!(language(&widget).await? == "ar rtl", "the button is {}", language(&widget).await?);
    widget.part_saying("launcher", "مساعدة").await?;
    widget.press("launcher").await?;
    widget.part_saying("error", "تعذّر تحميل المساعدة.").await?;
    let latin = speech::latin(&widget).await?;
    ensure!(latin.is_empty(), "{}", latin.join(", "));

    // The widget goes on in it, without being told; another language is one call away.
    let (_site, widget) = visit(stage, "en", "", "EDGE/v1/embed.ar.js").await?;
    widget.open().await?;
    widget.part_saying("ask-open", "اطرح سؤالًا").await?;
    speech::speak(&widget, "en", "ltr").await?;
    widget.part_saying("ask-open", "Ask a question").await?;
    widget.run("edgewise.close(); return null;", vec![]).await?;
    widget.part_saying("launcher", "Help").await.map(drop)
}

async fn the_language_changes_while_something_is_written(stage: &mut Stage<'_>) -> Result<()> {
    let (_site, widget) = visit(stage, "en", "", "EDGE/v1/embed.js").await?;
    let widget = &widget;
    widget.open().await?;
    widget.search("MR-2007").await?;
    let (title, body) = ("Half a question", "It began when\nthe dock");
    widget.press("ask-open").await?;
    widget.fill("ask-title", title).await?;
    widget.fill("ask-body", body).await?;
    widget.choose("ask-area", "Harbour").await?;
    for (locale, dir, submit, count) in [
        ("ar", "rtl", "إرسال السؤال", "نتائج"),
        ("en", "ltr", "Send the question", "7 results"),
        ("ar", "rtl", "إرسال السؤال", "نتائج"),
    ] {
        speech::speak(widget, locale, dir).await?;
        widget.part_saying("submit", submit).await?;
        for (field, text) in [("ask-title", title), ("ask-body", body), ("ask-area", "Harbour")] {
            ensure!(
                widget.value(field).await? == text,
                "{field} is {:?} in {locale}",
                widget.value(field).await?
            );
        }
        // What was searched for is there, too.
        widget.press("back").await?;
        widget.part_saying("count", count).await?;
        ensure!(widget.value("search-input").await? == "MR-2007", "the search has gone");
        widget.press("ask-open").await?;
        widget.part("ask-title").await?;
    }
    // It is one instance as before: nothing is listened to twice.
    widget.fill("ask-title", "Half a question, and more").await?;
    widget.press("close").await?;
    widget.gone("ask-title").await?;
    widget.press("launcher").await?;
    ensure!(widget.value("ask-title").await? == "Half a question, and more", "what was typed last is lost");
    Ok(())
}

async fn a_language_without_a_locale_is_english(stage: &mut Stage<'_>) -> Result<()> {
    // The page's own language counts where the tag names none, with its country or without.
    for (lang, tag, spoken, words) in [
        ("ar", "EDGE/v1/embed.js", "ar rtl", "اطرح سؤالًا"),
        ("ar-MA", "EDGE/v1/embed.js", "ar-MA rtl", "اطرح سؤالًا"),
        ("ar", r#"EDGE/v1/embed.js" data-locale="en"#, "en ltr", "Ask a question"),
        ("tlh", "EDGE/v1/embed.js", "en ltr", "Ask a question"),
        ("en", r#"EDGE/v1/embed.js" data-locale="arn"#, "en ltr", "Ask a question"),
        ("en", r#"EDGE/v1/embed.js" data-locale="no language, I fear"#, "en ltr", "Ask a question"),
    ] {
        let (_site, widget) = visit(stage, lang, "", tag).await?;
        widget.open().await?;
        widget.part_saying("ask-open", words).await.with_context(|| format!("{lang}, {tag}"))?;
        ensure!(language(&widget).await? == spoken, "{lang}, {tag}: {}", language(&widget).await?);
    }
    Ok(())
}

async fn a_locale_that_does_not_arrive_leaves_english(stage: &mut Stage<'_>) -> Result<()> {
    let head = "<script>
        const real = window.fetch;
        window.fetch = (input, init) =>
            !window.mended && String(input.url ?? input).endsWith('/ar.json') ? Promise.reject(new TypeError('lost')) : real(input, init);
        </script>";
    let (_site, widget) = visit(stage, "en", head, r#"EDGE/v1/embed.js" data-locale="ar"#).await?;
    widget.open().await?;
    widget.part_saying("ask-open", "Ask a question").await?;
    ensure!(language(&widget).await? == "en ltr", "English is {}", language(&widget).await?);
    let mut console = Vec::new();
    until("the console to name the locale", async || {
        console.extend(widget.console().await?);
        Ok(console.iter().any(|line| line.contains("edgewise: no words for ar")).then_some(()))
    })
    .await?;
    // When its words can be had, the page may ask again.
    widget.run("window.mended = true; return null;", vec![]).await?;
    speech::speak(&widget, "ar", "rtl").await?;
    widget.part_saying("ask-open", "اطرح سؤالًا").await?;

    // One that is not as published is not spoken.
    let (site, widget) = visit(stage, "en", "", "/v1/embed.js").await?;
    site.tamper_with(Some("ar.json"));
    widget.open().await?;
    widget.part("ask-open").await?;
    widget.run("edgewise.setLocale('ar'); return null;", vec![]).await?;
    let mut console = Vec::new();
    until("the console to name the file", async || {
        console.extend(widget.console().await?);
        Ok(console.iter().any(|line| line.contains("not as published")).then_some(()))
    })
    .await?;
    widget.part_saying("ask-open", "Ask a question").await.map(drop)
}

async fn without_webassembly_the_stand_in_speaks_it_too(stage: &mut Stage<'_>) -> Result<()> {
    let head = "<script>delete window.WebAssembly;</script>";
    let (_site, widget) = visit(stage, "ar", head, "EDGE/v1/embed.js").await?;
    let widget = &widget;
    widget.open().await?;
    widget.part_saying("status", "صِف ما تراه").await?;
    widget.fill("search-input", "MR-2007").await?;
    widget.press("submit-search").await?;
    widget.part_saying("status", "نتائج").await?;
    speech::speak(widget, "en", "ltr").await?;
    widget.part_saying("status", "7 results").await?;
    ensure!(widget.value("search-input").await? == "MR-2007", "what was searched for has gone");
    Ok(())
}
