//! A page embeds the widget and goes on as if it had not: it is small, silent until asked, apart, and gone without trace.

use e2e::host::{Fault, HostSite, Page};
use e2e::operator::questions_titled;
use e2e::wait::until;
use e2e::widget::Widget;
use e2e::{Context, Result, Stage, bail, ensure, scenarios};
use serde_json::{Value, json};
use thirtyfour::{By, Key};

scenarios![
    before_intent_nothing_is_sent_kept_or_set,
    calls_before_the_loader_are_made_by_it,
    the_handle_opens_searches_asks_and_tells,
    elements_of_the_page_open_it,
    two_instances_keep_apart_and_a_second_tag_does_nothing,
    a_module_embeds_it_too,
    what_is_written_survives_destroy_and_not_forget,
    a_page_that_moves_on_by_itself_is_asked_from_where_it_is,
    every_policy_does_what_the_table_says,
    without_webassembly_its_stand_in_searches,
    a_file_that_is_not_as_published_does_not_run,
    a_question_outlives_the_chunk_that_sends_it,
    a_receipt_outlives_the_chunk_that_shows_it,
    a_pinned_loader_runs_if_its_hash_fits,
    a_pinned_loader_outlives_a_deployment,
    styles_of_the_page_stay_outside,
    the_button_lies_above_the_page_and_below_its_modal_dialogs,
    a_page_that_has_changed_the_language_is_no_trouble,
    a_hundred_times_mounted_and_destroyed_it_leaves_nothing,
];

/// A site with one page, `/`, whose head holds the tag; the widget in it, not opened yet.
struct Embedded {
    site: HostSite,
    widget: Widget,
    edge: String,
}

impl Embedded {
    async fn visit(stage: &Stage<'_>, page: impl FnOnce(&str) -> Page) -> Result<Embedded> {
        let edge = stage.stack.url();
        let site = HostSite::start(&edge)?;
        site.serve("/", page(&edge));
        let widget = Widget::new(stage.widget.browser().clone(), site.url());
        widget.visit("/").await?;
        Ok(Embedded { site, widget, edge })
    }

    /// Runs JavaScript that may wait; what it throws is an error.
    async fn run(&self, script: &str) -> Result<Value> {
        let script = format!("return (async () => {{ {script} }})();");
        self.widget.run(&script, vec![]).await.with_context(|| script)
    }

    /// Holds when an expression is true.
    async fn holds(&self, expression: &str) -> Result<()> {
        let value = self.run(&format!("return {expression};")).await?;
        ensure!(value == true, "`{expression}` is {value}");
        Ok(())
    }

    /// Waits until an expression is true.
    async fn comes_to_hold(&self, expression: &str) -> Result<()> {
        let script = format!("return {expression};");
        until(expression, async || Ok((self.run(&script).await? == true).then_some(()))).await
    }
}

/// The tag, with further attributes.
fn tag(edge: &str, attributes: &str) -> String {
    format!(
        r#"<script async src="{edge}/v1/embed.js" data-site="demo" data-forum="https://forum.example/" {attributes}></script>"#
    )
}

fn plain(edge: &str) -> Page {
    Page::with_head(&tag(edge, ""))
}

async fn before_intent_nothing_is_sent_kept_or_set(stage: &mut Stage<'_>) -> Result<()> {
    let page = Embedded::visit(stage, plain).await?;
    page.widget.part("launcher").await?;
    page.run("edgewise.setContext({product: 'app'}); edgewise.identify('token'); edgewise.setTheme('dark'); edgewise.on('open', () => {});")
        .await?;
    let sent = page.run("return performance.getEntriesByType('resource').map(entry => entry.name);").await?;
    let sent: Vec<_> = sent.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let sent: Vec<_> = sent.into_iter().filter(|url| !url.ends_with("/favicon.ico")).collect();
    ensure!(sent == [format!("{}/v1/embed.js", page.edge)], "the page has loaded {sent:?}");
    page.holds("document.cookie === '' && localStorage.length === 0 && sessionStorage.length === 0").await?;
    page.holds("(await indexedDB.databases()).length === 0 && (await caches.keys()).length === 0").await?;
    page.holds("document.querySelectorAll('body > :not(p)').length === 1").await
}

async fn calls_before_the_loader_are_made_by_it(stage: &mut Stage<'_>) -> Result<()> {
    let page = Embedded::visit(stage, |edge| {
        let early = "<script>(window.edgewise ??= []).push(['on', 'open', () => (window.opened = true)], ['search', 'MR-2007']);</script>";
        Page::with_head(&[early, &tag(edge, "")].concat())
    })
    .await?;
    page.widget.part_saying("hit", "MR-2007 berth locked").await?;
    page.holds("window.opened").await?;
    // The same line works afterwards.
    page.run("(window.edgewise ??= []).push(['close']);").await?;
    page.widget.gone("search-input").await
}

async fn the_handle_opens_searches_asks_and_tells(stage: &mut Stage<'_>) -> Result<()> {
    let page = Embedded::visit(stage, plain).await?;
    let widget = &page.widget;
    widget.part("launcher").await?;
    page.run(
        "window.heard = [];
        for (const name of ['open', 'ready', 'close', 'destroy']) {
            document.addEventListener(`edgewise:${name}`, event => heard.push([name, event.detail, event.target.localName]));
        }
        window.listener = () => heard.push('listener');
        edgewise.on('open', listener);
        edgewise.toggle();",
    )
    .await?;
    page.holds("edgewise.isOpen()").await?;
    // What is searched for before the widget has arrived is what it searches for.
    page.run("edgewise.search('pairing');").await?;
    widget.part("hit").await?;
    ensure!(
        widget.value("search-input").await? == "pairing",
        "the field does not hold what the page searches for"
    );
    page.run("edgewise.search('MR-2007');").await?;
    widget.part_saying("hit", "MR-2007 berth locked").await?;

    page.run("edgewise.ask({ title: 'The page knows the title', body: 'And what happened.' });").await?;
    widget.part("ask-title").await?;
    ensure!(widget.value("ask-title").await? == "The page knows the title", "the title is not the page's");
    ensure!(widget.value("ask-body").await? == "And what happened.", "the body is not the page's");
    page.run("edgewise.search('harbour');").await?;
    widget.part("hit").await?;

    page.run("edgewise.off('open', listener); edgewise.close(); edgewise.open(); edgewise.toggle();").await?;
    page.holds("!edgewise.isOpen()").await?;
    page.run("edgewise.setTheme('dark'); edgewise.setLocale('ar');").await?;
    page.comes_to_hold(
        "document.querySelector('edgewise-help').matches('[data-theme=dark][dir=rtl]:lang(ar)')",
    )
    .await?;
    page.run("edgewise.setTheme(); edgewise.setLocale('en');").await?;
    page.comes_to_hold("document.querySelector('edgewise-help').matches('[dir=ltr]:lang(en)')").await?;
    page.holds("!document.querySelector('edgewise-help').matches('[data-theme=dark]')").await?;

    page.run("window.kept = edgewise; edgewise.destroy(); kept.open(); kept.search('x'); kept.destroy();")
        .await?;
    page.holds("!('edgewise' in window) && !document.querySelector('edgewise-help') && !kept.isOpen()")
        .await?;
    let heard = page.run("return heard;").await?;
    let told = |name: &str, detail: Value| json!([name, detail, "edgewise-help"]);
    let expected = json!([
        "listener",
        told("open", Value::Null),
        told("ready", json!(true)),
        told("open", Value::Null),
        told("destroy", Value::Null)
    ]);
    let without_closes: Vec<_> =
        heard.as_array().into_iter().flatten().filter(|event| event[0] != "close").cloned().collect();
    ensure!(json!(without_closes) == expected, "the page has heard {heard}");
    Ok(())
}

async fn elements_of_the_page_open_it(stage: &mut Stage<'_>) -> Result<()> {
    let page = Embedded::visit(stage, |edge| {
        let mut page = Page::with_head(&tag(edge, "data-launcher=none"));
        let buttons = "<p><a id=open href=/elsewhere data-edgewise-open>Help</a>
            <button id=search data-edgewise-search='MR-2007'><b>Find</b></button>
            <button id=ask data-edgewise-ask='Quokkas in the harbour'>Ask</button></p>";
        page.html = page.html.replace("<body>", &format!("<body>{buttons}"));
        page
    })
    .await?;
    let widget = &page.widget;
    let browser = widget.browser();
    until("the loader", async || Ok((widget.count("edgewise-help").await? == 1).then_some(()))).await?;
    ensure!(!widget.shows("launcher").await?, "there is a button though the page has its own");

    browser.find(By::Id("open")).await?.click().await?;
    widget.focus_reaches("search-input").await?;
    page.holds("location.pathname === '/'").await?;
    // The widget takes the place of the empty dialog; both give the focus back to who opened it.
    page.comes_to_hold("!!document.querySelector('edgewise-help').shadowRoot.querySelector('.app')").await?;
    widget.keys(Key::Escape + "").await?;
    widget.gone("search-input").await?;
    page.holds("document.activeElement.id === 'open'").await?;

    browser.find(By::Css("#search b")).await?.click().await?;
    widget.part_saying("hit", "MR-2007 berth locked").await?;
    page.run("edgewise.close();").await?;
    browser.find(By::Id("ask")).await?.click().await?;
    widget.part("ask-title").await?;
    ensure!(
        widget.value("ask-title").await? == "Quokkas in the harbour",
        "the form does not start with the title"
    );

    let example = &stage.widget;
    example.visit("/examples/own-buttons.html").await?;
    until("the loader", async || Ok((example.count("edgewise-help").await? == 1).then_some(()))).await?;
    browser.find(By::Css("[data-edgewise-search]")).await?.click().await?;
    example.part("hit").await?;
    Ok(())
}

async fn two_instances_keep_apart_and_a_second_tag_does_nothing(stage: &mut Stage<'_>) -> Result<()> {
    let page = Embedded::visit(stage, |edge| {
        let tags = [
            tag(edge, ""),
            tag(edge, ""),
            tag(edge, "data-name=second data-label=Second data-launcher=none"),
        ];
        let mut page = Page::with_head(&tags.concat().replace(" async", ""));
        page.html = page
            .html
            .replace("<body>", "<body><button data-edgewise-open data-edgewise-name=second>Second</button>");
        page
    })
    .await?;
    let widget = &page.widget;
    widget.part("launcher").await?;
    page.holds("Object.keys(edgewise.instances).join() === 'demo,second'").await?;
    page.holds("document.querySelectorAll('edgewise-help').length === 2").await?;

    page.run("edgewise.instances.demo.search('pairing');").await?;
    widget.part("hit").await?;
    page.run("edgewise.close();").await?;
    widget.gone("hit").await?;
    widget.browser().find(By::Css("[data-edgewise-open]")).await?.click().await?;
    widget.part("search-input").await?;
    page.holds("edgewise.instances.second.isOpen() && !edgewise.isOpen()").await?;
    ensure!(
        widget.value("search-input").await?.is_empty(),
        "the second instance knows what the first searches for"
    );
    page.run("edgewise.instances.second.search('MR-2007');").await?;
    widget.part_saying("hit", "MR-2007 berth locked").await?;

    page.run("edgewise.destroy();").await?;
    page.holds("Object.keys(edgewise.instances).join() === 'second' && edgewise.isOpen()").await?;
    widget.part_saying("hit", "MR-2007 berth locked").await?;
    page.run("edgewise.destroy();").await?;
    page.holds("!('edgewise' in window)").await
}

async fn a_module_embeds_it_too(stage: &mut Stage<'_>) -> Result<()> {
    let page = Embedded::visit(stage, |edge| {
        let tag = format!(r#"<script type="module" src="{edge}/v1/embed.mjs" data-site="demo"></script>"#);
        Page::with_head(&tag)
    })
    .await?;
    let widget = &page.widget;
    widget.open().await?;
    widget.search("MR-2007").await?;
    page.run("edgewise.destroy();").await?;

    let import = format!(
        "const {{ mount }} = await import('{}/v1/embed.mjs');
        window.handle = mount({{ site: 'demo', name: 'imported' }});
        return handle === mount({{ site: 'demo', name: 'imported' }}) && handle === edgewise;",
        page.edge
    );
    ensure!(page.run(&import).await? == true, "the module's instance is not the page's");
    page.run("handle.search('pairing');").await?;
    widget.part("hit").await?;
    Ok(())
}

async fn what_is_written_survives_destroy_and_not_forget(stage: &mut Stage<'_>) -> Result<()> {
    let page = Embedded::visit(stage, plain).await?;
    let widget = &page.widget;
    widget.part("launcher").await?;
    page.run("edgewise.ask();").await?;
    widget.fill("ask-title", "A draft that somebody writes").await?;
    page.run("edgewise.destroy();").await?;
    page.holds("localStorage['edgewise:demo:draft'].includes('A draft that somebody writes')").await?;

    widget.reload().await?;
    widget.part("launcher").await?;
    page.run("edgewise.ask({ title: 'The page has another' });").await?;
    widget.part("ask-title").await?;
    let title = widget.value("ask-title").await?;
    ensure!(title == "A draft that somebody writes", "the page has overwritten a draft with {title}");

    page.run("localStorage.theirs = 'stays'; edgewise.forget();").await?;
    page.holds("Object.keys(localStorage).join() === 'theirs'").await?;
    // The dialog stays open, with nothing in it of before.
    widget.part("search-input").await?;
    page.run("edgewise.ask();").await?;
    widget.part("ask-title").await?;
    ensure!(widget.value("ask-title").await?.is_empty(), "the draft has come back");

    // Without the widget it erases, too, and loads nothing for it.
    page.run("localStorage['edgewise:demo:draft'] = localStorage['edgewise:other:draft'] = '{}';").await?;
    widget.reload().await?;
    widget.part("launcher").await?;
    page.run("edgewise.forget();").await?;
    page.holds("Object.keys(localStorage).sort().join() === 'edgewise:other:draft,theirs'").await?;
    page.holds("performance.getEntriesByType('resource').length === 1").await
}

async fn a_page_that_moves_on_by_itself_is_asked_from_where_it_is(stage: &mut Stage<'_>) -> Result<()> {
    let page = Embedded::visit(stage, plain).await?;
    let widget = &page.widget;
    widget.part("launcher").await?;
    page.run("window.native = [history.pushState, history.replaceState, fetch];").await?;
    page.run("edgewise.setContext({ product: 'desktop', version: '3.2.1' }); edgewise.ask({ title: 'Where was this asked, I wonder' });")
        .await?;
    widget.fill("ask-body", "The page has moved on since the widget was opened.").await?;
    widget.choose("ask-area", "Desktop app").await?;
    page.run("history.pushState(null, '', '/settings/docks?secret=1#x'); edgewise.setContext({ product: 'desktop', version: '3.2.2' });")
        .await?;
    page.holds("[history.pushState, history.replaceState, fetch].every((own, at) => own === native[at])")
        .await?;
    widget.record_requests().await?;
    widget.press("submit").await?;
    widget.part("receipt").await?;
    let sent = widget.recorded_requests().await?;
    let context = format!(r#""pageUrl":"{}/settings/docks""#, page.site.url());
    for expected in [context.as_str(), r#""product":"desktop""#, r#""version":"3.2.2""#] {
        ensure!(sent.contains(expected), "{expected} is not in what was sent: {sent}");
    }
    Ok(())
}

/// What comes of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// The widget, and not a word in the console.
    Widget,
    /// Its stand-in.
    StandIn,
    /// The dialog says that help could not be loaded, and leads to the forum.
    Notice,
}

/// The policies of docs/embed.md: what is there, what the page is served with (EDGE is the Worker's origin, HASH the loader's), what
/// comes of it and what the console names.
const POLICIES: [(&str, &str, Outcome, &str); 10] = [
    (
        "the policy above",
        "default-src 'none'; script-src EDGE 'wasm-unsafe-eval'; connect-src EDGE; style-src 'self'; require-trusted-types-for 'script'",
        Outcome::Widget,
        "",
    ),
    (
        "with `trusted-types 'none'`, without any `style-src`",
        "default-src 'none'; script-src EDGE 'wasm-unsafe-eval'; connect-src EDGE; require-trusted-types-for 'script'; trusted-types 'none'",
        Outcome::Widget,
        "",
    ),
    (
        "with `'unsafe-eval'` in place of `'wasm-unsafe-eval'`",
        "default-src 'none'; script-src EDGE 'unsafe-eval'; connect-src EDGE",
        Outcome::Widget,
        "",
    ),
    (
        "with a nonce on the tag and `'strict-dynamic'`",
        "default-src 'none'; script-src 'nonce-n0nce' 'strict-dynamic' 'wasm-unsafe-eval'; connect-src EDGE",
        Outcome::Widget,
        "",
    ),
    (
        "with a nonce on the tag in place of the Worker's origin",
        "default-src 'none'; script-src 'nonce-n0nce' 'wasm-unsafe-eval'; connect-src EDGE",
        Outcome::Widget,
        "",
    ),
    ("`sandbox allow-scripts`", "sandbox allow-scripts", Outcome::Widget, ""),
    (
        "without `'wasm-unsafe-eval'`",
        "default-src 'none'; script-src EDGE; connect-src EDGE; require-trusted-types-for 'script'",
        Outcome::StandIn,
        "script-src lacks 'wasm-unsafe-eval'",
    ),
    (
        "with the hash of a pinned tag in place of the Worker's origin",
        "default-src 'none'; script-src 'HASH' 'wasm-unsafe-eval'; connect-src EDGE",
        Outcome::Notice,
        "script-src",
    ),
    (
        "without `connect-src`",
        "default-src 'none'; script-src EDGE 'wasm-unsafe-eval'",
        Outcome::Notice,
        "connect-src",
    ),
    (
        "without `connect-src` and `'wasm-unsafe-eval'`",
        "default-src 'none'; script-src EDGE",
        Outcome::StandIn,
        "script-src lacks 'wasm-unsafe-eval'",
    ),
];

async fn every_policy_does_what_the_table_says(stage: &mut Stage<'_>) -> Result<()> {
    let documented = include_str!("../../../docs/embed.md");
    for (what, policy, outcome, named) in POLICIES {
        let came = outcome_of(stage, policy, named).await.with_context(|| format!("under {policy}"))?;
        ensure!(came == outcome, "{came:?} under {policy}");
        let outcome = match outcome {
            Outcome::Widget => "the widget",
            Outcome::StandIn => "the stand-in",
            Outcome::Notice => "a notice",
        };
        let row = format!("| {what} | {outcome}");
        ensure!(documented.contains(&row), "docs/embed.md has no row `{row} …`");
    }
    Ok(())
}

/// What comes of a policy; the console has to name what is missing, and nothing else may be refused.
async fn outcome_of(stage: &Stage<'_>, policy: &str, named: &str) -> Result<Outcome> {
    let (_, hash) = pinned_loader(stage)?;
    let page = Embedded::visit(stage, |edge| {
        let policy = policy.replace("EDGE", edge).replace("HASH", &hash);
        Page::with_head(&tag(edge, &format!(r#"nonce="n0nce" integrity="{hash}" crossorigin"#)))
            .under(&policy)
    })
    .await?;
    let widget = &page.widget;
    widget.open().await?;
    let outcome = until("the widget, its stand-in or a notice", async || {
        for (selector, outcome) in [
            (".app [data-part=search-input]", Outcome::Widget),
            (".stand-in", Outcome::StandIn),
            ("[data-part=error]", Outcome::Notice),
        ] {
            if widget.count(selector).await? > 0 {
                return Ok(Some(outcome));
            }
        }
        Ok(None)
    })
    .await?;
    match outcome {
        Outcome::Widget => {
            widget.search("MR-2007").await?;
        }
        Outcome::StandIn | Outcome::Notice => {
            let forum = widget.count("a[href='https://forum.example/'][rel='noopener ugc']").await?;
            ensure!(forum == 1, "{forum} links to the forum");
        }
    }
    if named.is_empty() {
        let console = widget.console().await?;
        let refused: Vec<_> =
            console.iter().filter(|line| line.contains("Content Security Policy")).collect();
        ensure!(refused.is_empty(), "the policy refused something: {refused:?}");
        return Ok(outcome);
    }
    // What the page writes reaches the driver a little later.
    let mut console = Vec::new();
    let found = until(format_args!("the console to name {named}"), async || {
        console.extend(widget.console().await?);
        let names = |line: &String| line.contains("edgewise:") && line.contains(named);
        Ok(console.iter().any(names).then_some(()))
    })
    .await;
    found.with_context(|| format!("the console says {console:?}"))?;
    Ok(outcome)
}

async fn without_webassembly_its_stand_in_searches(stage: &mut Stage<'_>) -> Result<()> {
    let page = Embedded::visit(stage, |edge| {
        Page::with_head(&["<script>delete window.WebAssembly;</script>", &tag(edge, "")].concat())
    })
    .await?;
    let widget = &page.widget;
    page.run("document.addEventListener('edgewise:ready', event => (window.whole = event.detail));").await?;
    widget.open().await?;
    widget.part("results").await?;
    widget.focus_reaches("search-input").await?;
    page.holds("window.whole === false").await?;

    widget.record_requests().await?;
    widget.fill("search-input", "MR-2007").await?;
    ensure!(widget.recorded_requests().await?.is_empty(), "it sends what nobody asked for yet");
    widget.keys(Key::Enter + "").await?;
    let hit = widget.part_saying("hit", "MR-2007 berth locked by another dock").await?;
    let link = hit.find(By::Css("a")).await?;
    ensure!(
        link.attr("rel").await?.as_deref() == Some("noopener ugc"),
        "a link tells where it was followed from"
    );
    ensure!(hit.text().await?.contains("Solved"), "the hit does not say that it is solved");
    widget.part_saying("status", "result").await?;

    page.run("edgewise.search('SPAMCANARY');").await?;
    widget.part_saying("status", "Nothing was found").await?;
    page.run("edgewise.ask('Harbour behind a proxy');").await?;
    ensure!(widget.value("search-input").await? == "Harbour behind a proxy", "what was to be asked is lost");
    stage.stack.kill();
    widget.keys(Key::Enter + "").await?;
    widget.part_saying("status", "did not get through").await?;
    stage.stack.start_again()?;
    widget.keys(Key::Enter + "").await?;
    widget.part("hit").await?;

    let console = widget.console().await?;
    ensure!(
        console.iter().any(|line| line.contains("no WebAssembly")),
        "the console says nothing: {console:?}"
    );
    page.run("edgewise.destroy();").await?;
    page.holds("!document.querySelector('edgewise-help')").await
}

async fn a_file_that_is_not_as_published_does_not_run(stage: &mut Stage<'_>) -> Result<()> {
    // What the form needs comes in two: its own chunk, and what it shares with hearing back.
    const FORM: [&str; 2] = ["split_ask.wasm", "chunk_3.wasm"];
    for name in ["widget.js", "widget_bg.wasm", "fallback.js"].into_iter().chain(FORM) {
        let page = Embedded::visit(stage, |edge| {
            let wasm = if name == "fallback.js" { "<script>delete window.WebAssembly;</script>" } else { "" };
            // The files come from the page's own site, answers from the Worker.
            let tag = tag("", &format!("data-edge={edge}"));
            Page::with_head(&[wasm, &tag].concat())
        })
        .await?;
        let widget = &page.widget;
        page.site.tamper_with(Some(name));
        widget.open().await?;
        if FORM.contains(&name) {
            widget.press("ask-open").await?;
            widget.part("error").await?;
            ensure!(!widget.shows("ask-title").await?, "{name} runs though it is another");
        } else {
            widget.part_saying("error", "could not be loaded").await?;
            page.holds(
                "!document.querySelector('edgewise-help').shadowRoot.querySelector('.app, .stand-in')",
            )
            .await?;
        }
        page.site.tamper_with(None);
        widget.press("retry").await?;
        let part = match name {
            name if FORM.contains(&name) => "ask-title",
            "fallback.js" => "results",
            _ => "start",
        };
        until(format_args!("`{part}` after another try"), async || {
            Ok((widget.count(&format!("[data-part={part}], .app")).await? > 0).then_some(()))
        })
        .await?;
    }
    Ok(())
}

/// What becomes of the file that sends questions and shows their receipts.
const FAULTS: [Fault; 3] = [Fault::Changed, Fault::CutOff, Fault::Missing];

/// A page whose files come from its own site, answers from the Worker.
fn mirrored(edge: &str) -> Page {
    Page::with_head(&tag("", &format!("data-edge={edge}")))
}

async fn a_question_outlives_the_chunk_that_sends_it(stage: &mut Stage<'_>) -> Result<()> {
    for fault in FAULTS {
        let title = format!("Asked while a file was spoiled: {fault:?}");
        let page = Embedded::visit(stage, mirrored).await?;
        let widget = &page.widget;
        page.run("localStorage.clear();").await?;
        page.site.spoil(Some(("split_follow.wasm", fault)));
        widget.open().await?;
        widget.press("ask-open").await?;
        widget.fill("ask-title", &title).await?;
        widget.fill("ask-body", "I was writing this when a file went missing. Is it still there?").await?;
        widget.choose("ask-area", "Desktop app").await?;
        widget.press("submit").await?;
        // The form is there again, with a word about it and with all that was written.
        widget.part_saying("error", "Nothing you typed is lost").await?;
        ensure!(widget.value("ask-title").await? == title, "the title is gone");
        page.holds("localStorage['edgewise:demo:unsent'].includes('a file went missing')").await?;
        ensure!(questions_titled(stage.stack, &title)?.is_empty(), "it was sent by nobody");

        // Another try sends it, once.
        page.site.spoil(None);
        widget.press("retry").await?;
        widget.state_reaches("posted").await?;
        let copies = questions_titled(stage.stack, &title)?.len();
        ensure!(copies == 1, "the question was asked {copies} times");
        page.holds("!('edgewise:demo:unsent' in localStorage) && !('edgewise:demo:draft' in localStorage)")
            .await?;
    }
    Ok(())
}

async fn a_receipt_outlives_the_chunk_that_shows_it(stage: &mut Stage<'_>) -> Result<()> {
    let title = "Asked before a file was spoiled";
    let page = Embedded::visit(stage, mirrored).await?;
    let widget = &page.widget;
    widget.part("launcher").await?;
    page.run(&format!("edgewise.ask({{ title: '{title}', body: 'Will I find my receipt again?' }});"))
        .await?;
    widget.choose("ask-area", "Desktop app").await?;
    widget.press("submit").await?;
    widget.state_reaches("posted").await?;
    for fault in FAULTS {
        page.site.spoil(Some(("split_follow.wasm", fault)));
        widget.reload().await?;
        widget.open().await?;
        // What was asked is known to be kept, so the reader is told that it cannot be shown.
        widget.part_saying("error", "questions").await?;
        widget.fill("search-input", "MR-2007").await?;
        widget.part("hit").await?;
        widget.fill("search-input", "").await?;

        page.site.spoil(None);
        widget.press("retry").await?;
        widget.press("your-questions").await?;
        widget.press_saying("question-row", title).await?;
        widget.state_reaches("posted").await?;
        widget.gone("error").await?;
    }
    Ok(())
}

/// Where the loader stays that is served now, and its hash, as they are published.
fn pinned_loader(stage: &Stage<'_>) -> Result<(String, String)> {
    let published = format!("{}/v1/embed.json", stage.stack.url());
    let published: Value = ureq::get(published).call()?.body_mut().read_json()?;
    let script = &published["script"];
    let (Some(url), Some(integrity)) = (script["url"].as_str(), script["integrity"].as_str()) else {
        bail!("the published hashes are {published}");
    };
    Ok((url.to_owned(), integrity.to_owned()))
}

async fn a_pinned_loader_runs_if_its_hash_fits(stage: &mut Stage<'_>) -> Result<()> {
    let edge = stage.stack.url();
    let (url, integrity) = pinned_loader(stage)?;
    let pinned = |edge: &str, integrity: &str| {
        let tag = format!(
            r#"<script async src="{edge}{url}" integrity="{integrity}" crossorigin data-site=demo></script>"#
        );
        Page::with_head(&tag)
    };
    let page = Embedded::visit(stage, |edge| pinned(edge, &integrity)).await?;
    page.widget.open().await?;
    page.widget.search("MR-2007").await?;
    let kept = ureq::get(format!("{edge}{url}")).call()?;
    let kept = kept.headers().get("cache-control").and_then(|value| value.to_str().ok()).unwrap_or_default();
    ensure!(kept.contains("immutable"), "the pinned loader is kept {kept:?}");

    let page = Embedded::visit(stage, |edge| pinned(edge, &format!("sha384-{}", "A".repeat(64)))).await?;
    page.holds("!('edgewise' in window)").await
}

async fn a_pinned_loader_outlives_a_deployment(stage: &mut Stage<'_>) -> Result<()> {
    let edge = stage.stack.url();
    let (url, integrity) = pinned_loader(stage)?;
    let assets = xtask::paths::assets();
    stage.stack.pin(&stage.indexer, &assets)?;
    // The next deployment's files lie below other hashes.
    let next = xtask::paths::built().join("tests/next-deployment");
    if next.exists() {
        std::fs::remove_dir_all(&next)?;
    }
    std::fs::create_dir_all(next.join("v1"))?;
    std::fs::copy(assets.join("_headers"), next.join("_headers"))?;
    std::fs::copy(assets.join("index.html"), next.join("index.html"))?;
    stage.stack.deploy(&next)?;
    let outcome = pinned_page_works(stage, &url, &integrity).await;
    // What was not kept is gone.
    let gone = ureq::get(format!("{edge}/v1/a/00112233445566aa/embed.js"))
        .config()
        .http_status_as_error(false)
        .build()
        .call()?;
    stage.stack.deploy(&assets)?;
    outcome?;
    ensure!(gone.status() == 404, "what nobody has kept is answered with {}", gone.status());
    Ok(())
}

/// A page that names the loader by its hash finds, opens and asks.
async fn pinned_page_works(stage: &Stage<'_>, url: &str, integrity: &str) -> Result<()> {
    let head = format!(
        r#"<script async src="{}{url}" integrity="{integrity}" crossorigin data-site=demo></script>"#,
        stage.stack.url()
    );
    let page = Embedded::visit(stage, |_| Page::with_head(&head)).await?;
    page.widget.open().await?;
    page.widget.search("MR-2007").await?;
    page.widget.press("ask-open").await?;
    page.widget.part("ask-title").await?;
    let served = ureq::get(format!("{}{url}", stage.stack.url())).call()?;
    for (name, value) in [
        ("cache-control", "immutable"),
        ("access-control-allow-origin", "*"),
        ("content-type", "text/javascript"),
    ] {
        let told = served.headers().get(name).and_then(|told| told.to_str().ok()).unwrap_or_default();
        ensure!(told.contains(value), "{name} is {told:?}");
    }
    Ok(())
}

/// What the page's styles may not change, of every element that the widget shows.
const COMPUTED: &str = "
    const properties = ['display', 'position', 'visibility', 'opacity', 'color', 'background-color', 'font-size', 'font-family',
        'font-weight', 'line-height', 'letter-spacing', 'text-transform', 'text-align', 'width', 'height', 'padding', 'margin',
        'border', 'border-radius', 'transform', 'filter', 'cursor', 'pointer-events', 'user-select', 'box-sizing', 'z-index'];
    const root = document.querySelector('edgewise-help').shadowRoot;
    return [...root.querySelectorAll('*')].map(element => {
        const style = getComputedStyle(element);
        const box = element.matches('button, dialog, input, [role=option]') ? JSON.stringify(element.getBoundingClientRect()) : '';
        return [element.localName, element.className, ...properties.map(name => `${name}: ${style.getPropertyValue(name)}`), box].join('; ');
    });";

async fn styles_of_the_page_stay_outside(stage: &mut Stage<'_>) -> Result<()> {
    const HOSTILE: &str = "<style>
        html { font-size: 40px; }
        body { transform: rotate(4deg) scale(.5); filter: blur(9px); opacity: .1; letter-spacing: 9px; text-transform: uppercase; visibility: hidden; }
        body *, body *::before { all: unset !important; display: none !important; visibility: hidden !important; opacity: 0 !important;
            color: red !important; font: 40px fantasy !important; pointer-events: none !important; z-index: -1 !important; }
        edgewise-help, dialog, button, input { position: static !important; transform: scale(0) !important; inline-size: 1px !important; }
        </style>";
    let mut seen = Vec::new();
    for style in ["", HOSTILE] {
        let page = Embedded::visit(stage, |edge| Page::with_head(&[style, &tag(edge, "")].concat())).await?;
        let widget = &page.widget;
        widget.part("launcher").await?;
        let closed = page.run(COMPUTED).await?;
        widget.open().await?;
        let sheets =
            page.run("return [document.styleSheets.length, document.adoptedStyleSheets.length];").await?;
        ensure!(sheets == json!([u8::from(!style.is_empty()), 0]), "the page has {sheets} style sheets");
        widget.search("MR-2007").await?;
        let mut opened = Value::Null;
        // Results fade in, and the panel may still be busy.
        let settled = until("the panel to settle", async || {
            let before = std::mem::replace(&mut opened, page.run(COMPUTED).await?);
            page.run("await new Promise(done => setTimeout(done, 300));").await?;
            Ok((before == opened).then(|| opened.clone()))
        })
        .await?;
        seen.push((closed, settled));
    }
    let [(plain_closed, plain), (hostile_closed, hostile)] = seen.as_slice() else {
        bail!("two pages were looked at")
    };
    same_lines(plain_closed, hostile_closed)?;
    same_lines(plain, hostile)
}

/// Holds when two lists are the same, and names the first difference.
fn same_lines(one: &Value, other: &Value) -> Result<()> {
    let lines = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let (one, other) = (lines(one), lines(other));
    ensure!(!one.is_empty() && one.len() == other.len(), "{} elements against {}", one.len(), other.len());
    for (one, other) in one.iter().zip(&other) {
        ensure!(one == other, "\n{one}\nbecame\n{other}");
    }
    Ok(())
}

async fn the_button_lies_above_the_page_and_below_its_modal_dialogs(stage: &mut Stage<'_>) -> Result<()> {
    const ON_TOP: &str = "(() => {
        const host = document.querySelector('edgewise-help');
        const box = host.shadowRoot.querySelector('[data-part=launcher]').getBoundingClientRect();
        return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) === host;
    })()";
    let page = Embedded::visit(stage, |edge| {
        let mut page = Page::with_head(&tag(edge, ""));
        let cover =
            "<style>#cover { position: fixed; inset: 0; z-index: 2147483647; background: teal; }</style>
            <div id=cover></div><dialog>Of the page</dialog>";
        page.html = page.html.replace("<body>", &format!("<body>{cover}"));
        page
    })
    .await?;
    page.widget.part("launcher").await?;
    page.holds(ON_TOP).await?;
    page.run("document.querySelector('dialog').showModal();").await?;
    page.holds(&format!("!{ON_TOP}")).await?;
    page.run("document.querySelector('dialog').close();").await?;
    page.holds(ON_TOP).await
}

async fn a_page_that_has_changed_the_language_is_no_trouble(stage: &mut Stage<'_>) -> Result<()> {
    const HOSTILE: &str = "<script>
        Object.prototype.extend = function () {};
        Array.prototype.each = Array.prototype.forEach;
        for (const name of ['map', 'forEach', 'filter', 'find', 'push', 'includes', 'slice']) {
            const real = Array.prototype[name];
            Array.prototype[name] = function (...values) { return real.apply(this, values); };
        }
        class Zone extends Promise {}
        const fetched = window.fetched = [], real = window.fetch;
        window.fetch = function (input, init) {
            fetched.push(String(input));
            return new Zone((resolve, reject) => real.call(window, input, init).then(resolve, reject));
        };
        for (const name of ['pushState', 'replaceState']) history[name] = () => { throw new Error('history was touched'); };
        window.onerror = window.onunhandledrejection = event => (window.trouble = String(event.reason ?? event));
        window.patched = [fetch, history.pushState, Array.prototype.map];
        window.before = new Set(['before', ...Object.getOwnPropertyNames(window)]);
        </script>";
    let page = Embedded::visit(stage, |edge| Page::with_head(&[HOSTILE, &tag(edge, "")].concat())).await?;
    let widget = &page.widget;
    widget.open().await?;
    widget.search("MR-2007").await?;
    widget.press_saying("hit", "MR-2007 berth locked").await?;
    widget.part_saying("answer", "moor berth unlock Archive --break").await?;
    widget.press("ask-open").await?;
    widget.fill("ask-title", "Asked from a page with habits").await?;
    widget.fill("ask-body", "Everything on this page was changed by somebody.").await?;
    widget.choose("ask-area", "Desktop app").await?;
    widget.press("submit").await?;
    widget.state_reaches("posted").await?;

    page.holds("window.trouble === undefined").await?;
    page.holds("[fetch, history.pushState, Array.prototype.map].every((own, at) => own === patched[at])")
        .await?;
    page.holds("fetched.length > 3").await?;
    // The driver has names of its own.
    let added = page
        .run(
            "return Object.getOwnPropertyNames(window)
                .reduce((added, name) => before.has(name) || /^(cdc_|se_|ret_nodes)/.test(name) ? added : added + ' ' + name, '');",
        )
        .await?;
    ensure!(added == " edgewise", "the page's globals have grown by{added}");
    Ok(())
}

/// What a page holds, after the garbage is collected.
#[derive(Debug)]
struct Held {
    nodes: i64,
    listeners: i64,
    heap: i64,
}

async fn held(widget: &Widget) -> Result<Held> {
    let cdp = widget.browser().cdp();
    // What a first collection sets free may hold more that a second finds.
    for _ in 0..3 {
        cdp.send_raw("HeapProfiler.collectGarbage", json!({})).await?;
    }
    let metrics = cdp.send_raw("Performance.getMetrics", json!({})).await?;
    let value = |name: &str| {
        let metric = metrics["metrics"].as_array()?.iter().find(|metric| metric["name"] == name)?;
        metric["value"].as_f64().map(|value| value as i64)
    };
    let (Some(nodes), Some(listeners), Some(heap)) =
        (value("Nodes"), value("JSEventListeners"), value("JSHeapUsedSize"))
    else {
        bail!("the browser counts {metrics}");
    };
    Ok(Held { nodes, listeners, heap })
}

async fn a_hundred_times_mounted_and_destroyed_it_leaves_nothing(stage: &mut Stage<'_>) -> Result<()> {
    /// Growth of the heap that is let pass: half a kB a round, for what the engine itself keeps of code that ran.
    const HEAP_BYTES: i64 = 50 * 1_024;
    const COUNT_TIMERS: &str = "<script>
        window.timers = new Set();
        const set = setTimeout, clear = clearTimeout;
        window.setTimeout = (act, ...rest) => { const id = set(() => { timers.delete(id); act(); }, ...rest); timers.add(id); return id; };
        window.clearTimeout = id => { timers.delete(id); clear(id); };
        </script>";
    let page = Embedded::visit(stage, |_| Page::with_head(COUNT_TIMERS)).await?;
    page.widget.browser().cdp().send_raw("Performance.enable", json!({})).await?;
    // What the first rounds leave is compiled code.
    let _ = after_rounds(&page, 20).await?;
    let begun = after_rounds(&page, 0).await?;
    // The driver's own scripts stay in the heap, too: a run without a round shows how much of it they are.
    let idle = after_rounds(&page, 0).await?;
    let after = after_rounds(&page, 100).await?;
    page.holds("!('edgewise' in window) && !document.querySelector('edgewise-help, link')").await?;
    let grown = (after.heap - idle.heap) - (idle.heap - begun.heap);
    println!("a hundred rounds: {idle:?} became {after:?}, {grown} bytes of it theirs");
    ensure!(after.nodes <= idle.nodes, "{idle:?} became {after:?}");
    ensure!(after.listeners <= idle.listeners, "{idle:?} became {after:?}");
    ensure!(grown <= HEAP_BYTES, "{grown} bytes are left: {idle:?} became {after:?}");
    Ok(())
}

/// What the page holds after so many rounds of mounting, using and destroying, once no timer of theirs runs.
async fn after_rounds(page: &Embedded, count: u32) -> Result<Held> {
    let edge = &page.edge;
    page.run(&format!(
        "const {{ mount }} = await import('{edge}/v1/embed.mjs');
        for (let round = 0; round < {count}; round += 1) {{
            const handle = mount({{ site: 'demo' }});
            await new Promise(ready => {{ handle.on('ready', ready); handle.ask('A question of some length'); }});
            await new Promise(done => requestAnimationFrame(done));
            if (round % 2) handle.search('pairing');
            handle.destroy();
        }}
        if (timers.size) throw new Error(`${{timers.size}} timers run`);
        await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));"
    ))
    .await?;
    held(&page.widget).await
}
