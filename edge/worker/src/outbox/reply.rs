use api::Reply;
use thread::Post;

use crate::time_text::rfc3339;

/// A forum's post as the asker reads it.
pub fn reply(post: &Post) -> Reply {
    let created_ms = u64::try_from(post.created_at.unix_timestamp()).unwrap_or(0).saturating_mul(1_000);
    Reply {
        id: post.id.clone(),
        author: post.author.name.clone(),
        role: post.author.role,
        created_at: rfc3339(created_ms),
        blocks: text::blocks(&post.body),
    }
}
