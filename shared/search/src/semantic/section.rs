//! The vectors in a bundle.
//!
//! ```text
//! 0    2      components of a vector, n
//! 2    2      0
//! 4    4      tokens, t
//! 8    4      documents, d
//! 12   4      bytes of the tokens' text, b
//! 16   4·t    where each token ends in that text
//! …    4·t    a step of each token's row, f32
//! …    b      the tokens, one behind the other
//! …    n·t    the tokens' rows, a signed byte a component
//! …    n·d    the documents' vectors, likewise; all 0 where a document has none
//! ```
//!
//! Integers and floats are little-endian.

use tantivy::directory::OwnedBytes;

use super::distilled::sum;
use super::{Distilled, PIECES, SECTION, STEP, Vocabulary, quantise};
use crate::bundle::BundleError;

const HEADER: usize = 16;

/// Reads the section in place.
pub(crate) struct Semantics {
    vocabulary: Vocabulary,
    size: usize,
    scales: Vec<f32>,
    rows: OwnedBytes,
    documents: OwnedBytes,
}

/// Writes the section: `documents` holds the vectors in the order of the documents.
pub(crate) fn write(distilled: &Distilled, documents: &[Option<Vec<i8>>]) -> Vec<u8> {
    let size = usize::from(distilled.dimensions);
    let number = |number: usize| (number as u32).to_le_bytes();
    let text: String = distilled.tokens.concat();
    let mut section = distilled.dimensions.to_le_bytes().to_vec();
    section.extend([0, 0]);
    section.extend(number(distilled.tokens.len()));
    section.extend(number(documents.len()));
    section.extend(number(text.len()));
    let mut end = 0;
    for token in &distilled.tokens {
        end += token.len();
        section.extend(number(end));
    }
    section.extend(distilled.scales.iter().flat_map(|scale| scale.to_le_bytes()));
    section.extend(text.bytes());
    section.extend(distilled.rows.iter().map(|value| value.cast_unsigned()));
    for vector in documents {
        match vector.as_ref().filter(|vector| vector.len() == size) {
            Some(vector) => section.extend(vector.iter().map(|value| value.cast_unsigned())),
            None => section.resize(section.len() + size, 0),
        }
    }
    section
}

impl Semantics {
    /// Checks the section's sizes against each other and against the documents of the index.
    pub(crate) fn open(bytes: &OwnedBytes, documents: u32) -> Result<Self, BundleError> {
        Self::read(bytes, documents).map_err(|why| BundleError::malformed(format!("section {SECTION}"), why))
    }

    fn read(bytes: &OwnedBytes, documents: u32) -> Result<Self, String> {
        let u32_at = |at: usize| -> Option<u32> {
            Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
        };
        let header = |at: usize| u32_at(at).map(|number| number as usize).ok_or("it is cut off");
        let size = header(0)?;
        let (tokens, found, text) = (header(4)?, header(8)?, header(12)?);
        if found != documents as usize {
            return Err(format!("it has {found} documents, {documents} were wanted"));
        }
        let lengths = [4_usize.checked_mul(tokens), 4_usize.checked_mul(tokens), Some(text)]
            .into_iter()
            .chain([size.checked_mul(tokens), size.checked_mul(found)]);
        let mut starts = vec![HEADER];
        for length in lengths {
            let before = starts.last().copied().unwrap_or_default();
            starts.push(length.and_then(|length| before.checked_add(length)).ok_or("its sizes are absurd")?);
        }
        if size == 0 || size > usize::from(u16::MAX) || starts.last() != Some(&bytes.len()) {
            return Err(format!("its parts have other sizes than its {} bytes", bytes.len()));
        }
        let part = |at: usize| starts[at]..starts[at + 1];
        let numbers =
            |at: usize| bytes[part(at)].chunks_exact(4).map(|four| [four[0], four[1], four[2], four[3]]);
        let text = std::str::from_utf8(&bytes[part(2)]).map_err(|error| error.to_string())?;
        let mut names = Vec::with_capacity(tokens);
        let mut start = 0;
        for end in numbers(0).map(|bytes| u32::from_le_bytes(bytes) as usize) {
            names.push(text.get(start..end).ok_or("its tokens do not follow each other")?);
            start = end;
        }
        let scales: Vec<f32> = numbers(1).map(f32::from_le_bytes).collect();
        if scales.iter().any(|scale| !scale.is_finite()) {
            return Err("a step is no number".to_owned());
        }
        Ok(Self {
            vocabulary: Vocabulary::new(names),
            size,
            scales,
            rows: bytes.slice(part(3)),
            documents: bytes.slice(part(4)),
        })
    }

    /// The vector of a text; `None` where none of its pieces is known.
    pub(crate) fn embed(&self, text: &str) -> Option<Vec<i8>> {
        let ids = self.vocabulary.tokenize(text, PIECES);
        let rows: Vec<(f32, Vec<i8>)> = ids.into_iter().filter_map(|id| self.row(id)).collect();
        Some(quantise(&sum(self.size, rows.iter().map(|(scale, row)| (*scale, row.as_slice())))?))
    }

    fn row(&self, id: u32) -> Option<(f32, Vec<i8>)> {
        let start = self.size.checked_mul(id as usize)?;
        let row = self.rows.get(start..start.checked_add(self.size)?)?;
        Some((*self.scales.get(id as usize)?, row.iter().map(|byte| byte.cast_signed()).collect()))
    }

    /// The cosine of every document with `vector`, which [`Semantics::embed`] made.
    pub(crate) fn likeness(&self, vector: &[i8]) -> Vec<f32> {
        let mut cosines = Vec::with_capacity(self.documents.len() / self.size);
        scan(&self.documents, vector, &mut cosines);
        cosines
    }
}

/// Appends the cosine of each vector in `documents`. Whole numbers until the end, so that every platform agrees.
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
fn scan(documents: &[u8], vector: &[i8], cosines: &mut Vec<f32>) {
    let wide: Vec<i16> = vector.iter().map(|value| i16::from(*value)).collect();
    for document in documents.chunks_exact(vector.len()) {
        let mut dot = 0_i32;
        for (a, b) in document.iter().zip(&wide) {
            dot += i32::from(i16::from(a.cast_signed())) * i32::from(*b);
        }
        cosines.push(dot as f32 * (STEP * STEP));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::semantic::normalise;

    fn section() -> Vec<u8> {
        let tokens = ["tea", "pot", "boot"].map(str::to_owned).to_vec();
        let rows = [1.0, 0.2, 0.0, 0.9, 0.3, 0.1, 0.0, 0.1, 1.0];
        let distilled = Distilled::new(3, tokens, &rows, BTreeMap::new());
        let embed = distilled.embedder();
        let documents: Vec<Option<Vec<i8>>> =
            ["tea pot", "boot", "?"].map(|text| embed(text).map(|vector| quantise(&vector))).to_vec();
        write(&distilled, &documents)
    }

    #[test]
    fn what_is_alike_comes_first() {
        let semantics = Semantics::open(&OwnedBytes::new(section()), 3).unwrap();
        let cosines = semantics.likeness(&semantics.embed("a pot").unwrap());
        assert!(cosines[0] > cosines[1] + 0.2 && cosines[2] == 0.0, "{cosines:?}");
        assert_eq!(semantics.embed("unknown"), None);
    }

    #[test]
    fn steps_are_fine_enough() {
        let mut vector = [0.3, -0.2, 0.1, 0.05];
        assert!(normalise(&mut vector));
        let twice: f32 =
            quantise(&[0.21, -0.01, 0.0, 0.499]).iter().map(|step| f32::from(*step) * STEP).sum();
        assert!((twice - 0.699).abs() < 4.0 * STEP);
    }

    proptest::proptest! {
        #[test]
        fn damage_is_an_error_or_harmless(at in 0_usize..200, byte: u8, cut in 0_usize..200) {
            let mut bytes = section();
            let length = bytes.len();
            bytes[at % length] = byte;
            bytes.truncate(length - cut % length * usize::from(cut % 3 == 0));
            if let Ok(semantics) = Semantics::open(&OwnedBytes::new(bytes), 3)
                && let Some(vector) = semantics.embed("tea boot pot")
            {
                proptest::prop_assert_eq!(semantics.likeness(&vector).len(), 3);
            }
        }
    }
}
