//! The errand of finding: search, filters, further results, opening a thread.

use super::desk::{Presence, Side};
use super::{App, Place, Wanted};
use crate::api::{self, Failure};
use crate::dom::fetch::{Call, answer, send};
use crate::dom::page;
use crate::dom::react::react;
use crate::locale;
use crate::state::lookup::{Lookup, Phase};
use crate::state::navigation::View;
use crate::state::search::{Facet, Filters, Need, PAUSE_MS, Query};
use crate::state::selection::Action;
use ::api::SearchResponse;
use wasm_bindgen::JsValue;

pub(super) fn results_call(place: &Place, query: &Query) -> Call {
    Call::get(api::search_path(&place.site, query, 0))
}

pub(super) fn thread_call(place: &Place, wanted: &Wanted) -> Call {
    Call::get(api::thread_path(&place.site, &wanted.key, wanted.rest, wanted.query.as_deref()))
}

#[expect(clippy::ptr_arg, reason = "a line's queries are owned")]
pub(super) fn site_call(_: &Place, site: &String) -> Call {
    Call::get(api::site_path(site))
}

impl App {
    /// The search field's text changed.
    pub fn typed(self, text: String) {
        self.enter(text, PAUSE_MS);
    }

    /// What was probably meant is searched for instead. The button goes with the old results, so the field has the focus.
    pub fn search_meant(self, text: String) {
        self.enter(text, 0);
        self.place_focus();
    }

    fn enter(self, text: String, pause: u32) {
        self.search.update(|search| {
            search.text = text;
            search.selection.reset();
        });
        self.look_up(pause);
    }

    /// A chip was pressed.
    pub fn filter(self, facet: Facet, value: &str) {
        self.search.update(|search| {
            search.filters.toggle(facet, value);
            search.selection.reset();
        });
        self.look_up(0);
        // A chosen chip moves to the front, and an element that moves loses the focus.
        let quoted = value.replace('\\', "\\\\").replace('"', "\\\"");
        self.focus_soon(["[data-value=\"", &quoted, "\"]"].concat());
    }

    /// The way out of filters that leave nothing.
    pub fn drop_filters(self) {
        self.search.update(|search| search.filters = Filters::default());
        self.look_up(0);
    }

    /// Empties the field.
    pub fn clear(self) {
        self.search.update(|search| search.filters = Filters::default());
        self.typed(String::new());
    }

    fn look_up(self, pause: u32) {
        self.forget_peeked();
        let redact = self.form.get_untracked().map(|form| form.redact);
        match self.search.with_untracked(|search| search.query(redact)) {
            Need::Results(query) => self.results.want(self, query, pause),
            Need::Redaction => {
                self.results.hold();
                self.call(Side::Asking);
            }
            Need::Nothing => self.results.forget(),
        }
    }

    /// The rules of redaction have come, or have not: results wait for them where there may be a secret in the query.
    pub(super) fn go_on_searching(self) {
        let held = self.results.state.with_untracked(Lookup::held);
        match self.asking.get_untracked() {
            Presence::Here(_) if held => self.look_up(0),
            Presence::Missed if held => {
                self.results.state.update(|line| line.refuse(Failure::Offline));
            }
            _ => {}
        }
    }

    /// Searches again where that has failed.
    pub fn retry_search(self) {
        if self.results.state.with_untracked(|line| line.failure().is_some()) {
            self.look_up(0);
        }
    }

    /// A key was pressed in the search field. Says whether it was ours.
    pub fn pressed(self, key: &str) -> bool {
        let count =
            self.results.state.with_untracked(|line| line.answer().map_or(0, |answer| answer.hits.len()));
        let action = self.search.update(|search| {
            let empty = search.text.is_empty();
            search.selection.press(key, count, empty)
        });
        match action {
            None | Some(Action::Pass) => return false,
            Some(Action::Moved) => {
                self.reveal_active();
                self.rest_on_active();
            }
            Some(Action::Clear) => self.clear(),
            Some(Action::Close) => self.close(),
            Some(Action::Open(at)) => {
                let key = self.results.state.with_untracked(|line| {
                    line.answer().and_then(|answer| answer.hits.get(at)).map(|hit| hit.key.clone())
                });
                if let Some(key) = key {
                    self.search.update(|search| search.selection.point(at));
                    self.open_thread(key);
                }
            }
        }
        true
    }

    fn rest_on_active(self) {
        let at = self.search.with_untracked(|search| search.selection.active());
        let key = self.results.state.with_untracked(|line| {
            line.answer().and_then(|answer| answer.hits.get(at?)).map(|hit| hit.key.clone())
        });
        match key {
            Some(key) => self.rest_on(&key),
            None => self.leave(),
        }
    }

    fn reveal_active(self) {
        self.once_drawn(|frame| page::reveal(frame, "[aria-selected=true]"));
    }

    /// Asks for the next page of results and puts it below.
    pub fn extend(self) {
        let Some((query, have)) = self
            .results
            .state
            .with_untracked(|line| Some((line.query()?.clone(), line.answer()?.hits.len())))
        else {
            return;
        };
        self.extending.set(true);
        let place = self.place();
        let call = Call::get(api::search_path(&place.site, &query, have));
        send(place.edge, call, None, move |outcome| {
            self.extending.set(false);
            let Ok(further) = outcome.and_then(answer::<SearchResponse>) else { return };
            self.results.state.update(|line| {
                // The reader may have typed on meanwhile.
                if line.query() == Some(&query)
                    && let Some(answer) = line.answer_mut()
                    && answer.hits.len() == have
                {
                    answer.hits.extend(further.hits);
                }
            });
        });
    }

    /// The pointer moves over a result.
    pub fn point_at(self, at: usize) {
        if self.search.with_untracked(|search| search.selection.active() != Some(at)) {
            self.search.update(|search| search.selection.point(at));
        }
    }

    /// Opens a thread in place.
    pub fn open_thread(self, key: String) {
        self.seen.update(|seen| seen.push(key.clone()));
        self.leave();
        // Beside a draft, the results of an earlier search say nothing.
        let query = self.sought().filter(|_| !self.way.with_untracked(|way| way.asking()));
        self.show_thread(Wanted { key: key.clone(), rest: false, query });
        self.go(View::Thread(key));
    }

    /// Brings the place into view that answers the query.
    pub fn reveal_match(self) {
        self.once_drawn(|dialog| page::reveal(dialog, "[data-part=match]"));
    }

    /// Asks for every answer of the opened thread.
    pub fn open_rest(self, key: String) {
        let query = self.thread.state.with_untracked(|line| line.query().and_then(|it| it.query.clone()));
        self.thread.want(self, Wanted { key, rest: true, query }, 0);
    }

    fn show_thread(self, wanted: Wanted) {
        let same = self.thread.state.with_untracked(|line| {
            line.query().is_some_and(|other| other.key == wanted.key && other.query == wanted.query)
        });
        if !same {
            self.thread.forget();
            self.thread.want(self, wanted, 0);
        }
    }

    /// The reader has found their answer. A draft that it answers is erased.
    pub fn resolve(self) {
        if let Some(form) = self.form.get_untracked().filter(|_| self.way.with_untracked(|way| way.asking()))
        {
            (form.discard)(self);
        }
        self.way.update(|way| way.go(View::Search));
        self.go(View::Resolved);
        self.tell("edgewise:resolved", JsValue::NULL);
    }

    /// Starts over.
    pub fn start_over(self) {
        self.clear();
        self.go(View::Search);
    }

    /// Has a screen reader say how many results there are and what was probably meant, once they stand.
    pub(super) fn announce_results(self) {
        react(move || {
            let text = self.results.state.with(|line| match line.phase() {
                Phase::Answered => line
                    .answer()
                    .map(|answer| locale::announcement(answer.total, answer.did_you_mean.as_deref())),
                _ => None,
            });
            if let Some(text) = text {
                self.say(text);
            }
        });
    }
}
