//! A Worker for `cargo xtask bench`: it holds one bundle and answers the same queries as often as asked.
//!
//! A Worker's own clock stands still while it computes, so time is taken from outside: a request that repeats a
//! query 20 times, less one that repeats it 0 times, divided by 20, is the time of one query inside workerd,
//! ranking, highlights and JSON included. It links the engine as the real Worker does and nothing else of it.
#![cfg(target_arch = "wasm32")]

use std::cell::RefCell;

use search::{Index, SearchQuery};
use serde::Deserialize;
use worker::{Context, Env, Method, Request, Response, Result, event};

thread_local! {
    static INDEX: RefCell<Option<Index>> = const { RefCell::new(None) };
}

#[derive(Deserialize)]
struct Run {
    queries: Vec<String>,
    /// Drafts for `similar`: title and body.
    #[serde(default)]
    drafts: Vec<(String, String)>,
    repeat: u32,
}

#[event(fetch)]
async fn fetch(mut request: Request, _env: Env, _context: Context) -> Result<Response> {
    match request.method() {
        Method::Put => {
            let index = Index::open(request.bytes().await?).map_err(|error| error.to_string())?;
            INDEX.with_borrow_mut(|held| *held = Some(index));
            Response::ok("opened")
        }
        Method::Post => {
            let run: Run = request.json().await?;
            let bytes = INDEX.with_borrow(|held| answer(held.as_ref(), &run))?;
            Response::ok(bytes.to_string())
        }
        _ => Response::ok("PUT a bundle, then POST queries"),
    }
}

/// Answers everything `repeat` times; returns the bytes of JSON that the answers have.
fn answer(index: Option<&Index>, run: &Run) -> Result<usize> {
    let index = index.ok_or("no bundle was put")?;
    let mut bytes = 0;
    for _ in 0..run.repeat {
        for query in &run.queries {
            let found = index.search(&SearchQuery::new(query)).map_err(|error| error.to_string())?;
            bytes += serde_json::to_vec(&found)?.len();
        }
        for (title, body) in &run.drafts {
            let found = index.similar(title, body, 5).map_err(|error| error.to_string())?;
            bytes += serde_json::to_vec(&found)?.len();
        }
    }
    Ok(bytes)
}
