//! Edgewise's tasks: set-up, build, demo, tests, sizes.
//!
//! Everything that has to happen around the crates happens here, in Rust, so that a clone needs no scripts: tools at
//! the versions the lock files name ([`tools`]), the built layout the Worker serves ([`build`]), a running Worker for
//! the demo and the tests ([`stack`]). What the crates themselves do (indexing, serving, searching) is left to them.

pub mod bench;
pub mod build;
pub mod chunks;
pub mod demo;
pub mod embed;
pub mod fuzz;
pub mod lint;
pub mod misago;
pub mod paths;
pub mod process;
pub mod report;
pub mod sample;
pub mod screens;
mod shorten;
pub mod size;
pub mod soak;
pub mod stack;
pub mod suite;
pub mod tools;
#[path = "../../widget/words.rs"]
mod words;
