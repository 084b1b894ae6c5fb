//! The document in itself, and the wire types against it.

use api::*;
use contract::{DOCUMENT, Description};
use serde::Serialize;
use serde_json::Value;

fn description() -> Description {
    Description::new(DOCUMENT).expect("the document reads")
}

/// Holds a value against a schema, with every optional field there and with none.
fn holds<T: Serialize>(name: &str, value: &T) {
    description()
        .check_named(name, &serde_json::to_value(value).expect("wire types have a JSON form"))
        .unwrap_or_else(|error| panic!("{name}: {error:#}"));
}

#[test]
fn every_reference_points_somewhere() {
    let description = description();
    assert_eq!(description.document()["openapi"], "3.1.0");
    let references = description.references();
    assert!(references.len() > 100);
    for reference in references {
        description.resolve(reference).unwrap();
    }
}

#[test]
fn every_example_matches_its_schema() {
    fn walk(description: &Description, value: &Value, checked: &mut usize) {
        if let (Some(schema), Some(example)) = (value.get("schema"), value.get("example")) {
            description.check(schema, example).unwrap_or_else(|error| panic!("{error:#}"));
            *checked += 1;
        }
        match value {
            Value::Object(map) => map.values().for_each(|value| walk(description, value, checked)),
            Value::Array(values) => values.iter().for_each(|value| walk(description, value, checked)),
            _ => {}
        }
    }
    let (description, mut checked) = (description(), 0);
    walk(&description, description.document(), &mut checked);
    assert!(checked > 20, "only {checked} examples");
}

#[test]
fn every_operation_has_a_name_of_its_own_and_documents_its_problems() {
    let description = description();
    let mut names = Vec::new();
    for (method, path) in description.operations().unwrap() {
        let operation = &description.document()["paths"][&path][&method];
        names.push(
            operation["operationId"]
                .as_str()
                .unwrap_or_else(|| panic!("{method} {path} has no name"))
                .to_owned(),
        );
        if path != "/v1/openapi.json" {
            for status in ["405", "500"] {
                assert!(
                    operation["responses"].get(status).is_some(),
                    "{method} {path} does not document {status}"
                );
            }
        }
    }
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn every_problem_is_documented_with_its_status() {
    let description = description();
    let schema = description.resolve("#/components/schemas/Problem/properties/type").unwrap();
    let documented: Vec<&str> = schema["enum"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let known: Vec<&str> = ProblemType::ALL.iter().map(|kind| kind.uri()).collect();
    assert_eq!(documented, known);
    for kind in ProblemType::ALL {
        let line = format!("`{}` ({})", kind.uri(), kind.status());
        assert!(schema["description"].as_str().unwrap().contains(&line), "{line} is not described");
        let mut problem = Problem::new(*kind).detail("what went wrong");
        problem.errors = vec![FieldError::new("title", "tooShort", "at least 15 characters").beyond(15, 6)];
        holds("Problem", &problem);
    }
}

const VERSION: &str = "5f0c1d2e3b4a59687766554433221100ffeeddccbbaa99887766554433221100";
const TIME: &str = "2026-01-02T03:04:05Z";

fn text() -> Highlighted {
    Highlighted { text: "some text".into(), ranges: vec![Range { start: 0, end: 4 }] }
}

fn why() -> Why {
    Why {
        words: vec!["some".into(), "text".into()],
        places: vec![Place::Title, Place::Question, Place::Answers],
        likeness: Some(-0.25),
        prior: -1.5,
    }
}

fn hit(whole: bool) -> Hit {
    Hit {
        key: "discourse:a:1".into(),
        title: text(),
        url: "https://a/t/1".into(),
        source: "discourse".into(),
        category: whole.then(|| "Syncing".into()),
        tags: if whole { vec!["linux".into()] } else { Vec::new() },
        accepted: whole,
        staff: whole,
        answers: 2,
        created_at: TIME.into(),
        passage: whole.then(|| Passage { text: text(), from: PassageFrom::Accepted }),
        score: 1.5,
        why: if whole { why() } else { Why::default() },
    }
}

fn blocks() -> Vec<Block> {
    use BlockKind::*;
    let block = |kind| Block {
        kind,
        text: "see here".into(),
        lang: (kind == Code).then(|| "sh".into()),
        links: vec![Link { range: Range { start: 4, end: 8 }, url: "https://a.example".into() }],
    };
    [Paragraph, Heading, Item, Quote, Code, Image].map(block).into()
}

fn post(whole: bool) -> PostView {
    PostView {
        id: "1".into(),
        url: whole.then(|| "https://a/t/1/2".into()),
        heading: whole.then(|| "Install".into()),
        author: Author { name: "Ada".into(), role: if whole { Role::Staff } else { Role::Unknown } },
        created_at: TIME.into(),
        score: -1,
        accepted: whole,
        blocks: blocks(),
    }
}

#[test]
fn what_is_read_is_as_described() {
    for whole in [true, false] {
        let count = FacetCount { value: "linux".into(), count: 3 };
        let facets =
            Facets { tags: vec![count.clone()], categories: vec![count.clone()], sources: vec![count] };
        let hits = vec![hit(whole)];
        let did_you_mean = whole.then(|| "some text".into());
        holds(
            "SearchResponse",
            &SearchResponse { index_version: VERSION.into(), total: 1, did_you_mean, hits, facets },
        );
        let band = if whole { Band::Answers } else { Band::Related };
        let suggestion = Suggestion { hit: hit(whole), confidence: 0.5, band };
        holds(
            "SimilarResponse",
            &SimilarResponse { index_version: VERSION.into(), suggestions: vec![suggestion] },
        );
        holds(
            "ThreadView",
            &ThreadView {
                index_version: VERSION.into(),
                key: "docs:a:b/c".into(),
                title: "T".into(),
                url: "https://a".into(),
                source: "docs".into(),
                category: whole.then(|| "C".into()),
                tags: Vec::new(),
                closed: whole,
                question: post(whole),
                answer: whole.then(|| post(whole)),
                rest: vec![post(whole)],
                rest_count: 1,
                final_answer: None,
                matches: None,
            },
        );
        holds(
            "IndexInfo",
            &IndexInfo {
                index_version: VERSION.into(),
                site: "demo".into(),
                documents: 1,
                bundle_bytes: 1,
                texts_bytes: 1,
                wasm_memory_bytes: 1,
                watermark: whole.then(|| TIME.into()),
                refused: whole.then(|| "why".into()),
            },
        );
        let detail = whole.then(|| "why".into());
        holds("Health", &Health { status: "degraded".into(), index_version: String::new(), detail });
    }
}

#[test]
fn what_a_thread_comes_to_is_as_described() {
    for by in [FinalAnswerBy::Operator, FinalAnswerBy::Extract] {
        let post = (by == FinalAnswerBy::Extract).then(|| "2".into());
        holds("FinalAnswer", &FinalAnswer { by, parts: vec![FinalAnswerPart { post, blocks: blocks() }] });
    }
    for from in [PassageFrom::Accepted, PassageFrom::Staff, PassageFrom::Answer, PassageFrom::Question] {
        let passage = Passage { text: text(), from };
        holds("ThreadMatch", &ThreadMatch { post: "2".into(), block: 0, ranges: text().ranges, passage });
    }
}

#[test]
fn a_site_is_as_described() {
    use TemplateFieldKind::*;
    let field = |kind| TemplateField {
        name: "os".into(),
        label: "OS".into(),
        required: true,
        kind,
        options: if kind == Choice { vec!["Linux".into()] } else { Vec::new() },
        hint: String::new(),
    };
    let info = SiteInfo {
        index_version: VERSION.into(),
        site: "demo".into(),
        enabled: true,
        texts: SiteTexts::default(),
        template: Template { body_hint: "hint".into(), fields: [Line, Text, Choice].map(field).into() },
        tags: vec!["linux".into()],
        features: Features::default(),
        forum: ForumLink::default(),
        title_chars: (15, 255),
        body_chars: (20, 32_000),
        turnstile: "0x4AAA".into(),
    };
    holds("SiteInfo", &info);
}

#[test]
fn what_is_asked_is_as_described() {
    use QuestionState::*;
    let context =
        PageContext { page_url: Some("https://a".into()), product: Some("p".into()), version: None };
    holds(
        "SimilarRequest",
        &SimilarRequest {
            site: "demo".into(),
            title: "t".into(),
            context: context.clone(),
            ..Default::default()
        },
    );
    let kept = vec![KeptSpan { field: "body".into(), range: Range { start: 1, end: 2 } }];
    let fields = [("os".to_owned(), "Linux".to_owned())].into();
    let site = "demo".to_owned();
    holds(
        "QuestionRequest",
        &QuestionRequest { site, fields, context, kept, seen: vec!["k".into()], ..Default::default() },
    );
    for state in [Accepted, Sending, Posted, Answered, PendingReview, Ambiguous, NeedsFix, Withdrawn, Failed]
    {
        let reply = Reply {
            id: "1".into(),
            author: "Ada".into(),
            role: Role::Staff,
            created_at: TIME.into(),
            blocks: blocks(),
        };
        let status = QuestionStatus {
            index_version: VERSION.into(),
            receipt: "KVY7B1N4AA4D9Q7DBG2QYY8B6ZDYTZTX".into(),
            public_id: "2E2MXQD4A9K2ZHZQ".into(),
            state,
            title: "t".into(),
            created_at: TIME.into(),
            updated_at: TIME.into(),
            url: (state == Posted).then(|| "https://a".into()),
            reason: (state == Failed).then(|| "why".into()),
            replies: vec![reply],
            can_withdraw: state == Accepted,
            draft: (state == NeedsFix).then(Default::default),
            title_taken: state == NeedsFix,
            taken_by: (state == NeedsFix).then(|| "https://a".into()),
        };
        holds("QuestionStatus", &status);
    }
}

#[test]
fn a_manifest_is_as_described() {
    let file = ManifestFile { hash: VERSION.into(), bytes: 1 };
    let manifest = Manifest {
        format: 1,
        site: "demo".into(),
        version: VERSION.into(),
        bundles: vec![ManifestBundle { bundle: file.clone(), texts: file, documents: 1 }],
        tombstones: vec!["k".into()],
        watermark: Some(TIME.into()),
        previous: Some(VERSION.into()),
    };
    holds("Manifest", &manifest);
}

#[test]
fn what_differs_from_the_description_is_found() {
    let description = description();
    let value = serde_json::json!({"status": "fine", "indexVersion": ""});
    assert!(description.check_named("Health", &value).is_err());
    let seen = contract::Seen { status: 418, content_type: String::new(), headers: Vec::new(), body: None };
    assert!(description.check_response("get", "/v1/search", &seen).is_err());
}
