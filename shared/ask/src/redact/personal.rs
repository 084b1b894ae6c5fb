//! What tells who or where somebody is. Its author may keep it. Which rules are tried at a byte; e-mail addresses and
//! the names of home folders.

use super::Kind;
use super::address::address;
use super::bytes::{
    BEYOND, CLOSING, COLON, DASH, DIGIT, DOLLAR, DOT, ENDING, LETTER, MARK, NAME, PERCENT, PLUS, SLASH,
    TILDE, UNDERSCORE, WORD, all, listed, sorts,
};
use super::phone::{phone, phone_beside, phone_in_brackets};
use super::placeholder::uniform;
use super::scan::{Found, Rule, Scan};

/// The rules for personal details that begin at such a byte, or lie around it.
pub(super) fn rules(byte: u8) -> &'static [Rule] {
    match byte {
        b'@' => &[email],
        b'/' | b'\\' => &[home],
        b'+' => &[phone],
        b'(' => &[phone_in_brackets],
        b'0'..=b'9' => &[address, phone_beside],
        b'a'..=b'f' | b'A'..=b'F' => &[address],
        _ => &[],
    }
}

/// Endings of hosts that are kept for examples and for networks of one's own (RFC 2606, RFC 6761, RFC 8375), and
/// endings of files' names (`icon@2x.png`, `getty@tty1.service`), none of them a country's; by their length.
const NO_HOSTS: &[&str] = &[
    "",
    "",
    concat!("js", "rb", "ts"),
    concat!(
        "css", "dll", "exe", "gif", "ico", "jpg", "jsx", "lan", "log", "map", "mjs", "png", "svg", "tsx",
        "txt", "yml"
    ),
    concat!(
        "arpa", "avif", "conf", "html", "jpeg", "json", "path", "scss", "swap", "test", "toml", "webp",
        "woff", "yaml"
    ),
    concat!("local", "mount", "scope", "slice", "timer", "woff2"),
    concat!("device", "socket", "target"),
    concat!("example", "invalid", "service"),
    "internal",
    "localhost",
    "",
    "localdomain",
];

/// Found at its `@`. The name before it has at most 64 bytes and the host at most 253 (RFC 5321).
fn email(scan: &Scan<'_>, at: usize) -> Found {
    let end = scan.run(at + 1, 253, NAME);
    if !scan.slice(at + 1..end).contains(&b'.') {
        return None;
    }
    let end = scan.before_mark(at + 1..end);
    let end = scan.run_back(end, end - at - 1, DOT | DASH | UNDERSCORE);
    let host = scan.slice(at + 1..end);
    let dot = host.iter().rposition(|&byte| byte == b'.')?;
    let top = host.get(dot + 1..).unwrap_or_default();
    let lettered = top.len() >= 2 && all(top, LETTER | BEYOND);
    if !lettered || dot == 0 || host.windows(2).any(|pair| pair == b"..") || reserved(host, top) {
        return None;
    }
    let start = scan.run_back(at, 64, NAME | PERCENT | PLUS);
    // A full stop or a dash before a name is the sentence's.
    let start = scan.run(scan.behind_mark(start..at), at - start, DOT | DASH);
    // `git@host:path` is how repositories are addressed.
    if start == at || scan.slice(start..at) == b"git" {
        return None;
    }
    // `://user@host` and `user@host:port` are how services are addressed.
    if scan.sees(end, COLON) && scan.sees(end + 1, DIGIT) {
        return None;
    }
    let user = scan.run_back(start, 64, WORD | DOT | TILDE | PERCENT | MARK | DOLLAR | PLUS | COLON | DASH);
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
    ["example.com", "example.org", "example.net"].into_iter().any(named) || listed(NO_HOSTS, top)
}

/// Names in paths that are nobody's, by their length.
const NOBODY: &[&str] = &[
    "",
    "",
    concat!("me", "pi"),
    concat!("abc", "all", "app", "git", "opc", "usr", "www", "you"),
    concat!("deck", "kali", "name", "node", "root", "test", "user", "vsts"),
    concat!("admin", "build", "coder", "guest", "steam", "user1"),
    concat!(
        "backup", "centos", "debian", "deploy", "docker", "fedora", "gitpod", "jovyan", "noname", "public",
        "runner", "shared", "travis", "ubuntu", "vscode"
    ),
    concat!("appdata", "builder", "default", "desktop", "jenkins", "someone", "vagrant"),
    concat!("circleci", "ec2-user", "mastodon", "postgres", "software", "username", "www-data"),
    concat!("azureuser", "codespace", "discourse", "documents", "downloads", "linuxbrew"),
    "",
    "runneradmin",
    "",
    "administrator",
];

/// The name in `/home/NAME`, `/Users/NAME`, `C:\Users\NAME`.
fn home(scan: &Scan<'_>, at: usize) -> Found {
    const PARENTS: [&str; 5] =
        ["/home/", "/Users/", "\\Users\\", "\\\\Users\\\\", "\\Documents and Settings\\"];
    if !matches!(scan.byte(at + 1), Some(b'h' | b'U' | b'D' | b'\\')) {
        return None;
    }
    let parent = PARENTS.iter().find(|parent| scan.looking_at(at, parent))?;
    if page(scan, at) {
        return None;
    }
    let start = at + parent.len();
    let mut end = scan.run(start, 64, NAME);
    // A name of two words shows by the separator behind it.
    if !parent.starts_with('/') && scan.byte(end) == Some(b' ') {
        let second = scan.run(end + 1, 32, NAME);
        if second > end + 1 && scan.byte(second) == Some(b'\\') {
            end = second;
        }
    }
    let last = !scan.byte(end).is_some_and(|byte| byte == b'/' || byte == b'\\');
    let end = if last { scan.run_back(end, end - start, DOT | DASH) } else { end };
    let end = scan.before_mark(start..end);
    let name = scan.slice(start..end);
    let file = last && sorts(name) & DOT != 0;
    let yours = name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"your"));
    let nobody = uniform(name) || listed(NOBODY, name) || yours;
    (!file && !nobody).then_some((Kind::HomeName, start..end))
}

/// Whether a path goes on here that is a page's: behind a host or a folder. Some systems keep their home folders
/// below another one, and some show a drive as a folder (`/mnt/c/Users`).
fn page(scan: &Scan<'_>, at: usize) -> bool {
    let inside = NAME | TILDE | CLOSING | ENDING;
    if !scan.after(at, inside) || scan.before(at).is_some_and(|byte| byte == b';' || byte == b'&') {
        return false;
    }
    let outside = |start: usize| !scan.after(start, inside | SLASH);
    let folder = scan.run_back(at, 8, WORD);
    let drive = at - folder == 1 && scan.behind(folder, "/");
    let mounted = drive && scan.behind(folder, "/mnt/") && outside(folder - 5);
    let rooted = scan.behind(folder, "/") && outside(folder - 1);
    !(mounted || (rooted && (drive || matches!(scan.slice(folder..at), b"var" | b"export"))))
}
