//! `edgewise publish`: puts an index into service, on a running Worker or in wrangler's local storage.
//!
//! The order is the point: what the manifest names is there and checked before the manifest moves.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use api::{Manifest, ManifestBundle, Problem};
use site::SiteConfig;
use ureq::http::StatusCode;

use crate::{PublishArgs, files, report, site_command, verify};

/// The variable that holds the operator's token.
const TOKEN_VARIABLE: &str = "EDGEWISE_OPERATOR_TOKEN";

/// The variable that names wrangler where it is not on the PATH.
const WRANGLER_VARIABLE: &str = "EDGEWISE_WRANGLER";

/// Tries of one upload, and the pause before the second; it doubles. An upload can be repeated without harm: it says
/// what a name is to hold.
const TRIES: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The largest file, 100 MB, takes 4 minutes at 3 Mbit/s upstream; a server that is silent for longer is gone.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(300);

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
            let server =
                Server { base: to.clone(), token: token(args.token_file.as_deref())?, agent: agent() };
            server.publish(&args.index, &manifest, config.as_ref())?
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

fn token(file: Option<&Path>) -> Result<String> {
    let token = match file {
        Some(file) => {
            fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?
        }
        None => std::env::var(TOKEN_VARIABLE).ok().with_context(|| {
            format!("no token: give a file that holds it with --token-file, or set {TOKEN_VARIABLE}")
        })?,
    };
    let token = token.trim();
    ensure!(
        !token.is_empty() && token.chars().all(|c| c.is_ascii_graphic()),
        "the token is empty or holds white space"
    );
    Ok(token.to_owned())
}

fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(REQUEST_TIMEOUT))
        .user_agent(concat!("edgewise/", env!("CARGO_PKG_VERSION")))
        // A redirect would carry the token somewhere else.
        .max_redirects(0);
    config.build().into()
}

/// A running Worker.
struct Server {
    base: String,
    token: String,
    agent: ureq::Agent,
}

impl Server {
    fn publish(&self, folder: &Path, manifest: &Manifest, config: Option<&SiteConfig>) -> Result<String> {
        let known = self.manifest(&manifest.site)?;
        for entry in &manifest.bundles {
            for name in uploads(entry, known.as_ref()) {
                let bytes = fs::read(folder.join(&name)).with_context(|| format!("{name} cannot be read"))?;
                self.put(&manifest.site, &format!("files/{name}"), "application/octet-stream", &bytes)?;
            }
        }
        if let Some(config) = config {
            self.put(&manifest.site, "site.json", "application/json", &serde_json::to_vec(config)?)?;
        }
        self.put(&manifest.site, "manifest.json", "application/json", &serde_json::to_vec(manifest)?)?;
        let said = format!("{} serves version {} of site {}", self.base, manifest.version, manifest.site);
        if config.is_none() && !self.knows(&manifest.site)? {
            return Ok(format!(
                "{said}, but to nobody: it has no settings for it; publish them once with --site-config"
            ));
        }
        Ok(said)
    }

    /// Whether readers can reach the site: without settings they cannot.
    fn knows(&self, site: &str) -> Result<bool> {
        let response = self.agent.get(format!("{}/v1/site?site={site}", self.base)).call();
        Ok(response.with_context(|| self.silent())?.status() != StatusCode::NOT_FOUND)
    }

    /// What the server has in service; `None` where it has nothing, or does not know our token: the next request tells.
    fn manifest(&self, site: &str) -> Result<Option<Manifest>> {
        let request =
            self.agent.get(self.address(site, "manifest.json")).header("Authorization", self.bearer());
        let mut response = request.call().with_context(|| self.silent())?;
        if response.status() != StatusCode::OK {
            return Ok(None);
        }
        Ok(response.body_mut().read_json().ok())
    }

    fn put(&self, site: &str, path: &str, kind: &str, bytes: &[u8]) -> Result<()> {
        let spinner = report::spinner(&format!("{path} ({})", report::bytes(bytes.len() as u64)));
        let mut pause = FIRST_PAUSE;
        for left in (0..TRIES).rev() {
            let request = self.agent.put(self.address(site, path)).header("Authorization", self.bearer());
            let answer = request.header("Content-Type", kind).send(bytes);
            let passing = answer.as_ref().map_or(true, |response| response.status().is_server_error());
            if passing && left > 0 {
                std::thread::sleep(pause);
                pause *= 2;
                continue;
            }
            spinner.finish_and_clear();
            return self.judge(path, answer.with_context(|| self.silent())?);
        }
        Ok(())
    }

    fn judge(&self, path: &str, mut response: ureq::http::Response<ureq::Body>) -> Result<()> {
        let status = response.status();
        if status.is_success() {
            return Ok(());
        }
        if matches!(status, StatusCode::NOT_FOUND | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            bail!(
                "{} answers {} to {path}: no operator's token is configured there, or ours is not it",
                self.base,
                status.as_u16()
            );
        }
        let body = response.body_mut().read_to_string().unwrap_or_default();
        let told = match serde_json::from_str::<Problem>(&body) {
            Ok(problem) => describe(&problem),
            Err(_) => text::line(&body).chars().take(300).collect(),
        };
        bail!("{} refuses {path} with {}: {told}", self.base, status.as_u16())
    }

    fn address(&self, site: &str, path: &str) -> String {
        format!("{}/v1/admin/{site}/{path}", self.base)
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }

    fn silent(&self) -> String {
        format!("{} does not answer", self.base)
    }
}

fn describe(problem: &Problem) -> String {
    let mut parts = vec![problem.title.clone()];
    parts.extend(problem.detail.clone());
    parts.extend(problem.errors.iter().map(|error| format!("{}: {}", error.field, error.message)));
    parts.join("; ")
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
