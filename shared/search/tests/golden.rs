//! Format 3 of the bundle, as it was first written, opens and answers for ever, natively and as WebAssembly.
//!
//! `tests/golden/v4.bundle` and `v4.texts` are never written again. Where an intended change of the format makes
//! `the_writer_still_writes_it` fail, `FORMAT_VERSION` goes up and a new pair joins them:
//! `EDGEWISE_WRITE_GOLDEN=1 cargo test -p search --test golden`.

use std::collections::BTreeMap;

use search::semantic::Distilled;
use search::{BuildOptions, Built, FORMAT_VERSION, Index, SearchQuery};
use wasm_bindgen_test::wasm_bindgen_test;

const BUNDLE: &[u8] = include_bytes!("golden/v4.bundle");
const TEXTS: &[u8] = include_bytes!("golden/v4.texts");

fn built() -> Built {
    let lines = include_str!("golden/threads.jsonl").lines();
    let threads = lines.map(|line| serde_json::from_str(line).expect("the golden files are sound")).collect();
    let options =
        BuildOptions { site: "gadgets".into(), vectors: Some(vectors()), ..BuildOptions::default() };
    search::build(threads, &options).expect("the golden files are sound")
}

/// A small embedding: the threads have the vectors of their words.
fn vectors() -> Distilled {
    let tokens = ["printer", "kettle", "lamp", "router", "settings", "error", "slow", "network", "##s"];
    let row = |at: usize| (0..8).map(move |column| if column == at % 8 { 1.0 } else { 0.125 });
    let rows: Vec<f32> = (0..tokens.len()).flat_map(row).collect();
    Distilled::new(8, tokens.map(str::to_owned).to_vec(), &rows, BTreeMap::new())
}

fn keys(index: &Index, text: &str) -> Vec<String> {
    index
        .search(&SearchQuery::new(text))
        .expect("the golden files are sound")
        .hits
        .into_iter()
        .map(|hit| hit.key)
        .collect()
}

#[wasm_bindgen_test(unsupported = test)]
fn it_opens() {
    let index = Index::open(BUNDLE.to_vec()).unwrap();
    assert_eq!(index.documents(), 41);
    assert_eq!(index.site(), "gadgets");
    assert_eq!(index.watermark(), Some("2024-02-27T11:00:00Z"));
    assert_eq!(index.bundle_bytes(), BUNDLE.len() as u64);
    assert_eq!(index.texts().hash, search::sha256_hex(TEXTS));
}

#[wasm_bindgen_test(unsupported = test)]
fn it_answers() {
    let index = Index::open(BUNDLE.to_vec()).unwrap();
    assert_eq!(keys(&index, "error E-129")[0], "discourse:gadgets.example:29");
    assert_eq!(keys(&index, "設定が同期")[0], "discourse:gadgets.example:5");
    assert_eq!(keys(&index, "reset netw")[0], "docs:docs.gadgets.example:reset");
    assert!(keys(&index, "zyxwv ").is_empty());
}

#[wasm_bindgen_test(unsupported = test)]
fn a_thread_is_read_from_the_texts() {
    let index = Index::open(BUNDLE.to_vec()).unwrap();
    let key = "docs:docs.gadgets.example:reset";
    let range = index.locate(key).unwrap().unwrap();
    let view = index
        .view(key, &TEXTS[range.start as usize..range.end as usize], true, Some("reset network "))
        .unwrap();
    let section = view.answer.unwrap();
    assert_eq!(section.heading.as_deref(), Some("Reset the network"));
    assert_eq!(section.blocks.len(), 1, "the script is gone");
    assert_eq!(section.blocks[0].text, "Open Settings, then Reset network.");
    let found = view.matches.unwrap();
    assert_eq!((found.post, found.block), (section.id, 0));
    assert_eq!(found.passage.text.text, "Open Settings, then Reset network.");
}

#[wasm_bindgen_test(unsupported = test)]
fn the_writer_still_writes_it() {
    let built = built();
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var_os("EDGEWISE_WRITE_GOLDEN").is_some() {
        let directory = std::path::Path::new("tests/golden");
        std::fs::write(directory.join(format!("v{FORMAT_VERSION}.bundle")), &built.bundle).unwrap();
        std::fs::write(directory.join(format!("v{FORMAT_VERSION}.texts")), &built.texts).unwrap();
    }
    assert_eq!(FORMAT_VERSION, 4);
    assert!(built.bundle == BUNDLE, "the same threads give another bundle");
    assert!(built.texts == TEXTS, "the same threads give another texts file");
}
