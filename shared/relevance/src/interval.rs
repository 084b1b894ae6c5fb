//! Bootstrap confidence intervals of means over queries.
//!
//! Method: percentile bootstrap. Source: B. Efron, R. Tibshirani, "An Introduction to the Bootstrap" (1993),
//! chapter 13; for paired differences of retrieval systems see T. Sakai, "Evaluating Evaluation Metrics based on the
//! Bootstrap" (2006).

use crate::Random;

/// Resamples: the 2.5 % quantile of 2,000 means lies on 50 of them.
const RESAMPLES: usize = 2_000;

/// Any constant: the same values give the same interval.
const SEED: u64 = 0xed9e_1515;

/// A mean with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The mean of `values`, one a query, with its interval; all 0 for no values.
pub fn bootstrap(values: &[f64]) -> Interval {
    if values.is_empty() {
        return Interval { mean: 0.0, low: 0.0, high: 0.0 };
    }
    let mean = |sum: f64| sum / values.len() as f64;
    let mut random = Random::new(SEED);
    let mut means: Vec<f64> = (0..RESAMPLES)
        .map(|_| mean((0..values.len()).map(|_| values[random.below(values.len())]).sum()))
        .collect();
    means.sort_by(f64::total_cmp);
    let quantile = |share: f64| means[((RESAMPLES - 1) as f64 * share).round() as usize];
    Interval { mean: mean(values.iter().sum()), low: quantile(0.025), high: quantile(0.975) }
}

/// The mean of `ours − theirs`, query by query, with its interval. An interval that contains 0 shows no difference.
pub fn bootstrap_difference(ours: &[f64], theirs: &[f64]) -> Interval {
    let differences: Vec<f64> = ours.iter().zip(theirs).map(|(ours, theirs)| ours - theirs).collect();
    bootstrap(&differences)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_of_a_coin_is_known() {
        let values: Vec<f64> = (0..400).map(|at| f64::from(at % 2)).collect();
        let interval = bootstrap(&values);
        // The standard error is 0.5 / √400 = 0.025.
        assert_eq!(interval.mean, 0.5);
        assert!(
            (interval.low - 0.451).abs() < 0.006 && (interval.high - 0.549).abs() < 0.006,
            "{interval:?}"
        );
        assert_eq!(bootstrap(&[]).mean, 0.0);
    }

    #[test]
    fn pairs_show_what_means_hide() {
        let theirs: Vec<f64> = (0..100).map(|at| f64::from(at % 10) / 10.0).collect();
        let ours: Vec<f64> = theirs.iter().map(|value| value + 0.05).collect();
        assert!(bootstrap_difference(&ours, &theirs).low > 0.04);
        assert!(bootstrap(&ours).low < bootstrap(&theirs).high, "apart from each other they overlap");
    }
}
