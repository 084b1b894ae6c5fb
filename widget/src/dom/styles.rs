//! The widget's style sheets, adopted by the shadow root: no style element, so a strict content policy allows them.

use wasm_bindgen::JsValue;
use web_sys::{CssStyleSheet, ShadowRoot};

/// The sheets in the order in which they count. Tokens, launcher and shell come with the loader.
const SHEETS: &[&str] = &[
    include_str!(concat!(env!("OUT_DIR"), "/base.css")),
    include_str!(concat!(env!("OUT_DIR"), "/search.css")),
    include_str!(concat!(env!("OUT_DIR"), "/thread.css")),
    include_str!(concat!(env!("OUT_DIR"), "/ask.css")),
    include_str!(concat!(env!("OUT_DIR"), "/question.css")),
];

/// Adds the sheets to what the root has adopted already.
pub fn adopt(root: &ShadowRoot) -> Result<(), JsValue> {
    let sheet = CssStyleSheet::new()?;
    sheet.replace_sync(&SHEETS.concat())?;
    let name = JsValue::from_str("adoptedStyleSheets");
    let adopted = js_sys::Array::from(&js_sys::Reflect::get(root, &name)?);
    adopted.push(&sheet);
    js_sys::Reflect::set(root, &name, &adopted)?;
    Ok(())
}
