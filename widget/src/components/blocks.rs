//! Posts as text: paragraphs, code, links. What people wrote becomes text nodes and nothing else.

use super::icon::{OUT, icon};
use crate::dom::element::{Content, El, el, group};
use crate::dom::page;
use crate::highlight::{link_target, pieces};
use crate::locale;
use api::{Block, BlockKind, Highlighted, Range, Role};

/// A text with its matches marked.
pub fn marked(text: &Highlighted) -> El {
    marks(&text.text, &text.ranges)
}

fn marks(text: &str, ranges: &[Range]) -> El {
    pieces(text, ranges.iter().copied()).into_iter().fold(group(), |all, piece| match piece.range {
        Some(_) => all.child(el("mark").child(piece.text)),
        None => all.child(piece.text),
    })
}

/// What a post says.
pub fn blocks(all: &[Block]) -> El {
    blocks_matched(all, None)
}

/// What a post says, with the words marked that one of its blocks, given by its position, has in common with a query.
pub fn blocks_matched(all: &[Block], found: Option<(usize, &[Range])>) -> El {
    let mut list: Option<El> = None;
    let mut post = el("div.post").set("dir", "auto");
    for (at, one) in all.iter().enumerate() {
        let drawn = block(one, found.filter(|(found, _)| *found == at).map(|(_, ranges)| ranges));
        // Items that follow each other are one list.
        if one.kind == BlockKind::Item {
            list = Some(list.unwrap_or_else(|| el("ul")).child(drawn));
        } else {
            post = post.child(list.take()).child(drawn);
        }
    }
    post.child(list)
}

fn block(block: &Block, ranges: Option<&[Range]>) -> El {
    let drawn = match block.kind {
        // Focusable, so that the keyboard can scroll long lines.
        BlockKind::Code => {
            let code = el("code").child(marks(&block.text, ranges.unwrap_or_default()));
            el("pre")
                .set("dir", "ltr")
                .set("tabindex", "0")
                .set_some("data-lang", block.lang.as_deref())
                .child(code)
        }
        kind => {
            let shape = match kind {
                BlockKind::Heading => "h4",
                BlockKind::Quote => "blockquote",
                BlockKind::Item => "li",
                BlockKind::Image => "p.picture",
                BlockKind::Paragraph | BlockKind::Code => "p",
            };
            linked(el(shape), block, ranges.unwrap_or_default())
        }
    };
    drawn.set_some("data-part", ranges.map(|_| "match"))
}

/// A block's text in an element, links and the words marked that matched.
fn linked(element: El, block: &Block, ranges: &[Range]) -> El {
    let mut start = 0;
    pieces(&block.text, block.links.iter().map(|link| link.range)).into_iter().fold(element, |all, piece| {
        let link = piece.range.and_then(|at| block.links.get(at)).and_then(|link| link_target(&link.url));
        let within = |range: &Range| Range {
            start: range.start.saturating_sub(start),
            end: range.end.saturating_sub(start),
        };
        let text = marks(&piece.text, &ranges.iter().map(within).collect::<Vec<_>>());
        start += piece.text.encode_utf16().count() as u32;
        match link {
            Some(url) => all.child(outward(url, text)),
            None => all.child(text),
        }
    })
}

/// A link out of the page to what somebody else wrote.
fn outward(url: &str, text: impl Content) -> El {
    el("a").set("href", url).set("target", "_blank").set("rel", "noopener ugc").child(text)
}

/// The way to where something was written.
pub fn open_outside(url: &str, label: &str) -> El {
    el("span.link@open-outside").child(outward(url, group().child(icon(OUT)).child(label)))
}

/// Who wrote something, their standing, and when.
pub fn byline(name: &str, role: Role, created_at: &str) -> El {
    let badge = locale::role(role).map(|role| el("span.badge.badge-staff").child(role));
    el("p.byline")
        .child(el("span.author").set("dir", "auto").child(name))
        .child(badge)
        .child(time(created_at))
}

/// How long ago something was.
pub fn time(at: &str) -> El {
    el("time").set("datetime", at).child(page::seconds_since(at).map(locale::ago))
}
