//! Metrics of one ranking. Means over queries and their intervals are made of these values.

use crate::Judged;

fn grade(judged: &Judged, document: &str) -> f64 {
    judged.get(document).copied().unwrap_or(0.0)
}

fn relevant(judged: &Judged) -> usize {
    judged.values().filter(|grade| **grade > 0.0).count()
}

/// Share of the relevant documents among the first `k`; 0 where none is relevant.
pub fn recall<S: AsRef<str>>(ranking: &[S], judged: &Judged, k: usize) -> f64 {
    let found = ranking.iter().take(k).filter(|document| grade(judged, document.as_ref()) > 0.0).count();
    found as f64 / relevant(judged).max(1) as f64
}

/// 1 where a relevant document is among the first `k`, else 0.
pub fn success<S: AsRef<str>>(ranking: &[S], judged: &Judged, k: usize) -> f64 {
    f64::from(u8::from(ranking.iter().take(k).any(|document| grade(judged, document.as_ref()) > 0.0)))
}

/// 1 / the rank of the first relevant document among the first `k`; 0 where there is none.
pub fn reciprocal_rank<S: AsRef<str>>(ranking: &[S], judged: &Judged, k: usize) -> f64 {
    let first = ranking.iter().take(k).position(|document| grade(judged, document.as_ref()) > 0.0);
    first.map_or(0.0, |at| 1.0 / (at + 1) as f64)
}

/// Normalised discounted cumulative gain of the first `k`, gain `2^grade − 1`, discount `log2(rank + 1)`.
///
/// Source: C. Burges et al., "Learning to Rank using Gradient Descent" (2005).
pub fn ndcg<S: AsRef<str>>(ranking: &[S], judged: &Judged, k: usize) -> f64 {
    let discounted = |grades: &mut dyn Iterator<Item = f64>| -> f64 {
        grades.take(k).enumerate().map(|(at, grade)| (grade.exp2() - 1.0) / (at as f64 + 2.0).log2()).sum()
    };
    let gained = discounted(&mut ranking.iter().map(|document| grade(judged, document.as_ref())));
    let mut grades: Vec<f64> = judged.values().copied().collect();
    grades.sort_by(|a, b| b.total_cmp(a));
    let ideal = discounted(&mut grades.into_iter());
    if ideal > 0.0 { gained / ideal } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(grades: &[(&str, f64)]) -> Judged {
        grades.iter().map(|(document, grade)| ((*document).to_owned(), *grade)).collect()
    }

    #[test]
    fn metrics_by_hand() {
        let judged = judged(&[("a", 2.0), ("b", 1.0), ("c", 0.0)]);
        let ranking = ["c", "b", "x", "a"];
        assert_eq!(recall(&ranking, &judged, 3), 0.5);
        assert_eq!(recall(&ranking, &judged, 10), 1.0);
        assert_eq!(success(&ranking, &judged, 1), 0.0);
        assert_eq!(success(&ranking, &judged, 2), 1.0);
        assert_eq!(reciprocal_rank(&ranking, &judged, 10), 0.5);
        assert_eq!(reciprocal_rank(&ranking, &judged, 1), 0.0);
        // (1/log2(3) + 3/log2(5)) / (3/log2(2) + 1/log2(3))
        let by_hand = (1.0 / 3_f64.log2() + 3.0 / 5_f64.log2()) / (3.0 + 1.0 / 3_f64.log2());
        assert!((ndcg(&ranking, &judged, 10) - by_hand).abs() < 1e-12);
        assert_eq!(ndcg(&["a", "b"], &judged, 10), 1.0);
    }

    proptest::proptest! {
        #[test]
        fn metrics_stay_between_0_and_1(
            grades in proptest::collection::btree_map("[a-f]", 0_u8..4, 0..6),
            ranking in proptest::sample::subsequence(vec!["a", "b", "c", "d", "e", "f", "g"], 0..7),
            k in 1_usize..8,
        ) {
            let judged: Judged = grades.into_iter().map(|(id, grade)| (id, f64::from(grade))).collect();
            for value in [
                recall(&ranking, &judged, k), success(&ranking, &judged, k),
                reciprocal_rank(&ranking, &judged, k), ndcg(&ranking, &judged, k),
            ] {
                proptest::prop_assert!((0.0..=1.0 + 1e-12).contains(&value), "{}", value);
            }
        }
    }
}
