//! Before anything is searched for: a greeting, and what the reader has left unfinished.

use super::card::{card, label};
use super::desk::unfinished;
use super::icon::{OUT, PEN, TALK, icon};
use crate::app::App;
use crate::dom::element::{El, el, group, live};
use crate::dom::region::{maybe, when};
use crate::highlight::link_target;
use crate::locale::{TEXT, fill};

/// The view.
pub fn start(app: App) -> El {
    let greeting = move || {
        let own = app.info(|info| info.texts.greeting.clone()).filter(|text| !text.is_empty());
        own.unwrap_or(TEXT.greeting.to_owned())
    };
    let hello = el("div.hello").child(el("h2").child(live(greeting))).child(el("p").child(TEXT.empty_detail));
    el("div.empty@empty").child(hello).child(unfinished(app)).child(offer(app)).child(forum(app))
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
