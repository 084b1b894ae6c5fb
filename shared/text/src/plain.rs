//! Plain text, in and out.

use api::{Block, BlockKind};

use crate::writer::Writer;

/// Paragraphs are parted by blank lines; single line feeds stay, as in a message typed on a phone.
pub(crate) fn blocks(source: &str, base: Option<&str>) -> Vec<Block> {
    let mut writer = Writer::new(base, true);
    for line in source.lines() {
        if line.trim().is_empty() {
            writer.flush();
        } else {
            writer.text(line);
            writer.line_break();
        }
    }
    writer.finish()
}

/// The words of `blocks` for an index: one line each; pictures by their description.
pub fn plain(blocks: &[Block]) -> String {
    let mut out = String::with_capacity(blocks.iter().map(|block| block.text.len() + 1).sum());
    for block in blocks {
        if !out.is_empty() {
            out.push('\n');
        }
        if block.kind == BlockKind::Code {
            out.push_str(&block.text);
        } else {
            // A line break inside a paragraph is how it looks, not what it says.
            out.extend(block.text.chars().map(|c| if c == '\n' { ' ' } else { c }));
        }
    }
    out
}
