// The attribute writes methods that nobody calls by name and that it cannot document.
#![allow(missing_docs)]

use std::cell::Cell;
use std::time::Duration;

use ::site::{ForumKind, SiteConfig};
use delivery::Config as Waits;
use forum::{Broken, Transport};
use worker::{
    DurableObject, Env, Request, Response, Result, State, console_error, durable_object, wasm_bindgen,
};

use super::bindings::Bindings;
use super::forums::{AnyForum, InboxForum};
use super::outbox_rows::SqlRows;
use super::transport::FetchTransport;
use super::{config, world};
use crate::config::Config;
use crate::outbox::{Answer, Call, Desk, Pace, RowsError, World};
use crate::ports::Files;
use crate::{files, sites};

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// What a request may take of the time after which its result counts as lost.
const SHARE_OF_WAIT: f64 = 0.75;

/// The longest that telling the operator may take.
const NOTIFY: Duration = Duration::from_secs(10);

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
        let shell = self.shell(&rows).await?;
        let desk = shell.desk(&rows);
        self.look_after(&desk).await;
        Response::from_json(&desk.answer(call).await)
    }

    async fn alarm(&self) -> Result<Response> {
        let rows = SqlRows::open(self.state.storage().sql())?;
        let shell = self.shell(&rows).await?;
        let desk = shell.desk(&rows);
        self.look_after(&desk).await;
        // The alarm is armed again already: an error here would only spend the platform's six tries.
        if let Err(error) = desk.wake().await {
            console_error!("the outbox could not go on: {error}");
        }
        Response::empty()
    }
}

impl Outbox {
    /// What the site's settings say at this moment: they are read for every call, so that an operator who mends them
    /// need not wait.
    async fn shell(&self, rows: &SqlRows) -> Result<Shell<'_>> {
        let variables = config(&self.env);
        let site = rows.site().unwrap_or_default();
        let settings = self.settings(&site).await;
        let waits = Waits::scaled(variables.delivery_scale);
        let scale = variables.delivery_scale;
        let keep_days = settings.as_ref().map_or(u32::MAX, |settings| settings.limits.keep_days);
        let pace = Pace {
            spacing_ms: settings.as_ref().map_or(0, |settings| spacing_ms(settings, scale)),
            keep_ms: u64::from(keep_days).saturating_mul(DAY_MS),
            waits,
        };
        let limit = Duration::from_millis((pace.waits.request_ms as f64 * SHARE_OF_WAIT).max(1.0) as u64);
        if let Some(settings) = &settings {
            rows.set_forum(&settings.forum.url)?;
        }
        let forum = match &settings {
            Some(settings) if settings.forum.kind == ForumKind::Inbox => {
                AnyForum::Inbox(InboxForum { env: &self.env, site })
            }
            Some(settings) => outside(settings, &variables, limit),
            None => AnyForum::Nowhere("the site's settings cannot be read".to_owned()),
        };
        let listener = settings.map(|settings| settings.alerts.url).filter(|url| !url.is_empty());
        Ok(Shell { object: self, forum, pace, listener, secret: variables.alert_secret })
    }

    async fn settings(&self, site: &str) -> Option<SiteConfig> {
        let bytes = Bindings::new(self.env.clone()).read(&files::site(site)).await.ok()??;
        sites::settings(site, &bytes).ok()
    }

    async fn look_after(&self, desk: &Desk<'_, SqlRows, AnyForum<'_>, Shell<'_>>) {
        if self.restarted.replace(true) {
            return;
        }
        // Once only, even where it fails: a second time would meet requests of this life. Their time-outs find the rest.
        if let Err(error) = desk.restart().await {
            console_error!("the outbox could not look after earlier requests: {error}");
        }
    }
}

fn spacing_ms(settings: &SiteConfig, scale: f64) -> u64 {
    match settings.forum.kind {
        ForumKind::Inbox => 0,
        _ => (60_000.0 / f64::from(settings.forum.per_minute.max(1)) * scale) as u64,
    }
}

fn outside<'a>(settings: &SiteConfig, variables: &Config, limit: Duration) -> AnyForum<'a> {
    let Some(key) = variables.forum_key.clone() else {
        return AnyForum::Nowhere("set the secret EDGEWISE_FORUM_KEY: the forum asks for a key".to_owned());
    };
    match settings.forum.adapter(key) {
        Some(adapter) => {
            AnyForum::Outside { adapter: Box::new(adapter), transport: FetchTransport { limit } }
        }
        None => AnyForum::Nowhere("the site's settings name no forum".to_owned()),
    }
}

/// The world of an outbox while it answers one call.
struct Shell<'a> {
    object: &'a Outbox,
    forum: AnyForum<'a>,
    pace: Pace,
    /// Where the operator is told.
    listener: Option<String>,
    /// What notices are signed with.
    secret: Option<String>,
}

impl Shell<'_> {
    fn desk<'s>(&'s self, rows: &'s SqlRows) -> Desk<'s, SqlRows, AnyForum<'s>, Self> {
        Desk { rows, forum: &self.forum, world: self, pace: &self.pace }
    }
}

impl World for Shell<'_> {
    fn now_ms(&self) -> u64 {
        world::now_ms()
    }

    fn jitter(&self) -> f64 {
        let mut bytes = [0; 4];
        // Without randomness, the middle: jitter spreads load and guards nothing.
        world::fill(&mut bytes).map_or(0.5, |()| f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX))
    }

    async fn wake_at(&self, at_ms: Option<u64>) -> std::result::Result<(), RowsError> {
        let storage = self.object.state.storage();
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

    fn has_listener(&self) -> bool {
        self.listener.is_some()
    }

    async fn notify(&self, id: u64, body: &str) -> bool {
        let Some(url) = &self.listener else { return true };
        let now = i64::try_from(world::now_ms() / 1_000).unwrap_or(i64::MAX);
        let id = format!("notice_{id}_{}", self.object.state.id());
        let request = forum::webhook::signed(url, &id, now, body, self.secret.as_deref());
        let sent = match request {
            Ok(request) => FetchTransport { limit: NOTIFY }.send(request).await,
            Err(error) => Err(Broken::NotSent(error.to_string())),
        };
        sent.is_ok_and(|response| (200..300).contains(&response.status))
    }
}

impl From<RowsError> for worker::Error {
    fn from(error: RowsError) -> Self {
        Self::RustError(error.to_string())
    }
}
