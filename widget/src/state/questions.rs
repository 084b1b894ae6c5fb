//! The questions that this reader has asked: where each stands, what was answered and what of that they have not read.

use crate::json::{FromJson, Json, Reading, ToJson, record};
use api::{QuestionState, QuestionStatus};

/// Questions that are remembered; the oldest give way.
const REMEMBERED: usize = 50;

/// The first wait before asking again where a question stands, in ms.
const POLL_FIRST_MS: u32 = 2_000;

/// The longest wait while the panel is open, in ms.
const POLL_MOST_OPEN_MS: u32 = 60_000;

/// The longest wait while it is closed, in ms: an answer by a person takes minutes at best.
const POLL_MOST_CLOSED_MS: u32 = 300_000;

/// One question of this reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Where it stood when last asked.
    pub status: QuestionStatus,
    /// Replies that were shown.
    pub read: usize,
    /// The edge no longer knows it.
    pub gone: bool,
}

/// All questions of this reader, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Questions {
    asked: Vec<Asked>,
}

record! { Asked: status, read; default gone }

/// Kept as a plain list.
impl FromJson for Questions {
    fn from_json(json: &Json, reading: &mut Reading) -> Self {
        Self { asked: Vec::from_json(json, reading) }
    }
}

impl ToJson for Questions {
    fn write(&self, text: &mut String) {
        self.asked.write(text);
    }
}

impl Asked {
    /// Replies that were not shown yet.
    pub fn unread(&self) -> usize {
        self.status.replies.len().saturating_sub(self.read)
    }

    /// Nothing further can happen.
    pub fn settled(&self) -> bool {
        self.gone || self.status.state == QuestionState::Withdrawn
    }
}

impl Questions {
    /// Newest first.
    pub fn all(&self) -> &[Asked] {
        &self.asked
    }

    /// One of them.
    pub fn get(&self, receipt: &str) -> Option<&Asked> {
        self.asked.iter().find(|asked| asked.status.receipt == receipt)
    }

    /// Takes up where a question stands. What was read stays read.
    pub fn update(&mut self, status: QuestionStatus) {
        match self.asked.iter_mut().find(|asked| asked.status.receipt == status.receipt) {
            Some(asked) => {
                asked.status = status;
                asked.gone = false;
            }
            None => {
                self.asked.insert(0, Asked { status, read: 0, gone: false });
                self.asked.truncate(REMEMBERED);
            }
        }
    }

    /// The edge does not know a question any more.
    pub fn lost(&mut self, receipt: &str) {
        if let Some(asked) = self.asked.iter_mut().find(|asked| asked.status.receipt == receipt) {
            asked.gone = true;
        }
    }

    /// Everything answered so far was shown. Says whether that changed anything.
    pub fn read(&mut self, receipt: &str) -> bool {
        let asked = self.asked.iter_mut().find(|asked| asked.status.receipt == receipt);
        asked.is_some_and(|asked| {
            let unread = asked.unread() > 0;
            asked.read = asked.status.replies.len();
            unread
        })
    }

    /// Takes up what another tab has stored: its questions, and what was read there.
    pub fn merge(&mut self, others: Self) {
        for other in others.asked.into_iter().rev() {
            match self.asked.iter_mut().find(|asked| asked.status.receipt == other.status.receipt) {
                Some(asked) => asked.read = asked.read.max(other.read),
                None => {
                    let newer = |asked: &Asked| asked.status.created_at > other.status.created_at;
                    self.asked.insert(self.asked.partition_point(newer), other);
                }
            }
        }
        self.asked.truncate(REMEMBERED);
    }

    /// Replies that were not shown yet, over all questions.
    pub fn unread(&self) -> usize {
        self.asked.iter().map(Asked::unread).sum()
    }

    /// How many of them may still come to something that their author has not seen.
    pub fn waiting(&self) -> usize {
        use QuestionState::{Answered, Failed, Withdrawn};
        let over = |asked: &&Asked| asked.gone || matches!(asked.status.state, Answered | Failed | Withdrawn);
        self.asked.len() - self.asked.iter().filter(over).count()
    }

    /// Receipts of questions to which something can still happen.
    pub fn followed(&self) -> Vec<String> {
        self.asked.iter().filter(|asked| !asked.settled()).map(|asked| asked.status.receipt.clone()).collect()
    }
}

/// The wait before asking again where a question stands, after so many times of asking: half as long again each time.
pub fn poll_wait(times: u32, open: bool) -> u32 {
    let most = if open { POLL_MOST_OPEN_MS } else { POLL_MOST_CLOSED_MS };
    (0..times.min(32)).fold(POLL_FIRST_MS, |ms, _| (ms + ms / 2).min(most))
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::{Reply, Role};

    fn status(receipt: &str, created_at: &str, replies: usize) -> QuestionStatus {
        let reply = |at: usize| Reply {
            id: at.to_string(),
            author: "Ines".into(),
            role: Role::Staff,
            created_at: created_at.into(),
            blocks: Vec::new(),
        };
        QuestionStatus {
            index_version: String::new(),
            receipt: receipt.into(),
            public_id: format!("p{receipt}"),
            state: if replies > 0 { QuestionState::Answered } else { QuestionState::Posted },
            title: "title".into(),
            created_at: created_at.into(),
            updated_at: created_at.into(),
            url: None,
            reason: None,
            replies: (0..replies).map(reply).collect(),
            can_withdraw: false,
            draft: None,
            title_taken: false,
            taken_by: None,
        }
    }

    #[test]
    fn replies_are_unread_until_they_are_shown() {
        let mut questions = Questions::default();
        questions.update(status("a", "2026-01-01", 0));
        assert_eq!(questions.unread(), 0);
        questions.update(status("a", "2026-01-01", 2));
        assert_eq!(questions.unread(), 2);
        assert!(questions.read("a"));
        assert!(!questions.read("a"));
        questions.update(status("a", "2026-01-01", 3));
        assert_eq!(questions.unread(), 1);
    }

    #[test]
    fn a_question_waits_until_it_is_answered_or_gone() {
        let mut questions = Questions::default();
        questions.update(status("a", "2026-01-01", 0));
        questions.update(status("b", "2026-01-02", 0));
        questions.update(status("c", "2026-01-03", 1));
        assert_eq!(questions.waiting(), 2);
        questions.lost("b");
        questions.update(status("a", "2026-01-01", 1));
        assert_eq!(questions.waiting(), 0);
    }

    #[test]
    fn what_another_tab_has_read_is_read() {
        let mut here = Questions::default();
        here.update(status("a", "2026-01-01", 2));
        let mut there = here.clone();
        there.read("a");
        there.update(status("b", "2026-01-02", 0));
        here.merge(there);
        assert_eq!(here.unread(), 0);
        assert_eq!(
            here.all().iter().map(|asked| asked.status.receipt.as_str()).collect::<Vec<_>>(),
            ["b", "a"]
        );
    }

    #[test]
    fn withdrawn_and_lost_questions_are_not_followed() {
        let mut questions = Questions::default();
        questions.update(status("a", "2026-01-01", 0));
        questions.update(QuestionStatus { state: QuestionState::Withdrawn, ..status("b", "2026-01-02", 0) });
        questions.update(status("c", "2026-01-03", 0));
        questions.lost("c");
        assert_eq!(questions.followed(), ["a"]);
    }

    #[test]
    fn asking_slows_down_to_its_cap() {
        assert_eq!([poll_wait(0, true), poll_wait(1, true), poll_wait(2, true)], [2_000, 3_000, 4_500]);
        assert_eq!(poll_wait(30, true), 60_000);
        assert_eq!(poll_wait(u32::MAX, false), 300_000);
    }
}
