//! What an isolate serves: for each site its settings and its index, kept fresh from the bucket.
//!
//! One copy of an index an isolate. The manifest is trusted for a while; when it names another bundle, that one is
//! read, checked and opened, and only then takes the place of the one in service. A bundle that is refused is
//! remembered, so that it is not read again with every request. What to do is decided by [`Entry`], which does
//! no I/O; [`Sites`] does it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use api::{Manifest, ManifestBundle};
use search::Index;
use site::SiteConfig;

use crate::files;
use crate::ports::{Clock, Files, PortError};

/// Sites that an isolate remembers: ids that name nothing must not fill its memory.
const SITES: usize = 64;

/// A reading that takes longer counts as broken off: the request that did it is gone. A 100 MB bundle at 10 MB/s.
const READING_MS: u64 = 10_000;

/// How often a request looks whether another has finished reading.
const LOOK_MS: u32 = 5;

/// A refused bundle is read again after so long: somebody may have uploaded it whole. Raising it saves reads of a
/// file that will most likely be refused again.
const REFUSED_MS: u64 = 5 * 60 * 1_000;

/// What is in service for one site.
#[derive(Debug, Clone, Default)]
pub struct Served {
    /// The operator's settings; none: there is no such site.
    pub site: Option<Rc<SiteConfig>>,
    /// The index, where one is in service.
    pub index: Option<Rc<Index>>,
    /// Why a newer index, or the newest settings, are not in service.
    pub refused: Option<String>,
}

impl Served {
    /// The version in service; empty where there is none.
    pub fn version(&self) -> &str {
        self.index.as_deref().map(Index::version).unwrap_or_default()
    }
}

/// What to do next for a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// What is in service is fresh, or another request is about to refresh it.
    Serve,
    /// Nothing is in service and another request is reading.
    Wait,
    /// Ask the bucket.
    Read,
}

/// A site as this isolate knows it.
#[derive(Debug, Default)]
struct Entry {
    served: Served,
    /// When the bucket was last asked; `None`: never.
    read_ms: Option<u64>,
    /// When the reading under way began.
    reading_ms: Option<u64>,
    /// The bundle that was refused last.
    refused: Option<Refused>,
}

/// A bundle that was refused.
#[derive(Debug)]
struct Refused {
    hash: String,
    at_ms: u64,
    why: String,
}

/// What a manifest asks for.
#[derive(Debug)]
enum Wanted {
    /// Its bundle is in service.
    InService,
    /// Its bundle was refused a short while ago.
    StillRefused(String),
    /// Its bundle has to be read.
    Bundle(ManifestBundle),
}

impl Entry {
    fn next(&self, now: u64, trust_ms: u64) -> Next {
        let under_way = self.reading_ms.is_some_and(|since| now.saturating_sub(since) < READING_MS);
        match self.read_ms {
            Some(read) if now.saturating_sub(read) < trust_ms => Next::Serve,
            Some(_) if under_way => Next::Serve,
            None if under_way => Next::Wait,
            _ => Next::Read,
        }
    }

    fn wanted(&self, bundle: &ManifestBundle, now: u64) -> Wanted {
        let hash = &bundle.bundle.hash;
        if self.served.index.as_ref().is_some_and(|index| index.version() == hash) {
            return Wanted::InService;
        }
        match &self.refused {
            Some(refused) if refused.hash == *hash && now.saturating_sub(refused.at_ms) < REFUSED_MS => {
                Wanted::StillRefused(refused.why.clone())
            }
            _ => Wanted::Bundle(bundle.clone()),
        }
    }

    fn install(&mut self, index: Rc<Index>) {
        self.served.index = Some(index);
        self.served.refused = None;
        self.refused = None;
    }
}

/// The one bundle of a manifest. Deltas and tombstones are part of the format and not served by this version.
fn the_bundle(manifest: &Manifest) -> Result<&ManifestBundle, String> {
    if manifest.format != 1 {
        return Err(format!("the manifest has format {}, this Worker reads format 1", manifest.format));
    }
    match (manifest.bundles.as_slice(), manifest.tombstones.as_slice()) {
        ([bundle], []) => Ok(bundle),
        (bundles, tombstones) => Err(format!(
            "the manifest names {} bundles and {} tombstones, this Worker serves one bundle and no tombstones",
            bundles.len(),
            tombstones.len()
        )),
    }
}

/// All that an isolate serves.
#[derive(Debug, Default)]
pub struct Sites {
    entries: RefCell<HashMap<String, Rc<RefCell<Entry>>>>,
}

impl Sites {
    /// What is in service for a site, as fresh as `trust_ms` asks for. Fails only where nothing is in service and
    /// the bucket does not answer.
    pub async fn get<P: Files + Clock>(
        &self,
        ports: &P,
        site: &str,
        trust_ms: u64,
    ) -> Result<Served, PortError> {
        let entry = self.entry(site);
        loop {
            let now = ports.now_ms();
            let next = entry.borrow().next(now, trust_ms);
            match next {
                Next::Serve => return Ok(entry.borrow().served.clone()),
                Next::Wait => ports.sleep(LOOK_MS).await,
                Next::Read => return refresh(ports, site, &entry).await,
            }
        }
    }

    /// Opens what a manifest names, or tells why not. What is in service stays there.
    pub async fn check<P: Files + Clock>(
        &self,
        ports: &P,
        site: &str,
        manifest: &Manifest,
    ) -> Result<Result<Rc<Index>, String>, PortError> {
        let bundle = match checked(manifest, site) {
            Ok(bundle) => bundle,
            Err(why) => return Ok(Err(why)),
        };
        let in_service = self.entry(site).borrow().served.index.clone();
        let index = match in_service.filter(|index| index.version() == bundle.bundle.hash) {
            Some(index) => index,
            None => match open(ports, site, bundle).await? {
                Ok(index) => Rc::new(index),
                Err(why) => return Ok(Err(why)),
            },
        };
        if let Err(why) = fits(&index, site, bundle) {
            return Ok(Err(why));
        }
        if ports.size(&files::texts(site, &bundle.texts.hash)).await? != Some(bundle.texts.bytes) {
            return Ok(Err(format!("{}.texts is not there in full", bundle.texts.hash)));
        }
        Ok(Ok(index))
    }

    /// Takes an index into service.
    pub fn install(&self, site: &str, index: Rc<Index>) {
        self.entry(site).borrow_mut().install(index);
    }

    /// Asks the bucket again with the next request.
    pub fn forget_freshness(&self, site: &str) {
        self.entry(site).borrow_mut().read_ms = None;
    }

    fn entry(&self, site: &str) -> Rc<RefCell<Entry>> {
        let mut entries = self.entries.borrow_mut();
        if entries.len() >= SITES && !entries.contains_key(site) {
            entries.retain(|_, entry| entry.borrow().served.site.is_some());
        }
        Rc::clone(entries.entry(site.to_owned()).or_default())
    }
}

/// Reads settings and manifest, and the bundle where it is another one.
///
/// 1. Mark the reading, so that no other request reads too. 2. Read. 3. Decide. 4. Open the new bundle. 5. Serve.
async fn refresh<P: Files + Clock>(
    ports: &P,
    site: &str,
    entry: &RefCell<Entry>,
) -> Result<Served, PortError> {
    let now = ports.now_ms();
    entry.borrow_mut().reading_ms = Some(now);
    let result = read(ports, site, entry, now).await;
    let mut entry = entry.borrow_mut();
    entry.reading_ms = None;
    match result {
        Ok(()) => entry.read_ms = Some(now),
        Err(error) if entry.served.site.is_none() => return Err(error),
        Err(error) => {
            entry.read_ms = Some(now);
            entry.served.refused = Some(error.to_string());
        }
    }
    Ok(entry.served.clone())
}

async fn read<P: Files + Clock>(
    ports: &P,
    site: &str,
    entry: &RefCell<Entry>,
    now: u64,
) -> Result<(), PortError> {
    let (site_key, manifest_key) = (files::site(site), files::manifest(site));
    let (settings, manifest) = futures_util::join!(ports.read(&site_key), ports.read(&manifest_key));
    let mut refused = read_settings(&mut entry.borrow_mut().served, site, settings?);
    if let Some(bytes) = manifest?
        && let Err(why) = follow(ports, site, entry, now, &bytes).await?
    {
        refused = Some(why);
    }
    entry.borrow_mut().served.refused = refused;
    Ok(())
}

/// Takes the settings over where they are good; else those in service stay.
fn read_settings(served: &mut Served, site: &str, bytes: Option<Vec<u8>>) -> Option<String> {
    let Some(bytes) = bytes else {
        served.site = None;
        return None;
    };
    match settings(site, &bytes) {
        Ok(config) => {
            served.site = Some(Rc::new(config));
            None
        }
        Err(why) => Some(format!("site.json: {why}")),
    }
}

/// Settings of a site, checked.
pub fn settings(site: &str, bytes: &[u8]) -> Result<SiteConfig, String> {
    let config: SiteConfig = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if config.id == site {
        Ok(config)
    } else {
        Err(format!("it is of the site `{}`, not of `{site}`", config.id))
    }
}

/// Takes the bundle that a manifest names into service, or tells why not.
async fn follow<P: Files + Clock>(
    ports: &P,
    site: &str,
    entry: &RefCell<Entry>,
    now: u64,
    manifest: &[u8],
) -> Result<Result<(), String>, PortError> {
    let manifest: Manifest = match serde_json::from_slice(manifest) {
        Ok(manifest) => manifest,
        Err(error) => return Ok(Err(format!("manifest.json: {error}"))),
    };
    let wanted = match checked(&manifest, site) {
        Ok(bundle) => entry.borrow().wanted(bundle, now),
        Err(why) => return Ok(Err(why)),
    };
    let bundle = match wanted {
        Wanted::InService => return Ok(Ok(())),
        Wanted::StillRefused(why) => return Ok(Err(why)),
        Wanted::Bundle(bundle) => bundle,
    };
    let opened =
        open(ports, site, &bundle).await?.and_then(|index| fits(&index, site, &bundle).map(|()| index));
    let mut entry = entry.borrow_mut();
    Ok(match opened {
        Ok(index) => {
            entry.install(Rc::new(index));
            Ok(())
        }
        Err(why) => {
            entry.refused = Some(Refused { hash: bundle.bundle.hash, at_ms: now, why: why.clone() });
            Err(why)
        }
    })
}

fn checked<'a>(manifest: &'a Manifest, site: &str) -> Result<&'a ManifestBundle, String> {
    if manifest.site != site {
        return Err(format!("the manifest is of the site `{}`, not of `{site}`", manifest.site));
    }
    let bundle = the_bundle(manifest)?;
    if [&bundle.bundle, &bundle.texts].iter().all(|file| crate::route::is_hash(&file.hash)) {
        Ok(bundle)
    } else {
        Err("the manifest names a file that is no hash of 64 lower-case hexadecimal digits".to_owned())
    }
}

async fn open<P: Files>(
    ports: &P,
    site: &str,
    bundle: &ManifestBundle,
) -> Result<Result<Index, String>, PortError> {
    let hash = &bundle.bundle.hash;
    let Some(bytes) = ports.read(&files::bundle(site, hash)).await? else {
        return Ok(Err(format!("{hash}.bundle is not there")));
    };
    Ok(Index::open(bytes).map_err(|error| format!("{hash}.bundle: {error}")))
}

/// Whether an opened bundle is what the manifest says.
fn fits(index: &Index, site: &str, bundle: &ManifestBundle) -> Result<(), String> {
    if index.site() != site {
        return Err(format!("the bundle was built for the site `{}`, not for `{site}`", index.site()));
    }
    if index.version() != bundle.bundle.hash {
        return Err(format!("{}.bundle has the root hash {}", bundle.bundle.hash, index.version()));
    }
    if *index.texts() != bundle.texts {
        return Err(format!(
            "{}.bundle belongs to the texts file {}",
            bundle.bundle.hash,
            index.texts().hash
        ));
    }
    if index.documents() != bundle.documents {
        return Err(format!(
            "the bundle has {} documents, the manifest says {}",
            index.documents(),
            bundle.documents
        ));
    }
    Ok(())
}
