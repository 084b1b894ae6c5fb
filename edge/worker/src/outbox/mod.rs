//! The outbox of a site: every accepted question, carried to the forum once.
//!
//! A Durable Object with SQLite stores the rows; [`Desk`] decides, by asking the crate `delivery`; a [`Forum`] is
//! where questions go. The Durable Object itself only translates and lives in `platform`.

mod desk;
mod forum;
mod rows;
mod wire;

pub use desk::{Desk, World};
pub use forum::Forum;
pub use rows::{Row, Rows, RowsError};
pub use wire::{Answer, Call, Submission, Submitted, Withdrawal};
