//! Posts as text: paragraphs, code, links. What people wrote becomes text nodes and nothing else.

use crate::dom::page;
use crate::highlight::{link_target, pieces};
use crate::locale;
use api::{Block, BlockKind, Highlighted, Role};
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
pub fn blocks(blocks: &[Block]) -> AnyView {
    let mut views = Vec::new();
    let mut rest = blocks;
    while let Some((first, after)) = rest.split_first() {
        if first.kind == BlockKind::Item {
            let items = rest.iter().take_while(|block| block.kind == BlockKind::Item).count();
            let (list, after) = rest.split_at(items);
            let list = list.iter().map(|block| view! { <li>{linked(block)}</li> }).collect_view();
            views.push(view! { <ul>{list}</ul> }.into_any());
            rest = after;
        } else {
            views.push(block(first));
            rest = after;
        }
    }
    view! { <div class="post" dir="auto">{views}</div> }.into_any()
}

fn block(block: &Block) -> AnyView {
    let text = linked(block);
    match block.kind {
        BlockKind::Heading => view! { <h4>{text}</h4> }.into_any(),
        BlockKind::Quote => view! { <blockquote>{text}</blockquote> }.into_any(),
        // Focusable, so that the keyboard can scroll long lines.
        BlockKind::Code => {
            view! { <pre dir="ltr" tabindex="0" data-lang=block.lang.clone()><code>{block.text.clone()}</code></pre> }
                .into_any()
        }
        BlockKind::Image => view! { <p class="picture">{text}</p> }.into_any(),
        BlockKind::Paragraph | BlockKind::Item => view! { <p>{text}</p> }.into_any(),
    }
}

fn linked(block: &Block) -> AnyView {
    pieces(&block.text, block.links.iter().map(|link| link.range))
        .into_iter()
        .map(|piece| {
            let link = piece.range.and_then(|at| block.links.get(at)).and_then(|link| link_target(&link.url));
            match link {
                Some(url) => outward(url, piece.text.into_any()),
                None => piece.text.into_any(),
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
