//! Every error of the Worker as a problem: one table.

use api::{Problem, ProblemType};
use search::SearchError;

use crate::http::Response;
use crate::ports::{BodyError, PortError};
use crate::query::DecodeError;

/// Something went wrong in a handler.
#[derive(Debug)]
pub enum Failure {
    /// What the request is answered with.
    Problem(Box<Problem>),
    /// The same, and when to try again, in seconds.
    RetryAfter(Box<Problem>, u64),
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<PortError> for Failure {
    fn from(error: PortError) -> Self {
        Problem::new(ProblemType::Unavailable).detail(error.to_string()).into()
    }
}

impl From<SearchError> for Failure {
    fn from(error: SearchError) -> Self {
        Problem::new(ProblemType::Internal).detail(error.to_string()).into()
    }
}

impl From<DecodeError> for Failure {
    fn from(error: DecodeError) -> Self {
        Problem::new(ProblemType::Malformed).detail(format!("the path: {error}")).into()
    }
}

impl From<BodyError> for Failure {
    fn from(error: BodyError) -> Self {
        let kind = match error {
            BodyError::TooLarge { .. } => ProblemType::TooLarge,
            BodyError::Broken(_) => ProblemType::Malformed,
        };
        Problem::new(kind).detail(error.to_string()).into()
    }
}

impl Failure {
    /// The answer to the request, which tells the version of the index in service.
    pub fn response(self, index_version: &str) -> Response {
        let (mut problem, retry_after) = match self {
            Self::Problem(problem) => (problem, None),
            Self::RetryAfter(problem, seconds) => (problem, Some(seconds)),
        };
        problem.index_version = index_version.to_owned();
        let mut response = Response::empty(problem.status)
            .header("Content-Type", "application/problem+json")
            .header("Cache-Control", "no-store");
        if let Some(seconds) = retry_after {
            response = response.header("Retry-After", seconds.to_string());
        }
        // A problem is made of strings and numbers, which JSON always has a form for.
        response.body = serde_json::to_vec(&problem).unwrap_or_default();
        response
    }
}
