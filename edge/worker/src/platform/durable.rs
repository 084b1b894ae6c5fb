//! Calls to Durable Objects: typed JSON, one object a site.

use serde::Serialize;
use serde::de::DeserializeOwned;
use worker::{Env, Method, Request, RequestInit, console_error};

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
    /// Has the outbox of every site look after its alarm.
    pub async fn sweep(&self) {
        let sites = match self.sites().await {
            Ok(sites) => sites,
            Err(error) => return console_error!("the sites could not be listed: {error}"),
        };
        for site in sites {
            if let Err(error) = self.outbox(&site, outbox::Call::Sweep).await {
                console_error!("the outbox of {site} could not be swept: {error}");
            }
        }
    }
}

impl OutboxPort for Bindings {
    async fn outbox(&self, site: &str, request: outbox::Call) -> Result<outbox::Answer, PortError> {
        call(&self.env, "OUTBOX", site, &request).await
    }
}

impl InboxPort for Bindings {
    async fn call(&self, site: &str, request: inbox::Call) -> Result<inbox::Answer, PortError> {
        call(&self.env, "INBOX", site, &request).await
    }
}
