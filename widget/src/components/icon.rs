//! Icons: outlines on a grid of 24 units, drawn by the style sheet's stroke.

use crate::dom::element::{El, svg};

pub const SEARCH: &str = "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14Zm5 12 4.5 4.5";
pub const CLOSE: &str = "m6 6 12 12M18 6 6 18";
pub const BACK: &str = "M19 12H5m6-7-7 7 7 7";
pub const CHECK: &str = "m5 12.5 4.5 4.5L19 7.5";
pub const STAR: &str = "m12 3 7 3v5c0 4.6-3 8.3-7 10-4-1.7-7-5.4-7-10V6l7-3Zm-3 9 2.2 2.2L15.5 10";
pub const PEN: &str = "M4 20h4L19.5 8.5a2.1 2.1 0 0 0-3-3L5 17v3Zm10-12 3 3";
pub const TALK: &str = "M4 5h16v11H10l-5 4v-4H4V5Z";
pub const PAGE: &str = "M7 3h7l4 4v14H7V3Zm7 0v4h4M10 12h5m-5 4h5";
pub const INBOX: &str = "M4 13 6.5 5h11L20 13v6H4v-6Zm0 0h5l1 2.5h4L15 13h5";
pub const OUT: &str = "M13 5h6v6m0-6-9 9M10 6H5v13h13v-5";
pub const SHIELD: &str = "M12 3 5 6v5c0 4.6 3 8.3 7 10 4-1.7 7-5.4 7-10V6l-7-3Z";
pub const CLOUD: &str = "M7 18h10a4 4 0 0 0 .6-7.9A6 6 0 0 0 6.1 11 3.6 3.6 0 0 0 7 18Zm-3 3L20 5";
pub const CLOCK: &str = "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16Zm0 4v4.5l3 2";
pub const CHEVRON: &str = "m9 5 7 7-7 7";

/// An icon that says nothing to a screen reader.
pub fn icon(path: &str) -> El {
    let drawing = svg("svg").set("class", "icon").set("viewBox", "0 0 24 24").set("aria-hidden", "true");
    drawing.child(svg("path").set("d", path))
}
