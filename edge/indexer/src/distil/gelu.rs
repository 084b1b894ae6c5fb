//! The activation function of BERT, from a table.
//!
//! The exact function wants the error function a million times a text. Between the table's points a straight line
//! is off by at most h²/8 · max|f″| = (1/256)²/8 · 0.8 < 2e-6, below what 32 bits lose on the way through a layer.

/// Points in a unit.
const STEPS: f32 = 256.0;

/// Beyond this the function is zero, or its argument, to 32 bits.
const EDGE: f32 = 8.0;

/// The table.
pub struct Gelu(Vec<f32>);

impl Gelu {
    /// Computes the table.
    pub fn new() -> Self {
        let points = (2.0 * EDGE * STEPS) as i32;
        let value = |point: i32| {
            let x = f64::from(point) / f64::from(STEPS) - f64::from(EDGE);
            (x * 0.5 * (1.0 + erf(x / std::f64::consts::SQRT_2))) as f32
        };
        // One point more than there are gaps, and one for the rounding at the edge.
        Self((0..=points + 1).map(value).collect())
    }

    /// The function at `x`.
    pub fn apply(&self, x: f32) -> f32 {
        if x >= EDGE {
            return x;
        }
        let at = (x + EDGE) * STEPS;
        // A cast from a float saturates, so what is below the edge, and what is no number, reads the first point.
        let point = at as usize;
        match (self.0.get(point), self.0.get(point + 1)) {
            (Some(low), Some(high)) if at >= 0.0 => low + (high - low) * (at - point as f32),
            _ => 0.0,
        }
    }
}

/// The error function, to 1.5e-7 (Abramowitz and Stegun, 7.1.26).
fn erf(x: f64) -> f64 {
    const TERMS: [f64; 5] = [1.061_405_429, -1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592];
    let t = 1.0 / (1.0 + 0.327_591_1 * x.abs());
    let polynomial = TERMS.iter().fold(0.0, |sum, term| (sum + term) * t);
    (1.0 - polynomial * (-x * x).exp()).copysign(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        let gelu = Gelu::new();
        // x · Φ(x), from a table of the normal distribution.
        for (x, y) in
            [(0.0, 0.0), (1.0, 0.841_344_8), (-1.0, -0.158_655_25), (2.0, 1.954_499_7), (0.1, 0.053_982_78)]
        {
            assert!((gelu.apply(x) - y).abs() < 3e-6, "{x}");
        }
        assert_eq!(gelu.apply(9.5), 9.5);
        assert_eq!(gelu.apply(-9.5), 0.0);
        assert!(gelu.apply(7.999_999) > 7.99);
    }
}
