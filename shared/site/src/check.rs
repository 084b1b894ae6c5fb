//! The checks that TOML and JSON share. Each mistake names its key; who reads TOML adds the place.

use std::collections::BTreeSet;

use api::{Features, SiteTexts, Template, TemplateField, TemplateFieldKind, limits};
use serde::Deserialize;

use crate::{Alerts, Forum, ForumKind, Limits, Mistake, Share, SiteConfig, SiteError, Turnstile};

/// A configuration as it was read. In JSON, keys of a newer indexer are passed over: an older Worker goes on serving.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Unchecked {
    pub id: String,
    pub enabled: bool,
    pub origins: Vec<String>,
    pub texts: SiteTexts,
    pub template: Template,
    pub tags: Vec<String>,
    pub features: Features,
    pub forum: Forum,
    pub limits: Limits,
    pub share: Share,
    pub alerts: Alerts,
    pub turnstile: Turnstile,
}

impl Default for Unchecked {
    fn default() -> Self {
        Self {
            id: String::new(),
            enabled: true,
            origins: Vec::new(),
            texts: SiteTexts::default(),
            template: Template::default(),
            tags: Vec::new(),
            features: Features::default(),
            forum: Forum::default(),
            limits: Limits::default(),
            share: Share::default(),
            alerts: Alerts::default(),
            turnstile: Turnstile::default(),
        }
    }
}

impl TryFrom<Unchecked> for SiteConfig {
    type Error = SiteError;

    fn try_from(unchecked: Unchecked) -> Result<Self, SiteError> {
        let mut mistakes = Vec::new();
        let config = check(unchecked, &mut |key, message| mistakes.push(Mistake { at: None, key, message }));
        if mistakes.is_empty() { Ok(config) } else { Err(SiteError { mistakes }) }
    }
}

/// Characters of a label, a name or another short text.
const SHORT_CHARS: usize = 100;

/// Characters of a text of several sentences.
const LONG_CHARS: usize = 1_000;

/// Tags that a site may offer: what a person can choose from in a list.
const TAGS: usize = 500;

/// Fields of a template: a longer form is not filled in.
const FIELDS: usize = 20;

/// Questions a minute: far above what any forum lets an account post, for trials on a forum of one's own.
const PER_MINUTE: u32 = 6_000;

/// Takes a key and what is wrong with it.
type Report<'a> = &'a mut dyn FnMut(String, String);

/// Reports every mistake; the result is worth something only if there was none.
pub(crate) fn check(unchecked: Unchecked, report: Report<'_>) -> SiteConfig {
    let Unchecked {
        id,
        enabled,
        origins,
        texts,
        template,
        tags,
        features,
        forum,
        limits,
        share,
        alerts,
        turnstile,
    } = unchecked;
    check_id(&id, report);
    let origins = check_origins(&origins, report);
    check_texts(&texts, report);
    length("template.body_hint", &template.body_hint, LONG_CHARS, report);
    check_fields(&template.fields, report);
    check_tags(&tags, report);
    check_forum(&forum, report);
    check_limits(&limits, report);
    if !alerts.url.is_empty() {
        check_address("alerts.url", &alerts.url, report);
    }
    length("turnstile.site_key", &turnstile.site_key, SHORT_CHARS, report);
    SiteConfig {
        id,
        enabled,
        origins,
        texts,
        template,
        tags,
        features,
        forum,
        limits,
        share,
        alerts,
        turnstile,
    }
}

fn check_id(id: &str, report: Report<'_>) {
    let mut bytes = id.bytes();
    let first = bytes.next().is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let rest = bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if id.is_empty() {
        report("id".into(), "missing; write a name such as id = \"moorline\"".into());
    } else if !first || !rest || id.len() > 63 {
        let message = "must start with a-z or 0-9, go on with a-z, 0-9 and -, and have at most 63 characters";
        report("id".into(), message.into());
    }
}

fn check_origins(origins: &[String], report: Report<'_>) -> Vec<String> {
    if origins.is_empty() {
        let message = "missing; write the pages that may use the site, such as origins = \
            [\"https://app.example.com\"], or [\"*\"] for every page";
        report("origins".into(), message.into());
    }
    let mut checked = Vec::new();
    for (at, text) in origins.iter().enumerate() {
        let key = format!("origins[{at}]");
        match origin(text) {
            Err(message) => report(key, message),
            Ok(origin) if checked.contains(&origin) => report(key, format!("repeats {origin}; remove one")),
            Ok(origin) => checked.push(origin),
        }
    }
    checked
}

/// An origin as browsers write it: lower case, without the scheme's own port; or `*`. Else what to write.
pub(crate) fn origin(text: &str) -> Result<String, String> {
    const WANTED: &str = "must be scheme://host or scheme://host:port, such as https://app.example.com, or *";
    if text == "*" {
        return Ok(text.to_owned());
    }
    let lower = text.to_ascii_lowercase();
    let Some((scheme, rest)) = lower.split_once("://") else { return Err(WANTED.to_owned()) };
    if scheme != "https" && scheme != "http" {
        return Err(format!("{WANTED}; the scheme must be https or http"));
    }
    if let Some((authority, _)) = rest.split_once(['/', '?', '#']) {
        return Err(format!("an origin ends behind the host; write {scheme}://{authority}"));
    }
    // A colon within brackets belongs to an IPv6 address.
    let (host, port) = match rest.rfind(':').filter(|&colon| rest.rfind(']').is_none_or(|end| end < colon)) {
        Some(colon) => (rest.get(..colon).unwrap_or_default(), rest.get(colon + 1..)),
        None => (rest, None),
    };
    if let Some(port) = port
        && (port.parse::<u16>().is_err() || port.starts_with('+'))
    {
        return Err(format!("{WANTED}; the port must be a number up to 65535"));
    }
    let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let valid = match bracketed {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            host.split('.').all(|label| !label.is_empty() && label.len() <= 63)
                && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
        }
    };
    if host.contains('*') {
        return Err("a part of a host cannot be *; list every host, or write * alone".to_owned());
    }
    if !valid {
        return Err(format!("{WANTED}; hosts outside ASCII are written in punycode (xn--…)"));
    }
    let default = if scheme == "https" { "443" } else { "80" };
    Ok(match port {
        Some(port) if port != default => format!("{scheme}://{host}:{port}"),
        _ => format!("{scheme}://{host}"),
    })
}

fn check_texts(texts: &SiteTexts, report: Report<'_>) {
    if texts.name.trim().is_empty() {
        let message = "missing; write the product's or community's name, such as name = \"Moorline\"";
        report("texts.name".into(), message.into());
    }
    length("texts.name", &texts.name, SHORT_CHARS, report);
    length("texts.greeting", &texts.greeting, LONG_CHARS, report);
    length("texts.placeholder", &texts.placeholder, SHORT_CHARS, report);
    length("texts.guidelines", &texts.guidelines, LONG_CHARS, report);
}

fn length(key: &str, text: &str, most: usize, report: Report<'_>) {
    let chars = text.chars().count();
    if chars > most {
        report(key.to_owned(), format!("has {chars} characters; shorten it to {most}"));
    }
}

fn check_fields(fields: &[TemplateField], report: Report<'_>) {
    if fields.len() > FIELDS {
        let message = format!("has {} fields; leave at most {FIELDS}", fields.len());
        report("template.fields".into(), message);
    }
    let mut names = BTreeSet::new();
    for (at, field) in fields.iter().enumerate() {
        let key = |name: &str| format!("template.fields[{at}].{name}");
        let name = field.name.as_str();
        let formed = name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if !formed || name.len() > SHORT_CHARS {
            let message = "must start with a-z and go on with a-z, 0-9 and -, such as name = \"os-version\"";
            report(key("name"), message.into());
        } else if matches!(name, "title" | "body" | "tags") {
            report(key("name"), format!("{name} is a part of every question; choose another name"));
        } else if !names.insert(name) {
            report(key("name"), format!("{name} is the name of another field too; choose a name of its own"));
        }
        if field.label.trim().is_empty() {
            report(key("label"), "missing; write what stands beside the field".into());
        }
        length(&key("label"), &field.label, SHORT_CHARS, report);
        length(&key("hint"), &field.hint, SHORT_CHARS, report);
        check_options(field, &key("options"), report);
    }
}

fn check_options(field: &TemplateField, key: &str, report: Report<'_>) {
    match field.kind {
        TemplateFieldKind::Choice if field.options.is_empty() => {
            let message = "a choice needs options, such as options = [\"Windows\", \"Linux\"]";
            report(key.to_owned(), message.into());
        }
        TemplateFieldKind::Choice => list(key, &field.options, report),
        _ if !field.options.is_empty() => {
            report(
                key.to_owned(),
                "only a choice has options; write kind = \"choice\" or remove them".into(),
            );
        }
        _ => {}
    }
}

/// Entries that people choose from: none empty, none too long, none twice.
fn list(key: &str, entries: &[String], report: Report<'_>) {
    let mut known = BTreeSet::new();
    for (at, entry) in entries.iter().enumerate() {
        let key = format!("{key}[{at}]");
        if entry.trim() != entry || entry.is_empty() || entry.chars().any(char::is_control) {
            report(key, "must not be empty, begin or end with a space, or hold control characters".into());
        } else if !known.insert(entry) {
            report(key, format!("repeats {entry:?}; remove one"));
        } else {
            length(&key, entry, SHORT_CHARS, report);
        }
    }
}

fn check_tags(tags: &[String], report: Report<'_>) {
    if tags.len() > TAGS {
        report("tags".into(), format!("has {} tags; leave at most {TAGS}", tags.len()));
    }
    list("tags", tags, report);
}

fn check_forum(forum: &Forum, report: Report<'_>) {
    length("forum.name", &forum.name, SHORT_CHARS, report);
    length("forum.category", &forum.category, SHORT_CHARS, report);
    length("forum.user", &forum.user, SHORT_CHARS, report);
    if forum.per_minute == 0 || forum.per_minute > PER_MINUTE {
        report("forum.per_minute".into(), format!("must be from 1 to {PER_MINUTE}"));
    }
    if forum.kind == ForumKind::Inbox {
        let web = forum.url.starts_with("https://") || forum.url.starts_with("http://");
        let odd = |char: char| char.is_whitespace() || char.is_control();
        if !forum.url.is_empty() && (!web || forum.url.contains(odd)) {
            let message = "must be a web address, such as https://community.example.com, or empty";
            report("forum.url".into(), message.into());
        }
        return;
    }
    check_address("forum.url", &forum.url, report);
    if forum.category.is_empty() && forum.kind != ForumKind::Webhook {
        let message = "missing; name the category to post in, as the forum names it in its addresses";
        report("forum.category".into(), message.into());
    }
    if forum.user.is_empty() && forum.kind == ForumKind::Discourse {
        report("forum.user".into(), "missing; name the account that posts".into());
    }
}

/// An address that secrets are sent to: over TLS, or within this machine.
fn check_address(key: &str, url: &str, report: Report<'_>) {
    let local = ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|prefix| {
        url.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
    });
    let odd = |char: char| char.is_whitespace() || char.is_control() || char == '#' || char == '@';
    if (!url.starts_with("https://") && !local) || url.contains(odd) || url.len() <= "https://".len() {
        let message = "must be an address over TLS, such as https://community.example.com";
        report(key.into(), message.into());
    }
}

fn check_limits(limits: &Limits, report: Report<'_>) {
    chars("limits.title_chars", limits.title_chars, limits::TITLE_CHARS_MAX, report);
    chars("limits.body_chars", limits.body_chars, limits::BODY_CHARS_MAX, report);
    if limits.questions_per_hour == 0 {
        let message = "must be at least 1; to take no questions write ask = false under [features]";
        report("limits.questions_per_hour".into(), message.into());
    }
    if limits.site_per_hour == 0 {
        report("limits.site_per_hour".into(), "must be at least 1".into());
    }
    if limits.links.0 > limits.links.1 {
        report("limits.links".into(), "the first number must be at most the second".into());
    }
    if limits.keep_days == 0 {
        report("limits.keep_days".into(), "must be at least 1".into());
    }
}

fn chars(key: &str, (least, most): (u32, u32), highest: usize, report: Report<'_>) {
    if most as usize > highest {
        report(key.to_owned(), format!("the second number must be at most {highest}"));
    } else if least == 0 || least > most {
        report(key.to_owned(), "the first number must be at least 1 and at most the second".to_owned());
    }
}
