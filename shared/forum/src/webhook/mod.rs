//! Webhooks, both ways: what a forum tells without being asked, and questions posted to an endpoint of the operator's.
//!
//! Inwards, a [`Hook`] takes the raw body and the headers of a request, checks the signature and says what the event
//! means for a question ([`WebhookEvent`]). Only what is signed has a say: the headers that name an event are not, so the
//! body is decoded by what stands in it. Outwards, [`Webhook`] posts questions in the format of Standard Webhooks to
//! whoever keeps them; that receiver reports back in the same format. Finding the question that an event is about,
//! and remembering what has been seen, are left to whoever stores questions.

mod discourse;
mod event;
mod github;
mod outbound;
mod report;
mod secret;
mod sign;
mod verify;

#[cfg(test)]
mod properties;

pub use event::{WebhookEvent, What};
pub use outbound::Webhook;
pub use secret::{SecretError, Secrets};
pub use sign::{SignError, signed};
pub use verify::{Hook, Sender, Verified, VerifyError};
