//! A model of Cloudflare's siteverify, by its published description: a token is good once, for the secret of its site.

use std::collections::HashSet;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use crate::http::{Answer, Connection, Server};

/// A running model. Dropping it ends it.
#[derive(Debug)]
pub struct Siteverify {
    server: Server,
    redeemed: Arc<Mutex<HashSet<String>>>,
}

impl Siteverify {
    /// Takes tokens that begin with `good` from who knows the secret.
    pub fn start(secret: &str) -> io::Result<Siteverify> {
        let redeemed = Arc::<Mutex<HashSet<String>>>::default();
        let (secret, shared) = (secret.to_owned(), Arc::clone(&redeemed));
        let server = Server::start(move |connection| converse(connection, &secret, &shared))?;
        Ok(Siteverify { server, redeemed })
    }

    /// Its address, without a slash at the end.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// How many tokens were found good.
    pub fn redeemed(&self) -> usize {
        self.redeemed.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// Answers one client's requests until it goes.
fn converse(mut connection: Connection, secret: &str, redeemed: &Mutex<HashSet<String>>) {
    while let Ok(Some(head)) = connection.head() {
        let Ok(body) = connection.body(&head) else { break };
        let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
        let verdict = judge(&asked, secret, redeemed);
        if connection.answer(&Answer::json(200, &verdict)).is_err() {
            break;
        }
    }
}

fn judge(asked: &Value, secret: &str, redeemed: &Mutex<HashSet<String>>) -> Value {
    let refused = |why: &str| json!({"success": false, "error-codes": [why]});
    let token = asked["response"].as_str().unwrap_or_default();
    if asked["secret"] != secret {
        refused("invalid-input-secret")
    } else if !token.starts_with("good") {
        refused("invalid-input-response")
    } else if !redeemed.lock().unwrap_or_else(PoisonError::into_inner).insert(token.to_owned()) {
        refused("timeout-or-duplicate")
    } else {
        json!({"success": true})
    }
}
