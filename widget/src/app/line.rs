//! Runs a [`Lookup`]: timers, requests, aborting what is stale.

use super::{App, Place};
use crate::dom::fetch::{Abort, Call, answer, send};
use crate::dom::time::after;
use crate::json::FromJson;
use crate::signal::Signal;
use crate::state::lookup::{Effect, Lookup};

/// A lookup with what it takes to run it.
pub struct Line<Q: 'static, A: 'static> {
    /// What the components draw.
    pub state: Signal<Lookup<Q, A>>,
    call: fn(&Place, &Q) -> Call,
    out: Signal<Option<Abort>>,
}

impl<Q, A> Clone for Line<Q, A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Q, A> Copy for Line<Q, A> {}

impl<Q, A> Line<Q, A>
where
    Q: Clone + PartialEq + 'static,
    A: FromJson + 'static,
{
    /// An idle line; `call` puts its queries into requests.
    pub fn new(call: fn(&Place, &Q) -> Call) -> Self {
        Self { state: Signal::default(), call, out: Signal::default() }
    }

    /// Wants the answer to a query, see [`Lookup::want`].
    pub fn want(self, app: App, query: Q, ms: u32) {
        self.run(app, self.state.update(|line| line.want(query, ms)).flatten());
    }

    /// Wants nothing any more.
    pub fn forget(self) {
        self.out.set(None);
        self.state.update(Lookup::forget);
    }

    /// Waits for something else, see [`Lookup::hold`].
    pub fn hold(self) {
        self.out.set(None);
        self.state.update(Lookup::hold);
    }

    /// Tries a failed query now.
    pub fn retry(self, app: App) {
        if self.state.with_untracked(|line| line.failure().is_some()) {
            self.run(app, self.state.update(Lookup::retry).flatten());
        }
    }

    fn run(self, app: App, effect: Option<Effect<Q>>) {
        match effect {
            None => {}
            Some(Effect::Wait { generation, ms }) => {
                let elapsed =
                    move || self.run(app, self.state.update(|line| line.elapsed(generation)).flatten());
                after(ms, elapsed);
            }
            Some(Effect::Fetch { generation, query }) => {
                let place = app.place();
                let abort = Abort::new();
                let controller = abort.controller();
                // What was out before is aborted here.
                self.out.set(Some(abort));
                let call = (self.call)(&place, &query);
                send(place.edge, call, controller, move |outcome| {
                    let outcome = outcome.and_then(answer);
                    self.run(app, self.state.update(|line| line.answered(generation, outcome)).flatten());
                });
            }
        }
    }
}
