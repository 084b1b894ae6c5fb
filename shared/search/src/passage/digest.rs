//! The final answer of a thread: what its operator wrote, else up to three sentences of it, word for word.

use api::{Block, BlockKind, FinalAnswerBy};
use thread::Body;

use super::{Weighed, window::Topic};
use crate::texts::Displayable;

/// Posts of a thread above which nobody reads all of it.
const LONG: usize = 12;

/// Sentences at most.
const SENTENCES: usize = 3;

/// Characters of such a sentence, at least: shorter ones need what stands around them.
const LEAST: usize = 30;

/// What a sentence has to be worth.
const WORTH: f32 = 1.9;

/// A part of a final answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// The post that it was taken from; `None` where the operator wrote it.
    pub post: Option<String>,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// The final answer, where there is one.
pub(crate) fn final_answer(
    thread: &Displayable<'_>,
    topic: &Topic<'_>,
    weighed: &[(f32, Weighed<'_>)],
) -> Option<(FinalAnswerBy, Vec<Part>)> {
    if let Some(written) = &thread.thread.final_answer {
        let blocks = text::blocks_at(&Body::Markdown(written.clone()), &thread.thread.url);
        if !blocks.is_empty() {
            return Some((FinalAnswerBy::Operator, vec![Part { post: None, blocks }]));
        }
    }
    if thread.thread.source == "docs" || thread.answers.len() < LONG {
        return None;
    }
    let parts = extract(thread, topic, weighed);
    (!parts.is_empty()).then_some((FinalAnswerBy::Extract, parts))
}

/// The sentences that are worth most, at most one a post, in the thread's order.
fn extract(thread: &Displayable<'_>, topic: &Topic<'_>, weighed: &[(f32, Weighed<'_>)]) -> Vec<Part> {
    let mut found: Vec<(f32, usize, &str)> = Vec::new();
    for (post, (bonus, answer)) in weighed.iter().enumerate() {
        let whole = |at: &usize| {
            answer.units.get(*at).is_some_and(|unit| {
                !unit.code && !unit.cut && !unit.goes_on && unit.text.chars().count() >= LEAST
            })
        };
        let scored =
            (0..answer.units.len()).filter(whole).map(|at| (bonus + answer.score(&(at..at + 1), topic), at));
        // `max_by` keeps the last of equals; reversed, that is the first.
        if let Some((score, at)) = scored.rev().max_by(|a, b| a.0.total_cmp(&b.0))
            && score >= WORTH
            && let Some(unit) = answer.units.get(at)
            && found.iter().all(|(_, _, text)| *text != unit.text)
        {
            found.push((score, post, unit.text));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    found.truncate(SENTENCES);
    found.sort_by_key(|(_, post, _)| *post);
    let part = |(_, post, text): (f32, usize, &str)| {
        let (post, _) = thread.answers.get(post)?;
        let block =
            Block { kind: BlockKind::Paragraph, text: text.to_owned(), lang: None, links: Vec::new() };
        Some(Part { post: Some(post.id.clone()), blocks: vec![block] })
    };
    found.into_iter().filter_map(part).collect()
}
