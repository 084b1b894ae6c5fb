//! One request being answered: which site it is about, who may read the answer, and what every answer carries.

use std::cell::RefCell;
use std::rc::Rc;

use ::search::Index;
use ::site::SiteConfig;
use api::{Problem, ProblemType, limits};
use serde::Serialize;

use super::Edge;
use crate::cors::Access;
use crate::decode;
use crate::http::{Request, Response};
use crate::ports::{Body, Ports};
use crate::problem::Failure;
use crate::route::Route;
use crate::sites::Served;

/// How long a browser remembers a preflight: the longest that any browser allows.
const PREFLIGHT_SECONDS: u32 = 86_400;

/// The header that tells the version of the index in service.
const INDEX_HEADER: &str = "Edgewise-Index";

/// One request being answered.
#[derive(Debug)]
pub struct Visit<'a, P> {
    pub edge: &'a Edge<'a, P>,
    origin: Option<String>,
    own_origin: String,
    /// `None` until the site is known.
    known: RefCell<Option<Known>>,
}

#[derive(Debug)]
struct Known {
    version: String,
    access: Access,
}

/// A site that exists and that whoever asks may use.
#[derive(Debug)]
pub struct Site {
    pub config: Rc<SiteConfig>,
    pub served: Served,
}

impl Site {
    /// The index, where one is in service.
    pub fn index(&self) -> Result<&Index, Failure> {
        self.served.index.as_deref().ok_or_else(|| {
            let why = self.served.refused.clone().unwrap_or_else(|| "nothing has been published".to_owned());
            Problem::new(ProblemType::Unavailable).detail(format!("no index is in service: {why}")).into()
        })
    }
}

impl<'a, P: Ports> Visit<'a, P> {
    pub fn new<B>(edge: &'a Edge<'a, P>, request: &Request<B>) -> Self {
        Self {
            edge,
            origin: request.headers.origin.clone(),
            own_origin: request.own_origin.clone(),
            known: RefCell::new(None),
        }
    }

    /// The site, if it exists and the page that asks may use it.
    pub async fn enter(&self, site: &str) -> Result<Site, Failure> {
        let served = self.edge.sites.get(self.edge.ports, site, self.edge.config.manifest_ms).await?;
        let Some(config) = served.site.clone() else { return Err(decode::no_site().into()) };
        let access =
            Access::decide(self.origin.as_deref(), &self.own_origin, |origin| config.allows_origin(origin));
        let refused = access == Access::Refused;
        *self.known.borrow_mut() = Some(Known { version: served.version().to_owned(), access });
        if refused {
            let detail = "add the page's origin to `origins` in site.toml and publish it";
            return Err(Problem::new(ProblemType::OriginRefused).detail(detail).into());
        }
        Ok(Site { config, served })
    }

    /// What is in service for an operator's route, where the site need not exist yet.
    pub async fn enter_as_operator(&self, site: &str) -> Result<Served, Failure> {
        let served = self.edge.sites.get(self.edge.ports, site, self.edge.config.manifest_ms).await?;
        *self.known.borrow_mut() = Some(Known { version: served.version().to_owned(), access: Access::Own });
        Ok(served)
    }

    /// The same where the site must exist.
    pub async fn operate(&self, site: &str) -> Result<(String, Served), Failure> {
        let site = decode::known_site(site)?;
        let served = self.enter_as_operator(&site).await?;
        if served.site.is_none() {
            return Err(decode::no_site().into());
        }
        Ok((site, served))
    }

    /// Notes the version that the request itself has brought into service.
    pub fn moved_to(&self, version: &str) {
        if let Some(known) = self.known.borrow_mut().as_mut() {
            known.version = version.to_owned();
        }
    }

    /// The body of a request that must be JSON.
    pub async fn json_body<B: Body>(&self, request: Request<B>) -> Result<Vec<u8>, Failure> {
        if !decode::is_json(request.headers.content_type.as_deref()) {
            let detail = "send the body as `Content-Type: application/json`";
            return Err(Problem::new(ProblemType::UnsupportedMediaType).detail(detail).into());
        }
        Ok(request.body.read(limits::REQUEST_BYTES as u64).await?)
    }

    /// An answer that a page may keep for a short while.
    pub fn kept<T: Serialize>(&self, value: &T) -> Result<Response, Failure> {
        Ok(json(200, value)?.header("Cache-Control", self.edge.config.cache_control()))
    }

    /// Says whether the page may send the request proper. The site is not known yet where it stands in the body, so
    /// that its list of origins is checked by the request proper, before anything is done.
    pub fn preflight(&self, route: &Route) -> Response {
        let response = Response::empty(204)
            .header("Allow", route.allow())
            .header("Access-Control-Allow-Methods", route.allow())
            .header("Access-Control-Allow-Headers", "Content-Type, Idempotency-Key")
            .header("Access-Control-Max-Age", PREFLIGHT_SECONDS.to_string());
        self.share(response)
    }

    /// Adds what every response carries.
    pub fn finish(&self, result: Result<Response, Failure>) -> Response {
        let version = self.known.borrow().as_ref().map(|known| known.version.clone()).unwrap_or_default();
        let response = result.unwrap_or_else(|failure| failure.response(&version));
        self.share(response.header(INDEX_HEADER, version).header("X-Content-Type-Options", "nosniff"))
    }

    /// Lets the page read the response, unless the site refuses it. Before the site is known a response tells
    /// nothing about any site, and the page has to be able to read what is wrong.
    fn share(&self, response: Response) -> Response {
        // What is no site's is for everybody, and says so itself.
        if response.get("Access-Control-Allow-Origin").is_some() {
            return response;
        }
        let response = response.header("Vary", "Origin");
        let origin = match self.known.borrow().as_ref().map(|known| &known.access) {
            None => self.origin.clone(),
            Some(Access::Allowed(origin)) => Some(origin.clone()),
            Some(Access::Own | Access::Refused) => None,
        };
        match origin {
            Some(origin) => response
                .header("Access-Control-Allow-Origin", origin)
                .header("Access-Control-Expose-Headers", format!("{INDEX_HEADER}, Retry-After")),
            None => response,
        }
    }
}

/// A JSON response.
pub fn json<T: Serialize>(status: u16, value: &T) -> Result<Response, Failure> {
    let body = serde_json::to_vec(value)
        .map_err(|error| Problem::new(ProblemType::Internal).detail(format!("the answer: {error}")))?;
    Ok(Response { body, ..Response::empty(status).header("Content-Type", "application/json") })
}

/// A JSON response that nobody keeps.
pub fn fresh<T: Serialize>(status: u16, value: &T) -> Result<Response, Failure> {
    Ok(json(status, value)?.header("Cache-Control", "no-store"))
}
