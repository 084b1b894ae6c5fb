//! As many questions as the Worker takes, for a while.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ask::SubmissionId;
use relevance::Random;
use serde::Serialize;

use crate::client::{Accepted, Client, Said};

/// A rush: each asker sends the next question as soon as the last is answered.
#[derive(Debug, Clone)]
pub struct Rush {
    /// The askers.
    pub client: Client,
    /// How many ask at once.
    pub askers: usize,
    /// For how long.
    pub lasts: Duration,
    /// Questions at most.
    pub most: usize,
    /// Decides the questions' ids.
    pub seed: u64,
}

/// What a rush came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rushed {
    /// How many asked at once.
    pub askers: usize,
    /// How long it lasted.
    pub seconds: f64,
    /// Questions that were accepted.
    pub accepted: usize,
    /// Accepted questions a second.
    pub per_second: f64,
    /// Milliseconds until the 202: half of them took no longer.
    pub p50_ms: f64,
    /// 99 of 100 took no longer.
    pub p99_ms: f64,
    /// Questions that were not accepted, by status; those without an answer under `none`.
    pub refused: BTreeMap<String, u64>,
}

#[derive(Default)]
struct Tally {
    accepted: Vec<Accepted>,
    waits: Vec<Duration>,
    refused: BTreeMap<String, u64>,
}

impl Rush {
    /// Runs the rush; returns what it came to, and every question that was accepted.
    pub fn run(&self) -> (Rushed, Vec<Accepted>) {
        let begun = Instant::now();
        let next = AtomicUsize::new(0);
        let tally = Mutex::new(Tally::default());
        thread::scope(|scope| {
            for asker in 0..self.askers {
                let (next, tally) = (&next, &tally);
                scope.spawn(move || {
                    let mut random = Random::new(self.seed.wrapping_add(asker as u64 + 1));
                    while begun.elapsed() < self.lasts {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= self.most {
                            break;
                        }
                        self.ask(number, &mut random, tally);
                    }
                });
            }
        });
        let seconds = begun.elapsed().as_secs_f64();
        let mut tally = tally.into_inner().unwrap_or_else(PoisonError::into_inner);
        tally.waits.sort_unstable();
        let accepted = tally.accepted.len();
        let rushed = Rushed {
            askers: self.askers,
            seconds,
            accepted,
            per_second: accepted as f64 / seconds.max(f64::MIN_POSITIVE),
            p50_ms: milliseconds(&tally.waits, 50),
            p99_ms: milliseconds(&tally.waits, 99),
            refused: tally.refused,
        };
        (rushed, tally.accepted)
    }

    fn ask(&self, number: usize, random: &mut Random, tally: &Mutex<Tally>) {
        let bytes: [u8; 10] = std::array::from_fn(|_| random.below(256) as u8);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64;
        let id = SubmissionId::new(now, bytes);
        let title = format!("Question {number} of a rush that everybody is in");
        let body = format!("Everybody asks at once, and this is question {number}. Is there a queue?");
        let request = self.client.request(&title, &body);
        let begun = Instant::now();
        let said = self.client.send(&id, &request);
        let took = begun.elapsed();
        let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
        match said {
            Said::Accepted(accepted) => {
                tally.accepted.push(accepted);
                tally.waits.push(took);
            }
            Said::Refused(status, _) => *tally.refused.entry(status.to_string()).or_default() += 1,
            Said::Unclear { status, .. } => {
                let status = status.map_or_else(|| "none".to_owned(), |status| status.to_string());
                *tally.refused.entry(status).or_default() += 1;
            }
        }
    }
}

/// The nearest-rank percentile of sorted times.
fn milliseconds(sorted: &[Duration], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(rank).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let times: Vec<Duration> = (1..=200).map(Duration::from_millis).collect();
        assert_eq!((milliseconds(&times, 50), milliseconds(&times, 99)), (100.0, 198.0));
        assert_eq!((milliseconds(&times[..1], 99), milliseconds(&[], 50)), (1.0, 0.0));
    }
}
