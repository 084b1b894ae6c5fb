//! The lead passage of a thread: the first words of the answer that a reader would open it for.

use api::{Block, BlockKind, PassageFrom, Role};

use crate::texts::Displayable;

/// Characters of a passage at most: two to three lines in the widget.
const CHARS: usize = 240;

/// A paragraph shorter than this at the start is a greeting or a reaction ("Hi!", "Good question.").
const GREETING_CHARS: usize = 24;

/// Chooses the passage: from the best answer, else from the question; `None` where neither has words.
pub(crate) fn lead(thread: &Displayable<'_>) -> Option<(PassageFrom, String)> {
    let question = || Some((PassageFrom::Question, opening(&thread.question)?));
    let answer = || {
        let (post, blocks) = thread.answers.get(thread.best()?)?;
        let from = if thread.thread.is_accepted(post) {
            PassageFrom::Accepted
        } else if post.author.role == Role::Staff {
            PassageFrom::Staff
        } else {
            PassageFrom::Answer
        };
        Some((from, opening(blocks)?))
    };
    // A docs page leads with its own first words; its sections are no answers to it.
    if thread.thread.source == "docs" { question().or_else(answer) } else { answer().or_else(question) }
}

/// The first words of a post in at most [`CHARS`] characters, without quotes, headings and greetings.
fn opening(blocks: &[Block]) -> Option<String> {
    let said =
        |block: &&Block| matches!(block.kind, BlockKind::Paragraph | BlockKind::Item | BlockKind::Code);
    let mut parts: Vec<&str> = blocks.iter().filter(said).map(|block| block.text.trim()).collect();
    parts.retain(|part| !part.is_empty());
    let greeting = parts.len() > 1 && parts.first().is_some_and(|part| part.chars().count() < GREETING_CHARS);
    let parts = if greeting { &parts[1..] } else { &parts[..] };
    let mut opening = String::new();
    for word in parts.iter().flat_map(|part| part.split_whitespace()) {
        if opening.chars().count() + 1 + word.chars().count() > CHARS {
            if opening.is_empty() {
                opening.extend(word.chars().take(CHARS - 1));
            }
            opening.push('…');
            break;
        }
        if !opening.is_empty() {
            opening.push(' ');
        }
        opening.push_str(word);
    }
    (!opening.is_empty()).then_some(opening)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(kind: BlockKind, text: &str) -> Block {
        Block { kind, text: text.into(), lang: None, links: Vec::new() }
    }

    #[test]
    fn greetings_and_quotes_are_skipped() {
        let blocks = [
            block(BlockKind::Quote, "does it work?"),
            block(BlockKind::Paragraph, "Hi Jo!"),
            block(BlockKind::Paragraph, "Restart the dock, then pair it again."),
        ];
        assert_eq!(opening(&blocks).as_deref(), Some("Restart the dock, then pair it again."));
    }

    #[test]
    fn a_short_answer_alone_is_the_answer() {
        assert_eq!(opening(&[block(BlockKind::Paragraph, "Yes.")]).as_deref(), Some("Yes."));
    }

    #[test]
    fn long_texts_end_at_a_word() {
        let opening = opening(&[block(BlockKind::Paragraph, &"word ".repeat(100))]).unwrap();
        assert!(opening.chars().count() <= CHARS + 1 && opening.ends_with("word…"), "{opening}");
        let unbroken = super::opening(&[block(BlockKind::Paragraph, &"字".repeat(900))]).unwrap();
        assert_eq!(unbroken.chars().count(), CHARS);
    }
}
