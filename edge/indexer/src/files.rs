//! An index on disk: the manifest and the files that it names.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use api::{Manifest, ManifestBundle, ManifestFile};
use search::Index;
use search::semantic::Distilled;

/// Name of the file that says what is in service.
pub const MANIFEST: &str = "manifest.json";

/// The one format of the manifest there is.
pub const MANIFEST_FORMAT: u32 = 1;

/// Name of a bundle's file.
pub fn bundle_name(file: &ManifestFile) -> String {
    format!("{}.bundle", file.hash)
}

/// Name of a texts file.
pub fn texts_name(file: &ManifestFile) -> String {
    format!("{}.texts", file.hash)
}

/// Reads what `distil` wrote.
pub fn read_vectors(file: &Path) -> Result<Distilled> {
    let bytes = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    Distilled::from_bytes(&bytes)
        .map_err(|why| anyhow::anyhow!("{}: {why}; make it anew with `edgewise distil`", file.display()))
}

/// Reads a folder's manifest.
pub fn read_manifest(folder: &Path) -> Result<Manifest> {
    let path = folder.join(MANIFEST);
    let bytes = fs::read(&path).with_context(|| {
        format!("{} cannot be read: is this a folder that `build` wrote?", path.display())
    })?;
    let manifest: Manifest =
        serde_json::from_slice(&bytes).with_context(|| format!("{} is no manifest", path.display()))?;
    if manifest.format != MANIFEST_FORMAT {
        bail!("{} has format {}, this version knows {MANIFEST_FORMAT}", path.display(), manifest.format);
    }
    Ok(manifest)
}

/// The base bundle that a manifest names.
pub fn base(manifest: &Manifest) -> Result<&ManifestBundle> {
    manifest.bundles.first().context("the manifest names no bundle")
}

/// The path of the bundle that an argument means: itself, or the one its folder's manifest names.
pub fn bundle_path(index: &Path) -> Result<PathBuf> {
    if index.is_dir() {
        let manifest = read_manifest(index)?;
        Ok(index.join(bundle_name(&base(&manifest)?.bundle)))
    } else {
        Ok(index.to_owned())
    }
}

/// Reads and opens a bundle; every byte of it is checked on the way.
pub fn open(path: &Path) -> Result<Index> {
    let bytes = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    Index::open(bytes).with_context(|| format!("{} is no bundle that can be used", path.display()))
}

/// Writes a file so that it is there whole or not at all.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let unfinished = path.with_extension("unfinished");
    let write = || -> std::io::Result<()> {
        let mut file = fs::File::create(&unfinished)?;
        file.write_all(bytes)?;
        // The name must never point to bytes that a power cut can still take away.
        file.sync_all()?;
        fs::rename(&unfinished, path)
    };
    write().with_context(|| format!("{} cannot be written", path.display()))
}
