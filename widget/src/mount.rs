//! The handle that JavaScript holds: mounts the panel into the loader's dialog, or into the page's flow, and takes it out again.

use crate::app::{App, Place};
use crate::components::panel;
use crate::dom::{styles, time};
use crate::locale;
use crate::state::navigation::View;
use ::api::PageContext;
use any_spawner::Executor;
use reactive_graph::graph::untrack;
use reactive_graph::owner::Owner;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, ShadowRoot};

/// A mounted widget.
#[wasm_bindgen]
pub struct Widget {
    app: App,
    container: HtmlElement,
    /// Owns every signal, effect and listener.
    owner: Owner,
    /// Owns of these what is drawn.
    drawing: Owner,
}

/// Sets the language of every widget; those that are mounted speak it once they are drawn again.
#[wasm_bindgen]
pub fn speak(words: &str) {
    locale::speak(words);
}

/// Mounts the widget into `container`, which lies in `frame` in the shadow root `root`: in the loader's dialog, or `inline`, in a
/// part of the page. `open` says whether the reader is in it, and `text` is what was typed into the loader's field meanwhile.
/// `challenge` has a site's challenge passed, see `app::challenge`.
#[wasm_bindgen]
#[expect(clippy::too_many_arguments, reason = "JavaScript hands over what it has")]
pub fn mount(
    root: &ShadowRoot,
    frame: HtmlElement,
    container: HtmlElement,
    edge: &str,
    site: &str,
    text: String,
    open: bool,
    inline: bool,
    challenge: js_sys::Function,
) -> Result<Widget, JsValue> {
    styles::adopt(root)?;
    // Effects run on the browser's own queue; the second widget of a page finds it set.
    let _ = Executor::init_wasm_bindgen();
    let place = Place {
        edge: edge.trim_end_matches('/').to_owned(),
        site: site.to_owned(),
        frame,
        inline,
        challenge,
        context: PageContext::default(),
    };
    let owner = Owner::new();
    let app = owner.with(|| App::new(place, text, open));
    let widget = Widget { app, container, drawing: owner.child(), owner };
    widget.draw()?;
    app.place_focus();
    time::joined();
    Ok(widget)
}

#[wasm_bindgen]
impl Widget {
    /// The loader has opened the dialog again; in the page's flow, the focus has come in.
    pub fn opened(&self) {
        self.app.opened();
    }

    /// The dialog was closed; in the page's flow, the focus has gone elsewhere.
    pub fn closed(&self) {
        self.app.closed();
    }

    /// The page searches for something.
    pub fn search(&self, text: String) {
        self.app.clear();
        self.app.search_meant(text);
        self.app.go(View::Search);
    }

    /// The page opens the form; a draft that is empty starts with these.
    pub fn ask(&self, title: String, body: String) {
        self.app.ask_about(title, body);
    }

    /// What the page knows of what its reader is doing.
    pub fn context(&self, product: Option<String>, version: Option<String>) {
        self.app.set_context(product, version);
    }

    /// Draws everything again: another language is spoken. What was typed lies in the app, which stays.
    pub fn redraw(&self) -> Result<(), JsValue> {
        self.drawing.cleanup();
        self.container.set_text_content(None);
        self.app.fall_silent();
        self.draw()?;
        self.app.place_focus();
        Ok(())
    }

    /// Takes the panel out of its frame, with its listeners and timers; drafts and questions stay kept.
    pub fn destroy(self) {
        self.app.closed();
        self.owner.cleanup();
        self.container.set_text_content(None);
        time::left();
    }
}

impl Widget {
    fn draw(&self) -> Result<(), JsValue> {
        let panel = self.drawing.with(|| untrack(|| panel(self.app)));
        self.container.append_child(panel.node()).map(drop)
    }
}
