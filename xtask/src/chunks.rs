//! The chunks that the splitter cuts out of the widget, and its module, which loads them.
//!
//! `split_NAME.wasm` is what only the split points of one name reach, `chunk_NUMBER.wasm` what those of several names reach: it
//! is loaded with each of them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::build::files_of;

/// The split points of the form and the rules of redaction.
pub const ASK: &str = "ask";

/// The split points of sending and hearing back.
pub const FOLLOW: &str = "follow";

/// The splitter's module, beside the chunks.
const SPLITTER: &str = "__wasm_split.js";

/// The chunks in a folder, by their names.
pub fn chunks(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = files_of(folder)?;
    found.retain(|file| {
        let name = name_of(file);
        name.ends_with(".wasm") && (name.starts_with("split_") || name.starts_with("chunk_"))
    });
    Ok(found)
}

/// A file's name.
pub fn name_of(file: &Path) -> &str {
    file.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

/// The splitter's module in a folder.
pub fn splitter(folder: &Path) -> Result<String> {
    let file = folder.join(SPLITTER);
    fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))
}

/// The files that the splitter's module loads for a name.
pub fn loaded_for(splitter: &str, name: &str) -> Result<Vec<String>> {
    let load = format!("__wasm_split_load_{name} = ");
    // `…, [__chunk_1, __chunk_2])`
    let shared = splitter.split_once(&load).and_then(|(_, load)| load.split_once(", [")?.1.split_once(']'));
    let Some((shared, _)) = shared else { bail!("the splitter's module does not load `{name}`") };
    let shared = shared.split(", ").filter_map(|shared| shared.strip_prefix("__"));
    Ok([format!("split_{name}.wasm")]
        .into_iter()
        .chain(shared.map(|shared| format!("{shared}.wasm")))
        .collect())
}

/// The splitter's module with each chunk's hash where it asks for the chunk.
pub fn with_integrity(splitter: &str, hashes: &[(String, String)]) -> Result<String> {
    let mut checked = splitter.to_owned();
    for (name, hash) in hashes {
        let address = format!(r#"fetch(new URL("./{name}", import.meta.url)"#);
        let request = format!("{address})");
        if checked.matches(&request).count() != 1 {
            bail!("the splitter's module asks for a chunk in another way than `{request}`");
        }
        let request_checked = format!(r#"{address}, {{ credentials: "omit", integrity: "{hash}" }})"#);
        checked = checked.replace(&request, &request_checked);
    }
    if checked.matches("fetch(").count() != hashes.len() {
        bail!("the splitter's module asks for something else than its chunks");
    }
    Ok(checked)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOADS: &str = r#"
const __chunk_3 = makeLoad(() => {
    const src = fetch(new URL("./chunk_3.wasm", import.meta.url));
}
, []);
export const __wasm_split_load_ask = wrapAsyncCb(makeLoad(() => {
    const src = fetch(new URL("./split_ask.wasm", import.meta.url));
}
, [__chunk_3]));
"#;

    #[test]
    fn chunks_are_asked_for_by_their_hashes() {
        let hashes = [("chunk_3.wasm", "sha256-x"), ("split_ask.wasm", "sha256-y")]
            .map(|(name, hash)| (name.into(), hash.into()));
        let checked = with_integrity(LOADS, &hashes).unwrap();
        for request in [
            r#"fetch(new URL("./chunk_3.wasm", import.meta.url), { credentials: "omit", integrity: "sha256-x" });"#,
            r#"fetch(new URL("./split_ask.wasm", import.meta.url), { credentials: "omit", integrity: "sha256-y" });"#,
        ] {
            assert!(checked.contains(request), "{checked}");
        }
        assert!(with_integrity(LOADS, &hashes[..1]).is_err(), "a chunk is asked for without its hash");
        assert!(with_integrity("fetch(elsewhere)", &hashes).is_err());
    }

    #[test]
    fn what_several_share_is_loaded_for_each() {
        assert_eq!(loaded_for(LOADS, "ask").unwrap(), ["split_ask.wasm", "chunk_3.wasm"]);
        assert_eq!(loaded_for(&LOADS.replace("[__chunk_3]", "[]"), "ask").unwrap(), ["split_ask.wasm"]);
        assert!(loaded_for(LOADS, "follow").is_err());
    }
}
