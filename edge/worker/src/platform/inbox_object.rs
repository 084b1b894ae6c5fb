// The attribute writes methods that nobody calls by name and that it cannot document.
#![allow(missing_docs)]

use worker::{DurableObject, Env, Request, Response, Result, State, durable_object, wasm_bindgen};

use super::inbox_rows::SqlItems;
use super::world;
use crate::inbox::{Answer, Call, Desk};

/// The built-in inbox of one site.
#[durable_object(fetch)]
pub struct Inbox {
    state: State,
}

impl DurableObject for Inbox {
    fn new(state: State, _env: Env) -> Self {
        Self { state }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let call: Call = request.json().await?;
        let answer = match SqlItems::open(self.state.storage().sql()) {
            Ok(items) => Desk { items: &items, now_ms: world::now_ms() }.answer(call),
            Err(error) => Answer::Failed(error.to_string()),
        };
        Response::from_json(&answer)
    }
}
