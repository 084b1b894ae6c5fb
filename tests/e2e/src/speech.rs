//! Another language on the screen: the widget is told to speak it, and what it then says in another script is data or a fault.

use anyhow::Result;
use serde_json::{Value, json};

use crate::wait::until;
use crate::widget::{DEEP, Widget};

/// Has the widget speak a language, whose texts run in this direction. While only the loader is there, that keeps its words:
/// then the answer is `false`.
pub async fn speak(widget: &Widget, locale: &str, dir: &str) -> Result<bool> {
    // The page has elements of its own that are called so.
    if widget.count("[data-part] > .app, [data-part] > .stand-in").await? == 0 {
        return Ok(false);
    }
    let script = "Object.values(edgewise.instances)[0].setLocale(arguments[0]); return null;";
    widget.run(script, vec![json!(locale)]).await?;
    until(format_args!("the widget to speak {locale}"), async || {
        let script = "const { lang, dir } = document.querySelector('edgewise-help'); return [lang, dir];";
        Ok((widget.run(script, vec![]).await? == json!([locale, dir])).then_some(()))
    })
    .await?;
    Ok(true)
}

/// Keeps what the edge answers from now on, for [`latin`] to know what is data.
pub async fn record_answers(widget: &Widget) -> Result<()> {
    let script = "const real = window.fetch;
        window.__answers = [];
        window.fetch = async (input, init) => {
            const response = await real(input, init);
            const { pathname } = new URL(input.url ?? input, location);
            if (pathname.startsWith('/v1/') && !pathname.startsWith('/v1/a/')) window.__answers.push(await response.clone().text());
            return response;
        };
        return null;";
    widget.run(script, vec![]).await.map(drop)
}

/// Every run of Latin words that the widget shows or tells a screen reader, and that came neither from the edge nor from its
/// reader: a text of ours that is not in the language spoken. Code is somebody's, too.
pub async fn latin(widget: &Widget) -> Result<Vec<String>> {
    // What is left in the place of a secret is part of the question.
    const SEARCH: &str = r"
        const data = ['[redacted: token]', '[redacted: e-mail]', '[redacted: authorization]'];
        const gather = value => {
            if (typeof value === 'string') data.push(value);
            else if (value && typeof value === 'object') Object.values(value).forEach(gather);
        };
        const parsed = text => { try { gather(JSON.parse(text)); } catch { gather(text); } };
        window.__answers.forEach(parsed);
        for (const key of Object.keys(localStorage)) parsed(localStorage[key]);
        const root = document.querySelector('edgewise-help').shadowRoot;
        for (const field of root.querySelectorAll('input, textarea')) data.push(field.value);
        const plain = text => text.replace(/\s+/g, ' ');
        const known = plain(data.join('\n')).toLowerCase();
        const said = [];
        const walk = node => {
            if (node.nodeType === Node.TEXT_NODE) return said.push(node.data);
            if (node.matches('pre, code, style, [hidden]')) return;
            for (const name of ['aria-label', 'aria-description', 'placeholder', 'title', 'alt']) said.push(node.getAttribute(name) ?? '');
            node.childNodes.forEach(child => child.nodeType !== Node.COMMENT_NODE && walk(child));
        };
        root.childNodes.forEach(walk);
        // From one letter or mark of the other script to the next.
        const runs = said.flatMap(text => text.split(/[\p{Script=Arabic}\u2068\u2069«»؟؛،·]+/u));
        const ours = runs.map(run => plain(run).replace(/^[^A-Za-z]+|[^A-Za-z0-9]+$/g, ''))
            .filter(run => /[A-Za-z]{2}/.test(run) && !known.includes(run.toLowerCase()));
        return [...new Set(ours)];
    ";
    let found = widget.run(SEARCH, vec![]).await?;
    let texts = found.as_array().into_iter().flatten().filter_map(Value::as_str);
    Ok(texts.map(|text| format!("“{text}” is said in Latin letters")).collect())
}

/// The direction in which the dialog runs.
pub async fn direction(widget: &Widget) -> Result<String> {
    let script =
        format!("{DEEP} return getComputedStyle(deep(document, '[data-part=dialog]')[0]).direction;");
    Ok(widget.run(&script, vec![]).await?.as_str().unwrap_or_default().to_owned())
}
