//! Builds blocks out of runs of text. Knows white space, links and the roles of blocks; knows no markup.

use api::{Block, BlockKind, Link, Range};

use crate::address;

/// White space seen but not yet written: it counts only between two words.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Space,
    Line,
}

struct OpenLink {
    url: String,
    /// Where its first visible character stands.
    start: Option<u32>,
}

/// Builds blocks. The caller says where structure begins and ends; the writer decides what a block is.
pub(crate) struct Writer<'b> {
    base: Option<&'b str>,
    /// Turn bare addresses into links: for sources whose renderer would have done so.
    bare_links: bool,
    blocks: Vec<Block>,
    text: String,
    /// Length of `text` in UTF-16 code units.
    units: u32,
    gap: Gap,
    links: Vec<Link>,
    link: Option<OpenLink>,
    heading: u32,
    quote: u32,
    /// One entry an open list item: whether its first block is still to come.
    items: Vec<bool>,
    /// Cells begun in the open table row.
    row: Option<u32>,
}

impl<'b> Writer<'b> {
    pub(crate) fn new(base: Option<&'b str>, bare_links: bool) -> Self {
        Self {
            base,
            bare_links,
            blocks: Vec::new(),
            text: String::new(),
            units: 0,
            gap: Gap::None,
            links: Vec::new(),
            link: None,
            heading: 0,
            quote: 0,
            items: Vec::new(),
            row: None,
        }
    }

    pub(crate) fn finish(mut self) -> Vec<Block> {
        self.flush();
        self.blocks
    }

    /// Running text; white space collapses.
    pub(crate) fn text(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() {
                self.gap = self.gap.max(Gap::Space);
            } else if !is_invisible(c) {
                self.visible(c);
            }
        }
    }

    /// A line break within a block. Two in a row are how people part paragraphs.
    pub(crate) fn line_break(&mut self) {
        if self.row.is_some() {
            self.gap = self.gap.max(Gap::Space);
        } else if self.gap == Gap::Line {
            self.flush();
        } else {
            self.gap = Gap::Line;
        }
    }

    /// The border of a block-level element: ends the block, except that a table's row stays one block.
    pub(crate) fn border(&mut self) {
        if self.row.is_some() {
            self.gap = self.gap.max(Gap::Space);
        } else {
            self.flush();
        }
    }

    pub(crate) fn enter_heading(&mut self) {
        self.border();
        self.heading = self.heading.saturating_add(1);
    }

    pub(crate) fn leave_heading(&mut self) {
        self.border();
        self.heading = self.heading.saturating_sub(1);
    }

    pub(crate) fn enter_quote(&mut self) {
        self.border();
        self.quote = self.quote.saturating_add(1);
    }

    pub(crate) fn leave_quote(&mut self) {
        self.border();
        self.quote = self.quote.saturating_sub(1);
    }

    pub(crate) fn enter_item(&mut self) {
        self.border();
        self.items.push(true);
    }

    pub(crate) fn leave_item(&mut self) {
        self.border();
        self.items.pop();
    }

    pub(crate) fn enter_row(&mut self) {
        self.flush();
        self.row = Some(0);
    }

    pub(crate) fn leave_row(&mut self) {
        self.flush();
        self.row = None;
    }

    /// The start of a table's cell.
    pub(crate) fn cell(&mut self) {
        let Some(cells) = self.row else { return };
        if cells > 0 {
            self.gap = Gap::Space;
            self.text("|");
            self.gap = Gap::Space;
        }
        self.row = Some(cells.saturating_add(1));
    }

    /// Starts a link; one that leads nowhere safe is plain text.
    pub(crate) fn open_link(&mut self, href: &str) {
        self.close_link();
        self.link = address::resolve(href, self.base).map(|url| OpenLink { url, start: None });
    }

    pub(crate) fn close_link(&mut self) {
        if let Some(link) = self.link.take() {
            self.end_link(&link);
        }
    }

    /// A whole block of code, byte for byte but for control characters that no reader can see.
    pub(crate) fn code(&mut self, code: &str, lang: Option<String>) {
        self.flush();
        let text: String = code
            .replace("\r\n", "\n")
            .chars()
            .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
            .collect();
        if !text.trim().is_empty() {
            self.blocks.push(Block { kind: BlockKind::Code, text, lang, links: Vec::new() });
            self.item_begun();
        }
    }

    /// A picture: its description, else its file name; nothing where it has neither. Within a link it leads where the
    /// link leads, to the full picture mostly.
    pub(crate) fn image(&mut self, description: &str, source: &str) {
        let description = collapse(description);
        let linked = self.link.as_ref().map(|link| link.url.clone());
        let url = linked.or_else(|| address::resolve(source, self.base));
        let name = address::file_name(source).map(collapse).unwrap_or_default();
        let text = if description.is_empty() { name } else { description };
        if text.is_empty() {
            return;
        }
        if self.row.is_some() {
            self.text(&text);
            return;
        }
        self.flush();
        let end = utf16(&text);
        let links = url.map(|url| Link { range: Range { start: 0, end }, url }).into_iter().collect();
        self.blocks.push(Block { kind: BlockKind::Image, text, lang: None, links });
        self.item_begun();
    }

    fn visible(&mut self, c: char) {
        if !self.text.is_empty() {
            match self.gap {
                Gap::None => {}
                Gap::Space => self.push(' '),
                Gap::Line => self.push('\n'),
            }
        }
        self.gap = Gap::None;
        let here = self.units;
        if let Some(link) = &mut self.link {
            link.start.get_or_insert(here);
        }
        self.push(c);
    }

    fn push(&mut self, c: char) {
        self.text.push(c);
        self.units = self.units.saturating_add(c.len_utf16() as u32);
    }

    /// Ends the block. A link that is still open goes on in the next one.
    pub(crate) fn flush(&mut self) {
        if let Some(mut link) = self.link.take() {
            self.end_link(&link);
            link.start = None;
            self.link = Some(link);
        }
        self.gap = Gap::None;
        self.units = 0;
        let text = std::mem::take(&mut self.text);
        let mut links = std::mem::take(&mut self.links);
        let empty = text.is_empty() || (self.row.is_some() && text.chars().all(|c| matches!(c, '|' | ' ')));
        if self.row.is_some() {
            self.row = Some(0);
        }
        if empty {
            return;
        }
        if self.bare_links {
            add_bare_links(&text, &mut links);
        }
        self.blocks.push(Block { kind: self.kind(), text, lang: None, links });
        self.item_begun();
    }

    fn end_link(&mut self, link: &OpenLink) {
        if let Some(start) = link.start.filter(|start| *start < self.units) {
            self.links.push(Link { range: Range { start, end: self.units }, url: link.url.clone() });
        }
    }

    fn kind(&self) -> BlockKind {
        if self.quote > 0 {
            BlockKind::Quote
        } else if self.heading > 0 {
            BlockKind::Heading
        } else if self.row.is_some() || self.items.last() == Some(&true) {
            BlockKind::Item
        } else {
            BlockKind::Paragraph
        }
    }

    /// Only the first block of an item carries its bullet.
    fn item_begun(&mut self) {
        if let Some(first) = self.items.last_mut() {
            *first = false;
        }
    }
}

/// Characters without a shape that would cut words apart for the index: zero-width space, soft hyphen,
/// byte order mark, and all controls. Joiners stay: scripts and emoji need them.
fn is_invisible(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200b}' | '\u{ad}' | '\u{feff}')
}

fn collapse(text: &str) -> String {
    let mut writer = Writer::new(None, false);
    writer.text(text);
    writer.text
}

fn utf16(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}

/// Links the bare `http(s)://` addresses in `text` that no link covers.
fn add_bare_links(text: &str, links: &mut Vec<Link>) {
    if !text.contains("://") {
        return;
    }
    let mut units = 0;
    let mut found = Vec::new();
    for piece in text.split_inclusive(char::is_whitespace) {
        let start = ["https://", "http://"].iter().filter_map(|scheme| piece.find(scheme)).min();
        if let Some((before, rest)) = start.and_then(|at| piece.split_at_checked(at)) {
            let bare = bare_address(rest);
            let range_start = units + utf16(before);
            let range = Range { start: range_start, end: range_start + utf16(bare) };
            if let Some(url) = address::resolve(bare, None) {
                found.push(Link { range, url });
            }
        }
        units = units.saturating_add(utf16(piece));
    }
    found.retain(|new| {
        !links.iter().any(|old| old.range.start < new.range.end && new.range.start < old.range.end)
    });
    links.append(&mut found);
    links.sort_by_key(|link| link.range.start);
}

/// The address at the start of `rest`, without the punctuation of the sentence around it.
fn bare_address(rest: &str) -> &str {
    let end =
        rest.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`')).unwrap_or(rest.len());
    let mut address = rest.get(..end).unwrap_or(rest);
    let opened = address.matches('(').count();
    let mut closed = address.matches(')').count();
    while let Some(last) = address.chars().next_back() {
        let sentence = match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' => true,
            ')' if closed > opened => {
                closed -= 1;
                true
            }
            _ => false,
        };
        match address.get(..address.len() - last.len_utf8()) {
            Some(shorter) if sentence => address = shorter,
            _ => break,
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_addresses_stop_before_the_sentence_goes_on() {
        let text = "See (https://a.example/x_(y)), or 🙂 http://b.example.";
        let mut links = Vec::new();
        add_bare_links(text, &mut links);
        let units: Vec<u16> = text.encode_utf16().collect();
        let words: Vec<String> = links
            .iter()
            .map(|l| String::from_utf16(&units[l.range.start as usize..l.range.end as usize]).unwrap())
            .collect();
        assert_eq!(words, ["https://a.example/x_(y)", "http://b.example"]);
    }

    #[test]
    fn a_link_covers_words_not_the_space_around_them() {
        let mut writer = Writer::new(None, false);
        writer.text("see ");
        writer.open_link("https://a.example");
        writer.text(" the page ");
        writer.close_link();
        writer.text(" now");
        let blocks = writer.finish();
        assert_eq!(blocks[0].text, "see the page now");
        assert_eq!(blocks[0].links[0].range, Range { start: 4, end: 12 });
    }
}
