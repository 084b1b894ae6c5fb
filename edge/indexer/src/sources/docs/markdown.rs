//! A docs page in Markdown with front matter.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::slug::Slugs;
use super::{Page, Section};

struct Heading {
    level: HeadingLevel,
    /// Where it begins and ends in the source.
    start: usize,
    end: usize,
    text: String,
    id: Option<String>,
}

/// Reads a page.
pub(super) fn page(source: &str) -> Page {
    let source = source.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let (mut page, body) = front_matter(&source);
    let options = Options::ENABLE_TABLES | Options::ENABLE_HEADING_ATTRIBUTES;
    let headings = headings(body, options);
    let definitions = definitions(body, options);
    let mut slugs = Slugs::default();
    // Parts begin behind a heading and end before the next; the first part has none.
    let mut open: Option<Section> = None;
    let mut from = 0;
    let put = |page: &mut Page, open: Option<Section>, part: &str| {
        let part = part.trim_matches('\n');
        let text = if part.trim().is_empty() { String::new() } else { format!("{part}{definitions}") };
        match open {
            None => page.lead.push_str(&text),
            Some(_) if text.is_empty() => {}
            Some(section) => page.sections.push(Section { body: text, ..section }),
        }
    };
    for heading in headings {
        put(&mut page, open.take(), body.get(from..heading.start).unwrap_or_default());
        from = heading.end;
        let anchor = heading.id.unwrap_or_else(|| slugs.make(&heading.text));
        if heading.level == HeadingLevel::H1 {
            page.title.get_or_insert(heading.text);
        } else {
            open = Some(Section { heading: heading.text, anchor, body: String::new() });
        }
    }
    put(&mut page, open, body.get(from..).unwrap_or_default());
    page
}

/// Headings of the first three levels that stand outside lists, quotes and code.
fn headings(body: &str, options: Options) -> Vec<Heading> {
    let mut found: Vec<Heading> = Vec::new();
    let mut depth = 0_usize;
    let mut inside = false;
    for (event, range) in Parser::new_ext(body, options).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, id, .. }) if depth == 0 && level <= HeadingLevel::H3 => {
                let id = id.map(|id| id.into_string());
                found.push(Heading { level, start: range.start, end: range.end, text: String::new(), id });
                inside = true;
            }
            Event::End(TagEnd::Heading(_)) => inside = false,
            Event::Start(Tag::BlockQuote(_) | Tag::Item) => depth += 1,
            Event::End(TagEnd::BlockQuote(_) | TagEnd::Item) => depth = depth.saturating_sub(1),
            Event::Text(text) | Event::Code(text) if inside => {
                if let Some(heading) = found.last_mut() {
                    heading.text.push_str(&text);
                }
            }
            _ => {}
        }
    }
    found
}

/// Link definitions hold for the whole page; each part needs those it may use.
fn definitions(body: &str, options: Options) -> String {
    let parser = Parser::new_ext(body, options);
    let mut lines: Vec<String> = parser
        .reference_definitions()
        .iter()
        .map(|(label, definition)| format!("\n[{label}]: <{}>", definition.dest))
        .collect();
    lines.sort();
    if lines.is_empty() { String::new() } else { format!("\n{}\n", lines.concat()) }
}

/// `key: value` lines between two lines of three hyphens. Values may be quoted; tags are `[a, b]` or `a, b`.
fn front_matter(source: &str) -> (Page, &str) {
    let mut page = Page::default();
    let Some((matter, body)) = source.strip_prefix("---\n").and_then(|rest| {
        let end = rest.find("\n---\n").map(|at| (at, at + 5)).or_else(|| {
            let at = rest.strip_suffix("\n---").map(str::len)?;
            Some((at, rest.len()))
        })?;
        Some((rest.get(..end.0)?, rest.get(end.1..)?))
    }) else {
        return (page, source);
    };
    for (key, value) in matter.lines().filter_map(|line| line.split_once(':')) {
        let value = unquote(value.trim());
        match key.trim() {
            _ if value.is_empty() => {}
            "title" => page.title = Some(value.to_owned()),
            "url" | "permalink" => page.url = Some(value.to_owned()),
            "lang" => page.lang = Some(value.to_owned()),
            "product" => page.product = Some(value.to_owned()),
            "version" => page.version = Some(value.to_owned()),
            "updated" | "date" => page.updated = Some(value.to_owned()),
            "tags" => {
                let list = value.trim_start_matches('[').trim_end_matches(']').split(',');
                page.tags =
                    list.map(|tag| unquote(tag.trim()).to_owned()).filter(|tag| !tag.is_empty()).collect();
            }
            _ => {}
        }
    }
    (page, body)
}

fn unquote(value: &str) -> &str {
    ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_falls_apart_at_its_headings() {
        let page = page(
            "---\ntitle: \"Ignore: files\"\nurl: https://d.example/ignore\ntags: [cli, 'ignore']\nunknown: x\n---\r\n\
             # Title in text\n\nLead with a [link].\n\n## Use `moor ignore`\n\nText\n\n```\n## no heading\n```\n\n### Empty\n\n\
             ## Twice {#own}\nA\n\nTwice\n-----\nB\n\n> ## quoted\n\n[link]: /target\n",
        );
        assert_eq!(page.title.as_deref(), Some("Ignore: files"));
        assert_eq!(page.tags, ["cli", "ignore"]);
        assert_eq!(page.lead, "Lead with a [link].\n\n[link]: </target>\n");
        let seen: Vec<_> = page.sections.iter().map(|s| (s.heading.as_str(), s.anchor.as_str())).collect();
        assert_eq!(seen, [("Use moor ignore", "use-moor-ignore"), ("Twice", "own"), ("Twice", "twice")]);
        assert!(page.sections[0].body.contains("## no heading"));
        assert!(page.sections[2].body.contains("> ## quoted"));
    }

    #[test]
    fn front_matter_is_optional_and_may_be_broken() {
        assert_eq!(page("# T\nx").title.as_deref(), Some("T"));
        assert_eq!(page("---\nno end").title, None);
        assert_eq!(page("---\ntitle: T\n---").title.as_deref(), Some("T"));
        assert_eq!(page(""), Page::default());
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(source in "(---\n|# |## |[a-z]{1,3}|\n|: |```\n|\\[a\\]: b\n|> |- |ü|\r\n|\\{#x\\}){0,30}") {
            page(&source);
        }
    }
}
