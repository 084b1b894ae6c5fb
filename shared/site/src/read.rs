//! TOML read key by key, with the place of each, so that every mistake can be shown where it is.

use std::collections::BTreeMap;
use std::ops::Range;

use api::{Features, SiteTexts, Template, TemplateField, TemplateFieldKind};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::check::{Unchecked, check};
use crate::{Alerts, Forum, ForumKind, Limits, Mistake, Share, SiteConfig, SiteError, Turnstile};

pub(crate) fn from_toml(text: &str) -> Result<SiteConfig, SiteError> {
    let table = match DeTable::parse(text) {
        Ok(table) => table,
        Err(error) => {
            let at = error.span().map(|span| place(text, span.start));
            let message = format!("this is not TOML: {}", error.message().replace('\n', ", "));
            return Err(SiteError { mistakes: vec![Mistake { at, key: String::new(), message }] });
        }
    };
    let mut reader = Reader::default();
    let unchecked = reader.site(table.get_ref(), table.span());
    let Reader { spans, mistakes: mut found } = reader;
    // What could not be read would only be reported as missing.
    let mut unread: Vec<_> = found.iter().map(|(key, ..)| key.clone()).collect();
    let config = check(unchecked, &mut |key, message| {
        let within = |unread: &String| {
            key.strip_prefix(unread.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        if !unread.iter().any(within) {
            found.push((key.clone(), span_of(&spans, &key), message));
            unread.push(key);
        }
    });
    if found.is_empty() {
        return Ok(config);
    }
    found.sort_by_key(|(_, span, _)| span.start);
    let mistakes = found.into_iter().map(|(key, span, message)| Mistake {
        at: Some(place(text, span.start)),
        key,
        message,
    });
    Err(SiteError { mistakes: mistakes.collect() })
}

/// Line and column, from 1, of a byte offset.
fn place(text: &str, offset: usize) -> (u32, u32) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line as u32, column as u32)
}

/// Where a key is written; for a missing one, where the table is that it should be in.
fn span_of(spans: &BTreeMap<String, Range<usize>>, key: &str) -> Range<usize> {
    let mut known = key;
    loop {
        if let Some(span) = spans.get(known) {
            return span.clone();
        }
        match known.rfind(['.', '[']) {
            Some(end) => known = known.get(..end).unwrap_or_default(),
            None => return 0..0,
        }
    }
}

/// Collects what was read where, and what could not be read.
#[derive(Default)]
struct Reader {
    spans: BTreeMap<String, Range<usize>>,
    mistakes: Vec<(String, Range<usize>, String)>,
}

/// One table, its path, and the keys that were asked for.
struct Table<'a> {
    path: String,
    table: Option<&'a DeTable<'a>>,
    asked: Vec<&'static str>,
}

impl<'a> Table<'a> {
    fn new(path: String, table: Option<&'a DeTable<'a>>) -> Self {
        Self { path, table, asked: Vec::new() }
    }

    fn key(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }
}

impl Reader {
    fn site(&mut self, table: &DeTable<'_>, span: Range<usize>) -> Unchecked {
        self.spans.insert(String::new(), span);
        let default = Unchecked::default();
        let mut site = Table::new(String::new(), Some(table));
        let unchecked = Unchecked {
            id: self.string(&mut site, "id"),
            enabled: self.boolean(&mut site, "enabled", default.enabled),
            origins: self.strings(&mut site, "origins"),
            tags: self.strings(&mut site, "tags"),
            texts: self.texts(&mut site),
            template: self.template(&mut site),
            features: self.features(&mut site),
            forum: self.forum(&mut site),
            limits: self.limits(&mut site),
            share: self.share(&mut site),
            alerts: self.alerts(&mut site),
            turnstile: self.turnstile(&mut site),
        };
        self.finish(&site);
        unchecked
    }

    fn texts(&mut self, site: &mut Table<'_>) -> SiteTexts {
        let mut table = self.table(site, "texts");
        let texts = SiteTexts {
            name: self.string(&mut table, "name"),
            greeting: self.string(&mut table, "greeting"),
            placeholder: self.string(&mut table, "placeholder"),
            guidelines: self.string(&mut table, "guidelines"),
        };
        self.finish(&table);
        texts
    }

    fn template(&mut self, site: &mut Table<'_>) -> Template {
        let mut table = self.table(site, "template");
        let body_hint = self.string(&mut table, "body_hint");
        let mut fields = Vec::new();
        let key = table.key("fields");
        for (at, item) in self.array(&mut table, "fields").iter().enumerate() {
            let path = format!("{key}[{at}]");
            self.spans.insert(path.clone(), item.span());
            match item.get_ref().as_table() {
                Some(field) => fields.push(self.field(Table::new(path, Some(field)))),
                None => self.wrong(path, item, "a table; write [[template.fields]] and its keys below"),
            }
        }
        self.finish(&table);
        Template { body_hint, fields }
    }

    fn field(&mut self, mut table: Table<'_>) -> TemplateField {
        let kinds = [
            ("line", TemplateFieldKind::Line),
            ("text", TemplateFieldKind::Text),
            ("choice", TemplateFieldKind::Choice),
        ];
        let field = TemplateField {
            name: self.string(&mut table, "name"),
            label: self.string(&mut table, "label"),
            required: self.boolean(&mut table, "required", false),
            kind: self.choice(&mut table, "kind", &kinds),
            options: self.strings(&mut table, "options"),
            hint: self.string(&mut table, "hint"),
        };
        self.finish(&table);
        field
    }

    fn features(&mut self, site: &mut Table<'_>) -> Features {
        let default = Features::default();
        let mut table = self.table(site, "features");
        let features = Features {
            ask: self.boolean(&mut table, "ask", default.ask),
            similar: self.boolean(&mut table, "similar", default.similar),
        };
        self.finish(&table);
        features
    }

    fn forum(&mut self, site: &mut Table<'_>) -> Forum {
        let kinds = [
            ("inbox", ForumKind::Inbox),
            ("discourse", ForumKind::Discourse),
            ("github", ForumKind::GitHub),
            ("misago", ForumKind::Misago),
            ("nodebb", ForumKind::NodeBb),
            ("webhook", ForumKind::Webhook),
        ];
        let default = Forum::default();
        let mut table = self.table(site, "forum");
        let forum = Forum {
            kind: self.choice(&mut table, "kind", &kinds),
            name: self.string(&mut table, "name"),
            url: self.string(&mut table, "url").trim_end_matches('/').to_owned(),
            category: self.string(&mut table, "category"),
            user: self.string(&mut table, "user"),
            per_minute: self.number(&mut table, "per_minute", default.per_minute),
        };
        self.finish(&table);
        forum
    }

    fn limits(&mut self, site: &mut Table<'_>) -> Limits {
        let default = Limits::default();
        let mut table = self.table(site, "limits");
        let limits = Limits {
            title_chars: self.pair(&mut table, "title_chars", default.title_chars),
            body_chars: self.pair(&mut table, "body_chars", default.body_chars),
            questions_per_hour: self.number(&mut table, "questions_per_hour", default.questions_per_hour),
            site_per_hour: self.number(&mut table, "site_per_hour", default.site_per_hour),
            links: self.pair(&mut table, "links", default.links),
            keep_days: self.number(&mut table, "keep_days", default.keep_days),
        };
        self.finish(&table);
        limits
    }

    fn share(&mut self, site: &mut Table<'_>) -> Share {
        let default = Share::default();
        let mut table = self.table(site, "share");
        let share = Share {
            page_url: self.boolean(&mut table, "page_url", default.page_url),
            product: self.boolean(&mut table, "product", default.product),
            version: self.boolean(&mut table, "version", default.version),
        };
        self.finish(&table);
        share
    }

    fn alerts(&mut self, site: &mut Table<'_>) -> Alerts {
        let mut table = self.table(site, "alerts");
        let alerts = Alerts { url: self.string(&mut table, "url") };
        self.finish(&table);
        alerts
    }

    fn turnstile(&mut self, site: &mut Table<'_>) -> Turnstile {
        let mut table = self.table(site, "turnstile");
        let turnstile = Turnstile { site_key: self.string(&mut table, "site_key") };
        self.finish(&table);
        turnstile
    }

    /// The value of a key, if it is there.
    fn value<'a>(&mut self, table: &mut Table<'a>, name: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        table.asked.push(name);
        let value = table.table?.get(name)?;
        self.spans.insert(table.key(name), value.span());
        Some(value)
    }

    fn wrong(&mut self, key: String, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let found = value.get_ref().type_str();
        self.mistakes.push((key, value.span(), format!("this is of type {found}; it must be {wanted}")));
    }

    fn table<'a>(&mut self, parent: &mut Table<'a>, name: &'static str) -> Table<'a> {
        let path = parent.key(name);
        let value = self.value(parent, name);
        let table = value.and_then(|value| value.get_ref().as_table());
        if let (Some(value), None) = (value, table) {
            self.wrong(path.clone(), value, &format!("a table; write [{path}] and its keys below"));
        }
        Table::new(path, table)
    }

    fn array<'a>(&mut self, table: &mut Table<'a>, name: &'static str) -> &'a [Spanned<DeValue<'a>>] {
        let Some(value) = self.value(table, name) else { return &[] };
        match value.get_ref().as_array() {
            Some(array) => array,
            None => {
                self.wrong(table.key(name), value, "a list in brackets");
                &[]
            }
        }
    }

    fn string(&mut self, table: &mut Table<'_>, name: &'static str) -> String {
        let Some(value) = self.value(table, name) else { return String::new() };
        match value.get_ref().as_str() {
            Some(text) => text.to_owned(),
            None => {
                self.wrong(table.key(name), value, "a text in quotes");
                String::new()
            }
        }
    }

    fn strings(&mut self, table: &mut Table<'_>, name: &'static str) -> Vec<String> {
        let mut strings = Vec::new();
        for (at, item) in self.array(table, name).iter().enumerate() {
            let key = format!("{}[{at}]", table.key(name));
            self.spans.insert(key.clone(), item.span());
            match item.get_ref().as_str() {
                Some(text) => strings.push(text.to_owned()),
                None => {
                    self.wrong(key, item, "a text in quotes");
                    // Holds the place, so that the entries behind keep their numbers.
                    strings.push(String::new());
                }
            }
        }
        strings
    }

    fn boolean(&mut self, table: &mut Table<'_>, name: &'static str, default: bool) -> bool {
        let Some(value) = self.value(table, name) else { return default };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong(table.key(name), value, "true or false");
            default
        })
    }

    fn number(&mut self, table: &mut Table<'_>, name: &'static str, default: u32) -> u32 {
        let Some(value) = self.value(table, name) else { return default };
        unsigned(value).unwrap_or_else(|| {
            self.wrong(table.key(name), value, "a whole number from 0 to 4294967295");
            default
        })
    }

    fn pair(&mut self, table: &mut Table<'_>, name: &'static str, default: (u32, u32)) -> (u32, u32) {
        let Some(value) = self.value(table, name) else { return default };
        let numbers: Option<Vec<u32>> =
            value.get_ref().as_array().and_then(|array| array.iter().map(unsigned).collect());
        match numbers.as_deref() {
            Some(&[least, most]) => (least, most),
            _ => {
                let wanted =
                    format!("two whole numbers, least and most, such as [{}, {}]", default.0, default.1);
                self.wrong(table.key(name), value, &wanted);
                default
            }
        }
    }

    fn choice<T: Copy + Default>(
        &mut self,
        table: &mut Table<'_>,
        name: &'static str,
        known: &[(&str, T)],
    ) -> T {
        let Some(value) = self.value(table, name) else { return T::default() };
        let text = value.get_ref().as_str().unwrap_or_default();
        if let Some((_, choice)) = known.iter().find(|(word, _)| *word == text) {
            return *choice;
        }
        let words: Vec<_> = known.iter().map(|(word, _)| format!("\"{word}\"")).collect();
        let mut message = format!("must be {}", words.join(" or "));
        if let Some(near) = nearest(text, known.iter().map(|(word, _)| *word)) {
            message.push_str(&format!("; did you mean \"{near}\"?"));
        }
        self.mistakes.push((table.key(name), value.span(), message));
        T::default()
    }

    /// Reports the keys that nobody asked for.
    fn finish(&mut self, table: &Table<'_>) {
        for (key, _) in table.table.into_iter().flatten() {
            let name: &str = key.get_ref();
            if table.asked.contains(&name) {
                continue;
            }
            let message = match nearest(name, table.asked.iter().copied()) {
                Some(near) => format!("there is no such key; did you mean {near}?"),
                None => format!("there is no such key; remove it, or use one of: {}", table.asked.join(", ")),
            };
            self.mistakes.push((table.key(name), key.span(), message));
        }
    }
}

fn unsigned(value: &Spanned<DeValue<'_>>) -> Option<u32> {
    let integer = value.get_ref().as_integer()?;
    u32::from_str_radix(integer.as_str(), integer.radix()).ok()
}

/// The known word that `word` was probably meant to be: a third of its letters wrong at most.
fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Longer than any key: no typing mistake, and not worth comparing.
    if word.len() > 64 {
        return None;
    }
    let plain = |text: &str| text.to_lowercase().replace('-', "_");
    known
        .map(|candidate| (distance(&plain(word), &plain(candidate)), candidate))
        .min()
        .filter(|(distance, candidate)| *distance <= candidate.len().div_ceil(3).min(3))
        .map(|(_, candidate)| candidate)
}

/// Insertions, deletions and replacements between two words (Levenshtein).
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (at, one) in left.chars().enumerate() {
        let mut next = vec![at + 1];
        for (column, other) in right.iter().enumerate() {
            let replaced = row.get(column).copied().unwrap_or(0) + usize::from(one != *other);
            let deleted = row.get(column + 1).copied().unwrap_or(0) + 1;
            let inserted = next.last().copied().unwrap_or(0) + 1;
            next.push(replaced.min(deleted).min(inserted));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::EXAMPLE;

    const LEAST: &str = "id = \"a\"\norigins = [\"*\"]\n[texts]\nname = \"A\"\n";

    #[test]
    fn the_example_in_the_documentation_is_right_and_names_every_key() {
        let site = SiteConfig::from_toml(EXAMPLE).unwrap();
        assert_eq!(site.template.fields[1].options.len(), 5);
        let rules = site.rules();
        assert_eq!((rules.title_chars, rules.tags.len()), ((15, 255), 5));
        let info = site.info("abc");
        assert_eq!((info.site.as_str(), info.forum.name.as_str()), ("moorline", "Moorline community"));
        // Each key that the reader asks for stands in the example, or the example would hide it.
        let mut reader = Reader::default();
        let table = DeTable::parse(EXAMPLE).unwrap();
        reader.site(table.get_ref(), table.span());
        for key in [
            "enabled",
            "origins",
            "tags",
            "texts.greeting",
            "texts.placeholder",
            "texts.guidelines",
            "template.body_hint",
            "template.fields[0].hint",
            "features.ask",
            "features.similar",
            "forum.kind",
            "forum.url",
            "limits.title_chars",
            "limits.body_chars",
            "limits.questions_per_hour",
            "share.page_url",
            "share.product",
            "share.version",
        ] {
            assert!(reader.spans.contains_key(key), "{key}");
        }
    }

    #[test]
    fn what_is_published_reads_back_and_is_checked_again() {
        let site = SiteConfig::from_toml(EXAMPLE).unwrap();
        let json = serde_json::to_string(&site).unwrap();
        assert_eq!(serde_json::from_str::<SiteConfig>(&json).unwrap(), site);
        let error =
            serde_json::from_str::<SiteConfig>(&json.replace("\"moorline\"", "\"Moor line\"")).unwrap_err();
        assert!(error.to_string().contains("`id`: must start with"), "{error}");
        let newer = json.replacen('{', "{\"later\":1,", 1);
        assert_eq!(
            serde_json::from_str::<SiteConfig>(&newer).unwrap(),
            site,
            "an older Worker goes on serving"
        );
    }

    #[test]
    fn the_least_that_is_needed() {
        let site = SiteConfig::from_toml(LEAST).unwrap();
        assert!(site.enabled && site.features.ask && site.allows_origin("https://anything.example"));
        assert_eq!(site, SiteConfig::demo("a", "A").unwrap());
    }

    #[test]
    fn each_mistake_names_its_place_and_the_remedy() {
        for (text, wanted) in [
            ("id = ", "line 1, column 6: this is not TOML: "),
            ("idd = \"x\"", "line 1, column 1: `idd`: there is no such key; did you mean id?"),
            (
                "enabled = 1",
                "line 1, column 11: `enabled`: this is of type integer; it must be true or false",
            ),
            (
                "origins = [\"*\", 3]",
                "line 1, column 17: `origins[1]`: this is of type integer; it must be a text in quotes",
            ),
            (
                "origins = [\"https://a.example/x\"]",
                "line 1, column 12: `origins[0]`: an origin ends behind the host; write https://a.example",
            ),
            ("origins = [\"https://*.a.example\"]", "list every host, or write * alone"),
            ("origins = [\"ftp://a.example\"]", "the scheme must be https or http"),
            ("origins = [\"https://a.example:99999\"]", "the port must be a number up to 65535"),
            (
                "origins = [\"https://a.example\", \"https://A.example:443\"]",
                "line 1, column 33: `origins[1]`: repeats https://a.example; remove one",
            ),
            ("tags = [\"ä\", \"ä\"]", "line 1, column 14: `tags[1]`: repeats \"ä\"; remove one"),
            ("texts = 1", "write [texts] and its keys below"),
            ("[forum]\nkind = \"imbox\"", "or \"webhook\"; did you mean \"inbox\"?"),
            (
                "[forum]\nkind = \"misago\"\nurl = \"http://f.example\"",
                "line 3, column 7: `forum.url`: must be an address over TLS",
            ),
            (
                "[forum]\nkind = \"misago\"\nurl = \"http://127.0.0.1:9\"",
                "line 1, column 1: `forum.category`: missing",
            ),
            ("[forum]\nper_minute = 0", "line 2, column 14: `forum.per_minute`: must be from 1 to 6000"),
            (
                "[limits]\nlinks = [5, 4]",
                "line 2, column 9: `limits.links`: the first number must be at most the second",
            ),
            ("[forum]\nurl = \"community\"", "line 2, column 7: `forum.url`: must be a web address"),
            (
                "[limits]\ntitle-chars = [1, 2]",
                "line 2, column 1: `limits.title-chars`: there is no such key; did you mean title_chars?",
            ),
            (
                "[limits]\ntitle_chars = [15, 256]",
                "line 2, column 15: `limits.title_chars`: the second number must be at most 255",
            ),
            ("[limits]\nbody_chars = [9, 8]", "the first number must be at least 1 and at most the second"),
            ("[limits]\nbody_chars = [9]", "two whole numbers, least and most, such as [20, 32000]"),
            ("[limits]\nquestions_per_hour = 0", "write ask = false under [features]"),
            (
                "[[template.fields]]\nname = \"OS\"\nlabel = \"x\"",
                "line 2, column 8: `template.fields[0].name`: must start with a-z",
            ),
            (
                "[[template.fields]]\nname = \"body\"\nlabel = \"x\"",
                "body is a part of every question; choose another name",
            ),
            ("[[template.fields]]\nname = \"os\"", "line 1, column 1: `template.fields[0].label`: missing"),
            (
                "[[template.fields]]\nname = \"os\"\nlabel = \"x\"\nkind = \"choice\"",
                "a choice needs options",
            ),
            (
                "[[template.fields]]\nname = \"os\"\nlabel = \"x\"\noptions = [\"a\"]",
                "line 4, column 11: `template.fields[0].options`: only a choice has options",
            ),
            (
                "[nonsense]\na = 1",
                "line 1, column 2: `nonsense`: there is no such key; remove it, or use one of: id, enabled",
            ),
        ] {
            let error = SiteConfig::from_toml(text).unwrap_err().to_string();
            assert!(error.contains(wanted), "{text:?}\nsays   {error}\nwanted {wanted}");
        }
    }

    #[test]
    fn every_mistake_is_told_at_once_in_the_files_order() {
        let error = SiteConfig::from_toml("id = \"A\"\ntags = 3\n[texts]\nnam = \"x\"\n").unwrap_err();
        let keys: Vec<_> = error.mistakes.iter().map(|mistake| mistake.key.as_str()).collect();
        assert_eq!(keys.len(), 5, "{error}");
        for key in ["id", "tags", "texts.nam", "texts.name", "origins"] {
            assert!(keys.contains(&key), "{key}: {error}");
        }
        let places: Vec<_> = error.mistakes.iter().filter_map(|mistake| mistake.at).collect();
        assert!(places.is_sorted(), "{places:?}");
    }

    #[test]
    fn origins_are_compared_as_browsers_write_them() {
        let text = LEAST.replace(
            "\"*\"",
            "\"HTTPS://App.example:443\", \"http://localhost:8080\", \"http://[::1]:3000\"",
        );
        let site = SiteConfig::from_toml(&text).unwrap();
        for allowed in ["https://app.example", "http://localhost:8080", "http://[::1]:3000"] {
            assert!(site.allows_origin(allowed), "{allowed}");
        }
        for refused in [
            "http://app.example",
            "https://app.example:8443",
            "https://app.example.evil",
            "null",
            "",
            "*",
            "http://localhost",
        ] {
            assert!(!site.allows_origin(refused), "{refused}");
        }
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(text in any::<String>(), key in "[a-z_.\\[\\]]{0,20}", value in any::<String>()) {
            let _ = SiteConfig::from_toml(&text);
            if let Err(error) = SiteConfig::from_toml(&format!("{LEAST}{key} = {value}")) {
                prop_assert!(!error.mistakes.is_empty());
            }
        }
    }
}
