//! Each forum's protocol without I/O: bytes in, threads out.
//!
//! Who fetches the bytes, from disk or over the network, is no business of this crate. Decoding is tolerant: forums
//! of many versions and with many plugins write these files, and a field that is absent or odd costs that field only.

pub mod discourse;
