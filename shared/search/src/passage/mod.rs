//! Passages: the few lines of a thread that let a reader go on without opening it.
//!
//! At build time, [`Reading`] chooses the lead passage: the window of at most 240 characters, of the accepted or else
//! the best answer, that answers. It is whole sentences and lines of code, scored by the words that it shares with title
//! and question, by the cues of an answer, by its place, and against what greets, thanks or asks back. Posts whose best
//! window is only that give way to other posts. `digest` takes the final answer of a long thread from the same scores,
//! and `centre` finds the passage that a query is about when a thread is opened. Nothing is ever reworded.

mod centre;
mod cues;
mod digest;
mod units;
mod window;

use api::{Block, FinalAnswerBy, PassageFrom, Role};
use thread::{Post, Thread};

use crate::analysis::Analyzer;
use crate::texts::Displayable;
pub(crate) use centre::{Found, centre};
pub(crate) use digest::Part;
use units::{join, units};
use window::{Topic, Weighed};

/// Answers of a thread that are looked at: the first ones, and the accepted one wherever it is.
const ANSWERS: usize = 80;

/// What speaks for an answer beside its words. A post of pure courtesy is worth -2 and a full answer 4, so that an
/// accepted answer stays the choice unless nothing in it answers.
const ACCEPTED: f32 = 4.0;
/// Staff found it right.
const VALIDATED: f32 = 3.0;
/// Staff wrote it.
const STAFF: f32 = 1.5;
/// It comes first by its marks and votes, else by its place: who replies first replies to the question.
const FIRST: f32 = 0.5;
/// For each doubling of its votes.
const VOTES: f32 = 0.5;
/// The asker says that it helped.
const HELPED: f32 = 0.8;
/// The asker reports that they found the answer.
const SOLVED: f32 = 0.8;
/// The asker wrote it without reporting that: more of the question.
const ASKERS: f32 = -1.6;
/// For each answer before it, at most [`LATER_MOST`]: the first ones reply to the question, later ones to each other.
const LATER: f32 = -0.15;
/// See [`LATER`].
const LATER_MOST: usize = 8;

/// What a build reads out of one thread.
pub(crate) struct Reading {
    /// The lead passage and whose words it is.
    pub lead: Option<(PassageFrom, String)>,
    /// Position of the answer to show first.
    pub best: Option<usize>,
    /// The final answer.
    pub final_answer: Option<(FinalAnswerBy, Vec<Part>)>,
}

impl Reading {
    pub(crate) fn new(thread: &Displayable<'_>, analyzer: &Analyzer) -> Self {
        let model = thread.thread;
        let topic = Topic::new(analyzer, &model.title, &thread.question);
        // A docs page leads with its own first words; its sections are no answers to it.
        if model.source == "docs" {
            let best = thread.best();
            let section = || Some((PassageFrom::Answer, opening(&thread.answers.get(best?)?.1)?));
            let lead = opening(&thread.question).map(|text| (PassageFrom::Question, text)).or_else(section);
            return Self { lead, best, final_answer: digest::final_answer(thread, &topic, &[]) };
        }
        let weighed = weigh(thread, &topic);
        let final_answer = digest::final_answer(thread, &topic, &weighed);
        let scored = weighed.iter().enumerate().filter_map(|(at, (bonus, answer))| {
            let (score, window) = answer.best(&topic)?;
            Some((bonus + score + LATER * at.min(LATER_MOST) as f32, at, window))
        });
        // `max_by` keeps the last of equals; reversed, that is the earliest.
        let scored: Vec<_> = scored.collect();
        let chosen = scored.into_iter().rev().max_by(|a, b| a.0.total_cmp(&b.0));
        let lead = chosen.and_then(|(_, at, window)| {
            let (post, blocks) = thread.answers.get(at)?;
            let (_, answer) = weighed.get(at)?;
            Some((at, (from(model, post), answer.passage(window, blocks))))
        });
        let (best, lead) = match lead {
            Some((at, lead)) => (Some(at), Some(lead)),
            None => (thread.best(), None),
        };
        let question = || Some((PassageFrom::Question, opening(&thread.question)?));
        Self { lead: lead.or_else(question), best, final_answer }
    }
}

/// All answers with what speaks for each beside its words; those that are not looked at have no units.
fn weigh<'a>(thread: &'a Displayable<'_>, topic: &Topic<'_>) -> Vec<(f32, Weighed<'a>)> {
    let helped = helped(thread);
    let first = thread.best();
    let answer = |(at, (post, blocks)): (usize, &'a (&Post, Vec<Block>))| {
        let looked_at = at < ANSWERS || thread.thread.is_accepted(post);
        let units = if looked_at { units(blocks) } else { Vec::new() };
        let said = || text::plain(blocks);
        let mut bonus = VOTES * (post.score.max(0) as f32 + 1.0).log2();
        if thread.thread.is_accepted(post) {
            bonus += ACCEPTED;
        }
        if first == Some(at) {
            bonus += FIRST;
        }
        if post.validated == Some(true) {
            bonus += VALIDATED;
        }
        if post.author.role == Role::Staff {
            bonus += STAFF;
        }
        if is_asker(thread.thread, post) {
            bonus += if cues::is_solved(&said()) { SOLVED } else { ASKERS };
        }
        if helped.contains(&at) {
            bonus += HELPED;
        }
        (bonus, Weighed::new(units, blocks, topic))
    };
    thread.answers.iter().enumerate().map(answer).collect()
}

/// Positions of the answers of which the asker says, in a reply or right behind them, that they helped.
fn helped(thread: &Displayable<'_>) -> Vec<usize> {
    let mut helped = Vec::new();
    let mut before = None;
    for (at, (post, blocks)) in thread.answers.iter().enumerate().take(ANSWERS) {
        if !is_asker(thread.thread, post) {
            before = Some(at);
        } else if cues::is_helped(&text::plain(blocks)) {
            let named = post
                .reply_to
                .as_ref()
                .and_then(|id| thread.answers.iter().position(|(answer, _)| answer.id == *id));
            helped.extend(named.or(before));
        }
    }
    helped
}

fn is_asker(thread: &Thread, post: &Post) -> bool {
    let (asker, author) = (&thread.question.author, &post.author);
    match (&asker.id, &author.id) {
        (Some(asker), Some(author)) => asker == author,
        _ => asker.name == author.name && !author.name.is_empty(),
    }
}

fn from(thread: &Thread, post: &Post) -> PassageFrom {
    if thread.is_accepted(post) {
        PassageFrom::Accepted
    } else if post.author.role == Role::Staff {
        PassageFrom::Staff
    } else {
        PassageFrom::Answer
    }
}

/// The first words of a post that are no greeting.
fn opening(blocks: &[Block]) -> Option<String> {
    let units = units(blocks);
    let worth = units.iter().position(|unit| {
        let cues = cues::cues(unit, blocks);
        cues.idle <= cues.answers
    });
    let start = worth.unwrap_or(0);
    let window = units::windows(&units).into_iter().rfind(|window| window.start == start)?;
    Some(join(units.get(window)?, blocks))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;

    const QUESTION: &str = "I cannot pair my dock with the phone. The light blinks twice. Any ideas?";

    /// Reads a thread of the asker `kai` with answers of author and Markdown.
    fn read(answers: &[(&str, &str)]) -> Reading {
        read_thread(thread(answers))
    }

    fn read_thread(thread: Thread) -> Reading {
        Reading::new(&Displayable::new(&thread), &Analyzer::new([Language::English]))
    }

    fn thread(answers: &[(&str, &str)]) -> Thread {
        let post = |id: usize, author: &str, text: &str| serde_json::json!({"id": id.to_string(), "author": {"name": author}, "createdAt": "2024-01-01T00:00:00Z", "markdown": text});
        let answers: Vec<_> =
            answers.iter().enumerate().map(|(at, (author, text))| post(at + 2, author, text)).collect();
        serde_json::from_value(serde_json::json!({
            "source": "discourse", "site": "x", "id": "1", "url": "https://x.example/t/1", "title": "Dock does not pair with a phone",
            "createdAt": "2024-01-01T00:00:00Z", "question": post(1, "kai", QUESTION), "answers": answers,
        }))
        .unwrap()
    }

    fn lead(answers: &[(&str, &str)]) -> String {
        read(answers).lead.unwrap().1
    }

    #[test]
    fn the_part_that_answers_is_chosen() {
        let long = "Hi Kai, thanks for the report!\n\n> The light blinks twice\n\nI have seen this on two desks last year. \
            It was raining. To pair the phone again, hold the dock's power key for ten seconds and open Settings > Pairing. Hope this helps!\n\nBest regards,\nAda";
        let lead = lead(&[("Ada", long)]);
        assert!(lead.contains("hold the dock's power key") && lead.contains("Settings > Pairing"), "{lead}");
        assert!(!lead.contains("Hi Kai") && !lead.contains("Hope") && !lead.contains("regards"), "{lead}");
    }

    #[test]
    fn a_question_back_gives_way() {
        let reading = read(&[
            ("Ada", "Which version do you have? Could you post a log?"),
            ("kai", "I have version 4. Thanks!"),
            ("Ada", "Install version 5: it pairs with every phone."),
            ("kai", "That worked, thank you!"),
        ]);
        assert_eq!(
            reading.lead,
            Some((PassageFrom::Answer, "Install version 5: it pairs with every phone.".into()))
        );
        assert_eq!(reading.best, Some(2));
    }

    #[test]
    fn an_asker_may_answer() {
        let solved = "Solved: the problem was the cable, a new one pairs at once.";
        assert_eq!(lead(&[("Bo", "Same problem here!"), ("kai", solved)]), solved);
    }

    #[test]
    fn an_accepted_answer_stays_the_choice() {
        let mut thread = thread(&[
            ("Ada", "You can use the pairing page: open Settings > Pairing."),
            ("Bo", "Twice is low battery."),
        ]);
        thread.accepted_id = Some("3".into());
        let reading = read_thread(thread);
        assert_eq!(reading.lead, Some((PassageFrom::Accepted, "Twice is low battery.".into())));
    }

    #[test]
    fn code_keeps_its_lines() {
        let lead =
            lead(&[("Ada", "Pair it like this:\n\n```py\ndock = find()\nif dock:\n    dock.pair()\n```")]);
        assert_eq!(lead, "Pair it like this:\ndock = find()\nif dock:\n    dock.pair()");
    }

    #[test]
    fn a_short_answer_alone_is_the_answer() {
        assert_eq!(lead(&[("Ada", "Yes.")]), "Yes.");
    }

    #[test]
    fn without_answers_the_question_leads() {
        let (from, text) = read(&[]).lead.unwrap();
        assert_eq!(from, PassageFrom::Question);
        assert!(text.starts_with("I cannot pair my dock"), "{text}");
    }

    #[test]
    fn a_long_thread_gets_sentences_of_it() {
        let mut answers = vec![("Bo", "Same problem here."); 12];
        answers[4] = ("Ada", "Welcome! You can pair the phone in Settings > Pairing. It is nice.");
        answers[9] = ("Cy", "Install firmware 5, then the dock pairs with a phone.");
        let (by, parts) = read(&answers).final_answer.unwrap();
        assert_eq!(by, FinalAnswerBy::Extract);
        let said: Vec<_> =
            parts.iter().map(|part| (part.post.as_deref(), part.blocks[0].text.as_str())).collect();
        assert_eq!(
            said,
            [
                (Some("6"), "You can pair the phone in Settings > Pairing."),
                (Some("11"), "Install firmware 5, then the dock pairs with a phone."),
            ]
        );
        assert!(read(&answers[..11]).final_answer.is_none(), "it is not long");
    }

    #[test]
    fn the_operator_has_the_last_word() {
        let mut thread = thread(&[("Ada", "No.")]);
        thread.final_answer = Some("Use **dock 2**.".into());
        let (by, parts) = read_thread(thread).final_answer.unwrap();
        assert_eq!((by, parts[0].blocks[0].text.as_str()), (FinalAnswerBy::Operator, "Use dock 2."));
    }

    proptest::proptest! {
        #[test]
        fn every_lead_fits(
            texts in proptest::collection::vec("([a-zA-Z]{1,9}[.?! ,\n>`]{1,3}|\\PC|[字。🙂]){0,150}", 0..5)
        ) {
            let answers: Vec<(&str, &str)> = texts.iter().map(|text| ("Ada", text.as_str())).collect();
            if let Some((_, lead)) = read(&answers).lead {
                proptest::prop_assert!(!lead.is_empty() && lead.chars().count() <= units::CHARS);
            }
        }
    }
}
