//! What a task says while it works: each step before it starts, and how long it took.

use std::fmt;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// Announces a step and runs it; says how long it took when that is worth knowing.
///
/// `expectation` tells how long to expect ("about 4 minutes, once"); empty for quick steps.
pub fn step<T>(what: &str, expectation: &str, work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    if expectation.is_empty() {
        eprintln!("• {what}");
    } else {
        eprintln!("• {what} ({expectation})");
    }
    let begun = Instant::now();
    let outcome = work()?;
    let took = begun.elapsed();
    if took >= Duration::from_secs(5) {
        // Clears what cargo was busy with a moment ago.
        let clear = if std::io::stderr().is_terminal() { "\x1b[K" } else { "" };
        eprintln!("{clear}  done in {}", Elapsed(took));
    }
    Ok(outcome)
}

/// A duration as people say it: `8s`, `2m 05s`.
pub struct Elapsed(pub Duration);

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        match seconds {
            0..60 => write!(f, "{seconds}s"),
            _ => write!(f, "{}m {:02}s", seconds / 60, seconds % 60),
        }
    }
}

/// A number of bytes with separators, so that columns of sizes can be read.
pub fn grouped(bytes: u64) -> String {
    let digits = bytes.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_like_speech() {
        assert_eq!(Elapsed(Duration::from_secs(8)).to_string(), "8s");
        assert_eq!(Elapsed(Duration::from_secs(125)).to_string(), "2m 05s");
    }

    #[test]
    fn sizes_are_grouped_by_thousands() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000), "1,000");
        assert_eq!(grouped(12_345_678), "12,345,678");
    }
}
