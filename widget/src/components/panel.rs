//! The inside of the dialog, or of its place in the page: the current view, its top bar, and what a screen reader says.

use super::icon::{BACK, CLOSE, icon};
use super::{desk, search, thread};
use crate::app::App;
use crate::dom::element::{Content, El, button, el, live};
use crate::dom::region::switch;
use crate::locale::TEXT;
use crate::state::navigation::View;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

/// The whole panel.
pub fn panel(app: App) -> El {
    let current = move || app.way.with(|way| way.current().clone());
    let view = switch(current, move |view| match view {
        View::Search => search::search(app),
        View::Thread(key) => thread::thread(app, key),
        View::Ask | View::Question(_) | View::Unsent(_) | View::Questions => desk::view(app, view),
        View::Resolved => thread::resolved(app),
    });
    let status = el("p.unseen@status").set("role", "status").child(live(move || app.said.get()));
    el("div.panel").child(view).child(status).on("keydown", move |event| {
        let key = event.unchecked_ref::<KeyboardEvent>();
        // The dialog itself would close; within the panel, Escape first leads back. In the page's flow it empties the field.
        if key.key() == "Escape" && !key.is_composing() && !event.default_prevented() {
            event.prevent_default();
            let searching = app.way.with_untracked(|way| *way.current() == View::Search);
            if searching { app.close() } else { app.back() }
        }
    })
}

/// The top bar of every view but the search.
pub fn bar(app: App, title: impl Content, back: &str) -> El {
    let back = button(".plain@back", move || app.back()).set("title", back);
    el("div.bar")
        .child(back.child(icon(BACK)))
        .child(el("h2.bar-title").set("tabindex", "-1").child(title))
        .child(close(app))
}

/// The button that closes the dialog.
pub fn close(app: App) -> El {
    let close = button(".plain@close", move || app.close());
    close.set("title", TEXT.close).child(icon(CLOSE))
}

/// The middle of a view, which takes the focus when the view is shown.
pub fn body(part: &str) -> El {
    el(&["div.body@", part].concat()).set("data-focus", "").set("tabindex", "0")
}
