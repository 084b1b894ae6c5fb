//! Which question a post is.

use crate::Reference;

/// Whether a post, as Markdown, HTML or plain text, is the question that is looked for. The body before the marker is
/// the asker's and may name another question; so the last line of this kind decides.
pub(crate) fn bears(post: &str, reference: &Reference<'_>) -> bool {
    let label = reference.marker.strip_suffix(reference.id).unwrap_or(reference.marker);
    let last = post.rfind(label).and_then(|at| post.get(at..));
    !label.is_empty() && last.is_some_and(|rest| rest.starts_with(reference.marker))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_marker_decides() {
        let reference = Reference {
            id: "0123456789ABCDEF",
            marker: "Reference: 0123456789ABCDEF",
            since: 0,
            others: &[],
            after: None,
        };
        assert!(bears("How?\n\nReference: 0123456789ABCDEF\n", &reference));
        assert!(bears("<p>How?</p><p>Reference: 0123456789ABCDEF</p>", &reference));
        assert!(bears("Reference: FFFF\n\nReference: 0123456789ABCDEF", &reference));
        assert!(!bears("Reference: 0123456789ABCDEF\n\nReference: FFFFFFFFFFFFFFFF", &reference), "forged");
        assert!(!bears("0123456789ABCDEF", &reference));
        assert!(!bears("", &reference));
        assert!(!bears("x", &Reference { id: "", marker: "", since: 0, others: &[], after: None }));
    }
}
