//! Markdown as people type it: CommonMark with tables, strikethrough and task lists.
//!
//! Raw HTML goes through the same walk as a whole HTML post, so that no way of writing markup gets further than
//! another. A tag that HTML does not know (`List<T>`) is taken for the words it is.

use api::Block;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::html::{self, Walk};
use crate::writer::Writer;

/// Blocks of a Markdown text.
pub(crate) fn blocks(source: &str, base: Option<&str>) -> Vec<Block> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut reader =
        Reader { walk: Walk::new(Writer::new(base, true)), code: None, image: None, html: None, inline: 0 };
    for event in Parser::new_ext(source, options) {
        reader.event(event);
    }
    reader.walk.finish().finish()
}

struct Reader<'b> {
    walk: Walk<'b>,
    /// Text and language of the open code block.
    code: Option<(String, Option<String>)>,
    /// Description and address of the open picture.
    image: Option<(String, String)>,
    /// The open block of raw HTML.
    html: Option<String>,
    /// HTML elements that were open when the paragraph began: what it opens, it closes.
    inline: usize,
}

impl<'b> Reader<'b> {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => self.text(&text),
            Event::Html(source) => match &mut self.html {
                Some(html) => html.push_str(&source),
                None => self.markup(&source),
            },
            Event::InlineHtml(source) => self.markup(&source),
            Event::SoftBreak => self.text(" "),
            Event::HardBreak => match &mut self.image {
                Some((description, _)) => description.push(' '),
                None => self.walk.writer().line_break(),
            },
            Event::Rule => self.walk.writer().border(),
            Event::TaskListMarker(done) => self.text(if done { "[x] " } else { "[ ] " }),
            Event::FootnoteReference(name) => self.text(&name),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph => {
                self.walk.writer().border();
                self.inline = self.walk.depth();
            }
            Tag::Heading { .. } => {
                self.walk.writer().enter_heading();
                self.inline = self.walk.depth();
            }
            Tag::BlockQuote(_) => self.walk.writer().enter_quote(),
            Tag::CodeBlock(kind) => {
                let lang = match kind {
                    CodeBlockKind::Fenced(info) => info.split([' ', ',', '{']).next().and_then(html::lang),
                    CodeBlockKind::Indented => None,
                };
                self.code = Some((String::new(), lang));
            }
            Tag::HtmlBlock => self.html = Some(String::new()),
            Tag::Item => self.walk.writer().enter_item(),
            Tag::TableHead | Tag::TableRow => self.walk.writer().enter_row(),
            Tag::TableCell => {
                self.walk.writer().cell();
                self.inline = self.walk.depth();
            }
            Tag::Link { dest_url, .. } => self.walk.writer().open_link(&dest_url),
            Tag::Image { dest_url, .. } => self.image = Some((String::new(), dest_url.into_string())),
            Tag::List(_)
            | Tag::Table(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::FootnoteDefinition(_)
            | Tag::MetadataBlock(_) => self.walk.writer().border(),
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Superscript | Tag::Subscript => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => {
                self.walk.close_to(self.inline);
                self.walk.writer().border();
            }
            TagEnd::Heading(_) => {
                self.walk.close_to(self.inline);
                self.walk.writer().leave_heading();
            }
            TagEnd::BlockQuote(_) => self.walk.writer().leave_quote(),
            TagEnd::CodeBlock => {
                if let Some((text, lang)) = self.code.take() {
                    let text = text.strip_suffix('\n').unwrap_or(&text);
                    if !self.walk.hidden() {
                        self.walk.writer().code(text, lang);
                    }
                }
            }
            TagEnd::HtmlBlock => {
                if let Some(source) = self.html.take() {
                    self.markup(&source);
                }
            }
            TagEnd::Item => self.walk.writer().leave_item(),
            TagEnd::TableHead | TagEnd::TableRow => self.walk.writer().leave_row(),
            TagEnd::TableCell => self.walk.close_to(self.inline),
            TagEnd::Link => self.walk.writer().close_link(),
            TagEnd::Image => {
                if let Some((description, source)) = self.image.take()
                    && !self.walk.hidden()
                {
                    self.walk.writer().image(&description, &source);
                }
            }
            TagEnd::List(_)
            | TagEnd::Table
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::FootnoteDefinition
            | TagEnd::MetadataBlock(_) => self.walk.writer().border(),
            TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let Some((code, _)) = &mut self.code {
            code.push_str(text);
        } else if let Some((description, _)) = &mut self.image {
            description.push_str(text);
        } else if !self.walk.hidden() {
            self.walk.writer().text(text);
        }
    }

    fn markup(&mut self, source: &str) {
        if self.image.is_some() {
            return;
        }
        if is_markup(source) {
            self.walk.feed(source);
        } else if !self.walk.hidden() {
            self.walk.writer().text(source);
        }
    }
}

/// Whether raw HTML is HTML, and not an angle bracket in somebody's words.
fn is_markup(source: &str) -> bool {
    let Some(rest) = source.trim_start().strip_prefix('<') else { return false };
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    if rest.starts_with(['!', '?']) {
        return true;
    }
    let name = rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    ELEMENTS.binary_search(&name.to_ascii_lowercase().as_str()).is_ok()
}

/// What people write in Markdown when they mean HTML, and what attackers write. Sorted.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "audio",
    "b",
    "base",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "dialog",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "frame",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "legend",
    "li",
    "link",
    "main",
    "mark",
    "marquee",
    "math",
    "meta",
    "nav",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "ol",
    "optgroup",
    "option",
    "p",
    "picture",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "script",
    "section",
    "select",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];

#[cfg(test)]
mod tests {
    use api::BlockKind::{self, *};

    use super::*;

    fn is(markdown: &str, want: &[(BlockKind, &str)]) {
        let seen: Vec<_> = blocks(markdown, None).into_iter().map(|b| (b.kind, b.text)).collect();
        let want: Vec<_> = want.iter().map(|(kind, text)| (*kind, (*text).to_owned())).collect();
        assert_eq!(seen, want, "{markdown}");
    }

    #[test]
    fn the_list_is_sorted() {
        assert!(ELEMENTS.is_sorted());
    }

    #[test]
    fn structure() {
        is(
            "# Pair a dock\nRun `moor  pair`\nand wait.  \nDone\n\n- one\n- two\n\n  more\n\n> said\n> so\n\n\
             | a | b |\n|---|---|\n| 1 | |\n\n- [x] ticked\n",
            &[
                (Heading, "Pair a dock"),
                (Paragraph, "Run moor pair and wait.\nDone"),
                (Item, "one"),
                (Item, "two"),
                (Paragraph, "more"),
                (Quote, "said so"),
                (Item, "a | b"),
                (Item, "1 |"),
                (Item, "[x] ticked"),
            ],
        );
    }

    #[test]
    fn code_keeps_its_bytes_and_its_language() {
        let found = blocks("~~~toml title=x\n[a]\n\tb = \"<x>\"\n\n~~~\n\n    indented\n", None);
        assert_eq!(
            (found[0].text.as_str(), found[0].lang.as_deref()),
            ("[a]\n\tb = \"<x>\"\n", Some("toml"))
        );
        assert_eq!((found[1].text.as_str(), found[1].lang.as_deref()), ("indented", None));
    }

    #[test]
    fn links_and_pictures() {
        let found = blocks(
            "[a *b*](https://a.example) https://b.example. [c](javascript:x) ![d](https://e.example/f.png)",
            None,
        );
        assert_eq!(found[0].text, "a b https://b.example. c");
        let urls: Vec<_> = found[0].links.iter().map(|link| link.url.as_str()).collect();
        assert_eq!(urls, ["https://a.example", "https://b.example"]);
        assert_eq!((found[1].kind, found[1].text.as_str()), (Image, "d"));
    }

    #[test]
    fn angle_brackets_that_are_words_stay() {
        is(
            "Use List<T> or\n\n<Widget>\n\nhere &lt;b&gt;",
            &[(Paragraph, "Use List<T> or"), (Paragraph, "<Widget>"), (Paragraph, "here <b>")],
        );
    }

    #[test]
    fn raw_html_gets_no_further_than_an_html_post() {
        is(
            "a <b onclick=x>b</b> <img src=x onerror=y>\n\n<script>\nalert(1)\n</script>\n\n<svg onload=x>\n\nhid\n\n</svg>\n\nz <svg> y\n\n<details><summary>S</summary>\n\nin\n\n</details>\n\nx",
            &[
                (Paragraph, "a b"),
                (Image, "x"),
                (Paragraph, "z"),
                (Paragraph, "S"),
                (Paragraph, "in"),
                (Paragraph, "x"),
            ],
        );
    }
}
