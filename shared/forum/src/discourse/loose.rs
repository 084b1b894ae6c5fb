//! Reads fields of JSON that may be absent, null, empty or of another type than last year.

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Fields by name; `None` for whatever is not there in a form that makes sense.
pub(crate) trait Loose {
    /// A string that is not empty.
    fn text(&self, name: &str) -> Option<&str>;
    /// A number, also when written as a string.
    fn number(&self, name: &str) -> Option<u64>;
    /// An id: a number or a string without anything that would change an address.
    fn id(&self, name: &str) -> Option<String>;
    /// A yes or no.
    fn flag(&self, name: &str) -> Option<bool>;
    /// A list.
    fn list(&self, name: &str) -> Option<&[Value]>;
    /// A time, RFC 3339.
    fn time(&self, name: &str) -> Option<OffsetDateTime>;
}

impl Loose for Value {
    fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str().filter(|text| !text.trim().is_empty())
    }

    fn number(&self, name: &str) -> Option<u64> {
        let value = self.get(name)?;
        value.as_u64().or_else(|| value.as_str()?.parse().ok())
    }

    fn id(&self, name: &str) -> Option<String> {
        match self.get(name)? {
            Value::Number(number) => Some(number.to_string()),
            Value::String(id) => {
                let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
                (!id.is_empty() && id.chars().all(plain)).then(|| id.clone())
            }
            _ => None,
        }
    }

    fn flag(&self, name: &str) -> Option<bool> {
        self.get(name)?.as_bool()
    }

    fn list(&self, name: &str) -> Option<&[Value]> {
        self.get(name)?.as_array().map(Vec::as_slice)
    }

    fn time(&self, name: &str) -> Option<OffsetDateTime> {
        OffsetDateTime::parse(self.text(name)?, &Rfc3339).ok()
    }
}
