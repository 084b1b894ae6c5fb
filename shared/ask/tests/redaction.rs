//! What is redacted and what is left alone, case by case, and how much of it: recall and precision.
//!
//! `redaction_cases.tsv` holds the cases: kind (`-`: nothing is found), a tab, the text. What is found stands
//! between `«` and `»`. A `¦` is dropped before the text is read: it keeps made-up tokens from looking like real
//! ones to scanners of repositories. `\n` is a line's end, `\t` a tab and `\\` a backslash. Every secret here is made up.
//!
//! A kind with `!` before it is a case that the rules get wrong: they are measured like all others, and once the
//! rules get one right, its mark is to be removed. A text with several kinds names each, with a comma between.

use std::collections::BTreeMap;

use ask::{Kind, apply, may_hold_secret, redact, redact_query, redact_typed};

const CASES: &str = include_str!("redaction_cases.tsv");

/// Cases there are at least, of texts with something to find and of texts to leave alone.
const LEAST: usize = 400;

/// What recall and precision are at least, over all spans.
const QUALITY: f64 = 0.98;

/// One line of the file.
struct Case {
    number: usize,
    /// What is in the text: kind and place in bytes, ascending.
    wanted: Vec<(&'static str, std::ops::Range<usize>)>,
    text: String,
    /// The rules get it wrong.
    known: bool,
}

fn cases() -> Vec<Case> {
    let lines = CASES.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    lines.map(|(at, line)| case(at + 1, line)).collect()
}

fn case(number: usize, line: &str) -> Case {
    let (kinds, marked) = line.split_once('\t').expect("a case is a kind, a tab and a text");
    let known = kinds.starts_with('!');
    let mut kinds = kinds.trim_start_matches('!').split(',').cycle();
    let parts: Vec<_> =
        marked.split("\\\\").map(|part| part.replace("\\n", "\n").replace("\\t", "\t")).collect();
    let (mut text, mut wanted, mut open) = (String::new(), Vec::new(), None);
    for char in parts.join("\\").replace('¦', "").chars() {
        match char {
            '«' => open = Some(text.len()),
            '»' => {
                let start =
                    open.take().unwrap_or_else(|| panic!("line {number}: a span closes that did not open"));
                let kind = kinds.next().expect("cycles");
                let kind = Kind::ALL.iter().map(|kind| kind.id()).find(|id| *id == kind);
                wanted
                    .push((kind.unwrap_or_else(|| panic!("line {number}: no such kind")), start..text.len()));
            }
            char => text.push(char),
        }
    }
    assert_eq!(
        wanted.is_empty(),
        kinds.next() == Some("-"),
        "line {number}: a kind without a span or the reverse"
    );
    Case { number, wanted, text, known }
}

/// What was to be found, what was found, and what of that was right.
#[derive(Default)]
struct Count {
    wanted: usize,
    found: usize,
    right: usize,
}

impl Count {
    fn recall(&self) -> f64 {
        self.right as f64 / self.wanted.max(1) as f64
    }

    fn precision(&self) -> f64 {
        self.right as f64 / self.found.max(1) as f64
    }
}

#[test]
fn every_case_is_found_or_left_alone() {
    let cases = cases();
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    let mut wrong = Vec::new();
    for case in &cases {
        let findings = redact(&case.text);
        let found: Vec<_> =
            findings.iter().map(|finding| (finding.kind.id(), finding.bytes.clone())).collect();
        for (kind, _) in &case.wanted {
            counts.entry(kind).or_default().wanted += 1;
        }
        for span in &found {
            let count = counts.entry(span.0).or_default();
            count.found += 1;
            count.right += usize::from(case.wanted.contains(span));
        }
        if (found == case.wanted) == case.known {
            let shown = |spans: &[(&'static str, std::ops::Range<usize>)]| -> Vec<String> {
                spans.iter().map(|(kind, bytes)| format!("{kind} {:?}", &case.text[bytes.clone()])).collect()
            };
            let (found, wanted) = (shown(&found), shown(&case.wanted));
            let mark = if case.known { "is right now: remove its mark; " } else { "" };
            wrong.push(format!(
                "line {}: {mark}{:?}: found {found:?}, wanted {wanted:?}",
                case.number, case.text
            ));
        }
    }
    println!("{:<14}{:>7}{:>7}{:>7}{:>9}{:>11}", "kind", "wanted", "found", "right", "recall", "precision");
    let mut all = Count::default();
    for (kind, count) in &counts {
        row(kind, count);
        all.wanted += count.wanted;
        all.found += count.found;
        all.right += count.right;
    }
    row("all", &all);
    let positive = cases.iter().filter(|case| !case.wanted.is_empty()).count();
    let negative = cases.len() - positive;
    let known = cases.iter().filter(|case| case.known).count();
    println!("{positive} texts with something to find, {negative} to leave alone; {known} known to go wrong");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(positive >= LEAST && negative >= LEAST, "{positive} and {negative} cases");
    assert!(all.recall() >= QUALITY && all.precision() >= QUALITY, "{} {}", all.recall(), all.precision());
}

fn row(name: &str, count: &Count) {
    let Count { wanted, found, right } = count;
    println!("{name:<14}{wanted:>7}{found:>7}{right:>7}{:>9.4}{:>11.4}", count.recall(), count.precision());
}

/// Each case as it is, and as the part of it that a search field takes: one line.
#[test]
fn a_glance_notices_every_query_that_holds_a_secret() {
    for Case { number, text, .. } in cases() {
        for query in text.lines().chain([text.as_str()]) {
            assert!(may_hold_secret(query) || redact_query(query) == query, "line {number}: {query:?}");
        }
    }
}

/// What a name announces hardly leaves the page while it is typed. A token by itself is known only once it is long:
/// nobody types one.
#[test]
fn a_secret_of_a_case_is_held_back_while_it_is_typed() {
    /// Bytes of a secret that may leave: groups of a card's number that name its issuer, names of cookies.
    const LEAVE: usize = 10;
    let (mut held, mut seen) = (0, Vec::new());
    let cases = cases();
    for line in cases.iter().flat_map(|case| case.text.lines()).filter(|line| line.len() < 200) {
        let announced = |finding: &ask::Finding| {
            matches!(finding.kind, Kind::Password | Kind::Authorization | Kind::Cookie | Kind::Card)
        };
        for finding in redact(line).into_iter().filter(announced) {
            let start = finding.bytes.start;
            let sent = |end: usize| {
                let typed = line.get(..end)?;
                let sent = if may_hold_secret(typed) { redact_typed(typed) } else { typed.to_owned() };
                line.starts_with(&sent).then(|| sent.len().saturating_sub(start))
            };
            match (start..finding.bytes.end).filter_map(sent).max() {
                Some(most) if most > LEAVE => seen.push(line),
                _ => held += 1,
            }
        }
    }
    println!("{held} of {} held back; of the others more is seen: {seen:?}", held + seen.len());
    assert!(held > 100 && seen.len() * 20 <= held, "{held} held back; {seen:?}");
}

/// What a glance is for: hardly any query has to wait for the rules.
#[test]
fn a_glance_lets_ordinary_queries_pass() {
    const QUERIES: [&str; 2] = [
        include_str!("../../../tests/relevance/hurried/slicer.topics.tsv"),
        include_str!("../../../tests/relevance/hurried/urho3d.topics.tsv"),
    ];
    let lines = QUERIES.iter().flat_map(|file| file.lines()).filter(|line| !line.starts_with('#'));
    let queries: Vec<&str> = lines.filter_map(|line| line.split('\t').nth(1)).collect();
    let held: Vec<_> = queries.iter().filter(|query| may_hold_secret(query)).collect();
    println!("{} of {} queries wait for the rules: {held:?}", held.len(), queries.len());
    assert!(queries.len() >= 150 && held.len() * 20 <= queries.len(), "{held:?}");
}

#[test]
fn a_second_redaction_of_a_case_finds_nothing() {
    for Case { number, text, .. } in cases() {
        let once = apply(&text, &redact(&text), &[]);
        assert_eq!(redact(&once), [], "line {number}: {once:?}");
    }
}

/// A search query loses the same secrets and keeps what is personal.
#[test]
fn a_query_loses_the_secrets_of_a_case() {
    for Case { number, text, .. } in cases() {
        let secrets: Vec<_> = redact(&text).into_iter().filter(|finding| !finding.personal).collect();
        assert_eq!(redact_query(&text), apply(&text, &secrets, &[]), "line {number}");
    }
}

/// Code is not spared: a finding is the same within a fence, a list, a quotation and a table.
#[test]
fn markdown_hides_nothing() {
    for Case { number, text, wanted, .. } in cases() {
        if wanted.is_empty() || text.contains('\n') || text.contains('`') {
            continue;
        }
        let kinds = |text: &str| -> Vec<Kind> { redact(text).iter().map(|finding| finding.kind).collect() };
        for around in ["```sh\n{}\n```\n", "> {}\n", "- {}\n", "    {}\n", "first\n\n{}\n\nlast\n"] {
            let within = around.replace("{}", &text);
            assert_eq!(kinds(&within), kinds(&text), "line {number}: {within:?}");
        }
    }
}
