//! Carries requests to forums over the network, one after the other, and waits as long as a forum asks.
//!
//! What the requests are and what the answers mean is left to the crate `forum`.

use std::io::ErrorKind;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use forum::{Broken, Method, Request, Response, Transport, asked_to_wait};
use ureq::Timeout;
use ureq::http;

/// A forum that says nothing for a minute is not going to.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// How often a forum may ask for patience before one request is given up, and for how much of it: limits count by the
/// minute or by the hour.
const WAITS: u32 = 6;
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);

/// Further tries of a request that only reads, after a breakdown, and the pause before the first of them; it doubles.
const RETRIES: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The network, with patience for what only reads. Whatever posts is sent once.
pub struct Carry {
    agent: ureq::Agent,
}

impl Carry {
    /// Follows no redirect: it would carry a key somewhere else.
    pub fn new() -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(REQUEST_TIMEOUT))
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .user_agent(concat!("edgewise/", env!("CARGO_PKG_VERSION")))
            .max_redirects(0);
        Self { agent: config.build().into() }
    }

    fn once(&self, request: &Request) -> Result<Response, Broken> {
        let mut builder = http::Request::builder().uri(&request.url).method(match request.method {
            Method::Get => http::Method::GET,
            Method::Post => http::Method::POST,
        });
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        let unsendable = |error: http::Error| Broken::NotSent(error.to_string());
        let answer = match &request.body {
            None => self.agent.run(builder.body(()).map_err(unsendable)?),
            Some(body) => self.agent.run(builder.body(body.as_slice()).map_err(unsendable)?),
        };
        let (head, mut body) = answer.map_err(broken)?.into_parts();
        let body = body.with_config().limit(Response::MOST_BYTES as u64).read_to_vec();
        let headers = head.headers.iter().map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        Ok(Response {
            status: head.status.as_u16(),
            headers: headers.collect(),
            body: body.map_err(|error| Broken::Unclear(error.to_string()))?,
        })
    }
}

impl Transport for Carry {
    async fn send(&self, request: Request) -> Result<Response, Broken> {
        let (mut waits, mut retries, mut pause) = (0, 0, FIRST_PAUSE);
        loop {
            let answer = self.once(&request);
            if request.method == Method::Post {
                return answer;
            }
            let wait = match &answer {
                Ok(response) => asked_to_wait(response),
                Err(_) => None,
            };
            if let Some(wait) = wait {
                waits += 1;
                if waits > WAITS || wait > LONGEST_WAIT {
                    return answer;
                }
                std::thread::sleep(wait);
                continue;
            }
            let passing = match &answer {
                Ok(response) => matches!(response.status, 502..=504),
                Err(Broken::NotSent(_)) => false,
                Err(Broken::Unclear(_)) => true,
            };
            retries += 1;
            if !passing || retries > RETRIES {
                return answer;
            }
            std::thread::sleep(pause);
            pause *= 2;
        }
    }
}

/// Whether a request that got no answer may have arrived. A name that cannot be resolved looks like any other fault of
/// the network: it may.
fn broken(error: ureq::Error) -> Broken {
    let why = error.to_string();
    let refused = |kind| {
        matches!(
            kind,
            ErrorKind::ConnectionRefused | ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable
        )
    };
    match error {
        ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::BadUri(_)
        | ureq::Error::Http(_)
        | ureq::Error::Tls(_)
        | ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => Broken::NotSent(why),
        ureq::Error::Io(error) if refused(error.kind()) => Broken::NotSent(why),
        _ => Broken::Unclear(why),
    }
}

/// What a future comes to that waits for a [`Carry`] alone: that blocks, so it is ready at once.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
        std::thread::yield_now();
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;

    /// Answers one request after the other, each on a connection of its own. Where it listens, and what came.
    fn forum(answers: &'static [&'static str]) -> (String, std::thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let came = std::thread::spawn(move || {
            let mut came = Vec::new();
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let mut bytes = [0; 4096];
                let read = stream.read(&mut bytes).unwrap();
                came.push(String::from_utf8_lossy(&bytes[..read]).into_owned());
                stream.write_all(answer.as_bytes()).unwrap();
            }
            came
        });
        (address, came)
    }

    fn send(method: Method, url: String) -> Result<Response, Broken> {
        let headers = vec![("authorization", "Token k".to_owned())];
        let body = (method == Method::Post).then(|| b"{}".to_vec());
        block_on(Carry::new().send(Request { method, url, headers, body }))
    }

    #[test]
    fn a_reader_waits_as_long_as_the_forum_asks() {
        let (address, came) = forum(&[
            "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX-Kind: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
        ]);
        let answer = send(Method::Get, format!("{address}/api/threads/?list=my")).unwrap();
        assert_eq!(
            (answer.status, answer.header("x-kind"), answer.body.as_slice()),
            (200, Some("a"), &b"{}"[..])
        );
        let came = came.join().unwrap();
        assert_eq!(came.len(), 2);
        assert!(came[0].starts_with("GET /api/threads/?list=my HTTP/1.1\r\n"), "{}", came[0]);
        assert!(came[0].contains("authorization: Token k\r\n"), "{}", came[0]);
    }

    #[test]
    fn a_post_is_sent_once_and_no_redirect_is_followed() {
        let (address, came) = forum(&[
            "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        ]);
        assert_eq!(send(Method::Post, format!("{address}/x")).unwrap().status, 429);
        assert_eq!(came.join().unwrap().len(), 1);
        let (address, came) = forum(&[
            "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        ]);
        assert_eq!(send(Method::Get, format!("{address}/x")).unwrap().status, 302);
        assert_eq!(came.join().unwrap().len(), 1);
    }

    #[test]
    fn what_certainly_did_not_arrive() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        drop(listener);
        for url in [address, "not an address".to_owned()] {
            let answer = send(Method::Get, url.clone());
            assert!(matches!(answer, Err(Broken::NotSent(_))), "{url}: {answer:?}");
        }
    }
}
