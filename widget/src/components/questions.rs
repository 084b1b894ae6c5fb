//! All questions of this reader.

use super::card::{card, label, written};
use super::icon::{INBOX, TALK};
use super::panel::{bar, body};
use crate::app::App;
use crate::dom::element::{El, el, group};
use crate::dom::region::{switch, when};
use crate::locale::{self, TEXT, plural};
use crate::state::navigation::View;
use crate::state::questions::Asked;

/// What a row shows: where it leads, its title, where the question stands, and whether that is news.
type Row = (View, String, String, bool);

/// The view.
pub fn questions(app: App) -> El {
    let rows = move || {
        let unsent = app.unsent.with(|all| {
            let row = |(unsent, _): &(crate::state::submission::Unsent, _)| {
                let view = View::Unsent(unsent.key.clone());
                (view, unsent.request.title.clone(), TEXT.state_unsent.to_owned(), false)
            };
            all.iter().map(row).collect::<Vec<Row>>()
        });
        let asked = app.questions.with(|questions| questions.all().iter().map(asked).collect::<Vec<_>>());
        [unsent, asked].concat()
    };
    let list = switch(rows, move |rows| rows.iter().fold(group(), |all, row| all.child(draw(app, row))));
    let none = when(move || rows().is_empty(), || el("p.quiet.pad").child(TEXT.no_questions));
    group()
        .child(bar(app, TEXT.your_questions, TEXT.back))
        .child(body("questions").child(el("div.empty").child(list)).child(none))
}

fn asked(asked: &Asked) -> Row {
    let label = match asked.unread() {
        0 if asked.gone => TEXT.state_gone.to_owned(),
        0 => locale::state(asked.status.state).0.to_owned(),
        unread => plural(unread as u64, TEXT.new_reply),
    };
    let view = View::Question(asked.status.receipt.clone());
    (view, asked.status.title.clone(), label, asked.unread() > 0)
}

fn draw(app: App, (view, title, state, new): &Row) -> El {
    let view = view.clone();
    let path = if *new { TALK } else { INBOX };
    let lines = [written(title), label(state)];
    card(".card@question-row", path, lines, move || app.go(view.clone())).class_if(*new, "card-new")
}
