//! Likeness by meaning: what a query and a thread have in common that are not words.
//!
//! A static embedding, distilled from a sentence model for one community: every piece of a word has a vector, a text's
//! vector is their sum, normalised. Documents carry the sentence model's own vectors, which the pieces were fitted to. A
//! query then costs a lookup a piece and one pass over the documents' vectors.
//!
//! Method: static token embeddings as in Model2Vec (S. Tulkens, T. van Dongen, 2024), fitted by regression to the teacher
//! on the community's own texts; the asymmetric use follows from it. The fit is the indexer's business.

mod distilled;
mod section;
mod unicode;
mod wordpiece;

pub use distilled::Distilled;
pub(crate) use section::{Semantics, write};
pub use wordpiece::Vocabulary;

/// Name of the section.
pub(crate) const SECTION: &str = "vectors";

/// Pieces of a text that are looked at: a title and the first lines of a question.
pub const PIECES: usize = 200;

/// Unit vectors as bytes: no component of a unit vector in use comes near 1, so the range is cut to ±0.5 and one step is
/// 0.5 / 127.
const STEP: f32 = 0.5 / 127.0;

/// A vector of about unit length as bytes.
pub fn quantise(vector: &[f32]) -> Vec<i8> {
    vector.iter().map(|value| (value / STEP).round().clamp(-127.0, 127.0) as i8).collect()
}

/// Scales a vector to length 1; `false` where it has none.
pub fn normalise(vector: &mut [f32]) -> bool {
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    if length <= f32::MIN_POSITIVE {
        return false;
    }
    vector.iter_mut().for_each(|value| *value /= length);
    true
}
