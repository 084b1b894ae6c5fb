//! Vectors of texts that a teacher has already read, in one file that only grows.
//!
//! ```text
//! 0  4  "EWTV"
//! 4  4  numbers of a vector, little-endian
//! 8  …  records: SHA-256 of teacher, limit and text; the vector, 32-bit numbers, little-endian
//! ```
//!
//! A record that a killed run left unfinished is cut off; a file of another kind or size of vector is begun anew.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::num::NonZeroUsize;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::teacher::Teacher;

const MAGIC: &[u8; 4] = b"EWTV";

/// Texts between two writes: a minute's work at most is lost with a killed run.
const CHUNK: usize = 512;

/// What tells texts, limits and teachers apart.
type Key = [u8; 32];

/// A teacher that remembers.
pub struct Cache<'t> {
    teacher: &'t Teacher,
    file: File,
    known: HashMap<Key, Vec<f32>>,
}

impl<'t> Cache<'t> {
    /// Opens a teacher's cache, or begins one.
    pub fn open(path: &Path, teacher: &'t Teacher) -> io::Result<Self> {
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let mut header = MAGIC.to_vec();
        header.extend_from_slice(&(teacher.dimensions() as u32).to_le_bytes());
        let size = size_of::<Key>() + 4 * teacher.dimensions();
        let records = bytes.strip_prefix(header.as_slice());
        let known: HashMap<Key, Vec<f32>> =
            records.unwrap_or_default().chunks_exact(size).filter_map(record).collect();
        match records {
            Some(records) => file.set_len((header.len() + records.len() / size * size) as u64)?,
            None => {
                file.set_len(0)?;
                file.rewind()?;
                file.write_all(&header)?;
            }
        }
        file.seek(SeekFrom::End(0))?;
        Ok(Self { teacher, file, known })
    }

    /// Does what [`Teacher::embed`] does, for those texts that it has not met.
    pub fn embed(
        &mut self,
        texts: &[&str],
        max_tokens: usize,
        jobs: NonZeroUsize,
        progress: impl Fn(usize) + Sync,
    ) -> io::Result<Vec<Vec<f32>>> {
        let mut vectors = Vec::with_capacity(texts.len());
        for texts in texts.chunks(CHUNK) {
            let keys: Vec<Key> = texts.iter().map(|text| self.key(text, max_tokens)).collect();
            let pairs = keys.iter().copied().zip(texts.iter().copied());
            let (unmet_keys, unmet): (Vec<Key>, Vec<&str>) =
                pairs.filter(|(key, _)| !self.known.contains_key(key)).unzip();
            progress(texts.len() - unmet.len());
            let fresh = self.teacher.embed(&unmet, max_tokens, jobs, &progress);
            self.remember(unmet_keys.into_iter().zip(fresh))?;
            vectors.extend(keys.iter().filter_map(|key| self.known.get(key).cloned()));
        }
        Ok(vectors)
    }

    fn remember(&mut self, fresh: impl Iterator<Item = (Key, Vec<f32>)>) -> io::Result<()> {
        let mut bytes = Vec::new();
        for (key, vector) in fresh {
            bytes.extend_from_slice(&key);
            bytes.extend(vector.iter().flat_map(|number| number.to_le_bytes()));
            self.known.insert(key, vector);
        }
        self.file.write_all(&bytes)
    }

    fn key(&self, text: &str, max_tokens: usize) -> Key {
        let mut hash = Sha256::new();
        hash.update(self.teacher.hash());
        hash.update((max_tokens as u64).to_le_bytes());
        hash.update(text);
        hash.finalize().into()
    }
}

/// Reads one record.
fn record(bytes: &[u8]) -> Option<(Key, Vec<f32>)> {
    let (key, vector) = bytes.split_first_chunk()?;
    Some((*key, vector.as_chunks::<4>().0.iter().map(|number| f32::from_le_bytes(*number)).collect()))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::distil::teacher::tests::teacher;

    const TEXTS: [&str; 3] = ["b d", "a", "b d"];

    fn fresh(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("edgewise-{name}-{}.cache", std::process::id()));
        let _ = std::fs::remove_file(&path);
        path
    }

    fn embed(path: &Path, texts: &[&str]) -> Vec<Vec<f32>> {
        let (teacher, done) = (teacher(), AtomicUsize::new(0));
        let progress = |texts| {
            done.fetch_add(texts, Ordering::Relaxed);
        };
        let vectors =
            Cache::open(path, &teacher).unwrap().embed(texts, 16, NonZeroUsize::MIN, progress).unwrap();
        assert_eq!(done.into_inner(), texts.len());
        vectors
    }

    #[test]
    fn remembers_and_appends() {
        let path = fresh("remembers");
        let once = embed(&path, &TEXTS);
        let size = std::fs::metadata(&path).unwrap().len();
        assert_eq!(once, teacher().embed(&TEXTS, 16, NonZeroUsize::MIN, |_| ()));
        assert_eq!(embed(&path, &TEXTS), once);
        assert_eq!(std::fs::metadata(&path).unwrap().len(), size);
        assert_eq!(embed(&path, &["d", "a"])[1], once[1]);
        assert_eq!(std::fs::metadata(&path).unwrap().len(), size + 32 + 4 * 4);
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn an_unfinished_record_and_a_strange_file_are_no_obstacle() {
        let path = fresh("unfinished");
        let once = embed(&path, &TEXTS);
        let whole = std::fs::read(&path).unwrap();
        for damaged in [&whole[..whole.len() - 5], &whole[..3], b"something else entirely"] {
            std::fs::write(&path, damaged).unwrap();
            assert_eq!(embed(&path, &TEXTS), once);
            assert_eq!(embed(&path, &TEXTS), once);
        }
        std::fs::remove_file(path).unwrap();
    }
}
