//! GitHub Discussions: questions posted as discussions of a repository, over GraphQL.
//!
//! GitHub allows equal titles, knows no idempotency and no id of ours, and `createDiscussion` takes no labels: a question
//! is found again by the marker in its body, among the newest discussions.

mod check;
mod client;
mod find;
mod query;
mod replies;
mod write;

pub use client::GitHub;
pub use query::OPERATIONS;
