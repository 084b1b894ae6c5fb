//! A text that somebody is still writing: its last word may be the beginning of a secret, which is one in part too.
//!
//! The rules tell by themselves: the word is held back if what could follow would make a finding of it. So it is with
//! what a name announces; a token by itself is known only by its length, and nobody types one.

use std::ops::Range;

use super::bytes::{DIGIT, all};
use super::card::begins_card;
use super::placeholder::is_word;
use super::{everything, redact_query};

/// What could follow the beginning of a secret: more of it, a host, or a closing mark behind more of it.
const REST: &str = "7Qx2Zr9LbT4mWc8KpJ5vNs3D 7Q@db.acme.io 7Qx\" 7Qx' 7Qx</";

/// The same of a personal detail: the end of a domain, of an IP address, of a phone number.
const PERSONAL: &str = ".io .17 1234567";

/// A search query as it leaves the page while it is typed: without its secrets, as [`redact_query`] leaves it, and
/// without a last word that may become one.
pub fn redact_typed(query: &str) -> String {
    redact_query(begun(query, REST))
}

/// A draft while it is written, up to a last word that may become something to be redacted.
pub fn settled(text: &str) -> &str {
    begun(begun(text, REST), PERSONAL)
}

/// A text up to where what may become a finding begins. Only its last line is looked at.
fn begun<'a>(text: &'a str, rests: &str) -> &'a str {
    let line = text.rfind('\n').map_or(0, |at| at + 1);
    let mut settled = begins_card(text, line);
    for rest in rests.split(' ') {
        let mut whole = text.get(line..).unwrap_or_default().to_owned();
        let length = whole.len();
        whole.push_str(rest);
        let Some((kind, Range { start, end })) = everything(&whole).pop() else { continue };
        let word = whole.as_bytes().get(start..length).unwrap_or_default();
        // A few digits are a port, a year or a code.
        let plain = word.is_empty() || is_word(word) || (word.len() < 6 && all(word, DIGIT));
        if end > length && !plain && kind.personal() == (rests == PERSONAL) {
            settled = settled.min(line + start);
        }
    }
    text.get(..settled).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::may_hold_secret;

    #[test]
    fn a_secret_is_held_back_from_its_first_character_on() {
        for (before, secret) in [
            ("berth locked, my password is ", "hunter22"),
            ("das Passwort ist ", "geheim123!"),
            ("password=", "hunter22"),
            ("login fails PASSWORD: ", "aB3dE5gH7"),
            ("api key: ", "f49a8b7c6d5e4f9a8b7c"),
            ("connect postgres://ada:", "hunter22"),
            ("curl --password ", "hunter22"),
            ("password: \"", "two words 77"),
            ("<password>", "hunter22"),
            ("my card 4111 ", "1111 1111 1111"),
        ] {
            let text = [before, secret].concat();
            for typed in (before.len() + 1..=text.len()).filter_map(|end| text.get(..end)) {
                let sent = redact_typed(typed);
                let digits = sent.bytes().filter(u8::is_ascii_digit).count();
                let held = if before.contains("card") { digits <= 8 } else { sent == before };
                assert!(held && settled(typed).len() <= sent.len(), "{typed:?} leaves as {sent:?}");
                assert!(may_hold_secret(typed) || sent == typed, "a glance misses {typed:?}");
            }
            let finished = [text.as_str(), if before.contains('"') { "\" " } else { " " }].concat();
            if !before.contains(['<', '/']) {
                let sent = redact_typed(&finished);
                assert!(sent == redact_query(&finished) && sent.contains("redacted"), "{sent:?}");
            }
        }
    }

    #[test]
    fn other_words_are_not_held_back() {
        for text in [
            "my password is wrong",
            "invalid token: expired",
            "the password is ",
            "berth is locked",
            "error 0x80070005",
            "version 4.11.2",
            "http://localhost:8080",
            "order 20261122",
            "sync fails with ECONNRESET",
        ] {
            assert_eq!((redact_typed(text).as_str(), settled(text)), (text, text));
        }
    }

    #[test]
    fn a_personal_detail_is_held_back_from_a_draft_alone() {
        for (text, left) in
            [("ask ada@moor", "ask "), ("a\nhost 10.1.7", "a\nhost "), ("call +49 170 12", "call ")]
        {
            assert_eq!((redact_typed(text).as_str(), settled(text)), (text, left));
        }
    }
}
