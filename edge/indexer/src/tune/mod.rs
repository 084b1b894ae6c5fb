//! `edgewise tune`: fits the weights of the features to a community's judgments, and says what each is worth.

pub mod calibrate;
mod fit;

use std::io::Write;
use std::path::Path;

use anyhow::{Result, bail};
use relevance::{Interval, Judged, bootstrap, recall};
use search::{Features, Ranked, Ranking, Weights};

use crate::eval::corpus::Corpus;
use crate::eval::queries::{self, Query};
use crate::{EvalMode, TuneArgs, eval, files, parallel, report};
use fit::{List, fit};

/// Candidates of each query that the weights are fitted on: the right thread has to be told from its nearest rivals.
const CANDIDATES: usize = 200;

/// Parts of the judgments that are measured with weights fitted on the others.
const FOLDS: usize = 5;

/// Candidates of one query.
struct Case<'a> {
    judged: &'a Judged,
    ids: Vec<String>,
    list: List,
}

/// 1. Read. 2. Candidates. 3. What each feature is worth, out of sample. 4. Fit on everything. 5. Write.
pub fn run(args: TuneArgs) -> Result<()> {
    // 1.
    let mut corpus = eval::read_corpus(&args.corpus)?;
    let queries = queries::read(&corpus, &args.qrels, args.topics.as_deref(), args.mode)?;
    let mut ranking = eval::ranking_in_use(&corpus, args.ranking.as_deref())?;
    corpus.index.set_ranking(ranking.clone());
    let used = used(&args.without)?;
    // 2.
    let cases = cases(&corpus, &queries, &args)?;
    let fitted: Vec<&Case<'_>> =
        cases.iter().filter(|case| case.list.relevance.iter().any(|share| *share > 0.0)).collect();
    if fitted.len() < FOLDS {
        bail!(
            "{} of the queries have a relevant thread among their candidates, {FOLDS} are needed",
            fitted.len()
        );
    }
    // 3.
    let rows = ablation(&cases, used, args.penalty);
    // 4.
    let lists: Vec<&List> = fitted.iter().map(|case| &case.list).collect();
    let weights = Weights::from_values(fit(&lists, used, args.penalty).map(|weight| weight as f32));
    match args.mode {
        EvalMode::Search => ranking.search = weights,
        EvalMode::Similar => ranking.similar = weights,
    }
    // 5.
    write(&ranking, args.out.as_deref())?;
    eprintln!(
        "{} of {} queries have a relevant thread among their first {CANDIDATES}; recall@10 on {FOLDS} parts, each with weights fitted on the others:\n{}",
        fitted.len(),
        cases.len(),
        report::table(&["", "weight", "recall@10", "without it"], &weighed(&rows, &weights)),
    );
    Ok(())
}

/// Writes weights to a file, or to standard output.
fn write(ranking: &Ranking, out: Option<&Path>) -> Result<()> {
    let mut json = serde_json::to_string_pretty(ranking)?;
    json.push('\n');
    match out {
        Some(file) => files::write_whole(file, json.as_bytes()),
        None => Ok(std::io::stdout().write_all(json.as_bytes())?),
    }
}

fn used(without: &[String]) -> Result<[bool; Features::COUNT]> {
    if let Some(unknown) = without.iter().find(|name| !Features::NAMES.contains(&name.as_str())) {
        bail!("there is no feature {unknown:?}; there are {}", Features::NAMES.join(", "));
    }
    Ok(Features::NAMES.map(|name| !without.iter().any(|left_out| left_out == name)))
}

fn cases<'a>(corpus: &Corpus, queries: &'a [Query], args: &TuneArgs) -> Result<Vec<Case<'a>>> {
    let bar = report::progress("ranking", queries.len());
    let cases = parallel::map(queries, parallel::default_jobs(), |query| {
        let ranked = eval::ranked(corpus, query, args.mode, args.as_of_created, CANDIDATES);
        bar.inc(1);
        ranked.map(|ranked| case(corpus, query, &ranked))
    });
    bar.finish_and_clear();
    cases.into_iter().collect()
}

fn case<'a>(corpus: &Corpus, query: &'a Query, ranked: &[Ranked]) -> Case<'a> {
    let ids: Vec<String> = ranked.iter().map(|hit| corpus.id(hit.document).to_owned()).collect();
    let mut relevance: Vec<f64> =
        ids.iter().map(|id| query.judged.get(id).copied().unwrap_or(0.0).min(1.0)).collect();
    let total: f64 = relevance.iter().sum();
    relevance.iter_mut().for_each(|share| *share /= total.max(1.0));
    let features = ranked.iter().map(|hit| hit.features.values()).collect();
    Case { judged: &query.judged, ids, list: List { features, relevance } }
}

/// Out-of-sample recall with all features, and without each.
fn ablation(
    cases: &[Case<'_>],
    used: [bool; Features::COUNT],
    penalty: f64,
) -> Vec<(Option<usize>, Interval)> {
    let mut rows = vec![(None, crossed(cases, used, penalty))];
    for at in (0..Features::COUNT).filter(|at| used[*at]) {
        let mut without = used;
        without[at] = false;
        rows.push((Some(at), crossed(cases, without, penalty)));
    }
    rows
}

fn crossed(cases: &[Case<'_>], used: [bool; Features::COUNT], penalty: f64) -> Interval {
    let mut values = Vec::new();
    for fold in 0..FOLDS {
        let train: Vec<&List> = cases
            .iter()
            .enumerate()
            .filter(|(at, case)| at % FOLDS != fold && case.list.relevance.iter().any(|share| *share > 0.0))
            .map(|(_, case)| &case.list)
            .collect();
        let weights = Weights::from_values(fit(&train, used, penalty).map(|weight| weight as f32));
        values.extend(cases.iter().skip(fold).step_by(FOLDS).map(|case| reranked(case, &weights)));
    }
    bootstrap(&values)
}

fn reranked(case: &Case<'_>, weights: &Weights) -> f64 {
    let score =
        |row: &[f32; Features::COUNT]| -> f32 { row.iter().zip(weights.values()).map(|(a, b)| a * b).sum() };
    let mut order: Vec<(f32, &str)> =
        case.list.features.iter().map(score).zip(case.ids.iter().map(String::as_str)).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0));
    let ids: Vec<&str> = order.into_iter().map(|(_, id)| id).collect();
    recall(&ids, case.judged, 10)
}

fn weighed(rows: &[(Option<usize>, Interval)], weights: &Weights) -> Vec<Vec<String>> {
    let all = rows.first().map_or(0.0, |(_, interval)| interval.mean);
    let row = |(at, interval): &(Option<usize>, Interval)| match at {
        None => vec![
            "all".to_owned(),
            String::new(),
            format!("{:.3} [{:.3}, {:.3}]", interval.mean, interval.low, interval.high),
            String::new(),
        ],
        Some(at) => vec![
            Features::NAMES[*at].to_owned(),
            format!("{:.3}", weights.values()[*at]),
            String::new(),
            format!("{:.3} ({:+.3})", interval.mean, interval.mean - all),
        ],
    };
    rows.iter().map(row).collect()
}
