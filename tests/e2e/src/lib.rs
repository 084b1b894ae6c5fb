//! End-to-end tests: a real browser, the real Worker in workerd, the sample community's index.
//!
//! `tests/*.rs` are the scenarios and read as specifications; this library is what they stand on: a stage
//! ([`stage`]), the widget as a person sees it ([`widget`]), sites that embed it ([`host`]), the operator's side
//! ([`operator`]) and the browser ([`browser`]). Building and starting the Worker is xtask's.
//!
//! What the widget can look like is listed once ([`scenes`]) and looked at in every way ([`looks`]): judged ([`axe`]), read as
//! assistive technology reads it ([`tree`]), walked through by keyboard ([`walk`]), said in another language ([`speech`]),
//! photographed (`src/bin/screens.rs`).
//!
//! `cargo xtask test` prepares everything these tests need and runs them. Without it they say that they are skipped.

pub mod axe;
pub mod browser;
pub mod host;
pub mod looks;
pub mod operator;
pub mod scenes;
pub mod speech;
pub mod stage;
pub mod tree;
pub mod wait;
pub mod walk;
pub mod widget;

pub use anyhow::{Context, Result, anyhow, bail, ensure};
pub use stage::{Scenario, Stage, Theatre, main};
