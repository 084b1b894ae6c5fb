//! The ask form: what is wrong stands beside the field, what is left out stands below it, and nothing typed is lost.

use super::entry::{Entry, Limits, labelled};
use super::notice::failure_notice;
use super::panel::bar;
use super::suggestions::suggestions;
use crate::app::App;
use crate::dom::element::{El, button, el, group, live};
use crate::dom::region::{maybe, maybe_text, switch};
use crate::locale::{TEXT, fill, plural};
use crate::state::navigation::View;
use api::{TemplateField, TemplateFieldKind, limits};

/// The view.
pub fn ask(app: App) -> El {
    let name = move || {
        app.info(|info| info.forum.name.clone())
            .filter(|name| !name.is_empty())
            .map_or(TEXT.ask.to_owned(), |name| fill(TEXT.ask_in, "name", &name))
    };
    let back = app.way.with_untracked(|way| match way.previous() {
        View::Search => TEXT.back_to_results,
        _ => TEXT.back,
    });
    let inside = switch(
        move || app.can_ask(),
        move |open| {
            if *open {
                el("div.ask").child(form(app)).child(suggestions(app))
            } else {
                el("p.pad.quiet").child(TEXT.asking_off)
            }
        },
    );
    // While the form is on its way nothing in it takes the focus, and the keyboard must still be able to scroll.
    let body = el("div.body@ask").follow("tabindex", move || app.draft_sending().then(|| "0".to_owned()));
    group().child(bar(app, live(name), back)).child(body.child(inside)).child(foot(app))
}

fn form(app: App) -> El {
    let returned =
        maybe(move || app.returned.get(), move |failure| failure_notice(failure, move || app.submit()));
    let guidelines = maybe_text(
        move || app.info(|info| info.texts.guidelines.clone()).filter(|text| !text.is_empty()),
        |text| el("p.guidelines").child(text),
    );
    let fields = switch(
        move || app.site.state.with(|line| line.edition()),
        move |_| {
            let draw = |info: &api::SiteInfo| {
                info.template.fields.iter().fold(group(), |all, field| all.child(template_field(app, field)))
            };
            app.info_untracked(draw).unwrap_or_else(group)
        },
    );
    el("form.form")
        .set("id", "ew-form")
        .set("novalidate", "")
        .flag("inert", move || app.draft_sending())
        .on("submit", move |event| {
            event.prevent_default();
            app.submit();
        })
        .child(returned)
        .child(guidelines)
        .child(title(app))
        .child(body(app))
        .child(fields)
        .child(tags(app))
}

fn title(app: App) -> El {
    let limits = Limits {
        usual: (limits::TITLE_CHARS_MIN as u32, limits::TITLE_CHARS_MAX as u32),
        own: |info| info.title_chars,
    };
    let entry = Entry::line("title", TEXT.title_hint).first();
    labelled(app, entry, TEXT.title_label, true, limits)
}

fn body(app: App) -> El {
    let limits = Limits {
        usual: (limits::BODY_CHARS_MIN as u32, limits::BODY_CHARS_MAX as u32),
        own: |info| info.body_chars,
    };
    let hint = move || {
        let own = app.info(|info| info.template.body_hint.clone()).filter(|text| !text.is_empty());
        own.unwrap_or(TEXT.body_hint.to_owned())
    };
    let entry = Entry::text("body").follow("placeholder", move || Some(hint()));
    labelled(app, entry, TEXT.body_label, true, limits)
}

/// A field of the operator's template.
fn template_field(app: App, field: &TemplateField) -> El {
    let entry = match field.kind {
        TemplateFieldKind::Line => Entry::line(&field.name, &field.hint),
        TemplateFieldKind::Text => Entry::text(&field.name).set("placeholder", &field.hint),
        TemplateFieldKind::Choice => Entry::choice(&field.name, &field.options),
    };
    const LIMITS: (u32, u32) = (0, limits::FIELD_CHARS as u32);
    labelled(app, entry, &field.label, field.required, Limits { usual: LIMITS, own: |_| LIMITS })
}

/// The site's tags as chips.
fn tags(app: App) -> El {
    let all = move || app.info(|info| info.tags.clone()).unwrap_or_default();
    let chips = switch(all, move |tags| {
        tags.iter().fold(group(), |chips, tag| {
            let (mine, pressed) = (tag.clone(), tag.clone());
            let chosen = move || app.draft.with(|draft| draft.tags.contains(&mine));
            let chip = button(".chip@ask-tag", move || app.tag(&pressed)).state("aria-pressed", chosen);
            chips.child(chip.child(tag.as_str()))
        })
    });
    let wrong =
        maybe_text(move || app.error_of("tags"), |message| el("p.note.error@field-error").child(message));
    let hint = el("span.optional").child(plural(limits::TAGS as u64, TEXT.tags_hint));
    let label = el("span.label").set("id", "ew-tags").child(TEXT.tags_label).child(" ").child(hint);
    let group = el("div.chips.wrap").set("role", "group").set("aria-labelledby", "ew-tags").child(chips);
    el("div.labelled").flag("hidden", move || all().is_empty()).child(label).child(group).child(wrong)
}

fn foot(app: App) -> El {
    let note = move || {
        let (name, url) =
            app.info(|info| (info.forum.name.clone(), info.forum.url.clone())).unwrap_or_default();
        if name.is_empty() || url.is_empty() {
            TEXT.submit_detail_inbox.to_owned()
        } else {
            fill(TEXT.submit_detail, "name", &name)
        }
    };
    let discard = button(".button@discard", move || {
        app.discard_draft();
        app.back();
    });
    let label = move || if app.draft_sending() { TEXT.submitting } else { TEXT.submit }.to_owned();
    let submit = el("button.button.primary@submit")
        .set("type", "submit")
        .set("form", "ew-form")
        .flag("disabled", move || app.draft_sending())
        .child(live(label));
    let discard = discard
        .flag("disabled", move || app.draft_sending())
        .flag("hidden", move || app.draft.with(|draft| draft.is_empty()));
    el("div.foot")
        .flag("hidden", move || !app.can_ask())
        .child(el("p.grow.quiet").child(live(note)))
        .child(discard.child(TEXT.discard_draft))
        .child(submit)
}
