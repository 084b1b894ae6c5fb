use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Values of a template's fields by name, ascending, so that a question renders the same everywhere.
///
/// A list, not a tree: there are a handful, and a tree's code would be among the largest things in the page's form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// The value under a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// Puts a value under a name, in place of the one before.
    pub fn insert(&mut self, name: String, value: String) {
        let at = self.0.partition_point(|(other, _)| *other < name);
        match self.0.get_mut(at).filter(|(other, _)| *other == name) {
            Some((_, old)) => *old = value,
            None => self.0.insert(at, (name, value)),
        }
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = &(String, String)> {
        self.0.iter()
    }
}

impl FromIterator<(String, String)> for Fields {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(BTreeMap::from_iter(pairs).into_iter().collect())
    }
}

impl<const N: usize> From<[(String, String); N]> for Fields {
    fn from(pairs: [(String, String); N]) -> Self {
        Self::from_iter(pairs)
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(name, value)| (name, value)))
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::deserialize(deserializer).map(Self::from_iter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_an_object_of_ascending_names() {
        let text = r#"{"b":"2","a":"1","b":"3"}"#;
        let mut fields: Fields = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&fields).unwrap(), r#"{"a":"1","b":"3"}"#);
        fields.insert("aa".into(), "4".into());
        fields.insert("a".into(), "5".into());
        assert_eq!(serde_json::to_string(&fields).unwrap(), r#"{"a":"5","aa":"4","b":"3"}"#);
        assert_eq!((fields.get("aa"), fields.get("c")), (Some("4"), None));
    }
}
