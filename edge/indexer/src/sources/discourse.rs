//! A folder of a Discourse forum's topics.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use forum::discourse::{Categories, Forum, decode_topic, guess_base_url};

use super::{Read, files_below};

/// Files that describe the forum and are no topics.
const ABOUT_THE_FORUM: [&str; 4] = ["site.json", "categories.json", "metadata.json", "checksums.json"];

/// Topics that are asked for the forum's address: avatars of their posters nearly always show it.
const TOPICS_ASKED: usize = 50;

/// One topic's file and the forum that it belongs to.
pub struct Topic<'f> {
    path: PathBuf,
    forum: &'f Forum,
}

/// A folder of topics and what is known of their forum.
pub struct Folder {
    paths: Vec<PathBuf>,
    forum: Forum,
}

impl Folder {
    /// Looks a folder over. The forum's address is `base_url`, else what its files give away.
    pub fn open(folder: &Path, base_url: Option<&str>) -> Result<Self> {
        let (about, paths): (Vec<_>, Vec<_>) =
            files_below(folder, &["json"])?.into_iter().partition(|path| is_about(path));
        let mut categories = Categories::default();
        let mut stated = base_url.map(str::to_owned);
        for path in about {
            let Ok(bytes) = fs::read(&path) else { continue };
            if let Ok(found) = Categories::decode(&bytes) {
                categories.extend(found);
            }
            stated = stated.or_else(|| stated_base_url(&bytes));
        }
        let base_url = stated.or_else(|| {
            let files: Vec<_> =
                paths.iter().take(TOPICS_ASKED).filter_map(|path| fs::read(path).ok()).collect();
            guess_base_url(files.iter().map(Vec::as_slice))
        });
        let forum = base_url.as_deref().and_then(Forum::new).with_context(|| {
            format!(
                "{}: nothing here tells where the forum lives; give its address with --base-url",
                folder.display()
            )
        })?;
        Ok(Self { paths, forum: forum.with_categories(categories) })
    }

    /// Where the forum lives.
    pub fn base_url(&self) -> &str {
        self.forum.base_url()
    }

    /// Its topics, sorted by path.
    pub fn topics(&self) -> impl Iterator<Item = Topic<'_>> {
        self.paths.iter().map(|path| Topic { path: path.clone(), forum: &self.forum })
    }
}

/// Reads one topic.
pub fn read(topic: &Topic<'_>) -> Read {
    let bytes = fs::read(&topic.path).map_err(|error| error.to_string());
    let thread = bytes.and_then(|bytes| decode_topic(&bytes, topic.forum).map_err(|error| error.to_string()));
    Read { place: topic.path.display().to_string(), thread }
}

fn is_about(path: &Path) -> bool {
    path.file_name().is_some_and(|name| ABOUT_THE_FORUM.iter().any(|about| name == *about))
}

/// The address that an export's description states.
fn stated_base_url(bytes: &[u8]) -> Option<String> {
    let value: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    ["base_url", "source", "url"].iter().find_map(|name| {
        let stated = value.get(name)?.as_str()?;
        Forum::new(stated).map(|forum| forum.base_url().to_owned())
    })
}
