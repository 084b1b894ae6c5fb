//! The widget's style sheets, adopted by the shadow root: no style element, so a strict content policy allows them.

use wasm_bindgen::prelude::*;
use web_sys::{CssStyleSheet, ShadowRoot};

macro_rules! sheets {
    ($($name:literal),+) => { concat!($(include_str!(concat!(env!("OUT_DIR"), "/", $name, ".css"))),+) };
}

/// Adds the sheets of the panel, the search and the threads. Tokens, launcher and shell come with the loader.
pub fn adopt(root: &ShadowRoot) -> Result<(), JsValue> {
    add(root, sheets!("base", "search", "thread"))
}

/// Adds the sheet of the form behind the others. Without it the form is plain, and works.
pub fn adopt_asking(root: &ShadowRoot) {
    let _ = add(root, sheets!("ask"));
}

/// Adds the sheet of what was asked, likewise.
pub fn adopt_following(root: &ShadowRoot) {
    let _ = add(root, sheets!("question"));
}

/// Adds a sheet behind what the root has adopted already.
fn add(root: &ShadowRoot, text: &str) -> Result<(), JsValue> {
    let sheet = CssStyleSheet::new()?;
    sheet.replace_sync(text)?;
    let name = JsValue::from_str("adoptedStyleSheets");
    let adopted = js_sys::Array::from(&js_sys::Reflect::get(root, &name)?);
    adopted.push(&sheet);
    js_sys::Reflect::set(root, &name, &adopted)?;
    Ok(())
}
