//! The errand of sending: what waits goes out once, and what came of it is taken up.

use super::desk::Presence;
use super::{App, challenge};
use crate::api::{self, Failure};
use crate::dom::fetch::{Call, answer, send};
use crate::dom::time::after;
use crate::json;
use crate::locale::TEXT;
use crate::state::draft::Draft;
use crate::state::navigation::View;
use crate::state::submission::{Outcome, Unsent};
use ::api::{ProblemType, QuestionRequest, QuestionStatus};
use wasm_bindgen::JsValue;

/// Takes up the questions that wait: those kept, and what was handed over meanwhile, which a browser may refuse to keep.
pub(super) fn start(app: App) {
    // What comes back may have to give way to the draft, or to take its place.
    if !matches!(app.asking.get_untracked(), Presence::Here(_)) {
        app.draft.set(app.shelf().draft());
    }
    // What was handed over meanwhile is marked as being sent.
    app.sending.set(Vec::new());
    let kept = app.shelf().unsent();
    app.unsent.update(|all| {
        all.retain(|(other, _)| kept.iter().all(|unsent| unsent.key != other.key));
        all.splice(0..0, kept.into_iter().map(|unsent| (unsent, None)));
    });
}

impl App {
    /// Sends what waits and asks after the rest, at once: what another instance of the page has asked, too.
    pub(super) fn resume(self) {
        let kept = self.shelf().questions();
        self.questions.update(|questions| questions.merge(kept));
        self.resume_unsent();
        self.look_after_questions();
    }

    /// Sends what waits.
    fn resume_unsent(self) {
        let keys: Vec<_> =
            self.unsent.with_untracked(|all| all.iter().map(|(unsent, _)| unsent.key.clone()).collect());
        for key in keys {
            self.send(key);
        }
    }

    /// Sends one that waits, unless it is being sent.
    pub fn send(self, key: String) {
        let Some(unsent) = self.find_unsent(&key) else { return };
        if self.sending.with_untracked(|sending| sending.contains(&key)) {
            return;
        }
        self.sending.update(|sending| sending.push(key));
        // What is mended was asked by a person before.
        let site_key = self.info_untracked(|info| info.turnstile.clone()).filter(|_| unsent.fixes.is_empty());
        match site_key.filter(|site_key| !site_key.is_empty()) {
            None => self.post(unsent, String::new()),
            Some(site_key) => challenge::pass(&self.place(), &site_key, move |token| match token {
                Ok(token) => self.post(unsent, token),
                Err(failure) => self.ended(unsent, Err(failure)),
            }),
        }
    }

    /// Sends one, with the token of the challenge that was passed for it.
    fn post(self, unsent: Unsent, token: String) {
        if self.place.is_gone() {
            return;
        }
        let place = self.place();
        let (method, path) = match unsent.fixes.as_str() {
            "" => ("POST", api::questions_path(&place.site)),
            receipt => ("PUT", api::question_path(&place.site, receipt)),
        };
        let request = QuestionRequest { turnstile: token, ..unsent.request.clone() };
        let call = Call { method, path, body: Some(json::write(&request)), key: Some(unsent.key.clone()) };
        // Whether there is a challenge to pass was not known yet.
        let blind = self.info_untracked(|_| ()).is_none();
        send(place.edge, call, None, move |outcome| {
            let outcome = outcome.and_then(answer::<QuestionStatus>).map_err(|failure| match failure {
                Failure::Refused(ProblemType::ChallengeFailed, _) if blind => Failure::Unavailable,
                failure => failure,
            });
            self.ended(unsent, outcome);
        });
    }

    /// It is not being sent any more.
    fn ended(self, unsent: Unsent, outcome: Result<QuestionStatus, Failure>) {
        if self.sending.update(|sending| sending.retain(|other| *other != unsent.key)).is_some() {
            self.sent(unsent, outcome);
        }
    }

    /// A try to send has ended.
    fn sent(self, mut unsent: Unsent, outcome: Result<QuestionStatus, Failure>) {
        let key = unsent.key.clone();
        // Only the draft that was sent gives way to what came of it; the reader may be writing the next one.
        let own = self.draft.with_untracked(|draft| draft.key.as_ref() == Some(&key));
        match unsent.tried(outcome) {
            Outcome::Accepted(status) => {
                let receipt = status.receipt.clone();
                self.take_status(*status);
                self.forget_unsent(&key);
                if own {
                    self.discard_draft();
                }
                self.show_instead(&key, own, View::Question(receipt));
                self.look_after_questions();
                self.tell("edgewise:asked", JsValue::NULL);
            }
            Outcome::Later(ms, failure) => {
                self.shelf().keep_unsent(&unsent);
                let tries = unsent.tries;
                self.unsent.update(|all| {
                    if let Some(entry) = all.iter_mut().find(|(other, _)| other.key == key) {
                        *entry = (unsent, Some(failure));
                    }
                });
                if own {
                    self.discard_draft();
                }
                self.show_instead(&key, own, View::Unsent(key.clone()));
                let again = move || {
                    if self.find_unsent(&key).is_some_and(|unsent| unsent.tries == tries) {
                        self.send(key.clone());
                    }
                };
                after(ms, again);
            }
            Outcome::Refused(errors) => self.give_back(unsent, own, None, errors),
            Outcome::Returned(failure) => self.give_back(unsent, own, Some(failure), Vec::new()),
        }
    }

    /// The edge does not take a question: its author has it back in the form, unless another draft is there by now.
    fn give_back(self, unsent: Unsent, own: bool, failure: Option<Failure>, errors: Vec<::api::FieldError>) {
        let occupied = !own && self.draft.with_untracked(|draft| !draft.is_empty());
        if occupied {
            let key = unsent.key.clone();
            let failure = failure.unwrap_or(Failure::Invalid(errors));
            self.unsent.update(|all| {
                if let Some(entry) = all.iter_mut().find(|(other, _)| other.key == key) {
                    entry.1 = Some(failure);
                }
            });
            return;
        }
        self.forget_unsent(&unsent.key);
        if own {
            // The edge has not stored it, so what is mended is another submission.
            self.draft.update(|draft| draft.key = None);
        } else {
            self.draft.set(Draft::from_request(unsent.request, unsent.fixes.clone()));
        }
        self.keep_draft();
        self.show_instead(&unsent.key, own, View::Ask);
        self.errors.set(errors);
        self.returned.set(failure);
        self.say(TEXT.check_fields.to_owned());
        self.focus_error();
    }

    /// Shows what became of a question, where its form or its waiting is what the reader looks at.
    fn show_instead(self, key: &str, own: bool, view: View) {
        let looked_at = self.way.with_untracked(|way| match way.current() {
            View::Ask => own,
            View::Unsent(shown) => shown == key,
            _ => false,
        });
        let same = self.way.with_untracked(|way| *way.current() == view);
        if looked_at && !same {
            self.replace(view);
        }
    }

    /// A question that waits, by its key.
    pub fn find_unsent(self, key: &str) -> Option<Unsent> {
        if self.unsent.is_gone() {
            return None;
        }
        let of_key = |(unsent, _): &&(Unsent, _)| unsent.key == key;
        self.unsent.with_untracked(|all| all.iter().find(of_key).map(|(unsent, _)| unsent.clone()))
    }

    fn forget_unsent(self, key: &str) {
        self.shelf().drop_unsent(key);
        self.unsent.update(|all| all.retain(|(unsent, _)| unsent.key != key));
    }
}
