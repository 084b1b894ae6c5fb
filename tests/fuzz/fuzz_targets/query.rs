//! Whatever people type: terms, ranking, highlights, facets, suggestions, explanations.
#![no_main]

use libfuzzer_sys::fuzz_target;
use search::{Index, SearchQuery};

static BUNDLE: &[u8] = include_bytes!("../../../shared/search/tests/golden/v4.bundle");

thread_local!(static INDEX: Index = Index::open(BUNDLE.to_vec()).expect("the golden bundle opens"));

fuzz_target!(|input: (&str, &str, Vec<&str>, u16, u8)| {
    let (text, body, filters, offset, limit) = input;
    let filters: Vec<String> = filters.into_iter().map(str::to_owned).collect();
    let query = SearchQuery {
        text: text.to_owned(),
        tags: filters.clone(),
        categories: if limit % 2 == 0 { filters } else { Vec::new() },
        sources: Vec::new(),
        limit: limit.into(),
        offset: offset.into(),
    };
    INDEX.with(|index| {
        for query in [query, SearchQuery::new(text)] {
            let found = index.search(&query).expect("a sound bundle answers");
            for hit in &found.hits {
                let units = hit.title.text.encode_utf16().count() as u32;
                let mut last = 0;
                for range in &hit.title.ranges {
                    assert!(last <= range.start && range.start < range.end && range.end <= units);
                    last = range.end;
                }
            }
        }
        for suggestion in index.similar(text, body, limit.into()).expect("a sound bundle answers") {
            assert!((0.0..=1.0).contains(&suggestion.confidence));
        }
        index.explain(&SearchQuery::new(body)).expect("a sound bundle answers");
        index.locate(text).expect("a sound bundle answers");
    });
});
