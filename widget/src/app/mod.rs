//! Carries out what `state` decides: holds the signals that `components` draw, sends requests, keeps what is to be kept.
//!
//! [`App`] is a handful of signals and can be copied into every event handler. Its parts: [`line`] runs the lines to
//! the edge, `searching`, `asking` and `following` are the reader's three errands.

mod asking;
mod following;
pub mod line;
mod peeking;
mod searching;

use crate::api::Failure;
use crate::dom::element::listen;
use crate::dom::page;
use crate::dom::react::react;
use crate::dom::store::LocalStore;
use crate::dom::time::{after, next_frame};
use crate::locale::TEXT;
use crate::state::draft::Draft;
use crate::state::navigation::{Navigation, View};
use crate::state::questions::Questions;
use crate::state::search::{Query, Search};
use crate::state::submission::Unsent;
use crate::storage::Shelf;
use api::{FieldError, Passage, SearchResponse, SimilarRequest, SimilarResponse, SiteInfo, ThreadView};
use leptos::prelude::*;
use line::Line;
use std::collections::BTreeMap;
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit, HtmlDialogElement};

/// The pause after a keystroke before the draft is kept, in ms: a page that is left writes it at once.
const KEEP_PAUSE_MS: u32 = 250;

/// Where the widget is and whom it talks to.
#[derive(Debug, Clone)]
pub struct Place {
    /// Origin of the edge, without a slash at the end.
    pub edge: String,
    /// The site.
    pub site: String,
    /// The dialog that the loader opened.
    pub dialog: HtmlDialogElement,
}

/// A thread as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Which one.
    pub key: String,
    /// With every answer.
    pub rest: bool,
    /// What the reader looks for in it.
    pub query: Option<String>,
}

/// Everything that the components draw and call.
#[derive(Debug, Clone, Copy)]
pub struct App {
    place: StoredValue<Place, LocalStorage>,
    /// Views and the way back.
    pub way: RwSignal<Navigation>,
    /// The search field.
    pub search: RwSignal<Search>,
    /// The results.
    pub results: Line<Query, SearchResponse>,
    /// A further page of results is on its way.
    pub extending: RwSignal<bool>,
    /// The opened thread.
    pub thread: Line<Wanted, ThreadView>,
    /// The result that the reader rests on.
    peek: Line<Wanted, ThreadView>,
    /// By thread: the passage that the query is about, where one was looked for.
    pub peeked: RwSignal<BTreeMap<String, Option<Passage>>>,
    /// What the site is like.
    pub site: Line<String, SiteInfo>,
    /// The question in the making.
    pub draft: RwSignal<Draft>,
    /// Threads like it.
    pub similar: Line<SimilarRequest, SimilarResponse>,
    /// What is wrong with it.
    pub errors: RwSignal<Vec<FieldError>>,
    /// Why the edge gave it back.
    pub returned: RwSignal<Option<Failure>>,
    /// Questions that the edge has not taken yet, and why not.
    pub unsent: RwSignal<Vec<(Unsent, Option<Failure>)>>,
    /// Keys of those that are being sent right now.
    pub sending: RwSignal<Vec<String>>,
    /// Questions asked.
    pub questions: RwSignal<Questions>,
    /// Why the last look at them came to nothing.
    pub stale: RwSignal<Option<Failure>>,
    /// What a screen reader says next.
    pub said: RwSignal<String>,
    open: RwSignal<bool>,
    round: StoredValue<u64>,
    unkept: StoredValue<u64>,
}

impl App {
    /// Takes up what was kept and starts its errands.
    pub fn new(place: Place, text: String) -> Self {
        let shelf = Shelf::new(LocalStore, &place.site);
        let app = Self {
            way: RwSignal::default(),
            search: RwSignal::new(Search { text, ..Search::default() }),
            results: Line::new(searching::results_call),
            extending: RwSignal::new(false),
            thread: Line::new(searching::thread_call),
            peek: Line::new(searching::thread_call),
            peeked: RwSignal::default(),
            site: Line::new(searching::site_call),
            draft: RwSignal::new(shelf.draft()),
            similar: Line::new(asking::similar_call),
            errors: RwSignal::default(),
            returned: RwSignal::default(),
            unsent: RwSignal::new(shelf.unsent().into_iter().map(|unsent| (unsent, None)).collect()),
            sending: RwSignal::default(),
            questions: RwSignal::new(shelf.questions()),
            stale: RwSignal::default(),
            said: RwSignal::default(),
            open: RwSignal::new(place.dialog.open()),
            round: StoredValue::new(0),
            unkept: StoredValue::new(0),
            place: StoredValue::new_local(place),
        };
        app.start();
        app
    }

    /// Starts what runs by itself.
    fn start(self) {
        self.site.want(self, self.place().site, 0);
        self.typed(self.search.with_untracked(|search| search.text.clone()));
        self.announce_results();
        self.keep_peeked();
        self.resume_unsent();
        self.mark_read();
        self.look_after_questions();
        react(move || {
            if self.site.state.with(|site| site.answer().is_some_and(|info| !info.enabled)) {
                self.tell("edgewise:disabled", JsValue::NULL);
            }
        });
        if let Some(window) = web_sys::window() {
            listen(&window, "online", Box::new(move |_| self.reconnect()));
            listen(&window, "pagehide", Box::new(move |_| self.keep_draft()));
        }
    }

    /// The dialog was opened again.
    pub fn opened(self) {
        self.open.set(true);
        self.reconnect();
        self.look_after_questions();
        self.place_focus();
    }

    /// The dialog was closed. Everything stays as it is, but for a matter that is settled.
    pub fn closed(self) {
        self.open.set(false);
        if self.way.with_untracked(|way| *way.current() == View::Resolved) {
            self.start_over();
        }
        self.keep_draft();
    }

    /// Whether the dialog is open.
    pub fn is_open(self) -> bool {
        self.open.get()
    }

    /// Closes the dialog; the loader gives the focus back.
    pub fn close(self) {
        self.place().dialog.close();
    }

    /// Tries at once what waits for the connection.
    fn reconnect(self) {
        self.site.retry(self);
        self.results.retry(self);
        self.thread.retry(self);
        self.similar.retry(self);
        self.resume_unsent();
    }

    /// Shows a view above the current one.
    pub fn go(self, view: View) {
        self.way.update(|way| way.go(view));
        self.place_focus();
    }

    /// Shows a view instead of the current one.
    fn replace(self, view: View) {
        self.way.update(|way| way.replace(view));
        self.place_focus();
    }

    /// Shows the view before.
    pub fn back(self) {
        self.way.update(Navigation::back);
        self.place_focus();
    }

    /// Puts the focus where the current view wants it, once it is drawn.
    pub fn place_focus(self) {
        if !self.open.get_untracked() {
            return;
        }
        next_frame(move || {
            if let Some(place) = self.place.try_get_value() {
                page::focus(&place.dialog, "[data-focus]");
                page::reveal(&place.dialog, "[aria-selected=true]");
            }
        });
    }

    /// Focuses the first field that has something wrong with it, once it is marked.
    fn focus_error(self) {
        self.focus_soon("[aria-invalid=true]".to_owned());
    }

    /// Focuses the first element that a selector finds, once it is drawn.
    pub fn focus_soon(self, selector: String) {
        next_frame(move || {
            if let Some(place) = self.place.try_get_value() {
                page::focus(&place.dialog, &selector);
            }
        });
    }

    /// The draft changed: keeps it soon.
    fn draft_changed(self) {
        let turn = self.unkept.get_value() + 1;
        self.unkept.set_value(turn);
        let keep = move || {
            if self.unkept.try_get_value() == Some(turn) {
                self.keep_draft();
            }
        };
        after(KEEP_PAUSE_MS, keep);
    }

    /// Keeps the draft now.
    fn keep_draft(self) {
        self.draft.with_untracked(|draft| self.shelf().keep_draft(draft));
    }

    fn place(self) -> Place {
        self.place.get_value()
    }

    fn shelf(self) -> Shelf<LocalStore> {
        Shelf::new(LocalStore, &self.place.with_value(|place| place.site.clone()))
    }

    /// What the site is like, once it is known.
    pub fn info<T>(self, read: impl Fn(&SiteInfo) -> T) -> Option<T> {
        self.site.state.with(|site| site.answer().map(&read))
    }

    /// The same for what need not follow it.
    pub fn info_untracked<T>(self, read: impl Fn(&SiteInfo) -> T) -> Option<T> {
        self.site.state.with_untracked(|site| site.answer().map(&read))
    }

    /// Whether questions are taken.
    pub fn can_ask(self) -> bool {
        self.info(|info| info.features.ask).unwrap_or(true)
    }

    /// What the forum is called.
    pub fn forum_name(self) -> String {
        let name = self.info(|info| info.forum.name.clone()).filter(|name| !name.is_empty());
        name.unwrap_or(TEXT.forum.to_owned())
    }

    /// What is wrong with a field of the form.
    pub fn error_of(self, field: &str) -> Option<String> {
        let name = asking::error_name(field);
        self.errors
            .with(|errors| errors.iter().find(|error| error.field == name).map(|error| error.message.clone()))
    }

    /// Says something to a screen reader.
    fn say(self, text: String) {
        self.said.set(text);
    }

    /// Tells the loader something.
    fn tell(self, name: &str, detail: JsValue) {
        let init = CustomEventInit::new();
        init.set_detail(&detail);
        if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &init) {
            let _ = self.place().dialog.dispatch_event(&event);
        }
    }
}
