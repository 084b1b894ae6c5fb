//! Questions that this reader has asked: where each stands, and what was answered.

use super::blocks::{blocks, byline, outward};
use super::icon::{CHECK, CHEVRON, CLOCK, INBOX, OUT, TALK, icon};
use super::panel::bar;
use crate::api::Failure;
use crate::app::App;
use crate::dom::page;
use crate::highlight::link_target;
use crate::locale::{self, TEXT, fill, plural};
use crate::state::navigation::View;
use crate::state::questions::Asked;
use api::{QuestionState, QuestionStatus, Reply};
use leptos::prelude::*;

/// One question.
pub fn question(app: App, receipt: String) -> AnyView {
    let asked = Memo::new(move |_| app.questions.with(|questions| questions.get(&receipt).cloned()));
    let inside = move || asked.get().map(|asked| followed(app, &asked));
    let stale = move || {
        app.stale.get().map(|_| view! { <p class="quiet pad" data-part="stale">{TEXT.refresh_failed}</p> })
    };
    let foot = move || asked.get().map(|asked| actions(app, &asked.status));
    view! {
        {bar(app, TEXT.your_question.into_any(), TEXT.back)}
        <div class="body" data-part="receipt" data-focus="" tabindex="-1">{inside}{stale}</div>
        {foot}
    }
    .into_any()
}

fn followed(app: App, asked: &Asked) -> AnyView {
    let status = &asked.status;
    let (label, detail) =
        if asked.gone { (TEXT.state_gone, TEXT.detail_gone) } else { locale::state(status.state) };
    let reason = status.reason.clone().map(|reason| view! { <p class="reason" dir="auto">{reason}</p> });
    let when = page::seconds_since(&status.created_at).map(locale::ago);
    let replies = status.replies.iter().map(reply).collect_view();
    view! {
        <article class="question">
            <h3 class="thread-title" dir="auto">{status.title.clone()}</h3>
            <p class="byline"><time datetime=status.created_at.clone()>{when}</time></p>
            {steps(app, status.state)}
            <div class="standing" class:good=status.state == QuestionState::Answered>
                <p class="standing-title" data-part="receipt-state" data-state=state_name(status.state)>{label}</p>
                <p>{detail}</p>
                {reason}
            </div>
            <div data-part="replies">{replies}</div>
        </article>
    }
    .into_any()
}

/// The way of a question that goes well, and how far it has come.
fn steps(app: App, state: QuestionState) -> AnyView {
    let done = match state {
        QuestionState::Accepted
        | QuestionState::Sending
        | QuestionState::PendingReview
        | QuestionState::Ambiguous => 1,
        QuestionState::Posted => 2,
        QuestionState::Answered => 3,
        QuestionState::NeedsFix | QuestionState::Withdrawn | QuestionState::Failed => return ().into_any(),
    };
    let public = app.info(|info| !info.forum.url.is_empty()).unwrap_or(false);
    let posted = if public { TEXT.step_posted } else { TEXT.step_posted_inbox };
    let steps = [TEXT.step_accepted, posted, TEXT.step_answered]
        .into_iter()
        .enumerate()
        .map(|(at, label)| {
            view! { <li class:done=at < done aria-current=(at + 1 == done).then_some("step")>{(at < done).then(|| icon(CHECK))}<span>{label}</span></li> }
        })
        .collect_view();
    view! { <ol class="steps">{steps}</ol> }.into_any()
}

fn state_name(state: QuestionState) -> &'static str {
    match state {
        QuestionState::Accepted => "accepted",
        QuestionState::Sending => "sending",
        QuestionState::Posted => "posted",
        QuestionState::Answered => "answered",
        QuestionState::PendingReview => "pendingReview",
        QuestionState::Ambiguous => "ambiguous",
        QuestionState::NeedsFix => "needsFix",
        QuestionState::Withdrawn => "withdrawn",
        QuestionState::Failed => "failed",
    }
}

fn reply(reply: &Reply) -> AnyView {
    view! {
        <section class="answer" data-part="reply">
            {byline(&reply.author, reply.role, &reply.created_at)}
            {blocks(&reply.blocks)}
        </section>
    }
    .into_any()
}

fn actions(app: App, status: &QuestionStatus) -> AnyView {
    let name = app.info(|info| info.forum.name.clone()).filter(|name| !name.is_empty());
    let label = fill(TEXT.open_forum, "name", name.as_deref().unwrap_or(TEXT.forum));
    let outside = status.url.as_deref().and_then(link_target).map(|url| {
        view! { <span class="link" data-part="open-outside">{outward(url, view! { {icon(OUT)}{label} }.into_any())}</span> }
    });
    let receipt = status.receipt.clone();
    let withdraw = status.can_withdraw.then(|| {
        view! {
            <button type="button" class="button" data-part="withdraw" on:click=move |_| app.withdraw(receipt.clone())>{TEXT.withdraw}</button>
        }
    });
    let answered = status.state == QuestionState::Answered;
    let settled = answered.then(|| {
        view! {
            <button type="button" class="button primary" data-part="solved" on:click=move |_| app.resolve()>{icon(CHECK)}{TEXT.solved_me}</button>
        }
    });
    view! {
        <footer class="foot">
            {outside}
            {withdraw}
            <button type="button" class="button" data-part="your-questions" on:click=move |_| app.go(View::Questions)>{TEXT.your_questions}</button>
            {settled}
        </footer>
    }
    .into_any()
}

/// A question that waits for the connection.
pub fn unsent(app: App, key: String) -> AnyView {
    let (wanted, sent) = (key.clone(), key.clone());
    let entry = Memo::new(move |_| {
        app.unsent.with(|all| all.iter().find(|(unsent, _)| unsent.key == wanted).cloned())
    });
    let sending = move || app.sending.with(|sending| sending.contains(&sent));
    let inside = move || {
        entry.get().map(|(unsent, failure)| {
            let why = failure.filter(|failure| *failure != Failure::Offline).map(|failure| view! { <p class="reason">{failure.words().0}</p> });
            view! {
                <article class="question">
                    <h3 class="thread-title" dir="auto">{unsent.request.title}</h3>
                    <div class="standing waits">
                        <p class="standing-title" data-part="receipt-state" data-state="unsent">{icon(CLOCK)}{TEXT.state_unsent}</p>
                        <p>{TEXT.detail_unsent}</p>
                        {why}
                    </div>
                </article>
            }
        })
    };
    view! {
        {bar(app, TEXT.your_question.into_any(), TEXT.back)}
        <div class="body" data-part="receipt" data-focus="" tabindex="-1">{inside}</div>
        <footer class="foot">
            <button type="button" class="button primary" data-part="retry" disabled=sending on:click=move |_| app.send(key.clone())>{TEXT.send_now}</button>
        </footer>
    }
    .into_any()
}

/// All questions of this reader.
pub fn questions(app: App) -> AnyView {
    let waiting = move || {
        app.unsent
            .get()
            .into_iter()
            .map(|(unsent, _)| {
                row(app, View::Unsent(unsent.key), unsent.request.title, TEXT.state_unsent.to_owned(), false)
            })
            .collect_view()
    };
    let list = move || {
        let all = app.questions.get();
        all.all()
            .iter()
            .map(|asked| {
                let label = match asked.unread() {
                    0 if asked.gone => TEXT.state_gone.to_owned(),
                    0 => locale::state(asked.status.state).0.to_owned(),
                    unread => plural(unread as u64, TEXT.new_reply_one, TEXT.new_reply_many),
                };
                let view = View::Question(asked.status.receipt.clone());
                row(app, view, asked.status.title.clone(), label, asked.unread() > 0)
            })
            .collect_view()
    };
    let none = move || {
        let none =
            app.questions.with(|questions| questions.all().is_empty()) && app.unsent.with(Vec::is_empty);
        none.then(|| view! { <p class="quiet pad">{TEXT.no_questions}</p> })
    };
    view! {
        {bar(app, TEXT.your_questions.into_any(), TEXT.back)}
        <div class="body" data-part="questions" data-focus="" tabindex="-1"><div class="empty">{waiting}{list}</div>{none}</div>
    }
    .into_any()
}

fn row(app: App, view: View, title: String, label: String, new: bool) -> AnyView {
    view! {
        <button type="button" class="card" class:card-new=new data-part="question-row" on:click=move |_| app.go(view.clone())>
            {icon(if new { TALK } else { INBOX })}
            <span class="card-text"><span dir="auto">{title}</span><span class="card-label">{label}</span></span>
            {icon(CHEVRON)}
        </button>
    }
    .into_any()
}
