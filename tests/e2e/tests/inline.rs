//! Help lies in the flow of a page: it finds, opens and asks in place, keeps what it keeps with the floating one, and goes
//! without trace.

use e2e::host::{HostSite, Page};
use e2e::operator::questions_titled;
use e2e::wait::until;
use e2e::widget::Widget;
use e2e::{Context, Result, Stage, ensure, scenarios};
use serde_json::Value;
use thirtyfour::Key;

scenarios![
    before_intent_it_draws_a_field_and_sends_nothing,
    it_finds_opens_and_asks_in_place,
    beside_a_floating_one_both_know_the_draft_and_the_questions,
    the_focus_stays_where_the_reader_is,
    elements_that_come_later_are_filled_and_leave_nothing,
    a_module_fills_them_too,
    a_strict_policy_lets_it_work,
];

/// A page with an element for help in its text.
fn page(edge: &str, attributes: &str, body: &str) -> Page {
    let tag = format!(r#"<script async src="{edge}/v1/inline.js" data-site="demo" {attributes}></script>"#);
    let page = Page::with_head(&tag);
    Page { html: page.html.replace("</body>", &format!("{body}</body>")), ..page }
}

const PLACE: &str = "<edgewise-help inline></edgewise-help><p><input id=theirs> After</p>";

/// A site that has it in its text.
struct Embedded {
    _site: HostSite,
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
        Ok(Embedded { _site: site, widget, edge })
    }

    /// Runs JavaScript that may wait.
    async fn run(&self, script: &str) -> Result<Value> {
        let script = format!("return (async () => {{ {script} }})();");
        self.widget.run(&script, vec![]).await.with_context(|| script)
    }

    /// Waits until an expression is true.
    async fn holds(&self, expression: &str) -> Result<()> {
        let script = format!("return {expression};");
        until(expression, async || Ok((self.run(&script).await? == true).then_some(()))).await
    }
}

async fn before_intent_it_draws_a_field_and_sends_nothing(stage: &mut Stage<'_>) -> Result<()> {
    let page = Embedded::visit(stage, |edge| page(edge, "", PLACE)).await?;
    page.widget.part("search-input").await?;
    page.run("edgewise.instances.inline.setContext({ product: 'app' });").await?;
    let sent = page.run("return performance.getEntriesByType('resource').map(entry => entry.name).filter(url => !url.endsWith('/favicon.ico'));").await?;
    ensure!(sent == serde_json::json!([format!("{}/v1/inline.js", page.edge)]), "the page has loaded {sent}");
    page.holds("document.cookie === '' && localStorage.length === 0").await?;
    ensure!(!page.widget.shows("launcher").await?, "there is a button nobody asked for");
    ensure!(!page.widget.shows("close").await?, "there is something to close");
    page.holds("document.activeElement === document.body").await
}

async fn it_finds_opens_and_asks_in_place(stage: &mut Stage<'_>) -> Result<()> {
    let title = "Asked from the middle of a page";
    let page = Embedded::visit(stage, |edge| page(edge, "", PLACE)).await?;
    let widget = &page.widget;
    widget.press("search-input").await?;
    widget.search("MR-2007").await?;
    widget.press_saying("hit", "MR-2007 berth locked").await?;
    widget.part_saying("answer", "moor berth unlock Archive --break").await?;
    ensure!(!widget.shows("close").await?, "there is something to close");

    // Escape leads back, and then empties the field, which stays.
    widget.keys(Key::Escape + "").await?;
    widget.focus_reaches("search-input").await?;
    widget.keys(Key::Escape + "").await?;
    widget.part("empty").await?;
    ensure!(widget.value("search-input").await?.is_empty(), "the field holds what was searched for");
    widget.keys(Key::Escape + "").await?;
    widget.focus_reaches("search-input").await?;

    widget.press("ask-open").await?;
    widget.fill("ask-title", title).await?;
    widget.fill("ask-body", "I was reading the docs, and this is not in them.").await?;
    widget.choose("ask-area", "Desktop app").await?;
    widget.press("submit").await?;
    widget.state_reaches("posted").await?;
    ensure!(questions_titled(stage.stack, title)?.len() == 1, "the question is not in the inbox once");
    ensure!(widget.count("dialog").await? == 0, "there is a dialog");
    page.holds("document.scrollingElement.scrollWidth <= innerWidth").await
}

async fn beside_a_floating_one_both_know_the_draft_and_the_questions(stage: &mut Stage<'_>) -> Result<()> {
    let title = "Begun in the page and sent from the corner";
    // In either order the floating one is the page's own.
    for floating_first in [true, false] {
        let page = Embedded::visit(stage, |edge| {
            let mut page = page(edge, "", PLACE);
            let tag = format!(r#"<script async src="{edge}/v1/embed.js" data-site="demo"></script>"#);
            let (before, after) = if floating_first { (tag.as_str(), "") } else { ("", tag.as_str()) };
            page.html = page
                .html
                .replace("<title>", &format!("{before}<title>"))
                .replace("</body>", &format!("{after}</body>"));
            page.html = page.html.replace(" async", "");
            page
        })
        .await?;
        page.widget.part("launcher").await?;
        page.holds("Object.keys(edgewise.instances).sort().join() === 'demo,inline' && edgewise === edgewise.instances.demo").await?;
    }
    let page = Embedded::visit(stage, |edge| {
        let tag = format!(r#"<script async src="{edge}/v1/embed.js" data-site="demo"></script>"#);
        page(edge, "", &[PLACE, &tag].concat())
    })
    .await?;
    let widget = &page.widget;
    // Both are there before anything is written.
    widget.open().await?;
    widget.press("ask-open").await?;
    widget.part("ask-title").await?;
    page.run("edgewise.close();").await?;
    widget.gone("ask-title").await?;

    widget.press("search-input").await?;
    widget.press("ask-open").await?;
    widget.fill("ask-title", title).await?;
    widget.fill("ask-body", "I was reading the docs, and this is not in them.").await?;
    page.run("document.querySelector('#theirs').focus();").await?;
    page.holds("localStorage['edgewise:demo:draft'].includes('not in them')").await?;

    let within = "dialog[open] ";
    widget.press("launcher").await?;
    let shown = format!(
        "[...document.querySelectorAll('edgewise-help')].at(-1).shadowRoot.querySelector('{within}[data-part=ask-title]')?.value === '{title}'"
    );
    page.holds(&shown).await?;
    page.run(
        "const field = [...document.querySelectorAll('edgewise-help')].at(-1).shadowRoot.querySelector('[data-part=ask-area]');
        field.value = 'Desktop app';
        field.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
        [...document.querySelectorAll('edgewise-help')].at(-1).shadowRoot.querySelector('[data-part=submit]').click();",
    )
    .await?;
    page.holds("[...document.querySelectorAll('edgewise-help')].at(-1).shadowRoot.querySelector('[data-state=posted]') !== null").await?;
    ensure!(questions_titled(stage.stack, title)?.len() == 1, "the question is not in the inbox once");
    page.run("edgewise.close();").await?;

    // What was sent is no draft any more, and its receipt is here, too.
    page.run("edgewise.instances.inline.open();").await?;
    until("an empty form", async || Ok(widget.value("ask-title").await?.is_empty().then_some(()))).await?;
    widget.press("back").await?;
    widget.press("your-questions").await?;
    widget.press_saying("question-row", title).await?;
    widget.state_reaches("posted").await
}

async fn the_focus_stays_where_the_reader_is(stage: &mut Stage<'_>) -> Result<()> {
    let page = Embedded::visit(stage, |edge| page(edge, "", PLACE)).await?;
    let widget = &page.widget;
    widget.press("search-input").await?;
    widget.press("ask-open").await?;
    widget.fill("ask-title", "Sent while its author reads on").await?;
    widget.fill("ask-body", "I was reading the docs, and this is not in them.").await?;
    widget.choose("ask-area", "Desktop app").await?;
    widget.press("submit").await?;
    page.run("document.querySelector('#theirs').focus();").await?;
    widget.state_reaches("posted").await?;
    page.run("await new Promise(done => setTimeout(done, 300));").await?;
    page.holds("document.activeElement.id === 'theirs'").await
}

async fn elements_that_come_later_are_filled_and_leave_nothing(stage: &mut Stage<'_>) -> Result<()> {
    let page = Embedded::visit(stage, |edge| page(edge, "data-theme=dark", "<main></main>")).await?;
    let widget = &page.widget;
    page.run(
        "await customElements.whenDefined('edgewise-help');
        const place = document.createElement('edgewise-help');
        place.setAttribute('inline', '');
        const other = place.cloneNode();
        other.setAttribute('name', 'second');
        document.querySelector('main').append(place, other);
        window.heard = [];
        document.addEventListener('edgewise:destroy', event => heard.push(event.target.localName));",
    )
    .await?;
    page.holds("Object.keys(edgewise.instances).join() === 'inline,second'").await?;
    page.holds("document.querySelectorAll('edgewise-help[data-theme=dark]').length === 2").await?;
    page.run("edgewise.instances.second.search('pairing');").await?;
    widget.part("hit").await?;
    page.run("edgewise.instances.inline.ask({ title: 'The page knows the title' });").await?;
    until("the title in the form", async || {
        Ok((widget.value("ask-title").await? == "The page knows the title").then_some(()))
    })
    .await?;

    // A page that moves it about has it drawn anew, and one that takes it away is rid of it.
    page.run("const main = document.querySelector('main'); main.append(main.firstChild);").await?;
    page.holds("Object.keys(edgewise.instances).sort().join() === 'inline,second'").await?;
    widget.part("search-input").await?;
    page.run("window.kept = edgewise.instances.inline; document.querySelector('main').lastChild.remove();")
        .await?;
    page.holds("Object.keys(edgewise.instances).join() === 'second' && !kept.isOpen()").await?;
    page.run("edgewise.instances.second.destroy();").await?;
    page.holds("!('edgewise' in window) && !document.querySelector('edgewise-help, link')").await?;
    page.holds("heard.join() === 'edgewise-help'").await
}

async fn a_module_fills_them_too(stage: &mut Stage<'_>) -> Result<()> {
    let page = Embedded::visit(stage, |edge| {
        let tag = format!(r#"<script type="module" src="{edge}/v1/inline.mjs"></script>"#);
        let page = Page::with_head(&tag);
        let place = "<edgewise-help inline site=demo></edgewise-help>";
        Page { html: page.html.replace("</body>", &format!("{place}</body>")), ..page }
    })
    .await?;
    page.widget.press("search-input").await?;
    page.widget.search("MR-2007").await?;
    Ok(())
}

async fn a_strict_policy_lets_it_work(stage: &mut Stage<'_>) -> Result<()> {
    const POLICY: &str = "default-src 'none'; script-src EDGE 'wasm-unsafe-eval'; connect-src EDGE; require-trusted-types-for 'script'; trusted-types 'none'";
    let page =
        Embedded::visit(stage, |edge| page(edge, "", PLACE).under(&POLICY.replace("EDGE", edge))).await?;
    let widget = &page.widget;
    widget.note_refusals().await?;
    widget.press("search-input").await?;
    widget.search("MR-2007").await?;
    widget.press_saying("hit", "MR-2007 berth locked").await?;
    widget.press("ask-open").await?;
    widget.part("ask-title").await?;
    let refused = widget.refusals().await?;
    ensure!(refused.is_empty(), "the policy refused something: {refused:?}");
    Ok(())
}
