//! Each forum's protocol without I/O: bytes in, threads out; questions in, requests out.
//!
//! Who fetches the bytes, from disk or over the network, is no business of this crate: a [`Transport`] carries them.
//! Decoding is tolerant: forums of many versions and with many plugins write these files, and a field that is absent or
//! odd costs that field only.

mod adapter;
mod classify;
pub mod discourse;
#[cfg(test)]
mod fake;
pub mod github;
mod json_api;
pub mod lemmy;
mod marker;
pub mod misago;
pub mod nodebb;
mod outcome;
mod patience;
mod percent;
mod place;
mod transport;
pub mod webhook;

pub use adapter::{Account, Adapter, Finding, NewThread, Reference};
pub use outcome::{Lookup, Outcome, Posted};
pub use patience::asked_to_wait;
pub use transport::{Broken, Method, Request, Response, Transport};
