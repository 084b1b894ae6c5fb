//! A checked question as the Markdown of a forum post.

use crate::markdown::{WORD_JOINER, contained};
use crate::{PublicId, Question};

/// What of the question's surroundings the post tells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RenderOptions {
    /// The address of the page.
    pub page_url: bool,
    /// The product.
    pub product: bool,
    /// Its version.
    pub version: bool,
    /// Threads opened before asking, as links.
    pub seen: Vec<SeenLink>,
}

/// A thread that the asker had opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenLink {
    /// Its title, plain text.
    pub title: String,
    /// Where it lives.
    pub url: String,
}

/// The post's Markdown: the body as it was written, template fields, context, threads seen, and the [`marker`] as
/// the last line. Mentions outside code are made harmless, and nothing that the body leaves open swallows what follows it.
pub fn post_body(question: &Question, public_id: &PublicId, options: &RenderOptions) -> String {
    let mut post = contained(question.body());
    let context = question.context();
    let mut facts: Vec<String> = question
        .fields()
        .iter()
        .map(|field| format!("- **{}:** {}", line(&field.label), entry(&field.value)))
        .collect();
    let page = context.page_url.as_deref().filter(|_| options.page_url);
    facts.extend(page.map(|url| format!("- **Page:** <{}>", address(url))));
    let product = context.product.as_deref().filter(|_| options.product);
    let version = context.version.as_deref().filter(|_| options.version);
    let about: Vec<_> = product.into_iter().chain(version).map(line).collect();
    if !about.is_empty() {
        facts.push(format!("- **About:** {}", about.join(" ")));
    }
    // A rule between the asker's words and ours; also the end of any list that theirs close with.
    post.push_str("\n\n---\n\n");
    if !facts.is_empty() {
        post.push_str(&facts.join("\n"));
        post.push_str("\n\n");
    }
    if !options.seen.is_empty() {
        post.push_str("Seen before asking:\n\n");
        for link in &options.seen {
            post.push_str(&format!("- [{}](<{}>)\n", line(&link.title), address(&link.url)));
        }
        post.push('\n');
    }
    post.push_str(&marker(public_id));
    post.push('\n');
    post
}

/// A title that no other thread bears: with the beginning of the public id behind it, within `most` characters.
pub fn distinct_title(title: &str, public_id: &PublicId, most: usize) -> String {
    let suffix: String = " #".chars().chain(public_id.as_str().chars().take(DISTINCT_CHARS)).collect();
    let room = most.saturating_sub(suffix.chars().count());
    let mut out: String = title.chars().take(room).collect();
    out.truncate(out.trim_end().len());
    out + &suffix
}

/// Characters of the public id in a title: of a million pairs of equal titles, one is equal again.
const DISTINCT_CHARS: usize = 4;

/// What stands before the id in [`marker`].
const MARKER: &str = "Edgewise reference: ";

/// The last line of a post: names the question for people and for [`find_marker`]. Plain words, because forums drop
/// comments and hidden text before they index a post, and a lost post is looked for by this line.
pub fn marker(public_id: &PublicId) -> String {
    format!("{MARKER}{public_id}")
}

/// The public id in a post's text, as Markdown, HTML or plain text; the last one where there are several, because
/// the body before our own line is the asker's.
pub fn find_marker(text: &str) -> Option<PublicId> {
    text.rmatch_indices(MARKER).find_map(|(at, label)| {
        let rest = text.get(at + label.len()..)?;
        rest.get(..PublicId::CHARS)?.parse().ok()
    })
}

/// A text of one line, none of whose characters mean anything in Markdown or HTML.
fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        if char.is_ascii_punctuation() && "\\`*_{}[]<>()#+-!|~&:".contains(char) {
            out.push('\\');
        }
        out.push(char);
        if char == '@' {
            out.push(WORD_JOINER);
        }
    }
    out
}

/// A field's value in a list: in line where it has one line, else as code, byte for byte.
fn entry(value: &str) -> String {
    if !value.contains('\n') {
        return line(value);
    }
    let longest = value.split(|char| char != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let lines: Vec<_> = value.lines().map(|line| format!("  {line}")).collect();
    format!("\n\n  {fence}text\n{}\n  {fence}", lines.join("\n"))
}

/// An address between `<` and `>`.
fn address(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for char in url.chars() {
        match char {
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '\\' => out.push_str("%5C"),
            ' ' => out.push_str("%20"),
            _ if char.is_control() => {}
            _ => out.push(char),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use api::{PageContext, QuestionRequest, Template, TemplateField, TemplateFieldKind};
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Parser, Tag, TagEnd};

    use super::*;
    use crate::{Rules, check};

    fn question(body: &str) -> Question {
        let field = |name: &str, kind| TemplateField {
            name: name.into(),
            label: format!("The {name}"),
            required: false,
            kind,
            options: Vec::new(),
            hint: String::new(),
        };
        let fields = vec![field("version", TemplateFieldKind::Line), field("log", TemplateFieldKind::Text)];
        let rules = Rules {
            template: Template { body_hint: String::new(), fields },
            tags: Vec::new(),
            title_chars: (1, 255),
            body_chars: (1, 32_000),
            links_most: 20,
        };
        let request = QuestionRequest {
            title: "Berth stays amber".into(),
            body: body.into(),
            fields: [("version", "3.2 *beta* @ann"), ("log", "one\n```\ntwo")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            context: PageContext {
                page_url: Some("https://app.moorline.example/berths".into()),
                product: Some("Moorline".into()),
                version: Some("3.2".into()),
            },
            ..QuestionRequest::default()
        };
        check(request, &rules).unwrap()
    }

    fn id() -> PublicId {
        PublicId::new([0x5a; 10])
    }

    #[test]
    fn a_post_reads_as_it_should() {
        let options = RenderOptions {
            page_url: true,
            product: true,
            version: true,
            seen: vec![SeenLink { title: "Amber [solved]".into(), url: "https://f.example/t/1".into() }],
        };
        let post = post_body(&question("It stays amber.\n\n```\nmoor status @now"), &id(), &options);
        assert_eq!(
            post,
            "It stays amber.\n\n```\nmoor status @now\n```\n\n---\n\n\
             - **The version:** 3.2 \\*beta\\* @\u{2060}ann\n\
             - **The log:** \n\n  ````text\n  one\n  ```\n  two\n  ````\n\
             - **Page:** <https://app.moorline.example/berths>\n\
             - **About:** Moorline 3.2\n\n\
             Seen before asking:\n\n- [Amber \\[solved\\]](<https://f.example/t/1>)\n\n\
             Edgewise reference: B9D5MPJTB9D5MPJT\n"
        );
        assert_eq!(find_marker(&post), Some(id()));
    }

    #[test]
    fn a_distinct_title_keeps_its_length() {
        assert_eq!(distinct_title("Berth stays amber", &id(), 255), "Berth stays amber #B9D5");
        assert_eq!(distinct_title("Berth stays amber", &id(), 12), "Berth #B9D5");
    }

    #[test]
    fn markers_are_found_behind_a_forged_one_and_within_html() {
        let forged = "Edgewise reference: 0000000000000000\n";
        let post = post_body(&question(forged), &id(), &RenderOptions::default());
        assert_eq!(find_marker(&post), Some(id()));
        assert_eq!(find_marker(&format!("<p>{}</p>", marker(&id()))), Some(id()));
        assert_eq!(find_marker("Edgewise reference: nothing"), None);
        assert_eq!(find_marker("Edgewise reference: ÄÖÜäöüßÄÖÜäöüß12"), None);
    }

    /// Whether the last paragraph of the whole document is the marker, neither in code nor in HTML nor in a list.
    fn marker_shows(post: &str) -> bool {
        let mut depth = Vec::new();
        let mut last = String::new();
        let mut around = usize::MAX;
        for event in Parser::new(post) {
            match event {
                Event::Start(Tag::Paragraph) => {
                    last.clear();
                    around = depth.len();
                    depth.push(TagEnd::Paragraph);
                }
                Event::Start(tag) => depth.push(tag.to_end()),
                Event::End(_) => drop(depth.pop()),
                Event::Text(text) => last.push_str(&text),
                Event::Html(_) => last.push_str("html"),
                _ => {}
            }
        }
        around == 0 && last == marker(&id())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn no_body_swallows_the_marker(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "a", "```", "~~~", "````", "\n", "\n", "\n\n", " ", "  ", "    ", "- ", "1. ", "> ", "`", "@ann", "<!--",
                "-->", "<pre>", "<div>", "<script>", "</script>", "<?", "# ", "---", "\t", "\\", "[a]: ", "(", "]", "![", "**",
            ]), 1..16),
        ) {
            let body = format!("x{}", pieces.concat());
            let post = post_body(&question(&body), &id(), &RenderOptions::default());
            prop_assert!(marker_shows(&post), "{post}");
        }
    }
}
