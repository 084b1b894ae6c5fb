//! From a request to a question that has passed every check.

use api::{
    FieldError, KeptSpan, PageContext, QuestionDraft, QuestionRequest, Range, Template, TemplateField,
    TemplateFieldKind, limits,
};
use serde::{Deserialize, Serialize};

use crate::suspicion::links;
use crate::{apply, redact};

/// What a site asks of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Fields beside title and body.
    pub template: Template,
    /// Tags to choose from.
    pub tags: Vec<String>,
    /// Characters of a title, least and most.
    pub title_chars: (u32, u32),
    /// Characters of a body, least and most.
    pub body_chars: (u32, u32),
    /// Links that title and body may have together.
    pub links_most: u32,
}

/// A question that has passed [`check`]: within its limits, redacted, its tags and fields the site's own.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    title: String,
    body: String,
    tags: Vec<String>,
    fields: Vec<Field>,
    context: PageContext,
    seen: Vec<String>,
}

/// A filled-in field of the template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// Its name on the wire.
    pub name: String,
    /// Its label at the time of asking.
    pub label: String,
    /// What was filled in; never empty.
    pub value: String,
}

impl Question {
    /// One line.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Markdown.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// Tags of the site's list, without repeats.
    pub fn tags(&self) -> &[String] {
        &self.tags
    }

    /// The template's fields that were filled in, in the template's order.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// What was asked, to be edited.
    pub fn draft(&self) -> QuestionDraft {
        let fields = self.fields.iter().map(|field| (field.name.clone(), field.value.clone()));
        QuestionDraft {
            title: self.title.clone(),
            body: self.body.clone(),
            tags: self.tags.clone(),
            fields: fields.collect(),
        }
    }

    /// Where the person was.
    pub fn context(&self) -> &PageContext {
        &self.context
    }

    /// Keys of the threads opened before asking.
    pub fn seen(&self) -> &[String] {
        &self.seen
    }
}

/// Spans that one request may keep: more than anybody clicks.
const KEPT: usize = 200;

/// Characters of a thread's key.
const KEY_CHARS: usize = 512;

/// Characters of a page's address; browsers and proxies cut longer ones too.
const URL_CHARS: usize = 2_000;

/// Characters of a product's name or version.
const PRODUCT_CHARS: usize = 100;

/// A part of a request that was checked.
enum Part<'r> {
    Title(String),
    Body(String),
    Tag(&'r str),
    Field(&'r TemplateField, String),
}

/// Checks, cleans and redacts a request, or tells everything that is wrong with it: what [`faults`] tells, and in `seen`
/// and `kept` what no person has written.
pub fn check(request: QuestionRequest, rules: &Rules) -> Result<Question, Vec<FieldError>> {
    let mut question = Question::default();
    let mut errors = inspect(&request, rules, |part| match part {
        Part::Title(title) => question.title = title,
        Part::Body(body) => question.body = body,
        Part::Tag(tag) => question.tags.push(tag.to_owned()),
        Part::Field(TemplateField { name, label, .. }, value) => {
            question.fields.push(Field { name: name.clone(), label: label.clone(), value });
        }
    });
    if request.kept.len() > KEPT {
        let error = FieldError::new("kept", "tooMany", format!("keep at most {KEPT} spans"));
        errors.push(error.beyond(KEPT, request.kept.len()));
    }
    question.seen = check_seen(&request.seen, &mut errors);
    if !errors.is_empty() {
        return Err(errors);
    }
    question.context = check_context(request.context);
    Ok(question)
}

/// Everything that is wrong with what somebody has written. Errors name `title`, `body`, `tags` or `fields.NAME`. Lengths
/// count the text as it would be posted.
pub fn faults(request: &QuestionRequest, rules: &Rules) -> Vec<FieldError> {
    inspect(request, rules, |_| ())
}

/// Tells what is wrong with a request, and hands on its parts. They make a question only where nothing is wrong.
fn inspect<'r>(
    request: &'r QuestionRequest,
    rules: &'r Rules,
    mut keep: impl FnMut(Part<'r>),
) -> Vec<FieldError> {
    let QuestionRequest { title, body, tags, fields, kept, .. } = request;
    let mut errors = Vec::new();
    let title = text(title, Lines::One, kept, &["title"]);
    length("title", &title, rules.title_chars, &mut errors);
    let body = text(body, Lines::Many, kept, &["body"]);
    length("body", &body, rules.body_chars, &mut errors);
    let links = links(&title) + links(&body);
    if links > rules.links_most as usize {
        let message = format!("leave at most {} links; there are {links}", rules.links_most);
        errors.push(FieldError::new("body", "tooMany", message).beyond(rules.links_most as usize, links));
    }
    keep(Part::Title(title));
    keep(Part::Body(body));
    for tag in check_tags(tags, rules, &mut errors) {
        keep(Part::Tag(tag));
    }
    for (name, _) in fields.iter() {
        if !rules.template.fields.iter().any(|field| field.name == *name) {
            let field = format!("fields.{}", shown(name));
            errors.push(FieldError::new(field, "unknown", "this site has no such field"));
        }
    }
    for field in &rules.template.fields {
        let value = fields.get(&field.name).unwrap_or_default();
        if let Some(value) = check_field(field, value, kept, &mut errors) {
            keep(Part::Field(field, value));
        }
    }
    errors
}

fn length(field: &str, text: &str, (least, most): (u32, u32), errors: &mut Vec<FieldError>) {
    let chars = text.chars().count();
    let (code, limit, message) = if chars == 0 {
        ("required", least, format!("write at least {least} characters"))
    } else if chars < least as usize {
        ("tooShort", least, format!("write at least {least} characters; there are {chars}"))
    } else if chars > most as usize {
        ("tooLong", most, format!("shorten it to {most} characters; there are {chars}"))
    } else {
        return;
    };
    errors.push(FieldError::new(field, code, message).beyond(limit as usize, chars));
}

fn check_tags<'r>(tags: &'r [String], rules: &Rules, errors: &mut Vec<FieldError>) -> Vec<&'r str> {
    let mut checked: Vec<&str> = Vec::new();
    let mut unknown: Vec<String> = Vec::new();
    for tag in tags {
        if !rules.tags.contains(tag) {
            let name = shown(tag);
            // As many as the message names: a request may hold any number.
            if unknown.len() < limits::TAGS && !unknown.contains(&name) {
                unknown.push(name);
            }
        } else if !checked.contains(&tag.as_str()) {
            checked.push(tag);
        }
    }
    if !unknown.is_empty() {
        let message = format!("this site has no tag {}; choose from its list", unknown.join(", "));
        errors.push(FieldError::new("tags", "unknown", message));
    }
    if checked.len() > limits::TAGS {
        let message = format!("choose at most {} tags; there are {}", limits::TAGS, checked.len());
        errors.push(FieldError::new("tags", "tooMany", message).beyond(limits::TAGS, checked.len()));
    }
    checked
}

/// What was filled in, if anything.
fn check_field(
    field: &TemplateField,
    value: &str,
    kept: &[KeptSpan],
    errors: &mut Vec<FieldError>,
) -> Option<String> {
    let key = format!("fields.{}", field.name);
    let lines = if field.kind == TemplateFieldKind::Text { Lines::Many } else { Lines::One };
    if field.kind == TemplateFieldKind::Choice && !value.is_empty() {
        // An option is the operator's own word: compared as it is, and never redacted.
        if !field.options.iter().any(|option| option == value) {
            let message = format!("choose one of: {}", field.options.join(", "));
            errors.push(FieldError::new(key, "unknown", message));
        }
        return Some(value.to_owned());
    }
    let value = text(value, lines, kept, &[&field.name, &key]);
    let chars = value.chars().count();
    if chars > limits::FIELD_CHARS {
        let message = format!("shorten it to {} characters; there are {chars}", limits::FIELD_CHARS);
        errors.push(FieldError::new(key, "tooLong", message).beyond(limits::FIELD_CHARS, chars));
    } else if chars == 0 && field.required {
        errors.push(FieldError::new(key, "required", format!("fill in “{}”", field.label)));
    }
    (chars > 0).then_some(value)
}

fn check_seen(seen: &[String], errors: &mut Vec<FieldError>) -> Vec<String> {
    if seen.len() > limits::SEEN {
        let message = format!("name at most {} threads; there are {}", limits::SEEN, seen.len());
        errors.push(FieldError::new("seen", "tooMany", message).beyond(limits::SEEN, seen.len()));
        return Vec::new();
    }
    let formed = |key: &String| {
        key.chars().count() <= KEY_CHARS
            && key.splitn(3, ':').filter(|part| !part.is_empty()).count() == 3
            && !key.chars().any(|char| char.is_control() || char.is_whitespace())
    };
    if !seen.iter().all(formed) {
        errors.push(FieldError::new("seen", "invalid", "a thread's key has the form source:site:id"));
    }
    let mut known: Vec<String> = Vec::new();
    for key in seen {
        if !known.contains(key) {
            known.push(key.clone());
        }
    }
    known
}

/// The page's word about itself: what does not fit is left out, for its visitor could not mend it.
fn check_context(context: PageContext) -> PageContext {
    let short = |value: Option<String>, most: usize| {
        value
            .map(|value| text(&value, Lines::One, &[], &[]))
            .filter(|value| !value.is_empty() && value.chars().count() <= most)
    };
    let web = |url: &String| {
        (url.starts_with("https://") || url.starts_with("http://"))
            && !url.contains(|char: char| "<>\"`\\".contains(char))
    };
    PageContext {
        page_url: short(context.page_url, URL_CHARS).filter(web),
        product: short(context.product, PRODUCT_CHARS),
        version: short(context.version, PRODUCT_CHARS),
    }
}

/// A name from outside, fit for a message.
fn shown(name: &str) -> String {
    name.chars().filter(|char| !char.is_control() && !bidi(*char)).take(50).collect()
}

/// Whether a text keeps its line breaks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    One,
    Many,
}

/// A text cleaned and redacted. What is kept was marked in the text as submitted, so those spans are carried over.
fn text(raw: &str, lines: Lines, kept: &[KeptSpan], names: &[&str]) -> String {
    let ranges: Vec<Range> = kept
        .iter()
        .take(KEPT)
        .filter(|span| names.contains(&span.field.as_str()))
        .map(|span| span.range)
        .collect();
    // Cleaning comes first: a secret cut in two by a control character would be whole again afterwards.
    let (clean, ranges) = clean(raw, lines, &ranges);
    apply(&clean, &redact(&clean), &ranges)
}

/// Left-to-right and right-to-left marks that reorder what stands around them: a title must read as it is written.
fn bidi(char: char) -> bool {
    matches!(char, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Without control characters and without white space around; in one line, breaks become spaces. The ranges
/// count UTF-16 code units of `raw` before and of the result after.
fn clean(raw: &str, lines: Lines, ranges: &[Range]) -> (String, Vec<Range>) {
    let around = |char: char| char.is_whitespace() || char.is_control();
    let raw_end = raw.trim_end_matches(around).len();
    let raw_start = raw.len() - raw.trim_start_matches(around).len();
    let mut out = String::with_capacity(raw.len());
    // For each code unit of `raw`, how many of the result stand before it.
    let mut before: Vec<u32> = Vec::with_capacity(if ranges.is_empty() { 0 } else { raw.len() + 1 });
    let mut units = 0;
    let mut chars = raw.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        if !ranges.is_empty() {
            before.extend(std::iter::repeat_n(units, char.len_utf16()));
        }
        let crlf = char == '\r' && chars.peek().is_some_and(|&(_, next)| next == '\n');
        let char = match char {
            _ if at < raw_start || at >= raw_end || crlf => continue,
            '\n' | '\r' if lines == Lines::Many => '\n',
            '\n' | '\r' | '\t' if lines == Lines::One => ' ',
            '\t' => char,
            _ if char.is_control() || (lines == Lines::One && bidi(char)) => continue,
            _ => char,
        };
        out.push(char);
        units += char.len_utf16() as u32;
    }
    before.push(units);
    let place = |unit: u32| before.get(unit as usize).copied().unwrap_or(units);
    let ranges =
        ranges.iter().map(|range| Range { start: place(range.start), end: place(range.end) }).collect();
    (out, ranges)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rules() -> Rules {
        let field = |name: &str, required, kind, options: &[&str]| TemplateField {
            name: name.into(),
            label: name.to_uppercase(),
            required,
            kind,
            options: options.iter().map(|&option| option.to_owned()).collect(),
            hint: String::new(),
        };
        Rules {
            template: Template {
                body_hint: String::new(),
                fields: vec![
                    field("version", true, TemplateFieldKind::Line, &[]),
                    field("system", false, TemplateFieldKind::Choice, &["Linux", "Windows"]),
                    field("log", false, TemplateFieldKind::Text, &[]),
                ],
            },
            tags: ["a", "b", "c", "d", "e", "f"].map(String::from).to_vec(),
            title_chars: (15, 255),
            body_chars: (20, 32_000),
            links_most: 20,
        }
    }

    fn request() -> QuestionRequest {
        QuestionRequest {
            title: "A title that is long enough".into(),
            body: "A body that is long enough to pass.".into(),
            fields: [("version".to_owned(), "3.2".to_owned())].into(),
            ..QuestionRequest::default()
        }
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let request = QuestionRequest {
            title: " short\u{0} ".into(),
            body: "x".repeat(32_001),
            tags: ["a", "zzz"].map(String::from).to_vec(),
            fields: [("system", "BeOS"), ("nope", "x"), ("log", &"y".repeat(2_001))]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            seen: vec!["nonsense".into()],
            ..QuestionRequest::default()
        };
        let errors = check(request, &rules()).unwrap_err();
        let told: Vec<_> = errors.iter().map(|error| (error.field.as_str(), error.code.as_str())).collect();
        let wanted = [
            ("title", "tooShort"),
            ("body", "tooLong"),
            ("tags", "unknown"),
            ("fields.nope", "unknown"),
            ("fields.version", "required"),
            ("fields.system", "unknown"),
            ("fields.log", "tooLong"),
            ("seen", "invalid"),
        ];
        assert_eq!(told, wanted);
    }

    #[test]
    fn texts_are_cleaned() {
        let mut request = request();
        request.title = "  Sync\u{202e} stops\r\nafter a\twhile \u{7}".into();
        request.body = "\r\nfirst line\r\n\tsecond\u{0} line, unchanged  \r\n".into();
        let question = check(request, &rules()).unwrap();
        assert_eq!(question.title(), "Sync stops after a while");
        assert_eq!(question.body(), "first line\n\tsecond line, unchanged");
    }

    #[test]
    fn a_secret_cut_by_a_control_character_is_found() {
        let mut request = request();
        request.body = "My settings are: pass\u{0}word=hunt\u{1}er22 and no more".into();
        let question = check(request, &rules()).unwrap();
        assert_eq!(question.body(), "My settings are: password=[redacted: password] and no more");
    }

    #[test]
    fn personal_spans_are_kept_where_they_were_marked_and_secrets_never() {
        let mut request = request();
        request.body = "\u{7} 💡 write ann@acme.io or bob@acme.io, password=hunter22".into();
        let span = |part: &str| {
            let at = request.body.find(part).unwrap();
            let start = request.body[..at].encode_utf16().count() as u32;
            KeptSpan { field: "body".into(), range: Range { start, end: start + part.len() as u32 } }
        };
        request.kept = vec![span("bob@acme.io"), span("hunter22"), span("ann@acme")];
        let question = check(request, &rules()).unwrap();
        assert_eq!(
            question.body(),
            "💡 write [redacted: e-mail] or bob@acme.io, password=[redacted: password]"
        );
    }

    /// The span of `part` in `text`, as the page would mark it in `field`.
    fn mark(field: &str, text: &str, part: &str) -> KeptSpan {
        let at = text.find(part).unwrap();
        let start = text[..at].encode_utf16().count() as u32;
        let units = part.encode_utf16().count() as u32;
        KeptSpan { field: field.into(), range: Range { start, end: start + units } }
    }

    #[test]
    fn each_field_keeps_its_own_spans() {
        let mut request = request();
        request.title = "Relay 10.1.2.3 does not answer".into();
        request.body = "It is at 10.1.2.3, and my log is in /home/ann/moor.".into();
        request.fields.insert("log".into(), "connect 10.1.2.3".into());
        request.fields.insert("version".into(), "3.2, built by ann@acme.io".into());
        request.kept = vec![
            mark("body", &request.body, "ann"),
            mark("log", "connect 10.1.2.3", "10.1.2.3"),
            mark("fields.version", "3.2, built by ann@acme.io", "ann@acme.io"),
            mark("nowhere", &request.title, "10.1.2.3"),
        ];
        let question = check(request, &rules()).unwrap();
        assert_eq!(question.title(), "Relay [redacted: IP address] does not answer");
        assert_eq!(question.body(), "It is at [redacted: IP address], and my log is in /home/ann/moor.");
        let fields: Vec<_> = question.fields().iter().map(|field| field.value.as_str()).collect();
        assert_eq!(fields, ["3.2, built by ann@acme.io", "connect 10.1.2.3"]);
    }

    /// Whether a span is that of the secret, holds it, or lies across its edge: none keeps any of it.
    #[test]
    fn a_span_that_meets_a_secret_keeps_nothing() {
        let token = ["gh", "p_aB3dE5gH7jK9mN1pQ3sT5vX7zA9cD1eF3gH5"].concat();
        let address = "https://ann:hunter22@mail.acme.io/x";
        for (body, parts) in [
            (format!("My home is /home/{token}/x, is it?"), [token.as_str(), "/home", "ann"]),
            (format!("Cloned from {address} today"), [address, "ann:hunter22@mail.acme.io", "hunter22"]),
            ("I wrote password=ann@acme.io there".into(), ["ann@acme.io", "password=ann@acme.io", "ann"]),
        ] {
            let mut request = request();
            let known = parts.iter().filter(|part| body.contains(**part));
            request.kept = known.map(|part| mark("body", &body, part)).collect();
            let everything = Range { start: 0, end: body.len() as u32 };
            request.kept.push(KeptSpan { field: "body".into(), range: everything });
            request.body = body;
            let question = check(request, &rules()).unwrap();
            for secret in [token.as_str(), "hunter22", "ann@acme.io"] {
                assert!(!question.body().contains(secret), "{}", question.body());
            }
        }
    }

    /// What the page replaced and what it kept arrive together; here nothing more is replaced.
    #[test]
    fn what_the_page_redacted_is_left_as_it_is() {
        let body = "From [redacted: IP address] as ann@acme.io, token [redacted: token], see /home/[redacted: name]/x";
        let mut request = request();
        request.kept = vec![mark("body", body, "ann@acme.io")];
        request.body = body.into();
        assert_eq!(check(request, &rules()).unwrap().body(), body);
    }

    #[test]
    fn the_pages_context_is_redacted_or_left_out() {
        let mut request = request();
        request.context = PageContext {
            page_url: Some("https://app.example.com/x?token=hunter2222&tab=1".into()),
            product: Some(" Moorline\n".into()),
            version: Some("3".repeat(101)),
        };
        request.seen = vec!["docs:x:1".into(), "docs:x:1".into(), "docs:x:guide/a:b".into()];
        let question = check(request.clone(), &rules()).unwrap();
        let context = question.context();
        assert_eq!(
            context.page_url.as_deref(),
            Some("https://app.example.com/x?token=[redacted: token]&tab=1")
        );
        assert_eq!((context.product.as_deref(), context.version.as_deref()), (Some("Moorline"), None));
        assert_eq!(question.seen(), ["docs:x:1", "docs:x:guide/a:b"]);
        request.context.page_url = Some("javascript:alert(1)".into());
        assert_eq!(check(request, &rules()).unwrap().context().page_url, None);
    }

    #[test]
    fn a_question_outlives_a_deploy_as_json() {
        let question = check(request(), &rules()).unwrap();
        let json = serde_json::to_string(&question).unwrap();
        assert_eq!(
            json,
            r#"{"title":"A title that is long enough","body":"A body that is long enough to pass.","tags":[],"fields":[{"name":"version","label":"VERSION","value":"3.2"}],"context":{},"seen":[]}"#
        );
        assert_eq!(serde_json::from_str::<Question>(&json).unwrap(), question);
    }

    proptest! {
        #[test]
        fn no_span_keeps_a_secret(
            before in "[ -~]{0,12}", after in "[ -~]{0,12}", start in 0u32..60, length in 0u32..60,
        ) {
            let body = format!("{before} write ann@acme.io, password=hunter22 {after}");
            let mut request = request();
            request.kept = (0..60)
                .map(|at| Range { start: at, end: at + 8 })
                .chain([Range { start, end: start + length }])
                .map(|range| KeptSpan { field: "body".into(), range })
                .collect();
            request.body = body;
            let question = check(request, &rules()).unwrap();
            prop_assert!(!question.body().contains("hunter22"), "{}", question.body());
        }

        #[test]
        fn any_request_gets_an_answer(
            title in any::<String>(), body in any::<String>(), tag in any::<String>(),
            start in any::<u32>(), end in any::<u32>(),
        ) {
            let mut request = request();
            request.kept = ["title", "body", "fields.version"]
                .map(|field| KeptSpan { field: field.into(), range: Range { start, end } }).to_vec();
            (request.title, request.body, request.tags) = (title, body, vec![tag]);
            if let Ok(question) = check(request, &rules()) {
                prop_assert!(!question.title().contains('\n'));
                prop_assert!(question.title().chars().count() >= 15);
            }
        }
    }
}
