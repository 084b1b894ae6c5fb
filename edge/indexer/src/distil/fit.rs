//! Fits vectors of word pieces to what the teacher says of whole texts.
//!
//! 1. [`Reduction`]: the teacher's dimensions are cut to those in which the community's texts differ most (principal
//!    components of the centred vectors). 2. [`fit`]: ridge regression of a text's reduced vector on its pieces, divided by
//!    the root of their number, solved by conjugate gradients with the diagonal as preconditioner. Source: M. Hestenes,
//!    E. Stiefel, "Methods of Conjugate Gradients for Solving Linear Systems" (1952).
//!
//! Everything is deterministic, whatever the number of threads.

use std::num::NonZeroUsize;

use ndarray::{Array1, Array2, ArrayView1};
use search::semantic::normalise;

use crate::parallel;

/// Rounds of subspace iteration: the last components that are kept need not be exact, only worth keeping.
const ROUNDS: usize = 40;

/// Steps of conjugate gradients; more fit the noise.
const STEPS: usize = 20;

/// Ridge penalty: keeps pieces that occur once from explaining their text alone.
const PENALTY: f32 = 0.1;

/// Components solved together, so that threads share the work.
const BATCH: usize = 16;

/// The principal components of a set of vectors.
pub struct Reduction {
    mean: Array1<f32>,
    /// Dimensions × components, columns orthonormal.
    axes: Array2<f32>,
}

impl Reduction {
    /// Finds the `components` directions in which `vectors` (one a row) differ most, by subspace iteration on their
    /// covariance.
    pub fn fit(vectors: &Array2<f32>, components: usize) -> Self {
        let rows = vectors.nrows().max(1) as f32;
        let mean = vectors.sum_axis(ndarray::Axis(0)) / rows;
        let centred = vectors - &mean;
        let covariance = centred.t().dot(&centred) / rows;
        // Any start that is not orthogonal to the answer: the columns of the covariance.
        let mut axes = covariance.slice(ndarray::s![.., ..components.min(covariance.ncols())]).to_owned();
        for _ in 0..ROUNDS {
            orthonormalise(&mut axes);
            axes = covariance.dot(&axes);
        }
        orthonormalise(&mut axes);
        Self { mean, axes }
    }

    /// A vector in the principal components, of length 1; zeros for one that is the mean.
    pub fn apply(&self, vector: ArrayView1<'_, f32>) -> Vec<f32> {
        let mut reduced = (&vector - &self.mean).dot(&self.axes).to_vec();
        normalise(&mut reduced);
        reduced
    }
}

/// Modified Gram–Schmidt over the columns; one that depends on those before it becomes zero.
fn orthonormalise(axes: &mut Array2<f32>) {
    for at in 0..axes.ncols() {
        let mut column = axes.column(at).to_owned();
        for before in 0..at {
            let other = axes.column(before);
            let share = column.dot(&other);
            column.scaled_add(-share, &other);
        }
        let length = column.dot(&column).sqrt();
        column.mapv_inplace(|value| if length > 1e-12 { value / length } else { 0.0 });
        axes.column_mut(at).assign(&column);
    }
}

/// Texts as sums of pieces: of each text its pieces and what each counts.
pub struct Design {
    rows: Vec<Vec<(u32, f32)>>,
    /// Number of distinct pieces.
    pieces: usize,
}

impl Design {
    /// Of texts given by their pieces' numbers, all below `pieces`.
    pub fn new(texts: &[Vec<u32>], pieces: usize) -> Self {
        let row = |text: &Vec<u32>| {
            let weight = 1.0 / (text.len().max(1) as f32).sqrt();
            let mut sorted = text.clone();
            sorted.sort_unstable();
            let runs = sorted.chunk_by(|a, b| a == b);
            runs.map(|run| (run[0], weight * run.len() as f32)).collect()
        };
        Self { rows: texts.iter().map(row).collect(), pieces }
    }

    /// `A · x`, for a block of `width` columns kept row by row.
    fn forward(&self, x: &[f32], width: usize) -> Vec<f32> {
        let mut out = vec![0.0; self.rows.len() * width];
        for (row, sums) in self.rows.iter().zip(out.chunks_exact_mut(width)) {
            for (piece, weight) in row {
                let at = *piece as usize * width;
                sums.iter_mut().zip(&x[at..at + width]).for_each(|(sum, value)| *sum += weight * value);
            }
        }
        out
    }

    /// `Aᵀ · y`.
    fn backward(&self, y: &[f32], width: usize) -> Vec<f32> {
        let mut out = vec![0.0; self.pieces * width];
        for (row, values) in self.rows.iter().zip(y.chunks_exact(width)) {
            for (piece, weight) in row {
                let at = *piece as usize * width;
                let sums = &mut out[at..at + width];
                sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += weight * value);
            }
        }
        out
    }

    /// The diagonal of `AᵀA` with the penalty.
    fn diagonal(&self) -> Vec<f32> {
        let mut diagonal = vec![PENALTY; self.pieces];
        for (piece, weight) in self.rows.iter().flatten() {
            diagonal[*piece as usize] += weight * weight;
        }
        diagonal
    }
}

/// The pieces' vectors, one behind the other, whose sums come closest to `targets` (one vector of `size` a text).
pub fn fit(design: &Design, targets: &[Vec<f32>], size: usize, jobs: NonZeroUsize) -> Vec<f32> {
    let diagonal = design.diagonal();
    let starts: Vec<usize> = (0..size).step_by(BATCH).collect();
    let blocks = parallel::map(&starts, jobs, |start| {
        let width = BATCH.min(size - start);
        let block: Vec<f32> =
            targets.iter().flat_map(|target| &target[*start..start + width]).copied().collect();
        (*start, width, solve(design, &diagonal, &block, width))
    });
    let mut vectors = vec![0.0; design.pieces * size];
    for (start, width, block) in blocks {
        for (vector, part) in vectors.chunks_exact_mut(size).zip(block.chunks_exact(width)) {
            vector[start..start + width].copy_from_slice(part);
        }
    }
    vectors
}

/// Solves `(AᵀA + λ) x = Aᵀ y` for a block of columns.
fn solve(design: &Design, diagonal: &[f32], targets: &[f32], width: usize) -> Vec<f32> {
    let mut x = vec![0.0; design.pieces * width];
    let mut residual = design.backward(targets, width);
    let precondition = |residual: &[f32]| -> Vec<f32> {
        residual
            .chunks_exact(width)
            .zip(diagonal)
            .flat_map(|(row, d)| row.iter().map(move |r| r / d))
            .collect()
    };
    let mut direction = precondition(&residual);
    let mut squares = dots(&residual, &direction, width);
    for _ in 0..STEPS {
        let mut image = design.backward(&design.forward(&direction, width), width);
        image.iter_mut().zip(&direction).for_each(|(image, value)| *image += PENALTY * value);
        let curvature = dots(&direction, &image, width);
        let lengths: Vec<f32> =
            squares.iter().zip(&curvature).map(|(s, c)| (s / c.max(1e-20)) as f32).collect();
        add(&mut x, &direction, &lengths, 1.0);
        add(&mut residual, &image, &lengths, -1.0);
        let conditioned = precondition(&residual);
        let next = dots(&residual, &conditioned, width);
        let turns: Vec<f32> = next.iter().zip(&squares).map(|(n, s)| (n / s.max(1e-20)) as f32).collect();
        direction = conditioned
            .chunks_exact(width)
            .zip(direction.chunks_exact(width))
            .flat_map(|(new, old)| new.iter().zip(old).zip(&turns).map(|((new, old), turn)| new + turn * old))
            .collect();
        squares = next;
    }
    x
}

/// Dot products column by column.
fn dots(a: &[f32], b: &[f32], width: usize) -> Vec<f64> {
    let mut sums = vec![0.0; width];
    for (a, b) in a.chunks_exact(width).zip(b.chunks_exact(width)) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += f64::from(*a) * f64::from(*b);
        }
    }
    sums
}

/// `x += sign · length · direction`, column by column.
fn add(x: &mut [f32], direction: &[f32], lengths: &[f32], sign: f32) {
    for (x, direction) in x.chunks_exact_mut(lengths.len()).zip(direction.chunks_exact(lengths.len())) {
        for ((x, direction), length) in x.iter_mut().zip(direction).zip(lengths) {
            *x += sign * length * direction;
        }
    }
}

#[cfg(test)]
mod tests {
    use relevance::Random;

    use super::*;

    #[test]
    fn components_are_where_the_vectors_differ() {
        let mut random = Random::new(3);
        let rows = Array2::from_shape_fn((400, 3), |(_, at)| {
            let spread = [0.1, 5.0, 1.0][at];
            (random.unit() as f32 - 0.5) * spread + 7.0
        });
        let reduction = Reduction::fit(&rows, 2);
        assert!(
            reduction.axes[[1, 0]].abs() > 0.99 && reduction.axes[[2, 1]].abs() > 0.9,
            "{}",
            reduction.axes
        );
        let reduced = reduction.apply(rows.row(0));
        assert!((reduced.iter().map(|value| value * value).sum::<f32>() - 1.0).abs() < 1e-5);
    }

    #[test]
    fn known_pieces_are_found_again() {
        let mut random = Random::new(5);
        let (pieces, size) = (30, 20);
        let truth: Vec<f32> = (0..pieces * size).map(|_| random.unit() as f32 - 0.5).collect();
        let texts: Vec<Vec<u32>> = (0..3_000)
            .map(|_| (0..1 + random.below(6)).map(|_| random.below(pieces) as u32).collect())
            .collect();
        let design = Design::new(&texts, pieces);
        let sums = design.forward(&truth, size);
        let targets: Vec<Vec<f32>> = sums.chunks_exact(size).map(<[f32]>::to_vec).collect();
        let found = fit(&design, &targets, size, NonZeroUsize::MIN);
        let worst = found.iter().zip(&truth).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 0.01, "{worst}");
        let two = NonZeroUsize::new(2).unwrap();
        assert!(fit(&design, &targets, size, two) == found, "threads change nothing");
    }
}
