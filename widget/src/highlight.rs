//! Cuts a text along ranges that the edge gave in UTF-16 code units.
//!
//! The edge is trusted to mean well, not to be right: a range that lies outside the text, overlaps another or cuts a
//! character in half never loses a character. What a piece looks like is decided by the components.

use api::Range;

/// One piece of a cut text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The characters.
    pub text: String,
    /// Which of the ranges they lie in.
    pub range: Option<usize>,
}

/// Cuts `text` along `ranges`. The pieces, put together, are the text.
pub fn pieces(text: &str, ranges: impl IntoIterator<Item = Range>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut ranges = ranges.into_iter().enumerate().peekable();
    let mut units = 0u32;
    for character in text.chars() {
        while ranges.next_if(|(_, range)| range.end <= units).is_some() {}
        let within = ranges.peek().filter(|(_, range)| range.start <= units).map(|(at, _)| *at);
        match pieces.last_mut() {
            Some(last) if last.range == within => last.text.push(character),
            _ => pieces.push(Piece { text: character.into(), range: within }),
        }
        units = units.saturating_add(character.len_utf16() as u32);
    }
    pieces
}

/// An address that may become a link, or nothing: `http`, `https` and `mailto` lead somewhere, the rest runs something.
pub fn link_target(url: &str) -> Option<&str> {
    let url = url.trim();
    let (scheme, _) = url.split_once(':')?;
    ["http", "https", "mailto"].iter().any(|known| scheme.eq_ignore_ascii_case(known)).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut(text: &str, ranges: &[(u32, u32)]) -> Vec<(String, Option<usize>)> {
        pieces(text, ranges.iter().copied().map(Range::from)).into_iter().map(|p| (p.text, p.range)).collect()
    }

    fn plain(text: &str) -> (String, Option<usize>) {
        (text.into(), None)
    }

    fn marked(text: &str, at: usize) -> (String, Option<usize>) {
        (text.into(), Some(at))
    }

    #[test]
    fn a_match_in_the_middle_makes_three_pieces() {
        assert_eq!(cut("pair a phone", &[(5, 6)]), [plain("pair "), marked("a", 0), plain(" phone")]);
    }

    #[test]
    fn neighbours_stay_apart() {
        assert_eq!(cut("abcd", &[(0, 2), (2, 4)]), [marked("ab", 0), marked("cd", 1)]);
    }

    #[test]
    fn ranges_count_utf16_units() {
        assert_eq!(cut("🚢 dock", &[(3, 7)]), [plain("🚢 "), marked("dock", 0)]);
        assert_eq!(cut("Füße naß", &[(5, 8)]), [plain("Füße "), marked("naß", 0)]);
    }

    #[test]
    fn half_a_character_is_not_marked_and_not_lost() {
        assert_eq!(cut("🚢x", &[(1, 2)]), [plain("🚢x")]);
    }

    #[test]
    fn ranges_beyond_the_text_are_ignored() {
        assert_eq!(cut("abc", &[(2, 9), (20, 30)]), [plain("ab"), marked("c", 0)]);
        assert_eq!(cut("", &[(0, 3)]), []);
    }

    #[test]
    fn only_known_schemes_become_links() {
        assert_eq!(link_target(" HTTPS://example.com/a "), Some("HTTPS://example.com/a"));
        assert_eq!(link_target("mailto:a@example.com"), Some("mailto:a@example.com"));
        for url in
            ["javascript:alert(1)", "data:text/html,x", "//example.com", "vbscript:x", "java\nscript:x", ""]
        {
            assert_eq!(link_target(url), None, "{url}");
        }
    }

    proptest! {
        #[test]
        fn no_character_is_lost(text in ".{0,60}", ranges in prop::collection::vec((0u32..80, 0u32..80), 0..6)) {
            let together: String = cut(&text, &ranges).into_iter().map(|(piece, _)| piece).collect();
            prop_assert_eq!(together, text);
        }
    }
}
