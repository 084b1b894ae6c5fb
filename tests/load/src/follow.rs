//! Following questions by their receipts until each has come to rest.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::client::{Accepted, Client, Standing};

/// Askers who look at once.
const ASKERS: usize = 8;

/// Between two looks at all that is under way.
const PAUSE: Duration = Duration::from_millis(250);

/// Waits until every question has come to rest, or until `deadline`; returns where each stands, in order.
///
/// 1. While the forum goes on storing, nobody asks the Worker: it has to go on without being asked. `patience` without
///    anything stored ends that. 2. Then the receipts are asked for.
pub fn follow(
    client: &Client,
    accepted: &[Accepted],
    stored: &dyn Fn() -> u64,
    patience: Duration,
    deadline: Instant,
) -> Vec<Option<Standing>> {
    // 1.
    let (mut most, mut since) = (stored(), Instant::now());
    while most < accepted.len() as u64 && since.elapsed() < patience && Instant::now() < deadline {
        thread::sleep(PAUSE);
        let now = stored();
        if now > most {
            (most, since) = (now, Instant::now());
        }
    }
    // 2.
    let mut standings: Vec<Option<Standing>> = vec![None; accepted.len()];
    loop {
        let open: Vec<usize> = (0..standings.len())
            .filter(|at| {
                standings
                    .get(*at)
                    .is_some_and(|standing| standing.as_ref().is_none_or(Standing::is_under_way))
            })
            .collect();
        if open.is_empty() {
            return standings;
        }
        let receipts: Vec<Accepted> = open.iter().filter_map(|at| accepted.get(*at).cloned()).collect();
        for (at, standing) in open.iter().zip(all_standings(client, &receipts)) {
            if let (Some(place), Some(_)) = (standings.get_mut(*at), &standing) {
                *place = standing;
            }
        }
        if Instant::now() >= deadline {
            return standings;
        }
        thread::sleep(PAUSE);
    }
}

/// Where each question stands now, in order; `None` where nothing was answered.
pub fn all_standings(client: &Client, accepted: &[Accepted]) -> Vec<Option<Standing>> {
    let standings = Mutex::new(vec![None; accepted.len()]);
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..ASKERS {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(question) = accepted.get(at) else { break };
                    let standing = client.standing(&question.receipt);
                    let mut all = standings.lock().unwrap_or_else(PoisonError::into_inner);
                    if let Some(place) = all.get_mut(at) {
                        *place = standing;
                    }
                }
            });
        }
    });
    standings.into_inner().unwrap_or_else(PoisonError::into_inner)
}
