//! A model's weights, in the safetensors format.
//!
//! ```text
//! 0    8  bytes of the header, little-endian
//! 8    n  the header, JSON: name to dtype, shape and place in the data
//! 8+n  …  the data, numbers little-endian
//! ```
//!
//! What the weights mean is left to `encoder`.

use std::collections::HashMap;

use ndarray::{Array1, Array2};
use serde::Deserialize;

/// Why weights cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// The file's outer form is damaged.
    #[error("the weights are no safetensors file: {0}")]
    Format(String),
    /// A tensor is not there.
    #[error("the weights hold no `{0}`; only BERT models can be run")]
    Missing(String),
    /// A tensor is not what the model's shape makes it.
    #[error("`{name}` is not {wanted:?} numbers of 32 bits")]
    Tensor {
        /// The tensor.
        name: String,
        /// The shape it should have.
        wanted: Vec<usize>,
    },
    /// The model is of a kind that cannot be run.
    #[error("{0}")]
    Unsupported(String),
}

/// One entry of the header.
#[derive(Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: (usize, usize),
}

/// Weights by name.
pub struct Weights {
    entries: HashMap<String, Entry>,
    data: Vec<u8>,
}

impl Weights {
    /// Reads a safetensors file.
    pub fn parse(file: &[u8]) -> Result<Self, WeightsError> {
        let damaged = |reason: &str| WeightsError::Format(reason.to_owned());
        let (size, rest) =
            file.split_first_chunk::<8>().ok_or_else(|| damaged("cut off before the header"))?;
        let size =
            usize::try_from(u64::from_le_bytes(*size)).map_err(|_| damaged("the header is too large"))?;
        let (header, data) =
            rest.split_at_checked(size).ok_or_else(|| damaged("cut off within the header"))?;
        let mut header: HashMap<String, serde_json::Value> =
            serde_json::from_slice(header).map_err(|error| WeightsError::Format(error.to_string()))?;
        header.remove("__metadata__");
        let entry = |(name, value)| serde_json::from_value(value).map(|entry| (name, entry));
        let entries = header
            .into_iter()
            .map(entry)
            .collect::<Result<_, _>>()
            .map_err(|error| WeightsError::Format(error.to_string()))?;
        Ok(Self { entries, data: data.to_vec() })
    }

    /// A tensor of one dimension.
    pub fn vector(&self, name: &str, length: usize) -> Result<Array1<f32>, WeightsError> {
        self.numbers(name, &[length]).map(Array1::from)
    }

    /// A tensor of two dimensions.
    pub fn matrix(&self, name: &str, rows: usize, columns: usize) -> Result<Array2<f32>, WeightsError> {
        let numbers = self.numbers(name, &[rows, columns])?;
        Array2::from_shape_vec((rows, columns), numbers)
            .map_err(|_| WeightsError::Tensor { name: name.to_owned(), wanted: vec![rows, columns] })
    }

    fn numbers(&self, name: &str, wanted: &[usize]) -> Result<Vec<f32>, WeightsError> {
        // Some exporters put the whole model below one name.
        let prefixed = || self.entries.get(&format!("bert.{name}"));
        let entry = self.entries.get(name).or_else(prefixed);
        let entry = entry.ok_or_else(|| WeightsError::Missing(name.to_owned()))?;
        let (start, end) = entry.data_offsets;
        let bytes = self.data.get(start..end).filter(|bytes| {
            let size = wanted.iter().try_fold(4_usize, |size, side| size.checked_mul(*side));
            entry.dtype == "F32" && entry.shape == wanted && size == Some(bytes.len())
        });
        let bytes =
            bytes.ok_or_else(|| WeightsError::Tensor { name: name.to_owned(), wanted: wanted.to_vec() })?;
        Ok(bytes.as_chunks::<4>().0.iter().map(|number| f32::from_le_bytes(*number)).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_header_is_a_panic(start in any::<usize>(), end in any::<usize>(), rows in any::<usize>(), cut in 0_usize..200) {
            let header = format!(r#"{{"t":{{"dtype":"F32","shape":[{rows},2],"data_offsets":[{start},{end}]}}}}"#);
            let mut file = (header.len() as u64).to_le_bytes().to_vec();
            file.extend_from_slice(header.as_bytes());
            file.extend_from_slice(&[0; 16]);
            let fits = start <= end && end <= 16 && Some(end - start) == rows.checked_mul(8);
            let as_told = Weights::parse(&file).is_ok_and(|weights| weights.matrix("t", rows, 2).is_ok() == fits);
            prop_assert!(as_told);
            file.truncate(cut);
            let _ = Weights::parse(&file);
        }
    }
}
