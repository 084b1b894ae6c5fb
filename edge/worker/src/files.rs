//! Where in the bucket a site's files lie, and those of earlier deployments.

use crate::route::PinnedFile;

/// The pointer that publishing moves.
pub fn manifest(site: &str) -> String {
    format!("{site}/manifest.json")
}

/// The operator's settings.
pub fn site(site: &str) -> String {
    format!("{site}/site.json")
}

/// A bundle.
pub fn bundle(site: &str, hash: &str) -> String {
    format!("{site}/{hash}.bundle")
}

/// The texts beside a bundle.
pub fn texts(site: &str, hash: &str) -> String {
    format!("{site}/{hash}.texts")
}

/// A file of the widget that pages may have pinned. No site's id begins with an underscore.
pub fn pinned(file: &PinnedFile) -> String {
    format!("_pinned/{}/{}", file.folder, file.name)
}
