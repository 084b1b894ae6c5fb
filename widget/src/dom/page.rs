//! The page around the widget: its address, clock, source of chance, and where the focus is.

use ask::SubmissionId;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition, VisibilityState};

/// Address of the page without query and fragment, which may carry what is nobody's business.
pub fn address() -> Option<String> {
    let location = web_sys::window()?.location();
    Some(format!("{}{}", location.origin().ok()?, location.pathname().ok()?))
}

/// A fresh id for a submission.
pub fn submission_id() -> String {
    let mut random = [0; 10];
    // Where the browser has no source of chance, its clock alone has to tell two drafts apart.
    let _ = getrandom::fill(&mut random);
    SubmissionId::new(js_sys::Date::now() as u64, random).to_string()
}

/// Seconds since a time in RFC 3339.
pub fn seconds_since(time: &str) -> Option<u64> {
    let then = js_sys::Date::parse(time);
    then.is_finite().then(|| ((js_sys::Date::now() - then) / 1000.0).max(0.0) as u64)
}

/// Nobody looks at the page.
pub fn hidden() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.is_some_and(|document| document.visibility_state() == VisibilityState::Hidden)
}

/// Focuses the first match.
pub fn focus(within: &Element, selector: &str) {
    if let Some(element) = find(within, selector) {
        let _ = element.focus();
    }
}

/// Whether the focus is on something within.
pub fn has_focus(within: &Element) -> bool {
    within.matches(":focus-within").unwrap_or(true)
}

/// Scrolls so that the first match can be seen.
pub fn reveal(within: &Element, selector: &str) {
    if let Some(element) = find(within, selector) {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

fn find(within: &Element, selector: &str) -> Option<HtmlElement> {
    within.query_selector(selector).ok().flatten()?.dyn_into().ok()
}
