//! What went wrong, in words, with the way on.

use super::icon::{CLOUD, icon};
use crate::api::Failure;
use crate::dom::element::{El, button, el};
use crate::locale::TEXT;

/// A failure with a button that tries again. Shown where the result would be.
pub fn failure_notice(failure: &Failure, retry: impl Fn() + 'static) -> El {
    let (title, detail) = failure.words();
    notice(title, detail, Box::new(retry))
}

/// The same in words of its own.
pub fn notice(title: &str, detail: String, retry: Box<dyn Fn()>) -> El {
    let words = el("div")
        .child(el("p.notice-title").child(title))
        .child(el("p").child(detail))
        .child(button(".button@retry", retry).child(TEXT.try_again));
    el("div.notice@error").set("role", "alert").child(icon(CLOUD)).child(words)
}

/// Something is on its way: grey bars where it will be.
pub fn waiting() -> El {
    let bars = el("div.bars@loading").set("role", "progressbar").set("aria-label", TEXT.loading);
    bars.child(vec![el("i"), el("i"), el("i")])
}
