//! Cues: what tells an answer from a greeting, a thanks or a question back.
//!
//! Marks (menu paths, names of things, links, steps) are read in every language, words in English only: elsewhere the
//! words of the question and the position decide.

use api::{Block, Link};

use super::units::Unit;

/// Verbs that a step of an answer begins with.
const ACTIONS: &[&str] = &[
    "add",
    "adjust",
    "apply",
    "build",
    "call",
    "change",
    "check",
    "choose",
    "clear",
    "click",
    "convert",
    "copy",
    "create",
    "define",
    "delete",
    "disable",
    "double-click",
    "download",
    "drag",
    "edit",
    "enable",
    "enter",
    "export",
    "follow",
    "go",
    "hold",
    "import",
    "increase",
    "install",
    "load",
    "make",
    "move",
    "open",
    "override",
    "paste",
    "place",
    "press",
    "put",
    "rebuild",
    "reduce",
    "remove",
    "rename",
    "replace",
    "restart",
    "right-click",
    "run",
    "save",
    "select",
    "set",
    "specify",
    "start",
    "switch",
    "try",
    "turn",
    "type",
    "uncheck",
    "uninstall",
    "update",
    "upgrade",
    "use",
];

/// Phrases of an answer, with what each counts.
const ANSWERING: &[(&str, f32)] = &[
    ("you can", 1.0),
    ("you could", 0.8),
    ("you should", 0.9),
    ("you need to", 0.9),
    ("you have to", 0.9),
    ("you must", 0.8),
    ("you may need", 0.8),
    ("you just", 0.7),
    ("you'll need", 0.8),
    ("you will need", 0.8),
    ("you’ll need", 0.8),
    ("we can", 0.4),
    ("it can be", 0.5),
    ("can be done", 0.8),
    ("needs to be", 0.5),
    ("has to be", 0.5),
    ("should be able", 0.5),
    ("the solution", 0.9),
    ("the problem is", 0.6),
    ("the problem was", 0.8),
    ("the issue is", 0.5),
    ("the issue was", 0.8),
    ("the reason", 0.6),
    ("because", 0.5),
    ("caused by", 0.8),
    ("due to", 0.4),
    ("is possible", 0.6),
    ("not possible", 0.8),
    ("is available", 0.6),
    ("supported", 0.5),
    ("instead of", 0.5),
    ("instead", 0.3),
    ("the fix", 0.6),
    ("fixed", 0.6),
    ("workaround", 0.8),
    ("easiest", 0.7),
    ("simplest", 0.7),
    ("for example", 0.4),
    ("there is a", 0.5),
    ("there are", 0.3),
    ("the trick", 0.8),
    ("solved", 0.8),
    ("figured out", 0.7),
    ("figured it out", 0.8),
    ("turned out", 0.7),
    ("turns out", 0.7),
    ("make sure", 0.9),
    ("by default", 0.5),
    ("recommend", 0.7),
    ("i would suggest", 0.7),
    ("i'd suggest", 0.7),
    ("i suggest", 0.7),
    ("this means", 0.4),
    ("it means", 0.4),
    ("the best way", 0.7),
    ("in order to", 0.4),
    ("allows", 0.4),
    ("has been", 0.3),
    ("does not", 0.3),
    ("doesn't", 0.2),
    ("doesn’t", 0.2),
    ("if you", 0.4),
    ("this is how", 0.7),
    ("here is how", 0.7),
    ("in python", 0.3),
    ("using the", 0.4),
    ("by using", 0.5),
    ("with the", 0.1),
    ("replaced by", 0.6),
    ("was removed", 0.6),
    ("was added", 0.6),
    ("is a bug", 0.6),
    ("is designed", 0.4),
    ("module", 0.1),
    ("yes,", 0.5),
    ("no,", 0.4),
];

/// Phrases that lead away from the answer, with what each counts.
const IDLE: &[(&str, f32)] = &[
    ("same problem", 2.0),
    ("same issue", 2.0),
    ("same error", 1.5),
    ("me too", 2.0),
    ("any update", 2.0),
    ("any news", 2.0),
    ("any help", 1.5),
    ("any idea", 1.5),
    ("any suggestion", 1.5),
    ("let me know", 1.0),
    ("let us know", 1.0),
    ("hope this helps", 1.2),
    ("hope that helps", 1.2),
    ("not sure", 0.7),
    ("i don't know", 0.9),
    ("i don’t know", 0.9),
    ("i do not know", 0.9),
    ("no idea", 1.2),
    ("could you", 1.3),
    ("can you", 1.3),
    ("would you", 1.2),
    ("please post", 1.2),
    ("please share", 1.2),
    ("please provide", 1.2),
    ("please describe", 1.2),
    ("please tell", 1.0),
    ("what do you", 1.2),
    ("which version", 1.0),
    ("do you have", 1.0),
    ("have you", 1.0),
    ("did you", 1.0),
    ("are you", 0.8),
    ("thank", 1.3),
    ("thx", 1.3),
    ("looking forward", 1.2),
    ("best regards", 1.5),
    ("kind regards", 1.5),
    ("i will try", 1.2),
    ("i'll try", 1.2),
    ("i’ll try", 1.2),
    ("i will check", 1.0),
    ("i'll check", 1.0),
    ("sorry", 0.8),
    ("i have tried", 1.0),
    ("i've tried", 1.0),
    ("i tried", 0.8),
    ("i am trying", 1.0),
    ("i'm trying", 1.0),
    ("i want to", 0.8),
    ("i would like", 0.9),
    ("i'd like", 0.8),
    ("my question", 0.8),
    ("good question", 0.8),
    ("glad", 0.9),
    ("congrat", 1.0),
    ("nice work", 1.2),
    ("great work", 1.2),
    ("awesome", 0.6),
    ("welcome to", 0.8),
    ("great to hear", 1.0),
    ("good luck", 1.0),
    ("posted by", 0.6),
    ("see above", 0.6),
    ("i agree", 0.5),
    ("you mentioned", 0.4),
    ("you wrote", 0.4),
    ("same here", 2.0),
    ("cannot reproduce", 1.2),
    ("can't reproduce", 1.2),
    ("what would", 1.0),
    ("send us", 1.2),
    ("if you want us", 1.0),
    ("as a test that", 0.8),
    ("see the below", 0.6),
    ("can help you", 1.0),
    ("be more help", 1.0),
    ("if you can share", 1.2),
    ("if you post", 1.0),
    ("if you could", 0.8),
    ("can reproduce", 0.8),
    ("would be great if", 1.0),
    ("if you get stuck", 0.8),
    ("contributions would", 0.8),
    ("[quote", 1.0),
    ("more information", 0.3),
    ("more details", 0.4),
    ("i see.", 0.5),
    ("i understand", 0.5),
];

/// First words of a greeting or a signature.
const POLITE: &[&str] = &[
    "hi",
    "hello",
    "hey",
    "dear",
    "welcome",
    "thanks",
    "thank",
    "thx",
    "cheers",
    "regards",
    "best",
    "sincerely",
    "greetings",
    "hallo",
    "hola",
    "bonjour",
    "danke",
    "merci",
    "gracias",
    "спасибо",
    "привет",
];

/// Characters of a line below which a polite first word makes all of it a greeting.
const POLITE_CHARS: usize = 40;

/// Words of an asker who has found the answer.
const SOLVED: &[&str] = &[
    "solved:",
    "i solved",
    "we solved",
    "solved it",
    "solved by",
    "figured it out",
    "figured out",
    "found the problem",
    "found the solution",
    "found the issue",
    "found out",
    "the solution was",
    "the problem was",
    "the issue was",
    "my fault",
    "my mistake",
    "fixed it",
    "turned out",
    "turns out",
    "got it working",
    "managed to",
];

/// Words of an asker whom an answer helped.
const HELPED: &[&str] = &[
    "that worked",
    "it worked",
    "works now",
    "that works",
    "it works",
    "worked perfectly",
    "works perfectly",
    "works great",
    "solved my",
    "solved the",
    "fixed my",
    "fixed the",
    "exactly what i",
    "that helped",
    "that did it",
    "did the trick",
    "working now",
    "works fine",
];

/// What speaks for a unit, and what against it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Cues {
    pub answers: f32,
    pub idle: f32,
}

/// Reads the cues of a unit.
pub(super) fn cues(unit: &Unit<'_>, blocks: &[Block]) -> Cues {
    if unit.code {
        // Output of a program tells what went wrong, not what to do.
        let noise = ["Traceback", "Error", "error:", "ERROR", "Warning", "WARNING", "  File \""];
        let output = noise.iter().any(|mark| unit.text.contains(mark));
        return if output { Cues { answers: 0.0, idle: 0.4 } } else { Cues { answers: 0.5, idle: 0.0 } };
    }
    let lower = unit.text.to_lowercase().replace('’', "'");
    let sum = |table: &[(&str, f32)]| -> f32 {
        table.iter().filter(|(phrase, _)| begins_word(&lower, phrase)).map(|(_, weight)| weight).sum()
    };
    let (links, said) = links(unit, blocks);
    let mut answers = sum(ANSWERING) + actions(&lower) + marks(unit.text);
    let mut idle = sum(IDLE);
    if unit.text.trim_end_matches([')', '"', '”', '’']).ends_with(['?', '？', '؟']) {
        idle += 1.6;
        answers *= 0.4;
    }
    if polite(&lower) {
        idle += 1.5;
    }
    if links > 0 {
        // A link alone sends the reader away; with words around it, it backs them.
        if said < 40 { idle += 0.8 } else { answers += 0.3 }
    }
    if unit.item {
        answers += 0.3;
    }
    Cues { answers: answers.min(2.2), idle: idle.min(3.0) }
}

/// Whether an asker says that they found the answer themselves.
pub(super) fn is_solved(text: &str) -> bool {
    has_any(text, SOLVED)
}

/// Whether an asker says that the answer before helped.
pub(super) fn is_helped(text: &str) -> bool {
    has_any(text, HELPED)
}

fn has_any(text: &str, phrases: &[&str]) -> bool {
    let lower = text.to_lowercase();
    phrases.iter().any(|phrase| begins_word(&lower, phrase))
}

/// Whether `phrase` stands in `text` at the start of a word.
fn begins_word(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, _)| {
        text.get(..at).and_then(|before| before.chars().next_back()).is_none_or(|c| !c.is_alphanumeric())
    })
}

fn polite(lower: &str) -> bool {
    let first = lower.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty()).unwrap_or_default();
    lower.starts_with('@') && lower.split_whitespace().count() < 4
        || POLITE.contains(&first) && lower.chars().count() < POLITE_CHARS
}

/// Verbs that tell the reader what to do: most at the start, where they can only be meant so.
fn actions(lower: &str) -> f32 {
    let mut words =
        lower.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|word| !word.is_empty()).enumerate();
    let number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let leads = ["please", "just", "simply", "then", "first", "next", "also", "and", "finally"];
    let (mut sum, mut initial) = (0.0_f32, true);
    for (at, word) in &mut words {
        if ACTIONS.contains(&word) {
            sum += if initial { 1.0 } else { 0.25 };
        }
        initial = (initial && at < 3) && (leads.contains(&word) || number(word));
    }
    sum.min(1.5)
}

/// Marks that need no language: menu paths and names of things.
fn marks(text: &str) -> f32 {
    let path = [" > ", " → ", " -> ", " » ", " ▸ ", "->"].iter().any(|mark| text.contains(mark));
    let names = text.split_whitespace().filter(|word| is_name(word)).count();
    f32::from(u8::from(path)) * 0.8 + 0.3 * names.min(3) as f32
}

/// Whether a word is written as only code, files and settings are.
fn is_name(word: &str) -> bool {
    let word = word.trim_matches(|c: char| matches!(c, '.' | ',' | ';' | ':' | '"' | '“' | '”' | '\''));
    if word.contains("://") || word.starts_with("www.") || word.starts_with('@') {
        return false;
    }
    let pairs = || word.chars().zip(word.chars().skip(1));
    word.starts_with("--") && word.len() > 3
        || word.ends_with("()")
        || word.contains("::")
        || word.contains('_')
        || word.contains('=') && word.len() > 3
        || pairs().any(|(a, b)| a.is_lowercase() && b.is_uppercase())
}

/// Links of a unit, and how many characters it has besides.
fn links(unit: &Unit<'_>, blocks: &[Block]) -> (usize, usize) {
    let block = blocks.get(unit.block);
    let (start, units) = (unit.start, unit.text.encode_utf16().count() as u32);
    let before =
        block.and_then(|block| block.text.get(..start)).map_or(0, |text| text.encode_utf16().count());
    let (from, to) = (before as u32, before as u32 + units);
    let within = |link: &&Link| link.range.start < to && link.range.end > from;
    let marked: Vec<&Link> = block.iter().flat_map(|block| &block.links).filter(within).collect();
    let addresses = unit.text.split_whitespace().filter(|word| word.contains("://"));
    let linked: u32 = marked.iter().map(|link| link.range.end.min(to) - link.range.start.max(from)).sum();
    let (mut bare, mut count) = (0, marked.len());
    if marked.is_empty() {
        for address in addresses {
            bare += address.len();
            count += 1;
        }
    }
    (count, (units.saturating_sub(linked) as usize).saturating_sub(bare))
}

#[cfg(test)]
mod tests {
    use api::BlockKind;

    use super::super::units::{tests::block, units};
    use super::*;

    fn worth(text: &str) -> f32 {
        let blocks = [block(BlockKind::Paragraph, text)];
        units(&blocks).iter().map(|unit| cues(unit, &blocks)).map(|cues| cues.answers - cues.idle).sum()
    }

    #[test]
    fn steps_answer_and_courtesies_do_not() {
        for answer in
            ["Set `max_size` to 4.", "You can use the Dock module.", "Edit > Settings > Reset", "开 > 关"]
        {
            assert!(worth(answer) >= 0.8, "{answer}");
        }
        for idle in
            ["Hi Jo,", "Thanks!", "Same problem here.", "Which version do you have?", "https://a.example/x"]
        {
            assert!(worth(idle) < -0.7, "{idle}");
        }
    }

    #[test]
    fn a_phrase_begins_at_a_word() {
        assert!(is_solved("I solved it") && !is_solved("unsolved: it"));
        assert!(is_helped("Great, that worked!") && !is_helped("I worked on it"));
    }
}
