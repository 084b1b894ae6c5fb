//! Requests signed as Standard Webhooks has it: over id, time and body, in base 64 behind `v1,`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::secret::{SecretError, Secrets};
use super::verify::Sender;
use crate::{Method, Request};

/// The version of a signature by HMAC-SHA256.
const VERSION: &str = "v1";

/// Why a request is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// There is nothing to sign it with.
    #[error("the webhook's secret: {0}")]
    Secret(#[from] SecretError),
    /// People on the way could read it: a signature hides nothing.
    #[error("the webhook's address has to begin with https")]
    NotConfidential,
}

/// A `POST` of `body`, JSON, to `url`. `id` names what is told, however often it is sent, and has no full stop; `now` in
/// seconds since 1970; `secret` is `whsec_` and base 64, or two of them with a comma between: then both sign, and the
/// receiver may know either. `url` begins with `https://`, or with `http://` on this machine.
pub fn signed(url: &str, id: &str, now: i64, body: &str, secret: Option<&str>) -> Result<Request, SignError> {
    let secrets = Secrets::parse(secret.unwrap_or_default().split(','), Sender::Standard)?;
    if !is_confidential(url) {
        return Err(SignError::NotConfidential);
    }
    let timestamp = now.to_string();
    let signatures = signatures(&secrets, id, &timestamp, body.as_bytes());
    Ok(Request {
        method: Method::Post,
        url: url.to_owned(),
        headers: vec![
            ("content-type", "application/json".to_owned()),
            ("webhook-id", id.to_owned()),
            ("webhook-timestamp", timestamp),
            ("webhook-signature", signatures),
        ],
        body: Some(body.as_bytes().to_vec()),
    })
}

/// `webhook-signature`: one signature for each secret, a space between them.
pub(crate) fn signatures(secrets: &Secrets, id: &str, timestamp: &str, body: &[u8]) -> String {
    let signatures = secrets.sign(&parts(id, timestamp, body));
    let written: Vec<String> =
        signatures.iter().map(|signature| format!("{VERSION},{}", STANDARD.encode(signature))).collect();
    written.join(" ")
}

/// Whether one of the signatures in `list` is by one of the secrets; `None` where none of them is of this version and in
/// its form. Of other versions we have no keys.
pub(crate) fn is_signed(
    secrets: &Secrets,
    list: &str,
    id: &str,
    timestamp: &str,
    body: &[u8],
) -> Option<bool> {
    let entries = list.split(' ').filter_map(|entry| entry.split_once(','));
    let decoded = entries
        .filter(|(version, _)| *version == VERSION)
        .filter_map(|(_, signature)| STANDARD.decode(signature).ok());
    let made = decoded.map(|signature| secrets.made(&signature, &parts(id, timestamp, body)));
    made.reduce(|one, other| one | other)
}

/// What is signed. Neither id nor time holds a full stop, so that no two requests are signed alike.
fn parts<'a>(id: &'a str, timestamp: &'a str, body: &'a [u8]) -> [&'a [u8]; 5] {
    [id.as_bytes(), b".", timestamp.as_bytes(), b".", body]
}

/// Whether nobody can listen in: over TLS, or without leaving this machine.
pub(crate) fn is_confidential(url: &str) -> bool {
    let Some(url) = text::resolve(url, None) else { return false };
    url.starts_with("https://") || url.strip_prefix("http://").is_some_and(is_this_machine)
}

/// Whether an address behind its scheme names this machine. What stands before an `@` would be a name to log in with.
fn is_this_machine(rest: &str) -> bool {
    let host = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_overheard_is_not_sent() {
        for url in [
            "https://desk.example/hook",
            "http://127.0.0.1:8787/hook",
            "http://localhost",
            "http://[::1]:80/",
        ] {
            assert!(is_confidential(url), "{url}");
        }
        for url in [
            "http://desk.example/hook",
            "http://localhost@desk.example/",
            "http://localhost:80@desk.example/",
            "http://localhost.desk.example/",
            "http://127.0.0.1.desk.example",
            "ftp://localhost/",
            "desk.example",
            "",
        ] {
            assert!(!is_confidential(url), "{url}");
        }
    }

    #[test]
    fn without_a_secret_nothing_is_sent() {
        let send = |url: &str, secret| signed(url, "a", 1, "{}", secret).unwrap_err();
        assert_eq!(send("https://desk.example", None), SignError::Secret(SecretError::Missing));
        assert_eq!(
            send("https://desk.example", Some("x")),
            SignError::Secret(SecretError::Form { number: 1 })
        );
        let secret = Some("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");
        assert_eq!(send("http://desk.example", secret), SignError::NotConfidential);
    }
}
