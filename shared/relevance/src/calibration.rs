//! Whether a probability means what it says.

/// Predictions of similar size and what became of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// Mean of the predicted probabilities.
    pub predicted: f64,
    /// Share that came true.
    pub observed: f64,
    /// Predictions in the bin.
    pub count: usize,
}

/// Splits predictions, ordered by probability, into `bins` bins of equal size; the first ones hold the remainder.
pub fn equal_mass_bins(predictions: &[(f64, bool)], bins: usize) -> Vec<Bin> {
    let mut ordered = predictions.to_vec();
    ordered.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (size, mut extra) = (ordered.len() / bins.max(1), ordered.len() % bins.max(1));
    let mut rest = ordered.as_slice();
    let mut out = Vec::with_capacity(bins);
    for _ in 0..bins {
        let (bin, after) = rest.split_at(size + usize::from(extra > 0));
        extra = extra.saturating_sub(1);
        rest = after;
        if !bin.is_empty() {
            let count = bin.len();
            out.push(Bin {
                predicted: bin.iter().map(|(probability, _)| probability).sum::<f64>() / count as f64,
                observed: bin.iter().filter(|(_, came_true)| *came_true).count() as f64 / count as f64,
                count,
            });
        }
    }
    out
}

/// Expected calibration error: the mean distance between predicted and observed over equal-mass bins.
///
/// Source: M. Naeini, G. Cooper, M. Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian Binning"
/// (2015).
pub fn calibration_error(predictions: &[(f64, bool)], bins: usize) -> f64 {
    let weigh = |bin: Bin| (bin.predicted - bin.observed).abs() * bin.count as f64;
    equal_mass_bins(predictions, bins).into_iter().map(weigh).sum::<f64>() / predictions.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_share_equally() {
        let predictions: Vec<(f64, bool)> = (0..12).map(|at| (f64::from(at) / 12.0, at >= 6)).collect();
        let sizes: Vec<usize> = equal_mass_bins(&predictions, 5).iter().map(|bin| bin.count).collect();
        assert_eq!(sizes, [3, 3, 2, 2, 2]);
    }

    #[test]
    fn the_error_of_overconfidence_is_its_size() {
        let sure: Vec<(f64, bool)> = (0..100).map(|at| (0.9, at % 2 == 0)).collect();
        assert!((calibration_error(&sure, 5) - 0.4).abs() < 0.03);
        let fair: Vec<(f64, bool)> = (0..100).map(|at| (0.5, at % 2 == 0)).collect();
        assert!(calibration_error(&fair, 5) < 0.03);
        assert_eq!(calibration_error(&[], 5), 0.0);
    }
}
