//! What a person sees of an index: ranking, filters, facets, passages, suggestions.

use api::PassageFrom;
use search::{BuildOptions, Index, SearchQuery, TermScore};
use thread::Thread;

fn threads() -> Vec<Thread> {
    include_str!("golden/threads.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).expect("the golden threads make an index"))
        .collect()
}

fn index() -> Index {
    let options = BuildOptions { site: "gadgets".into(), ..BuildOptions::default() };
    Index::open(search::build(threads(), &options).expect("the golden threads make an index").bundle)
        .expect("the golden threads make an index")
}

#[test]
fn equal_input_gives_equal_bytes_in_any_order() {
    let options = BuildOptions { site: "gadgets".into(), ..BuildOptions::default() };
    let forwards = search::build(threads(), &options).unwrap();
    let mut reversed = threads();
    reversed.reverse();
    assert!(search::build(reversed, &options).unwrap() == forwards);
}

#[test]
fn two_threads_with_one_key_are_refused() {
    let mut twice = threads();
    twice.push(twice[0].clone());
    let error = search::build(twice, &BuildOptions { site: "gadgets".into(), ..BuildOptions::default() })
        .unwrap_err();
    assert_eq!(error.to_string(), "two threads have the key discourse:gadgets.example:0");
}

#[test]
fn an_empty_community_has_an_index() {
    let built =
        search::build(Vec::new(), &BuildOptions { site: "empty".into(), ..BuildOptions::default() }).unwrap();
    let index = Index::open(built.bundle).unwrap();
    assert_eq!(index.search(&SearchQuery::new("anything")).unwrap().total, 0);
    assert!(index.similar("anything", "at all", 5).unwrap().is_empty());
    assert_eq!(index.locate("docs:x:y").unwrap(), None);
}

#[test]
fn filters_narrow_and_counts_pass_over_their_own_filter() {
    let index = index();
    let all = index.search(&SearchQuery::new("settings")).unwrap();
    let of = |facets: &[api::FacetCount], value: &str| {
        facets.iter().find(|facet| facet.value == value).map_or(0, |facet| facet.count)
    };
    let kitchen = of(&all.facets.categories, "Kitchen");
    let mut query = SearchQuery::new("settings");
    query.categories = vec!["Kitchen".into()];
    let some = index.search(&query).unwrap();
    assert!(kitchen > 0 && kitchen < all.total);
    assert_eq!(some.total, kitchen);
    assert!(some.hits.iter().all(|hit| hit.category.as_deref() == Some("Kitchen")));
    assert_eq!(some.facets.categories, all.facets.categories, "the other categories can still be chosen");
    assert!(
        some.facets.tags.iter().map(|tag| tag.count).sum::<u64>()
            < all.facets.tags.iter().map(|tag| tag.count).sum()
    );
    query.categories = vec!["Garage".into()];
    assert_eq!(index.search(&query).unwrap().total, 0);
}

#[test]
fn pages_continue_each_other() {
    let index = index();
    let mut query = SearchQuery::new("my ");
    query.limit = 40;
    let whole: Vec<String> = index.search(&query).unwrap().hits.into_iter().map(|hit| hit.key).collect();
    let mut pages = Vec::new();
    for offset in (0..40).step_by(7) {
        (query.limit, query.offset) = (7, offset);
        pages.extend(index.search(&query).unwrap().hits.into_iter().map(|hit| hit.key));
    }
    assert_eq!(whole.len(), 39, "all but the Japanese one and the docs page");
    assert_eq!(pages[..whole.len()], whole);
}

#[test]
fn the_passage_is_the_accepted_answer() {
    let index = index();
    let accepted = index.search(&SearchQuery::new("kettle clicking noise error")).unwrap();
    let hit = accepted.hits.iter().find(|hit| hit.accepted).unwrap();
    assert_eq!(hit.passage.as_ref().unwrap().from, PassageFrom::Accepted);
}

#[test]
fn a_draft_finds_its_twin_and_nothing_else() {
    let index = index();
    let found =
        index.similar("Printer shows error E-116", "It stops at once. How can I fix that?", 5).unwrap();
    assert_eq!(found[0].hit.key, "discourse:gadgets.example:16");
    assert!(found[0].confidence > 0.5 && found[0].confidence <= 1.0);
    assert!(found[0].hit.why.words.contains(&"116".to_owned()));
    assert!(index.similar("Bicycle tyre", "flat again, third puncture", 5).unwrap().is_empty());
}

#[test]
fn explanations_add_up() {
    let index = index();
    for explanation in index.explain(&SearchQuery::new("slow router rese")).unwrap() {
        let sum = |of: fn(&TermScore) -> f32| explanation.terms.iter().map(of).sum::<f32>();
        let text = sum(|term| term.score) / sum(|term| term.idf);
        assert!((text - explanation.features.text).abs() < 1e-4, "{explanation:?}");
        let score = index.ranking().search.score(&explanation.features);
        assert!((score - explanation.hit.score).abs() < 1e-4, "{explanation:?}");
    }
}

proptest::proptest! {
    #[test]
    fn no_query_panics(text in ".{0,300}", tag in ".{0,20}", offset in 0..2_000_usize, limit in 0..100_usize) {
        thread_local!(static INDEX: Index = index());
        let query = SearchQuery { text: text.clone(), tags: vec![tag], limit, offset, ..SearchQuery::default() };
        INDEX.with(|index| {
            index.search(&query).unwrap();
            index.search(&SearchQuery::new(text.clone())).unwrap();
            index.similar(&text, &text, limit).unwrap();
            index.locate(&text).unwrap();
        });
    }
}
