//! The outbox of a site: every accepted question, carried to the forum once.
//!
//! A Durable Object with SQLite stores the rows; [`Desk`] decides, by asking the crate `delivery`; a [`Forum`] is
//! where questions go. The Durable Object itself only translates and lives in `platform`.

mod desk;
mod forum;
mod notice;
mod reply;
mod rows;
mod wire;

pub use desk::{Desk, Pace, World};
pub use forum::Forum;
pub use reply::reply;
pub use rows::{Notice, Others, Row, Rows, RowsError, Text};
pub use wire::{Answer, Call, Change, Message, News, Submission, Submitted};
