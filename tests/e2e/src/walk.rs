//! Walking through the panel by the Tab key: everything that can be used is reached, in order, is seen and shows that the
//! focus is on it, and the page behind a dialog is never entered.

use anyhow::{Context, Result};
use serde_json::Value;
use thirtyfour::Key;

use crate::widget::{DEEP, Widget};

/// Lists what can be used in the open dialog, or in its place in the page, and puts the focus on the first of it.
const BEGIN: &str = r"
    const usable = 'a[href], button, input, select, textarea, [tabindex]';
    window.__stops = deep(document, 'dialog[open], .inline').flatMap(dialog => deep(dialog, usable)).filter(element =>
        element.tabIndex >= 0 && !element.disabled && !element.closest('[inert]') && shown(element));
    // What has the focus already would not show it anew.
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    at?.blur();
    window.__stops[0]?.focus({ focusVisible: true });
    return window.__stops.map(element => element.dataset.part ?? element.localName);
";

/// Where the focus is: its place in the list (-1: elsewhere in the panel, null: outside), and what is wrong with it there.
const LOOK: &str = r"
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    // What a slot shows is the page's own.
    if (at?.closest('[slot]')?.assignedSlot) return { place: -1, page: false, faults: [] };
    const panel = at?.closest('dialog[open], .inline');
    const behind = at !== document.body && at !== null && !!window.__stops[0]?.closest('dialog');
    if (!panel) return { place: null, page: behind, faults: [] };
    const name = at.dataset.part ?? at.localName, faults = [];
    const { outlineStyle, outlineWidth } = getComputedStyle(at);
    // In the search field, which is all of its bar, the caret says it.
    const ringed = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 || name === 'search-input';
    if (!ringed) faults.push(`${name} does not show that the focus is on it`);
    const one = at.getBoundingClientRect(), all = panel.getBoundingClientRect();
    const inside = one.bottom > Math.max(all.top, 0) && one.top < Math.min(all.bottom, innerHeight)
        && one.right > all.left && one.left < all.right;
    if (!inside) faults.push(`${name} has the focus and cannot be seen`);
    return { place: window.__stops.indexOf(at), page: false, faults };
";

/// Walks once around and returns what is wrong.
pub async fn around(widget: &Widget) -> Result<Vec<String>> {
    let stops = widget.run(&format!("{DEEP} {BEGIN}"), vec![]).await?;
    let stops: Vec<&str> =
        stops.as_array().context("no list of stops")?.iter().filter_map(Value::as_str).collect();
    let mut faults = Vec::new();
    let mut next = 0;
    // A part that scrolls may take the focus by itself, so there may be more stops than the list has.
    for _ in 0..stops.len() * 2 {
        let seen = widget.run(LOOK, vec![]).await?;
        faults.extend(
            seen["faults"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned),
        );
        match seen["place"].as_i64() {
            None => {
                if seen["page"] == true {
                    faults.push("the Tab key leads into the page behind".to_owned());
                }
                break;
            }
            Some(place) if usize::try_from(place) == Ok(next) => next += 1,
            // Around once.
            Some(0) => break,
            Some(-1) => {}
            Some(_) => faults.push("the Tab key does not follow the order of the page".to_owned()),
        }
        widget.keys(Key::Tab + "").await?;
    }
    if let Some(missed) = stops.get(next) {
        faults.push(format!("the Tab key does not lead to `{missed}`"));
    }
    Ok(faults)
}
