//! What became of a trial's questions.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::Fault;

/// What a forum holds: for each question's public id the threads that carry it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Census(BTreeMap<String, Vec<String>>);

impl Census {
    /// Counts a thread, by the end of its address.
    pub fn add(&mut self, public_id: &str, place: String) {
        self.0.entry(public_id.to_owned()).or_default().push(place);
    }

    /// How many threads carry a question.
    pub fn times(&self, public_id: &str) -> usize {
        self.places(public_id).len()
    }

    /// Where a question stands.
    pub fn places(&self, public_id: &str) -> &[String] {
        self.0.get(public_id).map_or(&[], Vec::as_slice)
    }

    /// The questions that stand there.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

/// What became of a trial's questions, and what it took.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// What went wrong on the way.
    pub fault: Fault,
    /// Questions that were sent in.
    pub asked: usize,
    /// Questions that the Worker answered with 202.
    pub accepted: usize,
    /// Receipts that say *posted* and lead to the thread that carries the question.
    pub posted: usize,
    /// Accepted questions that the forum does not hold.
    pub lost: usize,
    /// Questions that the forum holds more than once.
    pub doubled: usize,
    /// Posts that reached the faulty proxy.
    pub attempts: u64,
    /// Reads that did: lookups and looks for replies.
    pub reads: u64,
    /// Requests that the fault struck.
    pub struck: u64,
    /// How often the Worker was killed.
    pub kills: u64,
    /// From the first question to the last receipt.
    pub seconds: f64,
    /// What is wrong, the first few cases.
    pub complaints: Vec<String>,
}

impl Verdict {
    /// Whether every question that was asked was accepted, and stands in the forum once.
    pub fn is_good(&self) -> bool {
        self.accepted == self.asked
            && self.posted == self.accepted
            && self.lost == 0
            && self.doubled == 0
            && self.complaints.is_empty()
    }
}

/// The verdicts as a table in Markdown, as the documents keep it.
pub fn table(verdicts: &[Verdict]) -> String {
    let mut out = format!(
        "| {:<10} | accepted | posted | lost | doubled | posts | reads | struck | kills | seconds |\n\
         |------------|---------:|-------:|-----:|--------:|------:|------:|-------:|------:|--------:|\n",
        "fault"
    );
    for verdict in verdicts {
        out.push_str(&format!(
            "| {:<10} | {:>8} | {:>6} | {:>4} | {:>7} | {:>5} | {:>5} | {:>6} | {:>5} | {:>7.1} |\n",
            verdict.fault,
            verdict.accepted,
            verdict.posted,
            verdict.lost,
            verdict.doubled,
            verdict.attempts,
            verdict.reads,
            verdict.struck,
            verdict.kills,
            verdict.seconds,
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_equal_numbers_are_good() {
        let good = Verdict {
            fault: Fault::CutStored,
            asked: 3,
            accepted: 3,
            posted: 3,
            lost: 0,
            doubled: 0,
            attempts: 4,
            reads: 2,
            struck: 1,
            kills: 0,
            seconds: 1.25,
            complaints: Vec::new(),
        };
        assert!(good.is_good());
        assert!(table(std::slice::from_ref(&good)).ends_with(
            "| cut-stored |        3 |      3 |    0 |       0 |     4 |     2 |      1 |     0 |     1.2 |\n"
        ));
        assert!(!Verdict { accepted: 2, posted: 2, ..good.clone() }.is_good());
        assert!(!Verdict { posted: 2, ..good.clone() }.is_good());
        assert!(!Verdict { doubled: 1, ..good }.is_good());
    }
}
