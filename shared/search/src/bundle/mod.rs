//! The index bundle: one file that holds the tantivy index and our own sections.
//!
//! ```text
//! offset  size  what                                      integers are little-endian
//!      0     8  magic "EDGEWISE"
//!      8     4  format version
//!     12     4  number of sections, n
//!     16    32  root hash: SHA-256 of bytes 0..16, then of bytes 48..56+104n
//!     48     8  length of the file
//!     56  104n  table, a row a section:
//!                 56  name, UTF-8, padded with NUL
//!                  8  offset from the start of the file
//!                  8  length
//!                 32  SHA-256 of the section
//!      …        sections in the table's order, each at the next multiple of 8, zeros between
//! ```
//!
//! The root hash covers the table and the table covers the sections, so that it names the whole file; it is the
//! `<hash>` of `<hash>.bundle`. There is exactly one way to lay out given sections. A reader checks everything
//! before it hands out a byte: magic, version, length, root hash, names, offsets, padding, section hashes.
//! What the sections mean is left to `index` and `build`.

mod reader;
mod writer;

pub(crate) use reader::Bundle;
pub use reader::{BundleError, Section};
pub(crate) use writer::write;

/// First eight bytes of every bundle.
pub(crate) const MAGIC: &[u8; 8] = b"EDGEWISE";

/// Version of the layout and of what the sections hold. Raised whenever an older reader could not read them.
pub const FORMAT_VERSION: u32 = 4;

/// Bytes before the root hash.
const HASH_AT: usize = 16;
/// Bytes of a SHA-256.
const HASH_BYTES: usize = 32;
/// Where the file's length stands.
const LENGTH_AT: usize = HASH_AT + HASH_BYTES;
/// Where the table starts.
const TABLE_AT: usize = LENGTH_AT + 8;
/// Bytes of a section's name.
const NAME_BYTES: usize = 56;
/// Bytes of a row: name, offset, length, hash.
const ROW_BYTES: usize = NAME_BYTES + 8 + 8 + HASH_BYTES;
/// Sections at most: tantivy writes 7 files, we write 4.
const SECTIONS_MAX: usize = 64;
/// Sections start at multiples of this.
const ALIGNMENT: usize = 8;

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

/// SHA-256 of `bytes` as lower-case hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    use sha2::Digest;
    hex(&sha2::Sha256::digest(bytes))
}
