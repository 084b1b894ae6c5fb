//! An asker: sends questions in, over and over until there is an answer, and asks for what became of them.

use std::time::Duration;

use ask::SubmissionId;
use serde::Deserialize;
use serde_json::{Value, json};

/// How long an asker waits for one answer. A Worker that is killed may leave its connections open.
const PATIENCE: Duration = Duration::from_secs(15);

/// A question that the Worker has taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The asker's capability.
    pub receipt: String,
    /// The id in the post.
    pub public_id: String,
}

/// What the Worker says to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// 202.
    Accepted(Accepted),
    /// Any other status, with the beginning of what it says.
    Refused(u16, String),
    /// Nothing that could be read, or that it cannot at the moment: whether it has the question is unknown.
    Unclear {
        /// The status, where there was one.
        status: Option<u16>,
        /// What was seen.
        why: String,
    },
}

/// Where a question stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// As the API names it.
    pub state: String,
    /// The thread.
    pub url: Option<String>,
    /// What the forum said.
    pub reason: Option<String>,
}

impl Standing {
    /// Whether the forum has it.
    pub fn is_posted(&self) -> bool {
        matches!(self.state.as_str(), "posted" | "answered")
    }

    /// Whether it goes on by itself.
    pub fn is_under_way(&self) -> bool {
        matches!(self.state.as_str(), "accepted" | "sending" | "ambiguous" | "pendingReview")
    }
}

/// Askers of one site.
#[derive(Debug, Clone)]
pub struct Client {
    worker: String,
    site: String,
    agent: ureq::Agent,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Taken {
    receipt: String,
    public_id: String,
}

impl Client {
    /// Askers of a site of the Worker at an address without a slash at the end.
    pub fn new(worker: &str, site: &str) -> Client {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            // As many as ask at once: a new connection for each question would measure the kernel.
            .max_idle_connections(64)
            .max_idle_connections_per_host(64);
        Client { worker: worker.to_owned(), site: site.to_owned(), agent: config.build().into() }
    }

    /// A question's request. The same question is the same bytes, however often it is sent.
    pub fn request(&self, title: &str, body: &str) -> Value {
        json!({"site": self.site, "title": title, "body": body})
    }

    /// Sends a question once.
    pub fn send(&self, id: &SubmissionId, request: &Value) -> Said {
        let sent = self
            .agent
            .post(format!("{}/v1/questions", self.worker))
            .header("idempotency-key", id.as_str())
            .send_json(request);
        let (status, text) = match sent
            .and_then(|mut answer| Ok((answer.status().as_u16(), answer.body_mut().read_to_string()?)))
        {
            Ok(answer) => answer,
            Err(error) => return Said::Unclear { status: None, why: error.to_string() },
        };
        match (status, serde_json::from_str::<Taken>(&text)) {
            (202, Ok(Taken { receipt, public_id })) => Said::Accepted(Accepted { receipt, public_id }),
            (202 | 500.., _) => Said::Unclear { status: Some(status), why: beginning(&text) },
            (status, _) => Said::Refused(status, beginning(&text)),
        }
    }

    /// Where a question stands; `None` where nothing was answered. An answer other than 200 is a standing of its own: a
    /// receipt that is not known any more is no question under way.
    pub fn standing(&self, receipt: &str) -> Option<Standing> {
        let address = format!("{}/v1/questions/{receipt}?site={}", self.worker, self.site);
        let mut answer = self.agent.get(address).call().ok()?;
        let status = answer.status().as_u16();
        let text = answer.body_mut().read_to_string().ok()?;
        match status {
            200 => serde_json::from_str(&text).ok(),
            500.. => None,
            _ => Some(Standing { state: status.to_string(), url: None, reason: Some(beginning(&text)) }),
        }
    }
}

/// The beginning of what was answered: enough to know it by.
fn beginning(text: &str) -> String {
    text.chars().take(300).collect()
}
