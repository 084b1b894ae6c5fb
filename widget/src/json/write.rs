//! From a value to a text. Fractions have no way to be written: nothing that leaves the page or is kept has any.

use super::records::camel_case;
use api::Fields;

/// What can be written as JSON.
pub trait ToJson {
    /// Puts the value at the end of a text.
    fn write(&self, text: &mut String);

    /// As a member of an object it is left out.
    fn is_left_out(&self) -> bool {
        false
    }
}

impl ToJson for str {
    fn write(&self, text: &mut String) {
        text.push('"');
        for character in self.chars() {
            match character {
                '"' => text.push_str("\\\""),
                '\\' => text.push_str("\\\\"),
                '\n' => text.push_str("\\n"),
                '\0'..' ' => {
                    text.push_str("\\u00");
                    for nibble in [character as u32 >> 4, character as u32 & 15] {
                        text.push(char::from_digit(nibble, 16).unwrap_or('0'));
                    }
                }
                plain => text.push(plain),
            }
        }
        text.push('"');
    }
}

impl ToJson for String {
    fn write(&self, text: &mut String) {
        self.as_str().write(text);
    }
}

impl ToJson for bool {
    fn write(&self, text: &mut String) {
        text.push_str(if *self { "true" } else { "false" });
    }
}

macro_rules! whole_numbers {
    ($($name:ty)*) => {$(
        impl ToJson for $name {
            fn write(&self, text: &mut String) {
                text.push_str(&self.to_string());
            }
        }
    )*};
}
whole_numbers!(u32 usize);

impl<T: ToJson> ToJson for Option<T> {
    fn write(&self, text: &mut String) {
        match self {
            Some(value) => value.write(text),
            None => text.push_str("null"),
        }
    }

    fn is_left_out(&self) -> bool {
        self.is_none()
    }
}

impl<T: ToJson> ToJson for [T] {
    fn write(&self, text: &mut String) {
        text.push('[');
        for (at, value) in self.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            value.write(text);
        }
        text.push(']');
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn write(&self, text: &mut String) {
        self.as_slice().write(text);
    }
}

impl ToJson for Fields {
    fn write(&self, text: &mut String) {
        let members: Vec<(&str, &dyn ToJson)> =
            self.iter().map(|(name, value)| (name.as_str(), value as &dyn ToJson)).collect();
        write_object(text, &members);
    }
}

/// Writes a struct's fields under their names on the wire.
pub fn write_record(text: &mut String, fields: &[(&str, &dyn ToJson)]) {
    let names: Vec<String> = fields.iter().map(|(name, _)| camel_case(name).collect()).collect();
    let members: Vec<(&str, &dyn ToJson)> =
        names.iter().zip(fields).map(|(name, (_, value))| (name.as_str(), *value)).collect();
    write_object(text, &members);
}

/// Writes an object of members by their names.
pub fn write_object(text: &mut String, members: &[(&str, &dyn ToJson)]) {
    let mut separator = '{';
    for (name, value) in members.iter().filter(|(_, value)| !value.is_left_out()) {
        text.push(separator);
        name.write(text);
        text.push(':');
        value.write(text);
        separator = ',';
    }
    if separator == '{' {
        text.push('{');
    }
    text.push('}');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{read, write};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_string_is_read_back(string in any::<String>()) {
            let text = write(&string);
            prop_assert_eq!(serde_json::from_str::<String>(&text).unwrap(), string.clone());
            prop_assert_eq!(read::<String>(&text), Some(string));
        }
    }

    #[test]
    fn members_without_a_value_are_left_out() {
        let mut text = String::new();
        write_object(&mut text, &[("a", &None::<bool>), ("b", &1u32), ("c", &Some(true))]);
        write_object(&mut text, &[]);
        assert_eq!(text, r#"{"b":1,"c":true}{}"#);
    }
}
