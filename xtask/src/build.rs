//! Builds what the Worker serves and the Worker itself, in the layout `edge/worker/wrangler.toml` names.
//!
//! ```text
//! edge/worker/build/index.js         the Worker, as workerd loads it
//! target/edgewise/assets/
//!   index.html  examples/            the demo page and one small page a way of embedding
//!   inbox.html  v1/inbox.*           the operator's page
//!   v1/embed.js, .mjs, .d.ts, .json  the loader the script tag names, its types, and where this build's stays
//!   v1/embed.ar.js, .mjs             the loader in another locale
//!   v1/inline.js, .mjs, .ar.js, …    help in the flow of a page
//!   v1/a/<hash>/embed.*, inline.*    all of these, immutable under the hash of their bytes
//!   v1/a/<hash>/*.js, *.wasm, *.json the widget and what it loads, likewise
//!   v1/openapi.json  _headers
//! ```
//!
//! Cargo knows what is fresh in the crates; the steps after it are skipped while the hash of their inputs stands.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::chunks::{chunks, name_of};
use crate::embed;
use crate::paths;
use crate::process;
use crate::report::step;
use crate::shorten;
use crate::tools::{self, Tools, WASM, file_hash};

/// Response headers of the static files.
const HEADERS: &str = include_str!("headers.txt");

/// What the pages are compiled to: every browser with the wasm features the widget is compiled for has these.
pub(crate) const BROWSERS: &str = "es2022";

/// The wasm features Rust's target uses; named outright so that wasm-opt never emits one the browsers lack.
const WASM_FEATURES: [&str; 7] = [
    "mutable-globals",
    "sign-ext",
    "nontrapping-float-to-int",
    "bulk-memory",
    "multivalue",
    "reference-types",
    "exception-handling",
];

/// Compiles the standard library with the shipped widget, without what it says when it panics: in a reader's page nobody
/// hears it. A tenth smaller (docs/size.md). The toolchain is the pinned one, told to take options that are not stable.
const SMALLEST: [&str; 4] = [
    "-Zbuild-std=std,panic_abort",
    "-Zbuild-std-features=optimize_for_size",
    "--config",
    "target.wasm32-unknown-unknown.rustflags=['-Zunstable-options', '-Cpanic=immediate-abort', '-Zlocation-detail=none', '-Zfmt-debug=none']",
];

/// In a folder that was built: what it was built from.
const MADE_FROM: &str = "made-from";

/// How much work goes into the artefacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grade {
    /// Optimised enough to be real, quick to build: the demo and the tests.
    Light,
    /// As shipped: whole-program optimisation and wasm-opt, several minutes.
    Shipped,
}

impl Grade {
    fn widget_profile(self) -> &'static str {
        match self {
            Grade::Light => "light",
            Grade::Shipped => "page",
        }
    }

    fn worker_profile(self) -> &'static str {
        match self {
            Grade::Light => "light",
            Grade::Shipped => "edge",
        }
    }
}

/// The widget's files, before they are laid out under their hash.
#[derive(Debug, Clone)]
pub struct Widget {
    /// The folder of the JavaScript modules that bind the wasm.
    pub bound: PathBuf,
    /// The widget.
    pub wasm: PathBuf,
    /// What of it is loaded later. The glue names them.
    pub chunks: Vec<PathBuf>,
}

/// Builds everything the Worker needs to run: itself and its static files.
pub fn all(tools: &Tools, grade: Grade) -> Result<()> {
    tools::fetch_crates()?;
    let widget = widget(tools, grade)?;
    let embed = embed::bundle(tools, &widget)?;
    assets(&widget, &embed)?;
    let worker = worker(tools, grade)?;
    match grade {
        Grade::Light => Ok(()),
        Grade::Shipped => {
            println!("{}", embed.published()?);
            copy_tree(&worker, &worker_folder())
        }
    }
}

/// Builds the Worker and returns its folder.
pub fn worker(tools: &Tools, grade: Grade) -> Result<PathBuf> {
    let package = paths::repository().join("edge/worker");
    let profile = grade.worker_profile();
    // Measuring the Worker as shipped must not change the one that a demo is running.
    let (out, relative) = match grade {
        Grade::Light => (worker_folder(), "build".to_owned()),
        Grade::Shipped => {
            (paths::built().join("worker/shipped"), "../../target/edgewise/worker/shipped".to_owned())
        }
    };
    let expectation = match grade {
        Grade::Light => "about 5 minutes the first time",
        Grade::Shipped => "about 6 minutes, wasm-opt included",
    };
    step("Building the Worker", expectation, || {
        let mut cargo = tools::cargo()?;
        cargo
            .args(["build", "--locked", "-p", "edge", "--lib", "--target", WASM, "--profile", profile])
            // As worker-build calls cargo, so that its own call finds everything fresh.
            .env("WASM_BINDGEN_USE_JS_SYS", "1");
        process::run(cargo)?;

        let wasm = paths::cargo_target()?.join(WASM).join(profile).join("edge.wasm");
        let key = format!(
            "{} {} {}",
            file_hash(&wasm)?,
            tools.wasm_bindgen.display(),
            tools.worker_build.display()
        );
        up_to_date_or(&out, &key, || {
            fs::create_dir_all(&out).with_context(|| format!("creating {}", out.display()))?;
            let mut command = Command::new(&tools.worker_build);
            command.args(["--profile", profile, "--out-dir", &relative]);
            if grade == Grade::Light {
                command.arg("--no-opt");
            }
            command.current_dir(&package);
            process::run_quietly(with_build_tools(command, tools)?)
        })
    })?;
    Ok(out)
}

/// Where wrangler finds the Worker.
fn worker_folder() -> PathBuf {
    paths::repository().join("edge/worker/build")
}

/// Builds the widget.
pub fn widget(tools: &Tools, grade: Grade) -> Result<Widget> {
    let profile = grade.widget_profile();
    let folder = paths::built().join("widget").join(profile);
    let expectation = match grade {
        Grade::Light => "about 3 minutes the first time",
        Grade::Shipped => "about 4 minutes the first time",
    };
    step("Building the widget", expectation, || {
        let mut cargo = tools::cargo()?;
        let mut target = paths::cargo_target()?;
        if grade == Grade::Shipped {
            tools::standard_library()?;
            // Build scripts look at the variable, so that a shared folder would be compiled anew each time it changes.
            target.push("rebuilt");
            cargo.env("RUSTC_BOOTSTRAP", "1").env("CARGO_TARGET_DIR", &target).args(SMALLEST);
        }
        cargo
            .args(["rustc", "--locked", "-p", "widget", "--lib", "--crate-type", "cdylib"])
            .args(["--target", WASM, "--profile", profile])
            // The splitter follows the linker's relocations from the split points; stripping would drop them.
            .args(["--", "-Cstrip=none", "-Clink-arg=--emit-relocs"]);
        process::run(cargo)?;

        let wasm = target.join(WASM).join(profile).join("widget.wasm");
        let [split, bindgen, packages] =
            [tools.wasm_split.as_path(), &tools.wasm_bindgen, &tools.packages].map(Path::display);
        let key = format!("{} {split} {bindgen} {packages}", file_hash(&wasm)?);
        up_to_date_or(&folder, &key, || bind_widget(tools, grade, &wasm, &folder))
    })?;
    Ok(Widget { bound: folder.join("bound"), wasm: folder.join("widget_bg.wasm"), chunks: chunks(&folder)? })
}

/// Turns cargo's wasm into the files a page loads.
///
/// 1. The chunks are cut out of it, and a module is written that loads them.
/// 2. What remains is bound to JavaScript, under short names.
/// 3. All are optimised.
fn bind_widget(tools: &Tools, grade: Grade, wasm: &Path, folder: &Path) -> Result<()> {
    // 1. Another widget may have had other chunks.
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("clearing {}", folder.display()))?;
    }
    let bound = folder.join("bound");
    fs::create_dir_all(&bound).with_context(|| format!("creating {}", bound.display()))?;
    let mut split = Command::new(&tools.wasm_split);
    split.arg(wasm).arg(&bound).args(["--target", "web", "--out-name", "widget"]);
    process::run_quietly(split)?;

    // 2.
    let mut bindgen = Command::new(&tools.wasm_bindgen);
    bindgen
        .arg(bound.join("widget.wasm"))
        // The chunks share the memory and the function table, which the linker exports.
        .args([
            "--keep-lld-exports",
            "--target",
            "web",
            "--no-typescript",
            "--out-name",
            "widget",
            "--out-dir",
        ])
        .arg(&bound);
    if grade == Grade::Shipped {
        bindgen.args(["--remove-name-section", "--remove-producers-section"]);
    }
    process::run_quietly(bindgen)?;
    let (module, glue) = (bound.join("widget_bg.wasm"), bound.join("widget.js"));
    let text = fs::read_to_string(&glue).with_context(|| format!("reading {}", glue.display()))?;
    let bytes = fs::read(&module).with_context(|| format!("reading {}", module.display()))?;
    let (bytes, text) = shorten::imports(&bytes, &text).context("shortening the widget's imports")?;
    write(&module, &bytes)?;
    write(&glue, text.as_bytes())?;

    // 3.
    for from in [vec![module], chunks(&bound)?].concat() {
        let to = folder.join(name_of(&from));
        match grade {
            Grade::Light => copy(&from, &to)?,
            Grade::Shipped => {
                let mut optimise = tools.npm_command("wasm-opt");
                optimise.args(WASM_FEATURES.map(|feature| format!("--enable-{feature}")));
                optimise.args(["-Oz", "--strip-debug", "--strip-producers"]).arg(&from).arg("-o").arg(&to);
                process::run_quietly(optimise)?;
            }
        }
    }
    Ok(())
}

/// Lays out the static files the Worker serves.
pub fn assets(widget: &Widget, embed: &embed::Embed) -> Result<()> {
    let (repository, assets) = (paths::repository(), paths::assets());
    remove_others(&assets.join("v1/a"), &[&embed.widget_hash, &embed.loader_hash])?;
    embed.lay_out(widget, &assets.join("v1"))?;
    copy(&repository.join("index.html"), &assets.join("index.html"))?;
    copy_tree(&repository.join("examples"), &assets.join("examples"))?;
    copy(&repository.join("edge/worker/openapi.json"), &assets.join("v1/openapi.json"))?;
    inbox(&repository.join("edge/worker/inbox"), &assets)?;
    write(&assets.join("_headers"), HEADERS.as_bytes())
}

/// The operator's page stands beside the demo page, its script and style beside the loader.
fn inbox(from: &Path, assets: &Path) -> Result<()> {
    for file in files_of(from)? {
        let name = file.file_name().unwrap_or_default();
        let to = match file.extension().and_then(|extension| extension.to_str()) {
            Some("html") => assets.join(name),
            Some("js" | "css" | "svg") => assets.join("v1").join(name),
            _ => continue,
        };
        copy(&file, &to)?;
    }
    Ok(())
}

/// Does the work that fills a folder unless it was filled from the same inputs.
fn up_to_date_or(folder: &Path, key: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    let stamp = folder.join(MADE_FROM);
    if fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == key) {
        return Ok(());
    }
    // Work that breaks off must not pass for done the next time.
    if stamp.exists() {
        fs::remove_file(&stamp).with_context(|| format!("removing {}", stamp.display()))?;
    }
    work()?;
    write(&stamp, key.as_bytes())
}

fn remove_others(folder: &Path, keep: &[&str]) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        if keep.iter().all(|name| entry.file_name() != *name) {
            fs::remove_dir_all(entry.path())
                .with_context(|| format!("removing {}", entry.path().display()))?;
        }
    }
    Ok(())
}

pub(crate) fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

pub(crate) fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    for path in files_of(from)? {
        let target = to.join(path.file_name().unwrap_or_default());
        match path.is_dir() {
            true => copy_tree(&path, &target)?,
            false => copy(&path, &target)?,
        }
    }
    Ok(())
}

/// Copies a file, leaving an equal one alone: a running `wrangler dev` reloads whatever is touched.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    let bytes = fs::read(from).with_context(|| format!("reading {}", from.display()))?;
    write(to, &bytes)
}

pub(crate) fn write(to: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(to).is_ok_and(|present| present == bytes) {
        return Ok(());
    }
    let Some(folder) = to.parent() else { bail!("{} has no folder", to.display()) };
    fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
    fs::write(to, bytes).with_context(|| format!("writing {}", to.display()))
}

/// Tells worker-build where the tools are that it would otherwise download.
fn with_build_tools(mut command: Command, tools: &Tools) -> Result<Command> {
    command
        .env("CARGO_TARGET_DIR", paths::cargo_target()?)
        .env("WASM_BINDGEN_BIN", &tools.wasm_bindgen)
        .env("WASM_OPT_BIN", tools.npm_program("wasm-opt"))
        .env("ESBUILD_BIN", tools.npm_program("esbuild"));
    Ok(command)
}

/// The operator's command line as it is installed; returns its path.
pub fn shipped_indexer() -> Result<PathBuf> {
    step("Building the indexer `edgewise`, optimised", "about 5 minutes the first time", || {
        let mut cargo = tools::cargo()?;
        cargo.args(["build", "--locked", "--release", "-p", "edgewise"]);
        process::run(cargo)?;
        Ok(paths::cargo_target()?.join("release/edgewise"))
    })
}

/// The operator's command line, built for this machine; returns its path.
pub fn indexer() -> Result<PathBuf> {
    step("Building the indexer `edgewise`", "about 5 minutes the first time", || {
        let mut cargo = tools::cargo()?;
        cargo.args(["build", "--locked", "-p", "edgewise"]);
        process::run(cargo)?;
        Ok(paths::cargo_target()?.join("debug/edgewise"))
    })
}
