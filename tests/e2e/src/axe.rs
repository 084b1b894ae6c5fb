//! Judging what is on the page: axe-core's rules, and those of ours that it does not know.

use std::fs;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use xtask::tools::accessibility_packages;

use crate::looks::Look;
use crate::widget::{DEEP, Widget};

/// Runs axe-core over the page, shadow roots included; over the widget alone while its dialog makes the page behind inert.
const JUDGE: &str = r"
    const done = arguments[arguments.length - 1];
    const rules = { 'target-size': { enabled: true }, 'color-contrast': { enabled: arguments[0] } };
    const page = deep(document, 'dialog[open]').length ? 'edgewise-help' : document;
    axe.run(page, { resultTypes: ['violations'], preload: false, rules }).then(
        ({ violations }) => done(violations.flatMap(({ id, help, nodes }) => nodes.map(node =>
            `${id}: ${help}: ${node.target.flat().join(' ')} (${node.failureSummary.replace(/\s+/g, ' ')})`))),
        error => done([`axe-core failed: ${error}`]),
    );
";

/// What a narrow or zoomed page must not do: scroll sideways. What a finger must be able to hit.
const MEASURE: &str = r"
    const faults = [];
    for (const box of deep(document, ':is(.dialog[open], .inline), :is(.dialog[open], .inline) .body')) {
        if (box.scrollWidth > box.clientWidth) faults.push(`${box.className} scrolls sideways, ${box.scrollWidth} of ${box.clientWidth}`);
    }
    if (arguments[0]) {
        const buttons = deep(document, ':is(.dialog[open], .inline) :is(button, input, select, textarea, .card, .hit, .foot a)');
        for (const button of buttons.filter(shown)) {
            const { width, height } = button.getBoundingClientRect();
            // A field is as high as its row, and shares it with other things.
            if (Math.min(width, height) < 43.9) faults.push(`${button.dataset.part} measures ${width} by ${height}`);
            if (button.matches('input, select, textarea') && parseFloat(getComputedStyle(button).fontSize) < 16) {
                faults.push(`${button.dataset.part} is written in less than 16 px: a phone would zoom in`);
            }
        }
    }
    return faults;
";

/// What the page is judged with.
pub struct Judge {
    axe: String,
}

impl Judge {
    /// Reads axe-core.
    pub fn new() -> Result<Judge> {
        let file = accessibility_packages()?.join("node_modules/axe-core/axe.min.js");
        let axe = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
        Ok(Judge { axe })
    }

    /// Brings axe-core into the page that is open.
    pub async fn enter(&self, widget: &Widget) -> Result<()> {
        widget.run(&format!("{}; return null;", self.axe), vec![]).await.map(drop)
    }

    /// What axe-core says against the page in a look; empty where it is good.
    pub async fn violations(&self, widget: &Widget, look: &Look) -> Result<Vec<String>> {
        // Forced colours are the reader's; a page's computed styles go on naming some of its own.
        let arguments = vec![json!(look.has_own_colours())];
        let found = widget
            .browser()
            .execute_async(format!("{DEEP} {JUDGE}"), arguments)
            .await
            .context("running axe-core")?;
        Ok(lines(found.json()))
    }

    /// What is too wide for the page, or too small for a finger.
    pub async fn measure(&self, widget: &Widget, look: &Look) -> Result<Vec<String>> {
        let found = widget.run(&format!("{DEEP} {MEASURE}"), vec![json!(look.is_phone())]).await?;
        Ok(lines(&found))
    }
}

fn lines(found: &Value) -> Vec<String> {
    let texts = found.as_array().into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}
