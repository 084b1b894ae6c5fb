//! How long whoever reads a forum has to wait before asking again.

use std::time::Duration;

use crate::Response;
use crate::classify::wait_ms;

/// What to wait where the forum asks for patience and does not say how much: most limits count by the minute, and a
/// reader tries again several times.
const UNSAID: Duration = Duration::from_secs(15);

/// How long an answer asks to wait before the same request is sent again; `None` where it does not ask.
pub fn asked_to_wait(response: &Response) -> Option<Duration> {
    let said = || wait_ms(response).map(Duration::from_millis);
    match response.status {
        429 => Some(said().unwrap_or(UNSAID)),
        503 if response.header("retry-after").is_some() => said(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::answer;

    #[test]
    fn as_long_as_it_says() {
        let after = [("retry-after", "7")];
        assert_eq!(asked_to_wait(&answer(429, &after, "")), Some(Duration::from_secs(7)));
        assert_eq!(asked_to_wait(&answer(503, &after, "")), Some(Duration::from_secs(7)));
        assert_eq!(asked_to_wait(&answer(429, &[], "slow down")), Some(UNSAID));
        assert_eq!(asked_to_wait(&answer(503, &[], "retry in 7 seconds")), None);
        assert_eq!(asked_to_wait(&answer(200, &after, "")), None);
    }
}
