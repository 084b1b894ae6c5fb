//! The GitHub adapter against GitHub's published GraphQL schema: every operation with its variables, and every answer.

use contract::{Served, Wire, now};
use forum::github::{GitHub, OPERATIONS};
use forum::{Account, Lookup, NewThread, Outcome, Reference};

const MARKER: &str = "Edgewise reference: 0123456789ABCDEF";

fn reference() -> Reference<'static> {
    Reference { id: "0123456789ABCDEF", marker: MARKER, since: 1_760_000_000, others: &[], after: None }
}

fn github(served: &Served, key: &str) -> GitHub {
    GitHub(Account {
        url: format!("{}/berth-dev/berth", served.base()),
        category: Some("Q&A".into()),
        user: None,
        key: key.into(),
    })
}

#[test]
fn a_question_is_posted_found_and_answered_by_the_schema() {
    let Some(packages) = Served::packages() else { return };
    let served = Served::github(&packages).unwrap();
    let (github, wire) = (github(&served, "secret"), Wire::default());

    let findings = now(github.check(&wire));
    assert!(findings.len() == 3 && findings.iter().all(|finding| finding.ok), "{findings:?}");
    assert_eq!(now(github.look_up(&wire, &reference())), Lookup::Missing);

    let markdown = format!("It hangs.\n\n{MARKER}");
    let question = NewThread {
        title: "Berth is stuck at 99 %",
        markdown: &markdown,
        tags: &["sync".to_owned()],
        reference: reference(),
    };
    let Outcome::Created(posted) = now(github.post(&wire, &question)) else { panic!("it is not posted") };
    assert_eq!(posted.thread_id, "2");
    // Two are newer: it is on the second page.
    for _ in 0..2 {
        let other = NewThread { markdown: "Other", ..question.clone() };
        assert!(matches!(now(github.post(&wire, &other)), Outcome::Created(_)));
    }
    assert_eq!(now(github.look_up(&wire, &reference())), Lookup::Found(posted));

    let replies = now(github.replies(&wire, "1")).unwrap();
    let seen: Vec<_> =
        replies.iter().map(|post| (post.id.as_str(), post.accepted, post.reply_to.as_deref())).collect();
    assert_eq!(seen, [("10", false, None), ("11", false, Some("10")), ("12", true, None)]);
    assert_eq!(now(github.replies(&wire, "2")), Some(Vec::new()));
    assert_eq!(now(github.replies(&wire, "99")), None);
    assert_eq!(OPERATIONS.len(), 4, "each was run");
}

#[test]
fn a_token_or_a_repository_that_is_wrong_blocks() {
    let Some(packages) = Served::packages() else { return };
    let served = Served::github(&packages).unwrap();
    let question = NewThread { title: "t", markdown: MARKER, tags: &[], reference: reference() };
    let mut github = github(&served, "other");
    assert!(matches!(now(github.post(&Wire::default(), &question)), Outcome::Blocked { .. }));
    github.0.key = "secret".into();
    github.0.url = format!("{}/berth-dev/other", served.base());
    assert!(matches!(now(github.post(&Wire::default(), &question)), Outcome::Blocked { .. }));
}
