//! A question in the making: what was typed, what the redaction finds in it and what of that its author keeps.
//!
//! What a secret looks like is known to the crate `ask`; where a draft is kept between page loads, to `storage`.

use crate::json::record;
use api::{
    KeptSpan, PageContext, QuestionDraft, QuestionRequest, SimilarRequest, Template, TemplateFieldKind,
};
use ask::{Finding, apply, redact, settled};

/// Characters of a title below which suggestions are not worth a request.
pub const SIMILAR_LEAST_CHARS: usize = 8;

/// The pause after a keystroke in which the next one replaces it, in ms. Longer than a search's: people write here.
pub const SIMILAR_PAUSE_MS: u32 = 400;

/// What was entered so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// One line.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// Chosen tags.
    pub tags: Vec<String>,
    /// Template fields by name.
    pub fields: api::Fields,
    /// Personal findings that the author keeps.
    pub kept: Vec<Kept>,
    /// Keys of threads opened, oldest first.
    pub seen: Vec<String>,
    /// Idempotency key, once there was a try to send.
    pub key: Option<String>,
    /// Receipt of the question that this mends; empty: it is a new one.
    pub fixes: String,
    /// What the title was given to start with; a draft with nothing else in it is still empty.
    pub seed: String,
}

/// A finding that the author keeps, by its text: typing moves spans about, and what is kept is the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// `title`, `body` or a template field's name.
    pub field: String,
    /// What is kept.
    pub text: String,
}

record! { Draft: ; default title, body, tags, fields, kept, seen, key, fixes, seed }
record! { Kept: field, text }

/// A finding as the form lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// What it is.
    pub kind: ask::Kind,
    /// What was found.
    pub text: String,
    /// What is posted instead.
    pub replacement: &'static str,
    /// The author may keep it.
    pub personal: bool,
    /// The author does keep it.
    pub kept: bool,
}

impl Draft {
    /// Nothing was entered.
    pub fn is_empty(&self) -> bool {
        (self.title.trim().is_empty() || self.title == self.seed)
            && self.body.trim().is_empty()
            && self.tags.is_empty()
            && self.fields.iter().all(|(_, value)| value.trim().is_empty())
    }

    /// Gives an empty draft a title and a body to start with.
    pub fn begin(&mut self, title: &str, body: &str) {
        if self.is_empty() {
            self.title = title.to_owned();
            self.seed = title.to_owned();
            self.body = body.to_owned();
        }
    }

    /// The text of a field: `title`, `body` or a template field's name.
    pub fn text(&self, field: &str) -> &str {
        match field {
            "title" => &self.title,
            "body" => &self.body,
            name => self.fields.get(name).unwrap_or_default(),
        }
    }

    /// Sets the text of a field.
    pub fn set_text(&mut self, field: &str, text: String) {
        match field {
            "title" => self.title = text,
            "body" => self.body = text,
            name => self.fields.insert(name.to_owned(), text),
        }
    }

    /// Adds a tag, or takes it away again.
    pub fn toggle_tag(&mut self, tag: &str) {
        match self.tags.iter().position(|chosen| chosen == tag) {
            Some(at) => {
                self.tags.remove(at);
            }
            None if self.tags.len() < api::limits::TAGS => self.tags.push(tag.to_owned()),
            None => {}
        }
    }

    /// Keeps a personal finding, or gives it up again.
    pub fn toggle_kept(&mut self, field: &str, text: &str) {
        match self.kept.iter().position(|kept| kept.field == field && kept.text == text) {
            Some(at) => {
                self.kept.remove(at);
            }
            None => self.kept.push(Kept { field: field.to_owned(), text: text.to_owned() }),
        }
    }

    /// Remembers that a thread was opened; the newest are kept.
    pub fn saw(&mut self, key: &str) {
        self.seen.retain(|seen| seen != key);
        self.seen.push(key.to_owned());
        if self.seen.len() > api::limits::SEEN {
            self.seen.remove(0);
        }
    }

    fn keeps(&self, field: &str, text: &str, finding: &Finding) -> bool {
        let found = text.get(finding.bytes.clone()).unwrap_or_default();
        finding.personal && self.kept.iter().any(|kept| kept.field == field && kept.text == found)
    }

    /// What the redaction finds in a field, each text once.
    pub fn marks(&self, field: &str) -> Vec<Mark> {
        let text = self.text(field);
        let mut marks: Vec<Mark> = Vec::new();
        for finding in redact(text) {
            let found = text.get(finding.bytes.clone()).unwrap_or_default();
            if marks.iter().all(|mark| mark.text != found) {
                marks.push(Mark {
                    kind: finding.kind,
                    text: found.to_owned(),
                    personal: finding.personal,
                    kept: self.keeps(field, text, &finding),
                    replacement: finding.replacement,
                });
            }
        }
        marks
    }

    /// A field's text as it leaves the page: findings replaced, but for those that the author keeps.
    fn redacted(&self, field: &str) -> String {
        self.leaving(field, self.text(field))
    }

    fn leaving(&self, field: &str, text: &str) -> String {
        let mut findings = redact(text);
        findings.retain(|finding| !self.keeps(field, text, finding));
        apply(text, &findings, &[])
    }

    /// Everything filled in under `template`, redacted, as a request. Nothing that was found and not kept is in it.
    pub fn request(&self, site: &str, template: &Template, context: PageContext) -> QuestionRequest {
        let mut kept = Vec::new();
        let mut leave = |field: &str| {
            let text = self.redacted(field);
            // The spans count in the text as submitted, so they are found again there.
            for finding in redact(&text) {
                if self.keeps(field, &text, &finding) {
                    kept.push(KeptSpan { field: field.to_owned(), range: finding.range });
                }
            }
            text
        };
        let title = leave("title");
        let body = leave("body");
        // One by one: collecting a map sorts it first, which costs the page the code of a sort.
        let mut fields = api::Fields::default();
        for field in template.fields.iter().filter(|field| !self.text(&field.name).trim().is_empty()) {
            let value = match field.kind {
                TemplateFieldKind::Choice => self.text(&field.name).to_owned(),
                TemplateFieldKind::Line | TemplateFieldKind::Text => leave(&field.name),
            };
            fields.insert(field.name.clone(), value);
        }
        QuestionRequest {
            site: site.to_owned(),
            title: title.trim().to_owned(),
            body,
            tags: self.tags.clone(),
            fields,
            context,
            seen: self.seen.clone(),
            kept,
            ..QuestionRequest::default()
        }
    }

    /// What to compare with known threads, or nothing while there is too little. Redacted like a question, and without
    /// a last word that may become something to be redacted.
    pub fn similar(&self, site: &str) -> Option<SimilarRequest> {
        let written = |field| self.leaving(field, settled(self.text(field)));
        let title = written("title").trim().to_owned();
        (title.chars().count() >= SIMILAR_LEAST_CHARS).then(|| SimilarRequest {
            site: site.to_owned(),
            title,
            body: written("body"),
            tags: self.tags.clone(),
            context: PageContext::default(),
        })
    }

    /// A draft from a request that the edge refused, so that its author can mend it.
    pub fn from_request(request: QuestionRequest, fixes: String) -> Self {
        Self {
            title: request.title,
            body: request.body,
            tags: request.tags,
            fields: request.fields,
            seen: request.seen,
            fixes,
            ..Self::default()
        }
    }

    /// A question that needs a fix, as the edge gives it back. What is left of personal details, which `personal` finds in a
    /// text, was kept by its author.
    pub fn to_mend(question: QuestionDraft, receipt: &str, personal: fn(&str) -> Vec<String>) -> Self {
        let QuestionDraft { title, body, tags, fields } = question;
        let mut kept = Vec::new();
        let mut keep = |field: &str, text: &str| {
            for text in personal(text) {
                kept.push(Kept { field: field.to_owned(), text });
            }
        };
        keep("title", &title);
        keep("body", &body);
        for (name, text) in fields.iter() {
            keep(name, text);
        }
        Self { title, body, tags, fields, kept, fixes: receipt.to_owned(), ..Self::default() }
    }
}

/// The personal details in a text, each once.
pub fn personal(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for finding in redact(text) {
        let found = text.get(finding.bytes).unwrap_or_default();
        if finding.personal && all.iter().all(|other| other != found) {
            all.push(found.to_owned());
        }
    }
    all
}

/// A found text as the form may show it: a secret is recognised by its first characters and shown no further.
pub fn disguised(mark: &Mark) -> String {
    /// Enough to recognise which one is meant, too little to use.
    const SHOWN: usize = 4;
    let mut shown: String = mark.text.chars().take(if mark.personal { 40 } else { SHOWN }).collect();
    if shown.len() < mark.text.len() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::TemplateField;

    fn draft(title: &str, body: &str) -> Draft {
        Draft { title: title.into(), body: body.into(), ..Draft::default() }
    }

    fn template(names: &[&str]) -> Template {
        let field = |name: &&str| TemplateField {
            name: (*name).into(),
            label: (*name).into(),
            required: false,
            kind: TemplateFieldKind::Line,
            options: Vec::new(),
            hint: String::new(),
        };
        Template { fields: names.iter().map(field).collect(), ..Template::default() }
    }

    #[test]
    fn only_fields_of_the_template_are_sent() {
        let mut draft = draft("a title", "a body");
        draft.set_text("plan", "Crew".into());
        draft.set_text("gone", "from an older template".into());
        draft.set_text("version", "  ".into());
        let request = draft.request("demo", &template(&["plan", "version"]), PageContext::default());
        assert_eq!(request.fields.iter().collect::<Vec<_>>(), [&("plan".to_owned(), "Crew".to_owned())]);
    }

    #[test]
    fn an_address_is_replaced_unless_its_author_keeps_it() {
        let mut draft = draft("login", "first ada@moorline.io then grace@moorline.io");
        let marks = draft.marks("body");
        assert_eq!(marks.len(), 2);
        assert!(marks.iter().all(|mark| mark.personal && !mark.kept));
        assert!(!draft.redacted("body").contains('@'));

        draft.toggle_kept("body", "grace@moorline.io");
        let request = draft.request("demo", &Template::default(), PageContext::default());
        assert!(request.body.contains("grace@moorline.io") && !request.body.contains("ada@moorline.io"));
        let [span] = request.kept.as_slice() else { panic!("one span is kept: {:?}", request.kept) };
        let units: Vec<u16> = request.body.encode_utf16().collect();
        let kept = &units[span.range.start as usize..span.range.end as usize];
        assert_eq!(String::from_utf16_lossy(kept), "grace@moorline.io");
    }

    #[test]
    fn what_comes_back_to_be_mended_keeps_what_its_author_kept() {
        let question = QuestionDraft { body: "ask grace@moorline.io".into(), ..QuestionDraft::default() };
        let draft = Draft::to_mend(question, "r", personal);
        assert_eq!(draft.fixes, "r");
        let request = draft.request("demo", &Template::default(), PageContext::default());
        assert_eq!((request.body.as_str(), request.kept.len()), ("ask grace@moorline.io", 1));
    }

    #[test]
    fn what_may_become_a_secret_is_not_compared() {
        let mut draft = draft("the password is hun", "as user ada@moor");
        let request = draft.similar("demo").unwrap();
        assert_eq!((request.title.as_str(), request.body.as_str()), ("the password is", "as user "));
        draft.set_text("title", "the password is hunter22 ".into());
        assert!(draft.similar("demo").unwrap().title.contains("redacted"));
    }

    #[test]
    fn a_secret_cannot_be_kept_and_does_not_reach_the_suggestions() {
        let secret = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";
        let mut draft = draft("push fails with a token", &format!("I used {secret} here"));
        draft.toggle_kept("body", secret);
        assert!(draft.marks("body").iter().any(|mark| !mark.personal && !mark.kept));
        assert!(!draft.request("demo", &Template::default(), PageContext::default()).body.contains(secret));
        assert!(!draft.similar("demo").unwrap().body.contains(secret));
    }

    #[test]
    fn a_secret_is_shown_by_its_beginning_only() {
        let mark = Mark {
            kind: ask::Kind::Token,
            text: "ghp_16C7e42F292c".into(),
            replacement: "",
            personal: false,
            kept: false,
        };
        assert_eq!(disguised(&mark), "ghp_…");
    }

    #[test]
    fn a_draft_that_only_repeats_the_search_gives_way_to_the_next_search() {
        let mut draft = Draft::default();
        draft.begin("code expired", "");
        assert!(draft.is_empty());
        draft.begin("phone pairing", "");
        assert_eq!(draft.title, "phone pairing");
        draft.set_text("body", "It says no.".into());
        draft.begin("something else", "");
        assert_eq!(draft.title, "phone pairing");
    }

    #[test]
    fn the_last_threads_seen_are_remembered_once() {
        let mut draft = Draft::default();
        for at in 0..api::limits::SEEN + 3 {
            draft.saw(&format!("k{at}"));
        }
        draft.saw("k5");
        assert_eq!(draft.seen.len(), api::limits::SEEN);
        assert_eq!(draft.seen.last().map(String::as_str), Some("k5"));
        assert_eq!(draft.seen.first().map(String::as_str), Some("k3"));
    }

    #[test]
    fn a_short_title_is_not_compared() {
        assert_eq!(draft("sync", "long enough body text").similar("demo"), None);
    }

    #[test]
    fn a_draft_of_another_version_is_read() {
        let draft: Draft = crate::json::read(r#"{"title":"kept","mood":"good"}"#).unwrap();
        assert_eq!(draft.title, "kept");
    }
}
