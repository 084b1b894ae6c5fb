use serde::{Deserialize, Serialize};

/// A half-open range `[start, end)` in UTF-16 code units of the string that it comes with.
/// On the wire: a pair of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "(u32, u32)", into = "(u32, u32)")]
pub struct Range {
    /// First code unit inside.
    pub start: u32,
    /// First code unit behind.
    pub end: u32,
}

impl From<(u32, u32)> for Range {
    fn from((start, end): (u32, u32)) -> Self {
        Self { start, end }
    }
}

impl From<Range> for (u32, u32) {
    fn from(range: Range) -> Self {
        (range.start, range.end)
    }
}

/// Text and what in it matched.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Highlighted {
    /// Plain text.
    pub text: String,
    /// Matches, ascending, not overlapping.
    pub ranges: Vec<Range>,
}

/// Answer to `GET /v1/search`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SearchResponse {
    /// Version of the index that answered.
    pub index_version: String,
    /// Threads and pages that match, over all pages of results.
    pub total: u64,
    /// The query with its misspelt words put right, where some are. The hits are those of both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub did_you_mean: Option<String>,
    /// Best first.
    pub hits: Vec<Hit>,
    /// Counts over all matches.
    pub facets: Facets,
}

/// How many matches each facet value has, most frequent first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Facets {
    /// By tag.
    pub tags: Vec<FacetCount>,
    /// By category name.
    pub categories: Vec<FacetCount>,
    /// By source: `discourse`, `docs`, ...
    pub sources: Vec<FacetCount>,
}

/// One value of a facet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FacetCount {
    /// The value to filter by.
    pub value: String,
    /// Matches that carry it.
    pub count: u64,
}

/// One thread or docs page in a list of results.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hit {
    /// Names the thread in `GET /v1/threads/{key}`: `source:site:id`.
    pub key: String,
    /// The thread's title.
    pub title: Highlighted,
    /// Where the thread lives in the forum or the docs.
    pub url: String,
    /// `discourse`, `docs`, ...
    pub source: String,
    /// The category's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Tags, as the forum orders them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Has an answer that the asker or a moderator accepted.
    pub accepted: bool,
    /// Has an answer by staff.
    pub staff: bool,
    /// Answers counted; 0 on docs pages.
    pub answers: u32,
    /// When the question was asked, RFC 3339.
    pub created_at: String,
    /// The passage to show below the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passage: Option<Passage>,
    /// What the order is by: the weighted sum of the index's features. Comparable within one response only.
    pub score: f32,
    /// Why it is here.
    pub why: Why,
}

/// What speaks for a result.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Why {
    /// Words of the query that the thread has, misspelt ones put right, weightiest first, at most five.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// Where it has them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Place>,
    /// Likeness of meaning, -1 to 1, where the index has vectors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub likeness: Option<f32>,
    /// What the priors (age, links from other threads, ...) add to the score.
    pub prior: f32,
}

/// A part of a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Place {
    /// The title.
    Title,
    /// The first post.
    Question,
    /// Answers or tags.
    Answers,
}

/// A short part of a thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Passage {
    /// The text and what in it matched.
    #[serde(flatten)]
    pub text: Highlighted,
    /// Whose words they are.
    pub from: PassageFrom,
}

/// The post that a [`Passage`] was taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PassageFrom {
    /// The accepted answer.
    Accepted,
    /// An answer by staff.
    Staff,
    /// The answer with the highest score.
    Answer,
    /// The question, where nobody has answered, or a docs page's lead.
    Question,
}

/// What the page says about where the person is. All of it is optional.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PageContext {
    /// Address of the host page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_url: Option<String>,
    /// Product in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// Body of `POST /v1/similar`: a draft, however unfinished.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SimilarRequest {
    /// The site that asks.
    pub site: String,
    /// The draft's title.
    pub title: String,
    /// The draft's body, Markdown.
    #[serde(default)]
    pub body: String,
    /// Tags chosen so far.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Where the person is.
    #[serde(default)]
    pub context: PageContext,
}

/// Answer to `POST /v1/similar`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SimilarResponse {
    /// Version of the index that answered.
    pub index_version: String,
    /// Most similar first; empty when nothing is similar enough to be worth a look.
    pub suggestions: Vec<Suggestion>,
}

/// A thread that may already answer a draft.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Suggestion {
    /// The thread.
    pub hit: Hit,
    /// How likely it is that the thread answers the draft, 0 to 1: calibrated on judged pairs.
    pub confidence: f32,
    /// What to make of it.
    pub band: Band,
}

/// How sure a suggestion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Band {
    /// Worth a glance.
    Related,
    /// Likely, four times in five, to answer the draft.
    Answers,
}
