//! JSON as the page reads and writes it, in a fifth of the bytes that `serde_json` costs it (docs/size.md).
//!
//! A text becomes a [`Json`] tree, a tree becomes a value ([`FromJson`]), a value becomes a text ([`ToJson`]). What is read
//! comes from the edge or from this device's storage: anything else gives nothing, never a panic. [`records`] says how
//! structs and enums are put into words, `wire` says it for the types of the edge API.

mod parse;
mod records;
mod wire;
mod write;

use api::Fields;
pub(crate) use records::{names, record};
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

/// How a value is being read. Reading goes on where something does not fit, with a value that stands in for it: the code that
/// gives up halfway in each struct costs more than the reading.
#[derive(Debug, Default)]
pub struct Reading {
    misfits: bool,
}

impl Reading {
    /// Something is of another shape; `stand_in` takes its place.
    pub fn misfit<T>(&mut self, stand_in: T) -> T {
        self.misfits = true;
        stand_in
    }
}

/// What can be read from JSON.
pub trait FromJson: Sized {
    /// The value, or a stand-in where the JSON is of another shape, which `reading` then knows.
    fn from_json(json: &Json, reading: &mut Reading) -> Self;
}

impl Json {
    /// Reads a text; nothing where it is not JSON, or nested deeper than anything of ours.
    pub fn parse(text: &str) -> Option<Self> {
        parse::parse(text)
    }

    /// A member of an object by its name in Rust, which is `camelCase` in JSON; `null` where there is none.
    pub fn member(&self, name: &str) -> &Self {
        let Self::Object(members) = self else { return &Self::Null };
        let found = members.iter().find(|(other, _)| records::is_camel_case_of(other, name));
        found.map_or(&Self::Null, |(_, value)| value)
    }

    /// Reads a value; nothing where anything in it is of another shape.
    pub fn value<T: FromJson>(&self) -> Option<T> {
        let mut reading = Reading::default();
        let value = T::from_json(self, &mut reading);
        (!reading.misfits).then_some(value)
    }
}

/// Reads a value from a text.
pub fn read<T: FromJson>(text: &str) -> Option<T> {
    Json::parse(text)?.value()
}

/// Writes a value as a text.
pub fn write(value: &dyn ToJson) -> String {
    let mut text = String::new();
    value.write(&mut text);
    text
}

/// Reads what may be missing.
pub(crate) fn or_default<T: FromJson + Default>(json: &Json, reading: &mut Reading) -> T {
    if *json == Json::Null { T::default() } else { T::from_json(json, reading) }
}

impl FromJson for String {
    fn from_json(json: &Json, reading: &mut Reading) -> Self {
        if let Json::Text(text) = json { text.clone() } else { reading.misfit(Self::new()) }
    }
}

impl FromJson for bool {
    fn from_json(json: &Json, reading: &mut Reading) -> Self {
        if let Json::Bool(flag) = json { *flag } else { reading.misfit(false) }
    }
}

fn number(json: &Json, reading: &mut Reading) -> f64 {
    if let Json::Number(number) = json { *number } else { reading.misfit(0.0) }
}

macro_rules! numbers {
    ($($name:ty)*) => {$(
        impl FromJson for $name {
            fn from_json(json: &Json, reading: &mut Reading) -> Self {
                // A number beyond the type's ends becomes the end: `as` saturates.
                number(json, reading) as Self
            }
        }
    )*};
}
numbers!(u32 u64 i64 usize f32);

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(json: &Json, reading: &mut Reading) -> Self {
        if *json == Json::Null { None } else { Some(T::from_json(json, reading)) }
    }
}

/// A list that is not there is empty.
impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(json: &Json, reading: &mut Reading) -> Self {
        let list = match json {
            Json::List(list) => list.as_slice(),
            Json::Null => &[],
            _ => reading.misfit(&[]),
        };
        let mut values = Self::new();
        for json in list {
            values.push(T::from_json(json, reading));
        }
        values
    }
}

impl FromJson for Fields {
    fn from_json(json: &Json, reading: &mut Reading) -> Self {
        let mut values = Self::default();
        match json {
            Json::Null => {}
            Json::Object(members) => {
                for (name, value) in members {
                    values.insert(name.clone(), String::from_json(value, reading));
                }
            }
            _ => reading.misfit(()),
        }
        values
    }
}

impl FromJson for (u32, u32) {
    fn from_json(json: &Json, reading: &mut Reading) -> Self {
        let Json::List(list) = json else { return reading.misfit((0, 0)) };
        let [Json::Number(first), Json::Number(second)] = list.as_slice() else {
            return reading.misfit((0, 0));
        };
        (*first as u32, *second as u32)
    }
}
