use std::ops::Range;

use sha2::{Digest, Sha256};
use tantivy::directory::OwnedBytes;

use super::{
    ALIGNMENT, FORMAT_VERSION, HASH_AT, HASH_BYTES, LENGTH_AT, MAGIC, NAME_BYTES, ROW_BYTES, SECTIONS_MAX,
    TABLE_AT, hex,
};

/// Why a bundle is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// The file does not start like a bundle.
    #[error("this is no index bundle: found {found:02x?} where \"EDGEWISE\" was wanted")]
    Magic {
        /// First bytes of the file.
        found: Vec<u8>,
    },
    /// Another format.
    #[error(
        "the bundle has format version {found}, this program reads version {wanted}: build the index again with a matching edgewise"
    )]
    Version {
        /// Version in the file.
        found: u32,
        /// Version that this program reads.
        wanted: u32,
    },
    /// Cut off, or with something behind its end.
    #[error("the bundle has {found} bytes, {wanted} were wanted: fetch or build it again")]
    Length {
        /// Bytes there are.
        found: u64,
        /// Bytes there should be.
        wanted: u64,
    },
    /// Contents and hash disagree.
    #[error("{part} is damaged: its SHA-256 is {found}, {wanted} was wanted")]
    Hash {
        /// `the table`, or a section.
        part: String,
        /// The hash of what is there.
        found: String,
        /// The hash that the bundle states.
        wanted: String,
    },
    /// The table or a section is not laid out as it must be.
    #[error("{part} is malformed: {why}")]
    Malformed {
        /// `the table`, or a section.
        part: String,
        /// What was found and what was wanted.
        why: String,
    },
}

impl BundleError {
    pub(crate) fn malformed(part: impl Into<String>, why: impl ToString) -> Self {
        Self::Malformed { part: part.into(), why: why.to_string() }
    }
}

/// One part of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its name.
    pub name: String,
    /// Where it lies in the file, in bytes.
    pub range: Range<usize>,
}

/// A bundle whose every byte has been checked.
#[derive(Debug, Clone)]
pub(crate) struct Bundle {
    bytes: OwnedBytes,
    root: String,
    sections: Vec<Section>,
}

impl Bundle {
    /// Checks a whole file and takes it over without copying.
    ///
    /// 1. magic and version, 2. length, 3. root hash over header and table, 4. rows: names, offsets, lengths,
    /// 5. padding, 6. the hash of each section.
    pub(crate) fn open(file: Vec<u8>) -> Result<Self, BundleError> {
        // 1. Magic and version.
        let found = file.get(..MAGIC.len()).unwrap_or(&file);
        if found != MAGIC {
            return Err(BundleError::Magic { found: found.to_vec() });
        }
        let cut = |wanted: usize| BundleError::Length { found: file.len() as u64, wanted: wanted as u64 };
        let version = u32_at(&file, MAGIC.len()).ok_or_else(|| cut(TABLE_AT))?;
        if version != FORMAT_VERSION {
            return Err(BundleError::Version { found: version, wanted: FORMAT_VERSION });
        }

        // 2. Length.
        let count = u32_at(&file, MAGIC.len() + 4).ok_or_else(|| cut(TABLE_AT))? as usize;
        if count > SECTIONS_MAX {
            let why = format!("it names {count} sections, at most {SECTIONS_MAX} are possible");
            return Err(BundleError::malformed("the table", why));
        }
        let wanted = u64_at(&file, LENGTH_AT).ok_or_else(|| cut(TABLE_AT))?;
        if wanted != file.len() as u64 {
            return Err(BundleError::Length { found: file.len() as u64, wanted });
        }
        let table_end = TABLE_AT + count * ROW_BYTES;
        let table = file.get(TABLE_AT..table_end).ok_or_else(|| cut(table_end))?;

        // 3. Root hash.
        let mut root = Sha256::new();
        root.update(&file[..HASH_AT]);
        root.update(&file[LENGTH_AT..table_end]);
        let root = hex(&root.finalize());
        check("the table", root.clone(), hex(&file[HASH_AT..HASH_AT + HASH_BYTES]))?;

        // 4. to 6. Each section.
        let mut sections: Vec<Section> = Vec::with_capacity(count);
        let mut end = table_end;
        for row in table.chunks_exact(ROW_BYTES) {
            let section = section(row, end, &file)?;
            if sections.iter().any(|other| other.name == section.name) {
                return Err(BundleError::malformed(
                    "the table",
                    format!("section {} stands twice", section.name),
                ));
            }
            end = section.range.end;
            sections.push(section);
        }
        if end.next_multiple_of(ALIGNMENT) != file.len() || file[end..].iter().any(|byte| *byte != 0) {
            return Err(BundleError::malformed(
                "the table",
                format!("{} bytes belong to no section", file.len() - end),
            ));
        }
        Ok(Self { bytes: OwnedBytes::new(file), root, sections })
    }

    /// The root hash, hexadecimal.
    pub(crate) fn root(&self) -> &str {
        &self.root
    }

    /// Bytes of the file.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The sections in their order.
    pub(crate) fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// A section's bytes: a slice of the one buffer, not a copy.
    pub(crate) fn get(&self, name: &str) -> Option<OwnedBytes> {
        let section = self.sections.iter().find(|section| section.name == name)?;
        Some(self.bytes.slice(section.range.clone()))
    }
}

/// Reads one row of the table and checks the section that it points to, which must follow `end` directly.
fn section(row: &[u8], end: usize, file: &[u8]) -> Result<Section, BundleError> {
    let name = row.get(..NAME_BYTES).unwrap_or_default();
    let used = name.iter().position(|byte| *byte == 0).unwrap_or(NAME_BYTES);
    let name = match std::str::from_utf8(&name[..used]) {
        Ok(text) if used > 0 && name[used..].iter().all(|byte| *byte == 0) => text.to_owned(),
        _ => {
            return Err(BundleError::malformed("the table", "a section's name is not UTF-8 padded with NUL"));
        }
    };
    let part = || format!("section {name}");
    let start = u64_at(row, NAME_BYTES).unwrap_or_default();
    let length = u64_at(row, NAME_BYTES + 8).unwrap_or_default();
    let wanted = end.next_multiple_of(ALIGNMENT);
    if start != wanted as u64 {
        return Err(BundleError::malformed(
            part(),
            format!("it starts at byte {start}, {wanted} was wanted"),
        ));
    }
    let range = usize::try_from(length).ok().and_then(|length| Some(wanted..wanted.checked_add(length)?));
    let Some((range, bytes)) = range.and_then(|range| Some((range.clone(), file.get(range)?))) else {
        return Err(BundleError::malformed(part(), format!("its {length} bytes reach beyond the file")));
    };
    if file[end..wanted].iter().any(|byte| *byte != 0) {
        return Err(BundleError::malformed(part(), "the padding before it is not zero"));
    }
    check(&part(), hex(&Sha256::digest(bytes)), hex(row.get(NAME_BYTES + 16..).unwrap_or_default()))?;
    Ok(Section { name, range })
}

fn check(part: &str, found: String, wanted: String) -> Result<(), BundleError> {
    if found == wanted {
        return Ok(());
    }
    Err(BundleError::Hash { part: part.to_owned(), found, wanted })
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}
