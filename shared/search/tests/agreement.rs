//! The same ranking natively and as WebAssembly: the order, and the scores to 1e-5.
//!
//! A thousand queries, made from the golden threads' words by a seeded generator (whole, cut off while being typed, or
//! with a slip), are ranked on the golden bundle and compared with what a native build wrote down:
//! `EDGEWISE_WRITE_GOLDEN=1 cargo test -p search --test agreement`.

use search::{Index, SearchQuery};
use wasm_bindgen_test::wasm_bindgen_test;

const BUNDLE: &[u8] = include_bytes!("golden/v4.bundle");
const THREADS: &str = include_str!("golden/threads.jsonl");
const RANKINGS: &str = include_str!("golden/v4.rankings.tsv");

/// Queries in all.
const QUERIES: usize = 1_000;

/// Hits compared of each.
const HITS: usize = 5;

/// How far scores may lie apart.
const TOLERANCE: f64 = 1e-5;

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((u128::from(mixed ^ (mixed >> 31)) * bound as u128) >> 64) as usize
    }
}

/// Two to five words of one thread, some of them slipped, the last one sometimes cut off.
fn queries() -> Vec<String> {
    let mut random = Random(1);
    let texts: Vec<Vec<String>> = THREADS
        .lines()
        .map(|line| {
            let thread: thread::Thread = serde_json::from_str(line).expect("the golden files are sound");
            let body = match &thread.question.body {
                thread::Body::Markdown(text) | thread::Body::Html(text) | thread::Body::Text(text) => text,
            };
            let all = format!("{} {body}", thread.title);
            all.split_whitespace().map(str::to_owned).collect()
        })
        .collect();
    (0..QUERIES)
        .map(|_| {
            let words = &texts[random.below(texts.len())];
            let count = 1 + random.below(5);
            let picked: Vec<String> = (0..count)
                .map(|_| {
                    let mut letters: Vec<char> = words[random.below(words.len())].chars().collect();
                    if letters.len() > 3 && random.below(4) == 0 {
                        letters.swap(1, 2);
                    }
                    letters.into_iter().collect()
                })
                .collect();
            let mut query = picked.join(" ");
            if random.below(3) == 0 {
                query.pop();
            } else {
                query.push(' ');
            }
            query
        })
        .collect()
}

/// One line a query: what was asked and the hits with their scores, tabs between them. Every fourth is asked as a draft.
fn ranked(index: &Index) -> Vec<String> {
    let sound = "the golden files are sound";
    let hits = |at: usize, text: &str| -> Vec<(String, f32)> {
        if at % 4 == 3 {
            let found = index.similar(text, "", HITS).expect(sound).into_iter();
            return found.map(|suggestion| (suggestion.hit.key, suggestion.hit.score)).collect();
        }
        let found = index.search(&SearchQuery::new(text)).expect(sound).hits.into_iter();
        found.take(HITS).map(|hit| (hit.key, hit.score)).collect()
    };
    let line = |(at, text): (usize, &String)| {
        let hits = hits(at, text).into_iter().map(|(key, score)| format!("\t{key} {score:.7}"));
        format!("{}{}", text.replace(['\t', '\n'], " "), hits.collect::<String>())
    };
    queries().iter().enumerate().map(line).collect()
}

#[wasm_bindgen_test(unsupported = test)]
fn a_thousand_queries_are_ranked_as_they_were_written_down() {
    let index = Index::open(BUNDLE.to_vec()).unwrap();
    let now = ranked(&index);
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var_os("EDGEWISE_WRITE_GOLDEN").is_some() {
        let directory = std::path::Path::new("tests/golden");
        std::fs::write(directory.join("v4.rankings.tsv"), now.join("\n") + "\n").unwrap();
        return;
    }
    let written: Vec<&str> = RANKINGS.lines().collect();
    assert_eq!((now.len(), written.len()), (QUERIES, QUERIES));
    let found = now.iter().filter(|line| line.contains('\t')).count();
    assert!(found > QUERIES / 2, "{found} queries find anything");
    for (now, written) in now.iter().zip(written) {
        let (now_hits, written_hits): (Vec<_>, Vec<_>) =
            (now.split('\t').collect(), written.split('\t').collect());
        assert_eq!(now_hits.len(), written_hits.len(), "{now}\n{written}");
        for (a, b) in now_hits.iter().zip(&written_hits).skip(1) {
            let parted = |hit: &str| {
                let (key, score) = hit.rsplit_once(' ').expect("a hit has a score");
                (key.to_owned(), score.parse::<f64>().expect("a number"))
            };
            let ((key, score), (wanted, from)) = (parted(a), parted(b));
            assert_eq!(key, wanted, "{now}\n{written}");
            assert!((score - from).abs() <= TOLERANCE, "{now}\n{written}");
        }
    }
}
