use futures_util::StreamExt;
use worker::Request;

use crate::ports::{Body, BodyError};

/// The body of a request to the Worker.
#[derive(Debug)]
pub struct RequestBody {
    pub(super) request: Request,
    pub(super) length: Option<u64>,
}

impl Body for RequestBody {
    async fn read(mut self, limit: u64) -> Result<Vec<u8>, BodyError> {
        if self.length.is_some_and(|length| length > limit) {
            return Err(BodyError::TooLarge { limit });
        }
        let broken = |error: worker::Error| BodyError::Broken(error.to_string());
        if self.request.inner().body().is_none() {
            return Ok(Vec::new());
        }
        let mut bytes = Vec::new();
        let mut stream = self.request.stream().map_err(broken)?;
        while let Some(chunk) = stream.next().await {
            bytes.extend_from_slice(&chunk.map_err(broken)?);
            if bytes.len() as u64 > limit {
                return Err(BodyError::TooLarge { limit });
            }
        }
        Ok(bytes)
    }
}
