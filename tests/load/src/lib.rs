//! Proof that a question reaches the forum once, whatever happens on the way.
//!
//! A [`Trial`] sends questions to a running Worker, whose forum is a [`Faithful`] one (or a real one) behind a
//! [`FaultProxy`]; it waits until every receipt says *posted*, counts what the forum holds by the reference in each post,
//! and gives a [`Verdict`]. A [`Rush`] measures how many questions a second are accepted and whether a restart changes
//! what became of any. Starting, killing and publishing to the Worker is left to whoever holds it (`cargo xtask soak`).
//!
//! Sockets are std's and every client has a thread: faults are made of bytes and closed connections.

#[cfg(test)]
mod careful;
mod client;
mod faithful;
mod fault;
mod follow;
mod http;
mod misago;
#[cfg(test)]
mod naive;
mod proxy;
mod rush;
mod siteverify;
mod trial;
mod verdict;

pub use client::{Accepted, Client, Said, Standing};
pub use faithful::{Faithful, Settings};
pub use fault::{Fault, UnknownFault};
pub use follow::{all_standings, follow};
pub use http::{Answer, Head};
pub use misago::census as misago_census;
pub use proxy::{FaultProxy, Log, Plan};
pub use rush::{Rush, Rushed};
pub use siteverify::Siteverify;
pub use trial::{Progress, Trial};
pub use verdict::{Census, Verdict, table};
