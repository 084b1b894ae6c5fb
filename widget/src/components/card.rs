//! Cards: large buttons that lead on.

use super::icon::{CHEVRON, icon};
use crate::dom::element::{El, button, el};

/// A card: `shape` as for [`button`], an icon, a line and a smaller one above or below it.
pub fn card(shape: &str, path: &str, lines: [El; 2], act: impl FnMut() + 'static) -> El {
    let text = el("span.card-text").child(Vec::from(lines));
    button(shape, act).child(icon(path)).child(text).child(icon(CHEVRON))
}

/// The line of a card that somebody wrote.
pub fn written(title: &str) -> El {
    el("span").set("dir", "auto").child(title)
}

/// The smaller line of a card.
pub fn label(text: &str) -> El {
    el("span.card-label").child(text)
}
