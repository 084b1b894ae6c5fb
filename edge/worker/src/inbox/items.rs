use api::Role;
use ask::PublicId;
use thiserror::Error;

use super::State;

/// A question in the inbox.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The public id.
    pub public_id: PublicId,
    /// Its title.
    pub title: String,
    /// Its Markdown.
    pub markdown: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// When it came, milliseconds since 1970.
    pub created_ms: u64,
    /// What the operator made of it.
    pub state: State,
}

/// A reply to a question in the inbox.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// Unique within the inbox; empty before it is stored.
    pub id: String,
    /// Who wrote it.
    pub author: String,
    /// Their role.
    pub role: Role,
    /// When, milliseconds since 1970.
    pub created_ms: u64,
    /// What they wrote.
    pub markdown: String,
}

/// Storage did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the inbox's storage: {0}")]
pub struct ItemsError(pub String);

/// The inbox's storage. Every call is done when it returns.
pub trait Items {
    /// A question.
    fn item(&self, public_id: &PublicId) -> Result<Option<Item>, ItemsError>;

    /// Adds a question.
    fn insert(&self, item: &Item) -> Result<(), ItemsError>;

    /// Questions in a state, or all of them; the newest first, at most `most`.
    fn list(&self, state: Option<State>, most: usize) -> Result<Vec<Item>, ItemsError>;

    /// How many questions are in a state.
    fn count(&self, state: State) -> Result<u64, ItemsError>;

    /// Moves a question into a state.
    fn set_state(&self, public_id: &PublicId, state: State) -> Result<(), ItemsError>;

    /// Adds a reply; the storage gives it its id.
    fn reply(&self, public_id: &PublicId, note: &Note) -> Result<(), ItemsError>;

    /// The replies to a question, oldest first.
    fn replies(&self, public_id: &PublicId) -> Result<Vec<Note>, ItemsError>;
}
