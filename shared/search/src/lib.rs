//! The index of a community: everything between a list of threads and a ranked answer.
//!
//! [`build`] turns threads into a bundle and a texts file; [`Index`] opens a bundle and answers. Schema, analyzer
//! and formats live here once, used by the indexer that writes and by the Worker that reads, so that they cannot
//! drift. Where files come from and go to is left to those two.

mod analyzer;
mod build;
mod bundle;
mod directory;
mod facets;
mod highlight;
mod index;
mod packed;
mod passage;
mod query;
mod record;
mod schema;
mod score;
mod semantic;
mod similar;
mod texts;
mod time_text;

pub use build::{BuildError, BuildOptions, Built, build};
pub use bundle::{BundleError, FORMAT_VERSION, Section, sha256_hex};
pub use index::{Explanation, Index, SearchError};
pub use query::SearchQuery;
pub use score::TermScore;
pub use semantic::Vocabulary;
