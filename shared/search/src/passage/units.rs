//! Units: the sentences of a post and the lines of its code, the smallest parts that a passage is made of.

use std::ops::Range;

use api::{Block, BlockKind};

/// Characters of a passage at most: two to three lines in the widget.
pub(crate) const CHARS: usize = 240;

/// Characters of a unit at most. What has no full stop for longer is cut, so that a window still has a choice.
const UNIT_CHARS: usize = 160;

/// Characters of a sentence that is only begun, at least: less says nothing.
const BEGUN_CHARS: usize = 24;

/// Words whose full stop ends no sentence.
const ABBREVIATIONS: &[&str] = &["approx", "cf", "dr", "e.g", "fig", "i.e", "mr", "mrs", "no", "vs"];

/// A sentence or a line of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unit<'a> {
    /// As it stands in its block.
    pub text: &'a str,
    /// Position of the block.
    pub block: usize,
    /// First byte in the block.
    pub start: usize,
    /// A line of code.
    pub code: bool,
    /// Part of an item of a list.
    pub item: bool,
    /// Begins within a sentence.
    pub goes_on: bool,
    /// Ends within a sentence.
    pub cut: bool,
    /// Units of two stretches never stand in one passage: a quote or a heading parts them.
    pub stretch: usize,
}

impl Unit<'_> {
    fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// The units of a post in their order, without quotes, headings and pictures.
pub(crate) fn units(blocks: &[Block]) -> Vec<Unit<'_>> {
    let (mut units, mut stretch) = (Vec::new(), 0);
    for (block, at) in blocks.iter().zip(0..) {
        match block.kind {
            BlockKind::Quote | BlockKind::Heading => stretch += 1,
            BlockKind::Image => {}
            BlockKind::Code => lines(&block.text, |text, start| {
                add(&mut units, Unit { code: true, ..unit(text, start, at, stretch) });
            }),
            BlockKind::Paragraph | BlockKind::Item => sentences(&block.text, |text, start| {
                add(
                    &mut units,
                    Unit { item: block.kind == BlockKind::Item, ..unit(text, start, at, stretch) },
                );
            }),
        }
    }
    units
}

fn unit(text: &str, start: usize, block: usize, stretch: usize) -> Unit<'_> {
    Unit { text, block, start, code: false, item: false, goes_on: false, cut: false, stretch }
}

/// Adds a unit, in parts where it is long.
fn add<'a>(units: &mut Vec<Unit<'a>>, whole: Unit<'a>) {
    let mut rest = whole;
    loop {
        let Some(at) = place_to_cut(rest.text) else {
            units.push(rest);
            return;
        };
        let (head, tail) = rest.text.split_at(at);
        let gap = if rest.code { 0 } else { tail.len() - tail.trim_start().len() };
        units.push(Unit { text: head, cut: true, ..rest });
        let tail = tail.get(gap..).unwrap_or_default();
        rest = Unit { text: tail, start: rest.start + at + gap, goes_on: true, ..rest };
    }
}

/// Where a long text is cut: behind a clause, else behind a word, else anywhere.
fn place_to_cut(text: &str) -> Option<usize> {
    let most = text.char_indices().nth(UNIT_CHARS).map(|(at, _)| at)?;
    let head = text.get(..most)?;
    let least = text.char_indices().nth(UNIT_CHARS / 3).map_or(0, |(at, _)| at);
    let behind = |mark: &str| head.rfind(mark).map(|at| at + mark.trim_end().len());
    let clause = ["; ", ": ", ", ", "、", "，"].into_iter().filter_map(behind).max();
    let word = || head.trim_end().rfind(char::is_whitespace);
    Some(clause.filter(|at| *at > least).or_else(|| word().filter(|at| *at > least)).unwrap_or(most))
}

/// Calls `each` with every line that has more than white space, and its place.
fn lines<'a>(text: &'a str, mut each: impl FnMut(&'a str, usize)) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if !line.trim().is_empty() {
            each(line.trim_end(), start);
        }
        start += line.len();
    }
}

/// Calls `each` with every sentence and its place.
fn sentences<'a>(text: &'a str, mut each: impl FnMut(&'a str, usize)) {
    let mut start = 0;
    let mut emit = |from: usize, to: usize| {
        let slice = text.get(from..to).unwrap_or_default();
        let trimmed = without_rule(slice.trim());
        if trimmed.contains(char::is_alphanumeric) {
            each(trimmed, from + slice.len() - slice.trim_start().len());
        }
    };
    for (at, c) in text.char_indices() {
        if at < start {
            continue;
        }
        if let Some(end) = sentence_end(text, start, at, c) {
            emit(start, end);
            start = end;
        }
    }
    emit(start, text.len());
}

/// A sentence without the line of dashes that some draw below a post.
fn without_rule(text: &str) -> &str {
    let said = text.trim_end_matches(['-', '_', '=', '*', '—']);
    let rule = text.len() >= said.len() + 3 && (said.is_empty() || said.ends_with(char::is_whitespace));
    if rule { said.trim_end() } else { text }
}

/// Where the sentence ends whose last sign is `c` at `at`, if it is one.
fn sentence_end(text: &str, start: usize, at: usize, c: char) -> Option<usize> {
    let behind = at + c.len_utf8();
    match c {
        '\n' | '。' | '！' | '？' | '｡' => Some(behind),
        '.' | '!' | '?' | '…' | '।' | '؟' | '۔' => {
            let rest = text.get(behind..)?;
            let closed = rest.trim_start_matches(['.', '!', '?', ')', ']', '"', '\'', '”', '’', '»']);
            if !closed.starts_with(char::is_whitespace) {
                return None;
            }
            let goes_on = closed.trim_start().starts_with(char::is_lowercase);
            let said = text.get(start..at)?;
            (c != '.' || !(goes_on || is_short(said))).then_some(text.len() - closed.len())
        }
        _ => None,
    }
}

/// Whether a full stop behind `said` marks a number or an abbreviation: "2.", "e.g."
fn is_short(said: &str) -> bool {
    let word = said.trim_start().rsplit(char::is_whitespace).next().unwrap_or_default();
    let number = word.len() == said.trim().len() && word.len() <= 2 && !word.is_empty();
    let bare = word.trim_start_matches(['(', '[']).to_lowercase();
    number && word.bytes().all(|byte| byte.is_ascii_digit()) || ABBREVIATIONS.contains(&bare.as_str())
}

/// The units as one text: lines of code and items on lines of their own, `…` where a sentence is cut.
pub(crate) fn join(units: &[Unit<'_>], blocks: &[Block]) -> String {
    let mut text = String::new();
    let mut before: Option<&Unit<'_>> = None;
    for unit in units {
        match before {
            None if unit.goes_on => text.push('…'),
            None => {}
            Some(before) => text.push_str(separator(before, unit, blocks)),
        }
        text.push_str(if before.is_none() { unit.text.trim_start() } else { unit.text });
        before = Some(unit);
    }
    if before.is_some_and(|last| last.cut) {
        text.push('…');
    }
    text
}

/// The units of `window` as one text, and as much of the sentence behind them as fits.
pub(crate) fn join_filled(units: &[Unit<'_>], window: Range<usize>, blocks: &[Block]) -> String {
    let chosen = units.get(window.clone()).unwrap_or_default();
    let mut text = join(chosen, blocks);
    let (Some(last), Some(next)) = (chosen.last(), units.get(window.end)) else { return text };
    if next.stretch != last.stretch || next.code || last.code {
        return text;
    }
    if last.cut {
        text.pop();
    }
    let between = separator(last, next, blocks);
    let room = (CHARS - 1).saturating_sub(text.chars().count() + between.len());
    let fits = next
        .text
        .char_indices()
        .nth(room)
        .map_or(next.text, |(at, _)| next.text.get(..at).unwrap_or_default());
    let begun = fits.rfind(char::is_whitespace).and_then(|at| fits.get(..at)).unwrap_or_default().trim_end();
    if begun.chars().count() >= BEGUN_CHARS {
        text.push_str(between);
        text.push_str(begun);
        text.push('…');
    } else if last.cut {
        text.push('…');
    }
    text
}

/// What stands between two units that follow each other.
pub(crate) fn separator(before: &Unit<'_>, unit: &Unit<'_>, blocks: &[Block]) -> &'static str {
    if before.block != unit.block {
        return if before.code || unit.code || before.item || unit.item { "\n" } else { " " };
    }
    let between = blocks.get(unit.block).and_then(|block| block.text.get(before.end()..unit.start));
    match between.unwrap_or(" ") {
        "" => "",
        _ if unit.code && !unit.goes_on => "\n",
        _ => " ",
    }
}

/// Runs of units of one stretch that fit into a passage, as half-open ranges of positions.
pub(crate) fn windows(units: &[Unit<'_>]) -> Vec<Range<usize>> {
    // One sign is kept for each `…`, one for each separator.
    let lengths: Vec<usize> = units.iter().map(|unit| unit.text.chars().count() + 1).collect();
    let mut windows = Vec::new();
    for (start, first) in units.iter().enumerate() {
        let mut room = CHARS - 1;
        for (end, unit) in units.iter().enumerate().skip(start) {
            let length = lengths.get(end).copied().unwrap_or_default();
            if unit.stretch != first.stretch || length > room {
                break;
            }
            room -= length;
            windows.push(start..end + 1);
        }
    }
    windows
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn block(kind: BlockKind, text: &str) -> Block {
        Block { kind, text: text.into(), lang: None, links: Vec::new() }
    }

    fn cut(text: &str) -> Vec<String> {
        let blocks = [block(BlockKind::Paragraph, text)];
        units(&blocks).iter().map(|unit| unit.text.to_owned()).collect()
    }

    #[test]
    fn sentences_end_where_a_reader_ends_them() {
        assert_eq!(
            cut("Open v1.2.3, e.g. \"now.\" It works! (Does it?) yes"),
            ["Open v1.2.3, e.g. \"now.\"", "It works!", "(Does it?)", "yes"]
        );
        assert_eq!(cut("再起動します。設定を開く！できた"), ["再起動します。", "設定を開く！", "できた"]);
        assert_eq!(cut("1. Open it. 2. Close it.\nDone"), ["1. Open it.", "2. Close it.", "Done"]);
        assert_eq!(cut("Do it: ---"), ["Do it:"]);
        assert_eq!(cut("क्या हुआ। फिर से करें।"), ["क्या हुआ।", "फिर से करें।"]);
    }

    #[test]
    fn code_stays_in_lines_and_quotes_part() {
        let blocks = [
            block(BlockKind::Paragraph, "Run:"),
            block(BlockKind::Code, "a:\n  b = 1\n\n  c"),
            block(BlockKind::Quote, "why?"),
            block(BlockKind::Paragraph, "So."),
        ];
        let units = units(&blocks);
        let texts: Vec<&str> = units.iter().map(|unit| unit.text).collect();
        assert_eq!(texts, ["Run:", "a:", "  b = 1", "  c", "So."]);
        assert_eq!(join(&units[..4], &blocks), "Run:\na:\n  b = 1\n  c");
        assert!(windows(&units).iter().all(|window| window.end < 5 || window.start == 4));
    }

    #[test]
    fn a_long_sentence_is_cut_at_a_clause() {
        let text = format!("{}, {}", "word ".repeat(20).trim(), "more ".repeat(30).trim());
        let blocks = [block(BlockKind::Paragraph, &text)];
        let units = units(&blocks);
        assert!(units[0].cut && units[0].text.ends_with(',') && units[1].goes_on, "{units:?}");
        assert!(join(&units[..1], &blocks).ends_with(",…"));
        assert_eq!(join(&units, &blocks), text);
    }

    proptest::proptest! {
        #[test]
        fn windows_fit_and_keep_the_order(
            texts in proptest::collection::vec("([a-z]{1,9}[.?! ,\n]{1,2}|\\PC|[字。🙂]){0,120}", 0..5), kinds in 0_usize..4096
        ) {
            use BlockKind::{Code, Item, Paragraph, Quote};
            let blocks: Vec<Block> = texts.iter().enumerate()
                .map(|(at, text)| block([Paragraph, Code, Item, Quote][kinds >> (2 * at) & 3], text)).collect();
            let units = units(&blocks);
            for unit in &units {
                proptest::prop_assert_eq!(blocks[unit.block].text.get(unit.start..unit.end()), Some(unit.text));
            }
            for window in windows(&units) {
                let filled = join_filled(&units, window.clone(), &blocks);
                proptest::prop_assert!(filled.chars().count() <= CHARS, "{}", filled);
                let text = join(&units[window.clone()], &blocks);
                proptest::prop_assert!(text.chars().count() <= CHARS, "{}", text);
                proptest::prop_assert!(filled.starts_with(text.trim_end_matches('…')));
                let mut rest = text.as_str();
                for unit in &units[window] {
                    let found = rest.find(unit.text.trim());
                    proptest::prop_assert!(found.is_some());
                    rest = &rest[found.unwrap() + unit.text.trim().len()..];
                }
            }
        }
    }
}
