//! What turns a draft into a question: redaction, limits and template, the ids that name it, and the Markdown
//! that is posted.
//!
//! It runs in the page while somebody types and again at the edge, so that what the page shows is what the
//! edge does. Platform-free and small: no regular expressions, no Markdown parser, no clock, no randomness (the
//! caller brings bytes and time). Where a question goes and when is left to the crate `delivery`.

mod check;
mod id;
mod markdown;
mod redact;
mod render;
mod suspicion;

pub use check::{Field, Question, Rules, check, faults};
pub use id::{IdError, PublicId, Receipt, SubmissionId};
pub use redact::{Finding, Kind, apply, may_hold_secret, redact, redact_query, redact_typed, settled};
pub use render::{RenderOptions, SeenLink, distinct_title, find_marker, marker, post_body};
pub use suspicion::{fingerprint, suspicion};
