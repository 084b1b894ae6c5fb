//! What makes a question look like an advertisement. An operator reads such a question before it is sent; nothing is
//! refused for looking odd.

use crate::Question;

/// Links in a text: addresses with a scheme, and names that begin with `www.`.
pub fn links(text: &str) -> usize {
    let bytes = text.as_bytes();
    let begins = |at: usize, what: &[u8]| {
        bytes.get(at..at + what.len()).is_some_and(|found| found.eq_ignore_ascii_case(what))
    };
    let alone = |at: usize| at == 0 || bytes.get(at - 1).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    (0..bytes.len())
        .filter(|&at| {
            let scheme = begins(at, b"http://") || begins(at, b"https://");
            alone(at) && (scheme || (begins(at, b"www.") && !(at >= 2 && begins(at - 2, b"//"))))
        })
        .count()
}

/// What looks suspicious about a question, for the operator; `None`: nothing does. From `held_from` links on a question
/// is held.
pub fn suspicion(question: &Question, held_from: u32) -> Option<String> {
    let found = links(question.title()) + links(question.body());
    if found > 0 && found >= held_from as usize {
        return Some(format!("it has {found} links"));
    }
    if links(question.title()) > 0 {
        return Some("its title has a link".to_owned());
    }
    let words = question.body().split_whitespace().count();
    if found > 0 && words <= found * 3 {
        return Some("it is little more than links".to_owned());
    }
    None
}

/// A text by which repeats are found: letters and digits only, in lower case, so that spacing and punctuation do not hide
/// one.
pub fn fingerprint(title: &str, body: &str) -> String {
    [title, body]
        .concat()
        .chars()
        .filter(|char| char.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_counted_once() {
        assert_eq!(links("see https://www.a.example/x, (HTTP://b.example) and www.c.example"), 3);
        assert_eq!(links("http: //a wwww.example awww.example xhttp://y"), 0);
    }

    #[test]
    fn spacing_and_punctuation_hide_no_repeat() {
        assert_eq!(fingerprint("Buy  now!", "cheap"), fingerprint("buy now", "…Cheap"));
        assert_ne!(fingerprint("a", "b"), fingerprint("a", "c"));
    }
}
