//! A folder of docs pages, Markdown and HTML, as threads: the lead is the question, each section under a heading of
//! the second or third level is an answer with an address of its own.

mod html;
mod markdown;
mod slug;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use thread::{Author, Body, Completeness, Post, PostKind, Role, Status, Thread};
use time::OffsetDateTime;
use time::format_description::well_known::{Iso8601, Rfc3339};

use super::{Read, files_below};

/// Files that are docs pages, by their endings.
const PAGES: [&str; 4] = ["md", "markdown", "html", "htm"];

/// One page's file.
pub struct File {
    path: PathBuf,
    /// Its path within the folder, parts joined by `/`, without the ending.
    within: String,
    /// The folder's address.
    base_url: Option<String>,
}

/// What a page says, before it becomes a thread.
#[derive(Debug, Default, PartialEq, Eq)]
struct Page {
    title: Option<String>,
    url: Option<String>,
    tags: Vec<String>,
    lang: Option<String>,
    product: Option<String>,
    version: Option<String>,
    updated: Option<String>,
    lead: String,
    sections: Vec<Section>,
}

/// A part of a page under its heading.
#[derive(Debug, PartialEq, Eq)]
struct Section {
    heading: String,
    anchor: String,
    body: String,
}

/// The pages of a folder, sorted by path.
pub fn list(folder: &Path, base_url: Option<&str>) -> Result<Vec<File>> {
    let paths = files_below(folder, &PAGES)?;
    Ok(paths
        .into_iter()
        .map(|path| File { within: within(folder, &path), path, base_url: base_url.map(str::to_owned) })
        .collect())
}

/// Reads one page.
pub fn read(file: &File) -> Read {
    let source = fs::read(&file.path).map_err(|error| error.to_string());
    let source = source.and_then(|bytes| String::from_utf8(bytes).map_err(|_| "not UTF-8".to_owned()));
    let markdown = file
        .path
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("md") || end.eq_ignore_ascii_case("markdown"));
    let thread = source.and_then(|source| match markdown {
        true => thread(markdown::page(&source), file, Body::Markdown),
        false => thread(html::page(&source), file, Body::Html),
    });
    Read { place: file.path.display().to_string(), thread }
}

fn thread(page: Page, file: &File, body: fn(String) -> Body) -> Result<Thread, String> {
    let url = address(&page, file)?;
    let (host, id) = place(&url).ok_or_else(|| format!("{url:?} is no address"))?;
    let title = page.title.filter(|title| !title.is_empty()).unwrap_or_else(|| file.within.clone());
    // Docs are timeless where they do not say: no clock and no file's date gets into an index.
    let written = page.updated.as_deref().and_then(time_of);
    let at = written.unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let answers = page.sections.into_iter().enumerate().map(|(at_index, section)| Post {
        heading: Some(section.heading),
        ..post(format!("{}", at_index + 1), format!("{url}#{}", section.anchor), at, body(section.body))
    });
    Ok(Thread {
        source: "docs".to_owned(),
        site: host,
        id,
        title,
        category: None,
        tags: page.tags,
        created_at: at,
        activity_at: written,
        status: Status::Open,
        visible: true,
        views: None,
        answers: answers.collect(),
        question: post("0".to_owned(), url.clone(), at, body(page.lead)),
        accepted_id: None,
        links: Vec::new(),
        duplicate_of: None,
        product: page.product,
        version: page.version,
        lang: page.lang,
        audience: Vec::new(),
        final_answer: None,
        completeness: Completeness::Full,
        url,
    })
}

fn post(id: String, url: String, at: OffsetDateTime, body: Body) -> Post {
    Post {
        id,
        number: None,
        url: Some(url),
        heading: None,
        author: Author { id: None, name: String::new(), role: Role::Unknown, trust: None },
        created_at: at,
        edited_at: None,
        score: 0,
        accepted: false,
        validated: None,
        reply_to: None,
        body,
        kind: PostKind::Post,
    }
}

/// Where people read the page: what it says itself, else its place below the folder's address.
fn address(page: &Page, file: &File) -> Result<String, String> {
    let folder = file.base_url.as_deref().map(|base| format!("{}/", base.trim_end_matches('/')));
    let within = match file.within.rsplit_once('/') {
        Some((folder, "index" | "README")) => folder,
        None if matches!(file.within.as_str(), "index" | "README") => "",
        _ => file.within.as_str(),
    };
    let stated = page.url.as_deref().unwrap_or(within);
    let url =
        text::resolve(stated, folder.as_deref()).or_else(|| folder.clone().filter(|_| stated.is_empty()));
    let url = url.ok_or_else(|| match &page.url {
        Some(url) => format!("{url:?} is no address; write the whole of it, or give the folder's with --docs-url"),
        None => "nothing here tells the page's address: add `url:` to its front matter or a canonical link, or give the \
                 folder's address with --docs-url"
            .to_owned(),
    })?;
    Ok(url.split('#').next().unwrap_or(&url).to_owned())
}

/// Host and id of an address: the id is its path, without slashes around it and `.html` behind it.
fn place(url: &str) -> Option<(String, String)> {
    let (_, rest) = url.split_once("://")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".html").or_else(|| path.strip_suffix(".htm")).unwrap_or(path);
    let id = if path.is_empty() { "index" } else { path };
    (!host.is_empty()).then(|| (host.to_ascii_lowercase(), id.to_owned()))
}

/// `2025-03-01` or a whole RFC 3339 time.
fn time_of(written: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(written, &Rfc3339)
        .ok()
        .or_else(|| Some(time::Date::parse(written, &Iso8601::DATE).ok()?.midnight().assume_utc()))
}

fn within(folder: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(folder).unwrap_or(path).with_extension("");
    relative.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(within: &str, base_url: Option<&str>) -> File {
        File { path: PathBuf::new(), within: within.into(), base_url: base_url.map(Into::into) }
    }

    #[test]
    fn addresses_come_from_the_page_or_from_its_place() {
        let at = |url: Option<&str>, within: &str, base: Option<&str>| {
            address(&Page { url: url.map(Into::into), ..Page::default() }, &file(within, base))
        };
        let docs = Some("https://d.example/v2");
        assert_eq!(at(Some("https://d.example/a#b"), "x", None).unwrap(), "https://d.example/a");
        assert_eq!(at(Some("/a"), "x", docs).unwrap(), "https://d.example/a");
        assert_eq!(at(None, "guide/pair", docs).unwrap(), "https://d.example/v2/guide/pair");
        assert_eq!(at(None, "guide/index", docs).unwrap(), "https://d.example/v2/guide");
        assert_eq!(at(None, "index", docs).unwrap(), "https://d.example/v2/");
        assert!(at(None, "guide/pair", None).unwrap_err().contains("--docs-url"));
        assert!(at(Some("/a"), "x", None).unwrap_err().contains("--docs-url"));
    }

    #[test]
    fn a_page_is_a_thread() {
        let source = "---\ntitle: Pairing\nurl: https://D.example/guide/pair.html\nupdated: 2025-03-01\n---\nLead.\n\n## Code\nDo it.\n";
        let thread = thread(markdown::page(source), &file("x", None), Body::Markdown).unwrap();
        assert_eq!(thread.key(), "docs:d.example:guide/pair");
        assert_eq!(thread.question.body, Body::Markdown("Lead.".into()));
        assert_eq!(thread.answers[0].heading.as_deref(), Some("Code"));
        assert_eq!(thread.answers[0].url.as_deref(), Some("https://D.example/guide/pair.html#code"));
        assert_eq!(thread.created_at.date().to_string(), "2025-03-01");
    }
}
