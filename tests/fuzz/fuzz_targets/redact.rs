//! Any text that somebody may write: what is found in it, and that nothing is found in what is left.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let findings = ask::redact(text);
    let mut end = 0;
    for finding in &findings {
        let span = finding.bytes.clone();
        assert!(end <= span.start && span.start < span.end, "findings follow one another: {findings:?}");
        assert!(text.get(span.clone()).is_some(), "findings lie between characters: {findings:?}");
        end = span.end;
    }
    let left_alone = ask::redact_query(text) == text && (text.contains('\n') || ask::redact_typed(text) == text);
    assert!(left_alone || ask::may_hold_secret(text), "a glance misses what is in {text:?}");
    assert!(text.starts_with(ask::settled(text)), "what is settled is the beginning of {text:?}");
    let left = ask::apply(text, &findings, &[]);
    let again = ask::redact(&left);
    assert!(again.is_empty(), "{left:?} still has {again:?}");
});
