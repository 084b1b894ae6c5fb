//! Carries out what `state` decides: holds the signals that `components` draw, sends requests, keeps what is to be kept.
//!
//! [`App`] is a handful of signals and can be copied into every event handler. Its parts: [`line`] runs the lines to
//! the edge, `searching`, `asking`, `sending` and `following` are the reader's errands.

mod asking;
mod challenge;
pub mod desk;
mod following;
pub mod line;
mod peeking;
mod searching;
mod sending;

use crate::api::Failure;
use crate::dom::element::listen;
use crate::dom::page;
use crate::dom::react::react;
use crate::dom::store::LocalStore;
use crate::dom::time::next_frame;
use crate::locale::TEXT;
use crate::signal::Signal;
use crate::state::draft::Draft;
use crate::state::navigation::{Navigation, View};
use crate::state::questions::Questions;
use crate::state::search::{Query, Search};
use crate::state::submission::Unsent;
use crate::storage::Shelf;
use api::{
    FieldError, PageContext, Passage, SearchResponse, SimilarRequest, SimilarResponse, SiteInfo, ThreadView,
};
use desk::{Form, Presence, Side};
use line::Line;
use reactive_graph::owner::Owner;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, CustomEventInit, HtmlDialogElement, HtmlElement};

/// Where the widget is and whom it talks to.
#[derive(Debug, Clone)]
pub struct Place {
    /// Origin of the edge, without a slash at the end.
    pub edge: String,
    /// The site.
    pub site: String,
    /// What the panel lies in: the dialog that the loader opened, or a part of the page.
    pub frame: HtmlElement,
    /// It is a part of the page, which nobody opens or closes: it is open while the reader is in it.
    pub inline: bool,
    /// Has a site's challenge passed.
    pub challenge: js_sys::Function,
    /// What the page says that its reader is doing.
    pub context: PageContext,
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

/// By thread: the passage that the query is about, where one was looked for.
pub type Peeked = Vec<(String, Option<Passage>)>;

/// Everything that the components draw and call.
#[derive(Clone, Copy)]
pub struct App {
    place: Signal<Place>,
    /// Views and the way back.
    pub way: Signal<Navigation>,
    /// The search field.
    pub search: Signal<Search>,
    /// The results.
    pub results: Line<Query, SearchResponse>,
    /// A further page of results is on its way.
    pub extending: Signal<bool>,
    /// The opened thread.
    pub thread: Line<Wanted, ThreadView>,
    /// The result that the reader rests on.
    peek: Line<Wanted, ThreadView>,
    /// By thread: the passage that the query is about, where one was looked for.
    pub peeked: Signal<Peeked>,
    /// What the site is like.
    pub site: Line<String, SiteInfo>,
    /// The question in the making.
    pub draft: Signal<Draft>,
    /// Threads like it.
    pub similar: Line<SimilarRequest, SimilarResponse>,
    /// What is wrong with it.
    pub errors: Signal<Vec<FieldError>>,
    /// Why the edge gave it back.
    pub returned: Signal<Option<Failure>>,
    /// Questions that the edge has not taken yet, and why not.
    pub unsent: Signal<Vec<(Unsent, Option<Failure>)>>,
    /// Keys of those that are being sent right now.
    pub sending: Signal<Vec<String>>,
    /// Questions asked.
    pub questions: Signal<Questions>,
    /// Why the last look at them came to nothing.
    pub stale: Signal<Option<Failure>>,
    /// What a screen reader says next.
    pub said: Signal<String>,
    /// Threads opened, until the desk notes them beside the draft.
    seen: Signal<Vec<String>>,
    /// Title and body that a draft starts with, once the form is drawn.
    seed: Signal<Option<(String, String)>>,
    /// What its author does about a question that came back, once the form is there: the receipt, and whether to mend it.
    returning: Signal<Option<(String, bool)>>,
    /// Where the side of the desk is that asks.
    asking: Signal<Presence>,
    /// What it does beside what both do.
    form: Signal<Option<Form>>,
    /// Where the side of the desk is that hears back.
    following: Signal<Presence>,
    /// Owns what the widget follows.
    owner: Signal<Option<Owner>>,
    open: Signal<bool>,
    round: Signal<u64>,
    /// Changes of the draft since it was last kept.
    unkept: Signal<u64>,
    /// The browser holds the draft as it was last kept.
    held: Signal<bool>,
}

impl App {
    /// Takes up what was kept and starts its errands.
    pub fn new(place: Place, text: String, open: bool) -> Self {
        let app = Self {
            way: Signal::default(),
            search: Signal::new(Search { text, ..Search::default() }),
            results: Line::new(searching::results_call),
            extending: Signal::new(false),
            thread: Line::new(searching::thread_call),
            peek: Line::new(searching::thread_call),
            peeked: Signal::default(),
            site: Line::new(searching::site_call),
            draft: Signal::default(),
            similar: Line::new(asking::similar_call),
            errors: Signal::default(),
            returned: Signal::default(),
            unsent: Signal::default(),
            sending: Signal::default(),
            questions: Signal::default(),
            stale: Signal::default(),
            said: Signal::default(),
            seen: Signal::default(),
            seed: Signal::default(),
            returning: Signal::default(),
            asking: Signal::default(),
            form: Signal::default(),
            following: Signal::default(),
            owner: Signal::new(Owner::current()),
            open: Signal::new(open),
            round: Signal::default(),
            unkept: Signal::default(),
            held: Signal::default(),
            place: Signal::new(place),
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
        self.take_up();
        react(move || {
            if self.site.state.with(|site| site.answer().is_some_and(|info| !info.enabled)) {
                self.tell("edgewise:disabled", JsValue::NULL);
            }
        });
        if let Some(window) = web_sys::window() {
            listen(&window, "online", Box::new(move |_| self.reconnect()));
            listen(&window, "pagehide", Box::new(move |_| self.keep()));
        }
    }

    /// Calls for what has something to go on with.
    fn take_up(self) {
        let shelf = self.shelf();
        if shelf.keeps_draft() {
            self.call(Side::Asking);
        }
        if shelf.keeps_questions() {
            self.call(Side::Following);
        }
    }

    /// The reader has come back, and may have written or asked in another instance meanwhile.
    pub fn opened(self) {
        self.open.set(true);
        self.take_up();
        self.reconnect();
        if !self.is_inline() {
            self.place_focus();
        }
    }

    /// The reader has left. Everything stays as it is, but for a matter that is settled.
    pub fn closed(self) {
        self.open.set(false);
        if self.way.with_untracked(|way| *way.current() == View::Resolved) {
            self.start_over();
        }
        self.keep();
    }

    /// Whether the reader is there.
    pub fn is_open(self) -> bool {
        self.open.get()
    }

    /// Whether it lies in the page's flow.
    pub fn is_inline(self) -> bool {
        self.place.with_untracked(|place| place.inline)
    }

    /// Closes the dialog; the loader gives the focus back. In the page's flow the field is emptied instead.
    pub fn close(self) {
        let Place { frame, inline, .. } = self.place();
        if inline {
            self.clear();
        } else {
            frame.unchecked_ref::<HtmlDialogElement>().close();
        }
    }

    /// Tries at once what waits for the connection.
    fn reconnect(self) {
        self.site.retry(self);
        self.retry_search();
        self.thread.retry(self);
        self.go_on(Side::Asking);
        self.go_on(Side::Following);
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
        self.once_drawn(|frame| {
            page::focus(frame, "[data-focus]");
            // In the page's flow the top of the view may be far above.
            page::reveal(frame, "[aria-selected=true], .bar-title");
        });
    }

    /// Focuses the first element that a selector finds, once it is drawn.
    pub fn focus_soon(self, selector: String) {
        self.once_drawn(move |frame| page::focus(frame, &selector));
    }

    /// The same where the focus went with what was drawn before.
    pub fn catch_focus(self, selector: &'static str) {
        self.once_drawn(move |frame| {
            if !page::has_focus(frame) {
                page::focus(frame, selector);
            }
        });
    }

    /// Does something in the frame when what has changed is drawn.
    fn once_drawn(self, act: impl FnOnce(&HtmlElement) + 'static) {
        next_frame(move || {
            if !self.place.is_gone() {
                act(&self.place().frame);
            }
        });
    }

    /// Keeps what is unfinished now. Where nothing is, another instance may have kept something of its own.
    fn keep(self) {
        if let Some(form) = self.form.get_untracked().filter(|_| self.unkept.get_untracked() > 0) {
            (form.keep)(self);
        }
    }

    fn place(self) -> Place {
        self.place.get_untracked()
    }

    /// Takes up what the page says that its reader is doing.
    pub fn set_context(self, product: Option<String>, version: Option<String>) {
        self.place.update_untracked(|place| place.context = PageContext { page_url: None, product, version });
    }

    /// Where the reader is right now: the page may have changed its address since.
    fn context(self) -> PageContext {
        PageContext { page_url: page::address(), ..self.place().context }
    }

    fn shelf(self) -> Shelf<LocalStore> {
        Shelf::new(LocalStore, &self.place.with_untracked(|place| place.site.clone()))
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

    /// Says something to a screen reader.
    fn say(self, text: String) {
        self.said.set(text);
    }

    /// Takes back what a screen reader was to say.
    pub fn fall_silent(self) {
        self.say(String::new());
    }

    /// Tells the loader something, and the page.
    fn tell(self, name: &str, detail: JsValue) {
        let init = CustomEventInit::new();
        init.set_detail(&detail);
        init.set_bubbles(true);
        init.set_composed(true);
        if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &init) {
            let _ = self.place().frame.dispatch_event(&event);
        }
    }
}
