//! What the redaction finds in a field, what becomes of it, and the author's say where it is theirs.

use super::icon::{SHIELD, icon};
use crate::app::App;
use crate::dom::element::{El, button, el, nothing};
use crate::dom::region::switch;
use crate::locale::{self, TEXT, fill};
use crate::state::draft::{Mark, disguised};

/// The list below a field; nothing where nothing is found.
pub fn findings(app: App, field: String) -> El {
    let watched = field.clone();
    let marks = move || app.draft.with(|draft| draft.marks(&watched));
    switch(marks, move |marks| {
        if marks.is_empty() {
            return nothing();
        }
        let title = el("p.findings-title").child(icon(SHIELD)).child(TEXT.marks_title);
        let rows = marks.iter().fold(el("ul"), |rows, mark| rows.child(finding(app, &field, mark)));
        el("div.findings@findings").child(title).child(rows)
    })
}

fn finding(app: App, field: &str, mark: &Mark) -> El {
    let becomes = if mark.kept {
        TEXT.mark_kept.to_owned()
    } else {
        fill(TEXT.mark_becomes, "replacement", mark.replacement)
    };
    let words = el("span")
        .child(locale::kind(mark.kind))
        .child(" ")
        .child(el("code").set("dir", "ltr").child(disguised(mark)))
        .child(" ")
        .child(el("span.becomes").child(becomes));
    let row = el("li@finding").class_if(mark.kept, "kept").child(words);
    row.child(mark.personal.then(|| {
        let (field, text) = (field.to_owned(), mark.text.clone());
        let label = if mark.kept { TEXT.mark_remove } else { TEXT.mark_keep };
        button(".link@keep", move || app.keep_finding(&field, &text))
            .set("aria-label", &[label, ": ", &mark.text].concat())
            .child(label)
    }))
}
