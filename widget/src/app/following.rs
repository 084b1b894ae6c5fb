//! The errand of hearing back: follows the questions asked on this device until they are answered.

use super::desk::{Presence, Side};
use super::{App, sending};
use crate::api::{self, Failure};
use crate::dom::fetch::{Call, answer, send};
use crate::dom::page;
use crate::dom::react::react;
use crate::dom::time::after;
use crate::locale::TEXT;
use crate::state::draft::Draft;
use crate::state::navigation::View;
use crate::state::questions::poll_wait;
use crate::state::submission::Unsent;
use ::api::{QuestionRequest, QuestionStatus};

/// Questions that are asked after in one round, newest first: a page must not send fifty requests because somebody
/// has asked fifty questions.
const FOLLOWED: usize = 10;

/// Takes up the questions asked and those that wait, follows the ones and sends the others.
pub(super) fn start(app: App) {
    sending::start(app);
    app.questions.set(app.shelf().questions());
    app.mark_read();
    app.take_back();
    app.resume();
}

impl App {
    /// Asks after all questions now, and then more and more rarely. What was waiting before stops.
    pub(super) fn look_after_questions(self) {
        let round = self.round.get_untracked() + 1;
        self.round.set(round);
        self.poll(round, 0);
    }

    fn poll(self, round: u64, times: u32) {
        if self.round.is_gone() || self.round.get_untracked() != round {
            return;
        }
        let receipts = self.questions.with_untracked(|questions| questions.followed());
        if receipts.is_empty() {
            return;
        }
        if !page::hidden() {
            for receipt in receipts.into_iter().take(FOLLOWED) {
                self.refresh(receipt);
            }
        }
        let wait = poll_wait(times, self.open.get_untracked());
        after(wait, move || self.poll(round, times.saturating_add(1)));
    }

    /// Asks where one question stands.
    fn refresh(self, receipt: String) {
        let place = self.place();
        let call = Call::get(api::question_path(&place.site, &receipt));
        send(place.edge, call, None, move |outcome| {
            if self.questions.is_gone() {
                return;
            }
            match outcome.and_then(answer::<QuestionStatus>) {
                Ok(status) => self.take_status(status),
                Err(Failure::NotFound) => {
                    self.questions.update(|questions| questions.lost(&receipt));
                    self.keep_questions();
                }
                Err(failure) => self.stale.set(Some(failure)),
            }
        });
    }

    /// Takes up where a question stands.
    pub(super) fn take_status(self, status: QuestionStatus) {
        if self.stale.with_untracked(Option::is_some) {
            self.stale.set(None);
        }
        let known = self.questions.with_untracked(|questions| {
            questions.get(&status.receipt).is_some_and(|asked| asked.status == status && !asked.gone)
        });
        if !known {
            self.questions.update(|questions| questions.update(status));
            self.keep_questions();
        }
    }

    fn keep_questions(self) {
        self.questions.update_untracked(|questions| self.shelf().keep_questions(questions));
        let unread = self.questions.with_untracked(|questions| questions.unread());
        self.tell("edgewise:unread", (unread as f64).into());
    }

    /// What is in view is read.
    fn mark_read(self) {
        react(move || {
            let View::Question(receipt) = self.way.with(|way| way.current().clone()) else { return };
            let unread = self
                .questions
                .with(|questions| questions.get(&receipt).is_some_and(|asked| asked.unread() > 0));
            if unread && self.is_open() {
                self.questions.update(|questions| {
                    questions.read(&receipt);
                });
                self.keep_questions();
                self.say(TEXT.state_answered.to_owned());
            }
        });
    }

    /// Takes a question that came back into the form.
    pub fn mend(self, receipt: String) {
        self.returning.set(Some((receipt, true)));
        self.go(View::Ask);
    }

    /// Sends a question again as it is: its author means something else than the thread that bears its title.
    pub fn insist(self, receipt: String) {
        self.returning.set(Some((receipt, false)));
        self.call(Side::Asking);
    }

    /// Does what its author wants of a question that came back, once the form is there.
    fn take_back(self) {
        react(move || {
            let here = self.asking.with(|presence| matches!(presence, Presence::Here(_)));
            let wanted = self.returning.get().filter(|_| here);
            let Some(((receipt, mends), form)) = wanted.zip(self.form.get_untracked()) else { return };
            self.returning.set(None);
            let question = self.questions.with_untracked(|questions| {
                questions.get(&receipt).and_then(|asked| asked.status.draft.clone())
            });
            let Some(question) = question else { return };
            if !mends {
                let request = (form.request)(self, &Draft::to_mend(question, &receipt, form.personal));
                let request = QuestionRequest { distinct: true, ..request };
                self.hand_over(Unsent::new(page::submission_id(), request, receipt));
            } else if self.draft.with_untracked(|draft| !draft.is_empty() && draft.fixes != receipt) {
                self.say(TEXT.mend_occupied.to_owned());
            } else if self.draft.with_untracked(|draft| draft.fixes != receipt) {
                self.draft.set(Draft::to_mend(question, &receipt, form.personal));
                self.keep_draft();
            }
        });
    }

    /// Withdraws a question that was not sent to the forum yet.
    pub fn withdraw(self, receipt: String) {
        let place = self.place();
        let call = Call { method: "DELETE", ..Call::get(api::question_path(&place.site, &receipt)) };
        send(place.edge, call, None, move |outcome| {
            if self.questions.is_gone() {
                return;
            }
            match outcome.and_then(answer::<QuestionStatus>) {
                Ok(status) => self.take_status(status),
                // An answer without a body: what became of it is asked for.
                Err(Failure::Unreadable) => self.refresh(receipt),
                Err(_) => {
                    self.say(TEXT.withdraw_failed.to_owned());
                    self.look_after_questions();
                }
            }
        });
    }
}
