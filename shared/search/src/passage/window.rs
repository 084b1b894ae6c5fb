//! The window of an answer that answers best.

use std::ops::Range;

use api::Block;

use super::cues::{Cues, cues};
use super::units::{Unit, join, join_filled, windows};
use crate::analysis::Analyzer;

/// Stems that are looked for at most, those of the title first.
const STEMS: usize = 128;

/// What all of the title's words count, and all that the question adds: a window that shares them is about the matter.
const TITLE: f32 = 1.2;
/// See [`TITLE`].
const QUESTION: f32 = 0.8;

/// Words of the question that are enough to be about it.
const QUESTION_WORDS: f32 = 4.0;

/// What each unit before the window takes off that is not idle, and all of them at most: answers come to the point
/// early, and what follows leans on it.
const LATE: f32 = 0.5;
/// See [`LATE`].
const LATE_MOST: f32 = 2.0;

/// Characters from which on a window is not short, and what they count.
const FULL_CHARS: f32 = 220.0;
/// See [`FULL_CHARS`].
const FULL: f32 = 0.7;

/// What the cues of a window can count at most; each further one counts less.
const CUES: f32 = 3.0;

/// Posts of one thread have at most so many units that are looked at.
pub(super) const UNITS: usize = 60;

/// What a thread is about: the stems of its title and question.
pub(super) struct Topic<'a> {
    analyzer: &'a Analyzer,
    stems: Vec<String>,
    titled: usize,
}

impl<'a> Topic<'a> {
    pub(super) fn new(analyzer: &'a Analyzer, title: &str, question: &[Block]) -> Self {
        let mut topic = Self { analyzer, stems: Vec::new(), titled: 0 };
        topic.add(title);
        topic.titled = topic.stems.len();
        topic.add(&text::plain(question));
        topic
    }

    fn add(&mut self, text: &str) {
        let words = self.analyzer.analyse(text);
        let stop_words = self.analyzer.stop_words(text, &words);
        for (word, stop) in words.iter().zip(stop_words) {
            if !stop && self.stems.len() < STEMS && !self.stems.iter().any(|known| known == word.stem()) {
                self.stems.push(word.stem().to_owned());
            }
        }
    }

    /// The stems that a text shares, a bit each.
    fn shared(&self, text: &str) -> u128 {
        let position = |stem: &str| self.stems.iter().position(|known| known == stem);
        let words = self.analyzer.analyse(text);
        words.iter().filter_map(|word| position(word.stem())).fold(0, |bits, at| bits | 1 << at)
    }

    fn relevance(&self, shared: u128) -> f32 {
        let titled = (1_u128 << self.titled.min(127)) - 1;
        let share = (shared & titled).count_ones() as f32 / self.titled.max(1) as f32;
        let more = (shared & !titled).count_ones() as f32 / QUESTION_WORDS;
        TITLE * share + QUESTION * more.min(1.0)
    }
}

/// The units of a post with what speaks for each.
pub(super) struct Weighed<'a> {
    pub(super) units: Vec<Unit<'a>>,
    cues: Vec<Cues>,
    shared: Vec<u128>,
}

impl<'a> Weighed<'a> {
    pub(super) fn new(mut units: Vec<Unit<'a>>, blocks: &[Block], topic: &Topic<'_>) -> Self {
        units.truncate(UNITS);
        let cues = units.iter().map(|unit| cues(unit, blocks)).collect();
        let shared = units.iter().map(|unit| topic.shared(unit.text)).collect();
        Self { units, cues, shared }
    }

    /// The window with the highest score, the first of equals.
    pub(super) fn best(&self, topic: &Topic<'_>) -> Option<(f32, Range<usize>)> {
        let mut best: Option<(f32, Range<usize>)> = None;
        for window in windows(&self.units) {
            let score = self.score(&window, topic);
            if best.as_ref().is_none_or(|(most, _)| score > *most) {
                best = Some((score, window));
            }
        }
        best
    }

    /// The window as one text; the next sentence is begun where it is not idle.
    pub(super) fn passage(&self, window: Range<usize>, blocks: &[Block]) -> String {
        if self.cues.get(window.end).is_some_and(|cue| cue.idle <= cue.answers) {
            return join_filled(&self.units, window, blocks);
        }
        join(self.units.get(window).unwrap_or_default(), blocks)
    }

    /// How many units before `start` are not idle.
    fn passed_over(&self, start: usize) -> f32 {
        self.cues.iter().take(start).filter(|cue| cue.idle <= cue.answers).count() as f32
    }

    /// The score of a window of this post.
    pub(super) fn score(&self, window: &Range<usize>, topic: &Topic<'_>) -> f32 {
        let part = |range: &Range<usize>| {
            let units = self.units.get(range.clone()).unwrap_or_default();
            let cues = self.cues.get(range.clone()).unwrap_or_default();
            (units, cues, self.shared.get(range.clone()).unwrap_or_default())
        };
        let (units, cues, shared) = part(window);
        let shared = shared.iter().fold(0, |bits, more| bits | more);
        let answers: f32 = cues.iter().map(|cue| cue.answers).sum();
        let idle: f32 = cues.iter().map(|cue| cue.idle).sum();
        let chars: usize = units.iter().map(|unit| unit.text.chars().count()).sum();
        let broken = units.first().is_some_and(|unit| unit.goes_on || leans(unit.text));
        // What it announces lies beyond the window.
        let announces = units.last().is_some_and(|unit| !unit.code && unit.text.ends_with([':', '：']));
        let cut = units.last().is_some_and(|unit| unit.cut);
        topic.relevance(shared) + CUES * (1.0 - (-answers / 2.0).exp()) - idle
            + FULL * (chars as f32 / FULL_CHARS).min(1.0)
            - (LATE * self.passed_over(window.start)).min(LATE_MOST)
            - 0.4 * f32::from(u8::from(broken))
            - 0.15 * f32::from(u8::from(cut))
            - 0.7 * f32::from(u8::from(announces))
    }
}

/// Whether a sentence leans on the one before it: "This …", "It …", "But …".
fn leans(text: &str) -> bool {
    let first = text.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty()).unwrap_or_default();
    let leaning =
        ["this", "it", "that", "these", "those", "but", "however", "also", "then", "so", "they", "and"];
    leaning.iter().any(|word| first.eq_ignore_ascii_case(word))
}
