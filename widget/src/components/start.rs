//! Before anything is searched for: a greeting, and what the reader has left unfinished.

use super::card::{card, label, written};
use super::icon::{INBOX, OUT, PEN, TALK, icon};
use crate::app::App;
use crate::dom::element::{El, el, group, live};
use crate::dom::region::{maybe, switch, when};
use crate::highlight::link_target;
use crate::locale::{TEXT, fill, plural};
use crate::state::navigation::View;
use leptos::prelude::*;

/// The view.
pub fn start(app: App) -> El {
    let greeting = move || {
        let own = app.info(|info| info.texts.greeting.clone()).filter(|text| !text.is_empty());
        own.unwrap_or(TEXT.greeting.to_owned())
    };
    let hello = el("div.hello").child(el("h2").child(live(greeting))).child(el("p").child(TEXT.empty_detail));
    el("div.empty@empty")
        .child(hello)
        .child(answered(app))
        .child(waiting(app))
        .child(draft(app))
        .child(offer(app))
        .child(forum(app))
}

/// Questions with answers that were not read yet.
fn answered(app: App) -> El {
    let unread = move || {
        app.questions.with(|questions| {
            let unread = questions.all().iter().filter(|asked| asked.unread() > 0);
            let row = |asked: &crate::state::questions::Asked| {
                (asked.status.receipt.clone(), asked.status.title.clone(), asked.unread() as u64)
            };
            unread.map(row).collect::<Vec<_>>()
        })
    };
    switch(unread, move |unread| {
        unread.iter().fold(group(), |all, (receipt, title, count)| {
            let news = plural(*count, TEXT.new_reply_one, TEXT.new_reply_many);
            let view = View::Question(receipt.clone());
            let open = move || app.go(view.clone());
            all.child(card(".card.card-new@unread", TALK, [label(&news), written(title)], open))
        })
    })
}

/// Questions that wait for the connection.
fn waiting(app: App) -> El {
    let waiting = move || {
        app.unsent.with(|all| {
            let row = |(unsent, _): &(crate::state::submission::Unsent, _)| {
                (unsent.key.clone(), unsent.request.title.clone())
            };
            all.iter().map(row).collect::<Vec<_>>()
        })
    };
    switch(waiting, move |waiting| {
        waiting.iter().fold(group(), |all, (key, title)| {
            let view = View::Unsent(key.clone());
            let open = move || app.go(view.clone());
            all.child(card(".card@unsent", INBOX, [label(TEXT.state_unsent), written(title)], open))
        })
    })
}

fn draft(app: App) -> El {
    let title = move || app.draft.with(|draft| (!draft.is_empty()).then(|| draft.title.clone()));
    maybe(title, move |title| {
        let title = if title.trim().is_empty() { TEXT.draft_untitled } else { title };
        card(".card@draft", PEN, [label(TEXT.draft_waiting), written(title)], move || app.resume_draft())
    })
}

fn offer(app: App) -> El {
    let offered = move || app.draft.with(|draft| draft.is_empty()) && app.can_ask();
    when(offered, move || {
        let lines = [el("span").child(TEXT.ask), label(TEXT.ask_detail)];
        card(".card@ask-open", PEN, lines, move || app.ask())
    })
}

fn forum(app: App) -> El {
    maybe(
        move || app.info(|info| info.forum.clone()),
        |forum| {
            let Some(url) = link_target(&forum.url) else { return group() };
            let name = el("span").child(fill(TEXT.browse, "name", &forum.name));
            let text = el("span.card-text").child(name).child(label(TEXT.browse_detail));
            let link =
                el("a.card@open-forum").set("href", url).set("target", "_blank").set("rel", "noopener");
            link.child(icon(TALK)).child(text).child(icon(OUT))
        },
    )
}
