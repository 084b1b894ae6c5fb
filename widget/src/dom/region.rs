//! Places in the tree whose content changes: one thing or another, or a list.

use super::element::{El, anchor, group};
use super::react::{Run, Source, react, source};
use reactive_graph::graph::untrack;
use reactive_graph::owner::Owner;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::Node;

/// Draws again whenever `key` gives another value, and only then: what `draw` reads on its way is not followed.
pub fn switch<K: PartialEq + 'static>(
    key: impl Fn() -> K + 'static,
    draw: impl Fn(&K) -> El + 'static,
) -> El {
    let mut drawn = None;
    region(move |place: &Place| {
        let now = key();
        if drawn.as_ref() != Some(&now) {
            place.show(&mut |()| draw(&now));
            drawn = Some(now);
        }
    })
}

/// Draws what there is, and nothing where there is nothing.
pub fn maybe<K: PartialEq + 'static>(
    key: impl Fn() -> Option<K> + 'static,
    draw: impl Fn(&K) -> El + 'static,
) -> El {
    switch(key, move |key| key.as_ref().map_or_else(group, &draw))
}

/// Draws a text, and nothing where there is none. In one shape, so that it costs its code once.
pub fn maybe_text(
    text: impl FnMut() -> Option<String> + 'static,
    draw: impl FnMut(&str) -> El + 'static,
) -> El {
    maybe_text_from(source(text), Box::new(draw))
}

fn maybe_text_from(mut text: Source<Option<String>>, mut draw: Box<dyn for<'t> Run<&'t str, El>>) -> El {
    let mut drawn: Option<String> = None;
    region(move |place| {
        let now = text.run(());
        if drawn != now {
            place.show(&mut |()| now.as_deref().map_or_else(group, |text| draw.run(text)));
            drawn = now;
        }
    })
}

/// Draws while something holds.
pub fn when(holds: impl Fn() -> bool + 'static, draw: impl Fn() -> El + 'static) -> El {
    switch(holds, move |holds| if *holds { draw() } else { group() })
}

/// A place between two marks.
struct Place {
    start: Node,
    end: Node,
    /// Owns what the content follows and listens to.
    owner: Owner,
}

impl Place {
    /// A place in `fragment`, on its way into the tree.
    fn new(fragment: &El) -> Self {
        let place = Self { start: anchor(), end: anchor(), owner: owner() };
        fragment.append(&place.start);
        fragment.append(&place.end);
        place
    }

    fn show(&self, draw: &mut dyn Run<(), El>) {
        self.owner.cleanup();
        let Some(parent) = self.end.parent_node() else { return };
        while let Some(old) = self.start.next_sibling().filter(|node| !node.is_same_node(Some(&self.end))) {
            let _ = parent.remove_child(&old);
        }
        let content = self.owner.with(|| untrack(|| draw.run(())));
        let _ = parent.insert_before(content.node(), Some(&self.end));
    }
}

fn region(follow: impl FnMut(&Place) + 'static) -> El {
    region_boxed(Box::new(follow))
}

fn region_boxed(mut follow: Box<dyn for<'p> Run<&'p Place, ()>>) -> El {
    let fragment = group();
    let place = Place::new(&fragment);
    react(move || follow.run(&place));
    fragment
}

/// An owner below the current one.
fn owner() -> Owner {
    Owner::current().map_or_else(Owner::new, |owner| owner.child())
}

/// One entry of a list.
pub struct Entry {
    /// Two entries with the same key are the same: what is drawn stays.
    pub key: String,
    /// Draws it, as one element.
    pub draw: Box<dyn FnOnce() -> El>,
}

/// An entry that is drawn.
struct Row {
    key: String,
    element: El,
    owner: Owner,
}

/// A list whose entries stay what they are while others come and go around them.
pub fn each(entries: impl FnMut() -> Vec<Entry> + 'static) -> El {
    each_from(source(entries))
}

fn each_from(mut entries: Source<Vec<Entry>>) -> El {
    let fragment = group();
    let place = Rc::new(Place::new(&fragment));
    let mut rows: Vec<Row> = Vec::new();
    react(move || {
        let entries = entries.run(());
        let Some(parent) = place.end.parent_node() else { return };
        let mut old = std::mem::take(&mut rows);
        for entry in entries {
            let known = old.iter().position(|row| row.key == entry.key).map(|at| old.remove(at));
            rows.push(known.unwrap_or_else(|| {
                let owner = place.owner.child();
                let element = owner.with(|| untrack(entry.draw));
                Row { key: entry.key, element, owner }
            }));
        }
        for row in old {
            row.owner.cleanup();
            let _ = parent.remove_child(row.element.node());
        }
        // From the end, so that each has its neighbour before it; what stands right is not touched and keeps the focus.
        let mut next = place.end.clone();
        for row in rows.iter().rev() {
            let node = row.element.node();
            if !next.previous_sibling().is_some_and(|before| before.is_same_node(Some(node))) {
                let _ = parent.insert_before(node, Some(&next));
            }
            next = node.unchecked_ref::<Node>().clone();
        }
    });
    fragment
}
