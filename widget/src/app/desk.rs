//! The desk: asking, and hearing back. It is a chunk of its own, which is loaded once somebody asks, or has left something.
//!
//! Everything that only [`open`] reaches lies in the chunk; the rest of the widget knows the desk by four functions.

use super::{App, asking, following};
use crate::components::desk;
use crate::dom::element::El;
use crate::dom::styles;
use crate::state::navigation::View;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use wasm_split_helpers::{SplitLoaderError, wasm_split};
use web_sys::ShadowRoot;

/// What the desk does for the rest.
#[derive(Clone, Copy)]
pub struct Desk {
    /// Draws one of its views; of the search, what was left unfinished.
    pub draw: fn(App, &View) -> El,
    /// Goes on with what waits: the connection is back, or the dialog was opened again.
    pub resume: fn(App),
    /// Keeps the draft now.
    pub keep: fn(App),
    /// Erases the draft.
    pub discard: fn(App),
    /// Removes the secrets from a query.
    pub redact: fn(&str) -> String,
}

/// Where the desk is.
#[derive(Clone, Copy, Default)]
pub enum Presence {
    /// Nobody has called for it.
    #[default]
    Away,
    /// It is on its way.
    Coming,
    /// It is there.
    Here(Desk),
    /// It could not be loaded; another try may do better.
    Missed,
}

/// Takes up what was kept and starts the errands.
#[wasm_split(ask, fallible)]
fn open(app: App) -> Result<Desk, SplitLoaderError> {
    // The widget may have been taken out of the page meanwhile.
    if !app.desk.is_gone() {
        start(app);
    }
    Ok(Desk {
        draw: desk::draw,
        resume,
        keep: App::keep_draft,
        discard: App::discard_draft,
        redact: ask::redact_query,
    })
}

fn start(app: App) {
    if let Ok(root) = app.place().dialog.get_root_node().dyn_into::<ShadowRoot>() {
        // Without its sheets the form is plain, and works.
        let _ = styles::adopt_desk(&root);
    }
    // What the errands follow belongs to the widget, not to whoever called.
    if let Some(owner) = app.owner.get_untracked() {
        owner.with(|| {
            asking::start(app);
            following::start(app);
        });
    }
}

fn resume(app: App) {
    app.similar.retry(app);
    app.resume_unsent();
    app.look_after_questions();
}

impl App {
    /// Loads the desk, unless it is there or on its way.
    pub fn call_desk(self) {
        if matches!(self.desk.get_untracked(), Presence::Coming | Presence::Here(_)) {
            return;
        }
        self.desk.set(Presence::Coming);
        spawn_local(async move {
            let outcome = open(self).await;
            if !self.desk.is_gone() {
                let came = outcome.is_ok();
                self.desk.set(outcome.map_or(Presence::Missed, Presence::Here));
                self.go_on_searching(came);
            }
        });
    }

    /// The desk, where it is there.
    pub(super) fn desk_here(self) -> Option<Desk> {
        match self.desk.get_untracked() {
            Presence::Here(desk) => Some(desk),
            _ => None,
        }
    }

    /// Opens the form. An empty draft starts with what was searched for.
    pub fn ask(self) {
        let searched = self.search.with_untracked(|search| search.text.trim().to_owned());
        self.seed.set(Some(searched));
        self.go(View::Ask);
    }
}
