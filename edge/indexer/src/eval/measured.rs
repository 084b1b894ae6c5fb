//! What an evaluation found: the metrics of every query, and how they are printed.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use relevance::{Interval, Judged, bootstrap, bootstrap_difference, ndcg, recall, reciprocal_rank, success};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::report;

/// What is measured, by name; nDCG weighs the grades, the others ask whether a document is relevant.
type Metric = (&'static str, fn(&[&str], &Judged, &Judged) -> f64);
const METRICS: [Metric; 7] = [
    ("recall@5", |ranking, relevant, _| recall(ranking, relevant, 5)),
    ("recall@10", |ranking, relevant, _| recall(ranking, relevant, 10)),
    ("recall@100", |ranking, relevant, _| recall(ranking, relevant, 100)),
    ("MRR@10", |ranking, relevant, _| reciprocal_rank(ranking, relevant, 10)),
    ("nDCG@10", |ranking, _, graded| ndcg(ranking, graded, 10)),
    ("success@3", |ranking, relevant, _| success(ranking, relevant, 3)),
    ("success@5", |ranking, relevant, _| success(ranking, relevant, 5)),
];

/// What one set of weights is worth, query by query.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// The name of the weights.
    name: String,
    /// By metric, one value a query.
    values: BTreeMap<String, Vec<f64>>,
    /// Time of each query.
    milliseconds: Vec<f64>,
}

impl Measured {
    /// Measures rankings of document ids, one a query. Documents of at least the grade `least` are relevant.
    pub fn new<'a>(
        name: String,
        rankings: impl Iterator<Item = (Vec<&'a str>, &'a Judged)>,
        least: f64,
        milliseconds: Vec<f64>,
    ) -> Self {
        let mut values: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for (ranking, graded) in rankings {
            let mut relevant = graded.clone();
            relevant.retain(|_, grade| *grade >= least);
            for (metric, measure) in METRICS {
                values.entry(metric.to_owned()).or_default().push(measure(&ranking, &relevant, graded));
            }
        }
        Self { name, values, milliseconds }
    }

    fn of(&self, metric: &str) -> &[f64] {
        self.values.get(metric).map_or(&[], Vec::as_slice)
    }

    fn quantile(&self, share: f64) -> f64 {
        let mut ordered = self.milliseconds.clone();
        ordered.sort_by(f64::total_cmp);
        let at = (ordered.len().saturating_sub(1) as f64 * share).round() as usize;
        ordered.get(at).copied().unwrap_or(0.0)
    }

    fn queries(&self) -> usize {
        self.milliseconds.len()
    }
}

/// Reads what [`json()`] wrote.
pub fn read(file: &Path) -> Result<Vec<Measured>> {
    #[derive(Deserialize)]
    struct Report {
        runs: Vec<Measured>,
    }
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let report: Report = serde_json::from_str(&text)
        .with_context(|| format!("{} is not what `edgewise eval --json` prints", file.display()))?;
    Ok(report.runs)
}

/// Adds the queries of another community, measured with the same weights.
pub fn pool(runs: &mut [Measured], others: Vec<Measured>) -> Result<()> {
    let names = |runs: &[Measured]| runs.iter().map(|run| run.name.clone()).collect::<Vec<_>>();
    if names(runs) != names(&others) {
        bail!("weights differ: {} here, {} there", names(runs).join(", "), names(&others).join(", "));
    }
    for (run, other) in runs.iter_mut().zip(others) {
        let complete = |(metric, _): &Metric| other.of(metric).len() == other.queries();
        if !METRICS.iter().all(complete) {
            bail!("{} lacks values of some query", other.name);
        }
        for (metric, values) in other.values {
            run.values.entry(metric).or_default().extend(values);
        }
        run.milliseconds.extend(other.milliseconds);
    }
    Ok(())
}

/// Metrics as tables: of each run, and by how much the first is beyond each other one.
pub fn tables(runs: &[Measured]) -> String {
    let Some((first, others)) = runs.split_first() else { return String::new() };
    let names = METRICS.map(|(name, _)| name);
    let headings: Vec<&str> = [""].into_iter().chain(names).chain(["p50 ms", "p99 ms"]).collect();
    let row = |run: &Measured| -> Vec<String> {
        let cell = |name: &str| {
            let Interval { mean, low, high } = bootstrap(run.of(name));
            format!("{mean:.3} [{low:.3}, {high:.3}]")
        };
        let times = [0.5, 0.99].map(|share| format!("{:.2}", run.quantile(share)));
        [run.name.clone()].into_iter().chain(names.map(cell)).chain(times).collect()
    };
    let mut text = report::table(&headings, &runs.iter().map(row).collect::<Vec<_>>());
    text += &format!("{} of judged queries; 95 % intervals\n", report::count(first.queries()));
    if others.is_empty() {
        return text;
    }
    let row = |run: &Measured| -> Vec<String> {
        let cell = |name: &str| {
            let Interval { mean, low, high } = bootstrap_difference(first.of(name), run.of(name));
            format!("{mean:+.3} [{low:+.3}, {high:+.3}]")
        };
        [format!("beyond {}", run.name)].into_iter().chain(names.map(cell)).collect()
    };
    let differences: Vec<Vec<String>> = others.iter().map(row).collect();
    text + "\n" + &report::table(&headings[..=METRICS.len()], &differences)
}

/// The same for machines, with the value of every query.
pub fn json(runs: &[Measured]) -> Value {
    let interval =
        |interval: Interval| json!({"mean": interval.mean, "low": interval.low, "high": interval.high});
    let by_metric = |of: &dyn Fn(&str) -> Interval| -> Map<String, Value> {
        METRICS.iter().map(|(name, _)| ((*name).to_owned(), interval(of(name)))).collect()
    };
    let run = |run: &Measured| {
        let behind = |name: &str| {
            runs.first().map_or(bootstrap(&[]), |first| bootstrap_difference(first.of(name), run.of(name)))
        };
        json!({
            "name": run.name,
            "metrics": by_metric(&|name| bootstrap(run.of(name))),
            "firstBeyondThis": by_metric(&behind),
            "p50Ms": run.quantile(0.5),
            "p99Ms": run.quantile(0.99),
            "values": run.values,
            "milliseconds": run.milliseconds,
        })
    };
    json!({
        "queries": runs.first().map_or(0, Measured::queries),
        "runs": runs.iter().map(run).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(name: &str, rankings: &[&str]) -> Measured {
        let judged = Judged::from([("right".to_owned(), 2.0), ("related".to_owned(), 1.0)]);
        let rankings = rankings.iter().map(|first| (vec![*first], &judged));
        Measured::new(name.to_owned(), rankings, 2.0, vec![1.0, 3.0])
    }

    #[test]
    fn documents_below_the_least_grade_are_worth_something_to_ndcg_alone() {
        let run = measured("ours", &["related", "right"]);
        assert_eq!(run.of("success@3"), [0.0, 1.0]);
        assert_eq!(run.of("recall@5"), [0.0, 1.0]);
        assert!(run.of("nDCG@10").iter().all(|value| *value > 0.0));
    }

    #[test]
    fn queries_of_two_communities_are_measured_together() {
        let mut here = vec![measured("ours", &["right", "right"]), measured("theirs", &["right", "wrong"])];
        let there = vec![measured("ours", &["right", "wrong"]), measured("theirs", &["wrong", "wrong"])];
        let report: Value = serde_json::from_str(&json(&there).to_string()).unwrap();
        let read: Vec<Measured> = serde_json::from_value(report["runs"].clone()).unwrap();
        assert_eq!(read, there, "what was printed is read back");
        pool(&mut here, read).unwrap();
        let report = json(&here);
        assert_eq!(report["queries"], 4);
        assert_eq!(report["runs"][0]["metrics"]["success@3"]["mean"], 0.75);
        assert_eq!(report["runs"][1]["firstBeyondThis"]["success@3"]["mean"], 0.5);
    }

    #[test]
    fn other_weights_are_not_pooled() {
        let mut here = vec![measured("ours", &["right", "right"])];
        let error = pool(&mut here, vec![measured("theirs", &["right", "right"])]).unwrap_err();
        assert_eq!(error.to_string(), "weights differ: ours here, theirs there");
        let mut short = measured("ours", &["right", "right"]);
        short.values.remove("recall@5");
        assert!(pool(&mut here, vec![short]).is_err());
    }
}
