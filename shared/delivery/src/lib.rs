//! Carries a question to the forum, once: a state machine without clock, randomness or I/O.
//!
//! A shell (the outbox) stores each question's text and its [`Delivery`] side by side, feeds [`step`] with what
//! happens, and does the [`Effect`]s in the order given; before it answers the asker and before any request
//! leaves, the new state is stored. What a forum's answer means ([`Outcome`]) is decided by the forum's own
//! protocol, not here.
//!
//! A question that looks suspicious is held first and goes on when an operator lets it; what is given up waits for an
//! operator too, who may retry or drop it. A [`Lane`] spaces out what is sent to one forum and stops it while the forum
//! takes nothing.
//!
//! ```text
//!  submit ─► Accepted ──due──► Sending ──created──► Posted ◄──found── PendingReview
//!              ▲  ▲  ▲           │ │ └──queued────────────────────────────▲
//!              │  │  └─not sent──┘ ├──refused──► NeedsFix ──edited──► Accepted
//!              │  └─missed twice─┐ └──unclear──► Ambiguous ──found──► Posted
//!              └────retry────── Failed ◄───too long─── Ambiguous, Accepted, NeedsFix, PendingReview
//! ```
//!
//! Two rules keep a question from being posted twice. The attempt is stored as `Sending` before the request
//! leaves, so a crash is seen afterwards as a send without a result. And from a send without a clear result the
//! only way back to sending leads over lookups: two of them, [`Config::miss_gap_ms`] apart, must say that the
//! forum does not have it.

mod config;
mod event;
mod lane;
mod machine;
mod state;

pub use config::{Config, Context};
pub use event::{Effect, Event, ForumEvent};
pub use lane::{Lane, Pause};
pub use machine::{step, submit};
pub use state::{Delivery, State};
