//! The semantic layer: similarity of meaning, where the words differ.

mod unicode;
mod wordpiece;

pub use wordpiece::Vocabulary;
