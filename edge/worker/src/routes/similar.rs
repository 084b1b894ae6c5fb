//! `POST /v1/similar`.

use api::{Problem, ProblemType, SimilarResponse, limits};

use super::visit::{Visit, fresh};
use crate::decode;
use crate::http::{Request, Response};
use crate::ports::{Body, Ports};
use crate::problem::Failure;

pub async fn post<P: Ports, B: Body>(visit: &Visit<'_, P>, request: Request<B>) -> Result<Response, Failure> {
    let body = visit.json_body(request).await?;
    let draft = decode::similar(&body)?;
    let site = visit.enter(&decode::known_site(&draft.site)?).await?;
    if !site.config.features.similar {
        return Err(Problem::new(ProblemType::NotFound)
            .detail("this site has suggestions switched off")
            .into());
    }
    decode::check_similar(&draft)?;
    let index = site.index()?;
    let suggestions = index.similar(&draft.title, &draft.body, limits::SUGGESTIONS)?;
    fresh(200, &SimilarResponse { index_version: index.version().to_owned(), suggestions })
}
