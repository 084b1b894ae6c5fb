//! The search: a combobox whose list is the results, facets as chips, and no state without a way on.

use super::hit::{Drawn, hit, option_id};
use super::icon::{INBOX, PEN, SEARCH, icon};
use super::notice::{failure_notice, waiting};
use super::panel::close;
use super::start::start;
use crate::app::App;
use crate::dom::element::{El, button, el, group, live};
use crate::dom::region::{Entry, each, maybe, maybe_text, switch, when};
use crate::locale::{self, TEXT, fill};
use crate::state::lookup::Phase;
use crate::state::navigation::View;
use crate::state::search::{Chip, chips};
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

/// What the middle of the view shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Middle {
    Empty,
    Waiting,
    Failed,
    Nothing,
    Results,
}

impl Middle {
    fn of(app: App) -> Self {
        app.results.state.with(|line| match (line.phase(), line.answer()) {
            (Phase::Idle, _) => Self::Empty,
            (Phase::Failed(_), _) => Self::Failed,
            (_, None) => Self::Waiting,
            (_, Some(answer)) if answer.hits.is_empty() => Self::Nothing,
            (_, Some(_)) => Self::Results,
        })
    }
}

/// The view.
pub fn search(app: App) -> El {
    let bar = el("div.bar").toggle("busy", move || app.results.state.with(|line| line.busy()));
    let middle = switch(
        move || Middle::of(app),
        move |middle| match middle {
            Middle::Empty => start(app),
            Middle::Waiting => waiting(),
            Middle::Failed => failed(app),
            Middle::Nothing => nothing_found(app),
            Middle::Results => results(app),
        },
    );
    // The results, and the bars before them, take no focus, so their scroller does.
    let scrolls =
        move || matches!(Middle::of(app), Middle::Results | Middle::Waiting).then(|| "0".to_owned());
    let body = el("div.body@body").follow("tabindex", scrolls);
    group()
        .child(bar.child(field(app)).child(close(app)))
        .child(filters(app))
        .child(body.child(middle))
        .child(foot(app))
}

/// The field with its list's state.
fn field(app: App) -> El {
    let placeholder = move || {
        let own = app.info(|info| (info.texts.placeholder.clone(), info.texts.name.clone()));
        match own {
            Some((placeholder, _)) if !placeholder.is_empty() => placeholder,
            Some((_, name)) if !name.is_empty() => fill(TEXT.search_placeholder, "name", &name),
            _ => TEXT.search_placeholder_plain.to_owned(),
        }
    };
    let fixed = [
        ("type", "text"),
        ("inputmode", "search"),
        ("enterkeyhint", "search"),
        ("autocomplete", "off"),
        ("autocapitalize", "none"),
        ("spellcheck", "false"),
        ("role", "combobox"),
        ("aria-autocomplete", "list"),
        ("aria-controls", "ew-list"),
        ("aria-label", TEXT.search_label),
        ("data-focus", ""),
        ("dir", "auto"),
    ];
    let input = fixed.iter().fold(el("input@search-input"), |input, (name, value)| input.set(name, value));
    let input = input
        .state("aria-expanded", move || Middle::of(app) == Middle::Results)
        .follow("aria-activedescendant", move || {
            app.search.with(|search| search.selection.active()).map(option_id)
        })
        .follow("placeholder", move || Some(placeholder()))
        .value(move || app.search.with(|search| search.text.clone()))
        .on_input(move |text| app.typed(text))
        .on("keydown", move |event| {
            let key = event.unchecked_ref::<KeyboardEvent>();
            let held = key.ctrl_key() || key.meta_key() || key.alt_key() || key.shift_key();
            if !held && !key.is_composing() && app.pressed(&key.key()) {
                event.prevent_default();
            }
        });
    let clear = button(".link@clear", move || {
        app.clear();
        app.place_focus();
    });
    let clear = clear.flag("hidden", move || app.search.with(|search| search.text.is_empty()));
    el("div.field").set("role", "search").child(icon(SEARCH)).child(input).child(clear.child(TEXT.clear))
}

/// Facets as chips, of the results that are shown.
fn filters(app: App) -> El {
    let all = move || match Middle::of(app) {
        Middle::Results | Middle::Nothing => shown_chips(app),
        Middle::Empty | Middle::Waiting | Middle::Failed => Vec::new(),
    };
    // Keyed, as the hits are: while somebody presses a chip, the results may change under their finger.
    let entries = move || {
        let entry = |chip: Chip| Entry {
            key: format!("{} {}", chip.facet as u8, chip.value),
            draw: Box::new(move || filter(app, chip)),
        };
        all().into_iter().map(entry).collect()
    };
    el("div.chips")
        .set("role", "group")
        .set("aria-label", TEXT.filters_label)
        .flag("hidden", move || all().is_empty())
        .child(each(entries))
}

fn shown_chips(app: App) -> Vec<Chip> {
    app.search.with(|search| {
        let facets = |line: &crate::state::search::Results| {
            line.answer().map(|answer| chips(&answer.facets, &search.filters)).unwrap_or_default()
        };
        app.results.state.with(facets)
    })
}

fn filter(app: App, chip: Chip) -> El {
    let Chip { facet, value, .. } = chip;
    let label = locale::facet(facet, &value);
    let (mine, pressed, named) = (value.clone(), value.clone(), value.clone());
    let now = move |value: &str| {
        shown_chips(app).into_iter().find(|chip| chip.facet == facet && chip.value == value)
    };
    let count = move || now(&value).and_then(|chip| chip.count).map(locale::number);
    button(".chip@chip", move || app.filter(facet, &pressed))
        .set("data-value", &named)
        .state("aria-pressed", move || now(&mine).is_some_and(|chip| chip.chosen))
        .child(label)
        .child(el("span.count").child(live(move || count().unwrap_or_default())))
}

fn failed(app: App) -> El {
    let failure = move || app.results.state.with(|line| line.failure().cloned());
    el("div.pad").child(maybe(failure, move |failure| failure_notice(failure, move || app.retry_search())))
}

/// Nothing was found: fewer filters, or a question.
fn nothing_found(app: App) -> El {
    let filtered = move || app.search.with(|search| !search.filters.is_empty());
    let title = move || {
        if filtered() {
            return TEXT.none_filtered.to_owned();
        }
        fill(TEXT.none_title, "query", app.search.with(|search| search.text.clone()).trim())
    };
    let fewer = button(".button@clear-filters", move || app.drop_filters());
    let ask = button(".button.primary@ask-this", move || app.ask());
    let actions = el("div.actions")
        .child(fewer.flag("hidden", move || !filtered()).child(TEXT.clear_filters))
        .child(ask.flag("hidden", move || !app.can_ask()).child(icon(PEN)).child(TEXT.ask_this));
    el("div.nothing@no-result")
        .child(icon(SEARCH))
        .child(el("h2").set("dir", "auto").child(live(title)))
        .child(el("p").child(TEXT.none_detail))
        .child(actions)
}

/// The results.
fn results(app: App) -> El {
    let counts = move || {
        app.results
            .state
            .with(|line| line.answer().map_or((0, 0), |answer| (answer.hits.len(), answer.total)))
    };
    // A hit that is replaced between press and release must not open another one in its place.
    let entries = move || {
        app.results.state.with(|line| {
            let hits = line.answer().map(|answer| answer.hits.as_slice()).unwrap_or_default();
            let entry = |(at, found): (usize, &api::Hit)| {
                let drawn = Drawn::new(at, found);
                Entry { key: drawn.key(), draw: Box::new(move || hit(app, drawn)) }
            };
            hits.iter().enumerate().map(entry).collect()
        })
    };
    let list = el("ul.hits@results").set("id", "ew-list").set("role", "listbox");
    let more = button(".button@more", move || app.extend()).flag("disabled", move || app.extending.get());
    let all_shown = move || {
        let (shown, total) = counts();
        shown as u64 >= total
    };
    group()
        .child(meant(app))
        .child(el("p.total@count").child(live(move || locale::results(counts().1))))
        .child(list.set("aria-label", TEXT.results_label).child(each(entries)))
        .child(el("div.actions").flag("hidden", all_shown).child(more.child(TEXT.more)))
}

/// The query without its typos, to search for instead.
fn meant(app: App) -> El {
    let query =
        move || app.results.state.with(|line| line.answer().and_then(|answer| answer.did_you_mean.clone()));
    let (before, after) = TEXT.did_you_mean.split_once("{query}").unwrap_or((TEXT.did_you_mean, ""));
    maybe_text(query, move |query| {
        let wanted = query.to_owned();
        let words = el("span").child(before).child(el("strong").set("dir", "auto").child(query));
        button(".link.meant@did-you-mean", move || app.search_meant(wanted.clone())).child(words.child(after))
    })
}

/// The ways on that are always there.
fn foot(app: App) -> El {
    let asked = move || app.questions.with(|questions| (questions.all().len(), questions.unread() > 0));
    let yours = switch(asked, move |(all, unread)| {
        if *all == 0 {
            return group();
        }
        button(".link@your-questions", move || app.go(View::Questions))
            .class_if(*unread, "new")
            .child(icon(INBOX))
            .child(TEXT.your_questions)
            .child(el("span.count").child(all.to_string()))
    });
    let lost = when(move || Middle::of(app) == Middle::Results, || el("span.grow").child(TEXT.not_found_yet));
    // The empty view and the one without results offer the same by themselves.
    let offered = move || match Middle::of(app) {
        Middle::Empty => app.draft.with(|draft| draft.is_empty()),
        Middle::Nothing => true,
        Middle::Waiting | Middle::Failed | Middle::Results => false,
    };
    let ask = when(
        move || app.can_ask() && !offered(),
        move || button(".button@ask-open", move || app.ask()).child(icon(PEN)).child(TEXT.ask),
    );
    el("div.foot").child(yours).child(lost).child(ask)
}
