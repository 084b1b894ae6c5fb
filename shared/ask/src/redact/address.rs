//! Addresses of machines on networks.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::Kind;
use super::scan::{Found, Scan, beyond_ascii, word};

/// Four numbers up to 255; not this machine, not a netmask, not an example, not a version.
pub(super) fn ipv4(scan: &Scan<'_>, at: usize) -> Found {
    if !scan.starts(at, |byte| word(byte) || beyond_ascii(byte) || b".-".contains(&byte)) {
        return None;
    }
    let first = scan.run(at, 4, |byte| byte.is_ascii_digit());
    if scan.byte(first) != Some(b'.') {
        return None;
    }
    // A folder named by a version; an address is behind `//`.
    if scan.before(at) == Some(b'/') && !scan.behind(at, "//") {
        return None;
    }
    let end = scan.run(at, 16, |byte| byte.is_ascii_digit() || byte == b'.');
    let end = if scan.before(end) == Some(b'.') { end - 1 } else { end };
    let text = std::str::from_utf8(scan.slice(at..end)).ok()?;
    let address: Ipv4Addr = text.parse().ok()?;
    let goes_on = match scan.byte(end) {
        Some(b'.') => scan.byte(end + 1).is_some_and(word),
        Some(b'-') => scan.byte(end + 1).is_some_and(|byte| byte.is_ascii_alphabetic()),
        Some(byte) => word(byte) || byte == b'@',
        None => false,
    };
    let [first, ..] = address.octets();
    let open = !address.is_loopback() && !address.is_documentation() && first != 0 && first != 255;
    let port = scan.byte(end) == Some(b':') && scan.byte(end + 1).is_some_and(|byte| byte.is_ascii_digit());
    let placed = port || scan.before(at).is_some_and(|byte| matches!(byte, b'[' | b'@' | b'/'));
    let numbered = version(scan, at) || (small(address) && !placed);
    (open && !goes_on && !numbered).then_some((Kind::IpAddress, at..end))
}

/// Four small numbers are a version's or an object identifier's; hardly one address in fifty of those that begin so
/// looks like that.
fn small(address: Ipv4Addr) -> bool {
    let octets = address.octets();
    octets[0] < 10 && octets.iter().map(|&octet| u32::from(octet)).sum::<u32>() < 130
}

/// Whether the word before says that a version follows.
fn version(scan: &Scan<'_>, at: usize) -> bool {
    const WORDS: [&str; 9] =
        ["v", "ver", "version", "assemblyversion", "fileversion", "release", "build", "revision", "driver"];
    let end = scan.run_back(at, 4, |byte| b" :=\"'(".contains(&byte));
    let start = scan.run_back(end, 16, |byte| byte.is_ascii_alphabetic());
    let before = scan.slice(start..end);
    WORDS.iter().any(|known| before.eq_ignore_ascii_case(known.as_bytes()))
}

/// Groups of hexadecimal digits. Only ranges in use begin one, so that times, ratios and paths (`a::b`) do not.
pub(super) fn ipv6(scan: &Scan<'_>, at: usize) -> Found {
    if !scan.starts(at, |byte| word(byte) || b":.-".contains(&byte)) {
        return None;
    }
    let group = scan.run(at, 5, |byte| byte.is_ascii_hexdigit());
    if group - at != 4 || scan.byte(group) != Some(b':') {
        return None;
    }
    let end = scan.run(group, 45, |byte| byte.is_ascii_hexdigit() || byte == b':' || byte == b'.');
    if scan.byte(end).is_some_and(word) {
        return None;
    }
    // A sentence's own colon or full stop at the end; `::` is the address's.
    let mut text = std::str::from_utf8(scan.slice(at..end)).ok()?.trim_end_matches('.');
    if text.ends_with(':') && !text.ends_with("::") {
        text = text.strip_suffix(':').unwrap_or(text);
    }
    let address: Ipv6Addr = text.parse().ok()?;
    let [first, second, ..] = address.segments();
    let used = matches!(first, 0x2000..=0x3ffe | 0xfc00..=0xfdff | 0xfe80..=0xfebf);
    (used && (first, second) != (0x2001, 0xdb8)).then_some((Kind::IpAddress, at..at + text.len()))
}
