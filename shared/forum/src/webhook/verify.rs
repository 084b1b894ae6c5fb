//! Whether a request is by who it claims to be, and whether it is news.

use sha2::{Digest, Sha256};

use super::event::WebhookEvent;
use super::secret::{SecretError, Secrets};
use super::{discourse, github, report, sign};

/// Whose way of signing and of naming events a webhook follows. Misago has no webhooks; NodeBB has none of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sender {
    /// A Discourse forum.
    Discourse,
    /// A GitHub repository or organisation.
    Github,
    /// The receiver of our own webhooks, or whoever else follows Standard Webhooks, in the format of `docs/webhooks.md`.
    Standard,
}

impl Sender {
    /// By the name in the webhook's address: `discourse`, `github` or `webhook`.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "discourse" => Some(Self::Discourse),
            "github" => Some(Self::Github),
            "webhook" => Some(Self::Standard),
            _ => None,
        }
    }

    /// The name in the webhook's address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Discourse => "discourse",
            Self::Github => "github",
            Self::Standard => "webhook",
        }
    }
}

/// Why a request is refused. Nothing it says may be acted upon, nor stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// A header that has to be there is not.
    #[error("the header {header} is missing")]
    Missing {
        /// Its name.
        header: &'static str,
    },
    /// Something is not in the form it has to have.
    #[error("{what}")]
    Malformed {
        /// What is wrong.
        what: &'static str,
    },
    /// Not signed by any of the secrets, or changed on the way.
    #[error("the signature is by none of the secrets in force")]
    WrongSignature,
    /// Signed, but too long ago, or in the future: a request that was kept, or a clock that is off.
    #[error("signed {seconds} seconds from now, and {} are the most", Hook::TOLERANCE_SECONDS)]
    Stale {
        /// How far away, seconds; negative where its time is yet to come.
        seconds: i64,
    },
}

/// A request that is what it claims to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    /// Names what was signed: SHA-256, 64 hexadecimal digits. Whoever acts upon the event stores this key in the same
    /// transaction and keeps it for [`Hook::REPLAY_SECONDS`]; a request whose key is stored is acknowledged like any
    /// other and does nothing.
    pub replay_key: String,
    /// What it says.
    pub event: WebhookEvent,
}

/// A webhook as its operator set it up: who calls, and what the calls are signed with.
#[derive(Debug, Clone)]
pub struct Hook {
    sender: Sender,
    secrets: Secrets,
    forum_url: Option<String>,
}

impl Hook {
    /// How far from now a signed time may be, both ways.
    pub const TOLERANCE_SECONDS: i64 = 5 * 60;

    /// How long [`Verified::replay_key`] is kept. Discourse and GitHub sign no time, so that what they signed is valid
    /// for ever; they repeat a call for some hours at most. Raising it shuts out older copies and stores more keys.
    pub const REPLAY_SECONDS: i64 = 24 * 60 * 60;

    /// The most that a body may be long: a post of 32,000 characters, raw and cooked, with room for what plugins add.
    pub const MOST_BYTES: usize = 1 << 20;

    /// A webhook of `sender`, signed with any of `secrets`, which [`Secrets::parse`] reads. `forum_url` is the forum's
    /// address, or the repository's page, without a slash at the end: Discourse's events do not say where they come from,
    /// and GitHub's may come from other repositories too.
    pub fn new<'t>(
        sender: Sender,
        secrets: impl IntoIterator<Item = &'t str>,
        forum_url: Option<&str>,
    ) -> Result<Self, SecretError> {
        let secrets = Secrets::parse(secrets, sender)?;
        Ok(Self { sender, secrets, forum_url: forum_url.map(|url| url.trim_end_matches('/').to_owned()) })
    }

    /// Checks a request and decodes it. `body` as it came, byte for byte; `header` gives a header's value by its name in
    /// lower case; `now` in seconds since 1970.
    ///
    /// 1. The body is not too long to be looked at.
    /// 2. It is signed; by a standard signature, at a time that is not far from now.
    /// 3. What is signed gives the key under which the request is known again. Headers that are not signed, as the event
    ///    ids of Discourse and GitHub, have no part in it: whoever repeats a request could change them.
    /// 4. It is decoded. What is signed and makes no sense to us is [`super::What::Other`].
    pub fn verify(
        &self,
        body: &[u8],
        header: impl Fn(&str) -> Option<String>,
        now: i64,
    ) -> Result<Verified, VerifyError> {
        // 1.
        if body.len() > Self::MOST_BYTES {
            return Err(VerifyError::Malformed { what: "the body is too long" });
        }
        let header = |name: &'static str| header(name).ok_or(VerifyError::Missing { header: name });

        // 2.
        let known_by = match self.sender {
            Sender::Discourse => {
                self.check_body(body, &header("x-discourse-event-signature")?)?;
                Sha256::digest(body)
            }
            Sender::Github => {
                self.check_body(body, &header("x-hub-signature-256")?)?;
                Sha256::digest(body)
            }
            Sender::Standard => {
                let id = header("webhook-id")?;
                self.check_standard(
                    body,
                    &id,
                    &header("webhook-timestamp")?,
                    &header("webhook-signature")?,
                    now,
                )?;
                Sha256::digest(id.as_bytes())
            }
        };

        // 3.
        let key = Sha256::new().chain_update(self.sender.name()).chain_update([0]).chain_update(known_by);
        let replay_key = key.finalize().iter().map(|byte| format!("{byte:02x}")).collect();

        // 4.
        let value = serde_json::from_slice(body).map_err(|_| VerifyError::Malformed {
            what: "the body is not JSON: the webhook's content type has to be application/json",
        })?;
        let event = match self.sender {
            Sender::Discourse => discourse::decode(&value, self.forum_url.as_deref()),
            Sender::Github => github::decode(&value, self.forum_url.as_deref()),
            Sender::Standard => report::decode(&value),
        };
        Ok(Verified { replay_key, event })
    }

    /// Discourse and GitHub sign the body alone and write `sha256=` and the signature in lower-case hexadecimal digits.
    fn check_body(&self, body: &[u8], signature: &str) -> Result<(), VerifyError> {
        let what = "the signature is not `sha256=` and 64 hexadecimal digits";
        let digits = signature.strip_prefix("sha256=").ok_or(VerifyError::Malformed { what })?;
        let signature = decode_hex(digits).ok_or(VerifyError::Malformed { what })?;
        if self.secrets.made(&signature, &[body]) { Ok(()) } else { Err(VerifyError::WrongSignature) }
    }

    /// Standard Webhooks signs id and time with the body, so that neither can be exchanged.
    fn check_standard(
        &self,
        body: &[u8],
        id: &str,
        timestamp: &str,
        list: &str,
        now: i64,
    ) -> Result<(), VerifyError> {
        let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'.';
        if id.is_empty() || id.len() > 256 || !id.bytes().all(is_plain) {
            return Err(VerifyError::Malformed {
                what: "webhook-id is not 1 to 256 visible ASCII characters without a full stop",
            });
        }
        let is_number = timestamp.bytes().all(|byte| byte.is_ascii_digit());
        let time = timestamp.parse::<i64>().ok().filter(|_| is_number).ok_or(VerifyError::Malformed {
            what: "webhook-timestamp is not a number of seconds since 1970",
        })?;
        match sign::is_signed(&self.secrets, list, id, timestamp, body) {
            None => Err(VerifyError::Malformed { what: "webhook-signature is not `v1,` and base 64" }),
            Some(false) => Err(VerifyError::WrongSignature),
            Some(true) => {
                let seconds = now.saturating_sub(time);
                match (-Self::TOLERANCE_SECONDS..=Self::TOLERANCE_SECONDS).contains(&seconds) {
                    true => Ok(()),
                    false => Err(VerifyError::Stale { seconds }),
                }
            }
        }
    }
}

/// The bytes of 64 hexadecimal digits, in lower case only: a signature has one spelling.
fn decode_hex(digits: &str) -> Option<Vec<u8>> {
    let is_lower = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if digits.len() != 64 || !digits.bytes().all(is_lower) {
        return None;
    }
    (0..64).step_by(2).map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::What;

    const NOW: i64 = 1_795_341_660;

    type Headers<'a> = &'a [(&'a str, &'a str)];

    fn verify(hook: &Hook, body: &[u8], headers: Headers<'_>, now: i64) -> Result<Verified, VerifyError> {
        let header =
            |name: &str| headers.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        hook.verify(body, header, now)
    }

    fn hook(sender: Sender, secrets: &[&str]) -> Hook {
        Hook::new(sender, secrets.iter().copied(), None).unwrap()
    }

    // The signatures and keys below were reckoned by other implementations of HMAC and SHA-256.

    const POST: &[u8] = br#"{"post":{"topic_id":12,"post_number":2}}"#;
    const BY_OLD: &str = "sha256=b6499aba01bc0b9ca26a319ded092e6cb80f722e29417bb93c8644f9aadb59e0";
    const BY_NEW: &str = "sha256=fd17e75c0db79deb0ea7b7cbf8f5d81aac3d13410e3c276bbb2c85852066ed9e";

    #[test]
    fn discourse_signs_the_body_with_either_secret() {
        let both = hook(Sender::Discourse, &["new-secret-of-a-forum", "old-secret-of-a-forum"]);
        for signature in [BY_OLD, BY_NEW] {
            let headers = [("x-discourse-event-signature", signature), ("x-discourse-event-id", "7")];
            let verified = verify(&both, POST, &headers, NOW).unwrap();
            assert_eq!(
                verified.replay_key,
                "5a0f34a459cec9d0cf936673264350f6c47e81d8ee1af0b53b363c34aef4a0c2"
            );
            assert_eq!(verified.event.what, What::Activity);
            assert_eq!(verified.event.thread_id.as_deref(), Some("12"));
        }
        let new = hook(Sender::Discourse, &["new-secret-of-a-forum"]);
        let old = [("x-discourse-event-signature", BY_OLD)];
        assert_eq!(verify(&new, POST, &old, NOW), Err(VerifyError::WrongSignature));
    }

    #[test]
    fn github_signs_the_body() {
        let github = hook(Sender::Github, &["It's a Secret to Everybody"]);
        let body = br#"{"action":"created","discussion":{"number":4}}"#;
        let signature = "sha256=86deb148040b3f2c4e8047bb700fe1a19c547b856cd8385965f8b45ab44bcd53";
        let headers = [("x-hub-signature-256", signature), ("x-github-event", "discussion")];
        let verified = verify(&github, body, &headers, NOW).unwrap();
        assert_eq!(verified.replay_key, "b364f9440bd0413569c1971f01dd019a2fe0df233d6ab219620b1f60539fd62a");
        assert!(matches!(verified.event.what, What::Approved(_)));

        // The example in GitHub's manual: rightly signed, and no JSON.
        let greeting = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        let malformed = verify(&github, b"Hello, World!", &[("x-hub-signature-256", greeting)], NOW);
        let Err(VerifyError::Malformed { what }) = malformed else { panic!("{malformed:?}") };
        assert!(what.contains("application/json"), "{what}");
    }

    #[test]
    fn the_unsigned_headers_of_an_event_change_nothing() {
        let discourse = hook(Sender::Discourse, &["new-secret-of-a-forum"]);
        let seen = |event: &str, id: &str| {
            let headers = [
                ("x-discourse-event-signature", BY_NEW),
                ("x-discourse-event", event),
                ("x-discourse-event-id", id),
            ];
            verify(&discourse, POST, &headers, NOW).unwrap()
        };
        assert_eq!(seen("post_created", "7"), seen("post_destroyed", "8"));
    }

    const STANDARD: &str = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";
    const REJECTED: &[u8] = br#"{"type":"question.rejected","timestamp":"2026-11-22T10:00:00Z","data":{"publicId":"0123456789ABCDEF","reason":"Not ours"}}"#;
    const BY_STANDARD: &str = "v1,dNDvXHyKLSNTxsu+zARq5UEdWDSBDGUp+v3piP58v+8=";

    fn standard(id: &str, timestamp: &str, signature: &str, now: i64) -> Result<Verified, VerifyError> {
        let headers =
            [("webhook-id", id), ("webhook-timestamp", timestamp), ("webhook-signature", signature)];
        verify(&hook(Sender::Standard, &[STANDARD]), REJECTED, &headers, now)
    }

    #[test]
    fn standard_webhooks_sign_id_time_and_body() {
        let verified = standard("msg_1", "1795341660", BY_STANDARD, NOW).unwrap();
        assert_eq!(verified.replay_key, "3e23ca2e1fe100c8c41d68d65cb59c47db187518c04c9b44d34f1ff23bb3976b");
        assert_eq!(verified.event.what, What::Rejected { reason: "Not ours".into() });
        for (id, timestamp) in [("msg_2", "1795341660"), ("msg_1", "1795341661")] {
            assert_eq!(standard(id, timestamp, BY_STANDARD, NOW), Err(VerifyError::WrongSignature));
        }
        // The example that implementations of the standard share.
        let shared = Secrets::parse(["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"], Sender::Standard).unwrap();
        let body = br#"{"email":"test@example.com","username":"test_user"}"#;
        assert_eq!(
            sign::signatures(&shared, "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", "1649367553", body),
            "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="
        );
    }

    #[test]
    fn one_signature_of_a_list_is_enough() {
        let other = "v1,tFtCZ5RDCPxzWQRWXWPgrCgE2frDBe9gjpbWQxnVfsQ=";
        for list in [
            format!("{other} {BY_STANDARD}"),
            format!("{BY_STANDARD} {other}"),
            format!("v1a,AAAA v1,? v2 {BY_STANDARD}"),
        ] {
            assert!(standard("msg_1", "1795341660", &list, NOW).is_ok(), "{list}");
        }
        let wrong = standard("msg_1", "1795341660", other, NOW);
        assert_eq!(wrong, Err(VerifyError::WrongSignature));
        for none in ["", "v1", "v1,", "v1,?", "v2,AAAA", "tFtCZ5RDCPxzWQRWXWPgrCgE2frDBe9gjpbWQxnVfsQ="] {
            let refused = standard("msg_1", "1795341660", none, NOW);
            assert!(refused.is_err(), "{none}");
        }
    }

    #[test]
    fn five_minutes_either_way() {
        for seconds in [0, 1, 300, -1, -300] {
            assert!(standard("msg_1", "1795341660", BY_STANDARD, NOW + seconds).is_ok(), "{seconds}");
        }
        for seconds in [301, -301, 86_400, -86_400] {
            let stale = standard("msg_1", "1795341660", BY_STANDARD, NOW + seconds);
            assert_eq!(stale, Err(VerifyError::Stale { seconds }));
        }
        for now in [i64::MIN, i64::MAX] {
            let stale = standard("msg_1", "1795341660", BY_STANDARD, now);
            assert!(matches!(stale, Err(VerifyError::Stale { .. })));
        }
    }

    #[test]
    fn what_is_missing_or_malformed_is_named() {
        let missing = |sender, secret, headers| match verify(&hook(sender, &[secret]), POST, headers, NOW) {
            Err(VerifyError::Missing { header }) => header,
            other => panic!("{other:?}"),
        };
        let secret = "new-secret-of-a-forum";
        assert_eq!(missing(Sender::Discourse, secret, &[]), "x-discourse-event-signature");
        assert_eq!(missing(Sender::Github, secret, &[("x-hub-signature", "sha1=0")]), "x-hub-signature-256");
        assert_eq!(missing(Sender::Standard, STANDARD, &[]), "webhook-id");
        assert_eq!(missing(Sender::Standard, STANDARD, &[("webhook-id", "a")]), "webhook-timestamp");
        let unsigned = [("webhook-id", "a"), ("webhook-timestamp", "1")];
        assert_eq!(missing(Sender::Standard, STANDARD, &unsigned), "webhook-signature");

        let upper = BY_NEW.to_uppercase();
        let spaced = format!("{BY_NEW} ");
        for signature in ["", "sha256=", BY_NEW.trim_start_matches("sha256="), "sha1=00", &upper, &spaced] {
            let headers = [("x-discourse-event-signature", signature)];
            let refused = verify(&hook(Sender::Discourse, &[secret]), POST, &headers, NOW);
            assert!(matches!(refused, Err(VerifyError::Malformed { .. })), "{signature}");
        }
        for id in ["", "a.b", "a b", "é", &"a".repeat(257)] {
            let refused = standard(id, "1795341660", BY_STANDARD, NOW);
            assert!(matches!(refused, Err(VerifyError::Malformed { .. })), "{id}");
        }
        for time in ["", "now", "+1795341660", "-1", "1795341660.5", "99999999999999999999"] {
            let refused = standard("msg_1", time, BY_STANDARD, NOW);
            assert!(matches!(refused, Err(VerifyError::Malformed { .. })), "{time}");
        }
    }

    #[test]
    fn a_body_beyond_the_limit_is_not_looked_at() {
        let body = vec![b' '; Hook::MOST_BYTES + 1];
        let refused = verify(&hook(Sender::Github, &["It's a Secret to Everybody"]), &body, &[], NOW);
        assert_eq!(refused, Err(VerifyError::Malformed { what: "the body is too long" }));
    }

    #[test]
    fn senders_have_names() {
        for sender in [Sender::Discourse, Sender::Github, Sender::Standard] {
            assert_eq!(Sender::named(sender.name()), Some(sender));
        }
        assert_eq!(Sender::named("misago"), None);
        assert_eq!(Sender::named("Discourse"), None);
    }
}
