//! What distillation leaves for a build: the vectors of a community's word pieces and threads.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{PIECES, Vocabulary, normalise};

/// Begins a file of distilled vectors; the last byte is the format's version.
const MAGIC: &[u8; 8] = b"edgewsv\x01";

/// A static embedding and the documents' vectors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Distilled {
    /// Components of each vector.
    pub dimensions: u16,
    /// The pieces of words, as WordPiece cuts them.
    pub tokens: Vec<String>,
    /// A step of each piece's row.
    pub scales: Vec<f32>,
    /// The rows, one behind the other.
    pub rows: Vec<i8>,
    /// By thread key: its vector, quantised as by [`quantise`](super::quantise).
    pub documents: BTreeMap<String, Vec<i8>>,
}

impl Distilled {
    /// Quantises an embedding: `rows` holds `dimensions` components a token.
    pub fn new(
        dimensions: u16,
        tokens: Vec<String>,
        rows: &[f32],
        documents: BTreeMap<String, Vec<i8>>,
    ) -> Self {
        let size = usize::from(dimensions).max(1);
        let (mut scales, mut bytes) = (Vec::with_capacity(tokens.len()), Vec::with_capacity(rows.len()));
        for row in rows.chunks_exact(size) {
            let most = row.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
            let scale = if most > 0.0 { most / 127.0 } else { 1.0 };
            scales.push(scale);
            bytes.extend(row.iter().map(|value| (value / scale).round() as i8));
        }
        Self { dimensions, tokens, scales, rows: bytes, documents }
    }

    /// As a file.
    ///
    /// # Errors
    ///
    /// None for what [`Distilled::new`] made.
    pub fn to_bytes(&self) -> Result<Vec<u8>, String> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(postcard::to_stdvec(self).map_err(|error| error.to_string())?);
        Ok(bytes)
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Another file, another version, sizes that do not agree.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        let rest = bytes.strip_prefix(MAGIC).ok_or("it is no file of vectors that this version knows")?;
        let read: Self = postcard::from_bytes(rest).map_err(|error| error.to_string())?;
        let size = usize::from(read.dimensions);
        if size == 0
            || read.scales.len() != read.tokens.len()
            || read.rows.len() != read.tokens.len() * size
            || read.documents.values().any(|vector| vector.len() != size)
        {
            return Err("its sizes do not agree".to_owned());
        }
        Ok(read)
    }

    /// Embeds texts as the edge will, for threads that were not there when the vectors were distilled.
    pub fn embedder(&self) -> impl Fn(&str) -> Option<Vec<f32>> + '_ {
        let vocabulary = Vocabulary::new(&self.tokens);
        let size = usize::from(self.dimensions);
        move |text| {
            let row = |id: u32| {
                let at = id as usize;
                Some((*self.scales.get(at)?, self.rows.get(at * size..(at + 1) * size)?))
            };
            sum(size, vocabulary.tokenize(text, PIECES).into_iter().filter_map(row))
        }
    }
}

/// The normalised sum of scaled rows; `None` where there is none.
pub(super) fn sum<'a, I>(size: usize, rows: I) -> Option<Vec<f32>>
where
    I: Iterator<Item = (f32, &'a [i8])>,
{
    let mut vector = vec![0.0; size];
    for (scale, row) in rows {
        for (sum, value) in vector.iter_mut().zip(row) {
            *sum += scale * f32::from(*value);
        }
    }
    normalise(&mut vector).then_some(vector)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Distilled {
        let tokens = ["tea", "pot", "##s"].map(str::to_owned).to_vec();
        let rows = [1.0, 0.0, 0.0, 2.0, 0.5, 0.5];
        Distilled::new(2, tokens, &rows, BTreeMap::from([("a:b:1".to_owned(), vec![127, 0])]))
    }

    #[test]
    fn files_are_read_again() {
        let small = small();
        assert_eq!(Distilled::from_bytes(&small.to_bytes().unwrap()).unwrap(), small);
        assert!(Distilled::from_bytes(b"edgewsv\x02").is_err());
        let cut = small.to_bytes().unwrap();
        assert!(Distilled::from_bytes(&cut[..cut.len() - 1]).is_err());
    }

    #[test]
    fn a_text_is_the_sum_of_its_pieces() {
        let small = small();
        let embed = small.embedder();
        let vector = embed("Tea POT?").unwrap();
        assert!((vector[1] / vector[0] - 2.0).abs() < 0.05, "{vector:?}");
        assert_eq!(embed("coffee"), None);
    }
}
