//! `edgewise calibrate`: how sure a suggestion beside a draft is, fitted to pairs that people judged by reading.
//!
//! Logistic regression on the features of a pair. Source: J. Platt, "Probabilistic Outputs for Support Vector Machines"
//! (1999). Half of the drafts are kept out of the fit, and everything that is printed is measured on them.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use relevance::{Random, bootstrap, calibration_error, equal_mass_bins};
use search::{Confidence, Features, Moment, Weights};

use super::fit::solve;
use crate::eval::corpus::Corpus;
use crate::eval::queries::body;
use crate::{CalibrateArgs, EvalMode, eval, parallel, report};

const N: usize = Features::COUNT;

/// Suggestions that a draft shows.
const SHOWN: usize = 3;

/// Share of suggestions of the best band that must answer their draft; fitted with room for chance.
const PRECISION: f64 = 0.85;

/// Bins of the calibration error.
const BINS: usize = 5;

/// A judged pair.
struct Pair {
    draft: String,
    features: [f32; N],
    answers: bool,
}

/// 1. Pairs with their features. 2. Fit on one half of the drafts. 3. The band's threshold. 4. Measure on the other. 5. Write.
pub fn run(args: CalibrateArgs) -> Result<()> {
    // 1.
    let mut corpus = eval::read_corpus(&args.corpus)?;
    let mut ranking = eval::ranking_in_use(&corpus, args.ranking.as_deref())?;
    corpus.index.set_ranking(ranking.clone());
    let pairs = pairs(&corpus, &args)?;
    let vectors = corpus.index.has_vectors();
    let knobs = if vectors { &mut ranking.confidence } else { &mut ranking.lexical_confidence };
    let (fitted, held): (Vec<&Pair>, Vec<&Pair>) = pairs.iter().partition(|pair| half(&pair.draft));
    if args.as_is {
        if !pairs.is_empty() {
            eprintln!("{}", measured("all", &pairs.iter().collect::<Vec<_>>(), knobs));
            eprintln!("{}", measured("the half kept out of fits", &held, knobs));
        }
        return alarms(&corpus, &args, knobs);
    }
    if !fitted.iter().any(|pair| pair.answers) {
        bail!("no judged pair of the half to fit answers its draft");
    }
    // 2.
    let used = Features::NAMES.map(|name| args.feature.iter().any(|wanted| wanted == name));
    let mut confidence = logistic(&fitted, used, args.penalty);
    // 3.
    confidence.answers = threshold(&fitted, &confidence);
    confidence.related = knobs.related;
    // 4.
    eprintln!("{}", measured("fitted", &fitted, &confidence));
    eprintln!("{}", measured("held out", &held, &confidence));
    alarms(&corpus, &args, &confidence)?;
    // 5.
    *knobs = confidence;
    super::write(&ranking, args.out.as_deref())
}

/// Which half a draft belongs to: by a hash of its id, so that all its pairs stay together (FNV-1a).
fn half(draft: &str) -> bool {
    let hash = draft.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    Random::new(hash).bits() & 1 == 0
}

/// Rows are `draft<TAB>thread<TAB>first<TAB>second`: labels 0 to 2 by two readers; a pair answers where they say so
/// together, 3 of 4.
fn pairs(corpus: &Corpus, args: &CalibrateArgs) -> Result<Vec<Pair>> {
    let mut judged: BTreeMap<String, BTreeMap<String, bool>> = BTreeMap::new();
    for file in &args.judged {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
        for (at, line) in
            text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        {
            let columns: Vec<&str> = line.split('\t').collect();
            let labels: Option<u32> =
                columns.get(2..4).and_then(|both| both.iter().map(|label| label.parse::<u32>().ok()).sum());
            let (Some(labels), [draft, thread, ..]) = (labels, columns.as_slice()) else {
                bail!(
                    "{}:{}: not draft, thread and two labels with tabs between them",
                    file.display(),
                    at + 1
                );
            };
            judged.entry((*draft).to_owned()).or_default().insert((*thread).to_owned(), labels >= 3);
        }
    }
    let drafts: Vec<(String, BTreeMap<String, bool>)> = judged.into_iter().collect();
    let bar = report::progress("ranking", drafts.len());
    let found = parallel::map(&drafts, parallel::default_jobs(), |(draft, threads)| {
        bar.inc(1);
        draft_pairs(corpus, draft, threads)
    });
    bar.finish_and_clear();
    let mut pairs = Vec::new();
    for found in found {
        pairs.extend(found?);
    }
    Ok(pairs)
}

fn draft_pairs(corpus: &Corpus, draft: &str, threads: &BTreeMap<String, bool>) -> Result<Vec<Pair>> {
    let number =
        corpus.number(draft).with_context(|| format!("thread {draft} is judged and not in the input"))?;
    let thread = &corpus.threads[number as usize];
    let before = thread.created_at.unix_timestamp();
    let seen = corpus.seen_by(Some(number), Some(before));
    let moment = Moment { now: before, past: Some(&seen) };
    let body = body(thread);
    let asked = EvalMode::Similar.asked(&thread.title, &body);
    let ranked = corpus.index.rank(asked, &moment, 1_000)?;
    let judged = ranked.iter().filter_map(|hit| {
        let answers = *threads.get(corpus.id(hit.document))?;
        Some(Pair { draft: draft.to_owned(), features: hit.features.values(), answers })
    });
    Ok(judged.collect())
}

/// Newton's method on the penalised log-likelihood of `answers`.
fn logistic(pairs: &[&Pair], used: [bool; N], penalty: f64) -> Confidence {
    const M: usize = N + 1;
    let row = |pair: &Pair| -> [f64; M] {
        std::array::from_fn(|at| match used.get(at) {
            Some(true) => f64::from(pair.features[at]),
            Some(false) => 0.0,
            None => 1.0,
        })
    };
    let mut weights = [0.0; M];
    for _ in 0..50 {
        let (mut gradient, mut curvature) = ([0.0; M], [[0.0; M]; M]);
        for pair in pairs {
            let row = row(pair);
            let sum: f64 = row.iter().zip(&weights).map(|(a, b)| a * b).sum();
            let probability = 1.0 / (1.0 + (-sum).exp());
            let error = f64::from(u8::from(pair.answers)) - probability;
            for a in 0..M {
                gradient[a] += error * row[a];
                for b in 0..M {
                    curvature[a][b] += probability * (1.0 - probability) * row[a] * row[b];
                }
            }
        }
        for at in 0..N {
            gradient[at] -= penalty * weights[at];
            curvature[at][at] += penalty.max(1e-9);
        }
        curvature[N][N] += 1e-9;
        let step = solve(curvature, gradient);
        weights.iter_mut().zip(&step).for_each(|(weight, step)| *weight += step);
        if step.iter().all(|step| step.abs() < 1e-8) {
            break;
        }
    }
    Confidence {
        bias: weights[N] as f32,
        weights: Weights::from_values(std::array::from_fn(|at| weights[at] as f32)),
        answers: 1.0,
        related: 0.0,
    }
}

fn probability(confidence: &Confidence, pair: &Pair) -> f64 {
    f64::from(confidence.of(&Features::from_values(pair.features)))
}

/// The least probability from which on suggestions answer often enough.
fn threshold(pairs: &[&Pair], confidence: &Confidence) -> f32 {
    let mut ordered: Vec<(f64, bool)> =
        pairs.iter().map(|pair| (probability(confidence, pair), pair.answers)).collect();
    ordered.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut right, mut found) = (0, 1.0);
    for (at, (probability, answers)) in ordered.iter().enumerate() {
        right += usize::from(*answers);
        if right as f64 / (at + 1) as f64 >= PRECISION {
            found = *probability;
        }
    }
    found as f32
}

/// Precision of the best band, share of answerable drafts that get it, false alarms on the others, calibration.
fn measured(name: &str, pairs: &[&Pair], confidence: &Confidence) -> String {
    let mut drafts: BTreeMap<&str, (bool, bool)> = BTreeMap::new();
    let mut claimed = Vec::new();
    for pair in pairs {
        let said = probability(confidence, pair) >= f64::from(confidence.answers);
        let (answerable, told) = drafts.entry(&pair.draft).or_default();
        *answerable |= pair.answers;
        *told |= said;
        if said {
            claimed.push(f64::from(u8::from(pair.answers)));
        }
    }
    let share = |answerable: bool| -> Vec<f64> {
        let of = drafts.values().filter(|draft| draft.0 == answerable);
        of.map(|draft| f64::from(u8::from(draft.1))).collect()
    };
    let predictions: Vec<(f64, bool)> =
        pairs.iter().map(|pair| (probability(confidence, pair), pair.answers)).collect();
    let line = |what: &str, values: &[f64]| {
        let interval = bootstrap(values);
        format!(
            "  {what:<44} {:.3} [{:.3}, {:.3}] of {}\n",
            interval.mean,
            interval.low,
            interval.high,
            values.len()
        )
    };
    let mut text = format!(
        "{name}: {} pairs of {} drafts; answers from {:.3}\n",
        pairs.len(),
        drafts.len(),
        confidence.answers
    );
    text += &line("precision of \"answers this\"", &claimed);
    text += &line("drafts with an answer that are told so", &share(true));
    text += &line("drafts without one that are told so", &share(false));
    text += &format!("  calibration error {:.3}\n", calibration_error(&predictions, BINS));
    for bin in equal_mass_bins(&predictions, BINS) {
        text += &format!(
            "    predicted {:.3}, observed {:.3}, {} pairs\n",
            bin.predicted, bin.observed, bin.count
        );
    }
    text
}

/// Says how often threads that repeat none are told that another one answers them, where such threads are given.
fn alarms(corpus: &Corpus, args: &CalibrateArgs, confidence: &Confidence) -> Result<()> {
    if let Some(file) = &args.no_answer {
        eprintln!("{}", false_alarms(corpus, file, confidence)?);
    }
    Ok(())
}

fn false_alarms(corpus: &Corpus, file: &Path, confidence: &Confidence) -> Result<String> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let ids: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let told = parallel::map(&ids, parallel::default_jobs(), |id| -> Result<f64> {
        let number = corpus.number(id).with_context(|| format!("thread {id} is not in the input"))?;
        let thread = &corpus.threads[number as usize];
        let seen = corpus.seen_by(Some(number), None);
        let moment = Moment { now: corpus.index.newest(), past: Some(&seen) };
        let body = body(thread);
        let ranked = corpus.index.rank(EvalMode::Similar.asked(&thread.title, &body), &moment, SHOWN)?;
        let any = ranked.iter().any(|hit| confidence.of(&hit.features) >= confidence.answers);
        Ok(f64::from(u8::from(any)))
    });
    let told: Vec<f64> = told.into_iter().collect::<Result<_>>()?;
    let interval = bootstrap(&told);
    Ok(format!(
        "false alarms on threads that repeat none: {:.3} [{:.3}, {:.3}] of {}",
        interval.mean,
        interval.low,
        interval.high,
        told.len()
    ))
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn a_known_probability_is_found_again() {
        let mut random = Random::new(2);
        let pairs: Vec<Pair> = (0..20_000)
            .map(|at| {
                let mut features = [0.0; N];
                features[0] = random.unit() as f32;
                let truth = 1.0 / (1.0 + (3.0 - 5.0 * f64::from(features[0])).exp());
                Pair { draft: at.to_string(), features, answers: random.unit() < truth }
            })
            .collect();
        let all: Vec<&Pair> = pairs.iter().collect();
        let mut used = [false; N];
        used[0] = true;
        let confidence = logistic(&all, used, 1e-3);
        assert!(
            (confidence.bias + 3.0).abs() < 0.2 && (confidence.weights.text - 5.0).abs() < 0.4,
            "{confidence:?}"
        );
        let share = pairs.iter().filter(|pair| half(&pair.draft)).count();
        assert!((9_000..11_000).contains(&share), "{share} of 20,000");
    }
}
