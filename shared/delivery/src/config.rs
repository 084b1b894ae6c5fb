const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// How long the machine waits for what. All times are milliseconds before [`Config::scaled`].
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// A send or lookup without a result for so long counts as unclear. Above any time-out of the shell's own.
    pub request_ms: u64,
    /// Wait before the second attempt; each further one waits twice as long. Raising it spares a forum in trouble.
    pub retry_first_ms: u64,
    /// The longest wait between attempts.
    pub retry_most_ms: u64,
    /// Wait after the forum blocked us: somebody has to change something first.
    pub blocked_ms: u64,
    /// Between two lookups that both must miss before a resend. Longer than a forum takes to store and index a post
    /// whose response was lost; raising it makes doubles rarer and lost responses slower to mend.
    pub miss_gap_ms: u64,
    /// After so long without success an operator has to look.
    pub give_up_ms: u64,
    /// First wait for replies; each quiet look makes the next wait half as long again.
    pub watch_first_ms: u64,
    /// The longest wait between looks.
    pub watch_most_ms: u64,
    /// A thread quiet for so long is no longer watched.
    pub watch_over_ms: u64,
    /// How long a refused question waits for its author, and a held one for the moderators.
    pub person_ms: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            request_ms: MINUTE,
            retry_first_ms: 5 * SECOND,
            retry_most_ms: HOUR,
            blocked_ms: 15 * MINUTE,
            miss_gap_ms: 2 * MINUTE,
            give_up_ms: 3 * DAY,
            watch_first_ms: 15 * SECOND,
            watch_most_ms: 6 * HOUR,
            watch_over_ms: 60 * DAY,
            person_ms: 30 * DAY,
        }
    }
}

impl Config {
    /// The defaults with every time multiplied by `scale`: for tests and trials. No wait falls below 1 ms; a scale
    /// that is not a positive number counts as 1.
    pub fn scaled(scale: f64) -> Self {
        let scale = if scale.is_finite() && scale > 0.0 { scale } else { 1.0 };
        let by = |ms: u64| ((ms as f64 * scale) as u64).max(1);
        let whole = Self::default();
        Self {
            request_ms: by(whole.request_ms),
            retry_first_ms: by(whole.retry_first_ms),
            retry_most_ms: by(whole.retry_most_ms),
            blocked_ms: by(whole.blocked_ms),
            miss_gap_ms: by(whole.miss_gap_ms),
            give_up_ms: by(whole.give_up_ms),
            watch_first_ms: by(whole.watch_first_ms),
            watch_most_ms: by(whole.watch_most_ms),
            watch_over_ms: by(whole.watch_over_ms),
            person_ms: by(whole.person_ms),
        }
    }
}

/// What a step needs from outside.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// How long to wait for what.
    pub config: &'a Config,
    /// Milliseconds since 1970.
    pub now_ms: u64,
    /// A random number from 0 to 1: spreads retries out, so that many questions do not come back at one moment.
    pub jitter: f64,
}

impl Context<'_> {
    /// `first` doubled for each of `tries`, at most `most`, then taken between one half and the whole of it.
    pub(crate) fn back_off(&self, first: u64, most: u64, tries: u32) -> u64 {
        let full = first.saturating_mul(1u64.checked_shl(tries.min(32)).unwrap_or(u64::MAX)).min(most);
        let jitter = if self.jitter.is_finite() { self.jitter.clamp(0.0, 1.0) } else { 0.5 };
        ((full as f64 * (0.5 + jitter / 2.0)) as u64).max(1)
    }

    /// The moment `ms` from now.
    pub(crate) fn after(&self, ms: u64) -> u64 {
        self.now_ms.saturating_add(ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_their_most_and_spread_by_jitter() {
        let config = Config::default();
        let at = |jitter| Context { config: &config, now_ms: 0, jitter };
        assert_eq!(at(1.0).back_off(5_000, HOUR, 0), 5_000);
        assert_eq!(at(0.0).back_off(5_000, HOUR, 0), 2_500);
        assert_eq!(at(1.0).back_off(5_000, HOUR, 3), 40_000);
        assert_eq!(at(1.0).back_off(5_000, HOUR, 4_000), HOUR);
        assert_eq!(at(f64::NAN).back_off(4, HOUR, 0), 3);
    }

    #[test]
    fn a_scale_reaches_every_time_and_keeps_each_positive() {
        assert_eq!(Config::scaled(1.0), Config::default());
        assert_eq!(Config::scaled(0.01).miss_gap_ms, 1_200);
        assert_eq!(Config::scaled(1e-9).request_ms, 1);
        assert_eq!(Config::scaled(-3.0), Config::default());
    }
}
