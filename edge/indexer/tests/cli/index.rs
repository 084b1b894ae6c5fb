//! What can be done with an index: searched, looked into, checked, published.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::JoinHandle;

use crate::support::{Folder, Run, args, build_community, community, content, edgewise, read};

fn index() -> (Folder, PathBuf) {
    let folder = Folder::new();
    let out = folder.join("index");
    let run = build_community(&out, "2");
    assert!(run.success, "{run:?}");
    (folder, out)
}

fn file(folder: &Path, end: &str) -> PathBuf {
    let (name, _) = content(folder).into_iter().find(|(name, _)| name.ends_with(end)).expect("such a file");
    folder.join(name)
}

fn flip(path: &Path, at: impl Fn(usize) -> usize) {
    let mut bytes = std::fs::read(path).expect("a readable file");
    let at = at(bytes.len());
    bytes[at] ^= 1;
    std::fs::write(path, bytes).expect("a writable file");
}

#[test]
fn search_finds_what_a_reader_means() {
    let (_folder, index) = index();
    let run = edgewise(args!["search", &index, "MR-2007"]);
    assert!(run.success && run.out.contains("MR-2007") && run.out.contains(" 1. "), "{run:?}");
    assert!(!run.out.contains('\u{1b}'), "no colours where nobody sees them");

    let run =
        edgewise(args!["search", &index, "pair", "phone", "--source", "docs", "--limit", "2", "--json"]);
    let answer: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    let hits = answer["hits"].as_array().expect("hits");
    assert!(!hits.is_empty() && hits.len() <= 2 && hits.iter().all(|hit| hit["source"] == "docs"), "{run:?}");

    let run = edgewise(args!["search", &index, "relay certificate", "--explain", "--tag", "harbour"]);
    assert!(run.success && run.out.contains("idf "), "{run:?}");
    let text = run.out.lines().find(|line| line.trim_start().starts_with("text ")).expect("the feature");
    assert!(text.contains("  value ") && text.contains("  weight "), "{text}");
    assert!(run.out.contains("likeness without vectors, prior "), "{run:?}");
    let run = edgewise(args!["search", &index, "brth lokced"]);
    assert!(run.success && run.out.starts_with("did you mean berth locked?\n\n 1. MR-2007"), "{run:?}");
    let run = edgewise(args!["search", &index, "brth lokced", "--limit", "1", "--json"]);
    let answer: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(answer["hits"][0]["why"]["words"], serde_json::json!(["locked", "berth"]));
    let run = edgewise(args!["search", &index, "zzzzqqq"]);
    assert!(run.success && run.out.starts_with("0 of 0 matches"), "{run:?}");
}

#[test]
fn inspect_shows_sections_and_sizes() {
    let (_folder, index) = index();
    for argument in [index.clone(), file(&index, ".bundle")] {
        let run = edgewise(args!["inspect", &argument]);
        assert!(run.success && run.out.contains("Section") && run.out.contains("site       demo"), "{run:?}");
    }
    let run = edgewise(args!["inspect", &file(&index, ".texts")]);
    assert!(!run.success && run.err.contains("no bundle"), "{run:?}");
}

#[test]
fn verify_finds_every_kind_of_damage() {
    let check = |damage: &dyn Fn(&Path), told: &str| {
        let (_folder, index) = index();
        assert!(edgewise(args!["verify", &index]).success);
        damage(&index);
        let run = edgewise(args!["verify", &index]);
        assert!(!run.success && run.err.contains(told), "{told}: {run:?}");
    };
    check(&|index| flip(&file(index, ".bundle"), |length| length / 2), "no bundle that can be used");
    check(&|index| flip(&file(index, ".bundle"), |_| 0), "no bundle that can be used");
    check(&|index| flip(&file(index, ".texts"), |length| length - 1), "is damaged");
    check(&|index| std::fs::remove_file(file(index, ".texts")).expect("a file"), "is missing");
    check(&|index| std::fs::write(file(index, ".texts"), b"short").expect("a file"), "the manifest says");
    check(&|index| std::fs::write(index.join("manifest.json"), b"{}").expect("a file"), "no manifest");
    check(&|index| std::fs::remove_file(index.join("manifest.json")).expect("a file"), "cannot be read");
    let edit = |from: &'static str, to: &'static str| {
        move |index: &Path| {
            let path = index.join("manifest.json");
            let text = std::fs::read_to_string(&path).expect("text").replace(from, to);
            std::fs::write(&path, text).expect("a file");
        }
    };
    check(&edit("\"site\": \"demo\"", "\"site\": \"other\""), "was built for site demo");
    check(&edit("\"format\": 1", "\"format\": 9"), "format 9");
    check(&edit("\"documents\": ", "\"documents\": 1"), "the manifest says");
}

#[test]
fn settings_are_checked_with_place_and_remedy() {
    let run = edgewise(args!["site", "check", &community("site.toml")]);
    assert!(run.success && run.out.starts_with("right: site demo"), "{run:?}");
    let folder = Folder::new();
    let example = edgewise(args!["site", "example"]).out;
    assert!(edgewise(args!["site", "check", &folder.file("example.toml", &example)]).success);
    let run = edgewise(args!["site", "check", &folder.file("bad.toml", "id = \"A B\"\norigins = 5\n")]);
    assert!(
        !run.success && run.err.contains("line 1, column") && run.err.contains("line 2, column"),
        "{run:?}"
    );
}

/// The first line of a request, whether it carried the token, and the length of its body.
type Request = (String, bool, usize);

/// A server that gives one answer to everything and keeps what it was asked.
fn server(status: &'static str, requests: usize) -> (String, JoinHandle<Vec<Request>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let serve = move || {
        let mut seen = Vec::new();
        while seen.len() < requests {
            let (stream, _) = listener.accept().expect("a connection");
            let mut reader = BufReader::new(stream);
            let (mut first, mut length, mut token) = (String::new(), 0, false);
            reader.read_line(&mut first).expect("a request");
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).expect("a header");
                let line = line.trim().to_ascii_lowercase();
                if line.is_empty() {
                    break;
                }
                length = line
                    .strip_prefix("content-length: ")
                    .map_or(length, |value| value.parse().expect("a length"));
                token |= line == "authorization: bearer s3cret";
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).expect("a body");
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}");
            reader.get_mut().write_all(answer.as_bytes()).expect("an answer");
            seen.push((first.trim().to_owned(), token, length));
        }
        seen
    };
    (address, std::thread::spawn(serve))
}

fn publish(index: &Path, to: &str, token: Option<&str>) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_edgewise"));
    command.args(args!["publish", index, "--to", to, "--site-config", &community("site.toml")]);
    command.env_remove("EDGEWISE_OPERATOR_TOKEN");
    if let Some(token) = token {
        command.env("EDGEWISE_OPERATOR_TOKEN", token);
    }
    read(command.output().expect("the binary starts"))
}

#[test]
fn the_manifest_moves_last() {
    let (_folder, index) = index();
    let (address, server) = server("200 OK", 5);
    let run = publish(&index, &address, Some("s3cret\n"));
    assert!(run.success && run.out.contains("serves version"), "{run:?}");
    let seen = server.join().expect("no panic");
    let paths: Vec<_> =
        seen.iter().map(|(first, _, _)| first.split(' ').nth(1).expect("a path").to_owned()).collect();
    assert!(seen.iter().all(|(_, token, _)| *token));
    assert!(seen[0].0.starts_with("GET /v1/admin/demo/manifest.json"));
    assert!(paths[1].starts_with("/v1/admin/demo/files/") && paths[1].ends_with(".bundle"), "{paths:?}");
    assert!(paths[2].ends_with(".texts"));
    assert_eq!(paths[3..], ["/v1/admin/demo/site.json", "/v1/admin/demo/manifest.json"]);
    assert_eq!(seen[1].2 as u64, std::fs::metadata(file(&index, ".bundle")).expect("a file").len());
}

#[test]
fn a_refusal_is_explained() {
    let (_folder, index) = index();
    let (address, server) = server("404 Not Found", 2);
    let run = publish(&index, &address, Some("wrong"));
    assert!(
        !run.success
            && run.err.contains("answers 404")
            && run.err.contains("no operator's token is configured"),
        "{run:?}"
    );
    server.join().expect("no panic");

    let run = publish(&index, "http://127.0.0.1:9", None);
    assert!(!run.success && run.err.contains("EDGEWISE_OPERATOR_TOKEN"), "{run:?}");
    let run = publish(&index, "http://127.0.0.1:9", Some("s3cret"));
    assert!(!run.success && run.err.contains("http://127.0.0.1:9 does not answer"), "{run:?}");
    flip(&file(&index, ".texts"), |length| length - 1);
    let run = publish(&index, &address, Some("s3cret"));
    assert!(!run.success && run.err.contains("is damaged"), "nothing damaged is published: {run:?}");
}
