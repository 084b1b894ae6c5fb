use sha2::{Digest, Sha256};

use super::{ALIGNMENT, FORMAT_VERSION, HASH_AT, LENGTH_AT, MAGIC, NAME_BYTES, ROW_BYTES, TABLE_AT};

/// Lays out `sections` (name, bytes) in the given order; returns the file.
///
/// Names are ours: at most 48 bytes, without NUL.
pub(crate) fn write(sections: &[(String, Vec<u8>)]) -> Vec<u8> {
    let table_end = TABLE_AT + sections.len() * ROW_BYTES;
    let mut table = Vec::with_capacity(sections.len() * ROW_BYTES);
    let mut at = table_end.next_multiple_of(ALIGNMENT);
    for (name, bytes) in sections {
        debug_assert!(name.len() <= NAME_BYTES && !name.contains('\0'));
        let mut padded = [0; NAME_BYTES];
        padded.iter_mut().zip(name.bytes()).for_each(|(slot, byte)| *slot = byte);
        table.extend_from_slice(&padded);
        table.extend_from_slice(&(at as u64).to_le_bytes());
        table.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        table.extend_from_slice(&Sha256::digest(bytes));
        at = (at + bytes.len()).next_multiple_of(ALIGNMENT);
    }

    let mut file = Vec::with_capacity(at);
    file.extend_from_slice(MAGIC);
    file.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
    file.extend_from_slice(&(sections.len() as u32).to_le_bytes());
    let mut root = Sha256::new();
    root.update(&file[..HASH_AT]);
    root.update((at as u64).to_le_bytes());
    root.update(&table);
    file.extend_from_slice(&root.finalize());
    debug_assert_eq!(file.len(), LENGTH_AT);
    file.extend_from_slice(&(at as u64).to_le_bytes());
    file.extend_from_slice(&table);
    for (_, bytes) in sections {
        file.resize(file.len().next_multiple_of(ALIGNMENT), 0);
        file.extend_from_slice(bytes);
    }
    file.resize(at, 0);
    file
}
