//! `edgewise build`: the same input gives the same bytes, and what cannot be indexed is named.

use crate::support::{Folder, args, build_community, content, edgewise};

const THREAD: &str = r#"{"source":"discourse","site":"f.example","id":"1","url":"https://f.example/t/1","title":"Berth stuck",
"createdAt":"2024-01-02T03:04:05Z","question":{"id":"2","author":{"name":"a"},"createdAt":"2024-01-02T03:04:05Z","text":"Help"}}"#;

fn thread() -> String {
    THREAD.replace('\n', "")
}

fn with(field: &str) -> String {
    thread().replace("\"title\"", &format!("{field},\"title\""))
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let folder = Folder::new();
    let [one, eight, again] = ["one", "eight", "again"].map(|name| folder.join(name));
    let run = build_community(&one, "1");
    assert!(run.success, "{run:?}");
    assert!(build_community(&eight, "8").success);
    assert!(build_community(&again, "8").success);
    let files = content(&one);
    let ends: Vec<_> =
        files.iter().filter_map(|(name, _)| name.rsplit_once('.')).map(|(_, end)| end).collect();
    assert!(files.len() == 3 && ["bundle", "texts", "json"].iter().all(|end| ends.contains(end)), "{ends:?}");
    assert!(files == content(&eight) && files == content(&again));
    // Building into the folder once more changes nothing either.
    assert!(build_community(&one, "2").success);
    assert!(files == content(&one));
}

#[test]
fn the_closing_table_counts_every_input() {
    let folder = Folder::new();
    let run = build_community(&folder.join("out"), "2");
    let docs = run.out.lines().find(|line| line.starts_with("docs")).expect("a row of docs");
    assert_eq!(docs.split_whitespace().collect::<Vec<_>>(), ["docs", "15", "15", "0", "0", "0", "0"]);
    assert!(run.out.contains("A thread") && run.out.contains("version "), "{}", run.out);
}

#[test]
fn bad_input_is_named_and_passed_over() {
    let folder = Folder::new();
    let bad = with(r#""visible":false"#).replace("\"id\":\"1\"", "\"id\":\"3\"");
    let part = with(r#""completeness":{"have":20,"total":31}"#).replace("\"id\":\"1\"", "\"id\":\"4\"");
    let lines =
        [thread(), "{\"source\":1}".into(), String::new(), "no json".into(), bad, part, thread()].join("\n");
    let file = folder.file("threads.jsonl", &lines);
    let out = folder.join("out");
    let build = |more: &[&str]| {
        let mut all = args!["build", "--site", "demo", "--out", &out, "--threads", &file].to_vec();
        all.extend(more.iter().map(Into::into));
        edgewise(all)
    };
    let run = build(&[]);
    assert!(run.success, "{run:?}");
    for told in [
        "threads.jsonl:2: column",
        "threads.jsonl:4: column",
        "threads.jsonl:6: 20 of 31 posts",
        "threads.jsonl:7: discourse:f.example:1",
    ] {
        assert!(run.err.contains(told), "{told}: {}", run.err);
    }
    let row = run.out.lines().find(|line| line.starts_with("discourse")).expect("a row");
    assert_eq!(row.split_whitespace().collect::<Vec<_>>(), ["discourse", "4", "1", "1", "1", "1", "0"]);
    let row = run.out.lines().find(|line| line.starts_with("threads")).expect("a row of what has no source");
    assert_eq!(row.split_whitespace().collect::<Vec<_>>(), ["threads", "2", "0", "0", "0", "0", "2"]);

    std::fs::remove_dir_all(&out).expect("a folder");
    let run = build(&["--strict"]);
    assert!(!run.success && run.err.contains("--strict") && !out.exists(), "{run:?}");
}

#[test]
fn nothing_to_index_is_an_error() {
    let folder = Folder::new();
    let file = folder.file("threads.jsonl", "no json\n");
    let out = folder.join("out");
    let run = edgewise(args!["build", "--site", "demo", "--out", &out, "--threads", &file]);
    assert!(
        !run.success && run.err.contains("nothing that was read can be indexed") && !out.exists(),
        "{run:?}"
    );
    let run = edgewise(args!["build", "--site", "demo", "--out", &out]);
    assert!(!run.success && run.err.contains("--discourse DIR"), "{run:?}");
    let run = edgewise(args!["build", "--site", "No Id", "--out", &out, "--threads", &file]);
    assert!(!run.success && run.err.contains("small letters"), "{run:?}");
}

#[test]
fn a_discourse_folder_names_its_forum_or_asks_for_it() {
    let folder = Folder::new();
    let topic = r#"{"id":7,"title":"How do I pause a berth","category_id":3,"created_at":"2024-01-02T03:04:05Z","posts_count":1,
        "post_stream":{"posts":[{"id":70,"post_number":1,"username":"a","cooked":"<p>Please tell me</p>","created_at":"2024-01-02T03:04:05Z"}]}}"#;
    folder.file("export/topics/how.7.json", topic);
    folder.file("export/topics/broken.8.json", "{\"errors\":[\"gone\"]}");
    let (export, out) = (folder.join("export"), folder.join("out"));
    let run = edgewise(args!["build", "--site", "demo", "--out", &out, "--discourse", &export]);
    assert!(!run.success && run.err.contains("--base-url"), "{run:?}");

    folder.file("export/categories.json", r#"{"category_list":{"categories":[{"id":3,"name":"Syncing"}]}}"#);
    let run = edgewise(args![
        "build",
        "--site",
        "demo",
        "--out",
        &out,
        "--discourse",
        &export,
        "--base-url",
        "https://F.example/"
    ]);
    assert!(run.success && run.err.contains("broken.8.json: Discourse answered with an error"), "{run:?}");
    let run = edgewise(args!["search", &out, "pause", "--json"]);
    assert!(
        run.out.contains("discourse:f.example:7") && run.out.contains("\"category\": \"Syncing\""),
        "{run:?}"
    );
}

#[test]
fn every_command_shows_examples() {
    for command in [
        &["build"][..],
        &["inspect"],
        &["verify"],
        &["search"],
        &["publish"],
        &["site", "check"],
        &["site", "example"],
        &[],
    ] {
        let run = edgewise(command.iter().copied().chain(["--help"]));
        assert!(run.success && run.out.contains("Examples:"), "{command:?}: {run:?}");
    }
}
