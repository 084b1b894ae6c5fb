//! An endpoint that takes what the Worker posts and answers as it is told.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use anyhow::{Context, Result};

/// What is answered next, and what has come.
#[derive(Debug, Default)]
struct Mail {
    answers: VecDeque<(u16, String)>,
    bodies: Vec<String>,
}

/// An endpoint on this machine. It lives as long as the test program.
#[derive(Debug, Clone)]
pub struct Receiver {
    url: String,
    mail: Arc<Mutex<Mail>>,
}

impl Receiver {
    /// Starts to listen. Each request is answered with the next of `answers` (status and JSON), then with 200.
    pub fn start(answers: impl IntoIterator<Item = (u16, String)>) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("listening")?;
        let url = format!("http://{}/in", listener.local_addr()?);
        let mail = Arc::new(Mutex::new(Mail { answers: answers.into_iter().collect(), bodies: Vec::new() }));
        let shared = Arc::clone(&mail);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // Whoever breaks off loses their own request only.
                let _ = answer(stream, &shared);
            }
        });
        Ok(Self { url, mail })
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The bodies that have come, in order.
    pub fn bodies(&self) -> Vec<String> {
        self.mail.lock().map(|mail| mail.bodies.clone()).unwrap_or_default()
    }
}

fn answer(stream: TcpStream, mail: &Mutex<Mail>) -> Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let (status, text) = {
        let Ok(mut mail) = mail.lock() else { return Ok(()) };
        mail.bodies.push(String::from_utf8_lossy(&body).into_owned());
        mail.answers.pop_front().unwrap_or_else(|| (200, "{}".to_owned()))
    };
    let mut stream = stream;
    write!(
        stream,
        "HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
        text.len()
    )?;
    Ok(stream.flush()?)
}
