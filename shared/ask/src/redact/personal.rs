//! What tells who or where somebody is. Its author may keep it.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::Kind;
use super::scan::{Scan, beyond_ascii, word};

type Found = Option<(Kind, Range<usize>)>;

/// The personal detail that begins at, or lies around, the byte that the pass is at.
pub(super) fn find(scan: &Scan<'_>, byte: u8) -> Found {
    match byte {
        b'@' => email(scan),
        b'/' | b'\\' => home(scan),
        b'+' => phone(scan),
        b'0'..=b'9' => ipv4(scan).or_else(|| ipv6(scan)),
        b'a'..=b'f' | b'A'..=b'F' => ipv6(scan),
        _ => None,
    }
}

/// Found at its `@`. The name before it has at most 64 bytes and the host at most 253 (RFC 5321).
fn email(scan: &Scan<'_>) -> Found {
    let at = scan.at;
    let name_part = |byte: u8| word(byte) || beyond_ascii(byte) || b".%+-".contains(&byte);
    let start = scan.run_back(at, 64, name_part);
    // A full stop or a dash before a name is the sentence's.
    let start = scan.run(start, at - start, |byte| b".-".contains(&byte));
    let end = scan.run(at + 1, 253, |byte| word(byte) || beyond_ascii(byte) || b".-".contains(&byte));
    let end = scan.run_back(end, end - at - 1, |byte| b".-_".contains(&byte));
    let (name, host) = (scan.slice(start..at), scan.slice(at + 1..end));
    // `git@host:path` is how repositories are addressed, `://user@host` how services are.
    let before = scan.run_back(start, 128, |byte| !byte.is_ascii_whitespace() && byte != b'/');
    let authority = scan.looking_at(before.saturating_sub(3), "://");
    if name.is_empty() || name == b"git" || authority {
        return None;
    }
    let dot = host.iter().rposition(|&byte| byte == b'.')?;
    let top = host.get(dot + 1..).unwrap_or_default();
    let lettered = top.len() >= 2 && top.iter().all(|&byte| byte.is_ascii_alphabetic() || beyond_ascii(byte));
    let formed = dot > 0 && !host.windows(2).any(|pair| pair == b"..");
    (formed && lettered && !reserved(host, top)).then_some((Kind::Email, start..end))
}

/// Hosts kept for examples (RFC 2606, RFC 6761), and endings that are files' (`icon@2x.png`).
fn reserved(host: &[u8], top: &[u8]) -> bool {
    let host = host.to_ascii_lowercase();
    let named = |name: &[u8]| {
        host == name || (host.ends_with(name) && host.iter().rev().nth(name.len()) == Some(&b'.'))
    };
    let tops: [&[u8]; 13] = [
        b"example",
        b"test",
        b"invalid",
        b"localhost",
        b"local",
        b"png",
        b"jpg",
        b"jpeg",
        b"gif",
        b"svg",
        b"webp",
        b"css",
        b"js",
    ];
    [&b"example.com"[..], b"example.org", b"example.net"].into_iter().any(named)
        || tops.into_iter().any(|known| top.eq_ignore_ascii_case(known))
}

/// Four numbers up to 255; not this machine, not a netmask, not an example, not a version.
fn ipv4(scan: &Scan<'_>) -> Found {
    let start = scan.at;
    if !scan.starts(start, |byte| word(byte) || beyond_ascii(byte) || b".-".contains(&byte)) {
        return None;
    }
    // A folder named by a version; an address is behind `//`.
    if scan.before(start) == Some(b'/') && !scan.looking_at(start.saturating_sub(2), "//") {
        return None;
    }
    let end = scan.run(start, 16, |byte| byte.is_ascii_digit() || byte == b'.');
    let end = if scan.before(end) == Some(b'.') { end - 1 } else { end };
    let text = std::str::from_utf8(scan.slice(start..end)).ok()?;
    let address: Ipv4Addr = text.parse().ok()?;
    let goes_on = match scan.byte(end) {
        Some(b'.') => scan.byte(end + 1).is_some_and(word),
        Some(b'-') => scan.byte(end + 1).is_some_and(|byte| byte.is_ascii_alphabetic()),
        Some(byte) => word(byte) || byte == b'@',
        None => false,
    };
    let first = address.octets()[0];
    let open = !address.is_loopback() && !address.is_documentation() && first != 0 && first != 255;
    (open && !goes_on && !version(scan, start)).then_some((Kind::IpAddress, start..end))
}

/// Whether the word before says that a version follows.
fn version(scan: &Scan<'_>, at: usize) -> bool {
    let end = scan.run_back(at, 4, |byte| b" :=\"'".contains(&byte));
    let start = scan.run_back(end, 16, |byte| byte.is_ascii_alphabetic());
    let before = scan.slice(start..end).to_ascii_lowercase();
    [&b"v"[..], b"ver", b"version", b"release", b"build", b"revision"].contains(&before.as_slice())
}

/// Groups of hexadecimal digits. Only ranges in use begin one, so that times, ratios and paths (`a::b`) do not.
fn ipv6(scan: &Scan<'_>) -> Found {
    let start = scan.at;
    if !scan.starts(start, |byte| word(byte) || b":.-".contains(&byte)) {
        return None;
    }
    let group = scan.run(start, 5, |byte| byte.is_ascii_hexdigit());
    if group - start != 4 || scan.byte(group) != Some(b':') {
        return None;
    }
    let end = scan.run(group, 45, |byte| byte.is_ascii_hexdigit() || byte == b':' || byte == b'.');
    if scan.byte(end).is_some_and(word) {
        return None;
    }
    // A sentence's own colon or full stop at the end; `::` is the address's.
    let mut text = std::str::from_utf8(scan.slice(start..end)).ok()?.trim_end_matches('.');
    if text.ends_with(':') && !text.ends_with("::") {
        text = text.strip_suffix(':').unwrap_or(text);
    }
    let address: Ipv6Addr = text.parse().ok()?;
    let [first, second, ..] = address.segments();
    let used = matches!(first, 0x2000..=0x3fff | 0xfc00..=0xfdff | 0xfe80..=0xfebf);
    (used && (first, second) != (0x2001, 0xdb8)).then_some((Kind::IpAddress, start..start + text.len()))
}

/// Names in paths that are nobody's.
const NOBODY: &[&str] = &[
    "all",
    "app",
    "build",
    "circleci",
    "default",
    "docker",
    "linuxbrew",
    "me",
    "name",
    "node",
    "public",
    "root",
    "runner",
    "shared",
    "ubuntu",
    "user",
    "username",
    "vagrant",
    "vscode",
    "you",
];

/// The name in `/home/NAME`, `/Users/NAME`, `C:\Users\NAME`.
fn home(scan: &Scan<'_>) -> Found {
    const PARENTS: [&str; 5] =
        ["/home/", "/Users/", "\\Users\\", "\\\\Users\\\\", "\\Documents and Settings\\"];
    let at = scan.at;
    let parent = PARENTS.iter().find(|parent| scan.looking_at(at, parent))?;
    // Behind a host or a folder it is the path of a page.
    if !scan.starts(at, |byte| word(byte) || b".-~)}".contains(&byte) || beyond_ascii(byte)) {
        return None;
    }
    let start = at + parent.len();
    let part = |byte: u8| word(byte) || beyond_ascii(byte) || b".-".contains(&byte);
    let mut end = scan.run(start, 64, part);
    // A name of two words shows by the separator behind it.
    if parent.contains('\\') && scan.byte(end) == Some(b' ') {
        let second = scan.run(end + 1, 32, part);
        if second > end + 1 && scan.byte(second) == Some(b'\\') {
            end = second;
        }
    }
    let last = !scan.byte(end).is_some_and(|byte| byte == b'/' || byte == b'\\');
    let end = if last { scan.run_back(end, end - start, |byte| b".-".contains(&byte)) } else { end };
    let name = scan.slice(start..end);
    let page = last && name.contains(&b'.');
    let nobody =
        NOBODY.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes())) || name.starts_with(b"your");
    (!name.is_empty() && !page && !nobody).then_some((Kind::HomeName, start..end))
}

/// `+`, a country code and the rest, 8 to 15 digits in all (E.164), in groups or at least ten in one.
fn phone(scan: &Scan<'_>) -> Found {
    let start = scan.at;
    if !scan.starts(start, |byte| word(byte) || b"+)]}".contains(&byte)) {
        return None;
    }
    if !scan.byte(start + 1).is_some_and(|byte| matches!(byte, b'1'..=b'9')) {
        return None;
    }
    let (mut digits, mut groups, mut at) = (0, 1, start + 1);
    let mut end = at;
    while at < start + 32 && digits < 16 {
        match scan.byte(at) {
            Some(b'0'..=b'9') => {
                digits += 1;
                at += 1;
                end = at;
            }
            Some(byte) if b" -().".contains(&byte) => {
                // Separators end a group; three in a row (") (", ". -") are not a number's.
                let next = scan.run(at, 3, |byte| b" -().".contains(&byte));
                if next - at > 2 || !scan.byte(next).is_some_and(|byte| byte.is_ascii_digit()) {
                    break;
                }
                groups += 1;
                at = next;
            }
            _ => break,
        }
    }
    let formed = (8..=15).contains(&digits) && (groups > 1 || digits >= 10);
    let goes_on = scan.byte(end).is_some_and(|byte| word(byte) || matches!(byte, b'@' | b'=' | b'+'));
    (formed && !goes_on).then_some((Kind::Phone, start..end))
}
