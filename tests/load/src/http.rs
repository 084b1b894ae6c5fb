//! HTTP/1.1 as far as a forum, and a faulty proxy in front of one, need it.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Bytes of a line of a request at most: an address with a search in it.
const LINE_BYTES: u64 = 64 << 10;

/// Bytes of a body at most: 32,000 characters of a question, twice escaped.
const BODY_BYTES: usize = 1 << 20;

/// The first lines of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// As it came.
    pub method: String,
    /// Path and query as they came.
    pub target: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
}

impl Head {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The path, without the query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// A value of the query, decoded.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let (_, query) = self.target.split_once('?')?;
        query.split('&').find_map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(key) == name).then(|| decoded(value))
        })
    }
}

/// A form's or a query's text.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escaped = text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (byte, escaped) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 2;
            }
            (b'+', _) => out.push(b' '),
            (byte, _) => out.push(*byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// All but `Content-Length`.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Answer {
    /// An answer of a content type.
    pub fn new(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Answer {
        Answer { status, headers: vec![("content-type".to_owned(), kind.to_owned())], body: body.into() }
    }

    /// An answer in JSON.
    pub fn json(status: u16, body: &serde_json::Value) -> Answer {
        Answer::new(status, "application/json; charset=utf-8", body.to_string())
    }

    /// With a header more.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Answer {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut out = format!("HTTP/1.1 {} .\r\n", self.status);
        for (name, value) in &self.headers {
            out.push_str(&format!("{name}: {value}\r\n"));
        }
        out.push_str(&format!("content-length: {}\r\n\r\n", self.body.len()));
        let mut out = out.into_bytes();
        out.extend_from_slice(&self.body);
        out
    }
}

/// One client's connection. Dropping it closes it, with a reset where something of a request was not read.
pub(crate) struct Connection {
    from: BufReader<TcpStream>,
    to: TcpStream,
}

impl Connection {
    fn new(stream: TcpStream) -> io::Result<Connection> {
        stream.set_nodelay(true)?;
        Ok(Connection { to: stream.try_clone()?, from: BufReader::new(stream) })
    }

    /// The next request up to its body; `None` where the client has closed the connection.
    pub fn head(&mut self) -> io::Result<Option<Head>> {
        let first = self.line()?;
        let mut words = first.split(' ');
        let (Some(method), Some(target)) = (words.next(), words.next()) else { return Ok(None) };
        let (method, target) = (method.to_owned(), target.to_owned());
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else { break };
            headers.push((name.trim().to_lowercase(), value.trim().to_owned()));
        }
        Ok(Some(Head { method, target, headers }))
    }

    /// The body of the request that [`Connection::head`] has begun to read.
    pub fn body(&mut self, head: &Head) -> io::Result<Vec<u8>> {
        if head.header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue")) {
            self.to.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        if head.header("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked")) {
            return self.chunks();
        }
        let length = head.header("content-length").map_or(Some(0), |value| value.parse::<usize>().ok());
        self.exactly(length.ok_or_else(|| malformed("the length of a body is no number"))?)
    }

    /// Writes an answer.
    pub fn answer(&mut self, answer: &Answer) -> io::Result<()> {
        self.to.write_all(&answer.bytes())
    }

    /// Writes the first half of an answer and closes the connection.
    pub fn answer_half(mut self, answer: &Answer) -> io::Result<()> {
        let bytes = answer.bytes();
        self.to.write_all(bytes.get(..bytes.len() / 2).unwrap_or_default())?;
        self.close()
    }

    /// Closes the connection before it is dropped.
    pub fn close(&mut self) -> io::Result<()> {
        self.to.shutdown(Shutdown::Both)
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        (&mut self.from).take(LINE_BYTES).read_until(b'\n', &mut line)?;
        Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
    }

    fn exactly(&mut self, length: usize) -> io::Result<Vec<u8>> {
        if length > BODY_BYTES {
            return Err(malformed("the body is too long"));
        }
        let mut body = vec![0; length];
        self.from.read_exact(&mut body)?;
        Ok(body)
    }

    fn chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = self.line()?;
            let size = line.split(';').next().unwrap_or_default();
            let size = usize::from_str_radix(size, 16).map_err(|_| malformed("a chunk without a size"))?;
            body.extend(self.exactly(size)?);
            self.line()?;
            if size == 0 {
                return Ok(body);
            }
            if body.len() > BODY_BYTES {
                return Err(malformed("the body is too long"));
            }
        }
    }
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// A server on a free port of the loopback address. Dropping it ends accepting; open connections last as long as their
/// clients want.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    closing: Arc<AtomicBool>,
}

impl Server {
    /// Serves each connection in a thread of its own.
    pub fn start(serve: impl Fn(Connection) + Send + Sync + 'static) -> io::Result<Server> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let closing = Arc::new(AtomicBool::new(false));
        let (serve, closed) = (Arc::new(serve), Arc::clone(&closing));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if closed.load(Ordering::SeqCst) {
                    break;
                }
                let serve = Arc::clone(&serve);
                thread::spawn(move || {
                    if let Ok(connection) = Connection::new(stream) {
                        serve(connection);
                    }
                });
            }
        });
        Ok(Server { address, closing })
    }

    /// Its address, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::SeqCst);
        // Accepting sleeps until somebody comes.
        let _ = TcpStream::connect(self.address);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a server reads of these bytes.
    fn read(bytes: &'static [u8]) -> Vec<(Head, Vec<u8>)> {
        let (sender, receiver) = std::sync::mpsc::channel();
        let server = Server::start(move |mut connection| {
            while let Ok(Some(head)) = connection.head() {
                let Ok(body) = connection.body(&head) else { break };
                sender.send((head, body)).unwrap();
            }
        })
        .unwrap();
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.write_all(bytes).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        stream.read_to_end(&mut Vec::new()).unwrap();
        drop(server);
        receiver.try_iter().collect()
    }

    #[test]
    fn requests_follow_each_other_on_a_connection() {
        let seen = read(
            b"POST /posts.json HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET /search.json?q=%22a+b%22&page=2 HTTP/1.1\r\n\r\n",
        );
        assert_eq!(seen.len(), 2);
        assert_eq!((seen[0].0.path(), seen[0].1.as_slice()), ("/posts.json", b"abc".as_slice()));
        assert_eq!(seen[1].0.parameter("q").as_deref(), Some("\"a b\""));
        assert_eq!(seen[1].0.parameter("page").as_deref(), Some("2"));
        assert_eq!(seen[1].0.parameter("absent"), None);
    }

    #[test]
    fn a_body_in_chunks_is_one_body() {
        let seen = read(
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=1\r\nde\r\n0\r\n\r\n",
        );
        assert_eq!(seen[0].1, b"abcde");
    }

    #[test]
    fn what_is_no_request_ends_the_connection() {
        assert_eq!(read(b""), []);
        assert_eq!(read(b"\r\n\r\n"), []);
        assert_eq!(read(b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"), []);
        assert_eq!(read(b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nshort"), []);
    }

    #[test]
    fn escapes_are_decoded_and_broken_ones_stay() {
        assert_eq!(decoded("a%20b+c%C3%A9%2"), "a b cé%2");
        assert_eq!(decoded("%zz%"), "%zz%");
    }
}
