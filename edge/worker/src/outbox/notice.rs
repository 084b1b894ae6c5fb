//! What an operator is told by webhook: questions that need somebody, answers, a forum that takes nothing.

use api::QuestionState;
use delivery::State;
use serde_json::{Value, json};

use super::Row;
use crate::time_text::rfc3339;

/// What to tell about a question whose state was `before`; `None`: nothing worth telling has happened.
pub fn about(row: &Row, before: Option<QuestionState>, now_ms: u64) -> Option<String> {
    let state = row.delivery.status();
    if before == Some(state) {
        return None;
    }
    let kind = match row.delivery.state() {
        State::Held { .. } => "question.held",
        State::Failed { .. } => "question.failed",
        _ if state == QuestionState::Answered => "question.answered",
        _ => return None,
    };
    let reason = match row.delivery.state() {
        State::Held { why, .. } => Some(why.as_str()),
        _ => row.delivery.reason(),
    };
    let data = json!({
        "publicId": row.public_id,
        "title": row.text.title,
        "reason": reason,
        "url": row.delivery.thread().and_then(|thread| thread.url.as_deref()),
        "replies": row.delivery.replies().len(),
    });
    Some(message(kind, now_ms, &data))
}

/// What to tell when a forum takes nothing any more.
pub fn blocked(why: &str, now_ms: u64) -> String {
    message("lane.blocked", now_ms, &json!({"reason": why}))
}

fn message(kind: &str, now_ms: u64, data: &Value) -> String {
    json!({"type": kind, "timestamp": rfc3339(now_ms), "data": data}).to_string()
}
