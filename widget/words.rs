//! Locale files, and their words as the widget takes them: one text a line, in the order of their names.
//!
//! For the build script, which builds English in, for xtask, which lays the others out, and for the tests, which compare them.

use std::collections::BTreeMap;

use serde_json::Value;

/// The forms that a counted text can have, as CLDR names them, in the order in which a text has them.
pub const FORMS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// Between the forms of a text.
const BETWEEN: &str = "|";

/// A locale file.
pub struct Locale {
    /// The language, as BCP 47 has it.
    pub lang: String,
    /// `ltr` or `rtl`.
    pub dir: String,
    /// What the loader says.
    pub loader: BTreeMap<String, Value>,
    /// What the stand-in says.
    pub stand_in: BTreeMap<String, Value>,
    /// What the widget says: a text, or the forms of a counted one.
    pub widget: BTreeMap<String, Value>,
}

impl Locale {
    /// Reads one.
    pub fn read(json: &str) -> Result<Self, String> {
        let mut file: BTreeMap<String, Value> =
            serde_json::from_str(json).map_err(|error| error.to_string())?;
        let mut take = |name| file.remove(name).unwrap_or_default();
        let text = |value: Value| value.as_str().map(str::to_owned).ok_or("a text is missing");
        // By name, whatever order the reader of JSON keeps.
        let section = |value: Value| match value {
            Value::Object(words) => Ok(words.into_iter().collect()),
            _ => Err("a section is missing"),
        };
        Ok(Self {
            lang: text(take("lang"))?,
            dir: text(take("dir"))?,
            loader: section(take("loader"))?,
            stand_in: section(take("standIn"))?,
            widget: section(take("widget"))?,
        })
    }

    /// The forms that its counted texts have.
    pub fn forms(&self) -> Vec<&'static str> {
        let counted = self.widget.values().find_map(Value::as_object);
        FORMS.into_iter().filter(|form| counted.is_some_and(|texts| texts.contains_key(*form))).collect()
    }

    /// The widget's texts, one a line; the forms of a counted one side by side.
    pub fn lines(&self) -> String {
        let line = |value: &Value| match value {
            Value::Object(texts) => {
                let forms = FORMS.iter().filter_map(|form| texts.get(*form)?.as_str());
                forms.collect::<Vec<_>>().join(BETWEEN)
            }
            text => text.as_str().unwrap_or_default().to_owned(),
        };
        self.widget.values().map(line).collect::<Vec<_>>().join("\n")
    }
}
