//! What the reader sees. Thin: components read signals and call [`App`](crate::app::App), nothing more.
//!
//! Plain functions instead of `#[component]`: none of them is generic or has optional properties. No subtree is wholly
//! static: `view!` would build such a one with `innerHTML`, which a page with Trusted Types refuses.

mod ask;
mod blocks;
mod icon;
mod notice;
mod panel;
mod question;
mod search;
mod suggestions;
mod thread;

pub use panel::panel;
