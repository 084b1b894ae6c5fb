//! A docs page in HTML, as site generators write it.

use scraper::{ElementRef, Html, Node, Selector};

use super::slug::Slugs;
use super::{Page, Section};

/// Reads a page. What stands around the text (navigation, headers and footers of the site, scripts) is left out.
pub(super) fn page(source: &str) -> Page {
    let document = Html::parse_document(source);
    let mut page = Page {
        url: attribute(&document, "link[rel=canonical]", "href")
            .or_else(|| attribute(&document, "meta[property='og:url']", "content")),
        lang: attribute(&document, "html", "lang"),
        updated: attribute(&document, "meta[property='article:modified_time']", "content"),
        ..Page::default()
    };
    let found = ["main", "[role=main]", "article", "body"].iter().find_map(|place| first(&document, place));
    if let Some(root) = found {
        cut(root, &mut page);
    }
    page.title = page.title.or_else(|| {
        let title = first(&document, "title").map(|title| words(title))?;
        // Generators write "Page · Site".
        let own = [" · ", " | ", " — ", " – "]
            .iter()
            .find_map(|between| title.split_once(between))
            .map(|(own, _)| own.to_owned());
        Some(own.unwrap_or(title))
    });
    page
}

/// Writes the page's content out again, in parts. Tags that a part leaves open, or closes without having opened, are
/// of no account to the crate `text`, which reads it.
fn cut(root: ElementRef<'_>, page: &mut Page) {
    let mut slugs = Slugs::default();
    let mut open: Option<Section> = None;
    let mut part = String::new();
    let mut hidden = 0_usize;
    for edge in root.traverse() {
        let (node, starts) = match edge {
            ego_tree::iter::Edge::Open(node) => (node, true),
            ego_tree::iter::Edge::Close(node) => (node, false),
        };
        match node.value() {
            Node::Element(element) => {
                let heading = ElementRef::wrap(node).filter(|_| matches!(element.name(), "h1" | "h2" | "h3"));
                if heading.is_some() || is_furniture(element) {
                    hidden = if starts { hidden + 1 } else { hidden.saturating_sub(1) };
                    if let Some(heading) = heading.filter(|_| starts && hidden == 1) {
                        if element.name() == "h1" {
                            page.title.get_or_insert_with(|| words(heading));
                        } else {
                            close(page, open.take(), std::mem::take(&mut part));
                            let text = words(heading);
                            let anchor = anchor(heading).unwrap_or_else(|| slugs.make(&text));
                            open = Some(Section { heading: text, anchor, body: String::new() });
                        }
                    }
                } else if hidden == 0 {
                    write_tag(&mut part, element, starts);
                }
            }
            Node::Text(text) if starts && hidden == 0 => escape(&mut part, text),
            _ => {}
        }
    }
    close(page, open, part);
}

fn close(page: &mut Page, open: Option<Section>, part: String) {
    match open {
        None => page.lead.push_str(&part),
        Some(section) if !text::blocks(&thread::Body::Html(part.clone())).is_empty() => {
            page.sections.push(Section { body: part, ..section });
        }
        Some(_) => {}
    }
}

fn is_furniture(element: &scraper::node::Element) -> bool {
    match element.name() {
        "nav" | "script" | "style" | "footer" | "noscript" | "template" | "form" | "button" | "svg" => true,
        // The "#" beside a heading; the site's header, where the page has no `main`.
        "a" => element
            .classes()
            .any(|class| matches!(class, "headerlink" | "anchor" | "hash-link" | "header-anchor")),
        "header" => true,
        _ => false,
    }
}

/// The heading's own id, that of an anchor within it, or that of the section around it that it begins.
fn anchor(heading: ElementRef<'_>) -> Option<String> {
    let id = |element: ElementRef<'_>| element.value().id().filter(|id| !id.is_empty()).map(str::to_owned);
    id(heading).or_else(|| heading.descendent_elements().find_map(id)).or_else(|| {
        let section = heading.parent().and_then(ElementRef::wrap)?;
        (section.value().name() == "section").then(|| id(section))?
    })
}

/// The words within an element, in one line.
fn words(element: ElementRef<'_>) -> String {
    let mut text = String::new();
    let mut hidden = 0_usize;
    for edge in element.traverse() {
        match edge {
            ego_tree::iter::Edge::Open(node) => match node.value() {
                Node::Element(element) if is_furniture(element) => hidden += 1,
                Node::Text(piece) if hidden == 0 => text.push_str(piece),
                _ => {}
            },
            ego_tree::iter::Edge::Close(node) => {
                if matches!(node.value(), Node::Element(element) if is_furniture(element)) {
                    hidden = hidden.saturating_sub(1);
                }
            }
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches('¶').trim_end().to_owned()
}

fn write_tag(part: &mut String, element: &scraper::node::Element, starts: bool) {
    part.push_str(if starts { "<" } else { "</" });
    part.push_str(element.name());
    if starts {
        for (name, value) in
            element.attrs().filter(|(name, _)| matches!(*name, "href" | "src" | "alt" | "title" | "class"))
        {
            part.push(' ');
            part.push_str(name);
            part.push_str("=\"");
            escape(part, value);
            part.push('"');
        }
    }
    part.push('>');
}

fn escape(part: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => part.push_str("&amp;"),
            '<' => part.push_str("&lt;"),
            '"' => part.push_str("&quot;"),
            c => part.push(c),
        }
    }
}

fn first<'d>(document: &'d Html, selector: &str) -> Option<ElementRef<'d>> {
    let selector = Selector::parse(selector).ok()?;
    document.select(&selector).next()
}

fn attribute(document: &Html, selector: &str, name: &str) -> Option<String> {
    let value = first(document, selector)?.value().attr(name)?.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(html: &str) -> String {
        text::plain(&text::blocks(&thread::Body::Html(html.to_owned())))
    }

    #[test]
    fn a_page_falls_apart_at_its_headings() {
        let page = page(
            "<!doctype html><html lang=en><head><title>Codes · Docs</title><link rel=canonical href=https://d.example/codes>\
             <style>p{}</style></head><body><header><h2>Site</h2></header><nav>Menu</nav><main><div><h1>Error <b>codes</b>\
             <a class=headerlink href=#x>¶</a></h1><p>Lead &lt;b&gt; &amp; more</p><script>x</script><section id=clock><h2>Clock</h2>\
             <p>Skew</p><pre><code class=language-toml>[a]\n b</code></pre><h3 id=own>Fix it</h3><ol><li>Set it</ol></section>\
             <h2>Empty</h2><h2>Last one</h2>Tail</div><footer>F</footer></main><footer>G</footer></body></html>",
        );
        assert_eq!(page.title.as_deref(), Some("Error codes"));
        assert_eq!(page.url.as_deref(), Some("https://d.example/codes"));
        assert_eq!(plain(&page.lead), "Lead <b> & more");
        let seen: Vec<_> =
            page.sections.iter().map(|s| (s.heading.as_str(), s.anchor.as_str(), plain(&s.body))).collect();
        assert_eq!(
            seen,
            [
                ("Clock", "clock", "Skew\n[a]\n b".to_owned()),
                ("Fix it", "own", "Set it".to_owned()),
                ("Last one", "last-one", "Tail".to_owned())
            ]
        );
    }

    #[test]
    fn a_bare_page_is_read_whole() {
        let page = page("<title>T | Site</title><p>Just this");
        assert_eq!(
            (page.title.as_deref(), plain(&page.lead).as_str(), page.sections.len()),
            (Some("T"), "Just this", 0)
        );
    }
}
