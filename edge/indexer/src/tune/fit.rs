//! Fits a linear ranking to judgments.
//!
//! Method: ListNet's top-one likelihood: the relevant documents of a query share the probability that a softmax over the
//! scores of its candidates gives them. Source: Z. Cao et al., "Learning to Rank: From Pairwise Approach to Listwise
//! Approach" (2007). The likelihood with an L2 penalty is concave for one relevant document; it is climbed by Newton's
//! method with a halved step where it would fall.

use search::Features;

/// Number of weights.
const N: usize = Features::COUNT;

/// Newton steps at most: it takes about ten.
const STEPS: usize = 50;

/// A step that gains less per query ends the climb.
const GAIN: f64 = 1e-7;

/// One query's candidates.
pub struct List {
    /// Their features.
    pub features: Vec<[f32; N]>,
    /// Share of relevance of each; they add up to 1.
    pub relevance: Vec<f64>,
}

/// The weights that make the judgments likeliest. `used` says which features take part, the others weigh nothing;
/// `penalty` is the L2 penalty on weights of features scaled to unit variance, a query.
pub fn fit(lists: &[&List], used: [bool; N], penalty: f64) -> [f64; N] {
    let scale = scales(lists, used);
    let mut weights = [0.0; N];
    let mut value = likelihood(lists, &scale, &weights, penalty);
    for _ in 0..STEPS {
        let (gradient, curvature) = slopes(lists, &scale, &weights, penalty);
        let step = solve(curvature, gradient);
        let mut length = 1.0;
        let better = loop {
            let moved: [f64; N] = std::array::from_fn(|at| weights[at] + length * step[at]);
            let reached = likelihood(lists, &scale, &moved, penalty);
            if reached > value {
                break Some((moved, reached));
            }
            length /= 2.0;
            if length < 1e-6 {
                break None;
            }
        };
        let Some((moved, reached)) = better else { break };
        let gain = reached - value;
        (weights, value) = (moved, reached);
        if gain < GAIN {
            break;
        }
    }
    std::array::from_fn(|at| weights[at] * scale[at])
}

/// 1 / standard deviation within a query, 0 for features that do not take part or never vary.
fn scales(lists: &[&List], used: [bool; N]) -> [f64; N] {
    let mut variance = [0.0; N];
    for list in lists {
        let count = list.features.len().max(1) as f64;
        for (at, variance) in variance.iter_mut().enumerate() {
            let mean = list.features.iter().map(|row| f64::from(row[at])).sum::<f64>() / count;
            *variance +=
                list.features.iter().map(|row| (f64::from(row[at]) - mean).powi(2)).sum::<f64>() / count;
        }
    }
    std::array::from_fn(|at| {
        let deviation = (variance[at] / lists.len().max(1) as f64).sqrt();
        if used[at] && deviation > 1e-6 { 1.0 / deviation } else { 0.0 }
    })
}

/// A query's probabilities and the logarithm of their normaliser.
fn softmax(list: &List, scale: &[f64; N], weights: &[f64; N]) -> (Vec<f64>, f64) {
    let score = |row: &[f32; N]| (0..N).map(|at| f64::from(row[at]) * scale[at] * weights[at]).sum::<f64>();
    let scores: Vec<f64> = list.features.iter().map(score).collect();
    let top = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = scores.iter().map(|score| (score - top).exp()).sum();
    let logarithm = top + total.ln();
    (scores.iter().map(|score| (score - logarithm).exp()).collect(), logarithm)
}

/// Mean log-likelihood a query, less the penalty.
fn likelihood(lists: &[&List], scale: &[f64; N], weights: &[f64; N], penalty: f64) -> f64 {
    let mut total = 0.0;
    for list in lists {
        let (probabilities, _) = softmax(list, scale, weights);
        let pairs = probabilities.iter().zip(&list.relevance).filter(|(_, relevance)| **relevance > 0.0);
        total += pairs.map(|(probability, relevance)| relevance * probability.max(1e-300).ln()).sum::<f64>();
    }
    let size: f64 = weights.iter().map(|weight| weight * weight).sum();
    total / lists.len().max(1) as f64 - penalty * size / 2.0
}

/// Gradient and negative Hessian of [`likelihood`].
fn slopes(lists: &[&List], scale: &[f64; N], weights: &[f64; N], penalty: f64) -> ([f64; N], [[f64; N]; N]) {
    let (mut gradient, mut curvature) = ([0.0; N], [[0.0; N]; N]);
    for list in lists {
        let (probabilities, _) = softmax(list, scale, weights);
        let (mut mean, mut square) = ([0.0; N], [[0.0; N]; N]);
        for ((row, probability), relevance) in list.features.iter().zip(&probabilities).zip(&list.relevance) {
            let row: [f64; N] = std::array::from_fn(|at| f64::from(row[at]) * scale[at]);
            for a in 0..N {
                gradient[a] += relevance * row[a];
                mean[a] += probability * row[a];
                for b in 0..N {
                    square[a][b] += probability * row[a] * row[b];
                }
            }
        }
        for a in 0..N {
            gradient[a] -= mean[a];
            for b in 0..N {
                curvature[a][b] += square[a][b] - mean[a] * mean[b];
            }
        }
    }
    let count = lists.len().max(1) as f64;
    for a in 0..N {
        gradient[a] = gradient[a] / count - penalty * weights[a];
        curvature[a].iter_mut().for_each(|value| *value /= count);
        curvature[a][a] += penalty + 1e-9;
    }
    (gradient, curvature)
}

/// Solves `matrix · x = right` by Gaussian elimination with pivots; the matrix is positive definite.
pub fn solve<const M: usize>(mut matrix: [[f64; M]; M], mut right: [f64; M]) -> [f64; M] {
    for column in 0..M {
        let pivot = (column..M)
            .max_by(|a, b| matrix[*a][column].abs().total_cmp(&matrix[*b][column].abs()))
            .unwrap_or(column);
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        for row in column + 1..M {
            let pivot = matrix[column];
            let factor = matrix[row][column] / pivot[column];
            for (value, above) in matrix[row].iter_mut().zip(pivot).skip(column) {
                *value -= factor * above;
            }
            right[row] -= factor * right[column];
        }
    }
    let mut solution = [0.0; M];
    for row in (0..M).rev() {
        let known: f64 = (row + 1..M).map(|at| matrix[row][at] * solution[at]).sum();
        solution[row] = (right[row] - known) / matrix[row][row];
    }
    solution
}

#[cfg(test)]
mod tests {
    use relevance::Random;

    use super::*;

    /// Lists whose relevant document is drawn from the softmax of known weights.
    fn drawn(weights: &[f64; N], count: usize) -> Vec<List> {
        let mut random = Random::new(1);
        let list = |_| {
            let features: Vec<[f32; N]> =
                (0..20).map(|_| std::array::from_fn(|_| random.unit() as f32)).collect();
            let blank = List { relevance: vec![0.0; features.len()], features };
            let (probabilities, _) = softmax(&blank, &[1.0; N], weights);
            let mut left = random.unit();
            let drawn = probabilities.iter().position(|probability| {
                left -= probability;
                left <= 0.0
            });
            let mut list = blank;
            list.relevance[drawn.unwrap_or(0)] = 1.0;
            list
        };
        (0..count).map(list).collect()
    }

    #[test]
    fn known_weights_are_found_again() {
        let mut truth = [0.0; N];
        (truth[0], truth[1], truth[5]) = (6.0, 2.0, -3.0);
        let lists = drawn(&truth, 4_000);
        let found = fit(&lists.iter().collect::<Vec<_>>(), [true; N], 1e-6);
        for (found, truth) in found.iter().zip(truth) {
            assert!((found - truth).abs() < 0.35, "{found} for {truth}");
        }
    }

    #[test]
    fn features_that_are_left_out_weigh_nothing() {
        let mut truth = [0.0; N];
        truth[0] = 5.0;
        let lists = drawn(&truth, 200);
        let mut used = [true; N];
        used[0] = false;
        assert_eq!(fit(&lists.iter().collect::<Vec<_>>(), used, 1e-3)[0], 0.0);
    }
}
