//! As much of Markdown as adding to somebody's text needs: where code is, and what that text leaves open.
//!
//! Blocks are recognised by their lines as CommonMark does for fences and the HTML that swallows blank lines;
//! everything else is text.

/// The text with `@mentions` outside code made harmless, and without anything open that would swallow lines put behind it.
pub(crate) fn contained(body: &str) -> String {
    let mut out = String::with_capacity(body.len() + 16);
    let mut open = Open::Nothing;
    let mut list = List::default();
    // A paragraph at a time, for inline code may go over its lines.
    let mut paragraph = 0..0;
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        let end = at + line.len();
        let text = line.trim_end_matches(['\n', '\r']);
        if let Open::Fence { list: Some(content), .. } = open
            && !text.trim().is_empty()
            && indent(text) < content
        {
            // The list ends here, and with it what is open within.
            open = Open::Nothing;
        }
        match &open {
            Open::Nothing => {
                list.line(text);
                open = opens(text, list.content);
                if matches!(open, Open::Nothing) && !text.trim().is_empty() {
                    paragraph.end = end;
                } else {
                    neutralise(body.get(paragraph).unwrap_or_default(), &mut out);
                    match open {
                        Open::Nothing => out.push_str(line),
                        Open::Fence { .. } => out.push_str(line),
                        Open::Html { .. } | Open::HtmlParagraph => neutralise(line, &mut out),
                    }
                    paragraph = end..end;
                }
                if let Open::Html { end, .. } = &open
                    && text.to_ascii_lowercase().contains(end)
                {
                    open = Open::Nothing;
                }
            }
            Open::Fence { mark, length, list, .. } => {
                out.push_str(line);
                paragraph = end..end;
                if closes(text, *mark, *length, list.unwrap_or(0)) {
                    open = Open::Nothing;
                }
            }
            Open::HtmlParagraph => {
                neutralise(line, &mut out);
                paragraph = end..end;
                if text.trim().is_empty() {
                    open = Open::Nothing;
                }
            }
            Open::Html { end: closing } => {
                neutralise(line, &mut out);
                paragraph = end..end;
                if text.to_ascii_lowercase().contains(closing) {
                    open = Open::Nothing;
                }
            }
        }
        at = end;
    }
    neutralise(body.get(paragraph).unwrap_or_default(), &mut out);
    let closing = match open {
        Open::Nothing | Open::HtmlParagraph => return out,
        // Within a list the first line that is not indented closes it.
        Open::Fence { list: Some(_), .. } => return out,
        Open::Fence { mark, length, indent, .. } => " ".repeat(indent) + &mark.to_string().repeat(length),
        Open::Html { end } => end.to_owned(),
    };
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out + &closing
}

/// A block that goes on over blank lines.
enum Open {
    Nothing,
    /// `list`: the column of the list item that it stands in.
    Fence {
        mark: char,
        length: usize,
        indent: usize,
        list: Option<usize>,
    },
    Html {
        end: &'static str,
    },
    /// Up to a blank line, whatever stands in it.
    HtmlParagraph,
}

/// Elements that make their line the start of a block (CommonMark 0.31, HTML blocks of the sixth kind).
const BLOCKS: &str = " address article aside base basefont blockquote body caption center col colgroup dd details dialog \
    dir div dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe \
    legend li link main menu menuitem nav noframes ol optgroup option p param search section summary table tbody td tfoot \
    th thead title tr track ul ";

/// Whether a line's text opens or closes one of [`BLOCKS`].
fn html_block(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('<') else { return false };
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    let end = rest.find(|char: char| !char.is_ascii_alphanumeric()).unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    let ends = after.is_empty() || after.starts_with([' ', '\t', '>']) || after.starts_with("/>");
    ends && !name.is_empty()
        && name.len() <= 10
        && BLOCKS.contains(&format!(" {} ", name.to_ascii_lowercase()))
}

/// Columns of white space before a line's text.
fn indent(line: &str) -> usize {
    line.chars().take_while(|&char| char == ' ').count()
}

/// The outermost list that lines stand in.
#[derive(Default)]
struct List {
    /// The column where its items' text begins.
    content: Option<usize>,
    /// Its item has no text yet: a blank line ends it.
    empty: bool,
}

impl List {
    /// Takes the next line into account.
    fn line(&mut self, line: &str) {
        let (indent, text) = (indent(line), line.trim_start());
        if text.is_empty() {
            if std::mem::take(&mut self.empty) {
                self.content = None;
            }
            return;
        }
        self.empty = false;
        if self.content.is_some_and(|content| indent >= content) {
            return;
        }
        self.content = None;
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let marker = match text.as_bytes().get(digits) {
            Some(b'.' | b')') if (1..=9).contains(&digits) => digits + 1,
            Some(b'-' | b'*' | b'+') if digits == 0 => 1,
            _ => return,
        };
        let rest = text.get(marker..).unwrap_or_default();
        if indent <= 3 && blank_start(rest) {
            let spaces = rest.len() - rest.trim_start_matches(' ').len();
            self.empty = rest.trim().is_empty();
            let wide = if self.empty || !(1..=4).contains(&spaces) { 1 } else { spaces };
            self.content = Some(indent + marker + wide);
        }
    }
}

fn blank_start(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with([' ', '\t'])
}

/// What a line opens.
fn opens(line: &str, list: Option<usize>) -> Open {
    let indent = indent(line);
    let text = line.get(indent..).unwrap_or_default();
    let list = list.filter(|&content| indent >= content);
    if indent - list.unwrap_or(0) > 3 {
        return Open::Nothing;
    }
    for mark in ['`', '~'] {
        let length = text.chars().take_while(|&char| char == mark).count();
        let info = text.get(length..).unwrap_or_default();
        if length >= 3 && !(mark == '`' && info.contains('`')) {
            return Open::Fence { mark, length, indent, list };
        }
    }
    const HTML: [(&str, &str); 8] = [
        ("<script", "</script>"),
        ("<pre", "</pre>"),
        ("<style", "</style>"),
        ("<textarea", "</textarea>"),
        ("<!--", "-->"),
        ("<?", "?>"),
        ("<![cdata[", "]]>"),
        ("<!", ">"),
    ];
    let lower: String = text.chars().take(10).collect::<String>().to_ascii_lowercase();
    match HTML.iter().find(|(start, _)| lower.starts_with(start)) {
        Some(&(_, end)) => Open::Html { end },
        None if html_block(text) => Open::HtmlParagraph,
        None => Open::Nothing,
    }
}

fn closes(line: &str, mark: char, length: usize, content: usize) -> bool {
    let text = line.get(indent(line)..).unwrap_or_default();
    let marks = text.chars().take_while(|&char| char == mark).count();
    indent(line).saturating_sub(content) <= 3
        && marks >= length
        && text.get(marks..).is_some_and(|rest| rest.trim().is_empty())
}

/// U+2060, which joins words without being seen. Put behind the `@` it ends the mention for Discourse, Misago and
/// NodeBB alike, none of which has it among the characters of a name; a backslash is gone before two of them look.
pub(crate) const WORD_JOINER: char = '\u{2060}';

/// Copies a paragraph, with a word joiner behind each `@` that begins a mention outside inline code.
fn neutralise(paragraph: &str, out: &mut String) {
    let spans = code_spans(paragraph);
    let mut spans = spans.iter().peekable();
    let mut before = None;
    let mut chars = paragraph.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        out.push(char);
        while spans.next_if(|span| span.end <= at).is_some() {}
        let code = spans.peek().is_some_and(|span| span.contains(&at));
        let starts = !before.is_some_and(|char: char| char.is_alphanumeric());
        let names = chars.peek().is_some_and(|&(_, next)| next.is_alphanumeric() || next == '_');
        if char == '@' && starts && names && !code {
            out.push(WORD_JOINER);
        }
        before = Some(char);
    }
}

/// Inline code: from a run of backticks to the next run of the same length.
fn code_spans(paragraph: &str) -> Vec<std::ops::Range<usize>> {
    let mut runs = Vec::new();
    let mut bytes = paragraph.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        // A backslash takes the next character's meaning; within code it has none, but then no run begins there either.
        if byte == b'\\' {
            bytes.next_if(|&(_, next)| next == b'`');
        } else if byte == b'`' {
            let mut end = at + 1;
            while bytes.next_if(|&(_, next)| next == b'`').is_some() {
                end += 1;
            }
            runs.push(at..end);
        }
    }
    // For each run the next one of its length, found from behind.
    let mut next = std::collections::BTreeMap::new();
    let mut partner = vec![None; runs.len()];
    for (index, run) in runs.iter().enumerate().rev() {
        if let Some(slot) = partner.get_mut(index) {
            *slot = next.insert(run.len(), index);
        }
    }
    let mut spans = Vec::new();
    let mut index = 0;
    while let Some(run) = runs.get(index) {
        match partner.get(index).copied().flatten() {
            Some(other) => {
                spans.extend(runs.get(other).map(|close| run.start..close.end));
                index = other + 1;
            }
            None => index += 1,
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_outside_code_are_made_harmless() {
        let body = "@ann (@bob) a@b.example `@c` ``@d ` @e`` @\n\n```\n@f\n```\n\\`@g`\n> @h";
        let wanted = "@\u{2060}ann (@\u{2060}bob) a@b.example `@c` ``@d ` @e`` @\n\n```\n@f\n```\n\\`@\u{2060}g`\n> @\u{2060}h";
        assert_eq!(contained(body), wanted);
    }

    #[test]
    fn what_is_open_is_closed() {
        assert_eq!(contained("a\n````rust\n```\ncode"), "a\n````rust\n```\ncode\n````");
        assert_eq!(contained("  ~~~\ncode\n"), "  ~~~\ncode\n  ~~~");
        assert_eq!(contained("<!-- never\n\nended"), "<!-- never\n\nended\n-->");
        assert_eq!(contained("<!-- ended -->\n```\nx\n```"), "<!-- ended -->\n```\nx\n```");
        assert_eq!(contained("- a\n  ```\n  code"), "- a\n  ```\n  code");
    }
}
