//! Resting on a result: the passage that the query is about takes the place of the lead.

use super::{App, Wanted};
use crate::dom::react::react;
use crate::state::lookup::Phase;

/// How long a reader rests on a result before more of it is asked for, in ms.
const REST_MS: u32 = 300;

impl App {
    /// The reader came to rest on a result. Each one is asked for once a query.
    pub fn rest_on(self, key: &str) {
        let known = self.peeked.with_untracked(|peeked| peeked.iter().any(|(other, _)| other == key));
        if let Some(query) = self.sought().filter(|_| !known) {
            self.peek.want(self, Wanted { key: key.to_owned(), rest: false, query: Some(query) }, REST_MS);
        }
    }

    /// The reader left it: what is under way is aborted.
    pub fn leave(self) {
        self.peek.forget();
    }

    /// What the results are for.
    pub(super) fn sought(self) -> Option<String> {
        self.results.state.with_untracked(|line| line.query().map(|query| query.text.clone()))
    }

    /// Other results: nothing is known of them.
    pub(super) fn forget_peeked(self) {
        self.peek.forget();
        if self.peeked.with_untracked(|peeked| !peeked.is_empty()) {
            self.peeked.set(Vec::new());
        }
    }

    /// Keeps what comes back.
    pub(super) fn keep_peeked(self) {
        react(move || {
            let found = self.peek.state.with(|line| match line.phase() {
                Phase::Answered => line.answer().map(|thread| {
                    (thread.key.clone(), thread.matches.as_ref().map(|found| found.passage.clone()))
                }),
                _ => None,
            });
            if let Some(found) = found {
                self.peeked.update(|peeked| peeked.push(found));
            }
        });
    }
}
