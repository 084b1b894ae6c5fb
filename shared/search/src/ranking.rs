//! The knobs of the ranking: what a match, a prior and a likeness count. They travel in the bundle, so that an index
//! and the weights that were chosen for it cannot drift apart.

use serde::{Deserialize, Serialize};

/// The reviewed weights, for communities that have none of their own.
const REVIEWED: &str = include_str!("../ranking.json");

/// Everything that decides the order of results.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ranking {
    /// How terms are scored in the fields.
    pub text: TextKnobs,
    /// What counts where somebody searches.
    pub search: Weights,
    /// What counts where somebody drafts a question.
    pub similar: Weights,
    /// How sure suggestions beside a draft are, where the index has vectors.
    pub confidence: Confidence,
    /// How sure they are where it has none.
    pub lexical_confidence: Confidence,
}

/// A calibrated probability that a thread answers a draft: the logistic function of a weighted sum.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Confidence {
    /// What is added to the sum.
    pub bias: f32,
    /// What the features count.
    pub weights: Weights,
    /// From this probability on a suggestion is said to answer the draft.
    pub answers: f32,
    /// From this probability on it is said to be related; below, it is not shown.
    pub related: f32,
}

impl Confidence {
    /// The probability for a document with these features.
    pub fn of(&self, features: &Features) -> f32 {
        1.0 / (1.0 + (-self.bias - self.weights.score(features)).exp())
    }
}

/// Knobs of BM25F.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TextKnobs {
    /// How soon repetition stops to count; raising it rewards threads that repeat a word.
    pub k1: f32,
    /// The title: says in one line what a thread is about.
    pub title: FieldKnobs,
    /// The first post.
    pub question: FieldKnobs,
    /// The other posts: they help who searches with the words of the solution, but mention much besides.
    pub answers: FieldKnobs,
    /// Tags.
    pub tags: FieldKnobs,
    /// What a word counts that was only begun, against one that was typed whole.
    pub prefix: f32,
    /// What a word counts that was put right, for each letter that differs.
    pub typo: f32,
    /// Terms of a draft that are looked up: those with the highest weighted inverse document frequency.
    pub draft_terms: usize,
    /// What a word of a draft's title counts against one of its body.
    pub draft_title: f32,
}

/// Knobs of one field.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FieldKnobs {
    /// What an occurrence counts; raising it favours threads with the term in this field.
    pub weight: f32,
    /// How much long texts are held against a thread, 0 (not at all) to 1.
    pub length: f32,
}

macro_rules! features {
    ($($(#[doc = $doc:literal])* $name:ident,)*) => {
        /// What the features of a document count: the score is their weighted sum.
        #[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields, default)]
        pub struct Weights {
            $($(#[doc = $doc])* pub $name: f32,)*
        }

        /// The features of one document for one query, each about 0 to 1 or a logarithm.
        #[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub struct Features {
            $($(#[doc = $doc])* pub $name: f32,)*
        }

        impl Weights {
            /// The weighted sum of `features`.
            pub fn score(&self, features: &Features) -> f32 {
                0.0 $(+ self.$name * features.$name)*
            }

            /// The weights in the order of [`Features::NAMES`].
            pub fn values(&self) -> [f32; Features::COUNT] {
                [$(self.$name),*]
            }

            /// Weights from values in the order of [`Features::NAMES`].
            pub fn from_values([$($name),*]: [f32; Features::COUNT]) -> Self {
                Self { $($name),* }
            }
        }

        impl Features {
            /// The names, in order.
            pub const NAMES: [&'static str; Self::COUNT] = [$(stringify!($name)),*];

            /// How many there are.
            pub const COUNT: usize = [$(stringify!($name)),*].len();

            /// The values, in the order of [`Features::NAMES`].
            pub fn values(&self) -> [f32; Self::COUNT] {
                [$(self.$name),*]
            }

            /// Features from values in the order of [`Features::NAMES`].
            pub fn from_values([$($name),*]: [f32; Self::COUNT]) -> Self {
                Self { $($name),* }
            }
        }
    };
}

features! {
    /// BM25F over the query's summed inverse document frequency: 1 where every term occurs without end.
    text,
    /// Share of the query's inverse document frequency that the title has.
    titled,
    /// Share that title or question have.
    asked,
    /// Share that the thread has anywhere.
    covered,
    /// Cosine of the query's vector and the document's, where the bundle has vectors.
    likeness,
    /// `−ln(1 + days)` since the question was asked.
    age,
    /// `ln(1 + n)` for n other threads that point here.
    links,
    /// `ln(1 + n)` for n threads that a moderator marked as repeating this one.
    duplicates,
    /// Has an accepted answer.
    accepted,
    /// Has an answer by staff, or one that staff validated.
    staff,
    /// `ln(1 + n)` for n votes of the best answer.
    votes,
    /// `ln(1 + n)` for n times that it was read.
    views,
    /// `ln(1 + n)` for n answers.
    answers,
}

impl Ranking {
    /// The reviewed weights.
    ///
    /// # Errors
    ///
    /// None in a program that passed its tests: the file is part of it.
    pub fn reviewed() -> Result<Self, serde_json::Error> {
        Self::from_json(REVIEWED)
    }

    /// Reads weights from JSON.
    ///
    /// # Errors
    ///
    /// Text that is no JSON, an unknown or a missing name.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reviewed_weights_are_read_and_written() {
        let ranking = Ranking::reviewed().unwrap();
        assert_eq!(Ranking::from_json(&serde_json::to_string(&ranking).unwrap()).unwrap(), ranking);
    }

    #[test]
    fn an_unknown_name_is_refused() {
        let json = REVIEWED.replacen("\"likeness\"", "\"likenes\"", 1);
        assert!(Ranking::from_json(&json).unwrap_err().to_string().contains("likenes"));
    }

    #[test]
    fn the_score_is_the_weighted_sum() {
        let weights = Weights { text: 2.0, age: 0.5, ..Weights::default() };
        let features = Features { text: 0.25, age: -1.0, views: 9.0, ..Features::default() };
        assert_eq!(weights.score(&features), 0.0);
        assert_eq!(Weights::from_values(weights.values()), weights);
    }
}
