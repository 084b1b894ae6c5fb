//! Calls to Durable Objects: typed JSON, one object a site.

use ask::{PublicId, Receipt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use worker::{Env, Method, Request, RequestInit};

use super::bindings::Bindings;
use crate::ports::{InboxPort, OutboxPort, PortError};
use crate::{inbox, outbox};

/// Durable Objects are addressed by stub; the URL only has to be one.
const URL: &str = "https://object/";

/// Calls the object of a site.
pub(super) async fn call<C: Serialize, A: DeserializeOwned>(
    env: &Env,
    binding: &str,
    site: &str,
    call: &C,
) -> Result<A, PortError> {
    let failed = |error: worker::Error| PortError::new(format!("{binding} of {site}"), error);
    let body = serde_json::to_string(call).map_err(|error| PortError::new(binding, error))?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(body.into()));
    let request = Request::new_with_init(URL, &init).map_err(failed)?;
    let stub = env.durable_object(binding).and_then(|space| space.get_by_name(site)).map_err(failed)?;
    let mut response = stub.fetch_with_request(request).await.map_err(failed)?;
    let text = response.text().await.map_err(failed)?;
    serde_json::from_str(&text).map_err(|error| PortError::new(binding, error))
}

impl Bindings {
    async fn outbox(&self, site: &str, request: outbox::Call) -> Result<outbox::Answer, PortError> {
        call(&self.env, "OUTBOX", site, &request).await
    }
}

fn unexpected(answer: &outbox::Answer) -> PortError {
    match answer {
        outbox::Answer::Failed(why) => PortError::new("the outbox", why),
        _ => PortError::new("the outbox", "it answered another call"),
    }
}

impl OutboxPort for Bindings {
    async fn submit(
        &self,
        site: &str,
        submission: outbox::Submission,
    ) -> Result<outbox::Submitted, PortError> {
        match self.outbox(site, outbox::Call::Submit(Box::new(submission))).await? {
            outbox::Answer::Submit(submitted) => Ok(submitted),
            other => Err(unexpected(&other)),
        }
    }

    async fn status(&self, site: &str, receipt: &Receipt) -> Result<Option<api::QuestionStatus>, PortError> {
        match self.outbox(site, outbox::Call::Status(receipt.clone())).await? {
            outbox::Answer::Status(status) => Ok(status),
            other => Err(unexpected(&other)),
        }
    }

    async fn withdraw(&self, site: &str, receipt: &Receipt) -> Result<outbox::Withdrawal, PortError> {
        match self.outbox(site, outbox::Call::Withdraw(receipt.clone())).await? {
            outbox::Answer::Withdraw(withdrawal) => Ok(withdrawal),
            other => Err(unexpected(&other)),
        }
    }

    async fn nudge(&self, site: &str, public_id: &PublicId) -> Result<(), PortError> {
        match self.outbox(site, outbox::Call::Nudge(public_id.clone())).await? {
            outbox::Answer::Nudged => Ok(()),
            other => Err(unexpected(&other)),
        }
    }
}

impl InboxPort for Bindings {
    async fn call(&self, site: &str, request: inbox::Call) -> Result<inbox::Answer, PortError> {
        call(&self.env, "INBOX", site, &request).await
    }
}
