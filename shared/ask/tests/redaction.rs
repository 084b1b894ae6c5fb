//! What is redacted and what is left alone, case by case.
//!
//! `redaction_cases.tsv` holds the cases: kind (`-`: nothing is found), a tab, the text. What is found stands
//! between `«` and `»`. A `¦` is dropped before the text is read: it keeps made-up tokens from looking like real
//! ones to scanners of repositories. `\n` is a line's end and `\\` a backslash. Every secret here is made up.

use ask::{Kind, apply, redact};

const CASES: &str = include_str!("redaction_cases.tsv");

fn label(kind: Kind) -> &'static str {
    match kind {
        Kind::PrivateKey => "key",
        Kind::Jwt => "jwt",
        Kind::Token => "token",
        Kind::Password => "password",
        Kind::Authorization => "authorization",
        Kind::Cookie => "cookie",
        Kind::Card => "card",
        Kind::Email => "email",
        Kind::IpAddress => "ip",
        Kind::HomeName => "name",
        Kind::Phone => "phone",
    }
}

/// A case as it was meant, with its marks.
fn unescaped(case: &str) -> String {
    let parts: Vec<_> = case.split("\\\\").map(|part| part.replace("\\n", "\n")).collect();
    parts.join("\\").replace('¦', "")
}

#[test]
fn every_case_is_found_or_left_alone() {
    let (mut positive, mut negative) = (0, 0);
    let mut wrong = Vec::new();
    for (number, line) in
        CASES.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
    {
        let number = number + 1;
        let (kind, case) = line.split_once('\t').expect("a case is a kind, a tab and a text");
        let marked = unescaped(case);
        let text = marked.replace(['«', '»'], "");
        let findings = redact(&text);
        let found: Vec<_> =
            findings.iter().map(|finding| (label(finding.kind), &text[finding.bytes.clone()])).collect();
        let spans =
            marked.split('«').skip(1).map(|part| part.split_once('»').expect("a span that opens closes").0);
        let wanted: Vec<_> = spans.map(|span| (kind, span)).collect();
        assert_eq!(kind == "-", wanted.is_empty(), "line {number}: a kind without a span or the reverse");
        if found != wanted {
            wrong.push(format!("line {number}: {text:?}: found {found:?}, wanted {wanted:?}"));
        }
        let applied = apply(&text, &findings, &[]);
        if !redact(&applied).is_empty() {
            wrong.push(format!("line {number}: a second redaction finds more in {applied:?}"));
        }
        *(if kind == "-" { &mut negative } else { &mut positive }) += 1;
    }
    println!("{positive} texts with something to find, {negative} to leave alone");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(positive >= 120 && negative >= 120, "{positive} and {negative} cases");
}
