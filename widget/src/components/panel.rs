//! The dialog's inside: the current view, its top bar, and what a screen reader says.

use super::icon::{BACK, CLOSE, icon};
use super::{ask, question, search, thread};
use crate::app::App;
use crate::locale::TEXT;
use crate::state::navigation::View;
use leptos::prelude::*;

/// The whole panel.
pub fn panel(app: App) -> AnyView {
    let current = Memo::new(move |_| app.way.with(|way| way.current().clone()));
    let view = move || match current.get() {
        View::Search => search::search(app),
        View::Thread(key) => thread::thread(app, key),
        View::Ask => ask::ask(app),
        View::Question(receipt) => question::question(app, receipt),
        View::Unsent(key) => question::unsent(app, key),
        View::Questions => question::questions(app),
        View::Resolved => thread::resolved(app),
    };
    let escape = move |event: web_sys::KeyboardEvent| {
        // The dialog itself would close; within the panel, Escape first leads back.
        if event.key() == "Escape" && !event.is_composing() && !event.default_prevented() {
            event.prevent_default();
            if current.get_untracked() == View::Search { app.close() } else { app.back() }
        }
    };
    view! {
        <div class="panel" on:keydown=escape>
            {view}
            <p class="unseen" role="status" data-part="status">{move || app.said.get()}</p>
        </div>
    }
    .into_any()
}

/// The top bar of every view but the search.
pub fn bar(app: App, title: AnyView, back: &'static str) -> AnyView {
    view! {
        <header class="bar">
            <button type="button" class="plain" data-part="back" aria-label=back title=back on:click=move |_| app.back()>
                {icon(BACK)}
            </button>
            <h2 class="bar-title" tabindex="-1">{title}</h2>
            {close(app)}
        </header>
    }
    .into_any()
}

/// The button that closes the dialog.
pub fn close(app: App) -> AnyView {
    view! {
        <button type="button" class="plain" data-part="close" aria-label=TEXT.close title=TEXT.close on:click=move |_| app.close()>
            {icon(CLOSE)}
        </button>
    }
    .into_any()
}
