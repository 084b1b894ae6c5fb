//! JSON as the page reads and writes it, in a fifth of the bytes that `serde_json` costs it (docs/size.md).
//!
//! A text becomes a [`Json`] tree, a tree becomes a value ([`FromJson`]), a value becomes a text ([`ToJson`]). What is read
//! comes from the edge or from this device's storage: anything else gives nothing, never a panic. [`records`] says how
//! structs and enums are put into words, `wire` says it for the types of the edge API.

mod parse;
mod records;
mod wire;
mod write;

pub(crate) use records::{names, record};
use std::collections::BTreeMap;
pub use write::{ToJson, write_record};

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`; also what a member that is not there is taken for.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number: whole ones up to 2^53 are exact, fractions to about 15 digits.
    Number(f64),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object, members in their order.
    Object(Vec<(String, Json)>),
}

/// What can be read from JSON.
pub trait FromJson: Sized {
    /// The value, or nothing where the JSON is of another shape.
    fn from_json(json: Json) -> Option<Self>;
}

impl Json {
    /// Reads a text; nothing where it is not JSON, or nested deeper than anything of ours.
    pub fn parse(text: &str) -> Option<Self> {
        parse::parse(text)
    }

    /// Takes a member out of an object by its name in Rust, which is `camelCase` in JSON; `null` where there is none.
    pub fn take(&mut self, name: &str) -> Self {
        let Self::Object(members) = self else { return Self::Null };
        let found = members.iter_mut().find(|(other, _)| records::is_camel_case_of(other, name));
        found.map_or(Self::Null, |(_, value)| std::mem::replace(value, Self::Null))
    }
}

/// Reads a value from a text.
pub fn read<T: FromJson>(text: &str) -> Option<T> {
    T::from_json(Json::parse(text)?)
}

/// Writes a value as a text.
pub fn write<T: ToJson + ?Sized>(value: &T) -> String {
    let mut text = String::new();
    value.write(&mut text);
    text
}

/// Reads what may be missing.
pub(crate) fn or_default<T: FromJson + Default>(json: Json) -> Option<T> {
    Option::from_json(json).map(Option::unwrap_or_default)
}

impl FromJson for String {
    fn from_json(json: Json) -> Option<Self> {
        if let Json::Text(text) = json { Some(text) } else { None }
    }
}

impl FromJson for bool {
    fn from_json(json: Json) -> Option<Self> {
        if let Json::Bool(flag) = json { Some(flag) } else { None }
    }
}

macro_rules! numbers {
    ($($name:ty)*) => {$(
        impl FromJson for $name {
            fn from_json(json: Json) -> Option<Self> {
                // A number beyond the type's ends becomes the end: `as` saturates.
                if let Json::Number(number) = json { Some(number as Self) } else { None }
            }
        }
    )*};
}
numbers!(u32 u64 i64 usize f32);

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(json: Json) -> Option<Self> {
        if json == Json::Null { Some(None) } else { T::from_json(json).map(Some) }
    }
}

/// A list that is not there is empty.
impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(json: Json) -> Option<Self> {
        match json {
            Json::Null => Some(Vec::new()),
            Json::List(list) => list.into_iter().map(T::from_json).collect(),
            _ => None,
        }
    }
}

impl FromJson for BTreeMap<String, String> {
    fn from_json(json: Json) -> Option<Self> {
        match json {
            Json::Null => Some(Self::new()),
            Json::Object(members) => {
                members.into_iter().map(|(name, value)| Some((name, String::from_json(value)?))).collect()
            }
            _ => None,
        }
    }
}

impl FromJson for (u32, u32) {
    fn from_json(json: Json) -> Option<Self> {
        let Json::List(list) = json else { return None };
        let [Json::Number(first), Json::Number(second)] = list.as_slice() else { return None };
        Some((*first as u32, *second as u32))
    }
}
