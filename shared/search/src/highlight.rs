//! Which parts of a shown text matched, as ranges of UTF-16 code units.

use api::{Highlighted, Range};

use crate::query::{QueryAnalyzer, Term};

/// Marks in `text` the words that a query's terms match.
pub(crate) fn highlight(text: String, terms: &[Term], analyzer: &QueryAnalyzer) -> Highlighted {
    let mut ranges: Vec<Range> = Vec::new();
    // Where the last range ended, in bytes and in UTF-16 units: the text is walked once.
    let (mut bytes, mut units) = (0, 0);
    for word in analyzer.analyse(&text) {
        if word.start < bytes && word.end <= bytes || !terms.iter().any(|term| term.matches(&word)) {
            continue;
        }
        // Words overlap, CJK pairs and names with their parts: the later one only prolongs the range.
        let from = word.start.max(bytes);
        let start = units + utf16_length(text.get(bytes..from));
        let end = start + utf16_length(text.get(from..word.end));
        match ranges.last_mut() {
            Some(last) if from == bytes && last.end == start => last.end = end,
            _ => ranges.push(Range { start, end }),
        }
        (bytes, units) = (word.end, end);
    }
    Highlighted { text, ranges }
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
        highlight(text.into(), &analyzer.terms(query), &analyzer)
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
            for range in highlight(text, &analyzer.terms(&query), &analyzer).ranges {
                proptest::prop_assert!(before.is_none_or(|end| end < range.start) && range.start < range.end);
                proptest::prop_assert!(range.end <= units);
                before = Some(range.end);
            }
        }
    }
}
