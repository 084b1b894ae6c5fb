//! Which option of a combobox's list is active, and what a key does to it. Focus stays in the field; the list only
//! follows (`aria-activedescendant`).

/// What a key press in the search field means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Nothing of ours: the field handles it.
    Pass,
    /// The active option changed.
    Moved,
    /// Open this option.
    Open(usize),
    /// Empty the field.
    Clear,
    /// Close the dialog.
    Close,
}

/// The active option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Selection {
    active: Option<usize>,
}

impl Selection {
    /// The active option, where there is one.
    pub fn active(self) -> Option<usize> {
        self.active
    }

    /// No option is active: the list is another one.
    pub fn reset(&mut self) {
        self.active = None;
    }

    /// The pointer rests on an option.
    pub fn point(&mut self, at: usize) {
        self.active = Some(at);
    }

    /// A key was pressed in a field whose text is empty or not, over a list of `count` options. Home and End belong to
    /// the list once an option is active, and to the text before. Enter opens the first option where none is active.
    pub fn press(&mut self, key: &str, count: usize, text_empty: bool) -> Action {
        let last = count.checked_sub(1);
        let moved = match (key, self.active, last) {
            ("Escape", ..) => return if text_empty { Action::Close } else { Action::Clear },
            ("Enter", active, Some(last)) => return Action::Open(active.unwrap_or(0).min(last)),
            ("ArrowDown", None, Some(_)) | ("Home", Some(_), Some(_)) => Some(0),
            ("ArrowDown", Some(at), Some(last)) => (at < last).then_some(at + 1),
            ("ArrowUp", None, Some(last)) | ("End", Some(_), Some(last)) => Some(last),
            ("ArrowUp", Some(at), Some(_)) => at.checked_sub(1),
            _ => return Action::Pass,
        };
        self.active = moved;
        Action::Moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(keys: &[&str], count: usize) -> Option<usize> {
        let mut selection = Selection::default();
        for key in keys {
            selection.press(key, count, false);
        }
        selection.active()
    }

    #[test]
    fn arrows_walk_the_list_and_come_back_to_the_field() {
        assert_eq!(walk(&["ArrowDown"], 3), Some(0));
        assert_eq!(walk(&["ArrowDown", "ArrowDown", "ArrowDown"], 3), Some(2));
        assert_eq!(walk(&["ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown"], 3), None);
        assert_eq!(walk(&["ArrowUp"], 3), Some(2));
        assert_eq!(walk(&["ArrowDown", "ArrowUp"], 3), None);
    }

    #[test]
    fn home_and_end_belong_to_the_list_once_an_option_is_active() {
        let mut selection = Selection::default();
        assert_eq!(selection.press("End", 3, false), Action::Pass);
        assert_eq!(walk(&["ArrowDown", "End"], 3), Some(2));
        assert_eq!(walk(&["ArrowUp", "Home"], 3), Some(0));
    }

    #[test]
    fn enter_opens_the_active_option_or_the_first() {
        let mut selection = Selection::default();
        assert_eq!(selection.press("Enter", 3, false), Action::Open(0));
        selection.point(2);
        assert_eq!(selection.press("Enter", 3, false), Action::Open(2));
        assert_eq!(selection.press("Enter", 2, false), Action::Open(1), "the list got shorter");
        assert_eq!(selection.press("Enter", 0, false), Action::Pass);
    }

    #[test]
    fn escape_clears_and_then_closes() {
        let mut selection = Selection::default();
        assert_eq!(selection.press("Escape", 3, false), Action::Clear);
        assert_eq!(selection.press("Escape", 0, true), Action::Close);
    }

    #[test]
    fn keys_on_an_empty_list_pass() {
        assert_eq!(Selection::default().press("ArrowDown", 0, false), Action::Pass);
    }
}
