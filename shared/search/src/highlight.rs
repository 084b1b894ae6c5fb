//! Which parts of a shown text matched, as ranges of UTF-16 code units.

use std::collections::HashMap;

use api::{Highlighted, Range};

use crate::analysis::{Analyzer, Folded};
use crate::query::{QueryAnalyzer, Term};

/// Marks in texts the words that a query's terms match.
pub(crate) struct Highlighter<'a> {
    terms: &'a [Term],
    analyzer: &'a Analyzer,
    /// Whether some term begins with an ASCII character, lower case.
    begins: [bool; 128],
    /// Whether a word matches: texts have the same words again and again, and finding stems takes longest.
    known: HashMap<Folded, bool>,
}

impl<'a> Highlighter<'a> {
    pub(crate) fn new(terms: &'a [Term], analyzer: &'a QueryAnalyzer) -> Self {
        let mut begins = [false; 128];
        let alternatives = terms.iter().flat_map(|term| &term.alternatives).map(|other| other.term.as_str());
        for term in alternatives.chain(terms.iter().map(|term| term.folded.as_str())) {
            if let Some(first) = term.bytes().next().and_then(|first| begins.get_mut(usize::from(first))) {
                *first = true;
            }
        }
        Self { terms, analyzer: analyzer.analyzer(), begins, known: HashMap::new() }
    }

    /// The text with its words marked.
    pub(crate) fn mark(&mut self, text: String) -> Highlighted {
        let mut ranges: Vec<Range> = Vec::new();
        // Where the last range ended, in bytes and in UTF-16 units: the text is walked once.
        let (mut bytes, mut units) = (0, 0);
        let begins = self.begins;
        // Of words in ASCII, a stem begins as its word does.
        let may_match = |word: &str| {
            let first = word.bytes().next().map_or(0, |first| usize::from(first.to_ascii_lowercase()));
            !word.is_ascii() || begins.get(first).is_some_and(|begins| *begins)
        };
        for (word, place) in self.analyzer.fold(&text, may_match) {
            if place.start < bytes && place.end <= bytes || !self.matches(word) {
                continue;
            }
            // Words overlap, CJK pairs and names with their parts: the later one only prolongs the range.
            let from = place.start.max(bytes);
            let start = units + utf16_length(text.get(bytes..from));
            let end = start + utf16_length(text.get(from..place.end));
            match ranges.last_mut() {
                Some(last) if from == bytes && last.end == start => last.end = end,
                _ => ranges.push(Range { start, end }),
            }
            (bytes, units) = (place.end, end);
        }
        Highlighted { text, ranges }
    }

    fn matches(&mut self, word: Folded) -> bool {
        if let Some(known) = self.known.get(&word) {
            return *known;
        }
        let stems = self.analyzer.stems(&word);
        let matches = self.terms.iter().any(|term| term.matches(&word.text, &stems));
        self.known.insert(word, matches);
        matches
    }
}

fn utf16_length(text: Option<&str>) -> u32 {
    text.unwrap_or_default().chars().map(|c| c.len_utf16() as u32).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;
    use crate::synonyms::Synonyms;

    fn marked(text: &str, query: &str) -> Vec<String> {
        let synonyms = Synonyms::parse("monitor, display").unwrap();
        let analyzer = QueryAnalyzer::new([Language::English, Language::German], &synonyms);
        let units: Vec<u16> = text.encode_utf16().collect();
        Highlighter::new(&analyzer.terms(query), &analyzer)
            .mark(text.into())
            .ranges
            .iter()
            .map(|range| String::from_utf16(&units[range.start as usize..range.end as usize]).unwrap())
            .collect()
    }

    #[test]
    fn stems_and_the_word_being_typed_match() {
        assert_eq!(
            marked("Syncing stops; I synced rendering", "sync rend"),
            ["Syncing", "synced", "rendering"]
        );
        assert_eq!(
            marked("Syncing rendering", "rend sync "),
            ["Syncing"],
            "only the last word is a beginning"
        );
    }

    #[test]
    fn ranges_count_utf16_units() {
        assert_eq!(marked("🙂 naïve 🙂🙂 café", "cafe "), ["café"]);
    }

    #[test]
    fn overlapping_pairs_become_one_range() {
        assert_eq!(marked("設定で同期が遅い時", "同期が遅い"), ["同期が遅い"]);
    }

    #[test]
    fn names_and_their_parts_become_one_range() {
        assert_eq!(marked("Call vtkMRMLNode now", "vtkMRMLNode "), ["vtkMRMLNode"]);
        assert_eq!(marked("Call vtkMRMLScalarNode now", "mrml node "), ["MRML", "Node"]);
        assert_eq!(marked("Since v1.2.3 only", "v1.2.3 "), ["v1.2.3"]);
    }

    #[test]
    fn other_languages_and_synonyms_match() {
        assert_eq!(marked("Die Ordner, mein Display", "ordnern monitor "), ["Ordner", "Display"]);
    }

    proptest::proptest! {
        #[test]
        fn ranges_ascend_and_lie_within(
            text in "(\\PC|[a-cA-C0-9._:/+# -]|[漢字🙂]){0,60}", query in "(\\PC|[a-cA-C0-9._:/+# -]|[漢字]){0,12}"
        ) {
            let units = text.encode_utf16().count() as u32;
            let analyzer = QueryAnalyzer::new([Language::English, Language::German], &Synonyms::default());
            let mut before = None;
            for range in Highlighter::new(&analyzer.terms(&query), &analyzer).mark(text).ranges {
                proptest::prop_assert!(before.is_none_or(|end| end < range.start) && range.start < range.end);
                proptest::prop_assert!(range.end <= units);
                before = Some(range.end);
            }
        }
    }
}
