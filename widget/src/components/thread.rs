//! One thread or docs page inside the panel: question, the answer that counts, the rest on demand.

use super::blocks::{blocks, blocks_matched, byline, outward};
use super::icon::{CHECK, OUT, icon};
use super::notice::{failure_notice, waiting};
use super::panel::{bar, close};
use crate::app::App;
use crate::highlight::link_target;
use crate::locale::{self, TEXT, fill, plural};
use crate::state::navigation::View;
use api::{FinalAnswer, FinalAnswerBy, PostView, ThreadMatch, ThreadView};
use leptos::prelude::*;

/// The view.
pub fn thread(app: App, key: String) -> AnyView {
    let back = app.way.with_untracked(|way| match way.previous() {
        View::Ask => TEXT.back_to_draft,
        View::Search => TEXT.back_to_results,
        _ => TEXT.back,
    });
    let place = move || {
        app.thread.state.with(|line| {
            line.answer().map(|thread| {
                thread.category.clone().unwrap_or_else(|| locale::source(&thread.source).to_owned())
            })
        })
    };
    let shown = Memo::new(move |_| app.thread.state.with(|line| line.answer().cloned()));
    show_match(app, shown, key.clone());
    let failed = move || {
        app.thread.state.with(|line| {
            line.failure().map(|failure| {
                view! { <div class="pad">{failure_notice(failure, move || app.thread.retry(app))}</div> }
            })
        })
    };
    let content = move || match shown.get() {
        Some(thread) => whole(app, &thread, key.clone()),
        None if app.thread.state.with(|line| line.failure().is_none()) => waiting(),
        None => ().into_any(),
    };
    view! {
        {bar(app, place.into_any(), back)}
        <div class="body" data-part="thread" data-focus="" tabindex="-1">{content}{failed}</div>
        {foot(app)}
    }
    .into_any()
}

fn whole(app: App, thread: &ThreadView, key: String) -> AnyView {
    let docs = thread.source == "docs";
    let tags =
        thread.tags.iter().map(|tag| view! { <span class="tag">{format!("#{tag}")}</span> }).collect_view();
    let closed = thread.closed.then(|| view! { <span class="badge">{TEXT.closed_thread}</span> });
    let line = if docs { ().into_any() } else { by(&thread.question) };
    let answer = match &thread.answer {
        Some(answer) => best(answer, docs, thread.matches.as_ref()),
        None if docs => ().into_any(),
        None => view! { <p class="quiet">{TEXT.unanswered}</p> }.into_any(),
    };
    let rest = if thread.rest.is_empty() {
        let label = match (docs, thread.rest_count) {
            (_, 0) => None,
            (true, _) => Some(TEXT.show_sections.to_owned()),
            (false, count) => Some(plural(count.into(), TEXT.show_rest_one, TEXT.show_rest_many)),
        };
        label
            .map(|label| {
                view! {
                    <button
                        type="button" class="button" data-part="show-rest" disabled=move || app.thread.state.with(|line| line.busy())
                        on:click=move |_| app.open_rest(key.clone())
                    >
                        {label}
                    </button>
                }
            })
            .into_any()
    } else {
        thread.rest.iter().map(|post| further(post, docs, thread.matches.as_ref())).collect_view().into_any()
    };
    view! {
        <article class="thread">
            <h3 class="thread-title" dir="auto">{thread.title.clone()}</h3>
            {line}
            {said(&thread.question, thread.matches.as_ref())}
            <p class="tags">{closed}{tags}</p>
            {thread.final_answer.as_ref().map(summary)}
            {answer}
            {rest}
        </article>
    }
    .into_any()
}

fn by(post: &PostView) -> AnyView {
    byline(&post.author.name, post.author.role, &post.created_at)
}

/// Brings the place into view that answers the query, once it is drawn; asks for the other answers where it is in
/// one of them.
fn show_match(app: App, shown: Memo<Option<ThreadView>>, key: String) {
    Effect::new(move |_| {
        let place = shown.with(|thread| {
            let thread = thread.as_ref()?;
            let post = &thread.matches.as_ref()?.post;
            let answers = thread.answer.iter().chain(&thread.rest);
            let drawn = answers.chain([&thread.question]).any(|drawn| drawn.id == *post);
            (thread.question.id != *post).then_some((drawn, thread.rest.is_empty()))
        });
        match place {
            Some((true, _)) => app.reveal_match(),
            Some((false, true)) => app.open_rest(key.clone()),
            _ => {}
        }
    });
}

/// What all of it comes to.
fn summary(answer: &FinalAnswer) -> AnyView {
    let label = match answer.by {
        FinalAnswerBy::Operator => TEXT.final_by_team,
        FinalAnswerBy::Extract => TEXT.final_from_thread,
    };
    let parts = answer.parts.iter().map(|part| blocks(&part.blocks)).collect_view();
    view! { <section class="answer" data-part="final-answer"><p class="answer-label">{label}</p>{parts}</section> }
        .into_any()
}

/// What a post says, with what matched in it.
fn said(post: &PostView, found: Option<&ThreadMatch>) -> AnyView {
    let found = found.filter(|found| found.post == post.id);
    blocks_matched(&post.blocks, found.map(|found| (found.block as usize, found.ranges.as_slice())))
}

/// The answer that counts.
fn best(post: &PostView, docs: bool, found: Option<&ThreadMatch>) -> AnyView {
    let label = match (post.accepted, docs) {
        (true, _) => view! { <p class="answer-label">{icon(CHECK)}{TEXT.accepted_answer}</p> }.into_any(),
        (false, true) => ().into_any(),
        (false, false) => view! { <p class="answer-label">{TEXT.best_answer}</p> }.into_any(),
    };
    view! {
        <section class="answer" class:accepted=post.accepted data-part="answer">
            {label}{post_text(post, docs, found)}
        </section>
    }
    .into_any()
}

fn further(post: &PostView, docs: bool, found: Option<&ThreadMatch>) -> AnyView {
    view! { <section class="answer further" data-part="rest">{post_text(post, docs, found)}</section> }
        .into_any()
}

fn post_text(post: &PostView, docs: bool, found: Option<&ThreadMatch>) -> AnyView {
    let heading =
        post.heading.as_ref().map(|heading| view! { <h4 class="section" dir="auto">{heading.clone()}</h4> });
    let line = if docs { ().into_any() } else { by(post) };
    let votes = (post.score > 0)
        .then(|| view! { <p class="votes">{plural(post.score.unsigned_abs(), TEXT.votes_one, TEXT.votes_many)}</p> });
    view! { {heading}{line}{said(post, found)}{votes} }.into_any()
}

/// What to do with what was read: it settles the matter, it does not, or read on in the forum.
fn foot(app: App) -> AnyView {
    let asking = app.way.with_untracked(|way| way.asking());
    let confirming = RwSignal::new(false);
    let outside = move || {
        let (url, docs) =
            app.thread.state.with(|line| line.answer().map(|it| (it.url.clone(), it.source == "docs")))?;
        let name = app.info(|info| info.forum.name.clone()).filter(|name| !name.is_empty());
        let label = if docs {
            TEXT.open_page.to_owned()
        } else {
            fill(TEXT.open_forum, "name", name.as_deref().unwrap_or(TEXT.forum))
        };
        link_target(&url).map(|url| {
            view! { <span class="link" data-part="open-outside">{outward(url, view! { {icon(OUT)}{label} }.into_any())}</span> }
        })
    };
    let settle = move || {
        if asking {
            confirming.set(true);
        } else {
            app.resolve();
        }
    };
    let usual = move || {
        let (part, label) =
            if asking { ("suggestion-resolves", TEXT.answers_draft) } else { ("solved", TEXT.solved_me) };
        let can_ask = !asking && app.info(|info| info.features.ask).unwrap_or(true);
        view! {
            {outside}
            <button type="button" class="button" data-part="ask-open" hidden=!can_ask on:click=move |_| app.ask()>{TEXT.still_stuck}</button>
            <button type="button" class="button primary" data-part=part on:click=move |_| settle()>{icon(CHECK)}{label}</button>
        }
    };
    view! {
        <footer class="foot">
            {move || if confirming.get() { sure(app, confirming) } else { usual().into_any() }}
        </footer>
    }
    .into_any()
}

/// Asks before a draft is erased because something answers it.
pub fn sure(app: App, confirming: RwSignal<bool>) -> AnyView {
    view! {
        <p class="grow"><strong>{TEXT.discard_title}</strong>" "{TEXT.discard_detail}</p>
        <button type="button" class="button" data-part="resolve-cancel" on:click=move |_| confirming.set(false)>{TEXT.discard_no}</button>
        <button type="button" class="button primary" data-part="resolve-confirm" on:click=move |_| app.resolve()>{TEXT.discard_yes}</button>
    }
    .into_any()
}

/// The end of a journey that went well.
pub fn resolved(app: App) -> AnyView {
    view! {
        <header class="bar end">{close(app)}</header>
        <div class="body nothing good" data-part="resolved">
            {icon(CHECK)}
            <h2 tabindex="-1">{TEXT.resolved_title}</h2>
            <p>{TEXT.resolved_detail}</p>
            <div class="actions">
                <button type="button" class="button" data-part="search-again" on:click=move |_| app.start_over()>{TEXT.search_again}</button>
                <button type="button" class="button primary" data-part="done" data-focus="" on:click=move |_| app.close()>{TEXT.close}</button>
            </div>
        </div>
    }
    .into_any()
}
