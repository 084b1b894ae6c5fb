//! Threads that may already answer the draft, beside it.

use super::blocks::marked;
use super::icon::{CHECK, icon};
use super::notice::failure_notice;
use super::search::{meta, why};
use super::thread::sure;
use crate::app::App;
use crate::locale::{self, TEXT};
use api::{Band, Suggestion};
use leptos::prelude::*;

/// The column.
pub fn suggestions(app: App) -> AnyView {
    let found = Memo::new(move |_| {
        app.similar.state.with(|line| line.answer().map(|answer| answer.suggestions.clone()))
    });
    let inside = move || {
        if let Some(notice) = app.similar.state.with(|line| {
            line.failure().map(|failure| failure_notice(failure, move || app.similar.retry(app)))
        }) {
            return notice;
        }
        match found.get() {
            None => view! { <p class="quiet">{TEXT.suggestions_empty}</p> }.into_any(),
            Some(found) if found.is_empty() => {
                view! { <p class="quiet">{TEXT.suggestions_none}</p> }.into_any()
            }
            Some(found) => {
                let cards =
                    found.iter().enumerate().map(|(at, found)| suggestion(app, at, found)).collect_view();
                view! { <ul>{cards}</ul> }.into_any()
            }
        }
    };
    let some = move || found.with(|found| found.as_ref().is_some_and(|found| !found.is_empty()));
    view! {
        <aside
            class="suggestions" class:some=some aria-labelledby="ew-suggestions"
            hidden=move || !app.info(|info| info.features.similar).unwrap_or(true)
        >
            <h3 id="ew-suggestions" class:busy=move || app.similar.state.with(|line| line.busy())>{TEXT.suggestions_title}</h3>
            <div data-part="suggestions">{inside}</div>
        </aside>
    }
    .into_any()
}

fn suggestion(app: App, at: usize, found: &Suggestion) -> AnyView {
    let hit = &found.hit;
    let key = hit.key.clone();
    let answers = found.band == Band::Answers;
    let (why, why_id) = why(hit, format!("ew-suggestion-why-{at}"));
    let title_id = format!("ew-suggestion-{at}");
    let settle = answers.then(|| settle(app, at, title_id.clone()));
    view! {
        <li>
            <button
                type="button" class="suggestion" class:answers=answers data-part="suggestion" data-key=hit.key.clone()
                aria-describedby=why_id on:click=move |_| app.open_thread(key.clone())
            >
                <span class="badge" class:badge-answers=answers data-part="band">
                    {answers.then(|| icon(CHECK))}{locale::band(found.band)}
                </span>
                <span class="suggestion-title" id=title_id dir="auto">{marked(&hit.title)}</span>
                {meta(hit)}
                {why}
            </button>
            {settle}
        </li>
    }
    .into_any()
}

/// Says that a suggestion answers the draft; asks once more, for that erases the draft.
fn settle(app: App, at: usize, title_id: String) -> AnyView {
    let confirming = RwSignal::new(false);
    let id = format!("ew-settle-{at}");
    let first = format!("#{id} button");
    // The button that was pressed is gone by then.
    Effect::new(move |before: Option<bool>| {
        let now = confirming.get();
        if before.is_some_and(|before| before != now) {
            app.focus_soon(first.clone());
        }
        now
    });
    let shown = move || {
        if confirming.get() {
            return sure(app, confirming);
        }
        view! {
            <button
                type="button" class="button primary" data-part="suggestion-answers" aria-describedby=title_id.clone()
                on:click=move |_| confirming.set(true)
            >
                {icon(CHECK)}{TEXT.answers_draft}
            </button>
        }
        .into_any()
    };
    view! { <div class="settle" id=id>{shown}</div> }.into_any()
}
