//! The decoders against answers of real forums, where they lie beside the checkout. They are not ours to ship, so the
//! tests say so and pass without them.

use std::path::Path;

use forum::{lemmy, misago, nodebb};
use thread::{Body, Completeness, Role, Status};

/// A captured answer; `None`, with the reason printed, without it.
fn sample(name: &str) -> Option<Vec<u8>> {
    let root = Path::new("../..");
    let file = root.join("../shared/forum/samples").join(name);
    if !file.is_file() {
        println!("skipped: {} is not there; the samples are not part of the project", file.display());
        return None;
    }
    Some(std::fs::read(&file).expect("a readable file"))
}

#[test]
fn misago_decodes() {
    let Some(page) = sample("misago-0.39.6/thread-posts.json") else { return };
    let thread = misago::decode_thread([page.as_slice()], "https://misago.example").expect("a thread");
    assert_eq!(thread.key(), "misago:misago.example:2");
    assert_eq!(thread.url, "https://misago.example/t/unicode-ri-ben-yu-btagsb-quoted/2/");
    assert_eq!(thread.title, "Ünïcode 日本語 😀 & <b>tags</b> \"quoted\"");
    assert_eq!(thread.category.map(|category| category.name).as_deref(), Some("First category"));
    assert_eq!((thread.visible, thread.status), (true, Status::Open));
    assert_eq!(thread.completeness, Completeness::Full);
    assert_eq!(thread.question.author.role, Role::Member);
    assert_eq!(thread.accepted_id.as_deref(), Some("4"));
    let [answer] = thread.answers.as_slice() else { panic!("{:?}", thread.answers) };
    assert_eq!((answer.author.name.as_str(), answer.author.role), ("HelpBot", Role::Staff));
    assert_eq!((answer.score, answer.accepted), (1, true));
    assert_eq!(answer.body, Body::Html("<p>Use two keys and overlap them.</p>".to_owned()));
    assert_eq!(answer.created_at.to_string(), "2026-11-21 19:30:18.707726 +00:00:00");
}

#[test]
fn nodebb_decodes() {
    let Some(page) = sample("nodebb-4.15.1/topic.json") else { return };
    let thread = nodebb::decode_topic([page.as_slice()], "https://nodebb.example").expect("a topic");
    assert_eq!(thread.key(), "nodebb:nodebb.example:2");
    assert_eq!(thread.title, "How do I rotate the API key without downtime? 日本語 😀");
    assert!(thread.url.starts_with("https://nodebb.example/topic/2/how-do-i-rotate"), "{}", thread.url);
    assert_eq!(thread.category.map(|category| category.name).as_deref(), Some("General Discussion"));
    assert_eq!(thread.tags, ["api", "keys"]);
    assert_eq!((thread.visible, thread.completeness), (true, Completeness::Full));
    let [answer] = thread.answers.as_slice() else { panic!("{:?}", thread.answers) };
    assert_eq!((answer.id.as_str(), answer.number), ("6", Some(2)));
    assert_eq!((answer.author.name.as_str(), answer.author.role), ("admin", Role::Staff));
    assert_eq!(answer.created_at.to_string(), "2026-11-21 19:39:17.331 +00:00:00");
}

#[test]
fn lemmy_decodes() {
    let Some(post) = sample("lemmy-0.17.4/post.json") else { return };
    let Some(comments) = sample("lemmy-0.17.4/comments.json") else { return };
    let thread = lemmy::decode_thread(&post, &comments, "https://lemmy.example").expect("a post");
    assert_eq!(thread.key(), "lemmy:lemmy.example:1");
    assert_eq!(thread.title, "How do I rotate the API key? 日本語 😀");
    assert_eq!(thread.question.body, Body::Markdown("I got **401** for 5 minutes.".to_owned()));
    assert_eq!(thread.question.created_at.to_string(), "2026-11-21 19:42:16.012626 +00:00:00");
    let [answer] = thread.answers.as_slice() else { panic!("{:?}", thread.answers) };
    assert_eq!((answer.author.name.as_str(), answer.score), ("helpbot", 1));
    assert_eq!((thread.visible, thread.completeness), (true, Completeness::Full));
}
