//! The edge API's types in JSON, as `api` declares them; the tests hold both to each other.

use super::{FromJson, Json, Reading, ToJson, names, record};
use api::{
    Author, Band, Block, BlockKind, FacetCount, Facets, Features, FieldError, FinalAnswer, FinalAnswerBy,
    FinalAnswerPart, ForumLink, Highlighted, Hit, KeptSpan, Link, PageContext, Passage, PassageFrom, Place,
    PostView, ProblemType, QuestionDraft, QuestionRequest, QuestionState, QuestionStatus, Range, Reply, Role,
    SearchResponse, SimilarRequest, SimilarResponse, SiteInfo, SiteTexts, Suggestion, Template,
    TemplateField, TemplateFieldKind, ThreadMatch, ThreadView, Why,
};

// Search
record! { read SearchResponse: index_version, total, did_you_mean, hits, facets }
record! { read Facets: tags, categories, sources }
record! { read FacetCount: value, count }
record! { read Hit: key, title, url, source, category, tags, accepted, staff, answers, created_at, passage, score, why }
record! { read Why: ; default words, places, likeness, prior }
record! { read Highlighted: text, ranges }
names! { Place: "title" = Title, "question" = Question, "answers" = Answers }
names! { PassageFrom: "accepted" = Accepted, "staff" = Staff, "answer" = Answer, "question" = Question }

// Suggestions
record! { write SimilarRequest: site, title, body, tags, context }
record! { read SimilarResponse: index_version, suggestions }
record! { read Suggestion: hit, confidence, band }
names! { Band: "related" = Related, "answers" = Answers }

// Threads
record! { read ThreadView: index_version, key, title, url, source, category, tags, closed, question, answer, rest, rest_count,
final_answer, matches }
record! { read ThreadMatch: post, block, ranges, passage }
record! { read FinalAnswer: by, parts }
names! { FinalAnswerBy: "operator" = Operator, "extract" = Extract }
record! { read FinalAnswerPart: post, blocks }
record! { read PostView: id, url, heading, author, created_at, score, accepted, blocks }
record! { read Author: name, role }
names! { Role: "staff" = Staff, "moderator" = Moderator, "expert" = Expert, "member" = Member, "unknown" = Unknown; else Unknown }
record! { Block: kind, text, lang, links }
names! { BlockKind: "paragraph" = Paragraph, "heading" = Heading, "item" = Item, "quote" = Quote, "code" = Code, "image" = Image }
record! { Link: range, url }

// Questions
record! { QuestionRequest: site, title, body, tags, fields, context, seen, kept; default distinct, turnstile }
record! { QuestionDraft: title, body, tags, fields }
record! { KeptSpan: field, range }
record! { QuestionStatus: index_version, receipt, public_id, state, title, created_at, updated_at, url, reason, replies,
can_withdraw, draft, taken_by; default title_taken }
names! { QuestionState: "accepted" = Accepted, "sending" = Sending, "posted" = Posted, "answered" = Answered,
"pendingReview" = PendingReview, "ambiguous" = Ambiguous, "needsFix" = NeedsFix, "withdrawn" = Withdrawn, "failed" = Failed }
record! { Reply: id, author, role, created_at, blocks }
record! { read FieldError: field, code, message, limit, count }

// The site
record! { read SiteInfo: index_version, site, enabled, texts, template, tags, features, forum, title_chars, body_chars;
default turnstile }
names! { TemplateFieldKind: "line" = Line, "text" = Text, "choice" = Choice }

record! { read SiteTexts: ; default name, greeting, placeholder, guidelines }
record! { read Template: ; default body_hint, fields }
record! { read TemplateField: name, label; default required, kind, options, hint }
record! { read ForumLink: ; default name, url }
record! { PageContext: page_url, product, version }

impl FromJson for Features {
    fn from_json(json: &Json, reading: &mut Reading) -> Self {
        // What a site does not mention is switched on.
        let mut on = |json| Option::from_json(json, reading).unwrap_or(true);
        Self { ask: on(json.member("ask")), similar: on(json.member("similar")) }
    }
}

/// The text lies beside where it comes from, not in a member of its own.
impl FromJson for Passage {
    fn from_json(json: &Json, reading: &mut Reading) -> Self {
        let from = PassageFrom::from_json(json.member("from"), reading);
        Self { text: Highlighted::from_json(json, reading), from }
    }
}

impl FromJson for Range {
    fn from_json(json: &Json, reading: &mut Reading) -> Self {
        <(u32, u32)>::from_json(json, reading).into()
    }
}

impl ToJson for Range {
    fn write(&self, text: &mut String) {
        [self.start, self.end].write(text);
    }
}

impl FromJson for ProblemType {
    fn from_json(json: &Json, reading: &mut Reading) -> Self {
        let uri = String::from_json(json, reading);
        let known = Self::ALL.iter().copied().find(|kind| kind.uri() == uri);
        known.unwrap_or_else(|| reading.misfit(Self::Malformed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{read, write};
    use serde::{Serialize, de::DeserializeOwned};
    use std::fmt::Debug;

    /// What the edge writes is read as what it was.
    fn is_read<T: FromJson + Serialize + PartialEq + Debug>(value: &T) {
        let text = serde_json::to_string(value).unwrap();
        assert_eq!(read::<T>(&text).as_ref(), Some(value), "{text}");
    }

    /// What the page writes is what the edge reads.
    fn is_written<T: ToJson + DeserializeOwned + PartialEq + Debug>(value: &T) {
        let text = write(value);
        assert_eq!(&serde_json::from_str::<T>(&text).unwrap(), value, "{text}");
    }

    fn marked(text: &str) -> Highlighted {
        Highlighted { text: text.into(), ranges: vec![Range { start: 1, end: 3 }] }
    }

    fn hit() -> Hit {
        Hit {
            key: "discourse:a:1".into(),
            title: marked("pair “a” phone"),
            url: "https://example.com".into(),
            source: "discourse".into(),
            category: Some("Syncing".into()),
            tags: vec!["cli".into()],
            accepted: true,
            staff: false,
            answers: 3,
            created_at: "2026-01-01T00:00:00Z".into(),
            passage: Some(Passage { text: marked("lead\n"), from: PassageFrom::Staff }),
            score: 2.5,
            why: Why {
                words: vec!["pair".into()],
                places: vec![Place::Title],
                likeness: Some(0.5),
                prior: -1.25,
            },
        }
    }

    fn block(kind: BlockKind) -> Block {
        let links = vec![Link { range: Range { start: 0, end: 2 }, url: "https://example.com".into() }];
        Block { kind, text: "text".into(), lang: Some("sh".into()), links }
    }

    fn post(id: &str) -> PostView {
        PostView {
            id: id.into(),
            url: None,
            heading: Some("heading".into()),
            author: Author { name: "Ines".into(), role: Role::Expert },
            created_at: String::new(),
            score: -2,
            accepted: true,
            blocks: vec![block(BlockKind::Code), block(BlockKind::Image)],
        }
    }

    #[test]
    fn search_results_are_read() {
        let count = |value: &str| vec![FacetCount { value: value.into(), count: 7 }];
        let facets = Facets { tags: count("a"), categories: count("b"), sources: Vec::new() };
        let bare = Hit { category: None, passage: None, tags: Vec::new(), why: Why::default(), ..hit() };
        is_read(&SearchResponse {
            index_version: "v".into(),
            total: 12,
            did_you_mean: Some("pair".into()),
            hits: vec![hit(), bare],
            facets,
        });
        let suggestion = |band| Suggestion { hit: hit(), confidence: 0.75, band };
        let suggestions = vec![suggestion(Band::Answers), suggestion(Band::Related)];
        is_read(&SimilarResponse { index_version: "v".into(), suggestions });
    }

    #[test]
    fn threads_are_read() {
        let parts = vec![FinalAnswerPart { post: None, blocks: vec![block(BlockKind::Item)] }];
        let passage = Passage { text: marked("passage"), from: PassageFrom::Answer };
        let whole = ThreadView {
            index_version: "v".into(),
            key: "k".into(),
            title: "title".into(),
            url: "u".into(),
            source: "docs".into(),
            category: None,
            tags: vec!["t".into()],
            closed: true,
            question: post("1"),
            answer: Some(post("2")),
            rest: vec![post("3")],
            rest_count: 4,
            final_answer: Some(FinalAnswer { by: FinalAnswerBy::Operator, parts }),
            matches: Some(ThreadMatch { post: "2".into(), block: 1, ranges: Vec::new(), passage }),
        };
        is_read(&whole);
        is_read(&ThreadView { answer: None, rest: Vec::new(), final_answer: None, matches: None, ..whole });
    }

    #[test]
    fn the_site_is_read() {
        let field = |kind| TemplateField {
            name: "plan".into(),
            label: "Plan".into(),
            required: true,
            kind,
            options: vec!["Crew".into()],
            hint: "which".into(),
        };
        let kinds = [TemplateFieldKind::Line, TemplateFieldKind::Text, TemplateFieldKind::Choice];
        is_read(&SiteInfo {
            index_version: "v".into(),
            site: "demo".into(),
            enabled: true,
            texts: SiteTexts { name: "Moorline".into(), ..SiteTexts::default() },
            template: Template { body_hint: "hint".into(), fields: kinds.map(field).to_vec() },
            tags: vec!["cli".into()],
            features: Features { ask: false, similar: true },
            forum: ForumLink { name: "forum".into(), url: "https://example.com".into() },
            title_chars: (15, 255),
            body_chars: (20, 32_000),
            turnstile: "0x4AAA".into(),
        });
        assert_eq!(read("{}"), Some(Features::default()));
        let short = read::<TemplateField>(r#"{"name":"a","label":"A"}"#).unwrap();
        assert_eq!((short.required, short.kind, short.hint.as_str()), (false, TemplateFieldKind::Line, ""));
    }

    #[test]
    fn questions_are_read_and_written() {
        use QuestionState::*;
        for state in
            [Accepted, Sending, Posted, Answered, PendingReview, Ambiguous, NeedsFix, Withdrawn, Failed]
        {
            for role in [Role::Staff, Role::Moderator, Role::Expert, Role::Member, Role::Unknown] {
                let kinds = [BlockKind::Paragraph, BlockKind::Heading, BlockKind::Item, BlockKind::Quote];
                let reply = Reply {
                    id: "1".into(),
                    author: "Ines".into(),
                    role,
                    created_at: String::new(),
                    blocks: kinds.map(block).to_vec(),
                };
                let status = QuestionStatus {
                    index_version: String::new(),
                    receipt: "r".into(),
                    public_id: "p".into(),
                    state,
                    title: "title".into(),
                    created_at: String::new(),
                    updated_at: String::new(),
                    url: Some("u".into()),
                    reason: None,
                    replies: vec![reply],
                    can_withdraw: true,
                    draft: (state == NeedsFix).then(|| QuestionDraft {
                        title: "title".into(),
                        body: "body".into(),
                        tags: vec!["cli".into()],
                        fields: [("plan".to_owned(), "Crew".to_owned())].into(),
                    }),
                    title_taken: state == NeedsFix,
                    taken_by: Some("u".into()),
                };
                is_read(&status);
                is_written(&status);
            }
        }
        assert_eq!(read(r#""visitor""#), Some(Role::Unknown));
    }

    #[test]
    fn requests_are_written() {
        let context = PageContext { page_url: Some("https://example.com".into()), ..PageContext::default() };
        let question = QuestionRequest {
            site: "demo".into(),
            title: "a \"title\"".into(),
            body: "first\n\tsecond \u{1}".into(),
            tags: vec!["cli".into()],
            fields: [("plan".to_owned(), "Crew".to_owned())].into(),
            context: context.clone(),
            seen: vec!["k".into()],
            kept: vec![KeptSpan { field: "body".into(), range: Range { start: 0, end: 4 } }],
            distinct: true,
            turnstile: "passed".into(),
        };
        is_written(&question);
        is_read(&question);
        is_written(&QuestionRequest::default());
        is_written(&SimilarRequest { site: "demo".into(), context, ..SimilarRequest::default() });
    }

    #[test]
    fn problem_types_are_read() {
        ProblemType::ALL.iter().for_each(is_read);
    }
}
