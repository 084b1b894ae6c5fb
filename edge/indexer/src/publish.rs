//! `edgewise publish`: puts an index into service, on a running Worker or in wrangler's local storage.
//!
//! The order is the point: what the manifest names is there and checked before the manifest moves.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use api::{Manifest, ManifestBundle};
use site::SiteConfig;
use ureq::http::StatusCode;

use crate::server::Server;
use crate::{PublishArgs, files, report, site_command, verify};

/// The variable that names wrangler where it is not on the PATH.
const WRANGLER_VARIABLE: &str = "EDGEWISE_WRANGLER";

/// 1. Check what is to be published. 2. Hand it over, the manifest last.
pub fn run(args: PublishArgs) -> Result<()> {
    let manifest = verify::folder(&args.index)?;
    let config = args.site_config.as_deref().map(site_command::read).transpose()?;
    if let Some(config) = &config {
        ensure!(
            config.id == manifest.site,
            "the settings are those of site {}, the index was built for {}",
            config.id,
            manifest.site
        );
    }
    let said = match (&args.to, &args.local_r2) {
        (Some(to), _) => {
            let server = Server::new(to, args.token_file.as_deref())?;
            publish_to(&server, &args.index, &manifest, config.as_ref())?
        }
        (None, Some(bucket)) => {
            let storage = Local { bucket: bucket.clone(), persist_to: args.persist_to.clone() };
            storage.publish(&args.index, &manifest, config.as_ref())?
        }
        (None, None) => bail!("give the address of a Worker with --to, or a bucket with --local-r2"),
    };
    writeln!(std::io::stdout(), "{said}")?;
    Ok(())
}

/// 1. Upload what is not there yet. 2. The settings. 3. Move the manifest.
fn publish_to(
    server: &Server,
    folder: &Path,
    manifest: &Manifest,
    config: Option<&SiteConfig>,
) -> Result<String> {
    let site = &manifest.site;
    let known = in_service(server, site)?;
    for entry in &manifest.bundles {
        for name in uploads(entry, known.as_ref()) {
            let bytes = fs::read(folder.join(&name)).with_context(|| format!("{name} cannot be read"))?;
            put(server, site, &format!("files/{name}"), "application/octet-stream", &bytes)?;
        }
    }
    if let Some(config) = config {
        put(server, site, "site.json", "application/json", &serde_json::to_vec(config)?)?;
    }
    put(server, site, "manifest.json", "application/json", &serde_json::to_vec(manifest)?)?;
    let said = format!("{} serves version {} of site {site}", server.base(), manifest.version);
    if config.is_none() && !knows(server, site)? {
        return Ok(format!(
            "{said}, but to nobody: it has no settings for it; publish them once with --site-config"
        ));
    }
    Ok(said)
}

/// Whether readers can reach the site: without settings they cannot.
fn knows(server: &Server, site: &str) -> Result<bool> {
    let response = server.send("GET", &format!("/v1/site?site={site}"), "application/json", &[])?;
    Ok(response.status() != StatusCode::NOT_FOUND)
}

/// What the server has in service; `None` where it has nothing, or does not know our token: the next request tells.
fn in_service(server: &Server, site: &str) -> Result<Option<Manifest>> {
    let mut response = server.send("GET", &address(site, "manifest.json"), "application/json", &[])?;
    if response.status() != StatusCode::OK {
        return Ok(None);
    }
    Ok(response.body_mut().read_json().ok())
}

fn put(server: &Server, site: &str, path: &str, kind: &str, bytes: &[u8]) -> Result<()> {
    let spinner = report::spinner(&format!("{path} ({})", report::bytes(bytes.len() as u64)));
    let answer = server.put_patiently(&address(site, path), kind, bytes);
    spinner.finish_and_clear();
    server.judge(path, answer?).map(drop)
}

fn address(site: &str, path: &str) -> String {
    format!("/v1/admin/{site}/{path}")
}

/// The files of a bundle that are not already in service.
fn uploads(entry: &ManifestBundle, known: Option<&Manifest>) -> Vec<String> {
    let known = known.map(|manifest| manifest.bundles.as_slice()).unwrap_or_default();
    let bundle =
        known.iter().all(|known| known.bundle != entry.bundle).then(|| files::bundle_name(&entry.bundle));
    let texts = known.iter().all(|known| known.texts != entry.texts).then(|| files::texts_name(&entry.texts));
    bundle.into_iter().chain(texts).collect()
}

/// wrangler's local storage, without a Worker running.
struct Local {
    bucket: String,
    persist_to: Option<PathBuf>,
}

impl Local {
    fn publish(&self, folder: &Path, manifest: &Manifest, config: Option<&SiteConfig>) -> Result<String> {
        let site = &manifest.site;
        for entry in &manifest.bundles {
            for name in uploads(entry, None) {
                self.put(&format!("{site}/{name}"), &folder.join(&name))?;
            }
        }
        if let Some(config) = config {
            let path = std::env::temp_dir().join(format!("edgewise-{site}-{}.json", std::process::id()));
            files::write_whole(&path, &serde_json::to_vec(config)?)?;
            let put = self.put(&format!("{site}/site.json"), &path);
            fs::remove_file(&path).with_context(|| format!("{} cannot be removed", path.display()))?;
            put?;
        }
        self.put(&format!("{site}/{}", files::MANIFEST), &folder.join(files::MANIFEST))?;
        Ok(format!("bucket {} holds version {} of site {site}", self.bucket, manifest.version))
    }

    fn put(&self, key: &str, file: &Path) -> Result<()> {
        let spinner = report::spinner(key);
        let wrangler = std::env::var_os(WRANGLER_VARIABLE).unwrap_or_else(|| "wrangler".into());
        let mut command = Command::new(&wrangler);
        command
            .args(["r2", "object", "put", &format!("{}/{key}", self.bucket), "--local", "--file"])
            .arg(file);
        if let Some(folder) = &self.persist_to {
            command.arg("--persist-to").arg(folder);
        }
        let output = command.env("WRANGLER_SEND_METRICS", "false").output().with_context(|| {
            format!(
                "{} does not start: put wrangler on the PATH or its path into {WRANGLER_VARIABLE}",
                wrangler.display()
            )
        })?;
        spinner.finish_and_clear();
        if !output.status.success() {
            let told = [output.stdout, output.stderr].concat();
            bail!(
                "wrangler cannot store {key} ({})\n{}",
                output.status,
                String::from_utf8_lossy(&told).trim()
            );
        }
        Ok(())
    }
}
