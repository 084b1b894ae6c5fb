//! The errand of asking: the draft, threads like it, and sending it once.

use super::{App, Place};
use crate::api::{self, Failure};
use crate::dom::fetch::{Call, answer, send};
use crate::dom::page;
use crate::dom::react::react;
use crate::dom::time::after;
use crate::json;
use crate::locale::TEXT;
use crate::state::draft::{Draft, SIMILAR_PAUSE_MS};
use crate::state::navigation::View;
use crate::state::submission::{Outcome, Unsent};
use ::api::{PageContext, QuestionDraft, QuestionRequest, QuestionStatus, SimilarRequest, SiteInfo, limits};
use ask::Rules;

pub(super) fn similar_call(place: &Place, request: &SimilarRequest) -> Call {
    Call { method: "POST", path: api::similar_path(&place.site), body: Some(json::write(request)), key: None }
}

/// What the site asks of a question; the widest rules where the site is not known, for the edge checks again.
fn rules(info: Option<&SiteInfo>) -> Rules {
    match info {
        Some(info) => Rules {
            template: info.template.clone(),
            tags: info.tags.clone(),
            title_chars: info.title_chars,
            body_chars: info.body_chars,
            // The edge counts links.
            links_most: u32::MAX,
        },
        None => Rules {
            template: ::api::Template::default(),
            tags: Vec::new(),
            title_chars: (limits::TITLE_CHARS_MIN as u32, limits::TITLE_CHARS_MAX as u32),
            body_chars: (limits::BODY_CHARS_MIN as u32, limits::BODY_CHARS_MAX as u32),
            links_most: u32::MAX,
        },
    }
}

/// The pause after a keystroke before the draft is kept, in ms: a page that is left writes it at once.
const KEEP_PAUSE_MS: u32 = 250;

/// Takes up the draft and the questions that wait, and sends these.
pub(super) fn start(app: App) {
    let shelf = app.shelf();
    app.draft.set(shelf.draft());
    app.unsent.set(shelf.unsent().into_iter().map(|unsent| (unsent, None)).collect());
    react(move || {
        let seen = app.seen.get();
        if !seen.is_empty() {
            app.draft.update(|draft| seen.iter().for_each(|key| draft.saw(key)));
            app.draft_changed();
        }
    });
    app.resume_unsent();
}

impl App {
    /// The form is drawn: a draft that is empty starts with what was searched for.
    pub fn begin(self) {
        if let Some(searched) = self.seed.update(Option::take).flatten() {
            self.draft.update(|draft| draft.begin(&ask::redact_query(&searched)));
        }
        self.draft_touched();
    }

    /// A field of the form changed.
    pub fn wrote(self, field: &str, text: String) {
        self.draft.update(|draft| draft.set_text(field, text));
        let error = error_name(field);
        if self.errors.with_untracked(|errors| errors.iter().any(|other| other.field == error)) {
            self.errors.update(|errors| errors.retain(|other| other.field != error));
        }
        self.draft_touched();
    }

    /// A tag was pressed.
    pub fn tag(self, tag: &str) {
        self.draft.update(|draft| draft.toggle_tag(tag));
        self.draft_touched();
    }

    /// A personal finding is kept, or given up again.
    pub fn keep_finding(self, field: &str, text: &str) {
        self.draft.update(|draft| draft.toggle_kept(field, text));
        self.draft_touched();
    }

    /// Erases the draft.
    pub fn discard_draft(self) {
        self.draft.set(Draft::default());
        self.seen.set(Vec::new());
        self.errors.set(Vec::new());
        self.returned.set(None);
        self.similar.forget();
        self.keep_draft();
    }

    /// The draft changed: keeps it soon.
    fn draft_changed(self) {
        let turn = self.unkept.get_untracked() + 1;
        self.unkept.set(turn);
        let keep = move || {
            if !self.unkept.is_gone() && self.unkept.get_untracked() == turn {
                self.keep_draft();
            }
        };
        after(KEEP_PAUSE_MS, keep);
    }

    /// Keeps the draft now.
    pub(super) fn keep_draft(self) {
        self.draft.with_untracked(|draft| self.shelf().keep_draft(draft));
    }

    /// What is wrong with a field of the form.
    pub fn error_of(self, field: &str) -> Option<String> {
        let name = error_name(field);
        self.errors
            .with(|errors| errors.iter().find(|error| error.field == name).map(|error| error.message.clone()))
    }

    /// Focuses the first field that has something wrong with it, once it is marked.
    fn focus_error(self) {
        self.focus_soon("[aria-invalid=true]".to_owned());
    }

    fn draft_touched(self) {
        self.draft_changed();
        let wanted = self.info_untracked(|info| info.features.similar).unwrap_or(true);
        let site = self.place().site;
        match self.draft.with_untracked(|draft| draft.similar(&site)).filter(|_| wanted) {
            Some(request) => self.similar.want(self, request, SIMILAR_PAUSE_MS),
            None => self.similar.forget(),
        }
    }

    /// The draft is being sent.
    pub fn draft_sending(self) -> bool {
        let key = self.draft.with(|draft| draft.key.clone());
        key.is_some_and(|key| self.sending.with(|sending| sending.contains(&key)))
    }

    /// Sends the draft.
    ///
    /// 1. Checks it here, so that what is wrong is shown without a request.
    /// 2. Gives it a key and keeps both, before anything leaves the page.
    /// 3. Sends it.
    pub fn submit(self) {
        let place = self.place();
        if self.draft_sending() {
            return;
        }
        // 1.
        let rules = self.site.state.with_untracked(|site| rules(site.answer()));
        let context = PageContext { page_url: page::address(), ..PageContext::default() };
        let request = self.draft.with_untracked(|draft| draft.request(&place.site, &rules.template, context));
        self.returned.set(None);
        if let Err(errors) = ask::check(request.clone(), &rules) {
            self.errors.set(errors);
            self.say(TEXT.check_fields.to_owned());
            self.focus_error();
            return;
        }
        self.errors.set(Vec::new());
        // 2.
        let key = self.draft.with_untracked(|draft| draft.key.clone()).unwrap_or_else(page::submission_id);
        self.draft.update(|draft| draft.key = Some(key.clone()));
        self.keep_draft();
        let fixes = self.draft.with_untracked(|draft| draft.fixes.clone());
        self.queue(Unsent::new(key.clone(), request, fixes));
        // 3.
        self.send(key);
    }

    /// Keeps what is to be sent until the edge has it.
    fn queue(self, unsent: Unsent) {
        self.shelf().keep_unsent(&unsent);
        self.unsent.update(|all| {
            all.retain(|(other, _)| other.key != unsent.key);
            all.push((unsent, None));
        });
    }

    /// Takes a question that needs a fix into the form, where no other draft is there.
    pub fn mend(self, question: QuestionDraft, receipt: &str) {
        let occupied = self.draft.with_untracked(|draft| !draft.is_empty() && draft.fixes != receipt);
        if occupied {
            self.say(TEXT.mend_occupied.to_owned());
        } else if self.draft.with_untracked(|draft| draft.fixes != receipt) {
            self.draft.set(Draft::to_mend(question, receipt));
            self.keep_draft();
        }
        self.go(View::Ask);
    }

    /// Sends a question again as it is: its author means something else than the thread that bears its title.
    pub fn insist(self, question: QuestionDraft, receipt: &str) {
        let place = self.place();
        let rules = self.site.state.with_untracked(|site| rules(site.answer()));
        let context = PageContext { page_url: page::address(), ..PageContext::default() };
        let draft = Draft::to_mend(question, receipt);
        let request = draft.request(&place.site, &rules.template, context);
        let request = QuestionRequest { distinct: true, ..request };
        let key = page::submission_id();
        self.queue(Unsent::new(key.clone(), request, receipt.to_owned()));
        self.send(key);
    }

    /// Sends what waits, at once.
    pub(super) fn resume_unsent(self) {
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
        self.sending.update(|sending| sending.push(key.clone()));
        let place = self.place();
        let (method, path) = match unsent.fixes.as_str() {
            "" => ("POST", api::questions_path(&place.site)),
            receipt => ("PUT", api::question_path(&place.site, receipt)),
        };
        let call = Call { method, path, body: Some(json::write(&unsent.request)), key: Some(key.clone()) };
        send(place.edge, call, None, move |outcome| {
            let outcome = outcome.and_then(answer::<QuestionStatus>);
            if self.sending.update(|sending| sending.retain(|other| *other != key)).is_some() {
                self.sent(unsent, outcome);
            }
        });
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

/// The name under which errors speak of a field of the form.
fn error_name(field: &str) -> String {
    match field {
        "title" | "body" | "tags" => field.to_owned(),
        name => format!("fields.{name}"),
    }
}
