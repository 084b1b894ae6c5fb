use serde::{Deserialize, Serialize};

use crate::fields::Fields;
use crate::{Block, PageContext, Range, Role};

/// Body of `POST /v1/questions`. The submission's id comes in the header `Idempotency-Key`: a ULID that the
/// page makes once for a draft, so that sending it again can never ask twice.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QuestionRequest {
    /// The site that asks.
    pub site: String,
    /// One line.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// Tags from the site's list.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Values of the template's fields, by name.
    #[serde(default)]
    pub fields: Fields,
    /// Where the person is.
    #[serde(default)]
    pub context: PageContext,
    /// Keys of the threads opened before asking.
    #[serde(default)]
    pub seen: Vec<String>,
    /// Personal findings of the redaction that the author chose to keep. Honoured for personal kinds only.
    #[serde(default)]
    pub kept: Vec<KeptSpan>,
    /// The asker has seen the thread that bears the same title, and means something else: the title gets a suffix.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub distinct: bool,
    /// What the Turnstile challenge gave, where the site has one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub turnstile: String,
}

/// A finding of the redaction that the author keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KeptSpan {
    /// `title`, `body`, or the name of a template field.
    pub field: String,
    /// The span in that field as submitted.
    pub range: Range,
}

/// Where a question stands: answer to `POST /v1/questions` (202) and `GET /v1/questions/{receipt}` (200).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuestionStatus {
    /// Version of the index in service; empty when there is none.
    #[serde(default)]
    pub index_version: String,
    /// Unguessable capability: whoever has it may follow and withdraw the question.
    pub receipt: String,
    /// Public id, visible in the forum.
    pub public_id: String,
    /// Where it stands.
    pub state: QuestionState,
    /// The title as it was submitted, redacted.
    pub title: String,
    /// When the edge accepted it, RFC 3339.
    pub created_at: String,
    /// When the state last changed, RFC 3339.
    pub updated_at: String,
    /// The thread in the forum, once posted, where the forum has public pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What the forum said, in `needsFix` and `failed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Answers so far, oldest first.
    #[serde(default)]
    pub replies: Vec<Reply>,
    /// Whether `DELETE` would still withdraw it.
    pub can_withdraw: bool,
    /// In `needsFix`: what was asked, to be edited and sent again with `PUT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<QuestionDraft>,
    /// In `needsFix`: another thread bears the title.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub title_taken: bool,
    /// In `needsFix`: where that thread is read, if it could be found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_by: Option<String>,
}

/// A question as its asker wrote it, redacted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct QuestionDraft {
    /// One line.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// Tags.
    pub tags: Vec<String>,
    /// Values of the template's fields, by name.
    pub fields: Fields,
}

/// The states that a person sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum QuestionState {
    /// Stored; not sent yet.
    Accepted,
    /// Being sent to the forum.
    Sending,
    /// The forum has it.
    Posted,
    /// Somebody answered.
    Answered,
    /// The forum's moderators have it before them.
    PendingReview,
    /// It may or may not have reached the forum; being found out.
    Ambiguous,
    /// The forum refused it; its author can edit and resend.
    NeedsFix,
    /// Withdrawn by its author.
    Withdrawn,
    /// Given up; an operator can retry.
    Failed,
}

/// One answer to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reply {
    /// The forum's id of the reply.
    pub id: String,
    /// Name of the person who answered.
    pub author: String,
    /// Their role.
    pub role: Role,
    /// When, RFC 3339.
    pub created_at: String,
    /// What they said.
    pub blocks: Vec<Block>,
}
