//! The secrets that sign webhooks, parsed once.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::verify::Sender;

/// The secrets in force: one, or two while one is being replaced by the other. Never shown, not even by `Debug`.
#[derive(Clone)]
pub struct Secrets(Vec<Hmac<Sha256>>);

/// Why a text names no secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// There is none, or only empty ones.
    #[error("no secret is set")]
    Missing,
    /// More than are needed to replace one by another.
    #[error("{found} secrets are set, and two are the most")]
    TooMany {
        /// How many there are.
        found: usize,
    },
    /// Could be guessed, or is no key of the standard's.
    #[error("secret {number} is too short or too long: {wanted}")]
    Length {
        /// Which, from 1.
        number: usize,
        /// What it should be.
        wanted: &'static str,
    },
    /// Not in the standard's form.
    #[error("secret {number} is not `whsec_` and base 64")]
    Form {
        /// Which, from 1.
        number: usize,
    },
}

impl Secrets {
    /// As many as it takes to replace one by another.
    const MOST: usize = 2;

    /// Below that, Discourse takes no secret either.
    const LEAST_CHARS: usize = 12;

    /// Reads secrets in the form that `sender` uses: texts of at least 12 characters, or `whsec_` with 24 to 64 bytes in
    /// base 64. Empty texts count as none.
    pub fn parse<'t>(texts: impl IntoIterator<Item = &'t str>, sender: Sender) -> Result<Self, SecretError> {
        let texts: Vec<&str> = texts.into_iter().map(str::trim).filter(|text| !text.is_empty()).collect();
        if texts.is_empty() {
            return Err(SecretError::Missing);
        }
        if texts.len() > Self::MOST {
            return Err(SecretError::TooMany { found: texts.len() });
        }
        let keyed = texts.iter().enumerate().map(|(at, text)| match sender {
            Sender::Discourse | Sender::Github => Self::plain(text, at + 1),
            Sender::Standard => Self::standard(text, at + 1),
        });
        keyed.collect::<Result<_, _>>().map(Self)
    }

    fn plain(text: &str, number: usize) -> Result<Hmac<Sha256>, SecretError> {
        let error = SecretError::Length { number, wanted: "12 characters at least" };
        if text.chars().count() < Self::LEAST_CHARS {
            return Err(error);
        }
        Hmac::new_from_slice(text.as_bytes()).map_err(|_| error)
    }

    fn standard(text: &str, number: usize) -> Result<Hmac<Sha256>, SecretError> {
        let encoded = text.strip_prefix("whsec_").ok_or(SecretError::Form { number })?;
        let key = STANDARD.decode(encoded).map_err(|_| SecretError::Form { number })?;
        let error = SecretError::Length { number, wanted: "24 to 64 bytes" };
        if !(24..=64).contains(&key.len()) {
            return Err(error);
        }
        Hmac::new_from_slice(&key).map_err(|_| error)
    }

    /// Whether one of them made this signature over the parts, one after the other. Takes the same time wherever a
    /// signature differs, and whichever secret made it.
    pub(crate) fn made(&self, signature: &[u8], parts: &[&[u8]]) -> bool {
        self.0.iter().fold(false, |made, key| keyed(key, parts).verify_slice(signature).is_ok() | made)
    }

    /// The signature of each over the parts, one after the other.
    pub(crate) fn sign(&self, parts: &[&[u8]]) -> Vec<Vec<u8>> {
        self.0.iter().map(|key| keyed(key, parts).finalize().into_bytes().to_vec()).collect()
    }
}

fn keyed(key: &Hmac<Sha256>, parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac = key.clone();
    parts.iter().for_each(|part| mac.update(part));
    mac
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Secrets({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STANDARD_SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

    fn error(text: &str, sender: Sender) -> SecretError {
        Secrets::parse(text.split(','), sender).unwrap_err()
    }

    #[test]
    fn what_is_no_secret_is_refused() {
        for none in ["", " ", ",", " , ,"] {
            assert_eq!(error(none, Sender::Discourse), SecretError::Missing);
        }
        let three = "a-long-secret-1,a-long-secret-2,a-long-secret-3";
        assert_eq!(error(three, Sender::Github), SecretError::TooMany { found: 3 });
        assert!(matches!(error("short", Sender::Github), SecretError::Length { number: 1, .. }));
        assert!(matches!(
            error("a-long-secret-1,short", Sender::Discourse),
            SecretError::Length { number: 2, .. }
        ));
        for form in ["C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "whsec_!", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7o"] {
            assert_eq!(error(form, Sender::Standard), SecretError::Form { number: 1 });
        }
        assert!(matches!(error("whsec_QUJD", Sender::Standard), SecretError::Length { number: 1, .. }));
    }

    #[test]
    fn secrets_are_never_shown() {
        let secrets = Secrets::parse(["a-long-secret-1", " a-long-secret-2", ""], Sender::Discourse).unwrap();
        assert_eq!(format!("{secrets:?}"), "Secrets(2)");
        assert!(Secrets::parse([STANDARD_SECRET], Sender::Standard).is_ok());
    }
}
