//! Bundles the scripts of the embed, each with the hashes of what it loads.
//!
//! ```text
//! embed.js, embed.mjs    the loader, as a script and as a module; know widget.js
//! embed.ar.js, …         the same in the words of another locale
//! inline.js, …           help in the flow of a page, likewise
//!   widget.js            starts the widget; knows widget_bg.wasm, its chunks and those below
//!     fallback.js        its stand-in
//!     challenge.js       has the browser pass a site's challenge
//!     ar.json            the words of a locale
//! ```
//!
//! Who has the first one's own hash in the page, has all of it checked.

use std::collections::BTreeMap;
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
use crate::words::Locale;

/// The locale that is built into everything.
const ENGLISH: &str = "en.json";

/// The bundled scripts.
#[derive(Debug, Clone)]
pub struct Embed {
    /// The loader as a script.
    pub loader: PathBuf,
    /// Help in the flow of a page, as a script.
    pub inline: PathBuf,
    /// The scripts that a page names, by name: the loader and help in the flow of a page, as scripts and as modules, in each
    /// locale.
    named: Vec<(String, PathBuf)>,
    /// The words of each locale beside English.
    pub locales: Vec<PathBuf>,
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
/// 2. The stand-in, what passes a challenge, and the words of each locale.
/// 3. The widget's module, which asks for its chunks and locales by hash.
/// 4. The loader, and what lies in the flow of a page, in each locale.
pub fn bundle(tools: &Tools, widget: &Widget) -> Result<Embed> {
    let (source, work) = (paths::repository().join("widget"), widget.bound.with_file_name("embed"));
    if work.exists() {
        fs::remove_dir_all(&work).with_context(|| format!("clearing {}", work.display()))?;
    }
    // 1.
    copy_tree(&source.join("embed"), &work.join("embed"))?;
    copy_tree(&source.join("locales"), &work.join("locales"))?;
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
    let define = |name: &str, value: &str| format!("--define:{name}={}", serde_json::json!(value));
    let fallback = script("fallback.ts", "esm", "fallback.js", &[])?;
    let challenge = script("challenge.ts", "esm", "challenge.js", &[])?;
    let mut locales = Vec::new();
    let mut english = None;
    for file in files_of(&source.join("locales"))? {
        let locale = read_locale(&file)?;
        if name_of(&file) == ENGLISH {
            english = Some(locale);
            continue;
        }
        let to = work.join(name_of(&file));
        write(&to, words_of(&locale).to_string().as_bytes())?;
        locales.push((locale, to));
    }
    let english = english.context("there is no English")?;

    // 3.
    let glue = work.join("glue");
    copy(&widget.bound.join("widget.js"), &glue.join("widget.js"))?;
    let hash_of = |chunk: &PathBuf| Ok((name_of(chunk).to_owned(), integrity(chunk)?));
    let hashes = widget.chunks.iter().map(hash_of).collect::<Result<Vec<_>>>()?;
    let splitter = with_integrity(&splitter(&widget.bound)?, &hashes)?;
    write(&glue.join("__wasm_split.js"), splitter.as_bytes())?;
    let hash_of = |(locale, words): &(Locale, PathBuf)| Ok((locale.lang.clone(), integrity(words)?));
    let hashes = locales.iter().map(hash_of).collect::<Result<BTreeMap<_, _>>>()?;
    let settings = [
        "--alias:glue=./glue/widget.js".to_owned(),
        define("WASM_HASH", &integrity(&widget.wasm)?),
        define("FALLBACK_HASH", &integrity(&fallback)?),
        define("CHALLENGE_HASH", &integrity(&challenge)?),
        format!("--define:LOCALES={}", serde_json::json!(hashes)),
    ];
    let module = script("widget.ts", "esm", "widget.js", &settings)?;

    // 4.
    let words = locales.iter().map(|(_, words)| words);
    let files = [&module, &widget.wasm, &fallback, &challenge].into_iter().chain(&widget.chunks).chain(words);
    let hashes = files.map(|file| file_hash(file)).collect::<Result<Vec<_>>>()?;
    let widget_hash = short_hash(hashes.concat().as_bytes());
    let module_hash = integrity(&module)?;
    let mut named = Vec::new();
    for (locale, infix) in [(&english, String::new())]
        .into_iter()
        .chain(locales.iter().map(|(locale, _)| (locale, format!(".{}", locale.lang))))
    {
        let texts =
            locale.loader.iter().map(|(name, text)| (name.as_str(), text.as_str().unwrap_or_default()));
        let texts = texts.chain([("lang", locale.lang.as_str()), ("dir", locale.dir.as_str())]);
        let mut settings: Vec<_> = texts.map(|(name, text)| define(&format!("WORDS.{name}"), text)).collect();
        settings.push(define("MODULE", &format!("/v1/a/{widget_hash}/widget.js")));
        settings.push(define("MODULE_HASH", &module_hash));
        for (entry, format, name) in [
            ("embed.ts", "iife", format!("embed{infix}.js")),
            ("module.ts", "esm", format!("embed{infix}.mjs")),
            ("inline.ts", "iife", format!("inline{infix}.js")),
            ("inline-module.ts", "esm", format!("inline{infix}.mjs")),
        ] {
            let file = script(entry, format, &name, &settings)?;
            named.push((name, file));
        }
    }
    let hashes = named.iter().map(|(_, file)| file_hash(file)).collect::<Result<Vec<_>>>()?;
    let loader_hash = short_hash(hashes.concat().as_bytes());
    let (loader, inline) = (work.join("embed.js"), work.join("inline.js"));
    let locales = locales.into_iter().map(|(_, words)| words).collect();
    Ok(Embed {
        loader,
        inline,
        named,
        locales,
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
        for (file, to) in [
            (&self.widget, assets.join("widget.js")),
            (&self.fallback, assets.join("fallback.js")),
            (&self.challenge, assets.join("challenge.js")),
            (&widget.wasm, assets.join("widget_bg.wasm")),
            (&paths::repository().join("widget/embed/edgewise.d.ts"), folder.join("embed.d.ts")),
        ] {
            copy(file, &to)?;
        }
        for (name, script) in &self.named {
            copy(script, &pinned.join(name))?;
            copy(script, &folder.join(name))?;
        }
        for file in widget.chunks.iter().chain(&self.locales) {
            copy(file, &assets.join(name_of(file)))?;
        }
        write(&folder.join("embed.json"), self.published()?.as_bytes())
    }

    /// Where the scripts of this build stay that a page names, and the hashes to pin them by, as JSON.
    pub fn published(&self) -> Result<String> {
        let mut published = serde_json::Map::new();
        for (name, file) in &self.named {
            let url = format!("/v1/a/{}/{name}", self.loader_hash);
            let kind = match (name.starts_with("inline"), name.ends_with(".mjs")) {
                (false, false) => "script",
                (false, true) => "module",
                (true, false) => "inlineScript",
                (true, true) => "inlineModule",
            };
            // `embed.ar.js` is `script.ar`.
            let infix =
                name.trim_start_matches(char::is_alphabetic).rsplit_once('.').map_or("", |(infix, _)| infix);
            let pin = serde_json::json!({ "url": url, "integrity": published_integrity(file)? });
            published.insert(format!("{kind}{infix}"), pin);
        }
        Ok(serde_json::to_string_pretty(&published)?)
    }
}

fn read_locale(file: &Path) -> Result<Locale> {
    let text = fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    Locale::read(&text).map_err(anyhow::Error::msg).with_context(|| format!("reading {}", file.display()))
}

/// What a page loads of a locale (`widget/embed/locale.ts`).
fn words_of(locale: &Locale) -> serde_json::Value {
    serde_json::json!({
        "dir": locale.dir,
        "forms": locale.forms(),
        "loader": locale.loader,
        "standIn": locale.stand_in,
        "widget": locale.lines(),
    })
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
