//! From a text to a tree.

use super::Json;

/// Nesting beyond this is refused: a thread has some ten levels, the stack has room for many more.
const DEEPEST: u8 = 64;

/// What is left of a text.
struct Rest<'t> {
    text: &'t str,
    depth: u8,
}

/// Reads a text that is one value.
pub fn parse(text: &str) -> Option<Json> {
    let mut rest = Rest { text, depth: 0 };
    let value = rest.value()?;
    rest.next().is_none().then_some(value)
}

impl Rest<'_> {
    /// The next byte behind white space.
    fn next(&mut self) -> Option<u8> {
        self.text = self.text.trim_start_matches([' ', '\n', '\r', '\t']);
        self.text.bytes().next()
    }

    /// Takes `token` if it comes next.
    fn takes(&mut self, token: &str) -> bool {
        self.next();
        match self.text.strip_prefix(token) {
            Some(rest) => {
                self.text = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self) -> Option<Json> {
        match self.next()? {
            b'{' => self.object(),
            b'[' => self.list(),
            b'"' => self.string().map(Json::Text),
            b't' => self.takes("true").then_some(Json::Bool(true)),
            b'f' => self.takes("false").then_some(Json::Bool(false)),
            b'n' => self.takes("null").then_some(Json::Null),
            _ => self.number(),
        }
    }

    fn list(&mut self) -> Option<Json> {
        let mut list = Vec::new();
        self.items("[", "]", |rest| {
            list.push(rest.value()?);
            Some(())
        })?;
        Some(Json::List(list))
    }

    fn object(&mut self) -> Option<Json> {
        let mut members = Vec::new();
        self.items("{", "}", |rest| {
            rest.next();
            let name = rest.string()?;
            rest.takes(":").then_some(())?;
            members.push((name, rest.value()?));
            Some(())
        })?;
        Some(Json::Object(members))
    }

    /// What stands between two brackets, separated by commas.
    fn items(
        &mut self,
        open: &str,
        close: &str,
        mut item: impl FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        self.takes(open).then_some(())?;
        self.depth += 1;
        (self.depth <= DEEPEST).then_some(())?;
        if !self.takes(close) {
            loop {
                item(self)?;
                if self.takes(close) {
                    break;
                }
                self.takes(",").then_some(())?;
            }
        }
        self.depth -= 1;
        Some(())
    }

    fn string(&mut self) -> Option<String> {
        self.text = self.text.strip_prefix('"')?;
        let mut string = String::new();
        loop {
            let end = self.text.find(['"', '\\'])?;
            let (plain, rest) = self.text.split_at_checked(end)?;
            string.push_str(plain);
            if let Some(rest) = rest.strip_prefix('"') {
                self.text = rest;
                return Some(string);
            }
            self.text = rest.strip_prefix('\\')?;
            string.push(self.escape()?);
        }
    }

    /// What a backslash introduces.
    fn escape(&mut self) -> Option<char> {
        let mut rest = self.text.chars();
        let character = match rest.next()? {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'u' => {
                self.text = rest.as_str();
                return self.unicode();
            }
            same @ ('"' | '\\' | '/') => same,
            _ => return None,
        };
        self.text = rest.as_str();
        Some(character)
    }

    /// A character by its UTF-16 units. Half of one, which JSON allows, becomes the replacement character.
    fn unicode(&mut self) -> Option<char> {
        let first = self.unit()?;
        if (0xd800..0xdc00).contains(&first)
            && let Some(rest) = self.text.strip_prefix("\\u")
        {
            let before = std::mem::replace(&mut self.text, rest);
            let second = self.unit()?;
            if (0xdc00..0xe000).contains(&second) {
                return char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00));
            }
            self.text = before;
        }
        Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn unit(&mut self) -> Option<u32> {
        let (digits, rest) = self.text.split_at_checked(4)?;
        self.text = rest;
        digits.chars().try_fold(0, |unit, digit| Some(unit * 16 + digit.to_digit(16)?))
    }

    fn number(&mut self) -> Option<Json> {
        let negative = self.takes("-");
        let (whole, _) = self.digits();
        let mut number = whole?;
        if let Some(rest) = self.text.strip_prefix('.') {
            self.text = rest;
            let (fraction, count) = self.digits();
            number += fraction? / power(count);
        }
        if let Some(rest) = self.text.strip_prefix(['e', 'E']) {
            let smaller = rest.starts_with('-');
            self.text = rest.strip_prefix(['+', '-']).unwrap_or(rest);
            let (exponent, _) = self.digits();
            let power = power(exponent? as u32);
            number = if smaller { number / power } else { number * power };
        }
        Some(Json::Number(if negative { -number } else { number }))
    }

    /// Decimal digits as a number, with their count; nothing where there are none.
    fn digits(&mut self) -> (Option<f64>, u32) {
        let rest = self.text.trim_start_matches(|digit: char| digit.is_ascii_digit());
        let count = self.text.len() - rest.len();
        let digits = self.text.bytes().take(count);
        self.text = rest;
        let number = digits.fold(0.0, |number, digit| number * 10.0 + f64::from(digit - b'0'));
        ((count > 0).then_some(number), count as u32)
    }
}

/// Ten to the power of `exponent`, infinite where that is beyond an `f64`.
fn power(exponent: u32) -> f64 {
    /// The first power of ten that is beyond an `f64`.
    const BEYOND: u32 = 309;
    (0..exponent.min(BEYOND)).fold(1.0, |power, _| power * 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    /// The same in serde_json's terms.
    fn theirs(json: &Json) -> Value {
        match json {
            Json::Null => Value::Null,
            Json::Bool(flag) => (*flag).into(),
            Json::Number(number) => (*number).into(),
            Json::Text(text) => text.clone().into(),
            Json::List(list) => list.iter().map(theirs).collect(),
            Json::Object(members) => {
                members.iter().map(|(name, value)| (name.clone(), theirs(value))).collect()
            }
        }
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-1_000_000_000i64..1_000_000_000).prop_map(|whole| Value::from(whole as f64)),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_serde_json_writes_is_read(value in values()) {
            let pretty = serde_json::to_string_pretty(&value).unwrap();
            prop_assert_eq!(parse(&pretty).as_ref().map(theirs), Some(value));
        }

        #[test]
        fn no_text_breaks_it(text in "[\\[\\]{}\",:\\\\u0-9eE.+ntf -]{0,40}|.{0,40}") {
            let _ = parse(&text);
        }

        #[test]
        fn fractions_are_as_good_as_needed(number in -1e6..1e6f64) {
            let Some(Json::Number(read)) = parse(&number.to_string()) else { return Err(TestCaseError::fail("no number")) };
            prop_assert!((read - number).abs() <= number.abs() * 1e-14);
        }
    }

    #[test]
    fn numbers_may_have_exponents() {
        assert_eq!(parse("-12.5e-1"), Some(Json::Number(-1.25)));
        assert_eq!(parse("1E+3"), Some(Json::Number(1_000.0)));
        assert_eq!(parse("1e999"), Some(Json::Number(f64::INFINITY)));
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in
            ["", "<html>", "{\"a\"}", "[1,]", "\"open", "\"\\x\"", "\"\\u12\"", "1 2", "nul", "-", "1."]
        {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&"[".repeat(100_000)), None);
    }

    #[test]
    fn half_a_character_is_replaced_and_its_neighbour_kept() {
        assert_eq!(parse(r#""\ud83d\u0041""#), Some(Json::Text("\u{fffd}A".into())));
        assert_eq!(parse(r#""\ud83d\udea2""#), Some(Json::Text("🚢".into())));
    }
}
