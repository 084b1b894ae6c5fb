//! End-to-end tests: a real browser, the real Worker in workerd, the sample community's index.
//!
//! `tests/*.rs` are the scenarios and read as specifications; this library is what they stand on: a stage
//! ([`stage`]), the widget as a person sees it ([`widget`]), sites that embed it ([`host`]), the operator's side
//! ([`operator`]) and the browser ([`browser`]). Building and starting the Worker is xtask's.
//!
//! `cargo xtask test` prepares everything these tests need and runs them. Without it they say that they are skipped.

pub mod browser;
pub mod host;
pub mod operator;
pub mod stage;
pub mod wait;
pub mod widget;

pub use anyhow::{Context, Result, anyhow, bail, ensure};
pub use stage::{Scenario, Stage, main};
