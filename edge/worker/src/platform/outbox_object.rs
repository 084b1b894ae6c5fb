// The attribute writes methods that nobody calls by name and that it cannot document.
#![allow(missing_docs)]

use std::cell::Cell;

use api::Reply;
use ask::PublicId;
use delivery::{Config as Waits, Lookup, Outcome};
use worker::{
    DurableObject, Env, Request, Response, Result, State, console_error, durable_object, wasm_bindgen,
};

use super::durable::call;
use super::outbox_rows::SqlRows;
use super::{config, world};
use crate::inbox::{self, Post};
use crate::outbox::{Answer, Call, Desk, Forum, Row, RowsError, World};
use crate::ports::PortError;

/// The outbox of one site.
#[durable_object(alarm)]
pub struct Outbox {
    state: State,
    env: Env,
    /// Whether requests of an earlier life have been looked after.
    restarted: Cell<bool>,
}

impl DurableObject for Outbox {
    fn new(state: State, env: Env) -> Self {
        Self { state, env, restarted: Cell::new(false) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let call: Call = request.json().await?;
        let rows = match SqlRows::open(self.state.storage().sql()) {
            Ok(rows) => rows,
            Err(error) => return Response::from_json(&Answer::Failed(error.to_string())),
        };
        if let Call::Submit(submission) = &call {
            rows.set_site(&submission.site)?;
        }
        let waits = self.waits();
        let forum = InboxForum { env: &self.env, rows: &rows };
        let desk = Desk { rows: &rows, forum: &forum, world: self, config: &waits };
        self.look_after(&desk).await;
        Response::from_json(&desk.answer(call).await)
    }

    async fn alarm(&self) -> Result<Response> {
        let rows = SqlRows::open(self.state.storage().sql())?;
        let waits = self.waits();
        let forum = InboxForum { env: &self.env, rows: &rows };
        let desk = Desk { rows: &rows, forum: &forum, world: self, config: &waits };
        self.look_after(&desk).await;
        // The alarm is armed again already: an error here would only spend the platform's six tries.
        if let Err(error) = desk.wake().await {
            console_error!("the outbox could not go on: {error}");
        }
        Response::empty()
    }
}

impl Outbox {
    fn waits(&self) -> Waits {
        Waits::scaled(config(&self.env).delivery_scale)
    }

    async fn look_after(&self, desk: &Desk<'_, SqlRows, InboxForum<'_>, Self>) {
        if self.restarted.replace(true) {
            return;
        }
        // Once only, even where it fails: a second time would meet requests of this life. Their time-outs find the rest.
        if let Err(error) = desk.restart().await {
            console_error!("the outbox could not look after earlier requests: {error}");
        }
    }
}

impl World for Outbox {
    fn now_ms(&self) -> u64 {
        world::now_ms()
    }

    fn jitter(&self) -> f64 {
        let mut bytes = [0; 4];
        // Without randomness, the middle: jitter spreads load and guards nothing.
        world::fill(&mut bytes).map_or(0.5, |()| f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX))
    }

    async fn wake_at(&self, at_ms: Option<u64>) -> std::result::Result<(), RowsError> {
        let storage = self.state.storage();
        let done = match at_ms {
            // The platform takes an offset from now; a time that has passed is now.
            Some(at) => {
                let offset = at.saturating_sub(world::now_ms());
                storage.set_alarm(i64::try_from(offset).unwrap_or(i64::MAX)).await
            }
            None => storage.delete_alarm().await,
        };
        done.map_err(|error| RowsError(error.to_string()))
    }
}

/// The built-in inbox as a forum.
struct InboxForum<'a> {
    env: &'a Env,
    rows: &'a SqlRows,
}

impl InboxForum<'_> {
    async fn call(&self, request: inbox::Call) -> std::result::Result<inbox::Answer, PortError> {
        let site = self.rows.site().map_err(|error| PortError::new("the outbox", error))?;
        call(self.env, "INBOX", &site, &request).await
    }
}

impl Forum for InboxForum<'_> {
    async fn post(&self, row: &Row) -> Outcome {
        let post = Post {
            public_id: row.public_id.clone(),
            title: row.title.clone(),
            markdown: row.markdown.clone(),
            tags: row.tags.clone(),
        };
        match self.call(inbox::Call::Post(post)).await {
            Ok(inbox::Answer::Posted(posted)) => Outcome::Created(posted),
            Ok(other) => Outcome::Ambiguous { why: format!("the inbox answered {other:?}") },
            Err(error) => Outcome::Ambiguous { why: error.to_string() },
        }
    }

    async fn look_up(&self, public_id: &PublicId) -> Lookup {
        self.call(inbox::Call::LookUp(public_id.clone())).await.map_or(Lookup::Unknown, Lookup::from)
    }

    async fn replies(&self, thread_id: &str) -> Option<Vec<Reply>> {
        match self.call(inbox::Call::Replies(thread_id.parse().ok()?)).await {
            Ok(inbox::Answer::Replies(replies)) => Some(replies),
            _ => None,
        }
    }
}

impl From<RowsError> for worker::Error {
    fn from(error: RowsError) -> Self {
        Self::RustError(error.to_string())
    }
}
