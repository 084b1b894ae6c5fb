//! Threads that may already answer the draft, beside it.

use super::blocks::marked;
use super::hit::{look, meta, why};
use super::icon::{CHECK, icon};
use super::notice::failure_notice;
use super::thread::sure;
use crate::app::App;
use crate::dom::element::{El, button, el};
use crate::dom::react::react;
use crate::dom::region::switch;
use crate::locale::{self, TEXT};
use crate::signal::Signal;
use api::{Band, SimilarResponse, Suggestion};

/// The column.
pub fn suggestions(app: App) -> El {
    // By their look: an answer that says the same again must not take away the button that is being pressed.
    let found = move || {
        let looks = |answer: &SimilarResponse| {
            answer.suggestions.iter().enumerate().fold(String::new(), |looks, (at, found)| {
                [looks.as_str(), locale::band(found.band), &look(at, &found.hit)].concat()
            })
        };
        app.similar.state.with(|line| (line.answer().map(looks), line.failure().cloned()))
    };
    let inside = switch(found, move |(_, failure)| {
        if let Some(failure) = failure {
            return failure_notice(failure, move || app.similar.retry(app));
        }
        app.similar.state.with_untracked(|line| {
            match line.answer().map(|answer| answer.suggestions.as_slice()) {
                None => el("p.quiet").child(TEXT.suggestions_empty),
                Some([]) => el("p.quiet").child(TEXT.suggestions_none),
                Some(found) => found
                    .iter()
                    .enumerate()
                    .fold(el("ul"), |all, (at, found)| all.child(suggestion(app, at, found))),
            }
        })
    });
    let some = move || {
        app.similar.state.with(|line| line.answer().is_some_and(|answer| !answer.suggestions.is_empty()))
    };
    let title = el("h3").set("id", "ew-suggestions").child(TEXT.suggestions_title);
    el("aside.suggestions")
        .set("aria-labelledby", "ew-suggestions")
        .toggle("some", some)
        .flag("hidden", move || !app.info(|info| info.features.similar).unwrap_or(true))
        .child(title.toggle("busy", move || app.similar.state.with(|line| line.busy())))
        .child(el("div@suggestions").child(inside))
}

fn suggestion(app: App, at: usize, found: &Suggestion) -> El {
    let hit = &found.hit;
    let key = hit.key.clone();
    let answers = found.band == Band::Answers;
    let why_id = format!("ew-suggestion-why-{at}");
    let why = why(hit, &why_id);
    let title_id = format!("ew-suggestion-{at}");
    let band = el("span.badge@band")
        .class_if(answers, "badge-answers")
        .child(answers.then(|| icon(CHECK)))
        .child(locale::band(found.band));
    let title = el("span.suggestion-title").set("id", &title_id).set("dir", "auto").child(marked(&hit.title));
    let open = button(".suggestion@suggestion", move || app.open_thread(key.clone()))
        .class_if(answers, "answers")
        .set("data-key", &hit.key)
        .set_some("aria-describedby", why.is_some().then_some(&why_id))
        .child(band)
        .child(title)
        .child(meta(hit))
        .child(why);
    el("li").child(open).child(answers.then(|| settle(app, at, title_id)))
}

/// Says that a suggestion answers the draft; asks once more, for that erases the draft.
fn settle(app: App, at: usize, title_id: String) -> El {
    let confirming = Signal::new(false);
    let id = format!("ew-settle-{at}");
    // The button that was pressed is gone by then.
    let first = format!("#{id} button");
    let mut before = false;
    react(move || {
        let now = confirming.get();
        if std::mem::replace(&mut before, now) != now {
            app.focus_soon(first.clone());
        }
    });
    let shown = switch(
        move || confirming.get(),
        move |confirm| {
            if *confirm {
                return sure(app, confirming);
            }
            button(".button.primary@suggestion-answers", move || confirming.set(true))
                .set("aria-describedby", &title_id)
                .child(icon(CHECK))
                .child(TEXT.answers_draft)
        },
    );
    el("div.settle").set("id", &id).child(shown)
}
