//! One line to the edge on which only the newest query counts: search results, suggestions, an opened thread.
//!
//! Decides when to wait, when to send, which answer is stale and when to try again. Sending, timers and aborting are
//! left to the caller, who hands back what came of them under the generation that the effect named.

use crate::api::Failure;

/// First wait after a failure, in ms; doubled with each further one.
const RETRY_FIRST_MS: u32 = 2_000;

/// The longest wait between tries, in ms: somebody who looks at an error for half a minute has not given up.
const RETRY_MOST_MS: u32 = 30_000;

/// The state of a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Lookup<Q, A> {
    generation: u64,
    query: Option<Q>,
    phase: Phase,
    answer: Option<A>,
    edition: u64,
    failures: u32,
}

/// What a line is doing.
#[derive(Debug, Clone, PartialEq)]
pub enum Phase {
    /// Nothing was wanted.
    Idle,
    /// The query may still change; it goes out when the wait is over.
    Waiting,
    /// The query is out.
    Loading,
    /// The answer belongs to the query.
    Answered,
    /// The query came to nothing; it is tried again by itself where that may help.
    Failed(Failure),
}

/// What is to be done next. The generation comes back with the outcome.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect<Q> {
    /// Call [`Lookup::elapsed`] after so many ms.
    Wait {
        /// To be handed back.
        generation: u64,
        /// How long.
        ms: u32,
    },
    /// Abort what is out, send the query, call [`Lookup::answered`].
    Fetch {
        /// To be handed back.
        generation: u64,
        /// What to send.
        query: Q,
    },
}

impl<Q, A> Default for Lookup<Q, A> {
    fn default() -> Self {
        Self { generation: 0, query: None, phase: Phase::Idle, answer: None, edition: 0, failures: 0 }
    }
}

impl<Q: Clone + PartialEq, A> Lookup<Q, A> {
    /// Wants the answer to a query after a pause of `ms`, in which a newer one may replace it. Keeps the answer to the
    /// query before it, so that a list does not flicker between keystrokes.
    pub fn want(&mut self, query: Q, ms: u32) -> Option<Effect<Q>> {
        if self.query.as_ref() == Some(&query) && !matches!(self.phase, Phase::Failed(_) | Phase::Idle) {
            return None;
        }
        self.query = Some(query);
        self.failures = 0;
        self.generation += 1;
        self.phase = Phase::Waiting;
        if ms == 0 {
            self.elapsed(self.generation)
        } else {
            Some(Effect::Wait { generation: self.generation, ms })
        }
    }

    /// Wants nothing any more; answers under way are stale.
    pub fn forget(&mut self) {
        *self = Self { generation: self.generation + 1, edition: self.edition + 1, ..Self::default() };
    }

    /// Waits for something else before there is a query; the last answer stays.
    pub fn hold(&mut self) {
        *self = Self {
            generation: self.generation + 1,
            phase: Phase::Loading,
            answer: self.answer.take(),
            edition: self.edition,
            ..Self::default()
        };
    }

    /// Whether it waits for that.
    pub fn held(&self) -> bool {
        self.query.is_none() && self.phase == Phase::Loading
    }

    /// What it waited for came to nothing.
    pub fn refuse(&mut self, failure: Failure) {
        self.phase = Phase::Failed(failure);
    }

    /// A wait is over.
    pub fn elapsed(&mut self, generation: u64) -> Option<Effect<Q>> {
        if generation != self.generation || self.phase == Phase::Loading {
            return None;
        }
        let query = self.query.clone()?;
        self.phase = Phase::Loading;
        Some(Effect::Fetch { generation, query })
    }

    /// A query was answered or came to nothing. Says no more than `None` to what is stale.
    pub fn answered(&mut self, generation: u64, outcome: Result<A, Failure>) -> Option<Effect<Q>> {
        if generation != self.generation || self.phase != Phase::Loading {
            return None;
        }
        match outcome {
            Ok(answer) => {
                self.answer = Some(answer);
                self.edition += 1;
                self.failures = 0;
                self.phase = Phase::Answered;
                None
            }
            Err(failure) => {
                let wait =
                    failure.worth_retrying().then(|| retry_wait(self.failures, failure.retry_after_ms()));
                self.failures = self.failures.saturating_add(1);
                self.phase = Phase::Failed(failure);
                wait.map(|ms| Effect::Wait { generation, ms })
            }
        }
    }

    /// Tries a failed query now: the button, or the connection is back.
    pub fn retry(&mut self) -> Option<Effect<Q>> {
        if !matches!(self.phase, Phase::Failed(_)) {
            return None;
        }
        self.generation += 1;
        self.elapsed(self.generation)
    }

    /// What the line is doing.
    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    /// What is wanted.
    pub fn query(&self) -> Option<&Q> {
        self.query.as_ref()
    }

    /// The last answer; it may belong to the query before.
    pub fn answer(&self) -> Option<&A> {
        self.answer.as_ref()
    }

    /// Another number for another answer, or for none: what is drawn of the answer is drawn anew.
    pub fn edition(&self) -> u64 {
        self.edition
    }

    /// Changes the answer in place, as a further page of results does.
    pub fn answer_mut(&mut self) -> Option<&mut A> {
        self.edition += 1;
        self.answer.as_mut()
    }

    /// Why the query came to nothing.
    pub fn failure(&self) -> Option<&Failure> {
        match &self.phase {
            Phase::Failed(failure) => Some(failure),
            _ => None,
        }
    }

    /// An answer is on its way.
    pub fn busy(&self) -> bool {
        matches!(self.phase, Phase::Waiting | Phase::Loading)
    }
}

/// The wait before the next try after so many failures; a server's own word counts where it is longer.
pub fn retry_wait(failures: u32, told_ms: Option<u32>) -> u32 {
    let doubled = RETRY_FIRST_MS.saturating_mul(1 << failures.min(8)).min(RETRY_MOST_MS);
    doubled.max(told_ms.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Line = Lookup<String, String>;

    fn fetch(generation: u64, query: &str) -> Option<Effect<String>> {
        Some(Effect::Fetch { generation, query: query.into() })
    }

    #[test]
    fn a_burst_of_keystrokes_sends_the_last_one() {
        let mut line = Line::default();
        line.want("pa".into(), 120);
        line.want("pai".into(), 120);
        assert_eq!(line.elapsed(1), None);
        assert_eq!(line.elapsed(2), fetch(2, "pai"));
        assert_eq!(line.elapsed(2), None, "a wait counts once");
    }

    #[test]
    fn what_is_held_waits_until_there_is_a_query() {
        let mut line = Line::default();
        line.want("a".into(), 0);
        line.answered(1, Ok("one".into()));
        line.want("b".into(), 0);
        line.hold();
        assert!(line.held() && line.busy() && line.query().is_none());
        assert_eq!(line.answered(2, Ok("two".into())), None, "what was out is stale");
        assert_eq!(line.answer(), Some(&"one".into()), "the list stays");
        line.refuse(Failure::Offline);
        assert_eq!(line.failure(), Some(&Failure::Offline));
        assert_eq!(line.want("c".into(), 0), fetch(4, "c"));
    }

    #[test]
    fn a_stale_answer_is_dropped() {
        let mut line = Line::default();
        line.want("a".into(), 0);
        line.want("b".into(), 0);
        assert_eq!(line.answered(1, Ok("old".into())), None);
        assert_eq!(line.answer(), None);
        line.answered(2, Ok("new".into()));
        assert_eq!(line.answer().map(String::as_str), Some("new"));
    }

    #[test]
    fn the_answer_stays_while_the_next_is_loading() {
        let mut line = Line::default();
        line.want("a".into(), 0);
        line.answered(1, Ok("A".into()));
        line.want("ab".into(), 0);
        assert!(line.busy());
        assert_eq!(line.answer().map(String::as_str), Some("A"));
    }

    #[test]
    fn the_same_query_is_not_sent_twice() {
        let mut line = Line::default();
        line.want("a".into(), 0);
        assert_eq!(line.want("a".into(), 0), None);
        line.answered(1, Ok("A".into()));
        assert_eq!(line.want("a".into(), 0), None);
    }

    #[test]
    fn a_lost_connection_is_tried_again_with_longer_waits() {
        let mut line = Line::default();
        line.want("a".into(), 0);
        assert_eq!(line.answered(1, Err(Failure::Offline)), Some(Effect::Wait { generation: 1, ms: 2_000 }));
        assert_eq!(line.elapsed(1), fetch(1, "a"));
        assert_eq!(line.answered(1, Err(Failure::Offline)), Some(Effect::Wait { generation: 1, ms: 4_000 }));
        assert_eq!(line.retry(), fetch(2, "a"));
        assert_eq!(line.elapsed(1), None, "the wait that retry overtook");
        line.answered(2, Ok("A".into()));
        assert_eq!(line.retry(), None);
    }

    #[test]
    fn a_server_that_names_a_wait_is_obeyed() {
        let mut line = Line::default();
        line.want("a".into(), 0);
        let busy = Failure::RateLimited { retry_after_ms: Some(45_000) };
        assert_eq!(line.answered(1, Err(busy)), Some(Effect::Wait { generation: 1, ms: 45_000 }));
    }

    #[test]
    fn what_no_retry_can_mend_is_left_alone() {
        let mut line = Line::default();
        line.want("a".into(), 0);
        assert_eq!(line.answered(1, Err(Failure::NotFound)), None);
        assert_eq!(line.failure(), Some(&Failure::NotFound));
    }

    #[test]
    fn what_was_forgotten_does_not_come_back() {
        let mut line = Line::default();
        line.want("a".into(), 0);
        line.forget();
        line.answered(1, Ok("A".into()));
        assert_eq!(line.answer(), None);
        assert_eq!(line.phase(), &Phase::Idle);
    }

    #[derive(Debug, Clone)]
    enum Happens {
        Want(u8),
        Elapsed(u64),
        Answered(u64, bool),
        Retry,
        Forget,
    }

    fn happens() -> impl Strategy<Value = Happens> {
        prop_oneof![
            (0u8..4).prop_map(Happens::Want),
            (0u64..12).prop_map(Happens::Elapsed),
            (0u64..12, any::<bool>()).prop_map(|(g, ok)| Happens::Answered(g, ok)),
            Just(Happens::Retry),
            Just(Happens::Forget),
        ]
    }

    proptest! {
        /// Whatever order things come in, an answer that claims to be current is the answer to the current query.
        #[test]
        fn an_answered_line_shows_its_own_query(events in prop::collection::vec(happens(), 0..60)) {
            let mut line: Lookup<u8, u8> = Lookup::default();
            let mut sent = std::collections::HashMap::new();
            for event in events {
                let effect = match event {
                    Happens::Want(query) => line.want(query, u32::from(query % 2)),
                    Happens::Elapsed(generation) => line.elapsed(generation),
                    Happens::Answered(generation, ok) => match sent.get(&generation) {
                        Some(query) => line.answered(generation, if ok { Ok(*query) } else { Err(Failure::Offline) }),
                        None => None,
                    },
                    Happens::Retry => line.retry(),
                    Happens::Forget => { line.forget(); None }
                };
                if let Some(Effect::Fetch { generation, query }) = effect {
                    sent.insert(generation, query);
                }
                if line.phase() == &Phase::Answered {
                    prop_assert_eq!(line.answer(), line.query());
                }
            }
        }
    }
}
