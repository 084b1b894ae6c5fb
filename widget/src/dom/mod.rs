//! The browser, as far as the widget needs it: elements, requests, storage, styles, the clock, chance and focus.
//!
//! Each file wraps one thing and decides nothing.

pub mod element;
pub mod fetch;
pub mod page;
pub mod react;
pub mod region;
pub mod store;
pub mod styles;
pub mod time;
