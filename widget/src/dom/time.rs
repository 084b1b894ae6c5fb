//! Later: after a while, or before the next frame is drawn.

use wasm_bindgen::prelude::*;

fn once(act: impl FnOnce() + 'static) -> JsValue {
    let act: Box<dyn FnOnce()> = Box::new(act);
    Closure::once_into_js(act)
}

/// Does something after so many ms. Gives a handle for [`cancel`].
pub fn after(ms: u32, act: impl FnOnce() + 'static) -> Option<i32> {
    let ms = i32::try_from(ms).unwrap_or(i32::MAX);
    web_sys::window()?
        .set_timeout_with_callback_and_timeout_and_arguments_0(once(act).unchecked_ref(), ms)
        .ok()
}

/// Does not do it after all.
pub fn cancel(handle: i32) {
    if let Some(window) = web_sys::window() {
        window.clear_timeout_with_handle(handle);
    }
}

/// Does something before the next frame is drawn, when what has changed is in the tree.
pub fn next_frame(act: impl FnOnce() + 'static) {
    if let Some(window) = web_sys::window() {
        let _ = window.request_animation_frame(once(act).unchecked_ref());
    }
}
