//! The search: a combobox whose list is the results, facets as chips, and no state without a way on.

use super::blocks::marked;
use super::icon::{CHECK, CHEVRON, INBOX, OUT, PAGE, PEN, SEARCH, STAR, TALK, icon};
use super::notice::{failure_notice, waiting};
use super::panel::close;
use crate::app::App;
use crate::dom::page;
use crate::highlight::link_target;
use crate::locale::{self, TEXT, fill, plural};
use crate::state::lookup::Phase;
use crate::state::navigation::View;
use crate::state::search::{Chip, chips};
use api::Hit;
use leptos::html::Input;
use leptos::prelude::*;

/// What the middle of the view shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Middle {
    Empty,
    Waiting,
    Failed,
    Nothing,
    Results,
}

/// The view.
pub fn search(app: App) -> AnyView {
    let middle = Memo::new(move |_| {
        app.results.state.with(|line| match (line.phase(), line.answer()) {
            (Phase::Idle, _) => Middle::Empty,
            (Phase::Failed(_), _) => Middle::Failed,
            (_, None) => Middle::Waiting,
            (_, Some(answer)) if answer.hits.is_empty() => Middle::Nothing,
            (_, Some(_)) => Middle::Results,
        })
    });
    let shown = move || match middle.get() {
        Middle::Empty => empty(app),
        Middle::Waiting => waiting(),
        Middle::Failed => failed(app),
        Middle::Nothing => nothing(app),
        Middle::Results => results(app),
    };
    view! {
        <header class="bar" class:busy=move || app.results.state.with(|line| line.busy())>
            {field(app, middle)}
            {close(app)}
        </header>
        {filters(app, middle)}
        <div class="body" data-part="body">{shown}</div>
        {foot(app, middle)}
    }
    .into_any()
}

/// The field with its list's state.
fn field(app: App, middle: Memo<Middle>) -> AnyView {
    let input = NodeRef::<Input>::new();
    // Set only where it differs: writing the value moves the caret and breaks a composition.
    Effect::new(move |_| {
        let text = app.search.with(|search| search.text.clone());
        if let Some(input) = input.get()
            && input.value() != text
        {
            input.set_value(&text);
        }
    });
    let pressed = move |event: web_sys::KeyboardEvent| {
        let plain = !event.is_composing()
            && !event.ctrl_key()
            && !event.meta_key()
            && !event.alt_key()
            && !event.shift_key();
        if plain && app.pressed(&event.key()) {
            event.prevent_default();
        }
    };
    let placeholder = move || {
        let own = app.info(|info| (info.texts.placeholder.clone(), info.texts.name.clone()));
        match own {
            Some((placeholder, _)) if !placeholder.is_empty() => placeholder,
            Some((_, name)) if !name.is_empty() => fill(TEXT.search_placeholder, "name", &name),
            _ => TEXT.search_placeholder_plain.to_owned(),
        }
    };
    let active = move || app.search.with(|search| search.selection.active()).map(option_id);
    view! {
        <div class="field" role="search">
            {icon(SEARCH)}
            <input
                node_ref=input type="text" inputmode="search" enterkeyhint="search" autocomplete="off" autocapitalize="none"
                spellcheck="false" role="combobox" aria-autocomplete="list" aria-controls="ew-list"
                aria-label=TEXT.search_label data-part="search-input" data-focus="" dir="auto"
                aria-expanded=move || (middle.get() == Middle::Results).to_string()
                aria-activedescendant=active
                placeholder=placeholder
                on:input=move |event| app.typed(event_target_value(&event))
                on:keydown=pressed
            />
            <button
                type="button" class="link" data-part="clear"
                hidden=move || app.search.with(|search| search.text.is_empty())
                on:click=move |_| { app.clear(); app.place_focus() }
            >
                {TEXT.clear}
            </button>
        </div>
    }
    .into_any()
}

fn option_id(at: usize) -> String {
    format!("ew-hit-{at}")
}

/// Facets as chips.
fn filters(app: App, middle: Memo<Middle>) -> AnyView {
    let all = Memo::new(move |_| {
        if !matches!(middle.get(), Middle::Results | Middle::Nothing) {
            return Vec::new();
        }
        let filters = app.search.with(|search| search.filters.clone());
        app.results
            .state
            .with(|line| line.answer().map(|answer| chips(&answer.facets, &filters)).unwrap_or_default())
    });
    // Keyed, as the hits are: while somebody presses a chip, the results may change under their finger.
    let row = view! {
        <For each=move || all.get() key=|chip| (chip.facet, chip.value.clone()) children=move |chip| filter(app, all, chip) />
    };
    view! {
        <div class="chips" role="group" aria-label=TEXT.filters_label hidden=move || all.with(Vec::is_empty)>{row}</div>
    }
    .into_any()
}

fn filter(app: App, all: Memo<Vec<Chip>>, chip: Chip) -> AnyView {
    let Chip { facet, value, .. } = chip;
    let (pressed, label) = (value.clone(), locale::facet(facet, &value));
    let now = Memo::new(move |_| {
        all.with(|all| {
            let chip = all.iter().find(|chip| chip.facet == facet && chip.value == value);
            chip.map(|chip| (chip.count, chip.chosen)).unwrap_or_default()
        })
    });
    view! {
        <button
            type="button" class="chip" data-part="chip" data-value=pressed.clone() aria-pressed=move || now.get().1.to_string()
            on:click=move |_| app.filter(facet, &pressed)
        >
            {label}
            <span class="count">{move || now.get().0}</span>
        </button>
    }
    .into_any()
}

/// Before anything is searched for: a greeting, and what the reader has left unfinished.
fn empty(app: App) -> AnyView {
    let greeting = move || {
        app.info(|info| info.texts.greeting.clone())
            .filter(|text| !text.is_empty())
            .unwrap_or(TEXT.greeting.to_owned())
    };
    let draft = move || {
        let title = app.draft.with(|draft| (!draft.is_empty()).then(|| draft.title.clone()))?;
        let title = if title.trim().is_empty() { TEXT.draft_untitled.to_owned() } else { title };
        Some(view! {
            <button type="button" class="card" data-part="draft" on:click=move |_| app.resume_draft()>
                {icon(PEN)}
                <span class="card-text"><span class="card-label">{TEXT.draft_waiting}</span><span dir="auto">{title}</span></span>
                {icon(CHEVRON)}
            </button>
        })
    };
    let waiting = move || {
        let all = app.unsent.get();
        all.into_iter().map(|(unsent, _)| {
            let key = unsent.key.clone();
            view! {
                <button type="button" class="card" data-part="unsent" on:click=move |_| app.go(View::Unsent(key.clone()))>
                    {icon(INBOX)}
                    <span class="card-text">
                        <span class="card-label">{TEXT.state_unsent}</span><span dir="auto">{unsent.request.title}</span>
                    </span>
                    {icon(CHEVRON)}
                </button>
            }
        }).collect_view()
    };
    let answered = move || {
        let all = app.questions.get();
        all.all().iter().filter(|asked| asked.unread() > 0).map(|asked| {
            let receipt = asked.status.receipt.clone();
            let label = plural(asked.unread() as u64, TEXT.new_reply_one, TEXT.new_reply_many);
            view! {
                <button type="button" class="card card-new" data-part="unread" on:click=move |_| app.go(View::Question(receipt.clone()))>
                    {icon(TALK)}
                    <span class="card-text">
                        <span class="card-label">{label}</span><span dir="auto">{asked.status.title.clone()}</span>
                    </span>
                    {icon(CHEVRON)}
                </button>
            }
        }).collect_view()
    };
    let offer = move || {
        let drafting = app.draft.with(|draft| !draft.is_empty());
        (!drafting && can_ask(app)).then(|| way_card(PEN, TEXT.ask, TEXT.ask_detail, move || app.ask()))
    };
    let forum = move || {
        let (name, url) = app.info(|info| (info.forum.name.clone(), info.forum.url.clone()))?;
        let url = link_target(&url)?.to_owned();
        Some(view! {
            <a class="card" href=url target="_blank" rel="noopener" data-part="open-forum">
                {icon(TALK)}
                <span class="card-text"><span>{fill(TEXT.browse, "name", &name)}</span><span class="card-label">{TEXT.browse_detail}</span></span>
                {icon(OUT)}
            </a>
        })
    };
    view! {
        <div class="empty" data-part="empty">
            <div class="hello">
                <h2>{greeting}</h2>
                <p>{TEXT.empty_detail}</p>
            </div>
            {answered}{waiting}{draft}{offer}{forum}
        </div>
    }
    .into_any()
}

/// A card that leads on.
fn way_card(
    path: &'static str,
    title: &'static str,
    detail: &'static str,
    act: impl Fn() + 'static,
) -> AnyView {
    view! {
        <button type="button" class="card" data-part="ask-open" on:click=move |_| act()>
            {icon(path)}
            <span class="card-text"><span>{title}</span><span class="card-label">{detail}</span></span>
            {icon(CHEVRON)}
        </button>
    }
    .into_any()
}

fn failed(app: App) -> AnyView {
    let notice = move || {
        app.results.state.with(|line| {
            line.failure().map(|failure| failure_notice(failure, move || app.results.retry(app)))
        })
    };
    view! { <div class="pad">{notice}</div> }.into_any()
}

/// Nothing was found: fewer filters, or a question.
fn nothing(app: App) -> AnyView {
    let query = move || app.search.with(|search| search.text.trim().to_owned());
    let filtered = move || app.search.with(|search| !search.filters.is_empty());
    view! {
        <div class="nothing" data-part="no-result">
            {icon(SEARCH)}
            <h2 dir="auto">{move || if filtered() { TEXT.none_filtered.to_owned() } else { fill(TEXT.none_title, "query", &query()) }}</h2>
            <p>{TEXT.none_detail}</p>
            <div class="actions">
                <button type="button" class="button" data-part="clear-filters" hidden=move || !filtered() on:click=move |_| app.drop_filters()>
                    {TEXT.clear_filters}
                </button>
                <button
                    type="button" class="button primary" data-part="ask-this" hidden=move || !can_ask(app)
                    on:click=move |_| app.ask()
                >
                    {icon(PEN)}{TEXT.ask_this}
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// The results.
fn results(app: App) -> AnyView {
    let hits = Memo::new(move |_| {
        app.results.state.with(|line| line.answer().map(|answer| answer.hits.clone()).unwrap_or_default())
    });
    let total =
        Memo::new(move |_| app.results.state.with(|line| line.answer().map_or(0, |answer| answer.total)));
    // A hit that is replaced between press and release must not open another one in its place.
    let key = |(at, hit): &(usize, Hit)| {
        let passage = hit.passage.as_ref().map(|passage| &passage.text);
        format!("{at} {} {:?} {passage:?}", hit.key, hit.title)
    };
    let each = move || hits.get().into_iter().enumerate().collect::<Vec<_>>();
    let list = view! { <For each=each key=key children=move |(at, found)| hit(app, at, found) /> };
    view! {
        <p class="total" data-part="count">{move || locale::results(total.get())}</p>
        <ul id="ew-list" class="hits" role="listbox" aria-label=TEXT.results_label data-part="results">{list}</ul>
        <div class="actions" hidden=move || hits.with(|hits| hits.len() as u64 >= total.get())>
            <button type="button" class="button" data-part="more" disabled=move || app.extending.get() on:click=move |_| app.extend()>
                {TEXT.more}
            </button>
        </div>
    }
    .into_any()
}

/// One result. A click opens it; the field keeps the focus, as the pattern wants it.
fn hit(app: App, at: usize, hit: Hit) -> AnyView {
    let key = hit.key.clone();
    let selected = move || app.search.with(|search| search.selection.active() == Some(at)).to_string();
    let (lead, rested) = (hit.passage.clone(), hit.key.clone());
    let shown = Memo::new(move |_| {
        app.peeked.with(|peeked| peeked.get(&rested).cloned().flatten()).or_else(|| lead.clone())
    });
    let passage = move || {
        shown.get().map(|passage| {
            let from =
                locale::passage(passage.from).map(|from| view! { <span class="from">{from}" "</span> });
            view! { <p class="passage" dir="auto">{from}{marked(&passage.text)}</p> }
        })
    };
    let under = hit.key.clone();
    view! {
        <li
            id=option_id(at) class="hit" role="option" aria-selected=selected data-part="hit" data-key=hit.key.clone()
            on:mousemove=move |_| app.search.update(|search| search.selection.point(at))
            on:pointerenter=move |event| if event.pointer_type() == "mouse" { app.rest_on(&under) }
            on:pointerleave=move |_| app.leave()
            on:click=move |_| app.open_thread(key.clone())
        >
            {icon(if hit.source == "docs" { PAGE } else { TALK })}
            <div class="hit-text">
                <p class="hit-title" dir="auto">{marked(&hit.title)}</p>
                {passage}
                {meta(&hit)}
            </div>
            {icon(CHEVRON)}
        </li>
    }
    .into_any()
}

/// Badges and where a thread stands, in one line.
pub fn meta(hit: &Hit) -> AnyView {
    let docs = hit.source == "docs";
    let solved = hit.accepted.then(|| view! { <span class="badge badge-solved" data-part="badge-accepted">{icon(CHECK)}{TEXT.accepted}</span> });
    let staff = hit.staff.then(
        || view! { <span class="badge badge-staff" data-part="badge-staff">{icon(STAR)}{TEXT.staff}</span> },
    );
    let place = hit.category.clone().unwrap_or_else(|| locale::source(&hit.source).to_owned());
    let answers = (!docs).then(|| view! { <span>{locale::answers(hit.answers)}</span> });
    let when = page::seconds_since(&hit.created_at)
        .filter(|_| !docs)
        .map(|past| view! { <span>{locale::ago(past)}</span> });
    view! { <p class="meta">{solved}{staff}<span>{place}</span>{answers}{when}</p> }.into_any()
}

fn can_ask(app: App) -> bool {
    app.info(|info| info.features.ask).unwrap_or(true)
}

/// The ways on that are always there.
fn foot(app: App, middle: Memo<Middle>) -> AnyView {
    let asked =
        Memo::new(move |_| app.questions.with(|questions| (questions.all().len(), questions.unread())));
    let yours = move || {
        let (all, unread) = asked.get();
        (all > 0).then(|| {
            view! {
                <button type="button" class="link" class:new=(unread > 0) data-part="your-questions" on:click=move |_| app.go(View::Questions)>
                    {icon(INBOX)}{TEXT.your_questions}<span class="count">{all}</span>
                </button>
            }
        })
    };
    let lost = move || {
        (middle.get() == Middle::Results).then(|| view! { <span class="grow">{TEXT.not_found_yet}</span> })
    };
    // The empty view and the one without results offer the same by themselves.
    let offered = move || match middle.get() {
        Middle::Empty => app.draft.with(|draft| draft.is_empty()),
        Middle::Nothing => true,
        Middle::Waiting | Middle::Failed | Middle::Results => false,
    };
    let ask = move || {
        (can_ask(app) && !offered()).then(|| {
            view! {
                <button type="button" class="button" data-part="ask-open" on:click=move |_| app.ask()>
                    {icon(PEN)}
                    {TEXT.ask}
                </button>
            }
        })
    };
    view! {
        <footer class="foot">{yours}{lost}{ask}</footer>
    }
    .into_any()
}
