//! The widget of an earlier deployment.

use super::*;

const KEPT: &str = "/v1/admin/a/0123456789abcdef/embed.js";
const PINNED: &str = "/v1/a/0123456789abcdef/embed.js";
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

#[test]
fn what_was_kept_is_served_for_a_year_as_static_files_are() {
    let stage = Stage::new();
    assert_eq!(problem(&stage.get(PINNED)), ProblemType::NotFound);
    assert_eq!(stage.operator(Method::Put, KEPT, b"loader".to_vec()).status, 201);

    let headers = Headers { origin: Some("https://anywhere.example".into()), ..Headers::default() };
    let served = stage.send(Method::Get, PINNED, headers, Vec::new());
    assert_eq!((served.status, served.body.as_slice()), (200, b"loader".as_slice()));
    for (name, value) in [
        ("Content-Type", "text/javascript; charset=utf-8"),
        ("Access-Control-Allow-Origin", "*"),
        ("Cross-Origin-Resource-Policy", "cross-origin"),
        ("Cache-Control", "public, max-age=31536000, immutable"),
        ("X-Content-Type-Options", "nosniff"),
    ] {
        let values: Vec<_> = served.headers.iter().filter(|(known, _)| *known == name).collect();
        assert_eq!(values, [&(name, value.to_owned())], "{name}");
    }

    let world = &stage.world;
    world.now.set(world.now.get() + 364 * DAY_MS);
    assert_eq!(stage.get(PINNED).status, 200);
    // Kept again, it has another year.
    assert_eq!(stage.operator(Method::Put, KEPT, b"loader".to_vec()).status, 201);
    world.now.set(world.now.get() + 364 * DAY_MS);
    assert_eq!(stage.get(PINNED).status, 200);
    world.now.set(world.now.get() + 2 * DAY_MS);
    assert_eq!(problem(&stage.get(PINNED)), ProblemType::NotFound);
}

#[test]
fn only_the_operator_has_files_kept() {
    let stage = Stage::new();
    assert_eq!(
        problem(&stage.send(Method::Put, KEPT, json_headers(), b"loader".to_vec())),
        ProblemType::NotFound
    );
    assert!(stage.world.files.borrow().keys().all(|key| !key.starts_with("_pinned/")));
    let large = stage.operator(Method::Put, KEPT, vec![0; (4 << 20) + 1]);
    assert_eq!(problem(&large), ProblemType::TooLarge);
}
