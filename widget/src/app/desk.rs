//! The desk: asking, and hearing back. Its two sides are chunks of their own. [`Side::Asking`] is loaded once somebody asks, or
//! has left a draft; [`Side::Following`], which sends what was asked and hears back, once somebody writes, or has asked before.
//!
//! What only [`open_asking`] reaches lies in one chunk, what only [`open_following`] reaches in the other, and what both reach in
//! a file that comes with either. The rest of the widget knows the desk by five functions.

use super::{App, asking, following};
use crate::components::desk;
use crate::dom::element::El;
use crate::dom::styles;
use crate::signal::Signal;
use crate::state::draft::{self, Draft};
use crate::state::navigation::View;
use ::api::QuestionRequest;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use wasm_split_helpers::{SplitLoaderError, wasm_split};
use web_sys::ShadowRoot;

/// A side of the desk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The form, the draft, the rules of redaction.
    Asking,
    /// Sending, and what became of it.
    Following,
}

/// What a side does for the rest.
#[derive(Clone, Copy)]
pub struct Desk {
    /// Draws one of its views; of the search, what was left unfinished.
    pub draw: fn(App, &View) -> El,
    /// Goes on with what waits: the connection is back, or the dialog was opened again.
    pub resume: fn(App),
}

/// What asking does beside that.
#[derive(Clone, Copy)]
pub struct Form {
    /// Keeps the draft now.
    pub keep: fn(App),
    /// Erases the draft.
    pub discard: fn(App),
    /// Removes the secrets from a query that is being typed.
    pub redact: fn(&str) -> String,
    /// The personal details in a text.
    pub personal: fn(&str) -> Vec<String>,
    /// What a draft asks, redacted.
    pub request: fn(App, &Draft) -> QuestionRequest,
}

/// Where a side is.
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

/// Takes up the draft.
#[wasm_split(ask, fallible)]
fn open_asking(app: App) -> Result<Desk, SplitLoaderError> {
    // The widget may have been taken out of the page meanwhile.
    if !app.form.is_gone() {
        app.form.set(Some(Form {
            keep: App::keep_draft,
            discard: App::discard_draft,
            redact: ask::redact_typed,
            personal: draft::personal,
            request: App::request,
        }));
        start(app, styles::adopt_asking, asking::start);
    }
    Ok(Desk { draw: desk::draw_asking, resume: App::resume_asking })
}

/// Takes up what waits to be sent, and what was asked.
#[wasm_split(follow, fallible)]
fn open_following(app: App) -> Result<Desk, SplitLoaderError> {
    if !app.form.is_gone() {
        start(app, styles::adopt_following, following::start);
    }
    Ok(Desk { draw: desk::draw_following, resume: App::resume })
}

fn start(app: App, adopt: fn(&ShadowRoot), errand: fn(App)) {
    if let Ok(root) = app.place().frame.get_root_node().dyn_into::<ShadowRoot>() {
        adopt(&root);
    }
    // What the errand follows belongs to the widget, not to whoever called.
    if let Some(owner) = app.owner.get_untracked() {
        owner.with(|| errand(app));
    }
}

impl App {
    /// Where a side of the desk is.
    pub fn presence(self, side: Side) -> Signal<Presence> {
        match side {
            Side::Asking => self.asking,
            Side::Following => self.following,
        }
    }

    /// Loads a side of the desk, unless it is there or on its way.
    pub fn call(self, side: Side) {
        let presence = self.presence(side);
        if matches!(presence.get_untracked(), Presence::Coming | Presence::Here(_)) {
            return;
        }
        presence.set(Presence::Coming);
        spawn_local(async move {
            let outcome = match side {
                Side::Asking => open_asking(self).await,
                Side::Following => open_following(self).await,
            };
            if !presence.is_gone() {
                presence.set(outcome.map_or(Presence::Missed, Presence::Here));
                self.go_on_searching();
            }
        });
    }

    /// Has a side go on with what waits, and tries again to load it where that has failed.
    pub fn go_on(self, side: Side) {
        match self.presence(side).get_untracked() {
            Presence::Here(desk) => (desk.resume)(self),
            Presence::Missed => self.call(side),
            Presence::Away | Presence::Coming => {}
        }
    }

    /// Whether something is kept on this device that cannot be shown: its side of the desk could not be loaded.
    pub fn misses_what_is_kept(self) -> bool {
        let missed = |side| self.presence(side).with(|presence| matches!(presence, Presence::Missed));
        let (asking, following, shelf) = (missed(Side::Asking), missed(Side::Following), self.shelf());
        asking && shelf.keeps_draft() || following && shelf.keeps_questions()
    }

    /// Opens the form. An empty draft starts with what was searched for.
    pub fn ask(self) {
        let searched = self.search.with_untracked(|search| search.text.trim().to_owned());
        self.ask_about(searched, String::new());
    }

    /// Opens the form. An empty draft starts with these.
    pub fn ask_about(self, title: String, body: String) {
        self.seed.set(Some((title, body)));
        self.go(View::Ask);
    }
}
