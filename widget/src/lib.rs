//! What runs in the reader's page once they want help: search, threads, the ask form and the questions they asked.
//!
//! `state` decides, `app` carries out, `components` draw; `mount` is the border to JavaScript and only translates. Signals and
//! effects are Leptos's; what they draw is made by `dom::element`, for size (docs/size.md).
//! The launcher and the empty dialog belong to the loader (`embed/embed.ts`), which loads this module on intent.
//! Everything that needs no browser is compiled and tested natively too.

pub mod api;
pub mod highlight;
pub mod json;
pub mod locale;
pub mod state;
pub mod storage;

#[cfg(target_arch = "wasm32")]
mod app;
#[cfg(target_arch = "wasm32")]
mod components;
#[cfg(target_arch = "wasm32")]
mod dom;
#[cfg(target_arch = "wasm32")]
mod mount;
#[cfg(target_arch = "wasm32")]
mod signal;
