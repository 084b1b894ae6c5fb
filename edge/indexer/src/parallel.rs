//! Does one thing to many inputs on several threads; results come back in the order of the inputs, whatever the
//! number of threads.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

/// One thread a core.
pub fn default_jobs() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// Applies `act` to every input.
pub fn map<'a, T: Sync, R: Send>(
    inputs: &'a [T],
    jobs: NonZeroUsize,
    act: impl Fn(&'a T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    // Threads take the next input each, since inputs differ in size by orders of magnitude.
    let work = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(input) = inputs.get(at) else { return done };
            done.push((at, act(input)));
        }
    };
    let mut all: Vec<(usize, R)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (1..jobs.get().min(inputs.len())).map(|_| scope.spawn(work)).collect();
        let mut all = work();
        for thread in threads {
            match thread.join() {
                Ok(done) => all.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_does_not_depend_on_the_number_of_threads() {
        let inputs: Vec<usize> = (0..1_000).collect();
        for jobs in [1, 2, 8, 2_000] {
            let doubled = map(&inputs, NonZeroUsize::new(jobs).unwrap(), |input| input * 2);
            assert_eq!(doubled, (0..2_000).step_by(2).collect::<Vec<_>>());
        }
        assert!(map(&[0; 0], NonZeroUsize::MIN, |input| *input).is_empty());
    }
}
