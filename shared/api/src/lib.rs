//! The edge API, version 1: what crosses the wire between a page and the Worker.
//!
//! Types, limits and problems only. What they mean is documented in `edge/worker/openapi.json`; what is done
//! with them is the business of the crates that use them. Everything is `camelCase` JSON; times are RFC 3339
//! strings, because the page shows them and never computes with them; text ranges count UTF-16 code units of
//! the string that they come with, because that is how a browser counts.

mod block;
mod fields;
mod index;
pub mod limits;
mod outbox;
mod problem;
mod question;
mod search;
mod site;
mod thread;

pub use block::{Block, BlockKind, Link};
pub use fields::Fields;
pub use index::{Health, IndexInfo, Manifest, ManifestBundle, ManifestFile};
pub use outbox::{OutboxDecision, OutboxItem, OutboxList, OutboxPause};
pub use problem::{FieldError, Problem, ProblemType};
pub use question::{KeptSpan, QuestionDraft, QuestionRequest, QuestionState, QuestionStatus, Reply};
pub use search::{
    Band, FacetCount, Facets, Highlighted, Hit, PageContext, Passage, PassageFrom, Place, Range,
    SearchResponse, SimilarRequest, SimilarResponse, Suggestion, Why,
};
pub use site::{Features, ForumLink, SiteInfo, SiteTexts, Template, TemplateField, TemplateFieldKind};
pub use thread::{
    Author, FinalAnswer, FinalAnswerBy, FinalAnswerPart, PostView, Role, ThreadMatch, ThreadView,
};
