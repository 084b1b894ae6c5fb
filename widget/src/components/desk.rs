//! The views of the desk, and what stands in for them until it is there.

use super::card::{card, label, written};
use super::icon::{INBOX, PEN, TALK};
use super::notice::{failure_notice, notice, waiting};
use super::panel::{bar, body};
use super::{ask, question, questions};
use crate::api::Failure;
use crate::app::App;
use crate::app::desk::{Desk, Presence, Side};
use crate::dom::element::{El, el, group};
use crate::dom::region::{maybe_text, switch, when};
use crate::locale::{TEXT, plural};
use crate::state::navigation::View;
use crate::state::questions::Asked;
use crate::state::submission::Unsent;

/// A view of the desk, which is called for.
pub fn view(app: App, view: &View) -> El {
    let side = if *view == View::Ask { Side::Asking } else { Side::Following };
    app.call(side);
    let view = view.clone();
    let presence = move || app.presence(side).with(|presence| matches!(presence, Presence::Missed));
    let absent = move |missed: &bool| {
        let inside = if *missed {
            el("div.pad").child(failure_notice(&Failure::Offline, move || app.call(side)))
        } else {
            waiting()
        };
        group().child(bar(app, TEXT.ask, TEXT.back)).child(body("desk").child(inside))
    };
    let draw = move |desk: Desk| {
        // Whoever waited for it wants the focus in it.
        app.place_focus();
        (desk.draw)(app, &view)
    };
    when_here(app, side, draw, move || switch(presence, absent))
}

/// What was left unfinished, once the desk is there; a word about it where the desk cannot be loaded.
pub fn unfinished(app: App) -> El {
    let left = |side| when_here(app, side, move |desk| (desk.draw)(app, &View::Search), group);
    let missed = when(
        move || app.misses_what_is_kept(),
        move || {
            let again = move || {
                app.go_on(Side::Following);
                app.go_on(Side::Asking);
            };
            notice(TEXT.kept_missed_title, TEXT.kept_missed_detail.to_owned(), Box::new(again))
        },
    );
    group().child(left(Side::Following)).child(left(Side::Asking)).child(missed)
}

fn when_here(
    app: App,
    side: Side,
    draw: impl Fn(Desk) -> El + 'static,
    absent: impl Fn() -> El + Copy + 'static,
) -> El {
    let presence = app.presence(side);
    let here = move || presence.with(|presence| matches!(presence, Presence::Here(_)));
    switch(here, move |_| match presence.get_untracked() {
        Presence::Here(desk) => draw(desk),
        _ => absent(),
    })
}

/// Draws the form, and for other views the draft. This and what it calls lie in the chunk for asking.
pub fn draw_asking(app: App, view: &View) -> El {
    if *view == View::Ask {
        app.begin();
        ask::ask(app)
    } else {
        draft(app)
    }
}

/// Draws a view of what was asked, and for other views what is new of it. This and what it calls lie in the chunk for following.
pub fn draw_following(app: App, view: &View) -> El {
    match view {
        View::Question(receipt) => question::question(app, receipt),
        View::Unsent(key) => question::unsent(app, key),
        View::Questions => questions::questions(app),
        View::Search | View::Thread(_) | View::Ask | View::Resolved => {
            group().child(answered(app)).child(unsent(app))
        }
    }
}

/// Questions with answers that were not read yet.
fn answered(app: App) -> El {
    let unread = move || {
        app.questions.with(|questions| {
            let unread = questions.all().iter().filter(|asked| asked.unread() > 0);
            let row = |asked: &Asked| {
                (asked.status.receipt.clone(), asked.status.title.clone(), asked.unread() as u64)
            };
            unread.map(row).collect::<Vec<_>>()
        })
    };
    switch(unread, move |unread| {
        unread.iter().fold(group(), |all, (receipt, title, count)| {
            let news = plural(*count, TEXT.new_reply);
            let view = View::Question(receipt.clone());
            let open = move || app.go(view.clone());
            all.child(card(".card.card-new@unread", TALK, [label(&news), written(title)], open))
        })
    })
}

/// Questions that wait for the connection.
fn unsent(app: App) -> El {
    let waiting = move || {
        app.unsent.with(|all| {
            let row = |(unsent, _): &(Unsent, _)| (unsent.key.clone(), unsent.request.title.clone());
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
    maybe_text(title, move |title| {
        let title = if title.trim().is_empty() { TEXT.draft_untitled } else { title };
        card(".card@draft", PEN, [label(TEXT.draft_waiting), written(title)], move || app.go(View::Ask))
    })
}
