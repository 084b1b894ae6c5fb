//! Records: what a result shows of each document, without reading the texts file.
//!
//! ```text
//! 0        4         documents, d
//! 4        4·(b+1)   where each block starts, counted from the end of this list; b = ⌈d/16⌉, and the end
//! …                  the blocks: `packed` lists of 16 records (the last one fewer)
//! ```
//!
//! Sixteen records share a block: alone, 400 bytes hardly compress; with more, a page of ten hits would unpack
//! too much. Integers are little-endian.

use api::PassageFrom;
use serde::{Deserialize, Serialize};
use tantivy::directory::OwnedBytes;

use crate::bundle::BundleError;
use crate::packed;

/// Name of the section.
pub(crate) const SECTION: &str = "records";

/// Records in a block.
const BLOCK: usize = 16;

/// Bytes of a block before compression: 16 records with titles and tags far beyond what forums allow.
const BLOCK_BYTES: usize = 1 << 20;

/// What a result shows of one document; `S` are its texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record<S = String> {
    /// `source:site:id`.
    pub key: S,
    /// Plain text.
    pub title: S,
    /// Where people read it.
    pub url: S,
    /// The category's name.
    pub category: Option<S>,
    /// Tags.
    pub tags: Vec<S>,
    /// Has an accepted answer.
    pub accepted: bool,
    /// Has an answer by staff.
    pub staff: bool,
    /// Nobody can answer any more.
    pub closed: bool,
    /// Answers by people.
    pub answers: u32,
    /// Seconds since 1970.
    pub created_at: i64,
    /// The lead passage and whose words it is.
    pub passage: Option<(PassageFrom, S)>,
    /// Where the whole text lies.
    pub frame: Frame,
}

/// A thread's place in the texts file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Frame {
    /// First byte.
    pub offset: u64,
    /// Bytes.
    pub length: u32,
    /// First eight bytes of its SHA-256: a range read is checked without reading the whole file.
    pub check: [u8; 8],
}

/// Writes the section.
pub(crate) fn write(records: &[Record]) -> Result<Vec<u8>, String> {
    let mut starts = vec![0_u32];
    let mut blocks = Vec::new();
    for block in records.chunks(BLOCK) {
        blocks.extend_from_slice(&packed::pack(&block, BLOCK_BYTES)?);
        starts.push(u32::try_from(blocks.len()).map_err(|_| "records of more than 4 GiB".to_owned())?);
    }
    let mut section = (records.len() as u32).to_le_bytes().to_vec();
    section.extend(starts.iter().flat_map(|start| start.to_le_bytes()));
    section.extend_from_slice(&blocks);
    Ok(section)
}

/// Reads records in place.
#[derive(Debug, Clone)]
pub(crate) struct Records {
    bytes: OwnedBytes,
    documents: u32,
}

impl Records {
    /// Checks that the section holds `documents` records and that its blocks lie within it.
    pub(crate) fn open(bytes: OwnedBytes, documents: u32) -> Result<Self, BundleError> {
        let malformed = |why: String| BundleError::malformed(format!("section {SECTION}"), why);
        let records = Self { bytes, documents };
        let found = records.u32_at(0).unwrap_or_default();
        if found != documents {
            return Err(malformed(format!("it has {found} records, the index has {documents} documents")));
        }
        let blocks_at = records.blocks_at();
        let room =
            records.bytes.len().checked_sub(blocks_at).ok_or_else(|| malformed("it is cut off".into()))?;
        let starts: Vec<u32> = (0..=records.blocks()).filter_map(|block| records.start(block)).collect();
        if starts.first() != Some(&0)
            || !starts.is_sorted()
            || starts.last().map(|end| *end as usize) != Some(room)
        {
            return Err(malformed("its blocks do not follow each other".into()));
        }
        Ok(records)
    }

    /// The record of one document.
    pub(crate) fn get(&self, document: u32) -> Result<Record, String> {
        let block = document as usize / BLOCK;
        let (Some(start), Some(end)) = (self.start(block), self.start(block + 1)) else {
            return Err(format!("there is no document {document}"));
        };
        let at = self.blocks_at();
        let bytes = self.bytes.get(at + start as usize..at + end as usize).ok_or("its block is cut off")?;
        nth(&packed::decompress(bytes, BLOCK_BYTES)?, document as usize % BLOCK)
            .map_err(|error| error.to_string())?
            .ok_or_else(|| format!("its block lacks document {document}"))
    }

    fn blocks(&self) -> usize {
        (self.documents as usize).div_ceil(BLOCK)
    }

    fn blocks_at(&self) -> usize {
        4 + 4 * (self.blocks() + 1)
    }

    fn start(&self, block: usize) -> Option<u32> {
        if block > self.blocks() { None } else { self.u32_at(4 + 4 * block) }
    }

    fn u32_at(&self, at: usize) -> Option<u32> {
        Some(u32::from_le_bytes(self.bytes.get(at..at + 4)?.try_into().ok()?))
    }
}

/// One record of a block's list. Those before it are read without looking at their texts, which are bytes to postcard.
fn nth(block: &[u8], at: usize) -> postcard::Result<Option<Record>> {
    let (records, mut rest) = postcard::take_from_bytes::<usize>(block)?;
    if at >= records {
        return Ok(None);
    }
    for _ in 0..at {
        (_, rest) = postcard::take_from_bytes::<Record<&[u8]>>(rest)?;
    }
    postcard::take_from_bytes(rest).map(|(record, _)| Some(record))
}
