//! The ask form: what is wrong stands beside the field, what is left out stands below it, and nothing typed is lost.

use super::icon::{SHIELD, icon};
use super::panel::bar;
use super::suggestions::suggestions;
use crate::app::App;
use crate::app::error_name;
use crate::locale::{self, TEXT, fill};
use crate::state::draft::{Mark, disguised};
use api::{TemplateField, TemplateFieldKind, limits};
use leptos::html::{Input, Textarea};
use leptos::prelude::*;

/// The view.
pub fn ask(app: App) -> AnyView {
    let name = move || {
        app.info(|info| info.forum.name.clone())
            .filter(|name| !name.is_empty())
            .map_or(TEXT.ask.to_owned(), |name| fill(TEXT.ask_in, "name", &name))
    };
    let back = app.way.with_untracked(|way| match way.previous() {
        crate::state::navigation::View::Search => TEXT.back_to_results,
        _ => TEXT.back,
    });
    let open = Memo::new(move |_| app.info(|info| info.features.ask).unwrap_or(true));
    let inside = move || {
        if open.get() {
            view! { <div class="ask">{form(app)}{suggestions(app)}</div> }.into_any()
        } else {
            view! { <p class="pad quiet">{TEXT.asking_off}</p> }.into_any()
        }
    };
    view! {
        {bar(app, name.into_any(), back)}
        <div class="body" data-part="ask">{inside}</div>
        {foot(app, open)}
    }
    .into_any()
}

fn form(app: App) -> AnyView {
    let guidelines = move || {
        let text = app.info(|info| info.texts.guidelines.clone()).filter(|text| !text.is_empty());
        text.map(|text| view! { <p class="guidelines">{text}</p> })
    };
    let title_limits = move || {
        app.info(|info| info.title_chars)
            .unwrap_or((limits::TITLE_CHARS_MIN as u32, limits::TITLE_CHARS_MAX as u32))
    };
    let body_limits = move || {
        app.info(|info| info.body_chars)
            .unwrap_or((limits::BODY_CHARS_MIN as u32, limits::BODY_CHARS_MAX as u32))
    };
    let body_hint = move || {
        app.info(|info| info.template.body_hint.clone())
            .filter(|text| !text.is_empty())
            .unwrap_or(TEXT.body_hint.into())
    };
    let template = Memo::new(move |_| app.info(|info| info.template.fields.clone()).unwrap_or_default());
    let fields = move || template.get().into_iter().map(|field| template_field(app, &field)).collect_view();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        app.submit();
    };
    view! {
        <form class="form" id="ew-form" novalidate on:submit=submit inert=move || app.draft_sending()>
            {move || app.returned.get().map(|failure| returned(app, &failure))}
            {guidelines}
            {labelled(app, "title", TEXT.title_label, true, line(app, "title", TEXT.title_hint.to_owned(), true), Signal::derive(title_limits))}
            {labelled(app, "body", TEXT.body_label, true, area(app, "body", Signal::derive(body_hint)), Signal::derive(body_limits))}
            {fields}
            {tags(app)}
        </form>
    }
    .into_any()
}

fn returned(app: App, failure: &crate::api::Failure) -> AnyView {
    super::notice::failure_notice(failure, move || app.submit())
}

/// A field of the operator's template.
fn template_field(app: App, field: &TemplateField) -> AnyView {
    let name = field.name.clone();
    let entry = match field.kind {
        TemplateFieldKind::Line => line(app, &name, field.hint.clone(), false),
        TemplateFieldKind::Text => area(app, &name, Signal::stored(field.hint.clone())),
        TemplateFieldKind::Choice => choice(app, &name, &field.options),
    };
    let limits = Signal::stored((0, limits::FIELD_CHARS as u32));
    labelled(app, &name, &field.label, field.required, entry, limits)
}

fn id(field: &str) -> String {
    format!("ew-field-{field}")
}

fn note_id(field: &str) -> String {
    format!("ew-note-{field}")
}

/// A label, its entry, and what is to be said about it: what is wrong, how long it may be, what is left out.
fn labelled(
    app: App,
    field: &str,
    label: &str,
    required: bool,
    entry: AnyView,
    limits: Signal<(u32, u32)>,
) -> AnyView {
    let field = StoredValue::new(field.to_owned());
    let optional = (!required).then(|| view! { <span class="optional">{TEXT.optional}</span> });
    let marks = Memo::new(move |_| field.with_value(|field| app.draft.with(|draft| draft.marks(field))));
    let said = move || {
        let chars = field.with_value(|field| app.draft.with(|draft| draft.text(field).chars().count()));
        locale::limit(chars, limits.get()).map(|text| view! { <span class="limit">{text}</span> })
    };
    let wrong = move || {
        let error = field.with_value(|field| error_of(app, field));
        error.map(|message| view! { <span class="error" data-part="field-error">{message}</span> })
    };
    view! {
        <div class="labelled" class:first=field.with_value(|field| field == "title")>
            <label for=id(&field.get_value())>{label.to_owned()}{optional}</label>
            {entry}
            <p class="note" id=note_id(&field.get_value())>{wrong}{said}</p>
            {move || findings(app, field.get_value(), marks.get())}
        </div>
    }
    .into_any()
}

fn error_of(app: App, field: &str) -> Option<String> {
    let name = error_name(field);
    app.errors
        .with(|errors| errors.iter().find(|error| error.field == name).map(|error| error.message.clone()))
}

fn invalid(app: App, field: &str) -> impl Fn() -> Option<&'static str> + use<> {
    let field = field.to_owned();
    move || error_of(app, &field).is_some().then_some("true")
}

fn part(field: &str) -> String {
    format!("ask-{field}")
}

fn line(app: App, field: &str, hint: String, first: bool) -> AnyView {
    let name = field.to_owned();
    let node = NodeRef::<Input>::new();
    let text = follow(app, field);
    Effect::new(move |_| {
        let text = text.get();
        if let Some(node) = node.get()
            && node.value() != text
        {
            node.set_value(&text);
        }
    });
    view! {
        <input
            node_ref=node class="entry" type="text" autocomplete="off" dir="auto" id=id(field) data-part=part(field)
            data-focus=first.then_some("") placeholder=hint
            aria-invalid=invalid(app, field) aria-describedby=note_id(field)
            on:input=move |event| app.wrote(&name, event_target_value(&event))
        />
    }
    .into_any()
}

fn area(app: App, field: &str, hint: Signal<String>) -> AnyView {
    let name = field.to_owned();
    let node = NodeRef::<Textarea>::new();
    let text = follow(app, field);
    Effect::new(move |_| {
        let text = text.get();
        if let Some(node) = node.get()
            && node.value() != text
        {
            node.set_value(&text);
        }
    });
    view! {
        <textarea
            node_ref=node class="entry" rows="7" dir="auto" id=id(field) data-part=part(field) placeholder=move || hint.get()
            aria-invalid=invalid(app, field) aria-describedby=note_id(field)
            on:input=move |event| app.wrote(&name, event_target_value(&event))
        ></textarea>
    }
    .into_any()
}

fn choice(app: App, field: &str, options: &[String]) -> AnyView {
    let name = field.to_owned();
    let text = follow(app, field);
    let options = options
        .iter()
        .map(|option| {
            let value = option.clone();
            view! { <option value=option.clone() selected=move || text.with(|text| *text == value)>{option.clone()}</option> }
        })
        .collect_view();
    view! {
        <select
            class="entry" id=id(field) data-part=part(field) aria-invalid=invalid(app, field) aria-describedby=note_id(field)
            on:change=move |event| app.wrote(&name, event_target_value(&event))
        >
            <option value="" selected=move || text.with(String::is_empty)>{TEXT.choose}</option>
            {options}
        </select>
    }
    .into_any()
}

/// The text of a field as it changes.
fn follow(app: App, field: &str) -> Memo<String> {
    let field = field.to_owned();
    Memo::new(move |_| app.draft.with(|draft| draft.text(&field).to_owned()))
}

/// What the redaction finds in a field, what becomes of it, and the author's say where it is theirs.
fn findings(app: App, field: String, marks: Vec<Mark>) -> AnyView {
    if marks.is_empty() {
        return ().into_any();
    }
    let rows = marks.into_iter().map(|mark| finding(app, field.clone(), mark)).collect_view();
    view! {
        <div class="findings" data-part="findings">
            <p class="findings-title">{icon(SHIELD)}{TEXT.marks_title}</p>
            <ul>{rows}</ul>
        </div>
    }
    .into_any()
}

fn finding(app: App, field: String, mark: Mark) -> AnyView {
    let becomes = if mark.kept {
        TEXT.mark_kept.to_owned()
    } else {
        fill(TEXT.mark_becomes, "replacement", &mark.replacement)
    };
    let keep = mark.personal.then(|| {
        let text = mark.text.clone();
        let label = if mark.kept { TEXT.mark_remove } else { TEXT.mark_keep };
        view! {
            <button
                type="button" class="link" data-part="keep" aria-label=format!("{label}: {text}", text = mark.text)
                on:click=move |_| app.keep_finding(&field, &text)
            >
                {label}
            </button>
        }
    });
    view! {
        <li data-part="finding" class:kept=mark.kept>
            <span>{locale::kind(mark.kind)}" "<code dir="ltr">{disguised(&mark)}</code>" "<span class="becomes">{becomes}</span></span>
            {keep}
        </li>
    }
    .into_any()
}

/// The site's tags as chips.
fn tags(app: App) -> AnyView {
    let all = Memo::new(move |_| app.info(|info| info.tags.clone()).unwrap_or_default());
    let chips = move || {
        all.get()
            .into_iter()
            .map(|tag| {
                let (value, shown) = (tag.clone(), tag.clone());
                let chosen = move || app.draft.with(|draft| draft.tags.contains(&tag)).to_string();
                view! {
                    <button type="button" class="chip" data-part="ask-tag" aria-pressed=chosen on:click=move |_| app.tag(&value)>
                        {shown}
                    </button>
                }
            })
            .collect_view()
    };
    let wrong = move || {
        error_of(app, "tags")
            .map(|message| view! { <p class="note error" data-part="field-error">{message}</p> })
    };
    view! {
        <div class="labelled" hidden=move || all.with(Vec::is_empty)>
            <span class="label" id="ew-tags">
                {TEXT.tags_label}
                <span class="optional">{fill(TEXT.tags_hint, "count", &limits::TAGS.to_string())}</span>
            </span>
            <div class="chips wrap" role="group" aria-labelledby="ew-tags">{chips}</div>
            {wrong}
        </div>
    }
    .into_any()
}

fn foot(app: App, open: Memo<bool>) -> AnyView {
    let note = move || {
        let (name, url) =
            app.info(|info| (info.forum.name.clone(), info.forum.url.clone())).unwrap_or_default();
        if name.is_empty() || url.is_empty() {
            TEXT.submit_detail_inbox.to_owned()
        } else {
            fill(TEXT.submit_detail, "name", &name)
        }
    };
    view! {
        <footer class="foot" hidden=move || !open.get()>
            <p class="grow quiet">{note}</p>
            <button type="button" class="button" data-part="discard" hidden=move || app.draft.with(|draft| draft.is_empty())
                on:click=move |_| { app.discard_draft(); app.back() }>{TEXT.discard_draft}</button>
            <button type="submit" form="ew-form" class="button primary" data-part="submit" disabled=move || app.draft_sending()>
                {move || if app.draft_sending() { TEXT.submitting } else { TEXT.submit }}
            </button>
        </footer>
    }
    .into_any()
}
