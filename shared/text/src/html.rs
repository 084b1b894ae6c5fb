//! HTML as forums render it, Discourse's above all: quotes, lightboxes, oneboxes, emoji, polls, details.
//!
//! Works on the tokens of html5ever's tokenizer, not on a tree: what browsers do with text, references and raw
//! elements holds (so a script's end is where a browser sees it), and the stack of open elements is our own and
//! bounded. Mis-nested markup may give a paragraph more or less than a browser would draw, never markup.

use std::cell::RefCell;

use api::Block;
use html5ever::Attribute;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use crate::writer::Writer;

/// Elements that may be open at once; markup further in is read without its structure. Real posts stay under 30.
const DEPTH: usize = 256;

/// Blocks of an HTML fragment or document.
pub(crate) fn blocks(source: &str, base: Option<&str>) -> Vec<Block> {
    let mut walk = Walk::new(Writer::new(base, false));
    walk.feed(source);
    walk.finish().finish()
}

/// One line of text in which references (`&amp;`, `&#39;`) are decoded and white space is collapsed: a title as a
/// forum stores it. Angle brackets are words here, never tags.
pub fn line(source: &str) -> String {
    let mut walk = Walk::new(Writer::new(None, false));
    walk.feed(&source.replace('<', "&lt;"));
    let blocks = walk.finish().finish();
    blocks.into_iter().next().map(|block| block.text).unwrap_or_default()
}

/// Reads HTML piece by piece into a [`Writer`]. Tags may not be cut by a piece's end.
pub(crate) struct Walk<'b> {
    state: RefCell<State<'b>>,
}

impl<'b> Walk<'b> {
    pub(crate) fn new(writer: Writer<'b>) -> Self {
        let state = State {
            writer,
            open: Vec::new(),
            skipping: 0,
            raw: false,
            onebox: 0,
            lightbox: false,
            quote_named: false,
            code: None,
        };
        Self { state: RefCell::new(state) }
    }

    pub(crate) fn feed(&mut self, source: &str) {
        let tokenizer = Tokenizer::new(Sink(&self.state), TokenizerOpts::default());
        // A tendril holds up to 4 GB; a longer source is read in parts.
        let input = BufferQueue::default();
        input.push_back(StrTendril::from_slice(source));
        let _ = tokenizer.feed(&input);
        tokenizer.end();
        self.state.get_mut().raw = false;
    }

    /// The writer, for structure and text that come from elsewhere.
    pub(crate) fn writer(&mut self) -> &mut Writer<'b> {
        &mut self.state.get_mut().writer
    }

    /// Whether an open element hides text.
    pub(crate) fn hidden(&self) -> bool {
        self.state.borrow().skipping > 0
    }

    /// Elements open now.
    pub(crate) fn depth(&self) -> usize {
        self.state.borrow().open.len()
    }

    /// Closes elements until `depth` are open.
    pub(crate) fn close_to(&mut self, depth: usize) {
        self.state.get_mut().close_to(depth);
    }

    pub(crate) fn finish(self) -> Writer<'b> {
        let mut state = self.state.into_inner();
        state.close_to(0);
        state.writer
    }
}

struct Sink<'s, 'b>(&'s RefCell<State<'b>>);

impl TokenSink for Sink<'_, '_> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut state = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => state.text(&text),
            Token::TagToken(tag) => match tag.kind {
                TagKind::StartTag => return state.start(&tag),
                TagKind::EndTag => state.end(&tag.name),
            },
            Token::DoctypeToken(_)
            | Token::CommentToken(_)
            | Token::NullCharacterToken
            | Token::EOFToken
            | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

/// What an open element does until it is closed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Plain,
    Block,
    Skip,
    Heading,
    Quote,
    Onebox,
    List,
    Item,
    Row,
    Code,
}

struct Open {
    name: String,
    role: Role,
}

#[derive(Default)]
struct Code {
    text: String,
    lang: Option<String>,
    /// Where numbered lines come as a list: whether one is open. White space between them is the list's own.
    line: Option<bool>,
}

struct State<'b> {
    writer: Writer<'b>,
    open: Vec<Open>,
    /// Open elements whose content is not shown.
    skipping: u32,
    /// Inside a raw element, which only its own end tag ends.
    raw: bool,
    onebox: u32,
    /// Inside a link to the full picture, which the forum captions.
    lightbox: bool,
    /// The quote opened last says whose words it holds.
    quote_named: bool,
    code: Option<Code>,
}

impl State<'_> {
    fn text(&mut self, text: &str) {
        if self.skipping > 0 || self.raw {
            return;
        }
        match &mut self.code {
            Some(code) if code.line == Some(false) => {}
            Some(code) => code.text.push_str(text),
            None => self.writer.text(text),
        }
    }

    fn start(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        self.raw = false;
        let name: &str = &tag.name;
        if let Some(kind) = raw_kind(name) {
            self.raw = true;
            return TokenSinkResult::RawData(kind);
        }
        if self.skipping > 0 {
            if !is_void(name) && !tag.self_closing {
                self.push(name, Role::Plain);
            }
            return TokenSinkResult::Continue;
        }
        match name {
            "br" => match &mut self.code {
                Some(code) => code.text.push('\n'),
                None => self.writer.line_break(),
            },
            "hr" => self.writer.border(),
            "img" => self.image(tag),
            "p" => self.writer_border(),
            "a" => self.link(tag),
            "td" | "th" => self.cell(),
            _ if is_void(name) => {}
            _ => self.element(name, tag),
        }
        TokenSinkResult::Continue
    }

    fn element(&mut self, name: &str, tag: &Tag) {
        if self.hides(name, tag) {
            if !tag.self_closing {
                self.push(name, Role::Skip);
            }
            return;
        }
        if self.code.is_some() {
            return self.element_in_code(name, tag);
        }
        match name {
            "li" => self.close_implied("li", &[Role::List]),
            "tr" => self.close_implied("tr", &[]),
            _ => {}
        }
        let role = match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Role::Heading,
            "blockquote" => Role::Quote,
            "aside" if has_class(tag, "quote") => Role::Quote,
            "aside" if has_class(tag, "onebox") => Role::Onebox,
            "ul" | "ol" | "menu" => Role::List,
            "li" => Role::Item,
            "tr" => Role::Row,
            "pre" | "listing" | "xmp" => Role::Code,
            _ if is_block(name) => Role::Block,
            _ => Role::Plain,
        };
        if !self.push(name, role) {
            return;
        }
        if let Some(id) = attribute(tag, "data-youtube-id").filter(|_| !has_class(tag, "lazyYT-container")) {
            self.video(id, attribute(tag, "data-youtube-title").unwrap_or(id));
        } else if role == Role::Code {
            self.code = Some(Code { lang: language(tag), ..Code::default() });
        } else if name == "aside" && role == Role::Quote {
            self.quote_head(tag);
        }
    }

    /// Whether an element and all within is furniture: drawings, controls, counters, captions of the forum's own.
    fn hides(&self, name: &str, tag: &Tag) -> bool {
        let any = |classes: &[&str]| classes.iter().any(|class| has_class(tag, class));
        match name {
            "svg" | "math" | "template" | "noscript" | "object" | "select" | "button" | "datalist"
            | "canvas" => true,
            "div" if self.lightbox && any(&["meta"]) => true,
            // Whose words they are was written when the quote was opened.
            "div" if self.quote_named && any(&["title"]) => {
                self.open.last().is_some_and(|parent| parent.role == Role::Quote && parent.name == "aside")
            }
            "div" if self.onebox > 0 => {
                any(&["onebox-metadata", "github-icon-container", "github-info", "labels"])
            }
            "div" => any(&["quote-controls", "poll-info", "poll-buttons"]),
            "span" => any(&["clicks", "badge-notification", "hashtag-icon-placeholder"]),
            "header" => self.onebox > 0 && any(&["source"]),
            _ => false,
        }
    }

    /// In preformatted text only the language and the lines matter. Numbered lines come as a list.
    fn element_in_code(&mut self, name: &str, tag: &Tag) {
        if let Some(code) = &mut self.code {
            if name == "code" && code.lang.is_none() {
                code.lang = language(tag);
            }
            match name {
                "ol" => code.line = Some(false),
                "li" => code.line = Some(true),
                _ => {}
            }
            if matches!(name, "li" | "div") && !code.text.is_empty() && !code.text.ends_with('\n') {
                code.text.push('\n');
            }
        }
        self.push(name, Role::Plain);
    }

    /// A video that the forum embeds with a script, as a link to it.
    fn video(&mut self, id: &str, title: &str) {
        self.writer.open_link(&format!("https://www.youtube.com/watch?v={id}"));
        self.writer.text(title);
        self.writer.close_link();
    }

    /// Who is quoted, as a line of its own. The avatar, controls and topic link around the name are left out.
    fn quote_head(&mut self, tag: &Tag) {
        let name = ["data-display-name", "data-username"].iter().find_map(|name| attribute(tag, name));
        let name = name.filter(|name| !name.trim().is_empty());
        self.quote_named = name.is_some();
        if let Some(name) = name {
            self.writer.text(name);
            self.writer.text(":");
            self.writer.border();
        }
    }

    fn link(&mut self, tag: &Tag) {
        if self.code.is_some() {
            return;
        }
        self.lightbox = has_class(tag, "lightbox");
        // A mention leads to a profile: noise in a text that is read elsewhere.
        let href = if has_class(tag, "mention") { None } else { attribute(tag, "href") };
        match href {
            Some(href) => self.writer.open_link(href),
            None => self.writer.close_link(),
        }
        // Not on the stack: links do not nest, and their end says nothing about anything else.
    }

    fn image(&mut self, tag: &Tag) {
        let title = attribute(tag, "title").unwrap_or_default();
        let alt = attribute(tag, "alt").filter(|alt| !alt.trim().is_empty()).unwrap_or(title);
        if self.code.is_some() || has_class(tag, "avatar") || has_class(tag, "site-icon") || self.onebox > 0 {
            return;
        }
        if has_class(tag, "emoji") {
            self.writer.text(alt);
        } else {
            self.writer.image(alt, attribute(tag, "src").unwrap_or_default());
        }
    }

    fn cell(&mut self) {
        if self.code.is_none() {
            self.writer.cell();
        }
    }

    fn writer_border(&mut self) {
        if self.code.is_none() {
            self.writer.border();
        }
    }

    fn end(&mut self, name: &str) {
        if std::mem::take(&mut self.raw) && raw_kind(name).is_some() {
            return;
        }
        if let Some(code) = &mut self.code {
            match name {
                "li" => code.line = Some(false),
                "ol" => code.line = None,
                _ => {}
            }
        }
        match name {
            "p" if self.skipping == 0 => self.writer_border(),
            "a" if self.skipping == 0 => {
                self.lightbox = false;
                self.writer.close_link();
            }
            "br" if self.skipping == 0 => self.writer.line_break(),
            _ => {
                if let Some(at) = self.open.iter().rposition(|open| open.name == name) {
                    self.close_to(at);
                }
            }
        }
    }

    /// Opens an element; `false` where too many are open already.
    fn push(&mut self, name: &str, role: Role) -> bool {
        if self.open.len() >= DEPTH {
            return false;
        }
        match role {
            Role::Plain => {}
            Role::Block | Role::List => self.writer.border(),
            Role::Skip => self.skipping += 1,
            Role::Heading => self.writer.enter_heading(),
            Role::Quote => self.writer.enter_quote(),
            Role::Onebox => {
                self.writer.enter_quote();
                self.onebox += 1;
            }
            Role::Item => self.writer.enter_item(),
            Role::Row => self.writer.enter_row(),
            Role::Code => self.writer.border(),
        }
        self.open.push(Open { name: name.to_owned(), role });
        true
    }

    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            let Some(closed) = self.open.pop() else { return };
            match closed.role {
                Role::Plain => {}
                Role::Block | Role::List => self.writer.border(),
                Role::Skip => self.skipping = self.skipping.saturating_sub(1),
                Role::Heading => self.writer.leave_heading(),
                Role::Quote => self.writer.leave_quote(),
                Role::Onebox => {
                    self.writer.leave_quote();
                    self.onebox = self.onebox.saturating_sub(1);
                }
                Role::Item => self.writer.leave_item(),
                Role::Row => self.writer.leave_row(),
                Role::Code => {
                    if let Some(code) = self.code.take() {
                        // The line feeds right behind the start and before the end belong to the markup.
                        let text = code.text.strip_prefix('\n').unwrap_or(&code.text);
                        self.writer.code(text.strip_suffix('\n').unwrap_or(text), code.lang);
                    }
                }
            }
        }
    }

    /// Closes an open `name` whose end tag was left out, unless a `boundary` stands between.
    fn close_implied(&mut self, name: &str, boundary: &[Role]) {
        for (at, open) in self.open.iter().enumerate().rev() {
            if open.name == name {
                return self.close_to(at);
            }
            if boundary.contains(&open.role) {
                return;
            }
        }
    }
}

/// Elements whose content is not markup; none of it is shown.
fn raw_kind(name: &str) -> Option<RawKind> {
    match name {
        "script" => Some(RawKind::ScriptData),
        "style" | "iframe" | "noembed" | "noframes" => Some(RawKind::Rawtext),
        "textarea" | "title" => Some(RawKind::Rcdata),
        _ => None,
    }
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "source"
            | "track"
            | "wbr"
    )
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "header"
            | "hgroup"
            | "html"
            | "legend"
            | "main"
            | "nav"
            | "optgroup"
            | "option"
            | "search"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "tfoot"
            | "thead"
            | "video"
            | "audio"
    )
}

fn attribute<'t>(tag: &'t Tag, name: &str) -> Option<&'t str> {
    tag.attrs.iter().find(|Attribute { name: found, .. }| &*found.local == name).map(|found| &*found.value)
}

fn has_class(tag: &Tag, class: &str) -> bool {
    attribute(tag, "class")
        .is_some_and(|classes| classes.split_ascii_whitespace().any(|found| found == class))
}

/// The language that `class="lang-x"` or `class="language-x"` names.
fn language(tag: &Tag) -> Option<String> {
    let classes = attribute(tag, "class")?.split_ascii_whitespace();
    let mut named =
        classes.filter_map(|class| class.strip_prefix("lang-").or_else(|| class.strip_prefix("language-")));
    named.next().and_then(lang)
}

/// A language's name as a block carries it: one short word, nothing where it says "none".
pub(crate) fn lang(name: &str) -> Option<String> {
    /// The longest of highlight.js is 17 characters.
    const CHARS: usize = 24;
    let plain = matches!(name, "" | "auto" | "nohighlight" | "plaintext" | "text" | "txt" | "none");
    let word = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '#' | '.' | '_'));
    (!plain && word && name.len() <= CHARS).then(|| name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use api::BlockKind::{self, *};

    use super::*;

    fn seen(html: &str) -> Vec<(BlockKind, String)> {
        blocks(html, Some("https://forum.example/t/x/1")).into_iter().map(|b| (b.kind, b.text)).collect()
    }

    fn is(html: &str, want: &[(BlockKind, &str)]) {
        let want: Vec<_> = want.iter().map(|(kind, text)| (*kind, (*text).to_owned())).collect();
        assert_eq!(seen(html), want, "{html}");
    }

    #[test]
    fn structure() {
        is(
            "<h2>Set  up</h2><p>One\n<b>two</b><br>three<br><br>four</p><ul><li>a<li><p>b</p><p>c</p>\
             <ol><li>d</li></ol></ul><blockquote><p>said</p></blockquote>tail",
            &[
                (Heading, "Set up"),
                (Paragraph, "One two\nthree"),
                (Paragraph, "four"),
                (Item, "a"),
                (Item, "b"),
                (Paragraph, "c"),
                (Item, "d"),
                (Quote, "said"),
                (Paragraph, "tail"),
            ],
        );
    }

    #[test]
    fn tables_are_rows() {
        is(
            "<div class=md-table><table><thead><tr><th>Code</th><th>Means</th></tr></thead><tbody>\
             <tr><td>MR-1</td><td><p>clock</p><p>skew</p></td></tr><tr><td></td><td></td></tr></tbody></table></div>x",
            &[(Item, "Code | Means"), (Item, "MR-1 | clock skew"), (Paragraph, "x")],
        );
    }

    #[test]
    fn code_is_kept_byte_for_byte() {
        let html = "<p>Try</p><pre><code class=\"lang-Rust hljs\">fn  a() {\n\t&lt;b&gt;&amp;\n}\n</code></pre>\
                    <pre><code class=lang-auto>x</code></pre>";
        let found = blocks(html, None);
        assert_eq!(found[1].text, "fn  a() {\n\t<b>&\n}");
        assert_eq!(found[1].lang.as_deref(), Some("rust"));
        assert_eq!(found[2].lang, None);
        is(
            "<pre class=onebox><code class=lang-c><ol class=lines><li>a</li><li>  b</li></ol></code></pre>",
            &[(Code, "a\n  b")],
        );
    }

    #[test]
    fn discourse_quotes_name_who_is_quoted() {
        is(
            "<aside class=\"quote no-group\" data-username=\"ines\" data-post=\"1\"><div class=\"title\">\
             <div class=\"quote-controls\"></div><img class=avatar src=x> ines:</div><blockquote><p>Hi</p></blockquote>\
             </aside><p>Yes</p>",
            &[(Quote, "ines:"), (Quote, "Hi"), (Paragraph, "Yes")],
        );
        is(
            "<aside class=quote><div class=title><img class=avatar src=x> bo:</div><blockquote>Ho</blockquote></aside>",
            &[(Quote, "bo:"), (Quote, "Ho")],
        );
    }

    #[test]
    fn pictures_emoji_and_lightboxes() {
        let html = "<p>So <img class=emoji alt=\":smile:\" src=e.png> good</p><div class=\"lightbox-wrapper\">\
            <a class=lightbox href=\"/full.png\"><img src=\"/small.png\" alt=\"The panel\"><div class=meta>\
            <span class=filename>full.png</span></div></a></div><img src=\"https://cdn.example/p/shot.jpg\">";
        is(html, &[(Paragraph, "So :smile: good"), (Image, "The panel"), (Image, "shot.jpg")]);
        let found = blocks(html, Some("https://forum.example/t/1"));
        assert_eq!(found[1].links[0].url, "https://forum.example/full.png");
        assert_eq!((found[1].links[0].range.start, found[1].links[0].range.end), (0, 9));
    }

    #[test]
    fn what_is_embedded_is_linked() {
        let found = blocks(
            "<div class=lazyYT data-youtube-id=x1 data-youtube-title=\"A tour\"></div>\
             <a href=\"https://v.example/2\"><img src=\"https://v.example/2.png\" title=\"Part 2\"></a>",
            None,
        );
        let seen: Vec<_> = found.iter().map(|b| (b.kind, b.text.as_str(), b.links[0].url.as_str())).collect();
        assert_eq!(
            seen,
            [
                (Paragraph, "A tour", "https://www.youtube.com/watch?v=x1"),
                (Image, "Part 2", "https://v.example/2")
            ]
        );
    }

    #[test]
    fn oneboxes_polls_details() {
        is(
            "<aside class=\"onebox x\"><header class=source><img class=site-icon src=i><a href=\"https://h.example\">h</a>\
             </header><article class=onebox-body><img class=thumbnail src=t><h3><a href=\"https://h.example/p\">Page</a>\
             </h3><p>About it</p></article><div class=onebox-metadata>x</div></aside>\
             <div class=poll><ul><li>Yes</li></ul><div class=poll-info>3 voters</div></div>\
             <details><summary>More</summary>Hidden</details>",
            &[
                (Quote, "Page"),
                (Quote, "About it"),
                (Item, "Yes"),
                (Paragraph, "More"),
                (Paragraph, "Hidden"),
            ],
        );
    }

    #[test]
    fn links_count_utf16_and_lead_somewhere_safe() {
        let found = blocks(
            "<p>🙂 <a href=\"/t/2\"> the <i>thread</i></a>, <a href=\"javascript:x\">no</a> <a class=mention href=\"/u/a\">@a</a>",
            Some("https://f.example/t/1"),
        );
        assert_eq!(found[0].text, "🙂 the thread, no @a");
        assert_eq!(found[0].links.len(), 1);
        assert_eq!((found[0].links[0].range.start, found[0].links[0].range.end), (3, 13));
        assert_eq!(found[0].links[0].url, "https://f.example/t/2");
    }

    #[test]
    fn hostile_markup_ends_as_text_or_not_at_all() {
        is(
            "<p onclick=x>a<script>alert('<p>')</script><style>p{}</style><iframe src=x><p>y</iframe>\
             <svg><text>z</text></svg><textarea></p><b>q</textarea><title>t</title>\
             <img src=x onerror=alert(1)>&lt;script&gt;b&lt;/script&gt;",
            &[(Paragraph, "a"), (Image, "x"), (Paragraph, "<script>b</script>")],
        );
        assert_eq!(seen("<script>never closed <p>x"), []);
        is("a\0b&#x200b;c\u{7}", &[(Paragraph, "abc")]);
    }

    #[test]
    fn a_title_keeps_its_angle_brackets() {
        assert_eq!(
            line(" List&lt;T&gt; &amp; Vec<T>\n gone&hellip; &#39;why&#39;"),
            "List<T> & Vec<T> gone… 'why'"
        );
        assert_eq!(line(" \n"), "");
    }

    #[test]
    fn nesting_costs_no_stack_and_no_square() {
        let deep = format!("{}x{}", "<div><blockquote><ul><li>".repeat(100_000), "</div>".repeat(100_000));
        let found = blocks(&deep, None);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].text, "x");
        assert_eq!(blocks(&"<a href=\"https://a.example\"><pre>".repeat(50_000), None), []);
    }
}
