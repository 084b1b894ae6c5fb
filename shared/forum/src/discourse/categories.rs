//! Names of categories: topics carry only their ids.

use std::collections::BTreeMap;

use serde_json::Value;

use super::DecodeError;
use super::loose::Loose;

/// Names of categories by id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Categories {
    names: BTreeMap<String, String>,
}

impl Categories {
    /// Reads whatever file holds categories: `/site.json`, `/categories.json` with its sub-categories, an export's
    /// `metadata.json`, or a plain object from id to name. A file without categories gives none.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let value: Value = serde_json::from_slice(bytes)?;
        let mut found = Self::default();
        let mut waiting = vec![&value];
        // Depth is bounded: serde_json refuses what nests deeper than 128.
        while let Some(value) = waiting.pop() {
            for name in ["categories", "category_list", "subcategory_list"] {
                match value.get(name) {
                    Some(Value::Array(list)) => list.iter().for_each(|category| {
                        found.learn(category);
                        waiting.push(category);
                    }),
                    Some(map @ Value::Object(_)) => {
                        found.learn_map(map);
                        waiting.push(map);
                    }
                    _ => {}
                }
            }
        }
        found.learn_map(&value);
        Ok(found)
    }

    /// The name of a category.
    pub fn name(&self, id: &str) -> Option<&str> {
        self.names.get(id).map(String::as_str)
    }

    /// How many are known.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Adds what `other` knows; its names win.
    pub fn extend(&mut self, other: Self) {
        self.names.extend(other.names);
    }

    fn learn(&mut self, category: &Value) {
        if let (Some(id), Some(name)) = (category.id("id"), category.text("name")) {
            self.names.insert(id, name.to_owned());
        }
    }

    fn learn_map(&mut self, map: &Value) {
        for (id, name) in map.as_object().into_iter().flatten() {
            if let Some(name) = name.as_str().filter(|_| id.chars().all(|c| c.is_ascii_digit())) {
                self.names.insert(id.clone(), name.to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_that_names_categories() {
        for json in [
            r#"{"categories":[{"id":3,"name":"Sync"},{"id":"4","name":"CLI"},{"id":5},null]}"#,
            r#"{"category_list":{"categories":[{"id":3,"name":"Sync","subcategory_list":[{"id":4,"name":"CLI"}]}]}}"#,
            r#"{"3":"Sync","4":"CLI"}"#,
            r#"{"source":"x","categories":{"3":"Sync","4":"CLI"}}"#,
        ] {
            let found = Categories::decode(json.as_bytes()).unwrap();
            assert_eq!((found.name("3"), found.name("4")), (Some("Sync"), Some("CLI")), "{json}");
        }
        assert!(Categories::decode(b"[]").unwrap().is_empty());
        assert!(Categories::decode(b"{").is_err());
    }
}
