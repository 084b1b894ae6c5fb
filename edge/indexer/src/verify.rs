//! `edgewise verify`: whether manifest, files and hashes agree and the bundle opens.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use api::{Manifest, ManifestBundle, ManifestFile};

use crate::{files, report};

/// Checks a folder or one bundle, says so, or fails with the reason.
pub fn run(index: &Path) -> Result<()> {
    if index.is_dir() {
        let manifest = folder(index)?;
        let documents: u64 = manifest.bundles.iter().map(|bundle| bundle.documents).sum();
        let documents = usize::try_from(documents).unwrap_or(usize::MAX);
        println!("whole: {}, version {}", report::plural(documents, "thread", "threads"), manifest.version);
    } else {
        let opened = files::open(index)?;
        let named = index.file_stem().is_some_and(|stem| stem == opened.version());
        ensure!(named, "{} is whole, but its name is not its hash {}", index.display(), opened.version());
        println!("whole: {} threads, version {}", report::count(opened.documents()), opened.version());
    }
    Ok(())
}

/// Checks everything that a folder's manifest names.
pub fn folder(folder: &Path) -> Result<Manifest> {
    let manifest = files::read_manifest(folder)?;
    ensure!(!manifest.bundles.is_empty(), "the manifest names no bundle");
    for entry in &manifest.bundles {
        bundle(folder, &manifest, entry)?;
    }
    let base = files::base(&manifest)?;
    if manifest.bundles.len() == 1 && manifest.version != base.bundle.hash {
        bail!("the manifest has version {}, its only bundle {}", manifest.version, base.bundle.hash);
    }
    Ok(manifest)
}

/// 1. The bundle is what its name says and opens. 2. It is the one that the manifest describes. 3. So are the texts.
fn bundle(folder: &Path, manifest: &Manifest, entry: &ManifestBundle) -> Result<()> {
    let name = files::bundle_name(&entry.bundle);
    let path = folder.join(&name);
    size(&path, &entry.bundle)?;
    let opened = files::open(&path)?;
    ensure!(opened.version() == entry.bundle.hash, "{name} holds the bundle {}", opened.version());

    ensure!(
        opened.site() == manifest.site,
        "{name} was built for site {}, the manifest is of {}",
        opened.site(),
        manifest.site
    );
    ensure!(
        opened.documents() == entry.documents,
        "{name} holds {} threads, the manifest says {}",
        opened.documents(),
        entry.documents
    );
    ensure!(
        *opened.texts() == entry.texts,
        "{name} belongs to the texts {}, the manifest names {}",
        opened.texts().hash,
        entry.texts.hash
    );

    let name = files::texts_name(&entry.texts);
    let path = folder.join(&name);
    size(&path, &entry.texts)?;
    let bytes = fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let hash = search::sha256_hex(&bytes);
    ensure!(hash == entry.texts.hash, "{name} is damaged: its SHA-256 is {hash}");
    Ok(())
}

fn size(path: &Path, file: &ManifestFile) -> Result<()> {
    let found = fs::metadata(path).with_context(|| format!("{} is missing", path.display()))?.len();
    ensure!(found == file.bytes, "{} has {found} bytes, the manifest says {}", path.display(), file.bytes);
    Ok(())
}
