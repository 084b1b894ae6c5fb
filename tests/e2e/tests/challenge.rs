//! A site has a challenge: it is passed for each time that a question is sent, and where it is not, nothing is lost.
//!
//! Cloudflare cannot be reached here: the page brings the script's functions itself, and a model says which tokens are good.

use e2e::host::{HostSite, Page};
use e2e::operator::{questions_titled, settings_with};
use e2e::wait::until;
use e2e::widget::Widget;
use e2e::{Context, Result, Stage, ensure, scenarios};
use load::Siteverify;
use serde_json::json;
use xtask::paths;
use xtask::stack::{Options, Stack};
use xtask::tools::Tools;

scenarios![
    a_question_goes_out_with_a_token_of_its_own,
    what_waits_for_the_connection_gets_a_fresh_token,
    a_challenge_that_is_not_passed_keeps_the_question,
    a_challenge_that_is_kept_out_is_named_and_tried_again,
    under_trusted_types_one_policy_names_the_script,
];

const SECRET: &str = "0x4AAA-the-secret-half";
const SITE_KEY: &str = "0x4AAA-the-public-half";

/// The script's functions, as the page brings them. Each token is another; `window.bad` of them are none.
const SCRIPT: &str = "
    window.rendered = []; window.bad = 0; window.removed = 0;
    window.turnstile = {
        render(box, options) {
            rendered.push([options.sitekey, box.isConnected, box.assignedSlot !== null, box.getRootNode() === document]);
            setTimeout(() => options.callback(bad-- > 0 ? 'bad' : `good-${Math.random()}`), 50);
            return `widget-${rendered.length}`;
        },
        remove() { removed += 1; },
    };";

/// A Worker whose site has a challenge, and a site that embeds it.
struct Challenged {
    stack: Stack,
    verifier: Siteverify,
    site: HostSite,
    widget: Widget,
}

impl Challenged {
    /// `page` makes the page of the Worker's address.
    async fn visit(stage: &Stage<'_>, page: impl FnOnce(&str) -> Page) -> Result<Challenged> {
        let verifier = Siteverify::start(SECRET)?;
        let settings = paths::built().join("tests/challenged.toml");
        settings_with(&settings, |site| [&site, "\n[turnstile]\nsite_key = \"", SITE_KEY, "\"\n"].concat())?;
        let mut options = Options::fresh("e2e-challenge-worker")?;
        options.variables.push(("EDGEWISE_TURNSTILE_SECRET".to_owned(), SECRET.to_owned()));
        options
            .variables
            .push(("EDGEWISE_TURNSTILE_URL".to_owned(), format!("{}/siteverify", verifier.url())));
        let stack = Stack::start(&Tools::installed()?, options)?;
        stack.publish(&stage.indexer, &stage.index, &settings)?;
        let site = HostSite::start(&stack.url())?;
        site.serve("/", page(&stack.url()));
        let widget = Widget::new(stage.widget.browser().clone(), site.url());
        widget.visit("/").await?;
        Ok(Challenged { stack, verifier, site, widget })
    }

    async fn write(&self, title: &str) -> Result<()> {
        let widget = &self.widget;
        widget.open().await?;
        widget.press("ask-open").await?;
        widget.fill("ask-title", title).await?;
        widget.fill("ask-body", "I am a person, and I have a question.").await?;
        widget.choose("ask-area", "Desktop app").await
    }

    async fn holds(&self, expression: &str) -> Result<()> {
        let script = format!("return {expression};");
        until(expression, async || Ok((self.widget.run(&script, vec![]).await? == true).then_some(()))).await
    }
}

fn tag(edge: &str) -> String {
    format!(r#"<script async src="{edge}/v1/embed.js" data-site="demo"></script>"#)
}

fn with_script(edge: &str) -> Page {
    Page::with_head(&format!("<script>{SCRIPT}</script>{}", tag(edge)))
}

async fn a_question_goes_out_with_a_token_of_its_own(stage: &mut Stage<'_>) -> Result<()> {
    let title = "Asked by somebody who is a person";
    let page = Challenged::visit(stage, with_script).await?;
    page.write(title).await?;
    // Before "Send" nothing of it is there.
    page.holds("rendered.length === 0").await?;
    let loaded =
        "performance.getEntriesByType('resource').some(entry => entry.name.includes('/challenge.js'))";
    page.holds(&format!("!{loaded}")).await?;
    page.widget.press("submit").await?;
    page.widget.state_reaches("posted").await?;
    page.holds(loaded).await?;
    let rendered = page.widget.run("return rendered;", vec![]).await?;
    ensure!(rendered == json!([[SITE_KEY, true, true, true]]), "the challenge was drawn as {rendered}");
    page.holds("removed === 1 && document.querySelector('edgewise-help').childElementCount === 0").await?;
    ensure!(page.verifier.redeemed() == 1, "{} tokens were taken", page.verifier.redeemed());
    ensure!(questions_titled(&page.stack, title)?.len() == 1, "the question is not in the inbox once");
    Ok(())
}

async fn what_waits_for_the_connection_gets_a_fresh_token(stage: &mut Stage<'_>) -> Result<()> {
    let title = "Asked while the connection was away";
    let mut page = Challenged::visit(stage, with_script).await?;
    page.write(title).await?;
    page.stack.kill();
    page.widget.press("submit").await?;
    page.widget.state_reaches("unsent").await?;
    let kept = page.widget.run("return localStorage['edgewise:demo:unsent'];", vec![]).await?;
    ensure!(!kept.to_string().contains("good-"), "a token is kept: {kept}");

    page.stack.start_again()?;
    // On a page load: what is sent then does not know the site yet.
    page.widget.reload().await?;
    until("the question in the inbox", async || {
        Ok((questions_titled(&page.stack, title)?.len() == 1).then_some(()))
    })
    .await?;
    ensure!(page.verifier.redeemed() == 1, "{} tokens were taken", page.verifier.redeemed());
    page.holds("!('edgewise:demo:unsent' in localStorage)").await
}

async fn a_challenge_that_is_not_passed_keeps_the_question(stage: &mut Stage<'_>) -> Result<()> {
    let title = "Asked by somebody who looked like a machine";
    let page = Challenged::visit(stage, with_script).await?;
    page.write(title).await?;
    // The edge finds the token bad.
    page.widget.run("window.bad = 1; return null;", vec![]).await?;
    page.widget.press("submit").await?;
    page.widget.part_saying("error", "was not passed").await?;
    ensure!(page.widget.value("ask-title").await? == title, "the title is gone");
    // The challenge itself gives up.
    page.widget
        .run("turnstile.render = (box, options) => { setTimeout(() => options['error-callback']('300010'), 50); return 'x'; }; return null;", vec![])
        .await?;
    page.widget.press("retry").await?;
    page.widget.gone("error").await?;
    page.widget.part_saying("error", "was not passed").await?;
    ensure!(page.widget.value("ask-body").await?.starts_with("I am a person"), "the body is gone");

    page.widget.run(SCRIPT, vec![]).await?;
    page.widget.press("retry").await?;
    page.widget.state_reaches("posted").await?;
    ensure!(questions_titled(&page.stack, title)?.len() == 1, "the question is not in the inbox once");
    Ok(())
}

async fn a_challenge_that_is_kept_out_is_named_and_tried_again(stage: &mut Stage<'_>) -> Result<()> {
    let title = "Asked where the challenge was kept out";
    let page = Challenged::visit(stage, |edge| {
        let policy = format!("default-src 'none'; script-src {edge} 'wasm-unsafe-eval'; connect-src {edge}");
        Page::with_head(&tag(edge)).under(&policy)
    })
    .await?;
    page.write(title).await?;
    page.widget.press("submit").await?;
    page.widget.part_saying("error", "could not be loaded").await?;
    ensure!(page.widget.value("ask-title").await? == title, "the title is gone");
    named(&page.widget, "script-src lacks https://challenges.cloudflare.com").await?;
    ensure!(questions_titled(&page.stack, title)?.is_empty(), "it was sent all the same");

    // It stays a draft, and goes out from a page that lets the challenge in.
    page.site.serve("/", with_script(&page.stack.url()));
    page.widget.visit("/").await?;
    page.widget.open().await?;
    page.widget.press("draft").await?;
    page.widget.press("submit").await?;
    page.widget.state_reaches("posted").await
}

async fn under_trusted_types_one_policy_names_the_script(stage: &mut Stage<'_>) -> Result<()> {
    const CLOUDFLARE: &str = "https://challenges.cloudflare.com";
    let policy = |edge: &str, names: &str| {
        format!(
            "default-src 'none'; script-src {edge} {CLOUDFLARE} 'wasm-unsafe-eval'; connect-src {edge}; \
             require-trusted-types-for 'script'; trusted-types {names}"
        )
    };
    // Without the policy's name the address may not be named at all.
    let page =
        Challenged::visit(stage, |edge| Page::with_head(&tag(edge)).under(&policy(edge, "'none'"))).await?;
    page.write("Asked where no policy is allowed").await?;
    page.widget.press("submit").await?;
    page.widget.part_saying("error", "could not be loaded").await?;
    named(&page.widget, "trusted-types lacks edgewise").await?;

    // With it the page's policy refuses nothing: that Cloudflare cannot be reached here is another matter.
    page.site
        .serve("/", Page::with_head(&tag(&page.stack.url())).under(&policy(&page.stack.url(), "edgewise")));
    page.widget.visit("/").await?;
    page.widget.note_refusals().await?;
    page.widget.open().await?;
    page.widget.press("draft").await?;
    page.widget.press("submit").await?;
    page.widget.part_saying("error", "could not be loaded").await?;
    let refused = page.widget.refusals().await?;
    ensure!(refused.is_empty(), "the policy refused something: {refused:?}");
    let asked = "performance.getEntriesByType('resource').some(entry => entry.name.startsWith('https://challenges.cloudflare.com/turnstile/v0/api.js'))";
    page.holds(asked).await
}

/// What the page writes reaches the driver a little later.
async fn named(widget: &Widget, what: &str) -> Result<()> {
    let mut console = Vec::new();
    let found = until(format_args!("the console to name {what}"), async || {
        console.extend(widget.console().await?);
        let names = |line: &String| line.contains("edgewise:") && line.contains(what);
        Ok(console.iter().any(names).then_some(()))
    })
    .await;
    found.with_context(|| format!("the console says {console:?}"))
}
