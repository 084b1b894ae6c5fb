//! Bundles the scripts of the embed, each with the hashes of what it loads.
//!
//! ```text
//! embed.js, embed.mjs    the loader, as a script and as a module; know widget.js
//! inline.js, inline.mjs  help in the flow of a page, likewise
//!   widget.js            starts the widget; knows widget_bg.wasm, its chunks and the two below
//!     fallback.js        its stand-in
//!     challenge.js       has the browser pass a site's challenge
//! ```
//!
//! Who has the first one's own hash in the page, has all of it checked.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256, Sha384};

use crate::build::{BROWSERS, Widget, copy, copy_tree, files_of, write};
use crate::chunks::{name_of, splitter, with_integrity};
use crate::paths;
use crate::process;
use crate::tools::{Tools, file_hash, short_hash};

/// The bundled scripts.
#[derive(Debug, Clone)]
pub struct Embed {
    /// The loader as a script.
    pub loader: PathBuf,
    /// The loader as a module.
    pub module: PathBuf,
    /// Help in the flow of a page, as a script.
    pub inline: PathBuf,
    /// The same as a module.
    pub inline_module: PathBuf,
    /// What the loader fetches beside the widget's wasm.
    pub widget: PathBuf,
    /// What stands in where wasm is refused.
    pub fallback: PathBuf,
    /// What has the browser pass a site's challenge.
    pub challenge: PathBuf,
    /// Names the folder of the widget's files: the hash of all of them.
    pub widget_hash: String,
    /// Names the folder of the loader and of what lies in the flow of a page.
    pub loader_hash: String,
}

/// Bundles the scripts around a widget.
///
/// 1. The style sheets are compressed: esbuild bundles them as texts and leaves these as they are.
/// 2. The stand-in, and what passes a challenge.
/// 3. The widget's module, which asks for its chunks by hash.
/// 4. The loader, and what lies in the flow of a page.
pub fn bundle(tools: &Tools, widget: &Widget) -> Result<Embed> {
    let (source, work) = (paths::repository().join("widget"), widget.bound.with_file_name("embed"));
    if work.exists() {
        fs::remove_dir_all(&work).with_context(|| format!("clearing {}", work.display()))?;
    }
    // 1.
    copy_tree(&source.join("embed"), &work.join("embed"))?;
    let mut sheets = tools.npm_command("esbuild");
    sheets.args(files_of(&source.join("style"))?);
    sheets.args(["fallback", "inline", "challenge"].map(|name| source.join(format!("embed/{name}.css"))));
    sheets
        .args(["--minify", "--log-level=warning", "--outdir=."])
        .arg(format!("--outbase={}", source.display()));
    sheets.current_dir(&work);
    process::run_quietly(sheets).context("compressing the loader's style sheets")?;

    // 2.
    let script = |entry: &str, format: &str, to: &str, settings: &[String]| {
        let out = work.join(to);
        let mut esbuild = tools.npm_command("esbuild");
        esbuild
            .arg(format!("embed/{entry}"))
            .args(["--bundle", "--minify", "--charset=utf8", "--loader:.css=text", "--log-level=warning"])
            .args([format!("--format={format}"), format!("--target={BROWSERS}")])
            .arg(format!("--outfile={}", out.display()))
            .args(settings)
            .current_dir(&work);
        process::run_quietly(esbuild).with_context(|| format!("bundling {to}"))?;
        Ok::<_, anyhow::Error>(out)
    };
    let define = |name: &str, value: &str| format!("--define:{name}=\"{value}\"");
    let fallback = script("fallback.ts", "esm", "fallback.js", &[])?;
    let challenge = script("challenge.ts", "esm", "challenge.js", &[])?;

    // 3.
    let glue = work.join("glue");
    copy(&widget.bound.join("widget.js"), &glue.join("widget.js"))?;
    let hash_of = |chunk: &PathBuf| Ok((name_of(chunk).to_owned(), integrity(chunk)?));
    let hashes = widget.chunks.iter().map(hash_of).collect::<Result<Vec<_>>>()?;
    let splitter = with_integrity(&splitter(&widget.bound)?, &hashes)?;
    write(&glue.join("__wasm_split.js"), splitter.as_bytes())?;
    let settings = [
        "--alias:glue=./glue/widget.js".to_owned(),
        define("WASM_HASH", &integrity(&widget.wasm)?),
        define("FALLBACK_HASH", &integrity(&fallback)?),
        define("CHALLENGE_HASH", &integrity(&challenge)?),
    ];
    let module = script("widget.ts", "esm", "widget.js", &settings)?;

    // 4.
    let files = [&module, &widget.wasm, &fallback, &challenge].into_iter().chain(&widget.chunks);
    let hashes = files.map(|file| file_hash(file)).collect::<Result<Vec<_>>>()?;
    let widget_hash = short_hash(hashes.concat().as_bytes());
    let settings = [
        define("MODULE", &format!("/v1/a/{widget_hash}/widget.js")),
        define("MODULE_HASH", &integrity(&module)?),
    ];
    let loader = script("embed.ts", "iife", "embed.js", &settings)?;
    let esm = script("module.ts", "esm", "embed.mjs", &settings)?;
    let inline = script("inline.ts", "iife", "inline.js", &settings)?;
    let inline_module = script("inline-module.ts", "esm", "inline.mjs", &settings)?;
    let hashes = [&loader, &esm, &inline, &inline_module].map(|file| file_hash(file));
    let loader_hash = short_hash(hashes.into_iter().collect::<Result<Vec<_>>>()?.concat().as_bytes());
    Ok(Embed {
        loader,
        module: esm,
        inline,
        inline_module,
        widget: module,
        fallback,
        challenge,
        widget_hash,
        loader_hash,
    })
}

impl Embed {
    /// Lays the scripts out beside the widget: immutable ones below their hashes, and the loader that moves on.
    pub fn lay_out(&self, widget: &Widget, folder: &Path) -> Result<()> {
        let (assets, pinned) =
            (folder.join("a").join(&self.widget_hash), folder.join("a").join(&self.loader_hash));
        for script in [&self.loader, &self.module, &self.inline, &self.inline_module] {
            copy(script, &pinned.join(name_of(script)))?;
            copy(script, &folder.join(name_of(script)))?;
        }
        for (file, to) in [
            (&self.widget, assets.join("widget.js")),
            (&self.fallback, assets.join("fallback.js")),
            (&self.challenge, assets.join("challenge.js")),
            (&widget.wasm, assets.join("widget_bg.wasm")),
            (&paths::repository().join("widget/embed/edgewise.d.ts"), folder.join("embed.d.ts")),
        ] {
            copy(file, &to)?;
        }
        for chunk in &widget.chunks {
            copy(chunk, &assets.join(name_of(chunk)))?;
        }
        write(&folder.join("embed.json"), self.published()?.as_bytes())
    }

    /// Where the scripts of this build stay that a page names, and the hashes to pin them by, as JSON.
    pub fn published(&self) -> Result<String> {
        let pin = |file: &Path| {
            let url = format!("/v1/a/{}/{}", self.loader_hash, name_of(file));
            Ok::<_, anyhow::Error>(serde_json::json!({ "url": url, "integrity": published_integrity(file)? }))
        };
        let published = serde_json::json!({
            "script": pin(&self.loader)?,
            "module": pin(&self.module)?,
            "inlineScript": pin(&self.inline)?,
            "inlineModule": pin(&self.inline_module)?,
        });
        Ok(serde_json::to_string_pretty(&published)?)
    }
}

/// What scripts carry: short, because it does not compress.
fn integrity(file: &Path) -> Result<String> {
    Ok(format!("sha256-{}", STANDARD.encode(Sha256::digest(read(file)?))))
}

/// What pages carry.
fn published_integrity(file: &Path) -> Result<String> {
    Ok(format!("sha384-{}", STANDARD.encode(Sha384::digest(read(file)?))))
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("reading {}", file.display()))
}
