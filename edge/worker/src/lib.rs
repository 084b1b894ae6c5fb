//! The Cloudflare Worker: the edge API, version 1, the outbox and the built-in inbox.
//!
//! This file only lets the platform in. A request goes from [`platform`] to [`routes`], which sees the world as
//! [`ports`]; the engine is the crate `search`, what a question must be is in `ask`, how it is carried in
//! `delivery`. Static files are served beside the Worker, by the platform.

// The ports are implemented and called in this crate only, on one thread.
#![allow(async_fn_in_trait)]

pub mod config;
pub mod cors;
pub mod decode;
#[cfg(test)]
mod fake;
pub mod files;
pub mod http;
pub mod inbox;
pub mod outbox;
pub mod platform;
pub mod ports;
pub mod problem;
pub mod query;
pub mod route;
pub mod routes;
pub mod sites;
pub mod time_text;
pub mod token;

use worker::{
    Context, Env, Request, Response, Result, ScheduleContext, ScheduledEvent, console_error, event,
};

/// Time passes: an outbox whose alarm was given up by the platform gets another.
#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    platform::Bindings::new(env).sweep().await;
}

/// A request comes in.
#[event(fetch, respond_with_errors)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    let (config, sites) = (platform::config(&env), platform::sites());
    let ports = platform::Bindings::new(env);
    let edge = routes::Edge { ports: &ports, sites: &sites, config: &config };
    let request = platform::read_request(request)?;
    let response = routes::handle(&edge, request).await;
    if response.status >= 500 {
        // The problem, not the path: a receipt in the path is a capability.
        console_error!("{}", String::from_utf8_lossy(&response.body));
    }
    platform::write_response(response)
}
