//! Every locale says everything, and each text fills in what the English one does.

#![allow(clippy::unwrap_used, reason = "a file that cannot be read fails the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

#[path = "../words.rs"]
mod words;

use words::{FORMS, Locale};

/// What is filled in with words of people, which run in their own direction.
const DATA: [&str; 4] = ["name", "query", "replacement", "text"];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn locales() -> Vec<(String, Locale)> {
    let files = fs::read_dir(folder("locales")).unwrap().map(|entry| entry.unwrap().path());
    let read = |file: PathBuf| {
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let locale = Locale::read(&fs::read_to_string(&file).unwrap());
        (name.clone(), locale.unwrap_or_else(|error| panic!("{name}: {error}")))
    };
    files.map(read).collect()
}

fn english() -> Locale {
    let (_, english) = locales().into_iter().find(|(name, _)| name == "en").expect("there is no English");
    english
}

fn sections(locale: &Locale) -> [&BTreeMap<String, Value>; 3] {
    [&locale.loader, &locale.stand_in, &locale.widget]
}

/// The forms of a text by name; one without forms is `other`.
fn forms(text: &Value) -> BTreeMap<&str, &str> {
    match text {
        Value::String(text) => [("other", text.as_str())].into(),
        Value::Object(forms) => {
            forms.iter().map(|(form, text)| (form.as_str(), text.as_str().unwrap())).collect()
        }
        other => panic!("{other} is no text"),
    }
}

/// The names in braces.
fn filled_in(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
}

#[test]
fn every_locale_says_everything_and_fills_in_the_same() {
    let english = english();
    for (name, locale) in locales() {
        assert_eq!(locale.lang, name);
        for (own, known) in sections(&locale).into_iter().zip(sections(&english)) {
            let keys = |section: &BTreeMap<String, Value>| section.keys().cloned().collect::<Vec<_>>();
            assert_eq!(keys(own), keys(known), "{name}");
            for (key, text) in own {
                assert_eq!(text.is_object(), known[key].is_object(), "{name}: {key}");
                let wanted = filled_in(forms(&known[key])["other"]);
                for (form, text) in forms(text) {
                    let found = filled_in(text);
                    let complete = if form == "other" { found == wanted } else { found.is_subset(&wanted) };
                    assert!(complete, "{name}: {key} ({form}) fills in {found:?} and not {wanted:?}");
                }
            }
        }
    }
}

#[test]
fn counted_texts_have_the_forms_of_their_language() {
    for (name, locale) in locales() {
        let expected: BTreeSet<_> = locale.forms().into_iter().collect();
        assert!(expected.contains("other"), "{name}");
        for text in sections(&locale).into_iter().flat_map(BTreeMap::values).filter(|text| text.is_object()) {
            assert_eq!(forms(text).into_keys().collect::<BTreeSet<_>>(), expected, "{name}: {text}");
        }
        assert!(expected.iter().all(|form| FORMS.contains(form)), "{name}: {expected:?}");
    }
}

/// A line break ends a text, a bar a form.
#[test]
fn texts_can_be_laid_out_a_line_each() {
    for (name, locale) in locales() {
        assert_eq!(locale.lines().split('\n').count(), locale.widget.len(), "{name}");
        for text in sections(&locale).into_iter().flat_map(BTreeMap::values).flat_map(forms) {
            assert!(!text.1.is_empty() && !text.1.contains(['\n', '|']), "{name}: {text:?}");
        }
    }
}

/// Words of people stand isolated in a text that runs the other way.
#[test]
fn what_people_wrote_is_isolated_from_right_to_left() {
    for (name, locale) in locales().into_iter().filter(|(_, locale)| locale.dir == "rtl") {
        for text in locale.widget.values().flat_map(forms) {
            for data in filled_in(text.1).into_iter().filter(|data| DATA.contains(data)) {
                let isolated = format!("\u{2068}{{{data}}}\u{2069}");
                assert!(text.1.contains(&isolated), "{name}: {:?}", text.1);
            }
        }
    }
}

#[test]
fn every_text_is_said_somewhere() {
    fn sources(folder: &Path, all: &mut String) {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                sources(&entry, all);
            } else {
                all.push_str(&fs::read_to_string(&entry).unwrap());
            }
        }
    }
    let mut all = String::new();
    sources(&folder("src"), &mut all);
    let said: BTreeSet<&str> = all
        .split("TEXT.")
        .skip(1)
        .filter_map(|rest| rest.split(|char: char| !(char.is_alphanumeric() || char == '_')).next())
        .collect();
    let silent: Vec<_> = english().widget.into_keys().filter(|key| !said.contains(key.as_str())).collect();
    assert!(silent.is_empty(), "nobody says {silent:?}");
}
