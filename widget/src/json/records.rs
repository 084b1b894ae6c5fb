//! How structs and enums are put into JSON: a list of their fields, or of their names.
//!
//! Reading builds the struct by its literal, so the compiler misses no field; names are `camelCase` on the wire.

/// `record! { Type: field, field }` reads and writes a struct, `record! { read Type: … }` and `record! { write Type: … }` do one
/// of both. Fields behind `; default` take their type's default where they are missing.
macro_rules! record {
    (read $type:ty: $($field:ident),* $(; default $($lax:ident),+)?) => {
        impl $crate::json::FromJson for $type {
            fn from_json(json: &$crate::json::Json, reading: &mut $crate::json::Reading) -> Self {
                if !matches!(json, $crate::json::Json::Object(_)) {
                    reading.misfit(());
                }
                Self {
                    $($field: $crate::json::FromJson::from_json(json.member(stringify!($field)), reading),)*
                    $($($lax: $crate::json::or_default(json.member(stringify!($lax)), reading),)+)?
                }
            }
        }
    };
    (write $type:ty: $($field:ident),+ $(,)?) => {
        impl $crate::json::ToJson for $type {
            fn write(&self, text: &mut String) {
                $crate::json::write_record(text, &[$((stringify!($field), &self.$field)),+]);
            }
        }
    };
    ($type:ty: $($field:ident),* $(; default $($lax:ident),+)?) => {
        $crate::json::record! { read $type: $($field),* $(; default $($lax),+)? }
        $crate::json::record! { write $type: $($field,)* $($($lax),+)? }
    };
}
pub(crate) use record;

/// `names! { Type: "name" = Variant, … }` reads and writes an enum of plain variants; the first one stands in for what does not
/// fit. With `; else Variant` at the end, every other name fits and is that one.
macro_rules! names {
    ($type:ty: $first:literal = $stand_in:ident $(, $name:literal = $variant:ident)*) => {
        $crate::json::names! { @read $type: $first = $stand_in $(, $name = $variant)*;
            reading => reading.misfit(Self::$stand_in) }
    };
    ($type:ty: $($name:literal = $variant:ident),+; else $other:ident) => {
        $crate::json::names! { @read $type: $($name = $variant),+; _reading => Self::$other }
    };
    (@read $type:ty: $($name:literal = $variant:ident),+; $reading:ident => $other:expr) => {
        impl $crate::json::FromJson for $type {
            fn from_json(json: &$crate::json::Json, $reading: &mut $crate::json::Reading) -> Self {
                match json {
                    $($crate::json::Json::Text(name) if name == $name => Self::$variant,)+
                    _ => $other,
                }
            }
        }
        impl $crate::json::ToJson for $type {
            fn write(&self, text: &mut String) {
                let name = match self { $(Self::$variant => $name,)+ };
                name.write(text);
            }
        }
    };
}
pub(crate) use names;

/// Whether a member's name is a field's name in `camelCase`.
pub fn is_camel_case_of(member: &str, field: &str) -> bool {
    camel_case(field).eq(member.chars())
}

/// A field's name as it is on the wire.
pub fn camel_case(field: &str) -> impl Iterator<Item = char> {
    let mut raise = false;
    field.chars().filter_map(move |character| {
        let raised = std::mem::replace(&mut raise, character == '_');
        if character == '_' {
            None
        } else if raised {
            Some(character.to_ascii_uppercase())
        } else {
            Some(character)
        }
    })
}
