//! The browser, as far as the widget needs it: requests, storage, styles, the clock, chance and focus.
//!
//! Each file wraps one thing and decides nothing.

pub mod fetch;
pub mod page;
pub mod store;
pub mod styles;
