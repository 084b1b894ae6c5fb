//! Where the words of a text lie.
//!
//! Words are runs of letters and digits; Chinese, Japanese and Korean, which do not put spaces between words, become
//! overlapping pairs of characters. What joins runs by punctuation as names of things do, `foo.bar`, `/usr/lib/x.so`,
//! `MR-2007`, is a word besides its runs, and a run in camel case gives its humps besides itself.

/// Bytes of a word at most; longer ones (hashes, base64, log noise) are not worth a place in the dictionary.
const WORD_BYTES: usize = 64;

/// Bytes of the punctuation within a name at most: `://` joins, a line of dashes parts.
const JOINER_BYTES: usize = 3;

/// Numbers with more or longer runs (measurements, coordinates) are found by their runs alone: 4.11, 192.168.0.1 and
/// 2024-05-17 are names, 0.00013722 is none.
const NUMBER_RUNS: usize = 4;
const NUMBER_DIGITS: usize = 4;

/// Letters of a hump on average at least: random characters change case all the time.
const HUMP_CHARS: usize = 3;

/// A word's place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    /// First byte.
    pub start: usize,
    /// First byte behind.
    pub end: usize,
    /// The name of a thing, which has no stem.
    pub name: bool,
}

/// The words of `text` in the order of their start, the longer of two first.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut chunk: Option<usize> = None;
    // The start of the CJK character before this one, and whether it is in a pair already.
    let mut cjk: Option<(usize, bool)> = None;
    let mut at = 0;
    while at <= text.len() {
        // Most of a text is words of small letters, which need no look at each.
        if chunk.is_some() {
            at += text.as_bytes()[at..].iter().take_while(|byte| byte.is_ascii_lowercase()).count();
        }
        let (class, length) = match text[at..].chars().next() {
            Some(c) => (Class::of(c), c.len_utf8()),
            None => (Class::Other, 1),
        };
        let in_chunk = matches!(class, Class::Word | Class::Joiner);
        if !in_chunk && let Some(start) = chunk.take() {
            if is_plain(&text[start..at]) {
                pieces.push(Piece { start, end: at, name: false });
            } else {
                names(text, start, at, &mut pieces);
            }
        }
        if class != Class::Cjk
            && let Some((start, false)) = cjk.take()
        {
            pieces.push(Piece { start, end: at, name: false });
        }
        if in_chunk {
            chunk = chunk.or(Some(at));
        } else if class == Class::Cjk {
            if let Some((start, _)) = cjk {
                pieces.push(Piece { start, end: at + length, name: false });
            }
            cjk = Some((at, cjk.is_some()));
        }
        at += length;
    }
    pieces.retain(|piece| piece.end - piece.start <= WORD_BYTES);
    pieces.sort_by(|a, b| a.start.cmp(&b.start).then(b.end.cmp(&a.end)));
    pieces
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Word,
    /// Punctuation that names of things have inside.
    Joiner,
    Cjk,
    Other,
}

impl Class {
    fn of(c: char) -> Self {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' => Self::Word,
            ' ' | '\n' => Self::Other,
            '.' | '_' | '-' | ':' | '/' | '\\' | '@' | '+' | '#' => Self::Joiner,
            c if is_cjk(c) => Self::Cjk,
            c if c.is_alphanumeric() || is_mark(c) => Self::Word,
            _ => Self::Other,
        }
    }
}

/// Whether a chunk is a word like most, one run without humps, and no name can be in it.
fn is_plain(chunk: &str) -> bool {
    let mut bytes = chunk.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_lowercase())
}

/// A run of letters and digits.
type Run = std::ops::Range<usize>;

/// The words of a chunk, text without white space: its runs, put together where they are one name.
fn names(text: &str, start: usize, end: usize, into: &mut Vec<Piece>) {
    let mut runs: Vec<Run> = Vec::new();
    let slice = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    for (at, c) in slice(start, end).char_indices().map(|(at, c)| (start + at, c)) {
        if Class::of(c) == Class::Word {
            match runs.last_mut() {
                Some(run) if run.end == at => run.end = at + c.len_utf8(),
                _ => runs.push(at..at + c.len_utf8()),
            }
        }
    }
    let mut before = start;
    for group in runs.chunk_by(|a, b| joins(slice(a.end, b.start))) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        if group.len() > 1 && is_name(text, group) {
            into.push(Piece { start: first.start + version_mark(text, group), end: last.end, name: true });
        }
        let letter = slice(first.start, first.end).starts_with(|c: char| c.is_ascii_alphabetic());
        match slice(before, first.start) {
            // `--no-cache`
            "--" if letter && before == start => {
                into.push(Piece { start: before, end: last.end, name: true })
            }
            // `.net`, `.gitignore`
            "." if letter && before == start && first.len() > 1 => {
                into.push(Piece { start: before, end: first.end, name: true });
            }
            _ => {}
        }
        before = last.end;
        for run in group {
            into.push(Piece { start: run.start, end: run.end, name: false });
            if let Some(tail) = tail(text, run, end) {
                into.push(Piece { start: run.start, end: run.end + tail, name: true });
            }
            humps(text, run, into);
        }
    }
}

/// Whether punctuation between two runs makes one name of them.
fn joins(between: &str) -> bool {
    between.len() <= JOINER_BYTES && !between.contains("..") && !between.contains("--")
}

/// Whether joined runs are a name and not merely a compound like `well-known` or an abbreviation like `e.g.`
fn is_name(text: &str, group: &[Run]) -> bool {
    let run = |run: &Run| text.get(run.clone()).unwrap_or_default();
    let digits = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    if group.iter().all(|range| digits(run(range))) {
        return group.len() <= NUMBER_RUNS && group.iter().all(|range| range.len() <= NUMBER_DIGITS);
    }
    if group.iter().any(|range| run(range).contains(|c: char| c.is_ascii_digit())) {
        return true;
    }
    let hyphens = group.windows(2).all(|pair| match pair {
        [a, b] => text.get(a.end..b.start) == Some("-"),
        _ => false,
    });
    if hyphens {
        return group.iter().any(|range| !boundaries(run(range)).is_empty());
    }
    group.iter().any(|range| run(range).chars().nth(1).is_some())
}

/// Bytes of the `v` that some write before a version and others leave out.
fn version_mark(text: &str, group: &[Run]) -> usize {
    let [first, second, ..] = group else { return 0 };
    let number = |word: Option<&str>| word.is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let marked = text.get(first.clone()).and_then(|word| word.strip_prefix(['v', 'V']));
    let dot = text.get(first.end..second.start) == Some(".");
    usize::from(dot && number(marked) && number(text.get(second.clone())))
}

/// Bytes behind a run that belong to it: `C++`, `C#`.
fn tail(text: &str, run: &Run, end: usize) -> Option<usize> {
    let word = text.get(run.clone())?;
    let behind = text.get(run.end..end)?;
    let letter = word.starts_with(|c: char| c.is_ascii_alphabetic());
    if letter && behind.starts_with("++") {
        return Some(2);
    }
    let sharp = letter && word.len() == 1 && behind.starts_with('#');
    (sharp && !behind.get(1..).is_some_and(|rest| rest.starts_with(char::is_alphanumeric))).then_some(1)
}

/// Adds the humps of a run in camel case: `vtkMRMLScalarNode` has `vtk`, `MRML`, `Scalar` and `Node`. One letter is
/// no word.
fn humps(text: &str, run: &Run, into: &mut Vec<Piece>) {
    if run.len() > WORD_BYTES {
        return;
    }
    let word = text.get(run.clone()).unwrap_or_default();
    let inner = boundaries(word);
    if inner.is_empty() || word.chars().count() < HUMP_CHARS * (inner.len() + 1) {
        return;
    }
    let starts = std::iter::once(0).chain(inner.iter().copied());
    let ends = inner.iter().copied().chain([word.len()]);
    for (from, to) in starts.zip(ends) {
        if word.get(from..to).is_some_and(|hump| hump.chars().nth(1).is_some()) {
            into.push(Piece { start: run.start + from, end: run.start + to, name: false });
        }
    }
}

/// Where a capital begins a hump: after a small letter, and as the last of several before two small letters. Plurals
/// of abbreviations (`PDFs`) have no second small letter.
fn boundaries(word: &str) -> Vec<usize> {
    if !word.contains(char::is_uppercase) {
        return Vec::new();
    }
    let chars: Vec<(usize, char)> = word.char_indices().collect();
    let small = |at: usize| chars.get(at).is_some_and(|(_, c)| c.is_lowercase());
    let begins = |pair: &[(usize, char)], at: usize| match pair {
        [(_, before), (_, c)] => {
            c.is_uppercase() && (before.is_lowercase() || (small(at + 2) && small(at + 3)))
        }
        _ => false,
    };
    chars
        .windows(2)
        .enumerate()
        .filter(|(at, pair)| begins(pair, *at))
        .filter_map(|(at, _)| chars.get(at + 1).map(|(byte, _)| *byte))
        .collect()
}

/// Whether `c` belongs to a script that is indexed by pairs of characters.
fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{3041}'..='\u{30ff}'     // Hiragana, Katakana
        | '\u{3400}'..='\u{4dbf}'   // Han, extension A
        | '\u{4e00}'..='\u{9fff}'   // Han
        | '\u{ac00}'..='\u{d7af}'   // Hangul syllables
        | '\u{f900}'..='\u{faff}'   // Han, compatibility
        | '\u{ff66}'..='\u{ff9d}'   // half-width Katakana
        | '\u{20000}'..='\u{3ffff}' // Han, extensions
    )
}

/// Whether `c` is written onto the letter before it, without being one: accents, and the signs that join or mute
/// consonants in the scripts of India.
fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{300}'
            ..='\u{36f}'
                | '\u{93c}'
                | '\u{94d}'
                | '\u{9bc}'
                | '\u{9cd}'
                | '\u{a3c}'
                | '\u{a4d}'
                | '\u{abc}'
                | '\u{acd}'
                | '\u{b3c}'
                | '\u{b4d}'
                | '\u{bcd}'
                | '\u{c4d}'
                | '\u{cbc}'
                | '\u{ccd}'
                | '\u{d4d}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        pieces(text).iter().map(|piece| &text[piece.start..piece.end]).collect()
    }

    #[test]
    fn cjk_becomes_overlapping_pairs() {
        assert_eq!(words("同期が遅い x 字"), ["同期", "期が", "が遅", "遅い", "x", "字"]);
        assert_eq!(words("設定.txt"), ["設定", ".txt", "txt"]);
    }

    proptest::proptest! {
        #[test]
        fn plain_words_are_no_names(word in "[A-Za-z][a-z]{0,12}") {
            let mut named = Vec::new();
            names(&word, 0, word.len(), &mut named);
            proptest::prop_assert!(is_plain(&word));
            proptest::prop_assert_eq!(named, pieces(&word));
        }
    }

    #[test]
    fn names_are_words_besides_their_runs() {
        assert_eq!(words("see foo.bar."), ["see", "foo.bar", "foo", "bar"]);
        assert_eq!(words("std::vec, foo_bar:"), ["std::vec", "std", "vec", "foo_bar", "foo", "bar"]);
        assert_eq!(words("/usr/lib/x.so"), ["usr/lib/x.so", "usr", "lib", "x", "so"]);
        assert_eq!(words(r"C:\dir\file"), [r"C:\dir\file", "C", "dir", "file"]);
        assert_eq!(words("MR-2007 E0599 0x8007"), ["MR-2007", "MR", "2007", "E0599", "0x8007"]);
        assert_eq!(words("v1.2.3"), ["v1", "1.2.3", "2", "3"]);
        assert_eq!(words("--no-cache"), ["--no-cache", "no", "cache"]);
    }

    #[test]
    fn compounds_and_abbreviations_are_their_runs() {
        assert_eq!(words("well-known"), ["well", "known"]);
        assert_eq!(words("e.g. this"), ["e", "g", "this"]);
        assert_eq!(words("wait...what--no"), ["wait", "what", "no"]);
        assert_eq!(words("-----+-----"), [""; 0]);
    }

    #[test]
    fn numbers_are_names_while_they_are_short() {
        assert_eq!(words("4.11"), ["4.11", "4", "11"]);
        assert_eq!(words("0.00013722"), ["0", "00013722"]);
    }

    #[test]
    fn signs_that_names_end_or_begin_with_survive() {
        assert_eq!(words("C++, C# or .NET"), ["C++", "C", "C#", "C", "or", ".NET", "NET"]);
        assert_eq!(words("C++17"), ["C++17", "C++", "C", "17"]);
        assert_eq!(words("issue#12"), ["issue#12", "issue", "12"]);
    }

    #[test]
    fn camel_case_gives_its_humps() {
        assert_eq!(
            words("vtkMRMLScalarVolumeNode"),
            ["vtkMRMLScalarVolumeNode", "vtk", "MRML", "Scalar", "Volume", "Node"]
        );
        assert_eq!(words("Volume3DNode"), ["Volume3DNode", "Volume3D", "Node"]);
        assert_eq!(words("PDFs WiFi iOS aGVsbG8gd2"), ["PDFs", "WiFi", "iOS", "aGVsbG8gd2"]);
    }

    #[test]
    fn marks_stay_with_their_letters() {
        assert_eq!(words("cafe\u{301}s தமிழ்நாடு"), ["cafe\u{301}s", "தமிழ்நாடு"]);
    }

    #[test]
    fn long_names_are_found_by_their_runs() {
        let path = format!("{}/end", "abc/".repeat(20));
        assert!(words(&path).iter().all(|word| *word == "abc" || *word == "end"));
    }
}
