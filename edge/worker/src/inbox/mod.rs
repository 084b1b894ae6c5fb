//! The built-in inbox: the forum of a site that has none, a moderated list that operators answer.
//!
//! To the outbox it is a forum like any other: it takes posts, is asked about them and read for replies. To the
//! operator it is a page, `inbox.html`, behind the routes of [`crate::routes`]. A Durable Object with SQLite
//! stores it; [`Desk`] decides.

mod desk;
mod items;
mod wire;

pub use desk::Desk;
pub use items::{Item, Items, ItemsError, Note};
pub use wire::{Answer, Call, ItemView, ListView, NewReply, NewState, Post, ReplyView, State, check_reply};
