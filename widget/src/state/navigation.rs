//! Which view the panel shows and the way back.

/// A view of the panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum View {
    /// The search field and its results.
    Search,
    /// One thread or docs page.
    Thread(String),
    /// The ask form.
    Ask,
    /// One question of this reader, by receipt.
    Question(String),
    /// A question that is waiting for the connection, by its idempotency key.
    Unsent(String),
    /// All questions of this reader.
    Questions,
    /// The reader has found the answer.
    Resolved,
}

/// The views on the way to the current one; the search is always at the bottom.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Navigation {
    above: Vec<View>,
}

impl Navigation {
    /// The view that is shown.
    pub fn current(&self) -> &View {
        self.above.last().unwrap_or(&View::Search)
    }

    /// The view that [`back`](Self::back) leads to.
    pub fn previous(&self) -> &View {
        self.above.iter().rev().nth(1).unwrap_or(&View::Search)
    }

    /// Shows a view above the current one. A view that is already on the way is gone back to.
    pub fn go(&mut self, view: View) {
        if view == View::Search {
            self.above.clear();
        } else if let Some(at) = self.above.iter().position(|other| *other == view) {
            self.above.truncate(at + 1);
        } else {
            self.above.push(view);
        }
    }

    /// Shows a view instead of the current one: the way back skips what is finished.
    pub fn replace(&mut self, view: View) {
        self.above.pop();
        self.go(view);
    }

    /// Shows the view before.
    pub fn back(&mut self) {
        self.above.pop();
    }

    /// Whether the ask form is on the way: its draft is what a thread opened now would answer.
    pub fn asking(&self) -> bool {
        self.above.contains(&View::Ask)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_leads_through_the_draft() {
        let mut way = Navigation::default();
        way.go(View::Ask);
        way.go(View::Thread("a".into()));
        assert!(way.asking());
        assert_eq!(way.previous(), &View::Ask);
        way.back();
        assert_eq!(way.current(), &View::Ask);
        way.back();
        way.back();
        assert_eq!(way.current(), &View::Search);
    }

    #[test]
    fn a_view_is_on_the_way_once() {
        let mut way = Navigation::default();
        way.go(View::Ask);
        way.go(View::Questions);
        way.go(View::Ask);
        way.back();
        assert_eq!(way.current(), &View::Search);
    }

    #[test]
    fn a_sent_draft_is_not_gone_back_to() {
        let mut way = Navigation::default();
        way.go(View::Ask);
        way.replace(View::Question("r".into()));
        assert!(!way.asking());
        way.back();
        assert_eq!(way.current(), &View::Search);
    }
}
