//! The binary as an operator runs it, on the sample community.

mod build;
mod index;
mod relevance;
mod support;
