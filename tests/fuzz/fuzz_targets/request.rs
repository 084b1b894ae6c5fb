//! Whatever arrives over HTTP: paths, query strings, JSON bodies, and what becomes of a question that can be read.
#![no_main]

use std::sync::LazyLock;

use edge::decode;
use edge::route::Route;
use libfuzzer_sys::fuzz_target;
use site::SiteConfig;

static RULES: LazyLock<ask::Rules> =
    LazyLock::new(|| SiteConfig::from_toml(site::EXAMPLE).expect("the example is sound").rules());

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = Route::parse(text);
        if let Ok(params) = decode::Params::parse(text) {
            let _ = decode::site(&params);
            let _ = decode::rest(&params);
            let _ = decode::state(&params);
            let _ = decode::search(params);
        }
    }
    if let Ok(request) = decode::similar(bytes) {
        let _ = decode::check_similar(&request);
    }
    if let Ok(request) = decode::question(bytes)
        && let Ok(question) = ask::check(request, &RULES)
    {
        let id = ask::PublicId::new([7; 10]);
        let post = ask::post_body(&question, &id, &ask::RenderOptions::default());
        assert_eq!(ask::find_marker(&post), Some(id), "the marker is found in every post");
    }
});
