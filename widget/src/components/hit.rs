//! One result in the list, and the lines that suggestions share with it.

use super::blocks::marked;
use super::icon::{CHECK, CHEVRON, PAGE, STAR, TALK, icon};
use crate::app::App;
use crate::dom::element::{El, el, group};
use crate::dom::page;
use crate::dom::region::maybe;
use crate::locale::{self, TEXT};
use api::Hit;
use wasm_bindgen::JsCast;
use web_sys::PointerEvent;

/// The id of a result's element, by its place in the list.
pub fn option_id(at: usize) -> String {
    format!("ew-hit-{at}")
}

/// A result at its place in the list.
#[derive(Debug, Clone)]
pub struct Drawn {
    at: usize,
    hit: Hit,
}

impl Drawn {
    /// The result at a place.
    pub fn new(at: usize, hit: &Hit) -> Self {
        Self { at, hit: hit.clone() }
    }

    /// What is drawn of it, see [`look`].
    pub fn key(&self) -> String {
        look(self.at, &self.hit)
    }
}

/// What is drawn of a result, in one text: two that share it look the same and open the same.
pub fn look(at: usize, hit: &Hit) -> String {
    let mut key = format!("{at} {} {}", hit.key, locale::why(hit).unwrap_or_default());
    for text in [Some(&hit.title), hit.passage.as_ref().map(|passage| &passage.text)].into_iter().flatten() {
        key.push_str(&text.text);
        for range in &text.ranges {
            key.push_str(&format!(" {}-{}", range.start, range.end));
        }
    }
    key
}

/// One result. A click opens it; the field keeps the focus, as the pattern wants it.
pub fn hit(app: App, Drawn { at, hit }: Drawn) -> El {
    let (opened, rested, under) = (hit.key.clone(), hit.key.clone(), hit.key.clone());
    let lead = hit.passage.clone();
    let shown = move || {
        app.peeked
            .with(|peeked| {
                peeked.iter().find(|(key, _)| *key == rested).and_then(|(_, passage)| passage.clone())
            })
            .or_else(|| lead.clone())
    };
    let passage = maybe(shown, |passage| {
        // Isolated: the passage's own words say which way it is read.
        let from = locale::passage(passage.from);
        let from = from.map(|from| group().child(el("bdi.from").child(from)).child(" "));
        el("p.passage").set("dir", "auto").child(from).child(marked(&passage.text))
    });
    let why_id = format!("ew-why-{at}");
    let why = why(&hit, &why_id);
    let text = el("div.hit-text")
        .child(el("p.hit-title").set("dir", "auto").child(marked(&hit.title)))
        .child(passage)
        .child(meta(&hit));
    el("li.hit@hit")
        .set("id", &option_id(at))
        .set("role", "option")
        .set("data-key", &hit.key)
        .set_some("aria-describedby", why.is_some().then_some(&why_id))
        .state("aria-selected", move || app.search.with(|search| search.selection.active() == Some(at)))
        .on("mousemove", move |_| app.point_at(at))
        .on("pointerenter", move |event| {
            if event.unchecked_ref::<PointerEvent>().pointer_type() == "mouse" {
                app.rest_on(&under);
            }
        })
        .on("pointerleave", move |_| app.leave())
        .on("click", move |_| app.open_thread(opened.clone()))
        .child(icon(if hit.source == "docs" { PAGE } else { TALK }))
        .child(text.child(why))
        .child(icon(CHEVRON))
}

/// Why a hit is there, in a quiet line. It describes the hit, by its id and `aria-describedby`, and is kept out of its name,
/// which is long enough.
pub fn why(hit: &Hit, id: &str) -> Option<El> {
    locale::why(hit).map(|text| el("p.why@why").set("id", id).set("aria-hidden", "true").child(text))
}

/// Badges and where a thread stands, in one line.
pub fn meta(hit: &Hit) -> El {
    let docs = hit.source == "docs";
    let solved = hit
        .accepted
        .then(|| el("span.badge.badge-solved@badge-accepted").child(icon(CHECK)).child(TEXT.accepted));
    let staff =
        hit.staff.then(|| el("span.badge.badge-staff@badge-staff").child(icon(STAR)).child(TEXT.staff));
    let place = hit.category.as_deref().unwrap_or_else(|| locale::source(&hit.source));
    let span = |text: String| el("span").child(text);
    let answers = (!docs).then(|| span(locale::answers(hit.answers)));
    let when = page::seconds_since(&hit.created_at).filter(|_| !docs).map(|past| span(locale::ago(past)));
    el("p.meta").child(solved).child(staff).child(el("span").child(place)).child(answers).child(when)
}
