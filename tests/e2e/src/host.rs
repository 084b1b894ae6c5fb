//! A site that embeds the widget: pages of a test's own, with any policy, on an origin that is not the Worker's.
//!
//! Below `/v1/` it mirrors the Worker's files, one of which it can spoil on the way, as a broken or bought CDN would.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result};

/// Bytes of a mirrored file at most.
const FILE_BYTES: u64 = 16 << 20;

/// A page.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The content security policy it is served with.
    pub policy: Option<String>,
    /// Its HTML.
    pub html: String,
}

impl Page {
    /// A page without a policy whose head is this.
    pub fn with_head(head: &str) -> Page {
        let html = format!(
            "<!doctype html><html lang=en><meta charset=utf-8><title>Host</title>{head}<body><p>Host</p></body></html>"
        );
        Page { policy: None, html }
    }

    /// The same page under a policy.
    #[must_use]
    pub fn under(self, policy: &str) -> Page {
        Page { policy: Some(policy.to_owned()), ..self }
    }
}

/// What happens to a file on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It has another content.
    Changed,
    /// The connection breaks in the middle of it.
    CutOff,
    /// It is not there.
    Missing,
}

#[derive(Debug, Default)]
struct Content {
    pages: HashMap<String, Page>,
    spoiled: Option<(String, Fault)>,
}

/// A running site. Dropping it ends it.
#[derive(Debug)]
pub struct HostSite {
    address: SocketAddr,
    content: Arc<Mutex<Content>>,
    closing: Arc<AtomicBool>,
}

impl HostSite {
    /// Starts a site without pages beside a Worker.
    pub fn start(worker: &str) -> Result<HostSite> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("starting a host site")?;
        let site =
            HostSite { address: listener.local_addr()?, content: Arc::default(), closing: Arc::default() };
        let (content, closing, worker) =
            (Arc::clone(&site.content), Arc::clone(&site.closing), worker.to_owned());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if closing.load(Ordering::SeqCst) {
                    break;
                }
                let (content, worker) = (Arc::clone(&content), worker.clone());
                // A browser may go away in the middle of an answer.
                thread::spawn(move || answer(&stream, &content, &worker).ok());
            }
        });
        Ok(site)
    }

    /// Its origin.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Serves a page.
    pub fn serve(&self, path: &str, page: Page) {
        self.content().pages.insert(path.to_owned(), page);
    }

    /// Changes the mirrored file of this name from now on; `None`: all are as they are.
    pub fn tamper_with(&self, name: Option<&str>) {
        self.spoil(name.map(|name| (name, Fault::Changed)));
    }

    /// Spoils the mirrored file of this name from now on; `None`: all come as they are.
    pub fn spoil(&self, file: Option<(&str, Fault)>) {
        self.content().spoiled = file.map(|(name, fault)| (name.to_owned(), fault));
    }

    fn content(&self) -> std::sync::MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for HostSite {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::SeqCst);
        // Accepting sleeps until somebody comes.
        let _ = TcpStream::connect(self.address);
    }
}

/// Answers the one request of a connection.
fn answer(stream: &TcpStream, content: &Mutex<Content>, worker: &str) -> io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    // The rest of the head has to be read, or closing the connection resets it.
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let target = first.split(' ').nth(1).unwrap_or("/");
    let path = target.split('?').next().unwrap_or(target);
    let (page, spoiled) = {
        let content = content.lock().unwrap_or_else(PoisonError::into_inner);
        (content.pages.get(path).cloned(), content.spoiled.clone())
    };
    match page {
        Some(page) => {
            let policy = page.policy.map(|policy| format!("content-security-policy: {policy}\r\n"));
            respond(
                stream,
                "200 OK",
                &format!("content-type: text/html\r\n{}", policy.unwrap_or_default()),
                page.html.as_bytes(),
            )
        }
        None if path.starts_with("/v1/") => match mirrored(&format!("{worker}{path}")) {
            Ok((kind, mut body)) => {
                let fault = spoiled.filter(|(name, _)| path.ends_with(&format!("/{name}")));
                let headers = format!("content-type: {kind}\r\n");
                match fault.map(|(_, fault)| fault) {
                    None => respond(stream, "200 OK", &headers, &body),
                    Some(Fault::Changed) => {
                        body.push(b'\n');
                        respond(stream, "200 OK", &headers, &body)
                    }
                    Some(Fault::CutOff) => {
                        head(stream, "200 OK", &headers, body.len())?;
                        let mut rest = stream;
                        rest.write_all(&body[..body.len() / 2])
                    }
                    Some(Fault::Missing) => respond(stream, "404 Not Found", "", b""),
                }
            }
            Err(_) => respond(stream, "502 Bad Gateway", "", b""),
        },
        None => respond(stream, "404 Not Found", "", b""),
    }
}

/// A file of the Worker, with its type.
fn mirrored(url: &str) -> Result<(String, Vec<u8>)> {
    let mut response = ureq::get(url).call()?;
    let kind = response
        .headers()
        .get("content-type")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    Ok((kind, response.body_mut().with_config().limit(FILE_BYTES).read_to_vec()?))
}

fn respond(mut stream: &TcpStream, status: &str, headers: &str, body: &[u8]) -> io::Result<()> {
    head(stream, status, headers, body.len())?;
    stream.write_all(body)
}

/// The head of an answer whose body is to have so many bytes.
fn head(mut stream: &TcpStream, status: &str, headers: &str, length: usize) -> io::Result<()> {
    write!(
        stream,
        "HTTP/1.1 {status}\r\n{headers}cache-control: no-store\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
    )
}
