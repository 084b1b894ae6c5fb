//! Elements: made, filled and listened to by one type, which holds whatever is drawn.
//!
//! Leptos's own views are a type each, and each type brings its code (docs/size.md); this is Leptos's reactive core over
//! the browser's nodes. Everything becomes elements, attributes and text nodes: no markup is parsed, so a page with Trusted
//! Types allows it and nothing that people wrote can run.

use super::react::{Run, Source, keep, react, source};
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event, EventTarget, Node};

/// What is drawn: an element, a text, or a fragment of several.
#[derive(Debug, Clone)]
pub struct El(Node);

fn document() -> Document {
    web_sys::window().and_then(|window| window.document()).unwrap_throw()
}

/// An element by its shape: `tag.class.class@part`, where `part` becomes `data-part`.
pub fn el(shape: &str) -> El {
    let (shape, part) = shape.split_once('@').unwrap_or((shape, ""));
    let (tag, classes) = shape.split_once('.').unwrap_or((shape, ""));
    let made = El(document().create_element(tag).unwrap_throw().into());
    let made = if classes.is_empty() { made } else { made.set("class", &classes.replace('.', " ")) };
    if part.is_empty() { made } else { made.set("data-part", part) }
}

/// An element of SVG.
pub fn svg(tag: &str) -> El {
    El(document().create_element_ns(Some("http://www.w3.org/2000/svg"), tag).unwrap_throw().into())
}

/// A button, `shape` without the tag, that does something when it is pressed.
pub fn button(shape: &str, mut act: impl FnMut() + 'static) -> El {
    el(&["button", shape].concat()).set("type", "button").on("click", move |_| act())
}

/// Several side by side, without an element around them.
pub fn group() -> El {
    El(document().create_document_fragment().into())
}

/// Nothing at all.
pub fn nothing() -> El {
    group()
}

/// A text that follows what it reads.
pub fn live(text: impl Fn() -> String + 'static) -> El {
    live_from(source(text))
}

fn live_from(mut text: Source<String>) -> El {
    let node = document().create_text_node("");
    let shown = node.clone();
    react(move || {
        let text = text.run(());
        if shown.data() != text {
            shown.set_data(&text);
        }
    });
    El(node.into())
}

/// A mark in the tree that nobody sees.
pub(super) fn anchor() -> Node {
    document().create_comment("").into()
}

impl El {
    /// The browser's node.
    pub fn node(&self) -> &Node {
        &self.0
    }

    fn element(&self) -> &Element {
        self.0.unchecked_ref()
    }

    /// Sets an attribute.
    pub fn set(self, name: &str, value: &str) -> Self {
        let _ = self.element().set_attribute(name, value);
        self
    }

    /// Sets an attribute where there is a value for it.
    pub fn set_some(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    /// Adds a class where `on`.
    pub fn class_if(self, on: bool, name: &str) -> Self {
        if on {
            let _ = self.element().class_list().add_1(name);
        }
        self
    }

    /// An attribute that follows what it reads; it goes where there is no value.
    pub fn follow(self, name: &'static str, value: impl FnMut() -> Option<String> + 'static) -> Self {
        self.follow_source(name, source(value));
        self
    }

    fn follow_source(&self, name: &'static str, mut value: Source<Option<String>>) {
        let (element, mut shown) = (self.clone(), None);
        react(move || {
            let value = value.run(());
            if shown != value {
                let _ = match &value {
                    Some(value) => element.element().set_attribute(name, value),
                    None => element.element().remove_attribute(name),
                };
                shown = value;
            }
        });
    }

    /// An attribute that is there or not, as `hidden` is.
    pub fn flag(self, name: &'static str, on: impl FnMut() -> bool + 'static) -> Self {
        self.follow_bool(name, source(on), None)
    }

    /// An attribute that says `true` or `false`, as those for assistive technology do.
    pub fn state(self, name: &'static str, on: impl FnMut() -> bool + 'static) -> Self {
        self.follow_bool(name, source(on), Some(("true", "false")))
    }

    fn follow_bool(
        self,
        name: &'static str,
        mut on: Source<bool>,
        words: Option<(&'static str, &'static str)>,
    ) -> Self {
        self.follow(name, move || {
            let word = match (on.run(()), words) {
                (true, None) => Some(""),
                (false, None) => None,
                (true, Some((yes, _))) => Some(yes),
                (false, Some((_, no))) => Some(no),
            };
            word.map(str::to_owned)
        })
    }

    /// A class that is there or not.
    pub fn toggle(self, class: &'static str, on: impl FnMut() -> bool + 'static) -> Self {
        self.toggle_source(class, source(on));
        self
    }

    fn toggle_source(&self, class: &'static str, mut on: Source<bool>) {
        let element = self.clone();
        react(move || {
            let _ = element.element().class_list().toggle_with_force(class, on.run(()));
        });
    }

    /// The text of a field, which follows what it reads. Set only where it differs: writing it moves the caret and breaks a
    /// composition.
    pub fn value(self, text: impl FnMut() -> String + 'static) -> Self {
        self.value_source(source(text));
        self
    }

    fn value_source(&self, mut text: Source<String>) {
        let (field, name) = (self.0.clone(), JsValue::from_str("value"));
        react(move || {
            let text = text.run(());
            if entered(&field) != text {
                let _ = js_sys::Reflect::set(&field, &name, &JsValue::from_str(&text));
            }
        });
    }

    /// Puts something at the end of it.
    pub fn child(self, content: impl Content) -> Self {
        content.put_into(&self);
        self
    }

    /// Listens to an event until the owner is cleaned up.
    pub fn on(self, name: &'static str, act: impl FnMut(Event) + 'static) -> Self {
        listen(&self.0, name, Box::new(act));
        self
    }

    /// Listens to what is typed into a field or chosen in a list.
    pub fn on_input(self, mut act: impl FnMut(String) + 'static) -> Self {
        self.on("input", move |event| {
            if let Some(field) = event.target() {
                act(entered(&field));
            }
        })
    }

    pub(super) fn append(&self, node: &Node) {
        let _ = self.0.append_child(node);
    }
}

/// The text of a field.
fn entered(field: &JsValue) -> String {
    let value = js_sys::Reflect::get(field, &JsValue::from_str("value"));
    value.ok().and_then(|value| value.as_string()).unwrap_or_default()
}

/// A listener, which ends when it is dropped.
struct Listener {
    target: EventTarget,
    name: &'static str,
    act: Closure<dyn FnMut(Event)>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let act = self.act.as_ref().unchecked_ref();
        let _ = self.target.remove_event_listener_with_callback(self.name, act);
    }
}

/// Listens to an event until the owner is cleaned up.
pub fn listen(target: &EventTarget, name: &'static str, mut act: Box<dyn Run<Event, ()>>) {
    let act = Closure::wrap(Box::new(move |event| act.run(event)) as Box<dyn FnMut(Event)>);
    if target.add_event_listener_with_callback(name, act.as_ref().unchecked_ref()).is_ok() {
        keep(Box::new(Listener { target: target.clone(), name, act }));
    }
}

/// What can be put into an element.
pub trait Content {
    /// Puts it at the end.
    fn put_into(self, parent: &El);
}

impl Content for El {
    fn put_into(self, parent: &El) {
        parent.append(&self.0);
    }
}

impl Content for &str {
    fn put_into(self, parent: &El) {
        parent.append(&document().create_text_node(self));
    }
}

impl Content for String {
    fn put_into(self, parent: &El) {
        self.as_str().put_into(parent);
    }
}

impl<C: Content> Content for Option<C> {
    fn put_into(self, parent: &El) {
        if let Some(content) = self {
            content.put_into(parent);
        }
    }
}

impl<C: Content> Content for Vec<C> {
    fn put_into(self, parent: &El) {
        for content in self {
            content.put_into(parent);
        }
    }
}
