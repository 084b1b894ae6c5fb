//! What is kept over a page load, per site: the draft, questions that are not sent yet, questions asked.
//!
//! A browser may refuse to store anything, lose it or hold what an older version wrote: reading then gives nothing,
//! writing does nothing, and the widget works on without. Nothing is written before somebody types or asks.

use crate::json::{self, FromJson, ToJson};
use crate::state::draft::Draft;
use crate::state::questions::Questions;
use crate::state::submission::Unsent;

/// A place for short texts by name; every failure is silent.
pub trait Store {
    /// The text under a name.
    fn get(&self, name: &str) -> Option<String>;
    /// Puts a text under a name.
    fn set(&self, name: &str, text: &str);
    /// Forgets a name.
    fn remove(&self, name: &str);
}

/// What one site keeps in a [`Store`]. The loader reads `edgewise:SITE:unread`, `…:unsent` and
/// `…:waiting` too.
#[derive(Debug, Clone)]
pub struct Shelf<S> {
    store: S,
    site: String,
}

impl<S: Store> Shelf<S> {
    /// The shelf of a site.
    pub fn new(store: S, site: &str) -> Self {
        Self { store, site: site.to_owned() }
    }

    fn name(&self, what: &str) -> String {
        format!("edgewise:{}:{what}", self.site)
    }

    fn read<T: FromJson + Default>(&self, what: &str) -> T {
        let text = self.store.get(&self.name(what));
        text.and_then(|text| json::read(&text)).unwrap_or_default()
    }

    fn write(&self, what: &str, value: &dyn ToJson, empty: bool) {
        let name = self.name(what);
        if empty {
            self.store.remove(&name);
        } else {
            self.store.set(&name, &json::write(value));
        }
    }

    fn keeps(&self, what: &str) -> bool {
        self.store.get(&self.name(what)).is_some()
    }

    /// Whether there is a draft.
    pub fn keeps_draft(&self) -> bool {
        self.keeps("draft")
    }

    /// Whether there is a question that was asked, or is still to be sent.
    pub fn keeps_questions(&self) -> bool {
        self.keeps("unsent") || self.keeps("questions")
    }

    /// The draft.
    pub fn draft(&self) -> Draft {
        self.read("draft")
    }

    /// Keeps the draft; an empty one is erased.
    pub fn keep_draft(&self, draft: &Draft) {
        self.write("draft", draft, draft.is_empty());
    }

    /// Questions that the edge has not taken yet, oldest first.
    pub fn unsent(&self) -> Vec<Unsent> {
        self.read("unsent")
    }

    /// Keeps one, in place of what was kept under its key. Others, of another tab say, stay.
    pub fn keep_unsent(&self, unsent: &Unsent) {
        let mut all = self.unsent();
        match all.iter_mut().find(|other| other.key == unsent.key) {
            Some(other) => other.clone_from(unsent),
            None => all.push(unsent.clone()),
        }
        self.write("unsent", &all, false);
    }

    /// Forgets the one under a key.
    pub fn drop_unsent(&self, key: &str) {
        let mut all = self.unsent();
        all.retain(|other| other.key != key);
        self.write("unsent", &all, all.is_empty());
    }

    /// Questions asked.
    pub fn questions(&self) -> Questions {
        self.read("questions")
    }

    /// Keeps them, together with what another tab has stored meanwhile, and the marks for the launcher: how many replies
    /// are to be read, and how many questions may get one.
    pub fn keep_questions(&self, questions: &mut Questions) {
        questions.merge(self.questions());
        self.write("questions", questions, questions.all().is_empty());
        let unread = questions.unread();
        self.write("unread", &unread, unread == 0);
        let waiting = questions.waiting();
        self.write("waiting", &waiting, waiting == 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::collections::HashMap;

    #[derive(Default)]
    struct Memory {
        texts: RefCell<HashMap<String, String>>,
        full: bool,
    }

    impl Store for &Memory {
        fn get(&self, name: &str) -> Option<String> {
            self.texts.borrow().get(name).cloned()
        }
        fn set(&self, name: &str, text: &str) {
            if !self.full {
                self.texts.borrow_mut().insert(name.into(), text.into());
            }
        }
        fn remove(&self, name: &str) {
            self.texts.borrow_mut().remove(name);
        }
    }

    fn draft() -> Draft {
        Draft { title: "kept".into(), ..Draft::default() }
    }

    #[test]
    fn sites_do_not_see_each_other() {
        let memory = Memory::default();
        Shelf::new(&memory, "a").keep_draft(&draft());
        assert_eq!(Shelf::new(&memory, "a").draft(), draft());
        assert_eq!(Shelf::new(&memory, "b").draft(), Draft::default());
    }

    #[test]
    fn an_emptied_draft_leaves_nothing_behind() {
        let memory = Memory::default();
        let shelf = Shelf::new(&memory, "a");
        shelf.keep_draft(&draft());
        shelf.keep_draft(&Draft::default());
        assert!(memory.texts.borrow().is_empty());
    }

    #[test]
    fn unsent_questions_of_two_tabs_stay_apart() {
        let memory = Memory::default();
        let shelf = Shelf::new(&memory, "a");
        let unsent = |key: &str| Unsent::new(key.into(), api::QuestionRequest::default(), String::new());
        shelf.keep_unsent(&unsent("1"));
        shelf.keep_unsent(&unsent("2"));
        shelf.keep_unsent(&Unsent { tries: 3, ..unsent("1") });
        assert_eq!(
            shelf.unsent().iter().map(|u| (u.key.as_str(), u.tries)).collect::<Vec<_>>(),
            [("1", 3), ("2", 0)]
        );
        shelf.drop_unsent("1");
        shelf.drop_unsent("2");
        assert!(memory.texts.borrow().is_empty());
    }

    #[test]
    fn a_full_store_and_foreign_text_are_tolerated() {
        let memory = Memory { full: true, ..Memory::default() };
        let shelf = Shelf::new(&memory, "a");
        shelf.keep_draft(&draft());
        assert_eq!(shelf.draft(), Draft::default());
        memory.texts.borrow_mut().insert("edgewise:a:questions".into(), "{not json".into());
        assert_eq!(shelf.questions(), Questions::default());
    }
}
