use worker::{Request as WorkerRequest, Response as WorkerResponse, ResponseBuilder, Result};

use super::body::RequestBody;
use crate::http::{Headers, Method, Request, Response, WEBHOOK_HEADERS};

/// The Worker's request as handlers see it.
pub fn read_request(request: WorkerRequest) -> Result<Request<RequestBody>> {
    let url = request.inner().url();
    let headers = request.headers();
    // A header that cannot be read counts as missing.
    let get = |name: &str| headers.get(name).ok().flatten();
    let headers = Headers {
        authorization: get("Authorization"),
        address: get("CF-Connecting-IP"),
        content_length: get("Content-Length").and_then(|text| text.parse().ok()),
        content_type: get("Content-Type"),
        idempotency_key: get("Idempotency-Key"),
        origin: get("Origin"),
        webhook: WEBHOOK_HEADERS.into_iter().filter_map(|name| Some((name, get(name)?))).collect(),
    };
    let (own_origin, path, query) = split(&url);
    Ok(Request {
        method: Method::parse(&request.inner().method()),
        path: path.to_owned(),
        query: query.to_owned(),
        own_origin: own_origin.to_owned(),
        body: RequestBody { length: headers.content_length, request },
        headers,
    })
}

/// A serialised URL as origin, path and query, each as it stands there.
fn split(url: &str) -> (&str, &str, &str) {
    let url = url.split_once('#').map_or(url, |(url, _)| url);
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let host = address.find("://").map_or(0, |at| at + "://".len());
    let path = address.get(host..).and_then(|rest| rest.find('/')).map_or(address.len(), |at| host + at);
    let (origin, path) = address.split_at(path);
    (origin, path, query)
}

/// A handler's response as the Worker's.
pub fn write_response(response: Response) -> Result<WorkerResponse> {
    let mut builder = ResponseBuilder::new().with_status(response.status);
    for (name, value) in &response.headers {
        builder = builder.with_header(name, value)?;
    }
    Ok(if response.body.is_empty() { builder.empty() } else { builder.fixed(response.body) })
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_url_is_split_as_it_stands() {
        assert_eq!(split("http://h:1/a%2Fb?q=%zz#f"), ("http://h:1", "/a%2Fb", "q=%zz"));
        assert_eq!(split("https://h/"), ("https://h", "/", ""));
        assert_eq!(split("https://h"), ("https://h", "", ""));
    }
}
