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

    /// The tokens in byte order, each with its id.
    pub fn tokens(&self) -> impl Iterator<Item = (&str, u32)> {
        let ids = self.places.iter().map(|(_, id)| *id);
        ids.enumerate().filter_map(|(place, id)| Some((self.token(place)?, id)))
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
        let start =
            place.checked_sub(1).and_then(|before| self.places.get(before)).map_or(0, |(end, _)| *end);
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
        for c in original.to_lowercase().filter(|c| !c.is_whitespace() && !is_mark(*c)) {
            let c = base(c);
            let punctuation = is_punctuation(c);
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
        ' '..='~' | '\t' | '\n' | '\r' => false,
        '\u{fffd}' => true,
        _ => c.is_control() || is_in(&INVISIBLE, c),
    }
}

/// Whether a character takes no place of its own.
fn is_mark(c: char) -> bool {
    !c.is_ascii() && is_in(&MARKS, c)
}

/// Whether a character is a word of its own; BERT counts ASCII's symbols, but no others.
fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation() || (!c.is_ascii() && is_in(&PUNCTUATION, c))
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A vocabulary in which some whole words are missing, so that they fall into pieces.
    #[rustfmt::skip]
    const TOKENS: &str = "\
        [UNK] ##0 ##00 ##1 ##5 ##70 ##80 ##a ##b ##ble ##by ##c ##cal ##d ##dt ##e ##en ##f ##ffa ##fi \
        ##g ##h ##hy ##i ##if ##ik ##ilis ##j ##ja ##k ##l ##m ##n ##ng ##o ##p ##ph ##r ##rag ##raße \
        ##s ##strom ##t ##te ##tic ##u ##v ##vre ##w ##wi ##x ##xx ##y ##z ##α ##γ ##δ ##ε ##λ ##μ ##в \
        ##е ##и ##ка ##л ##р ##т ##ب ##ح ##د ##ر ##م ##ي ##द ##न ##ि ##ी ##ᄀ ##ᄉ ##ᄋ ##ᅡ ##ᅢ ##ᅥ ##ᅮ ##ᆨ \
        ##ᆫ ##ᆷ ##€ ##き ##く ##キ ##ク ##ス ##テ ##ト $ % ' ( ) , - . / 0 2 27 4 5 99 : < > \\ _ a access and \
        ang app at b ba bad bar bell break c cafe combining con d dash de denied don e error f folder \
        foo g h i is it j k l line m me n naive nu o or p pairing q r rc s soft st super t tab tag tie \
        tokyo tom u una users v viet vu w x xx y z zero zurich ß łodz œ ε ω е и п ا ع ह ᄀ ᄒ — “ ” … か の \
        カ 京 日 本 東 語";

    /// Texts and the ids that the reference implementation (Hugging Face tokenizers, `BertNormalizer`,
    /// `BertPreTokenizer` and `WordPiece`) gives them with these tokens.
    #[rustfmt::skip]
    const CASES: [(&str, &[u32]); 34] = [
        ("", &[]),
        ("   \t\n", &[]),
        ("Folder stuck at 99 %", &[139, 164, 45, 11, 29, 120, 109, 96]),
        ("pairing PAIRING Pairing", &[158, 158, 158]),
        ("Café déjà-vu", &[128, 133, 28, 101, 177]),
        ("naïve Ångström, Zürich", &[153, 118, 41, 100, 184]),
        ("C:\\Users\\me\\.config/app.toml", &[127, 110, 113, 174, 113, 151, 113, 102, 130, 19, 20, 103, 119, 102, 171, 30]),
        ("error 0x80070005: access denied", &[137, 104, 50, 6, 1, 5, 2, 4, 110, 116, 134]),
        ("v1.27.0-rc.2", &[175, 3, 102, 106, 102, 104, 101, 161, 102, 105]),
        ("foo_bar::baz()", &[140, 114, 124, 110, 110, 122, 53, 98, 99]),
        ("it's 5€ or $4", &[145, 97, 162, 108, 87, 156, 95, 107]),
        ("unaffable", &[173, 18, 9]),
        ("a\u{a0}b\u{2003}c", &[115, 121, 127]),
        ("line\r\nbreak\ttab", &[149, 126, 167]),
        ("soft\u{ad}hyphen zero\u{200b}width", &[163, 22, 36, 16, 183, 49, 14, 21]),
        ("bad�byte and \u{0}nul \u{7}bell", &[123, 10, 43, 117, 154, 30, 125]),
        ("日本語のテスト", &[206, 207, 209, 203, 93, 92, 94]),
        ("東京 Tokyo", &[208, 205, 170]),
        ("한국어 검색", &[197, 80, 85, 77, 83, 84, 79, 82, 196, 82, 86, 78, 81, 84]),
        ("がぎぐ ガギグ", &[202, 88, 89, 204, 90, 91]),
        ("İstanbul IŞIK", &[144, 42, 7, 32, 8, 45, 30, 144, 25]),
        ("Привет, ёлка й", &[192, 65, 62, 60, 61, 66, 100, 190, 64, 63, 191]),
        ("Ελλάδα Ωμέγα", &[188, 58, 58, 54, 56, 54, 189, 59, 57, 55, 54]),
        ("tiếng Việt", &[169, 33, 176]),
        ("عربي أحمد", &[194, 70, 67, 72, 193, 68, 71, 69]),
        ("हिन्दी", &[195, 75, 74, 73, 76]),
        ("é combining", &[136, 129]),
        ("🎉 party", &[0, 157, 7, 37, 42, 52]),
        ("—dash… “quoted”", &[198, 132, 201, 199, 159, 45, 34, 43, 13, 200]),
        ("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", &[180, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51]),
        ("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", &[0]),
        ("supercalifragilistic", &[165, 12, 24, 38, 26, 44]),
        ("ß straße Łódź œuvre", &[185, 164, 39, 186, 187, 45, 47]),
        ("don't [UNK] [CLS] <tag>", &[135, 97, 166, 0, 172, 32, 29, 0, 0, 127, 30, 40, 0, 111, 168, 112]),
    ];

    fn vocabulary() -> Vocabulary {
        Vocabulary::new(TOKENS.split(' '))
    }

    #[test]
    fn agrees_with_the_reference() {
        let vocabulary = vocabulary();
        for (text, ids) in CASES {
            assert_eq!(vocabulary.tokenize(text, usize::MAX), ids, "{text:?}");
        }
    }

    #[test]
    fn a_token_is_known_by_its_place() {
        let vocabulary = Vocabulary::new(["b", "a", "b", "##c"]);
        assert_eq!((vocabulary.len(), vocabulary.id("b"), vocabulary.id("##c")), (3, Some(0), Some(3)));
        assert_eq!((vocabulary.id(""), vocabulary.id("##"), vocabulary.id("c")), (None, None, None));
        assert_eq!(vocabulary.tokenize("bc ac a", 9), [0, 3, 1, 3, 1]);
    }

    #[test]
    fn without_a_token_for_the_unknown_it_leaves_no_trace() {
        assert_eq!(Vocabulary::new(["ab", "##c"]).tokenize("abd abc", 9), [0, 1]);
        assert!(Vocabulary::new::<&str>([]).tokenize("anything", 9).is_empty());
    }

    proptest! {
        #[test]
        fn any_text_becomes_known_ids_within_the_limit(text in r"(?s).{0,60}", limit in 0_usize..40) {
            let vocabulary = vocabulary();
            let ids = vocabulary.tokenize(&text, limit);
            prop_assert!(ids.len() <= limit);
            prop_assert!(ids.iter().all(|id| (*id as usize) < vocabulary.len()));
            let all = vocabulary.tokenize(&text, usize::MAX);
            prop_assert_eq!(&ids[..], &all[..limit.min(all.len())]);
        }

        #[test]
        fn pieces_of_a_word_spell_it(word in "[a-z]{1,30}") {
            let vocabulary = vocabulary();
            let tokens: Vec<&str> = TOKENS.split(' ').collect();
            let ids = vocabulary.tokenize(&word, usize::MAX);
            let spelt: String = ids.iter().map(|id| tokens[*id as usize].trim_start_matches("##")).collect();
            prop_assert!(spelt == word || ids == [0]);
        }
    }
}
