//! Later: after a while, or before the next frame is drawn.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// What a timer calls.
type Act = Closure<dyn FnMut()>;

/// The timers that run, for all widgets of the page. They own what is called: handed over to JavaScript it would stay for
/// ever where a timer is cancelled.
#[derive(Default)]
struct Timers {
    running: Vec<(i32, Act)>,
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
        timers.widgets = timers.widgets.saturating_sub(1);
        if timers.widgets == 0 { std::mem::take(&mut timers.running) } else { Vec::new() }
    });
    ended.iter().for_each(|(handle, _)| clear(*handle));
}

/// Does something after so many ms. Gives a handle for [`cancel`].
pub fn after(ms: u32, act: impl FnOnce() + 'static) -> Option<i32> {
    after_boxed(ms, Box::new(act))
}

fn after_boxed(ms: u32, act: Box<dyn FnOnce()>) -> Option<i32> {
    let ms = i32::try_from(ms).unwrap_or(i32::MAX);
    let own = Rc::new(Cell::new(0));
    let elapsed = Rc::clone(&own);
    let act: Act = Closure::once(move || {
        // It is called right now, and goes when that is over.
        let _running = strike(elapsed.get());
        act();
    });
    let handle = web_sys::window()?
        .set_timeout_with_callback_and_timeout_and_arguments_0(act.as_ref().unchecked_ref(), ms)
        .ok()?;
    own.set(handle);
    TIMERS.with_borrow_mut(|timers| timers.running.push((handle, act)));
    Some(handle)
}

/// A timer does not run any more.
fn strike(handle: i32) -> Option<Act> {
    TIMERS.with_borrow_mut(|timers| {
        let at = timers.running.iter().position(|(other, _)| *other == handle)?;
        Some(timers.running.swap_remove(at).1)
    })
}

/// Does not do it after all.
pub fn cancel(handle: i32) {
    clear(handle);
    drop(strike(handle));
}

fn clear(handle: i32) {
    if let Some(window) = web_sys::window() {
        window.clear_timeout_with_handle(handle);
    }
}

/// Does something before the next frame is drawn, when what has changed is in the tree.
pub fn next_frame(act: impl FnOnce() + 'static) {
    if let Some(window) = web_sys::window() {
        let act: Box<dyn FnOnce()> = Box::new(act);
        let _ = window.request_animation_frame(Closure::once_into_js(act).unchecked_ref());
    }
}
