//! The handle that JavaScript holds: mounts the panel into the loader's dialog and takes it out again.

use crate::app::{App, Place};
use crate::components::panel;
use crate::dom::styles;
use leptos::mount::mount_to;
use std::any::Any;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlDialogElement, HtmlElement, ShadowRoot};

/// A mounted widget.
#[wasm_bindgen]
pub struct Widget {
    app: App,
    mounted: Option<Box<dyn Any>>,
}

/// Mounts the widget into `container`, which lies in `dialog` in the shadow root `root`. `text` is what was typed
/// into the loader's field meanwhile.
#[wasm_bindgen]
pub fn mount(
    root: &ShadowRoot,
    dialog: HtmlDialogElement,
    container: HtmlElement,
    edge: &str,
    site: &str,
    text: String,
) -> Result<Widget, JsValue> {
    styles::adopt(root)?;
    let place = Place { edge: edge.trim_end_matches('/').to_owned(), site: site.to_owned(), dialog };
    let made = Rc::new(Cell::new(None));
    let mounted = mount_to(container, {
        let made = Rc::clone(&made);
        move || {
            let app = App::new(place, text);
            made.set(Some(app));
            panel(app)
        }
    });
    let app = made.get().ok_or("the panel was not drawn")?;
    app.place_focus();
    Ok(Widget { app, mounted: Some(Box::new(mounted)) })
}

#[wasm_bindgen]
impl Widget {
    /// The loader has opened the dialog again.
    pub fn opened(&self) {
        self.app.opened();
    }

    /// The dialog was closed.
    pub fn closed(&self) {
        self.app.closed();
    }

    /// Takes the panel out of the dialog, with its listeners; drafts and questions stay kept.
    pub fn destroy(&mut self) {
        self.app.closed();
        self.mounted.take();
    }
}
