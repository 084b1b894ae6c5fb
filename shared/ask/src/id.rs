//! The three ids of a question, in Crockford's base 32, each parsed strictly.
//!
//! Randomness and time come from the caller; nothing here knows where they are from.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Crockford's alphabet: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Bits that one character carries.
const BITS: u32 = 5;

/// Why a text is no id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum IdError {
    /// Too long or too short.
    #[error("an id of this kind has {wanted} characters, this one has {found}")]
    Length {
        /// How many there should be.
        wanted: usize,
        /// How many there are.
        found: usize,
    },
    /// A character outside Crockford's base 32 (upper case, without I, L, O and U).
    #[error("character {position} is not in 0-9 A-Z without I, L, O and U")]
    Character {
        /// Which one, from 1.
        position: usize,
    },
    /// A ULID above the highest one: its first character is at most 7.
    #[error("the number is too large for a ULID")]
    Overflow,
}

/// Reads `wanted` characters of the alphabet; only the canonical spelling counts, so that equal ids are equal text.
fn check(text: &str, wanted: usize) -> Result<(), IdError> {
    let found = text.chars().count();
    if found != wanted {
        return Err(IdError::Length { wanted, found });
    }
    match text.bytes().position(|byte| !ALPHABET.contains(&byte)) {
        Some(at) => Err(IdError::Character { position: at + 1 }),
        None => Ok(()),
    }
}

/// Writes the lowest `length` × 5 bits of `number`, highest first.
fn encode(number: u128, length: u32) -> String {
    (0..length)
        .rev()
        .map(|place| {
            let digit = number.checked_shr(place * BITS).unwrap_or(0) & 31;
            ALPHABET.get(digit as usize).copied().unwrap_or(b'0') as char
        })
        .collect()
}

macro_rules! id_text {
    ($name:ident) => {
        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

/// Names one submission of one draft: the `Idempotency-Key`. A ULID in its canonical spelling.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SubmissionId(String);

impl SubmissionId {
    /// Characters: 128 bits at 5 a character, rounded up.
    pub const CHARS: usize = 26;

    /// Makes one from milliseconds since 1970 (48 bits are used) and 80 random bits.
    pub fn new(unix_ms: u64, random: [u8; 10]) -> Self {
        let mut bytes = [0; 16];
        bytes[6..].copy_from_slice(&random);
        let number = (u128::from(unix_ms) << 80) | u128::from_be_bytes(bytes);
        Self(encode(number, 26))
    }
}

impl FromStr for SubmissionId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        check(text, Self::CHARS)?;
        if text.as_bytes().first().is_some_and(|&byte| byte > b'7') {
            return Err(IdError::Overflow);
        }
        Ok(Self(text.to_owned()))
    }
}

id_text!(SubmissionId);

/// The asker's capability: whoever has it may follow and withdraw the question. 160 random bits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Receipt(String);

impl Receipt {
    /// Characters: 20 bytes × 8 / 5.
    pub const CHARS: usize = 32;

    /// Makes one from 20 random bytes.
    pub fn new(random: [u8; 20]) -> Self {
        let (high, low) = random.split_at(10);
        let number = |bytes: &[u8]| bytes.iter().fold(0u128, |sum, &byte| (sum << 8) | u128::from(byte));
        Self(encode(number(high), 16) + &encode(number(low), 16))
    }
}

impl fmt::Debug for Receipt {
    /// Shows only its beginning: logs must not hand out the capability.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Receipt({}…)", self.0.get(..4).unwrap_or_default())
    }
}

impl FromStr for Receipt {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        check(text, Self::CHARS)?;
        Ok(Self(text.to_owned()))
    }
}

id_text!(Receipt);

/// The id that everybody may see: it stands in the post and is what a lost post is looked up by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicId(String);

impl PublicId {
    /// Characters: 10 bytes × 8 / 5. At 80 bits, a billion questions meet by chance once in a million sites.
    pub const CHARS: usize = 16;

    /// Makes one from 10 random bytes.
    pub fn new(random: [u8; 10]) -> Self {
        Self(encode(random.iter().fold(0u128, |sum, &byte| (sum << 8) | u128::from(byte)), 16))
    }
}

impl FromStr for PublicId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        check(text, Self::CHARS)?;
        Ok(Self(text.to_owned()))
    }
}

id_text!(PublicId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ulid_reads_back_and_sorts_by_time() {
        // The example of the ULID specification: 01ARYZ6S41 is 1469918176385.
        let id = SubmissionId::new(1_469_918_176_385, [0xff; 10]);
        assert_eq!(id.as_str(), "01ARYZ6S41ZZZZZZZZZZZZZZZZ");
        assert_eq!(id.as_str().parse(), Ok(id.clone()));
        assert!(id < SubmissionId::new(1_469_918_176_386, [0; 10]));
    }

    #[test]
    fn only_the_canonical_spelling_is_read() {
        let long = "0".repeat(27);
        assert_eq!(long.parse::<SubmissionId>(), Err(IdError::Length { wanted: 26, found: 27 }));
        let lower = "01aryz6s41zzzzzzzzzzzzzzzz";
        assert_eq!(lower.parse::<SubmissionId>(), Err(IdError::Character { position: 3 }));
        assert_eq!("8".repeat(26).parse::<SubmissionId>(), Err(IdError::Overflow));
        assert_eq!("ÄÄ".repeat(8).parse::<PublicId>(), Err(IdError::Character { position: 1 }));
    }

    #[test]
    fn receipts_hold_all_their_bits_and_hide_in_logs() {
        let receipt = Receipt::new(std::array::from_fn(|at| at as u8 * 13));
        assert_eq!(receipt.as_str().len(), Receipt::CHARS);
        assert_eq!(receipt.as_str().parse(), Ok(receipt.clone()));
        assert!(!format!("{receipt:?}").contains(receipt.as_str()));
        assert_ne!(Receipt::new([0; 20]), Receipt::new(std::array::from_fn(|at| u8::from(at == 0))));
        assert_ne!(Receipt::new([0; 20]), Receipt::new(std::array::from_fn(|at| u8::from(at == 19))));
    }

    #[test]
    fn ids_are_checked_when_they_come_as_json() {
        let id = PublicId::new([7; 10]);
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(serde_json::from_str::<PublicId>(&json).unwrap(), id);
        assert!(serde_json::from_str::<PublicId>("\"../etc\"").is_err());
    }
}
