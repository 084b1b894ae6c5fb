//! What holds of every signed request: as it is, it is let through; with any bit of what counts changed, it is not; and
//! no bytes make the decoders panic.

use proptest::prelude::*;

use super::sign::signed;
use super::{Hook, Secrets, Sender, Verified, VerifyError, What};

const STANDARD: [&str; 2] =
    ["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"];
const PLAIN: [&str; 2] = ["first-secret-of-a-forum", "other-secret-of-a-forum"];
const NOW: i64 = 1_795_341_660;

/// A request as it arrives.
#[derive(Debug, Clone)]
struct Sent {
    sender: Sender,
    body: Vec<u8>,
    headers: Vec<(&'static str, String)>,
}

impl Sent {
    fn new(sender: Sender, secret: &str, body: &str) -> Self {
        let hex = |header| {
            let secrets = Secrets::parse([secret], sender).unwrap();
            let signature = secrets.sign(&[body.as_bytes()]).concat();
            let digits: String = signature.iter().map(|byte| format!("{byte:02x}")).collect();
            vec![(header, format!("sha256={digits}"))]
        };
        let headers = match sender {
            Sender::Discourse => hex("x-discourse-event-signature"),
            Sender::Github => hex("x-hub-signature-256"),
            Sender::Standard => {
                let request = signed("https://edge.example", "msg_1", NOW, body, Some(secret)).unwrap();
                request.headers.into_iter().filter(|(name, _)| name.starts_with("webhook-")).collect()
            }
        };
        Self { sender, body: body.as_bytes().to_vec(), headers }
    }

    fn verify(&self, secrets: &[&str], now: i64) -> Result<Verified, VerifyError> {
        let header =
            |name: &str| self.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone());
        Hook::new(self.sender, secrets.iter().copied(), None).unwrap().verify(&self.body, header, now)
    }
}

fn secrets_of(sender: Sender) -> [&'static str; 2] {
    if sender == Sender::Standard { STANDARD } else { PLAIN }
}

fn senders() -> impl Strategy<Value = Sender> {
    prop_oneof![Just(Sender::Discourse), Just(Sender::Github), Just(Sender::Standard)]
}

/// JSON objects as long as real ones are, and as odd as they may be.
fn bodies() -> impl Strategy<Value = String> {
    let object =
        prop_oneof![Just("post"), Just("topic"), Just("reviewable"), Just("discussion"), Just("data")];
    (object, "\\PC{0,300}").prop_map(|(object, text)| serde_json::json!({object: {"raw": text}}).to_string())
}

/// The text with one bit of one of its bytes flipped, where that is still text that a header can carry.
fn flipped(text: &str, at: prop::sample::Index, bit: u32) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    let at = at.index(bytes.len());
    bytes[at] ^= 1 << bit;
    String::from_utf8(bytes).ok()
}

proptest! {
    #[test]
    fn either_secret_is_enough_and_another_is_not(sender in senders(), body in bodies(), which in 0..2_usize) {
        let secrets = secrets_of(sender);
        let sent = Sent::new(sender, secrets[which], &body);
        prop_assert!(sent.verify(&secrets, NOW).is_ok());
        prop_assert!(sent.verify(&[secrets[which]], NOW).is_ok());
        prop_assert_eq!(sent.verify(&[secrets[1 - which]], NOW), Err(VerifyError::WrongSignature));
    }

    #[test]
    fn a_changed_body_is_refused(sender in senders(), body in bodies(), at: prop::sample::Index, bit in 0..8_u32) {
        let secrets = secrets_of(sender);
        let mut sent = Sent::new(sender, secrets[0], &body);
        let at = at.index(sent.body.len());
        sent.body[at] ^= 1 << bit;
        prop_assert_eq!(sent.verify(&secrets, NOW), Err(VerifyError::WrongSignature));
    }

    #[test]
    fn a_body_cut_short_or_added_to_is_refused(sender in senders(), body in bodies(), more in "[ -~]{1,9}") {
        let secrets = secrets_of(sender);
        let mut sent = Sent::new(sender, secrets[0], &body);
        sent.body.pop();
        prop_assert_eq!(sent.verify(&secrets, NOW), Err(VerifyError::WrongSignature));
        sent.body = [body.as_bytes(), more.as_bytes()].concat();
        prop_assert_eq!(sent.verify(&secrets, NOW), Err(VerifyError::WrongSignature));
    }

    #[test]
    fn a_changed_header_is_refused(
        sender in senders(), body in bodies(), which: prop::sample::Index, at: prop::sample::Index, bit in 0..8_u32,
    ) {
        let secrets = secrets_of(sender);
        let mut sent = Sent::new(sender, secrets[0], &body);
        let (_, value) = which.get(&sent.headers).clone();
        let changed = flipped(&value, at, bit);
        prop_assume!(changed.is_some());
        let which = which.index(sent.headers.len());
        sent.headers[which].1 = changed.unwrap_or_default();
        prop_assert!(sent.verify(&secrets, NOW).is_err());
        sent.headers.remove(which);
        let is_missing = matches!(sent.verify(&secrets, NOW), Err(VerifyError::Missing { .. }));
        prop_assert!(is_missing);
    }

    #[test]
    fn a_standard_signature_holds_for_five_minutes_either_way(body in bodies(), seconds in -1_000_i64..1_000) {
        let outcome = Sent::new(Sender::Standard, STANDARD[0], &body).verify(&STANDARD, NOW + seconds);
        let stale = Err(VerifyError::Stale { seconds });
        prop_assert_eq!(outcome.is_ok(), seconds.abs() <= Hook::TOLERANCE_SECONDS);
        prop_assert!(outcome.is_ok() || outcome == stale);
    }

    #[test]
    fn a_request_sent_again_is_known_by_its_key(sender in senders(), one in bodies(), other in bodies()) {
        let secrets = secrets_of(sender);
        let key = |secret, body: &str| Sent::new(sender, secret, body).verify(&secrets, NOW).unwrap().replay_key;
        prop_assert_eq!(key(secrets[0], &one), key(secrets[1], &one));
        // Standard Webhooks are known by their id, which is the same here; the others by what they say.
        let same = sender == Sender::Standard || one == other;
        prop_assert_eq!(key(secrets[0], &one) == key(secrets[0], &other), same);
    }

    #[test]
    fn no_body_makes_a_decoder_panic(
        sender in senders(),
        object in prop_oneof![Just("post"), Just("topic"), Just("reviewable"), Just("discussion"), Just("data")],
        value in json(),
    ) {
        let body = serde_json::json!({object: value, "type": "question.answered", "action": "created"}).to_string();
        let verified = Sent::new(sender, secrets_of(sender)[0], &body).verify(&secrets_of(sender), NOW);
        prop_assert!(verified.is_ok());
    }

    #[test]
    fn no_headers_make_the_check_panic(sender in senders(), body: Vec<u8>, values in prop::array::uniform4("\\PC{0,90}")) {
        let [signature, id, time, list] = values;
        let headers = vec![
            ("x-discourse-event-signature", signature.clone()),
            ("x-hub-signature-256", format!("sha256={signature}")),
            ("webhook-id", id),
            ("webhook-timestamp", time),
            ("webhook-signature", format!("v1,{list}")),
        ];
        let sent = Sent { sender, body, headers };
        prop_assert!(sent.verify(&secrets_of(sender), NOW).is_err());
    }
}

/// JSON of the shape that events have, with any field of any type.
fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::{Value, json};
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0..5_u64).prop_map(Value::from),
        prop::sample::select(vec![
            "regular",
            "approved",
            "ReviewableQueuedPost",
            "0123456789ABCDEF",
            "https://f.example/t/1",
            "2026-11-22T10:00:00Z",
            "",
        ])
        .prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 40, 8, |inner| {
        let name = prop::sample::select(vec![
            "topic_id",
            "topic_archetype",
            "archetype",
            "post_number",
            "post_type",
            "raw",
            "external_id",
            "status",
            "type",
            "payload",
            "title",
            "topic",
            "slug",
            "id",
            "node_id",
            "html_url",
            "body",
            "publicId",
            "threadId",
            "url",
            "replies",
            "markdown",
            "createdAt",
            "role",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(|values| json!(values)),
            prop::collection::hash_map(name, inner, 0..8).prop_map(|map| json!(map)),
        ]
    })
}

#[test]
fn a_body_nested_absurdly_is_refused() {
    let body = format!("{{\"post\":{}", "[".repeat(100_000));
    let refused = Sent::new(Sender::Discourse, PLAIN[0], &body).verify(&PLAIN, NOW);
    assert!(matches!(refused, Err(VerifyError::Malformed { .. })));
}

#[test]
fn a_secret_of_another_sender_is_not_ours() {
    let body = r#"{"post":{"topic_id":12}}"#;
    let mut sent = Sent::new(Sender::Discourse, PLAIN[0], body);
    sent.sender = Sender::Github;
    sent.headers[0].0 = "x-hub-signature-256";
    let verified = sent.verify(&PLAIN, NOW).unwrap();
    assert_eq!(
        verified.event.what,
        What::Other,
        "the same secret for two forums tells neither the other's events"
    );
}
