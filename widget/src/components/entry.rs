//! A field of the ask form: its label, its entry, and what is to be said about it.

use super::findings::findings;
use crate::app::App;
use crate::dom::element::{El, el};
use crate::dom::region::maybe_text;
use crate::locale::{self, TEXT};
use crate::signal::Signal;
use api::SiteInfo;

/// What is typed into or chosen from, with the name of its field.
pub struct Entry {
    field: String,
    entry: El,
}

impl Entry {
    fn new(shape: &str, field: &str) -> Self {
        let entry = el(shape)
            .set("class", "entry")
            .set("id", &format!("ew-field-{field}"))
            .set("data-part", &format!("ask-{field}"))
            .set("aria-describedby", &note_id(field));
        Self { field: field.to_owned(), entry }
    }

    /// One line.
    pub fn line(field: &str, hint: &str) -> Self {
        let line = Self::new("input", field);
        line.set("type", "text").set("autocomplete", "off").set("dir", "auto").set("placeholder", hint)
    }

    /// Several lines.
    pub fn text(field: &str) -> Self {
        Self::new("textarea", field).set("rows", "7").set("dir", "auto")
    }

    /// One of some options, or none.
    pub fn choice(field: &str, options: &[String]) -> Self {
        let option = |value: &str, text: &str| el("option").set("value", value).child(text);
        let mut choice = Self::new("select", field);
        choice.entry = choice.entry.child(option("", TEXT.choose));
        for value in options {
            choice.entry = choice.entry.child(option(value, value));
        }
        choice
    }

    /// The one that takes the focus when the form is shown.
    pub fn first(self) -> Self {
        self.set("data-focus", "")
    }

    /// Sets an attribute.
    pub fn set(self, name: &str, value: &str) -> Self {
        Self { entry: self.entry.set(name, value), ..self }
    }

    /// An attribute that follows what it reads.
    pub fn follow(self, name: &'static str, value: impl Fn() -> Option<String> + 'static) -> Self {
        Self { entry: self.entry.follow(name, value), ..self }
    }
}

fn note_id(field: &str) -> String {
    format!("ew-note-{field}")
}

/// How many characters a field has, least and most.
#[derive(Clone, Copy)]
pub struct Limits {
    /// While the site is not known.
    pub usual: (u32, u32),
    /// What the site says.
    pub own: fn(&SiteInfo) -> (u32, u32),
}

/// A label, its entry, and what is to be said about it: what is wrong, how long it may be, what is left out.
pub fn labelled(app: App, Entry { field, entry }: Entry, label: &str, required: bool, limits: Limits) -> El {
    let name = Signal::new(field.clone());
    let text = move || name.with_untracked(|name| app.draft.with(|draft| draft.text(name).to_owned()));
    let error = move || name.with_untracked(|name| app.error_of(name));
    let entry = entry
        .value(text)
        .follow("aria-invalid", move || error().map(|_| "true".to_owned()))
        .on_input(move |text| name.with_untracked(|name| app.wrote(name, text)));
    let entry = entry.set_some("aria-required", required.then_some("true"));
    let optional = (!required).then(|| el("span.optional").child(TEXT.optional));
    let wrong = maybe_text(error, |message| el("span.error@field-error").child(message));
    let length = maybe_text(
        move || locale::limit(text().chars().count(), app.info(limits.own).unwrap_or(limits.usual)),
        |text| el("span.limit").child(text),
    );
    let label = el("label").set("for", &format!("ew-field-{field}")).child(label).child(" ").child(optional);
    el("div.labelled")
        .class_if(field == "title", "first")
        .child(label)
        .child(entry)
        .child(el("p.note").set("id", &note_id(&field)).child(wrong).child(length))
        .child(findings(app, field))
}
