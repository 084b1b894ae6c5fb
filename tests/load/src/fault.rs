//! The faults, by name.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// What goes wrong between the outbox and the forum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// Nothing: what the others are compared with.
    None,
    /// The connection is cut before the request was read.
    CutUnread,
    /// The connection is cut after the request was read; the forum never sees it.
    CutRead,
    /// The forum stored the post; its answer is lost, whole or in half.
    CutStored,
    /// The forum stored the post; its answer comes after the sender's patience.
    Slow,
    /// The connection is cut at once, and the forum stores the post later all the same.
    Late,
    /// Status 500, and the post may be stored or not.
    Error,
    /// Status 502 with a proxy's page, and the post may be stored or not.
    Gateway,
    /// Status 429 as Discourse writes it.
    LimitJson,
    /// Status 429 in plain text, with `Retry-After`.
    LimitText,
    /// Status 429 as a proxy's page.
    LimitHtml,
    /// Status 200 with an answer that nobody can read, and the post may be stored or not.
    Garbage,
    /// The forum puts the post before its moderators, forgets its external id, and may lose the answer.
    Held,
    /// The answer is lost, and the forum keeps no external ids: nothing but the lookups prevents a second post.
    Forgetful,
    /// The Worker is killed at random moments and started again.
    Kill,
}

impl Fault {
    /// All of them, in the order in which they are run.
    pub const ALL: [Fault; 15] = [
        Fault::None,
        Fault::CutUnread,
        Fault::CutRead,
        Fault::CutStored,
        Fault::Slow,
        Fault::Late,
        Fault::Error,
        Fault::Gateway,
        Fault::LimitJson,
        Fault::LimitText,
        Fault::LimitHtml,
        Fault::Garbage,
        Fault::Held,
        Fault::Forgetful,
        Fault::Kill,
    ];

    /// Its name: what the command line takes and the table shows.
    pub fn name(self) -> &'static str {
        match self {
            Fault::None => "none",
            Fault::CutUnread => "cut-unread",
            Fault::CutRead => "cut-read",
            Fault::CutStored => "cut-stored",
            Fault::Slow => "slow",
            Fault::Late => "late",
            Fault::Error => "500",
            Fault::Gateway => "502-html",
            Fault::LimitJson => "429-json",
            Fault::LimitText => "429-text",
            Fault::LimitHtml => "429-html",
            Fault::Garbage => "garbage",
            Fault::Held => "held",
            Fault::Forgetful => "forgetful",
            Fault::Kill => "kill",
        }
    }

    /// How many of a hundred requests it strikes.
    ///
    /// Three in ten, so that a question meets it several times in a row now and then. Less where one stroke holds up all
    /// questions: the forum's word to wait is a second at the least, however the Worker's own delays are scaled.
    pub fn percent(self) -> u32 {
        match self {
            Fault::None | Fault::Kill => 0,
            Fault::Slow => 10,
            Fault::LimitJson | Fault::LimitText => 5,
            _ => 30,
        }
    }

    /// Whether it needs a forum that plays along, and cannot be had from a real one.
    pub fn needs_faithful(self) -> bool {
        matches!(self, Fault::Held | Fault::Forgetful)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.name())
    }
}

/// There is no fault of this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownFault;

impl fmt::Display for UnknownFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = Fault::ALL.iter().map(|fault| fault.name()).collect();
        write!(f, "there are these faults: {}", names.join(", "))
    }
}

impl std::error::Error for UnknownFault {}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(name: &str) -> Result<Fault, UnknownFault> {
        Fault::ALL.into_iter().find(|fault| fault.name() == name).ok_or(UnknownFault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reads_back() {
        for fault in Fault::ALL {
            assert_eq!(fault.name().parse(), Ok(fault));
        }
        assert!("50O".parse::<Fault>().unwrap_err().to_string().contains("cut-unread, "));
    }
}
