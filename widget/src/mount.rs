//! The handle that JavaScript holds: mounts the panel into the loader's dialog and takes it out again.

use crate::app::{App, Place};
use crate::components::panel;
use crate::dom::styles;
use any_spawner::Executor;
use reactive_graph::owner::Owner;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlDialogElement, HtmlElement, ShadowRoot};

/// A mounted widget.
#[wasm_bindgen]
pub struct Widget {
    app: App,
    container: HtmlElement,
    /// Owns every signal, effect and listener.
    owner: Owner,
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
    // Effects run on the browser's own queue; the second widget of a page finds it set.
    let _ = Executor::init_wasm_bindgen();
    let place = Place { edge: edge.trim_end_matches('/').to_owned(), site: site.to_owned(), dialog };
    let owner = Owner::new();
    let app = owner.with(|| {
        let app = App::new(place, text);
        container.append_child(panel(app).node())?;
        Ok::<_, JsValue>(app)
    })?;
    app.place_focus();
    Ok(Widget { app, container, owner })
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
        self.owner.cleanup();
        self.container.set_text_content(None);
    }
}
