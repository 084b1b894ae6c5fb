use serde::{Deserialize, Serialize};

/// Answer to `GET /v1/site`: what the widget needs to draw itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SiteInfo {
    /// Version of the index in service; empty when there is none.
    pub index_version: String,
    /// The site's id.
    pub site: String,
    /// `false`: the launcher does not appear.
    pub enabled: bool,
    /// Texts of the operator's choice.
    pub texts: SiteTexts,
    /// The question template.
    pub template: Template,
    /// Tags that a question may carry.
    pub tags: Vec<String>,
    /// What is switched on.
    pub features: Features,
    /// Where questions go.
    pub forum: ForumLink,
    /// Characters of a title, `[least, most]`.
    pub title_chars: (u32, u32),
    /// Characters of a body, `[least, most]`.
    pub body_chars: (u32, u32),
    /// Site key of the Turnstile challenge to pass before asking; empty: there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub turnstile: String,
}

/// Texts that an operator may set.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SiteTexts {
    /// Name of the product or community, as in "Search {name}".
    pub name: String,
    /// The panel's first line.
    pub greeting: String,
    /// Placeholder of the search field.
    pub placeholder: String,
    /// Shown above the ask form: community guidelines, in a sentence or two.
    pub guidelines: String,
}

/// What the ask form asks for beside title and body.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Template {
    /// Placeholder of the body.
    pub body_hint: String,
    /// Further fields, in order.
    pub fields: Vec<TemplateField>,
}

/// One field of a [`Template`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TemplateField {
    /// Name on the wire: `[a-z][a-z0-9-]*`.
    pub name: String,
    /// Label in the form and in the question.
    pub label: String,
    /// Must not be empty.
    #[serde(default)]
    pub required: bool,
    /// How it is filled in.
    #[serde(default)]
    pub kind: TemplateFieldKind,
    /// Choices, for [`TemplateFieldKind::Choice`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Placeholder.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hint: String,
}

/// How a template field is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TemplateFieldKind {
    /// One line.
    #[default]
    Line,
    /// Several lines.
    Text,
    /// One of `options`.
    Choice,
}

/// What is switched on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Features {
    /// The ask form.
    pub ask: bool,
    /// Suggestions beside the draft.
    pub similar: bool,
}

impl Default for Features {
    fn default() -> Self {
        Self { ask: true, similar: true }
    }
}

/// The forum that questions go to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ForumLink {
    /// Its name, as in "Ask in {name}".
    pub name: String,
    /// Its front page; empty for the built-in inbox.
    pub url: String,
}
