//! Anchors of headings, as GitHub and most site generators make them.

use std::collections::BTreeMap;

/// Makes anchors that are unique within one page.
#[derive(Default)]
pub(super) struct Slugs {
    taken: BTreeMap<String, usize>,
}

impl Slugs {
    /// The anchor of the next heading.
    pub fn make(&mut self, heading: &str) -> String {
        let letters = heading.trim().chars().flat_map(char::to_lowercase).filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || matches!(c, '-' | '_') => Some(c),
            _ => None,
        });
        let slug: String = letters.collect();
        match self.taken.get_mut(&slug) {
            None => {
                self.taken.insert(slug.clone(), 0);
                slug
            }
            Some(times) => {
                *times += 1;
                let next = format!("{slug}-{times}");
                self.taken.insert(next.clone(), 0);
                next
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_github_does() {
        let mut slugs = Slugs::default();
        let made = ["What's new?", "Setup", "Setup", "`moor add` & friends", "Größe", "setup"]
            .map(|h| slugs.make(h));
        assert_eq!(made, ["whats-new", "setup", "setup-1", "moor-add--friends", "größe", "setup-2"]);
    }
}
