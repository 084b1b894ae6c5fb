//! The operator's token, compared without telling by the time taken how much of it was right.

use sha2::{Digest, Sha256};

/// Whether `authorization` carries `Bearer` and the `expected` token. Without an expected token nobody does.
pub fn admits(expected: Option<&str>, authorization: Option<&str>) -> bool {
    let Some(expected) = expected.filter(|token| !token.is_empty()) else { return false };
    let Some((scheme, token)) = authorization.and_then(|value| value.split_once(' ')) else { return false };
    scheme.eq_ignore_ascii_case("Bearer") && equal(expected, token.trim())
}

/// Compares digests, so that neither content nor length shows in the time taken.
fn equal(left: &str, right: &str) -> bool {
    let (left, right) = (Sha256::digest(left), Sha256::digest(right));
    left.iter().zip(right.iter()).fold(0, |difference, (left, right)| difference | (left ^ right)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_is_admitted() {
        assert!(admits(Some("secret"), Some("Bearer secret")));
        assert!(admits(Some("secret"), Some("bearer secret")));
        for wrong in
            [None, Some(""), Some("secret"), Some("Bearer secre"), Some("Basic secret"), Some("Bearer ")]
        {
            assert!(!admits(Some("secret"), wrong), "{wrong:?}");
        }
        assert!(!admits(None, Some("Bearer ")) && !admits(Some(""), Some("Bearer ")));
    }
}
