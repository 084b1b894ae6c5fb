//! A question on its way to the edge: sent under one key until the edge has answered, across failures and page loads.
//!
//! Sending and timers are left to `app`; keeping it over a page load, to `storage`.

use crate::api::Failure;
use crate::json::record;
use crate::state::lookup::retry_wait;
use api::{FieldError, QuestionRequest, QuestionStatus};

/// A question that the edge has not taken yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsent {
    /// Idempotency key: however often it is sent, it is asked once.
    pub key: String,
    /// What is asked, redacted.
    pub request: QuestionRequest,
    /// Tries so far.
    pub tries: u32,
    /// Receipt of the question whose text this replaces; empty: it is a new one.
    pub fixes: String,
}

record! { Unsent: key, request, tries; default fixes }

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The edge keeps it now.
    Accepted(Box<QuestionStatus>),
    /// Some inputs are wrong; the author has to mend them.
    Refused(Vec<FieldError>),
    /// The edge refuses it for another reason; its author has it back.
    Returned(Failure),
    /// Nothing is lost: try again after so many ms.
    Later(u32, Failure),
}

impl Unsent {
    /// A question before its first try.
    pub fn new(key: String, request: QuestionRequest, fixes: String) -> Self {
        Self { key, request, tries: 0, fixes }
    }

    /// Judges a try. A try that may or may not have arrived is repeated under the same key.
    pub fn tried(&mut self, outcome: Result<QuestionStatus, Failure>) -> Outcome {
        self.tries = self.tries.saturating_add(1);
        match outcome {
            // What waits has been tried where the challenge was let in: it is the connection that is missing.
            Err(Failure::NoChallenge) if self.tries > 1 => {
                Outcome::Later(retry_wait(self.tries - 1, None), Failure::Offline)
            }
            Ok(status) => Outcome::Accepted(Box::new(status)),
            Err(Failure::Invalid(errors)) => Outcome::Refused(errors),
            Err(failure) if failure.worth_retrying() => {
                Outcome::Later(retry_wait(self.tries - 1, failure.retry_after_ms()), failure)
            }
            Err(failure) => Outcome::Returned(failure),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;
    use api::ProblemType;

    fn unsent() -> Unsent {
        Unsent::new("01J".into(), QuestionRequest::default(), String::new())
    }

    #[test]
    fn a_lost_answer_is_asked_for_again_with_longer_waits() {
        let mut unsent = unsent();
        assert_eq!(unsent.tried(Err(Failure::TimedOut)), Outcome::Later(2_000, Failure::TimedOut));
        assert_eq!(unsent.tried(Err(Failure::Unavailable)), Outcome::Later(4_000, Failure::Unavailable));
        assert_eq!(unsent.tried(Err(Failure::Unreadable)), Outcome::Later(8_000, Failure::Unreadable));
    }

    #[test]
    fn wrong_inputs_go_back_to_their_author() {
        let errors = vec![FieldError::new("title", "tooShort", "longer")];
        assert_eq!(unsent().tried(Err(Failure::Invalid(errors.clone()))), Outcome::Refused(errors));
        let refused = Failure::Refused(ProblemType::OriginRefused, None);
        assert_eq!(unsent().tried(Err(refused.clone())), Outcome::Returned(refused));
    }

    #[test]
    fn a_challenge_that_is_kept_out_goes_back_to_the_author_and_waits_where_it_was_let_in() {
        assert_eq!(unsent().tried(Err(Failure::NoChallenge)), Outcome::Returned(Failure::NoChallenge));
        let mut waiting = unsent();
        waiting.tried(Err(Failure::Offline));
        assert_eq!(waiting.tried(Err(Failure::NoChallenge)), Outcome::Later(4_000, Failure::Offline));
    }

    #[test]
    fn the_key_survives_a_page_load() {
        let mut before = unsent();
        before.tried(Err(Failure::Offline));
        let after: Unsent = json::read(&json::write(&before)).unwrap();
        assert_eq!(after, before);
    }
}
