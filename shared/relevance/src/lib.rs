//! What rankings are measured with: relevance judgments, metrics, bootstrap intervals, calibration.
//!
//! Nothing here knows what is ranked or how: documents and queries are ids.

mod calibration;
mod interval;
mod metrics;
mod qrels;
mod random;

pub use calibration::{Bin, calibration_error, equal_mass_bins};
pub use interval::{Interval, bootstrap, bootstrap_difference};
pub use metrics::{ndcg, recall, reciprocal_rank, success};
pub use qrels::{Judged, Qrels, QrelsError};
pub use random::Random;
