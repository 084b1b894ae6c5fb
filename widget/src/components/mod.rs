//! What the reader sees. Thin: components read signals and call [`App`](crate::app::App), nothing more.
//!
//! Each is a function that makes elements (`dom::element`) and places whose content follows signals (`dom::region`).

mod ask;
mod blocks;
mod card;
pub mod desk;
mod entry;
mod findings;
mod hit;
mod icon;
mod notice;
mod panel;
mod question;
mod questions;
mod search;
mod start;
mod suggestions;
mod thread;

pub use panel::panel;
