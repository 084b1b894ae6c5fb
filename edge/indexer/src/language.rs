//! Which language a thread is in, where it does not say so itself.
//!
//! Found from title and question, code left out. A detector errs on short texts, and one thread in a language that
//! nobody else writes is rather an error than a guest; both get the community's language.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use api::BlockKind;
use thread::Thread;
use whatlang::Lang;

use crate::parallel;

/// Characters of a text at least: trigrams of less say little.
const CHARS_LEAST: usize = 60;

/// Characters of a text that are looked at; more change nothing.
const CHARS_MOST: usize = 2_000;

/// Share of the threads, as one in so many, that a detected language has at least: raising it lets rarer ones in.
const ONE_IN: usize = 200;

/// Threads that a detected language has at least.
const THREADS_LEAST: usize = 2;

/// Gives every thread that lacks a language the detected one, else the one that most threads of the community have,
/// else English.
pub fn assign(threads: &mut BTreeMap<String, Thread>, jobs: NonZeroUsize) {
    let all: Vec<&Thread> = threads.values().collect();
    let mut found = parallel::map(&all, jobs, |thread| match &thread.lang {
        Some(said) => Some(said.clone()),
        None => detect(&text_of(thread)).map(str::to_owned),
    });
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for language in found.iter().flatten() {
        *counts.entry(language).or_default() += 1;
    }
    let main =
        counts.iter().max_by_key(|(_, count)| **count).map_or("en", |(language, _)| language).to_owned();
    let least = THREADS_LEAST.max(all.len() / ONE_IN);
    let rare: Vec<String> = counts
        .iter()
        .filter(|(_, count)| **count < least)
        .map(|(language, _)| (*language).to_owned())
        .collect();
    for (thread, language) in threads.values_mut().zip(found.iter_mut()) {
        if thread.lang.is_none() {
            let language = language.take().filter(|language| !rare.contains(language));
            thread.lang = Some(language.unwrap_or_else(|| main.clone()));
        }
    }
}

/// What people wrote, without code: identifiers are in no language.
fn text_of(thread: &Thread) -> String {
    let blocks = text::blocks_at(&thread.question.body, &thread.url);
    let prose: Vec<_> = blocks.into_iter().filter(|block| block.kind != BlockKind::Code).collect();
    let whole = format!("{}\n{}", thread.title, text::plain(&prose));
    whole.chars().take(CHARS_MOST).collect()
}

/// The language of a text as a primary subtag; `None` where it is short or the detector is unsure.
fn detect(text: &str) -> Option<&'static str> {
    let info = whatlang::detect(text)?;
    // A script that one language alone is written in needs few characters.
    let short =
        text.chars().count() < CHARS_LEAST && !matches!(info.lang(), Lang::Jpn | Lang::Cmn | Lang::Kor);
    if short || !info.is_reliable() {
        return None;
    }
    Some(match info.lang() {
        Lang::Ara => "ar",
        Lang::Dan => "da",
        Lang::Nld => "nl",
        Lang::Eng => "en",
        Lang::Fin => "fi",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Ell => "el",
        Lang::Hun => "hu",
        Lang::Ita => "it",
        Lang::Nob => "no",
        Lang::Por => "pt",
        Lang::Ron => "ro",
        Lang::Rus => "ru",
        Lang::Spa => "es",
        Lang::Swe => "sv",
        Lang::Tam => "ta",
        Lang::Tur => "tr",
        Lang::Jpn => "ja",
        Lang::Cmn => "zh",
        Lang::Kor => "ko",
        // Indexed without stems, whichever it is.
        _ => "und",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GERMAN: &str = "Seit dem letzten Update startet der Drucker nicht mehr, obwohl ich ihn schon zweimal \
                          zurückgesetzt habe. Was kann ich noch versuchen, damit er wieder im Netzwerk erscheint?";
    const ENGLISH: &str = "Since the last update my printer does not start any more, although I have reset it twice. \
                           What else can I try so that it shows up on the network again?";

    fn thread(id: usize, title: &str, question: &str) -> (String, Thread) {
        let json = serde_json::json!({
            "source": "discourse", "site": "x", "id": id.to_string(), "url": "https://x/", "title": title,
            "createdAt": "2024-01-01T00:00:00Z",
            "question": { "id": "0", "author": { "name": "a" }, "createdAt": "2024-01-01T00:00:00Z",
                          "markdown": question },
        });
        let thread: Thread = serde_json::from_value(json).unwrap();
        (thread.key(), thread)
    }

    fn assigned(threads: Vec<(String, Thread)>) -> Vec<String> {
        let mut threads = threads.into_iter().collect();
        assign(&mut threads, NonZeroUsize::MIN);
        threads.into_values().filter_map(|thread| thread.lang).collect()
    }

    #[test]
    fn languages_are_detected_and_the_unsure_follow_the_many() {
        let mut threads: Vec<_> = (0..3).map(|id| thread(id, "Drucker", GERMAN)).collect();
        threads.extend((3..5).map(|id| thread(id, "Printer", ENGLISH)));
        threads.push(thread(5, "E0599", "```\nlet x = the.and.of();\n```"));
        assert_eq!(assigned(threads), ["de", "de", "de", "en", "en", "de"]);
        assert_eq!(assigned(vec![thread(0, "E0599", "?")]), ["en"]);
    }

    #[test]
    fn what_a_thread_says_of_itself_stands() {
        let mut said = thread(0, "Drucker", GERMAN);
        said.1.lang = Some("sv".into());
        assert_eq!(assigned(vec![said]), ["sv"]);
    }

    #[test]
    fn a_language_alone_is_an_error() {
        let mut threads: Vec<_> = (0..3).map(|id| thread(id, "Printer", ENGLISH)).collect();
        threads.push(thread(3, "Drucker", GERMAN));
        assert_eq!(assigned(threads), ["en"; 4]);
    }

    #[test]
    fn scripts_are_told_apart() {
        assert_eq!(detect("プリンターが起動しません。どうすればいいですか"), Some("ja"));
        assert_eq!(detect("프린터가 시작되지 않습니다. 어떻게 해야 하나요"), Some("ko"));
        assert_eq!(detect("short"), None);
    }
}
