//! The errand of asking: the draft, threads like it, and handing it over to be sent.

use super::desk::{Presence, Side};
use super::{App, Place};
use crate::api::{self, Failure};
use crate::dom::fetch::Call;
use crate::dom::page;
use crate::dom::react::react;
use crate::dom::time::after;
use crate::json;
use crate::locale::{self, TEXT};
use crate::state::draft::{Draft, SIMILAR_PAUSE_MS};
use crate::state::submission::Unsent;
use ::api::{QuestionRequest, SimilarRequest, SiteInfo, limits};
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

/// Takes up the draft.
pub(super) fn start(app: App) {
    app.refresh_draft();
    react(move || {
        let seen = app.seen.get();
        if !seen.is_empty() {
            app.draft.update(|draft| seen.iter().for_each(|key| draft.saw(key)));
            app.draft_changed();
        }
    });
    react(move || {
        let missed = app.following.with(|presence| matches!(presence, Presence::Missed));
        if missed && app.draft_sending() {
            // It stays in the form as well; when the connection is back it goes out from where it waits.
            app.sending.set(Vec::new());
            app.returned.set(Some(Failure::Offline));
        }
    });
}

impl App {
    /// The form is drawn: a draft that is empty starts with what was searched for, or with what the page gave.
    pub fn begin(self) {
        if let Some((title, body)) = self.seed.update(Option::take).flatten() {
            self.draft.update(|draft| draft.begin(&ask::redact_query(&title), &body));
        }
        self.draft_touched();
    }

    /// Goes on, with the draft as another instance of the page has left it.
    pub(super) fn resume_asking(self) {
        self.refresh_draft();
        self.similar.retry(self);
    }

    /// Takes the draft up from where it is kept, another instance's of the page, too, unless this one's is under way.
    fn refresh_draft(self) {
        let kept = self.shelf().draft();
        let ours = self.unkept.get_untracked() > 0 || self.draft_sending();
        // Where nothing is kept, it is gone if it was there: a browser may refuse to keep anything.
        if !ours && (self.held.get_untracked() || !kept.is_empty()) {
            self.draft.set(kept);
        }
    }

    /// A field of the form changed.
    pub fn wrote(self, field: &str, text: String) {
        self.draft.update(|draft| draft.set_text(field, text));
        let error = error_name(field);
        if self.errors.with_untracked(|errors| errors.iter().any(|other| other.field == error)) {
            self.errors.update(|errors| errors.retain(|other| other.field != error));
        }
        self.draft_touched();
        // Who writes will send: a connection that is lost until then takes nothing away.
        if matches!(self.following.get_untracked(), Presence::Away) {
            self.call(Side::Following);
        }
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
        self.unkept.set(0);
        let shelf = self.shelf();
        self.draft.with_untracked(|draft| shelf.keep_draft(draft));
        self.held.set(shelf.keeps_draft());
    }

    /// What is wrong with a field of the form.
    pub fn error_of(self, field: &str) -> Option<String> {
        let name = error_name(field);
        self.errors.with(|errors| errors.iter().find(|error| error.field == name).map(locale::fault))
    }

    /// Focuses the first field that has something wrong with it, once it is marked.
    pub(super) fn focus_error(self) {
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
    /// 3. Has it sent.
    pub fn submit(self) {
        if self.draft_sending() {
            return;
        }
        // 1.
        let rules = self.site.state.with_untracked(|site| rules(site.answer()));
        let request = self.draft.with_untracked(|draft| self.request(draft));
        self.returned.set(None);
        let errors = ask::faults(&request, &rules);
        if !errors.is_empty() {
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
        // 3.
        self.hand_over(Unsent::new(key, request, fixes));
    }

    /// What a draft asks, redacted.
    pub(super) fn request(self, draft: &Draft) -> QuestionRequest {
        let template = self.info_untracked(|info| info.template.clone()).unwrap_or_default();
        draft.request(&self.place().site, &template, self.context())
    }

    /// Keeps what is to be sent until the edge has it, and has it sent.
    pub(super) fn hand_over(self, unsent: Unsent) {
        let key = unsent.key.clone();
        self.shelf().keep_unsent(&unsent);
        self.unsent.update(|all| {
            all.retain(|(other, _)| other.key != unsent.key);
            all.push((unsent, None));
        });
        match self.following.get_untracked() {
            Presence::Here(desk) => (desk.resume)(self),
            // Begins with sending what waits.
            _ => {
                self.sending.update(|sending| sending.push(key));
                self.call(Side::Following);
            }
        }
    }
}

/// The name under which errors speak of a field of the form.
fn error_name(field: &str) -> String {
    match field {
        "title" | "body" | "tags" => field.to_owned(),
        name => format!("fields.{name}"),
    }
}
