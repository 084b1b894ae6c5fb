//! What handlers need from the world, as traits: files, the outbox, the inbox, time and randomness.
//!
//! Handlers see these and never a binding. The platform's implementations are in `platform`; tests bring their own.

use std::ops::Range;

use ask::Receipt;
use thiserror::Error;

use crate::{inbox, outbox};

/// Why something behind a port did not work.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{what}: {why}")]
pub struct PortError {
    /// What was asked.
    pub what: String,
    /// What came back.
    pub why: String,
}

impl PortError {
    /// Builds one.
    pub fn new(what: impl Into<String>, why: impl ToString) -> Self {
        Self { what: what.into(), why: why.to_string() }
    }
}

/// Why a request's body could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BodyError {
    /// It is larger than the limit; the rest was not read.
    #[error("the body is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// The connection broke.
    #[error("the body broke off: {0}")]
    Broken(String),
}

/// The body of a request, unread.
pub trait Body {
    /// Reads it, and stops as soon as it is larger than `limit` bytes.
    async fn read(self, limit: u64) -> Result<Vec<u8>, BodyError>;
}

/// The bucket that holds what the operator publishes. Keys are made by [`crate::files`].
pub trait Files {
    /// The body of an upload.
    type Upload: Body;

    /// A whole file in one buffer of its exact size; `None` where there is none.
    async fn read(&self, key: &str) -> Result<Option<Vec<u8>>, PortError>;

    /// A whole file, with the time at which it was written, in ms since 1970.
    async fn read_dated(&self, key: &str) -> Result<Option<(Vec<u8>, u64)>, PortError>;

    /// A part of a file.
    async fn read_range(&self, key: &str, range: Range<u64>) -> Result<Option<Vec<u8>>, PortError>;

    /// The size of a file.
    async fn size(&self, key: &str) -> Result<Option<u64>, PortError>;

    /// Writes a small file.
    async fn write(&self, key: &str, bytes: Vec<u8>) -> Result<(), PortError>;

    /// Writes a large file as it comes in; with a SHA-256, nothing is kept unless the file has it.
    async fn upload(&self, key: &str, body: Self::Upload, sha256: Option<[u8; 32]>) -> Result<(), PortError>;
}

/// The outbox of each site.
pub trait OutboxPort {
    /// Does what a handler asks for. What is stored is durable when this returns.
    async fn outbox(&self, site: &str, call: outbox::Call) -> Result<outbox::Answer, PortError>;

    /// Stores a question.
    async fn submit(
        &self,
        site: &str,
        submission: outbox::Submission,
    ) -> Result<outbox::Submitted, PortError> {
        match self.outbox(site, outbox::Call::Submit(Box::new(submission))).await? {
            outbox::Answer::Submit(submitted) => Ok(submitted),
            other => Err(unexpected(&other)),
        }
    }

    /// Where a question stands.
    async fn status(&self, site: &str, receipt: &Receipt) -> Result<Option<api::QuestionStatus>, PortError> {
        match self.outbox(site, outbox::Call::Status(receipt.clone())).await? {
            outbox::Answer::Status(status) => Ok(status.map(|status| *status)),
            other => Err(unexpected(&other)),
        }
    }

    /// Changes a question as its asker wants.
    async fn change(&self, site: &str, call: outbox::Call) -> Result<outbox::Change, PortError> {
        match self.outbox(site, call).await? {
            outbox::Answer::Changed(change) => Ok(change),
            other => Err(unexpected(&other)),
        }
    }

    /// Tells the outbox something, and waits until it is stored.
    async fn tell(&self, site: &str, call: outbox::Call) -> Result<(), PortError> {
        match self.outbox(site, call).await? {
            outbox::Answer::Done => Ok(()),
            other => Err(unexpected(&other)),
        }
    }
}

/// The error of an outbox that answers something else.
pub fn unexpected(answer: &outbox::Answer) -> PortError {
    match answer {
        outbox::Answer::Failed(why) => PortError::new("the outbox", why),
        _ => PortError::new("the outbox", "it answered another call"),
    }
}

/// Guards against floods and machines.
pub trait Guard {
    /// Whether an address may do this so soon again; approximate, and open where the platform has no such limit.
    async fn admits(&self, key: &str) -> bool;

    /// Whether the answer to a challenge is a good one. An error where that cannot be found out.
    async fn is_human(&self, answer: &str, address: Option<&str>) -> Result<bool, PortError>;
}

/// The built-in inbox of each site.
pub trait InboxPort {
    /// Does what the operator asks for.
    async fn call(&self, site: &str, call: inbox::Call) -> Result<inbox::Answer, PortError>;
}

/// Time.
pub trait Clock {
    /// Milliseconds since 1970.
    fn now_ms(&self) -> u64;

    /// Waits.
    async fn sleep(&self, ms: u32);
}

/// Randomness that nobody can guess.
pub trait Random {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), PortError>;

    /// An array of random bytes.
    fn bytes<const N: usize>(&self) -> Result<[u8; N], PortError> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }
}

/// Memory of the isolate.
pub trait Memory {
    /// Bytes of WebAssembly memory, all of it.
    fn wasm_bytes(&self) -> u64;
}

/// All of the above.
pub trait Ports: Files + OutboxPort + InboxPort + Guard + Clock + Random + Memory {}

impl<T: Files + OutboxPort + InboxPort + Guard + Clock + Random + Memory> Ports for T {}
