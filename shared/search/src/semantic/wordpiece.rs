//! WordPiece: text to the pieces of words that a BERT model without case knows.
//!
//! The same code runs where a model is distilled, on the sentence model's whole vocabulary, and at the edge, on the
//! part of it that a community uses. What the ids stand for is left to the caller.

use std::ops::ControlFlow;

use super::unicode::{BASES, INVISIBLE, MARKS, PUNCTUATION};

/// Characters of a word at most; BERT takes longer ones for unknown.
const WORD_CHARS: usize = 100;

/// How the vocabulary marks a piece that continues a word.
const CONTINUATION: &str = "##";

/// How the vocabulary names what it does not know.
const UNKNOWN: &str = "[UNK]";

/// The pieces a model knows, each with an id.
///
/// One text holds them all, sorted, since tens of thousands of small strings would cost several times as much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary {
    /// The tokens in byte order, one behind the other.
    text: String,
    /// By place in that order: where the token ends, and its id.
    places: Vec<(u32, u32)>,
    /// The id of `[UNK]`.
    unknown: Option<u32>,
    /// Bytes of the longest token.
    longest: usize,
}

impl Vocabulary {
    /// A vocabulary of these tokens; a token's id is its place. Of equal tokens the first counts.
    pub fn new<T: AsRef<str>>(tokens: impl IntoIterator<Item = T>) -> Self {
        let mut sorted: Vec<(T, u32)> = tokens.into_iter().zip(0..).collect();
        sorted.sort_by(|a, b| (a.0.as_ref(), a.1).cmp(&(b.0.as_ref(), b.1)));
        sorted.dedup_by(|later, first| later.0.as_ref() == first.0.as_ref());
        let mut text = String::with_capacity(sorted.iter().map(|(token, _)| token.as_ref().len()).sum());
        let mut places = Vec::with_capacity(sorted.len());
        for (token, id) in &sorted {
            text.push_str(token.as_ref());
            places.push((text.len() as u32, *id));
        }
        let longest = sorted.iter().map(|(token, _)| token.as_ref().len()).max().unwrap_or(0);
        let mut vocabulary = Self { text, places, unknown: None, longest };
        vocabulary.unknown = vocabulary.id(UNKNOWN);
        vocabulary
    }

    /// How many different tokens there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is no token.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// A token's id.
    pub fn id(&self, token: &str) -> Option<u32> {
        self.find("", token)
    }

    /// The ids of a text's pieces, `limit` at most, without the marks of beginning and end that a sentence model
    /// wants. A word that has no pieces becomes `[UNK]`, or nothing where the vocabulary has no such token.
    pub fn tokenize(&self, text: &str, limit: usize) -> Vec<u32> {
        let mut ids = Vec::new();
        let _ = words(text, |word| {
            self.pieces(word, &mut ids);
            if ids.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        ids.truncate(limit);
        ids
    }

    /// Appends a word's pieces: from the left, each the longest there is.
    fn pieces(&self, word: &str, ids: &mut Vec<u32>) {
        let before = ids.len();
        let mut rest = if word.chars().count() > WORD_CHARS { None } else { Some(word) };
        let mut prefix = "";
        while let Some(word) = rest.filter(|rest| !rest.is_empty()) {
            rest = self.longest_piece(prefix, word).map(|(id, behind)| {
                ids.push(id);
                behind
            });
            prefix = CONTINUATION;
        }
        if rest.is_none() {
            ids.truncate(before);
            ids.extend(self.unknown);
        }
    }

    /// The longest token that `word` begins with, and what is behind it.
    fn longest_piece<'w>(&self, prefix: &str, word: &'w str) -> Option<(u32, &'w str)> {
        let most = word.len().min(self.longest.saturating_sub(prefix.len()));
        let ends = (1..=most).rev().filter(|end| word.is_char_boundary(*end));
        ends.map(|end| word.split_at(end))
            .find_map(|(piece, behind)| self.find(prefix, piece).map(|id| (id, behind)))
    }

    /// The id of the token that is `prefix` and `rest`.
    fn find(&self, prefix: &str, rest: &str) -> Option<u32> {
        let wanted = || prefix.bytes().chain(rest.bytes());
        let (mut low, mut high) = (0, self.places.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.token(middle)?.bytes().cmp(wanted()) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return self.places.get(middle).map(|(_, id)| *id),
            }
        }
        None
    }

    /// The token at a place of the sorted order.
    fn token(&self, place: usize) -> Option<&str> {
        let start = place.checked_sub(1).and_then(|before| self.places.get(before)).map_or(0, |(end, _)| *end);
        let (end, _) = self.places.get(place)?;
        self.text.get(start as usize..*end as usize)
    }
}

/// Calls `act` with each word of a text: lower-case, without accents; punctuation and CJK characters are words of
/// their own.
fn words(text: &str, mut act: impl FnMut(&str) -> ControlFlow<()>) -> ControlFlow<()> {
    let mut word = String::new();
    for original in text.chars() {
        if is_dropped(original) {
            continue;
        }
        let alone = is_cjk(original);
        if alone || original.is_whitespace() {
            flush(&mut word, &mut act)?;
        }
        for c in original.to_lowercase().filter(|c| !c.is_whitespace() && !is_in(&MARKS, *c)) {
            let c = base(c);
            let punctuation = is_in(&PUNCTUATION, c);
            if punctuation {
                flush(&mut word, &mut act)?;
            }
            push_decomposed(&mut word, c);
            if punctuation || alone {
                flush(&mut word, &mut act)?;
            }
        }
    }
    flush(&mut word, &mut act)
}

/// Hands a finished word on.
fn flush(word: &mut String, act: &mut impl FnMut(&str) -> ControlFlow<()>) -> ControlFlow<()> {
    if word.is_empty() {
        return ControlFlow::Continue(());
    }
    let flow = act(word);
    word.clear();
    flow
}

/// Whether a character leaves no trace: control and formatting characters, and the mark of a decoding error.
fn is_dropped(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => false,
        '\u{fffd}' => true,
        _ => c.is_control() || is_in(&INVISIBLE, c),
    }
}

/// Whether BERT sets a character apart as an ideograph.
fn is_cjk(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{2a6df}'
        | '\u{2a700}'..='\u{2b73f}' | '\u{2b740}'..='\u{2b81f}' | '\u{2b920}'..='\u{2ceaf}'
        | '\u{f900}'..='\u{faff}' | '\u{2f800}'..='\u{2fa1f}')
}

/// Whether a sorted table of inclusive ranges holds a character.
fn is_in(ranges: &[(u32, u32)], c: char) -> bool {
    let c = u32::from(c);
    let behind = ranges.partition_point(|(first, _)| *first <= c);
    behind.checked_sub(1).and_then(|at| ranges.get(at)).is_some_and(|(_, last)| c <= *last)
}

/// The letter below a character's accents.
fn base(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    let code = u32::from(c);
    let behind = BASES.partition_point(|(first, _)| *first <= code);
    let run = behind.checked_sub(1).and_then(|at| BASES.get(at));
    run.and_then(|(first, bases)| bases.chars().nth((code - first) as usize)).unwrap_or(c)
}

/// Appends a character; a Hangul syllable as the letters it is composed of (The Unicode Standard, section 3.12).
fn push_decomposed(word: &mut String, c: char) {
    const SYLLABLES: u32 = 0xac00;
    const VOWELS: u32 = 21;
    const FINALS: u32 = 28;
    if !matches!(c, '\u{ac00}'..='\u{d7a3}') {
        return word.push(c);
    }
    let syllable = u32::from(c) - SYLLABLES;
    let last = syllable % FINALS;
    let letters = [
        Some(0x1100 + syllable / (VOWELS * FINALS)),
        Some(0x1161 + syllable / FINALS % VOWELS),
        (last > 0).then_some(0x11a7 + last),
    ];
    word.extend(letters.into_iter().flatten().filter_map(char::from_u32));
}
