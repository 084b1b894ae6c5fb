//! Waiting for something to become true in a page, with a bound.

use std::fmt::Display;
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::{Instant, sleep};

/// Generous: a slow machine makes a test slower, never red.
const LIMIT: Duration = Duration::from_secs(60);

const PAUSE: Duration = Duration::from_millis(50);

/// Asks again and again until there is an answer; an error of one attempt (an element that was just replaced) is
/// forgiven unless it is the last.
pub async fn until<T>(what: impl Display, mut ask: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let deadline = Instant::now() + LIMIT;
    loop {
        let outcome = ask().await;
        match outcome {
            Ok(Some(answer)) => return Ok(answer),
            Ok(None) if Instant::now() >= deadline => bail!("gave up waiting for {what}"),
            Err(error) if Instant::now() >= deadline => {
                return Err(error.context(format!("gave up waiting for {what}")));
            }
            _ => sleep(PAUSE).await,
        }
    }
}
