//! One thread or docs page inside the panel: question, the answer that counts, the rest on demand.

use super::blocks::{blocks, blocks_matched, byline, open_outside};
use super::icon::{CHECK, icon};
use super::notice::{failure_notice, waiting};
use super::panel::{bar, body, close};
use crate::app::App;
use crate::dom::element::{El, button, el, group, live, nothing};
use crate::dom::react::react;
use crate::dom::region::{maybe, switch};
use crate::highlight::link_target;
use crate::locale::{self, TEXT, fill, plural};
use crate::signal::Signal;
use crate::state::navigation::View;
use api::{FinalAnswer, FinalAnswerBy, PostView, ThreadMatch, ThreadView};

/// The view.
pub fn thread(app: App, key: &str) -> El {
    let back = app.way.with_untracked(|way| match way.previous() {
        View::Ask => TEXT.back_to_draft,
        View::Search => TEXT.back_to_results,
        _ => TEXT.back,
    });
    let place = move || {
        app.thread.state.with(|line| {
            let thread = line.answer()?;
            Some(thread.category.clone().unwrap_or_else(|| locale::source(&thread.source).to_owned()))
        })
    };
    show_match(app, key.to_owned());
    let shown = move || app.thread.state.with(|line| (line.edition(), line.failure().is_some()));
    let key = key.to_owned();
    let content = switch(shown, move |(_, failed)| {
        app.thread.state.with_untracked(|line| match line.answer() {
            Some(thread) => whole(app, thread, &key),
            None if *failed => nothing(),
            None => waiting(),
        })
    });
    let failed = maybe(
        move || app.thread.state.with(|line| line.failure().cloned()),
        move |failure| el("div.pad").child(failure_notice(failure, move || app.thread.retry(app))),
    );
    group()
        .child(bar(app, live(move || place().unwrap_or_else(|| app.forum_name())), back))
        .child(body("thread").child(content).child(failed))
        .child(foot(app))
}

fn whole(app: App, thread: &ThreadView, key: &str) -> El {
    let docs = thread.source == "docs";
    let found = thread.matches.as_ref();
    let tag = |tag: &String| el("span.tag").child("#").child(tag.as_str());
    let closed = thread.closed.then(|| el("span.badge").child(TEXT.closed_thread));
    let answer = match &thread.answer {
        Some(answer) => best(answer, docs, found),
        None if docs => nothing(),
        None => el("p.quiet").child(TEXT.unanswered),
    };
    if !thread.rest.is_empty() {
        // The button that asked for them is gone.
        app.catch_focus("[data-part=rest]");
    }
    let title = el("h3.thread-title").set("dir", "auto").child(thread.title.as_str());
    el("article.thread")
        .child(title)
        .child((!docs).then(|| by(&thread.question)))
        .child(said(&thread.question, found))
        .child(el("p.tags").child(closed).child(thread.tags.iter().map(tag).collect::<Vec<_>>()))
        .child(thread.final_answer.as_ref().map(summary))
        .child(answer)
        .child(thread.rest.iter().map(|post| further(post, docs, found)).collect::<Vec<_>>())
        .child(thread.rest.is_empty().then(|| show_rest(app, thread, docs, key)))
}

/// The button that asks for the other answers, where there are any.
fn show_rest(app: App, thread: &ThreadView, docs: bool, key: &str) -> El {
    let label = match (thread.rest_count, docs) {
        (0, _) => return nothing(),
        (_, true) => TEXT.show_sections.to_owned(),
        (count, false) => plural(count.into(), TEXT.show_rest),
    };
    let key = key.to_owned();
    button(".button@show-rest", move || app.open_rest(key.clone()))
        .flag("disabled", move || app.thread.state.with(|line| line.busy()))
        .child(label)
}

fn by(post: &PostView) -> El {
    byline(&post.author.name, post.author.role, &post.created_at)
}

/// Brings the place into view that answers the query, once it is drawn; asks for the other answers where it is in
/// one of them. Once for each thread that arrives.
fn show_match(app: App, key: String) {
    let mut shown = None;
    react(move || {
        let place = app.thread.state.with(|line| {
            let thread = line.answer()?;
            let post = &thread.matches.as_ref()?.post;
            let answers = thread.answer.iter().chain(&thread.rest);
            let drawn = answers.chain([&thread.question]).any(|drawn| drawn.id == *post);
            (thread.question.id != *post).then_some((drawn, thread.rest.is_empty()))
        });
        if shown == place {
            return;
        }
        shown = place;
        match place {
            Some((true, _)) => app.reveal_match(),
            Some((false, true)) => app.open_rest(key.clone()),
            _ => {}
        }
    });
}

/// What all of it comes to.
fn summary(answer: &FinalAnswer) -> El {
    let label = match answer.by {
        FinalAnswerBy::Operator => TEXT.final_by_team,
        FinalAnswerBy::Extract => TEXT.final_from_thread,
    };
    let parts = answer.parts.iter().map(|part| blocks(&part.blocks)).collect::<Vec<_>>();
    el("section.answer@final-answer").child(el("h4.answer-label").child(label)).child(parts)
}

/// What a post says, with what matched in it.
fn said(post: &PostView, found: Option<&ThreadMatch>) -> El {
    let found = found.filter(|found| found.post == post.id);
    blocks_matched(&post.blocks, found.map(|found| (found.block as usize, found.ranges.as_slice())))
}

/// The answer that counts.
fn best(post: &PostView, docs: bool, found: Option<&ThreadMatch>) -> El {
    let label = match (post.accepted, docs) {
        (true, _) => Some(el("h4.answer-label").child(icon(CHECK)).child(TEXT.accepted_answer)),
        (false, true) => None,
        (false, false) => Some(el("h4.answer-label").child(TEXT.best_answer)),
    };
    let section = el("section.answer@answer").class_if(post.accepted, "accepted").child(label);
    post_text(section, post, docs, found)
}

fn further(post: &PostView, docs: bool, found: Option<&ThreadMatch>) -> El {
    post_text(el("section.answer.further@rest").set("tabindex", "-1"), post, docs, found)
}

fn post_text(section: El, post: &PostView, docs: bool, found: Option<&ThreadMatch>) -> El {
    let heading = |heading: &str| el("h4.section").set("dir", "auto").child(heading);
    let votes = |count| el("p.votes").child(plural(count, TEXT.votes));
    section
        .child(post.heading.as_deref().map(heading))
        .child((!docs).then(|| by(post)))
        .child(said(post, found))
        .child((post.score > 0).then(|| votes(post.score.unsigned_abs())))
}

/// What to do with what was read: it settles the matter, it does not, or read on in the forum.
fn foot(app: App) -> El {
    let confirming = Signal::new(false);
    let content = switch(
        move || confirming.get(),
        move |sure_first| if *sure_first { sure(app, confirming) } else { ways_on(app, confirming) },
    );
    el("div.foot").child(content)
}

fn ways_on(app: App, confirming: Signal<bool>) -> El {
    let asking = app.way.with_untracked(|way| way.asking());
    let (part, label) = if asking {
        (".button.primary@suggestion-resolves", TEXT.answers_draft)
    } else {
        (".button.primary@solved", TEXT.solved_me)
    };
    // What has not arrived, or is gone, has settled nothing.
    let unread = move || app.thread.state.with(|line| line.answer().is_none());
    let settle = button(part, move || if asking { confirming.set(true) } else { app.resolve() });
    let ask = button(".button@ask-open", move || app.ask());
    group()
        .child(outside(app))
        .child(ask.flag("hidden", move || asking || !app.can_ask()).child(TEXT.still_stuck))
        .child(settle.flag("hidden", unread).child(icon(CHECK)).child(label))
}

/// The way to the thread in its forum, or to the page.
fn outside(app: App) -> El {
    let where_to = move || {
        let (url, docs) =
            app.thread.state.with(|line| line.answer().map(|it| (it.url.clone(), it.source == "docs")))?;
        let label =
            if docs { TEXT.open_page.to_owned() } else { fill(TEXT.open_forum, "name", &app.forum_name()) };
        Some((url, label))
    };
    maybe(where_to, |(url, label)| link_target(url).map_or_else(nothing, |url| open_outside(url, label)))
}

/// Asks before a draft is erased because something answers it.
pub fn sure(app: App, confirming: Signal<bool>) -> El {
    let question =
        el("p.grow").child(el("strong").child(TEXT.discard_title)).child(" ").child(TEXT.discard_detail);
    group()
        .child(question)
        .child(button(".button@resolve-cancel", move || confirming.set(false)).child(TEXT.discard_no))
        .child(button(".button.primary@resolve-confirm", move || app.resolve()).child(TEXT.discard_yes))
}

/// The end of a journey that went well.
pub fn resolved(app: App) -> El {
    let done = button(".button.primary@done", move || app.close()).set("data-focus", "");
    // In the page's flow there is nothing to close.
    let again = button(".button@search-again", move || app.start_over())
        .set_some("data-focus", app.is_inline().then_some(""));
    let actions = el("div.actions").child(again.child(TEXT.search_again)).child(done.child(TEXT.close));
    let body = el("div.body.nothing.good@resolved")
        .child(icon(CHECK))
        .child(el("h2").set("tabindex", "-1").child(TEXT.resolved_title))
        .child(el("p").child(TEXT.resolved_detail))
        .child(actions);
    group().child(el("div.bar.end").child(close(app))).child(body)
}
