//! Later: after a while, or before the next frame is drawn.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// The timers that run, for all widgets of the page.
#[derive(Default)]
struct Timers {
    handles: Vec<i32>,
    widgets: u32,
}

thread_local! {
    static TIMERS: RefCell<Timers> = RefCell::default();
}

/// A widget was mounted.
pub fn joined() {
    TIMERS.with_borrow_mut(|timers| timers.widgets += 1);
}

/// A widget has gone. What its timers would do is nothing; those of the last one end with it.
pub fn left() {
    let ended = TIMERS.with_borrow_mut(|timers| {
        timers.widgets -= 1;
        if timers.widgets == 0 { std::mem::take(&mut timers.handles) } else { Vec::new() }
    });
    ended.into_iter().for_each(cancel);
}

fn once(act: impl FnOnce() + 'static) -> JsValue {
    let act: Box<dyn FnOnce()> = Box::new(act);
    Closure::once_into_js(act)
}

/// Does something after so many ms. Gives a handle for [`cancel`].
pub fn after(ms: u32, act: impl FnOnce() + 'static) -> Option<i32> {
    after_boxed(ms, Box::new(act))
}

fn after_boxed(ms: u32, act: Box<dyn FnOnce()>) -> Option<i32> {
    let ms = i32::try_from(ms).unwrap_or(i32::MAX);
    let own = Rc::new(Cell::new(0));
    let elapsed = Rc::clone(&own);
    let act = once(move || {
        strike(elapsed.get());
        act();
    });
    let handle = web_sys::window()?
        .set_timeout_with_callback_and_timeout_and_arguments_0(act.unchecked_ref(), ms)
        .ok()?;
    own.set(handle);
    TIMERS.with_borrow_mut(|timers| timers.handles.push(handle));
    Some(handle)
}

/// A timer does not run any more.
fn strike(handle: i32) {
    TIMERS.with_borrow_mut(|timers| timers.handles.retain(|other| *other != handle));
}

/// Does not do it after all.
pub fn cancel(handle: i32) {
    strike(handle);
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
