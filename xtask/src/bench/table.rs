//! What is measured of an engine, and the table of it: Markdown, as the documents keep it.

use relevance::Interval;
use serde::{Serialize, Serializer};

use crate::report::grouped;

/// What is measured of an engine.
#[derive(Debug, Clone, Serialize)]
pub struct Measurement {
    /// Milliseconds of a query: median.
    pub p50_ms: f64,
    /// Milliseconds of a query: 99 of 100 take no longer.
    pub p99_ms: f64,
    /// Seconds to build the index from threads in memory or, for ours, from the file to the file.
    pub build_s: f64,
    /// Bytes of the index as it is stored.
    pub index_bytes: u64,
    /// Bytes of memory with the index loaded.
    pub memory_bytes: u64,
    /// How good its rankings are, where there are judgments.
    #[serde(flatten)]
    pub relevance: Option<Relevance>,
}

/// Means over the judged queries.
#[derive(Debug, Clone, Serialize)]
pub struct Relevance {
    /// Share of the relevant threads among the first ten.
    #[serde(serialize_with = "interval")]
    pub recall_at_10: Interval,
    /// 1 / the rank of the first relevant thread among the first ten.
    #[serde(serialize_with = "interval")]
    pub mrr_at_10: Interval,
}

fn interval<S: Serializer>(interval: &Interval, to: S) -> Result<S::Ok, S::Error> {
    [interval.mean, interval.low, interval.high].serialize(to)
}

/// How it went with an engine.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Outcome {
    /// It was measured.
    Measured(Measurement),
    /// It could not be measured.
    Failed {
        /// Why.
        failed: String,
    },
}

/// A row of the table.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// Which engine, and where it runs.
    pub engine: &'static str,
    /// How it went.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// The table; with columns for relevance where an engine has them.
pub fn table(rows: &[Row]) -> String {
    let judged = rows
        .iter()
        .any(|row| matches!(&row.outcome, Outcome::Measured(measured) if measured.relevance.is_some()));
    let mut header = vec![""];
    if judged {
        header.extend(["recall@10", "MRR@10"]);
    }
    header.extend(["p50 ms", "p99 ms", "memory bytes", "index bytes", "build s"]);
    let cells: Vec<Vec<String>> = rows.iter().map(|row| row_cells(row, judged)).collect();
    let whole = cells.iter().filter(|cells| cells.len() == header.len());
    let mut widths: Vec<usize> = header.iter().map(|name| name.len()).collect();
    widths[0] = rows.iter().map(|row| row.engine.len()).max().unwrap_or_default();
    for cells in whole {
        for (width, cell) in widths.iter_mut().zip(cells) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &[String]| {
        let padded: Vec<String> = cells
            .iter()
            .zip(&widths)
            .enumerate()
            .map(
                |(at, (cell, &width))| {
                    if at == 0 { format!(" {cell:width$} ") } else { format!(" {cell:>width$} ") }
                },
            )
            .collect();
        format!("|{}|\n", padded.join("|"))
    };
    let rule: Vec<String> = widths
        .iter()
        .enumerate()
        .map(|(at, width)| if at == 0 { "-".repeat(*width) } else { format!("{}:", "-".repeat(width - 1)) })
        .collect();
    let header: Vec<String> = header.into_iter().map(str::to_owned).collect();
    [header, rule].iter().chain(&cells).map(|cells| line(cells)).collect()
}

fn row_cells(row: &Row, judged: bool) -> Vec<String> {
    let mut cells = vec![row.engine.to_owned()];
    let measured = match &row.outcome {
        Outcome::Measured(measured) => measured,
        Outcome::Failed { failed } => {
            cells.push(format!("failed: {}", failed.replace('|', " ")));
            return cells;
        }
    };
    if judged {
        let mean = |of: Interval| format!("{:.3} ({:.3}–{:.3})", of.mean, of.low, of.high);
        match &measured.relevance {
            Some(relevance) => cells.extend([relevance.recall_at_10, relevance.mrr_at_10].map(mean)),
            None => cells.extend([String::new(), String::new()]),
        }
    }
    cells.extend([
        format!("{:.2}", measured.p50_ms),
        format!("{:.2}", measured.p99_ms),
        grouped(measured.memory_bytes),
        grouped(measured.index_bytes),
        format!("{:.1}", measured.build_s),
    ]);
    cells
}

/// The smallest value that a share `q` of all do not exceed.
pub fn quantile(values: &[f64], q: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (sorted.len() as f64 * q).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_occurred() {
        let values: Vec<f64> = (1..=300).map(f64::from).rev().collect();
        assert_eq!(quantile(&values, 0.5), 150.0);
        assert_eq!(quantile(&values, 0.99), 297.0);
        assert_eq!(quantile(&[], 0.5), 0.0);
    }

    #[test]
    fn an_engine_that_failed_stays_in_the_table() {
        let measured = Measurement {
            p50_ms: 1.25,
            p99_ms: 20.0,
            build_s: 3.0,
            index_bytes: 1_000,
            memory_bytes: 2_000_000,
            relevance: None,
        };
        let failed = Outcome::Failed { failed: "out of memory | stopped".into() };
        let rows = [
            Row { engine: "One", outcome: Outcome::Measured(measured) },
            Row { engine: "Other", outcome: failed },
        ];
        let expected = "\
|       | p50 ms | p99 ms | memory bytes | index bytes | build s |
| ----- | -----: | -----: | -----------: | ----------: | ------: |
| One   |   1.25 |  20.00 |    2,000,000 |       1,000 |     3.0 |
| Other | failed: out of memory   stopped |
";
        assert_eq!(table(&rows), expected);
    }
}
