//! From a request to a response: one handler a file, each of them parses once, calls a port or the engine, and
//! answers with a type of the crate `api`.

mod admin;
mod health;
mod inbox;
mod index;
mod outbox;
mod pinned;
mod questions;
mod search;
mod similar;
mod site;
mod threads;
mod visit;
mod webhooks;

#[cfg(test)]
mod tests;

use api::{Problem, ProblemType};

use crate::config::Config;
use crate::http::{Method, Request, Response};
use crate::ports::{Files, Ports};
use crate::problem::Failure;
use crate::route::Route;
use crate::sites::Sites;
use crate::token;
use visit::Visit;

/// What every handler has at hand.
#[derive(Debug)]
pub struct Edge<'a, P> {
    /// The world.
    pub ports: &'a P,
    /// What this isolate serves.
    pub sites: &'a Sites,
    /// The Worker's variables.
    pub config: &'a Config,
}

/// Answers a request.
///
/// 1. Which route? 2. Operators' routes exist only for operators. 3. Which method? 4. The handler. 5. What every
///    response carries.
pub async fn handle<P: Ports>(edge: &Edge<'_, P>, mut request: Request<<P as Files>::Upload>) -> Response {
    let head = request.method == Method::Head;
    let visit = Visit::new(edge, &request);
    let response = match admitted(edge, &request) {
        Ok(route) if request.method == Method::Options && !route.is_for_operators() => {
            return visit.preflight(&route);
        }
        Ok(route) => {
            if head {
                request.method = Method::Get;
            }
            if route.methods().contains(&request.method) {
                dispatch(&visit, route, request).await
            } else {
                let problem =
                    Problem::new(ProblemType::MethodNotAllowed).detail(format!("use {}", route.allow()));
                Ok(Failure::from(problem).response("").header("Allow", route.allow()))
            }
        }
        Err(failure) => Err(failure),
    };
    let mut response = visit.finish(response);
    if head {
        response.body.clear();
    }
    response
}

/// The route, where there is one for whoever asks.
fn admitted<P, B>(edge: &Edge<'_, P>, request: &Request<B>) -> Result<Route, Failure> {
    let not_found = || Problem::new(ProblemType::NotFound).detail("there is no such route");
    let route = Route::parse(&request.path)?.ok_or_else(not_found)?;
    let token = edge.config.operator_token.as_deref();
    if route.is_for_operators() && !token::admits(token, request.headers.authorization.as_deref()) {
        return Err(not_found().into());
    }
    Ok(route)
}

async fn dispatch<P: Ports>(
    visit: &Visit<'_, P>,
    route: Route,
    request: Request<<P as Files>::Upload>,
) -> Result<Response, Failure> {
    match route {
        Route::Search => search::get(visit, &request.query).await,
        Route::Similar => similar::post(visit, request).await,
        Route::Questions => questions::post(visit, request).await,
        Route::Question { receipt } if request.method == Method::Delete => {
            questions::delete(visit, &request.query, &receipt).await
        }
        Route::Question { receipt } if request.method == Method::Put => {
            questions::put(visit, &receipt, request).await
        }
        Route::Question { receipt } => questions::get(visit, &request.query, &receipt).await,
        Route::Thread { key } => threads::get(visit, &request.query, &key).await,
        Route::Site => site::get(visit, &request.query).await,
        Route::Index => index::get(visit, &request.query).await,
        Route::Health => health::get(visit, &request.query).await,
        Route::Pinned(file) => pinned::get(visit, &file).await,
        Route::Pin(file) => pinned::put(visit, &file, request).await,
        Route::Admin { site, file } => admin::serve(visit, &site, file, request).await,
        Route::Webhook { forum } => webhooks::post(visit, &forum, request).await,
        Route::Outbox { site, part } => outbox::serve(visit, &site, part, request).await,
        Route::Inbox { site, part } => inbox::serve(visit, &site, part, request).await,
    }
}
