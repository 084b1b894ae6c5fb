//! Compressed values: postcard within LZ4, with the size before it.
//!
//! ```text
//! 0  4  bytes of the value before compression, little-endian
//! 4  …  one LZ4 block
//! ```
//!
//! The size is bounded before anything is allocated, because it may come from a damaged file.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Packs `value`. Fails only where it is larger than `most` bytes before compression.
pub(crate) fn pack<T: Serialize>(value: &T, most: usize) -> Result<Vec<u8>, String> {
    let plain = postcard::to_stdvec(value).map_err(|error| error.to_string())?;
    if plain.len() > most {
        return Err(format!("{} bytes, at most {most} fit", plain.len()));
    }
    let mut packed = (plain.len() as u32).to_le_bytes().to_vec();
    packed.extend_from_slice(&lz4_flex::block::compress(&plain));
    Ok(packed)
}

/// Unpacks what [`pack`] made; refuses more than `most` bytes.
pub(crate) fn unpack<T: DeserializeOwned>(packed: &[u8], most: usize) -> Result<T, String> {
    let plain = decompress(packed, most)?;
    let (value, rest) = postcard::take_from_bytes(&plain).map_err(|error| error.to_string())?;
    if !rest.is_empty() {
        return Err(format!("{} bytes too many", rest.len()));
    }
    Ok(value)
}

/// What [`pack`] compressed, in postcard; refuses more than `most` bytes.
pub(crate) fn decompress(packed: &[u8], most: usize) -> Result<Vec<u8>, String> {
    let (size, block) = packed.split_first_chunk::<4>().ok_or("cut off before the size")?;
    let size = u32::from_le_bytes(*size) as usize;
    if size > most {
        return Err(format!("it states {size} bytes, at most {most} are possible"));
    }
    lz4_flex::block::decompress(block, size).map_err(|error| error.to_string())
}
