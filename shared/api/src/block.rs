use serde::{Deserialize, Serialize};

use crate::Range;

/// One block of a post as it may be shown anywhere: plain text and its role, never markup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Block {
    /// What the text is.
    pub kind: BlockKind,
    /// The text itself. In code, byte for byte as written; elsewhere white space is collapsed, to one line feed where
    /// the author broke the line (show it as such), else to one space.
    pub text: String,
    /// The language of a code block, where its author named one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Links within `text`, ascending, not overlapping.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
}

/// The role of a [`Block`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BlockKind {
    /// Running text.
    Paragraph,
    /// A heading of any level.
    Heading,
    /// One item of a list.
    Item,
    /// Words of somebody else.
    Quote,
    /// Preformatted code or output.
    Code,
    /// A picture, given by its description; `links` holds its address, or where its author made it lead, over the
    /// whole text.
    Image,
}

/// A link over a range of a block's text. The scheme is `http`, `https` or `mailto`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    /// Which part of the text is the link.
    pub range: Range,
    /// Where it leads.
    pub url: String,
}
