use serde::{Deserialize, Serialize};

/// `manifest.json`: what is in service for one site. The one thing that publishing moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Format of this file: 1.
    pub format: u32,
    /// The site that it serves.
    pub site: String,
    /// Names this state of the index; the base bundle's hash where there are no deltas.
    pub version: String,
    /// Base first, then deltas, oldest first.
    pub bundles: Vec<ManifestBundle>,
    /// Keys of threads in the bundles that are gone.
    #[serde(default)]
    pub tombstones: Vec<String>,
    /// Newest activity among the threads, RFC 3339: where an incremental import goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watermark: Option<String>,
    /// The version that this one replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
}

/// One bundle and the texts that lie beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ManifestBundle {
    /// `<hash>.bundle`; the hash is the bundle's root hash, which covers every section.
    pub bundle: ManifestFile,
    /// `<hash>.texts`; the hash is the SHA-256 of the file and equals the one in the bundle's header.
    pub texts: ManifestFile,
    /// Threads and pages in it.
    pub documents: u64,
}

/// An immutable file, named by its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ManifestFile {
    /// Lower-case hexadecimal, 64 digits.
    pub hash: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// Answer to `GET /v1/index`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IndexInfo {
    /// Version of the index in service.
    pub index_version: String,
    /// The site.
    pub site: String,
    /// Threads and pages.
    pub documents: u64,
    /// Bytes of the bundle.
    pub bundle_bytes: u64,
    /// Bytes of the texts file.
    pub texts_bytes: u64,
    /// Bytes of the isolate's WebAssembly memory, all of it.
    pub wasm_memory_bytes: u64,
    /// Newest activity among the threads, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watermark: Option<String>,
    /// Why a newer index is not in service, where one was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// Answer to `GET /healthz`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// `ok`, or `degraded` when an older index or none is in service.
    pub status: String,
    /// Version of the index in service; empty when there is none.
    pub index_version: String,
    /// What is wrong, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}
