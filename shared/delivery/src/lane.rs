use serde::{Deserialize, Serialize};

/// Requests that may leave at once before the spacing holds them back: the few questions of a quiet hour do not wait.
const BURST: u64 = 5;

/// What is sent to one forum, in time: a rate, and a pause while the forum takes nothing. Stored by the shell.
///
/// The rate is the generic cell rate algorithm (ITU-T I.371): one number says how far ahead of its spacing a lane is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Lane {
    /// When the next send would be due if all had kept their distance, milliseconds since 1970.
    due_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pause: Option<Pause>,
}

/// Why nothing is sent, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pause {
    /// Milliseconds since 1970.
    pub until_ms: u64,
    /// What the forum said.
    pub why: String,
    /// Whether somebody has to change something first.
    pub blocked: bool,
}

impl Lane {
    /// When the next send may leave, milliseconds since 1970; `now_ms` where it may at once. `spacing_ms` lies between
    /// sends in the long run.
    pub fn opens_at(&self, now_ms: u64, spacing_ms: u64) -> u64 {
        let ahead = spacing_ms.saturating_mul(BURST - 1);
        // A clock that was set back must not close the lane for longer than its burst takes.
        let due = self.due_ms.min(now_ms.saturating_add(ahead).saturating_add(spacing_ms));
        let paused = self.pause.as_ref().map_or(0, |pause| pause.until_ms);
        now_ms.max(due.saturating_sub(ahead)).max(paused)
    }

    /// Counts a send that leaves now.
    pub fn sent(&mut self, now_ms: u64, spacing_ms: u64) {
        let ahead = now_ms.saturating_add(spacing_ms.saturating_mul(BURST));
        self.due_ms = self.due_ms.max(now_ms).saturating_add(spacing_ms).min(ahead);
    }

    /// Stops the lane; a longer pause that stands stays. Returns whether it has just become blocked.
    pub fn pause(&mut self, pause: Pause) -> bool {
        let was_blocked = self.pause.as_ref().is_some_and(|pause| pause.blocked);
        let news = pause.blocked && !was_blocked;
        if news || self.pause.as_ref().is_none_or(|standing| standing.until_ms <= pause.until_ms) {
            self.pause = Some(pause);
        }
        news
    }

    /// Opens the lane: the forum took something, or an operator says so.
    pub fn resume(&mut self) {
        self.pause = None;
    }

    /// The pause that stands, even where its time is over: the next send tells whether it is.
    pub fn standing(&self) -> Option<&Pause> {
        self.pause.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_burst_leaves_at_once_and_the_rest_keeps_its_distance() {
        let mut lane = Lane::default();
        let mut now = 1_000_000;
        let mut left = Vec::new();
        for _ in 0..8 {
            now = lane.opens_at(now, 1_000);
            lane.sent(now, 1_000);
            left.push(now - 1_000_000);
        }
        assert_eq!(left, [0, 0, 0, 0, 0, 1_000, 2_000, 3_000]);
    }

    #[test]
    fn a_pause_holds_until_it_ends_or_somebody_ends_it() {
        let pause = |until_ms, blocked| Pause { until_ms, why: "challenge".into(), blocked };
        let mut lane = Lane::default();
        assert!(!lane.pause(pause(500, false)));
        assert!(lane.pause(pause(400, true)), "blocked is news, whatever stood there");
        assert!(!lane.pause(pause(900, true)));
        assert_eq!((lane.opens_at(100, 1), lane.opens_at(1_000, 1)), (900, 1_000));
        assert!(!lane.pause(pause(600, false)), "a shorter one changes nothing");
        assert_eq!(lane.opens_at(100, 1), 900);
        lane.resume();
        assert_eq!((lane.opens_at(100, 1), lane.standing()), (100, None));
    }

    proptest! {
        #[test]
        fn no_clock_closes_a_lane_for_long(jumps in prop::collection::vec(0..10_000_000u64, 1..60)) {
            let mut lane = Lane::default();
            for now in jumps {
                prop_assert!(lane.opens_at(now, 1_000) <= now + 1_000);
                lane.sent(now, 1_000);
            }
        }
    }
}
