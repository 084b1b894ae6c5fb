use std::ops::Range;

use futures_util::StreamExt;
use worker::{Bucket, Data, Object};

use super::bindings::Bindings;
use super::body::RequestBody;
use crate::ports::{Files, PortError};
use crate::route::is_site;

/// A file larger than this is not read: two of them and the program must fit in an isolate of 128 MB.
const READ_BYTES: u64 = 100 << 20;

impl Bindings {
    fn bucket(&self, key: &str) -> Result<Bucket, PortError> {
        self.env.bucket("INDEX").map_err(|error| PortError::new(key, error))
    }
}

impl Bindings {
    /// The sites that something was published for: the bucket's folders.
    pub(super) async fn sites(&self) -> Result<Vec<String>, PortError> {
        let failed = |error: worker::Error| PortError::new("the bucket", error);
        let bucket = self.bucket("the bucket")?;
        let (mut sites, mut cursor) = (Vec::new(), None);
        loop {
            let mut list = bucket.list().delimiter("/");
            if let Some(cursor) = cursor {
                list = list.cursor(cursor);
            }
            let page = list.execute().await.map_err(failed)?;
            sites.extend(
                page.delimited_prefixes().iter().map(|prefix| prefix.trim_end_matches('/').to_owned()),
            );
            cursor = page.cursor();
            if cursor.is_none() {
                // Other folders hold what is no site's own.
                sites.retain(|site| is_site(site));
                return Ok(sites);
            }
        }
    }
}

impl Files for Bindings {
    type Upload = RequestBody;

    async fn read(&self, key: &str) -> Result<Option<Vec<u8>>, PortError> {
        let failed = |error: worker::Error| PortError::new(key, error);
        match self.bucket(key)?.get(key).execute().await.map_err(failed)? {
            Some(object) => {
                let size = object.size();
                read_object(key, object, size).await
            }
            None => Ok(None),
        }
    }

    async fn read_dated(&self, key: &str) -> Result<Option<(Vec<u8>, u64)>, PortError> {
        let failed = |error: worker::Error| PortError::new(key, error);
        let Some(object) = self.bucket(key)?.get(key).execute().await.map_err(failed)? else {
            return Ok(None);
        };
        let (size, written) = (object.size(), object.uploaded().as_millis());
        Ok(read_object(key, object, size).await?.map(|bytes| (bytes, written)))
    }

    async fn read_range(&self, key: &str, range: Range<u64>) -> Result<Option<Vec<u8>>, PortError> {
        let failed = |error: worker::Error| PortError::new(key, error);
        let length = range.end.saturating_sub(range.start);
        let part = worker::Range::OffsetWithLength { offset: range.start, length };
        match self.bucket(key)?.get(key).range(part).execute().await.map_err(failed)? {
            Some(object) => read_object(key, object, length).await,
            None => Ok(None),
        }
    }

    async fn size(&self, key: &str) -> Result<Option<u64>, PortError> {
        let head = self.bucket(key)?.head(key).await.map_err(|error| PortError::new(key, error))?;
        Ok(head.map(|object| object.size()))
    }

    async fn write(&self, key: &str, bytes: Vec<u8>) -> Result<(), PortError> {
        let put = self.bucket(key)?.put(key, bytes).execute().await;
        put.map(drop).map_err(|error| PortError::new(key, error))
    }

    async fn upload(&self, key: &str, body: RequestBody, sha256: Option<[u8; 32]>) -> Result<(), PortError> {
        let data = body.request.inner().body().map_or(Data::Empty, Data::ReadableStream);
        let bucket = self.bucket(key)?;
        let put = bucket.put(key, data);
        let put = match sha256 {
            Some(hash) => put.sha256(hash),
            None => put,
        };
        put.execute().await.map(drop).map_err(|error| PortError::new(key, error))
    }
}

/// Reads an object into one buffer of its exact size: the largest of them is the index, and is never copied again.
async fn read_object(key: &str, object: Object, size: u64) -> Result<Option<Vec<u8>>, PortError> {
    let failed = |error: worker::Error| PortError::new(key, error);
    let Some(body) = object.body() else { return Ok(None) };
    let capacity = usize::try_from(size).ok().filter(|_| size <= READ_BYTES);
    let Some(capacity) = capacity else {
        return Err(PortError::new(key, format!("{size} bytes do not fit in an isolate")));
    };
    let mut bytes = Vec::with_capacity(capacity);
    let mut stream = body.stream().map_err(failed)?;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(failed)?;
        if bytes.len() + chunk.len() > capacity {
            return Err(PortError::new(key, "it is longer than it said"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(bytes))
}
