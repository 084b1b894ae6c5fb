//! What a post says, whatever form it came in, as [`Block`]s: plain text with its role and its links.
//!
//! Markup ends here. Forums hand out HTML that strangers wrote; what leaves this crate is text, so that nothing
//! behind it has to escape, sanitise or trust. Scripts, styles and embedded frames vanish; any other markup
//! that is not understood leaves its words. How blocks look is left to the page, how they are searched to `search`.
//!
//! Both front ends, [`html`](mod@html) and [`markdown`], walk tokens and events with explicit stacks of bounded
//! depth, never a tree: a post of a million nested elements costs time in proportion and no call stack.

mod address;
mod html;
mod markdown;
mod plain;
mod writer;

use api::Block;
use thread::Body;

pub use address::resolve;
pub use html::line;
pub use plain::plain;

/// The blocks of a post. Relative links are dropped: there is nothing to resolve them against.
pub fn blocks(body: &Body) -> Vec<Block> {
    convert(body, None)
}

/// The blocks of a post; relative links are resolved against `base`, the `http(s)` address the post lives at.
pub fn blocks_at(body: &Body, base: &str) -> Vec<Block> {
    convert(body, Some(base))
}

fn convert(body: &Body, base: Option<&str>) -> Vec<Block> {
    match body {
        Body::Html(source) => html::blocks(source, base),
        Body::Markdown(source) => markdown::blocks(source, base),
        Body::Text(source) => plain::blocks(source, base),
    }
}
