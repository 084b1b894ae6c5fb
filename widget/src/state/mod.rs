//! What the widget knows and how that changes: plain structs, no browser, no clock.
//!
//! Events and times come in, new state and effects go out; `app` carries the effects out and `components` draw the
//! state. Everything here runs and is tested natively.

pub mod draft;
pub mod lookup;
pub mod navigation;
pub mod questions;
pub mod search;
pub mod selection;
pub mod submission;
