//! A question that this reader has asked: where it stands, and what was answered.

use super::blocks::{blocks, byline, open_outside, time};
use super::icon::{CHECK, CLOCK, icon};
use super::panel::{bar, body};
use crate::api::Failure;
use crate::app::App;
use crate::app::desk::Side;
use crate::dom::element::{El, button, el, group};
use crate::dom::region::{maybe, when};
use crate::highlight::link_target;
use crate::locale::{self, TEXT, fill};
use crate::state::navigation::View;
use crate::state::questions::Asked;
use api::{QuestionState, QuestionStatus, Reply};
use reactive_graph::graph::untrack;

/// One question.
pub fn question(app: App, receipt: &str) -> El {
    let (first, second) = (receipt.to_owned(), receipt.to_owned());
    let asked = move |receipt: &str| app.questions.with(|questions| questions.get(receipt).cloned());
    let inside = maybe(move || asked(&first), move |asked| followed(app, asked));
    let foot = maybe(move || asked(&second), move |asked| actions(app, &asked.status));
    let stale =
        when(move || app.stale.with(Option::is_some), || el("p.quiet.pad@stale").child(TEXT.refresh_failed));
    group()
        .child(bar(app, TEXT.your_question, TEXT.back))
        .child(body("receipt").child(inside).child(stale))
        .child(foot)
}

fn followed(app: App, asked: &Asked) -> El {
    let status = &asked.status;
    let (label, detail) =
        if asked.gone { (TEXT.state_gone, TEXT.detail_gone) } else { locale::state(status.state) };
    let same = status.taken_by.as_deref().and_then(link_target);
    let same = same.map(|url| el("p@same-title").child(open_outside(url, TEXT.same_title)));
    let reason = status.reason.as_deref().map(|reason| el("p.reason").set("dir", "auto").child(reason));
    let state = el("p.standing-title@receipt-state").set("data-state", state_name(status.state)).child(label);
    let stuck = matches!(status.state, QuestionState::NeedsFix | QuestionState::Failed);
    let standing = el("div.standing")
        .class_if(status.state == QuestionState::Answered, "good")
        .class_if(stuck, "waits")
        .child(state)
        .child(el("p").child(detail))
        .child(reason)
        .child(same);
    el("article.question")
        .child(title(&status.title))
        .child(el("p.byline").child(time(&status.created_at)))
        .child(steps(app, status.state))
        .child(standing)
        .child(el("div@replies").child(status.replies.iter().map(reply).collect::<Vec<_>>()))
}

fn title(text: &str) -> El {
    el("h3.thread-title").set("dir", "auto").child(text)
}

/// The way of a question that goes well, and how far it has come.
fn steps(app: App, state: QuestionState) -> Option<El> {
    let done = match state {
        QuestionState::Accepted
        | QuestionState::Sending
        | QuestionState::PendingReview
        | QuestionState::Ambiguous => 1,
        QuestionState::Posted => 2,
        QuestionState::Answered => 3,
        QuestionState::NeedsFix | QuestionState::Withdrawn | QuestionState::Failed => return None,
    };
    let public = app.info_untracked(|info| !info.forum.url.is_empty()).unwrap_or(false);
    let posted = if public { TEXT.step_posted } else { TEXT.step_posted_inbox };
    let labels = [TEXT.step_accepted, posted, TEXT.step_answered];
    Some(labels.into_iter().enumerate().fold(el("ol.steps"), |steps, (at, label)| {
        let step = el("li")
            .class_if(at < done, "done")
            .set_some("aria-current", (at + 1 == done).then_some("step"))
            .child((at < done).then(|| icon(CHECK)))
            .child(el("span").child(label));
        steps.child(step)
    }))
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

fn reply(reply: &Reply) -> El {
    el("section.answer@reply")
        .child(byline(&reply.author, reply.role, &reply.created_at))
        .child(blocks(&reply.blocks))
}

fn actions(app: App, status: &QuestionStatus) -> El {
    let label = fill(TEXT.open_forum, "name", &untrack(|| app.forum_name()));
    let outside = status.url.as_deref().and_then(link_target).map(|url| open_outside(url, &label));
    let receipt = status.receipt.clone();
    let withdraw = status
        .can_withdraw
        .then(|| button(".button@withdraw", move || app.withdraw(receipt.clone())).child(TEXT.withdraw));
    let mend = status.draft.is_some().then(|| {
        // Either way on needs the other side of the desk.
        app.call(Side::Asking);
        let receipt = status.receipt.clone();
        button(".button.primary@mend", move || app.mend(receipt.clone())).child(TEXT.mend)
    });
    let insist = (status.draft.is_some() && status.title_taken).then(|| {
        let receipt = status.receipt.clone();
        button(".button@insist", move || app.insist(receipt.clone())).child(TEXT.insist)
    });
    let settled = (status.state == QuestionState::Answered).then(|| {
        button(".button.primary@solved", move || app.resolve()).child(icon(CHECK)).child(TEXT.solved_me)
    });
    let yours = button(".button@your-questions", move || app.go(View::Questions));
    el("div.foot")
        .child(outside)
        .child(withdraw)
        .child(yours.child(TEXT.your_questions))
        .child(insist)
        .child(mend)
        .child(settled)
}

/// A question that waits for the connection.
pub fn unsent(app: App, key: &str) -> El {
    let (wanted, sent, again) = (key.to_owned(), key.to_owned(), key.to_owned());
    let entry = move || {
        app.unsent.with(|all| {
            let (unsent, failure) = all.iter().find(|(unsent, _)| unsent.key == wanted)?;
            Some((unsent.request.title.clone(), failure.clone()))
        })
    };
    let inside = maybe(entry, |(text, failure)| {
        let why = failure.as_ref().filter(|failure| **failure != Failure::Offline);
        let state = el("p.standing-title@receipt-state").set("data-state", "unsent");
        let standing = el("div.standing.waits")
            .child(state.child(icon(CLOCK)).child(TEXT.state_unsent))
            .child(el("p").child(TEXT.detail_unsent))
            .child(why.map(|failure| el("p.reason").child(failure.words().0)));
        el("article.question").child(title(text)).child(standing)
    });
    let retry = button(".button.primary@retry", move || app.send(again.clone()));
    let retry = retry.flag("disabled", move || app.sending.with(|sending| sending.contains(&sent)));
    group()
        .child(bar(app, TEXT.your_question, TEXT.back))
        .child(body("receipt").child(inside))
        .child(el("div.foot").child(retry.child(TEXT.send_now)))
}
