//! The index of a community: everything between a list of threads and a ranked answer.
//!
//! [`build`] turns threads into a bundle and a texts file; [`Index`] opens a bundle and answers. Schema, analyzer
//! and formats live here once, used by the indexer that writes and by the Worker that reads, so that they cannot
//! drift. Where files come from and go to is left to those two.

mod analysis;
mod build;
mod bundle;
mod directory;
mod facets;
mod highlight;
mod index;
mod packed;
mod passage;
mod priors;
mod query;
mod rank;
mod ranking;
mod record;
mod schema;
mod score;
pub mod semantic;
mod similar;
mod spelling;
mod synonyms;
mod texts;
mod time_text;
mod words;

pub use analysis::Language;
pub use build::{BuildError, BuildOptions, Built, build};
pub use bundle::{BundleError, FORMAT_VERSION, Section, sha256_hex};
pub use index::{Explanation, Index, SearchError};
pub use priors::{Moment, Past};
pub use query::SearchQuery;
pub use rank::{Asked, Ranked};
pub use ranking::{Confidence, Features, FieldKnobs, Ranking, TextKnobs, Weights};
pub use score::TermScore;
pub use semantic::Vocabulary;
pub use synonyms::{SynonymError, Synonyms};
