//! The ports on Cloudflare: R2, Durable Objects, alarms, time, randomness, memory.
//!
//! This is the only part of the crate that names the platform. It translates; nothing is decided here.

mod bindings;
mod body;
mod durable;
mod files;
mod forums;
mod guard;
mod http;
mod inbox_object;
mod inbox_rows;
mod outbox_object;
mod outbox_rows;
mod transport;
mod world;

pub use bindings::{Bindings, config, sites};
pub use http::{read_request, write_response};
pub use inbox_object::Inbox;
pub use outbox_object::Outbox;
