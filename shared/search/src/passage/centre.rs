//! The passage of an opened thread that a query is about.

use std::ops::Range;

use api::PostView;

use super::units::{Unit, join, units, windows};
use crate::query::{QueryAnalyzer, Term};

/// What an answer counts against the question: a reader has the question already.
const ANSWER: f32 = 1.2;

/// What the best answer counts against the others.
const BEST: f32 = 1.1;

/// Where a query is answered best.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Position of the post in what was searched.
    pub post: usize,
    /// Position of the block in the post.
    pub block: usize,
    /// At most 240 characters around the match.
    pub passage: String,
}

/// Finds the window with the weightiest terms. `posts`: the question, then the answers; `best`: the position of the
/// best one; `weights`: what each term counts.
pub(crate) fn centre(
    posts: &[&PostView],
    best: Option<usize>,
    (terms, weights): (&[Term], &[f32]),
    analyzer: &QueryAnalyzer,
) -> Option<Found> {
    let mut found: Option<(f32, Found)> = None;
    for (at, post) in posts.iter().enumerate() {
        let units = units(&post.blocks);
        let matched: Vec<u64> = units.iter().map(|unit| bits(unit, terms, analyzer)).collect();
        let Some((weight, window)) = heaviest(&units, &matched, weights) else { continue };
        let standing = if at == 0 { 1.0 } else { ANSWER };
        let score = weight * standing * if best == Some(at) { BEST } else { 1.0 };
        if found.as_ref().is_some_and(|(most, _)| score <= *most) {
            continue;
        }
        let heaviest_block = units
            .iter()
            .zip(&matched)
            .take(window.end)
            .skip(window.start)
            .rev()
            .max_by(|a, b| weigh(*a.1, weights).total_cmp(&weigh(*b.1, weights)));
        let Some((unit, _)) = heaviest_block else { continue };
        let window = widened(&units, window);
        let passage = join(units.get(window).unwrap_or_default(), &post.blocks);
        found = Some((score, Found { post: at, block: unit.block, passage }));
    }
    found.map(|(_, found)| found)
}

/// The terms that a unit has, a bit each.
fn bits(unit: &Unit<'_>, terms: &[Term], analyzer: &QueryAnalyzer) -> u64 {
    let words = analyzer.analyse(unit.text);
    let has = |term: &Term| words.iter().any(|word| term.matches(&word.folded, &word.stems));
    terms.iter().zip(0..u64::BITS).filter(|(term, _)| has(term)).fold(0, |bits, (_, at)| bits | 1 << at)
}

fn weigh(bits: u64, weights: &[f32]) -> f32 {
    weights.iter().zip(0..u64::BITS).filter(|(_, at)| bits >> at & 1 == 1).map(|(weight, _)| weight).sum()
}

/// The shortest window with the most weight, the first of equals; `None` where nothing matches.
fn heaviest(units: &[Unit<'_>], matched: &[u64], weights: &[f32]) -> Option<(f32, Range<usize>)> {
    let mut best: Option<(f32, Range<usize>)> = None;
    for window in windows(units) {
        let bits = matched.get(window.clone()).unwrap_or_default().iter().fold(0, |all, bits| all | bits);
        let weight = weigh(bits, weights);
        let better = match &best {
            None => weight > 0.0,
            Some((most, before)) => weight > *most || weight == *most && window.len() < before.len(),
        };
        if better {
            best = Some((weight, window));
        }
    }
    best
}

/// The window with what fits around it: what follows first, since it more often answers, then what comes before.
fn widened(units: &[Unit<'_>], window: Range<usize>) -> Range<usize> {
    let mut widest = window.clone();
    for other in windows(units) {
        let holds = other.start <= window.start && other.end >= window.end;
        let off = |range: &Range<usize>| (range.start + range.end).abs_diff(window.start + window.end);
        let wider = other.len() > widest.len() || other.len() == widest.len() && off(&other) < off(&widest);
        if holds && wider {
            widest = other;
        }
    }
    widest
}

#[cfg(test)]
mod tests {
    use api::{Author, Block, BlockKind, Role};

    use super::super::units::tests::block;
    use super::*;
    use crate::Language;
    use crate::synonyms::Synonyms;

    fn post(blocks: Vec<Block>) -> PostView {
        PostView {
            id: "1".into(),
            url: None,
            heading: None,
            author: Author { name: "n".into(), role: Role::Unknown },
            created_at: String::new(),
            score: 0,
            accepted: false,
            blocks,
        }
    }

    fn find(posts: &[PostView], query: &str) -> Option<Found> {
        let analyzer = QueryAnalyzer::new([Language::English], &Synonyms::default());
        let terms = analyzer.terms(query);
        let posts: Vec<&PostView> = posts.iter().collect();
        centre(&posts, None, (&terms, &vec![1.0; terms.len()]), &analyzer)
    }

    #[test]
    fn the_block_with_the_words_is_found() {
        let filler = "Nothing of interest stands here, and there is much of it. ".repeat(8);
        let answer = format!("{filler}Hold the power key to reset the network. {filler}");
        let posts = [
            post(vec![block(BlockKind::Paragraph, "How do I reset it?")]),
            post(vec![block(BlockKind::Heading, "Network"), block(BlockKind::Paragraph, &answer)]),
        ];
        let found = find(&posts, "reset network ").unwrap();
        assert_eq!((found.post, found.block), (1, 1));
        assert!(
            found.passage.contains("Hold the power key") && !found.passage.starts_with("Hold"),
            "{found:?}"
        );
        assert!(found.passage.chars().count() <= 240);
        assert_eq!(find(&posts, "bicycle "), None);
    }

    #[test]
    fn answers_come_before_the_question() {
        let same = || post(vec![block(BlockKind::Paragraph, "The dock pairs.")]);
        assert_eq!(find(&[same(), same()], "pair ").unwrap().post, 1);
    }
}
