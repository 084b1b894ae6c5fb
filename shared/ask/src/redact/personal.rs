//! What tells who or where somebody is. Its author may keep it. Which rules are tried at a byte; e-mail addresses and
//! the names of home folders.

use super::Kind;
use super::address::{ipv4, ipv6};
use super::phone::{phone, phone_beside, phone_in_brackets};
use super::placeholder::uniform;
use super::scan::{Found, Rule, Scan, beyond_ascii, word};

/// The rules for personal details that begin at such a byte, or lie around it.
pub(super) fn rules(byte: u8) -> &'static [Rule] {
    match byte {
        b'@' => &[email],
        b'/' | b'\\' => &[home],
        b'+' => &[phone],
        b'(' => &[phone_in_brackets],
        b'0'..=b'9' => &[ipv4, ipv6, phone_beside],
        b'a'..=b'f' | b'A'..=b'F' => &[ipv6],
        _ => &[],
    }
}

/// Endings of hosts that are kept for examples and for networks of one's own (RFC 2606, RFC 6761, RFC 8375), and
/// endings of files' names (`icon@2x.png`, `getty@tty1.service`), shorter and longer ones alike no country's.
const NO_HOSTS: &[&str] = &[
    "arpa",
    "avif",
    "conf",
    "css",
    "device",
    "dll",
    "example",
    "exe",
    "gif",
    "html",
    "ico",
    "internal",
    "invalid",
    "jpeg",
    "jpg",
    "js",
    "json",
    "jsx",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "log",
    "map",
    "mjs",
    "mount",
    "path",
    "png",
    "rb",
    "scope",
    "scss",
    "service",
    "slice",
    "socket",
    "svg",
    "swap",
    "target",
    "test",
    "timer",
    "toml",
    "ts",
    "tsx",
    "txt",
    "webp",
    "woff",
    "woff2",
    "yaml",
    "yml",
];

/// Found at its `@`. The name before it has at most 64 bytes and the host at most 253 (RFC 5321).
fn email(scan: &Scan<'_>, at: usize) -> Found {
    let name_part = |byte: u8| word(byte) || beyond_ascii(byte) || matches!(byte, b'.' | b'%' | b'+' | b'-');
    let start = scan.run_back(at, 64, name_part);
    // A full stop or a dash before a name is the sentence's.
    let start = scan.run(scan.behind_mark(start..at), at - start, |byte| b".-".contains(&byte));
    // `git@host:path` is how repositories are addressed.
    if start == at || scan.slice(start..at) == b"git" {
        return None;
    }
    let end = scan.run(at + 1, 253, |byte| word(byte) || beyond_ascii(byte) || matches!(byte, b'.' | b'-'));
    let end = scan.before_mark(at + 1..end);
    let end = scan.run_back(end, end - at - 1, |byte| b".-_".contains(&byte));
    let host = scan.slice(at + 1..end);
    let dot = host.iter().rposition(|&byte| byte == b'.')?;
    let top = host.get(dot + 1..).unwrap_or_default();
    let lettered = top.len() >= 2 && top.iter().all(|&byte| byte.is_ascii_alphabetic() || beyond_ascii(byte));
    let formed = dot > 0 && !host.windows(2).any(|pair| pair == b"..");
    if !formed || !lettered || reserved(host, top) {
        return None;
    }
    // `://user@host` and `user@host:port` are how services are addressed.
    if scan.byte(end) == Some(b':') && scan.byte(end + 1).is_some_and(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let user = scan.run_back(start, 64, |byte| word(byte) || b".~%!$+:-".contains(&byte));
    (!scan.behind(user, "//")).then_some((Kind::Email, start..end))
}

/// Hosts that are nobody's.
fn reserved(host: &[u8], top: &[u8]) -> bool {
    let named = |name: &str| {
        host.len().checked_sub(name.len()).is_some_and(|rest| {
            host.get(rest..).is_some_and(|tail| tail.eq_ignore_ascii_case(name.as_bytes()))
                && (rest == 0 || host.get(rest - 1) == Some(&b'.'))
        })
    };
    ["example.com", "example.org", "example.net"].into_iter().any(named)
        || NO_HOSTS.iter().any(|known| top.eq_ignore_ascii_case(known.as_bytes()))
}

/// Names in paths that are nobody's.
const NOBODY: &[&str] = &[
    "abc",
    "admin",
    "administrator",
    "all",
    "app",
    "appdata",
    "azureuser",
    "backup",
    "build",
    "builder",
    "centos",
    "circleci",
    "coder",
    "codespace",
    "debian",
    "deck",
    "default",
    "deploy",
    "desktop",
    "discourse",
    "docker",
    "documents",
    "downloads",
    "ec2-user",
    "fedora",
    "git",
    "gitpod",
    "guest",
    "jenkins",
    "jovyan",
    "kali",
    "linuxbrew",
    "mastodon",
    "me",
    "name",
    "node",
    "noname",
    "opc",
    "pi",
    "postgres",
    "public",
    "root",
    "runner",
    "runneradmin",
    "shared",
    "software",
    "someone",
    "steam",
    "test",
    "travis",
    "ubuntu",
    "user",
    "user1",
    "username",
    "usr",
    "vagrant",
    "vscode",
    "vsts",
    "www",
    "www-data",
    "you",
];

/// The name in `/home/NAME`, `/Users/NAME`, `C:\Users\NAME`.
fn home(scan: &Scan<'_>, at: usize) -> Found {
    const PARENTS: [&str; 5] =
        ["/home/", "/Users/", "\\Users\\", "\\\\Users\\\\", "\\Documents and Settings\\"];
    let parent = PARENTS.iter().find(|parent| scan.looking_at(at, parent))?;
    if page(scan, at) {
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
    let end = scan.before_mark(start..end);
    let name = scan.slice(start..end);
    let file = last && name.contains(&b'.');
    let is = |known: &&str| name.eq_ignore_ascii_case(known.as_bytes());
    let nobody = uniform(name)
        || NOBODY.iter().any(|known| is(&known))
        || name.to_ascii_lowercase().starts_with(b"your");
    (!file && !nobody).then_some((Kind::HomeName, start..end))
}

/// Whether a path goes on here that is a page's: behind a host or a folder. Some systems keep their home folders
/// below another one, and some show a drive as a folder (`/mnt/c/Users`).
fn page(scan: &Scan<'_>, at: usize) -> bool {
    if scan.starts(at, |byte| word(byte) || b".-~)}".contains(&byte) || beyond_ascii(byte)) {
        return false;
    }
    let outside = |start: usize| {
        scan.starts(start, |byte| word(byte) || b".-~)}/".contains(&byte) || beyond_ascii(byte))
    };
    let folder = scan.run_back(at, 8, word);
    let drive = at - folder == 1 && scan.behind(folder, "/");
    let mounted = drive && scan.behind(folder, "/mnt/") && outside(folder - 5);
    let rooted = scan.behind(folder, "/") && outside(folder - 1);
    !(mounted || (rooted && (drive || [b"var".as_slice(), b"export"].contains(&scan.slice(folder..at)))))
}
