//! What holds for every post, however hostile: nothing panics, and what comes out can be shown.

use api::{Block, BlockKind};
use proptest::prelude::*;
use thread::Body;

fn check(blocks: &[Block]) {
    for block in blocks {
        assert!(!block.text.trim().is_empty(), "an empty block: {block:?}");
        let code = block.kind == BlockKind::Code;
        let control = block.text.chars().find(|c| c.is_control() && *c != '\n' && !(code && *c == '\t'));
        assert_eq!(control, None, "{block:?}");
        if !code {
            assert!(!block.text.contains("  ") && block.text.trim() == block.text, "{block:?}");
        }
        let units: Vec<u16> = block.text.encode_utf16().collect();
        let mut last = 0;
        for link in &block.links {
            let (start, end) = (link.range.start as usize, link.range.end as usize);
            assert!(last <= start && start < end && end <= units.len(), "{block:?}");
            last = end;
            assert!(String::from_utf16(&units[start..end]).is_ok(), "a cut surrogate pair: {block:?}");
            assert!(
                ["http://", "https://", "mailto:"].iter().any(|scheme| link.url.starts_with(scheme)),
                "{block:?}"
            );
            assert!(
                !link.url.contains(|c: char| c.is_control() || c.is_whitespace() || c == '"'),
                "{block:?}"
            );
        }
    }
}

/// Fragments that meet in posts, in an order nobody would write.
fn soup() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => proptest::sample::select(vec![
            "<p>", "</p>", "<a href=\"https://a.example\">", "<a href='/t/1'>", "</a>", "<li>", "<ul>", "</ul>", "<ol>",
            "<table>", "<tr>", "<td>", "</table>", "<pre><code class=lang-c>", "</code></pre>", "<br>", "<br/>", "<h2>", "</h2>",
            "<blockquote>", "</blockquote>", "<aside class=quote data-username=x>", "<div class=title>", "</aside>",
            "<script>", "</script>", "<svg>", "</svg>", "<img src=x alt=y>", "<img class=emoji title=':a:'>",
            "<a class=lightbox href=/b.png>", "<div class=meta>", "</div>", "<textarea>", "<!--", "-->", "<![CDATA[", "&amp;",
            "&#0;", "&#x1F642;", "\u{200b}", "\0", "**", "`", "```rust\n", "\n\n", "\n", "> ", "- ", "1. ", "| a | b |\n|--|--|\n", "[x](",
            "https://b.example/ü)", ")", "![", "](data:x)", "<T>", "    ", "\t", "---\n",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,6}",
        1 => any::<String>(),
    ];
    proptest::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_post_can_be_shown(source in soup()) {
        for body in [Body::Html(source.clone()), Body::Markdown(source.clone()), Body::Text(source.clone())] {
            check(&text::blocks(&body));
            let blocks = text::blocks_at(&body, "https://forum.example/t/5?x#y");
            check(&blocks);
            let plain = text::plain(&blocks);
            prop_assert!(blocks.is_empty() == plain.is_empty());
        }
    }

    #[test]
    fn every_address_is_safe_or_dropped(href in any::<String>(), base in any::<String>()) {
        for base in [None, Some(base.as_str()), Some("https://a.example/b/../c?d")] {
            if let Some(url) = text::resolve(&href, base) {
                prop_assert!(["http://", "https://", "mailto:"].iter().any(|scheme| url.starts_with(scheme)), "{url}");
            }
        }
    }
}
