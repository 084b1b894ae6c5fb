//! Threads that may already answer the draft, beside it.

use super::blocks::marked;
use super::notice::failure_notice;
use super::search::meta;
use crate::app::App;
use crate::locale::{self, TEXT, fill};
use api::Suggestion;
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
                let cards = found.into_iter().map(|found| suggestion(app, &found)).collect_view();
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

fn suggestion(app: App, found: &Suggestion) -> AnyView {
    let hit = &found.hit;
    let key = hit.key.clone();
    let words = fill(TEXT.shares, "words", &found.matched.join(", "));
    let shares = (!found.matched.is_empty()).then(|| view! { <span class="shares">{words}</span> });
    view! {
        <li>
            <button type="button" class="suggestion" data-part="suggestion" data-key=hit.key.clone() on:click=move |_| app.open_thread(key.clone())>
                <span class="likeness">{locale::similarity(found.similarity)}</span>
                <span class="suggestion-title" dir="auto">{marked(&hit.title)}</span>
                {meta(hit)}
                {shares}
            </button>
        </li>
    }
    .into_any()
}
