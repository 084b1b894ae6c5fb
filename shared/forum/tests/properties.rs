//! A topic with anything broken decodes or is refused; it never panics.

use forum::discourse::{Categories, Forum, decode_topic, guess_base_url};
use proptest::prelude::*;
use serde_json::{Value, json};

const TOPIC: &str = include_str!("topic.json");

/// What a broken export, another version or an attacker puts where a field was.
fn replacement() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[0-9]{1,25}|9999-12-31T23:59:59Z|-0001-01-01T00:00:00Z|/t/[0-9/]{0,9}|https?://[a-z/.]{0,9}"
            .prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
        Just(json!([{}, null, 1, "x", []])),
    ]
}

/// Every place in a JSON value, as pointers.
fn places(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(name, value)| places(value, format!("{at}/{name}"), found))
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(i, value)| places(value, format!("{at}/{i}"), found))
        }
        _ => {}
    }
    found.push(at);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn mutated_topics_never_panic(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), replacement()), 1..8),
    ) {
        let mut topic: Value = serde_json::from_str(TOPIC).unwrap();
        for (which, value) in changes {
            let mut found = Vec::new();
            places(&topic, String::new(), &mut found);
            if let Some(place) = topic.pointer_mut(&found[which.index(found.len())]) {
                *place = value;
            }
        }
        let bytes = serde_json::to_vec(&topic).unwrap();
        let forum = Forum::new("https://f.example").unwrap();
        if let Ok(thread) = decode_topic(&bytes, &forum) {
            prop_assert!(thread.url.starts_with("https://f.example/t/"));
            prop_assert!(!thread.title.is_empty());
            prop_assert!(thread.accepted_id.iter().all(|id| thread.answers.iter().any(|post| post.id == *id)));
        }
        let _ = guess_base_url([bytes.as_slice()]);
        let _ = Categories::decode(&bytes);
    }

    #[test]
    fn cut_and_flipped_bytes_never_panic(cut in any::<prop::sample::Index>(), flip in any::<prop::sample::Index>(), with in any::<u8>()) {
        let mut bytes = TOPIC.as_bytes().to_vec();
        let at = flip.index(bytes.len());
        bytes[at] = with;
        let forum = Forum::new("https://f.example").unwrap();
        let _ = decode_topic(&bytes, &forum);
        bytes.truncate(cut.index(bytes.len()));
        let _ = decode_topic(&bytes, &forum);
        // Without its last brace no topic is one; the line feed behind it is not part of it.
        let whole = TOPIC.trim_end().as_bytes();
        prop_assert!(decode_topic(&whole[..cut.index(whole.len())], &forum).is_err());
    }

    #[test]
    fn any_address_is_a_forum_or_none(address in any::<String>()) {
        if let Some(forum) = Forum::new(&address) {
            prop_assert!(forum.base_url().starts_with("http"));
        }
    }
}
