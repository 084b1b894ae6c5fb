//! Posts as text: paragraphs, code, links. What people wrote becomes text nodes and nothing else.

use crate::dom::page;
use crate::highlight::{link_target, pieces};
use crate::locale;
use api::{Block, BlockKind, Highlighted, Range, Role};
use leptos::prelude::*;

/// A text with its matches marked.
pub fn marked(text: &Highlighted) -> AnyView {
    pieces(&text.text, text.ranges.iter().copied())
        .into_iter()
        .map(|piece| match piece.range {
            Some(_) => view! { <mark>{piece.text}</mark> }.into_any(),
            None => piece.text.into_any(),
        })
        .collect_view()
        .into_any()
}

/// What a post says.
pub fn blocks(all: &[Block]) -> AnyView {
    blocks_matched(all, None)
}

/// What a post says, with the words marked that one of its blocks, given by its position, has in common with a query.
pub fn blocks_matched(all: &[Block], found: Option<(usize, &[Range])>) -> AnyView {
    let mut views = Vec::new();
    let mut rest = all;
    while let Some((first, after)) = rest.split_first() {
        let at = all.len() - rest.len();
        let ranges = |at: usize| found.filter(|(block, _)| *block == at).map(|(_, ranges)| ranges);
        if first.kind == BlockKind::Item {
            let items = rest.iter().take_while(|block| block.kind == BlockKind::Item).count();
            let (list, after) = rest.split_at(items);
            let item = |(block, at)| {
                let ranges = ranges(at);
                view! { <li data-part=ranges.map(|_| "match")>{linked(block, ranges)}</li> }
            };
            let list = list.iter().zip(at..).map(item).collect_view();
            views.push(view! { <ul>{list}</ul> }.into_any());
            rest = after;
        } else {
            views.push(block(first, ranges(at)));
            rest = after;
        }
    }
    view! { <div class="post" dir="auto">{views}</div> }.into_any()
}

fn block(block: &Block, ranges: Option<&[Range]>) -> AnyView {
    let part = ranges.map(|_| "match");
    let text = linked(block, ranges);
    match block.kind {
        BlockKind::Heading => view! { <h4 data-part=part>{text}</h4> }.into_any(),
        BlockKind::Quote => view! { <blockquote data-part=part>{text}</blockquote> }.into_any(),
        // Focusable, so that the keyboard can scroll long lines.
        BlockKind::Code => {
            view! { <pre dir="ltr" tabindex="0" data-part=part data-lang=block.lang.clone()><code>{marks(&block.text, ranges, 0)}</code></pre> }
                .into_any()
        }
        BlockKind::Image => view! { <p class="picture">{text}</p> }.into_any(),
        BlockKind::Paragraph | BlockKind::Item => view! { <p data-part=part>{text}</p> }.into_any(),
    }
}

/// A part of a block, which starts at `start` in it, with the words marked that matched.
fn marks(text: &str, ranges: Option<&[Range]>, start: u32) -> AnyView {
    let within = |range: &Range| Range {
        start: range.start.saturating_sub(start),
        end: range.end.saturating_sub(start),
    };
    let ranges: Vec<Range> = ranges.unwrap_or_default().iter().map(within).collect();
    marked(&Highlighted { text: text.to_owned(), ranges })
}

fn linked(block: &Block, ranges: Option<&[Range]>) -> AnyView {
    let mut start = 0;
    pieces(&block.text, block.links.iter().map(|link| link.range))
        .into_iter()
        .map(|piece| {
            let link = piece.range.and_then(|at| block.links.get(at)).and_then(|link| link_target(&link.url));
            let text = marks(&piece.text, ranges, start);
            start += piece.text.encode_utf16().count() as u32;
            match link {
                Some(url) => outward(url, text),
                None => text,
            }
        })
        .collect_view()
        .into_any()
}

/// A link out of the page to what somebody else wrote.
pub fn outward(url: &str, text: AnyView) -> AnyView {
    view! { <a href=url.to_owned() target="_blank" rel="noopener ugc">{text}</a> }.into_any()
}

/// Who wrote something, their standing, and when.
pub fn byline(name: &str, role: Role, created_at: &str) -> AnyView {
    let badge = locale::role(role).map(|role| view! { <span class="badge badge-staff">{role}</span> });
    let when = page::seconds_since(created_at).map(locale::ago);
    view! {
        <p class="byline">
            <span class="author" dir="auto">{name.to_owned()}</span>
            {badge}
            <time datetime=created_at.to_owned()>{when}</time>
        </p>
    }
    .into_any()
}
