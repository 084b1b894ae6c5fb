//! What is secret whoever wrote it: which rules are tried at a byte, and those that stand alone: private keys, JSON
//! Web Tokens, credentials in addresses, hashes of passwords.

use super::Kind;
use super::card::card;
use super::command::{command, flag, login, user};
use super::named::{called, element, name, named, stated};
use super::placeholder::{SAMPLE, placeholder, uniform};
use super::scan::{Found, Rule, Scan, base64, base64url, word};
use super::token::{azure, discord, published, scheme, telegram, terraform, webhook};

/// The rules for secrets that begin at such a byte, or that it announces.
pub(super) fn rules(byte: u8) -> &'static [Rule] {
    match byte {
        b'-' => &[private_key, user, flag],
        b':' => &[url_password, named],
        b'=' => &[named],
        b'>' => &[element],
        b',' | b'(' => &[called],
        b'$' => &[hash],
        b'.' => &[terraform],
        b'~' => &[azure],
        b'@' => &[member],
        b'0'..=b'9' => &[card, telegram],
        b'e' => &[jwt, published],
        b'B' | b'b' => &[scheme, telegram, published],
        b'd' | b'h' | b'w' => &[webhook, published],
        b'i' | b'I' => &[stated, login, published],
        b'c' | b'l' | b'm' | b'r' | b's' => &[command, published],
        b'M'..=b'O' => &[discord, published],
        b'P' | b'p' => &[putty_key, login, published],
        b'a'..=b'z' | b'A'..=b'Z' => &[published],
        _ => &[],
    }
}

/// Bytes of a private key block that are looked through for its end: RSA keys of 16,384 bits take 13 kB.
const KEY_BLOCK: usize = 16_384;

/// A PEM or PGP block, whole or cut off when it was pasted.
fn private_key(scan: &Scan<'_>, at: usize) -> Found {
    const BEGIN: &str = "-----BEGIN ";
    if !scan.looking_at(at, BEGIN) {
        return None;
    }
    let label = at + BEGIN.len();
    let labelled =
        scan.run(label, 40, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' ');
    let name = scan.slice(label..labelled);
    if !name.windows(11).any(|window| window == b"PRIVATE KEY") || !scan.looking_at(labelled, "-----") {
        return None;
    }
    let body = labelled + 5;
    let written = key_lines(scan, body);
    let end = match scan.block_end(body, KEY_BLOCK) {
        // Without a key between them, somebody writes about the two lines.
        Some(end) if written > body => {
            let named = scan.run(end + 9, 40, |byte| byte.is_ascii_alphanumeric() || byte == b' ');
            scan.run(named, 5, |byte| byte == b'-')
        }
        _ => written,
    };
    (end > body).then_some((Kind::PrivateKey, at..end))
}

/// The end of the lines of a key, which are made of base 64, and of its headers (`Proc-Type: 4,ENCRYPTED`).
fn key_lines(scan: &Scan<'_>, from: usize) -> usize {
    let mut end = from;
    loop {
        let start = line_break(scan, end);
        let line = scan.run(start, KEY_BLOCK, base64);
        let text = scan.slice(start..line.min(start + SAMPLE));
        let (_, tail) = text.split_at_checked(1).unwrap_or_default();
        // A word of the sentence that follows is shorter, and followed by a space.
        let long = line - start >= 16 || scan.byte(line) != Some(b' ');
        let key = long && tail.iter().any(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        let header = ["Proc-Type:", "DEK-Info:", "Version:", "Comment:"]
            .iter()
            .any(|header| scan.looking_at(start, header));
        let next = match (header, key) {
            (true, _) => scan.run(start, 256, |byte| byte != b'\n' && byte != b'\\'),
            (false, true) => line,
            (false, false) => return end,
        };
        if next - from > KEY_BLOCK {
            return end;
        }
        end = next;
    }
}

/// The end of what separates two lines: breaks as such, as `\n` within quotes, or as spaces where a form has one line.
fn line_break(scan: &Scan<'_>, from: usize) -> usize {
    let mut end = from;
    for _ in 0..8 {
        end = scan.run(end, 64, |byte| byte.is_ascii_whitespace() || b"\\\"'+,".contains(&byte));
        let escape = scan.before(end) == Some(b'\\') && matches!(scan.byte(end), Some(b'n' | b'r'));
        if !escape {
            break;
        }
        end += 1;
    }
    end
}

/// The private part of a key file of PuTTY.
fn putty_key(scan: &Scan<'_>, at: usize) -> Found {
    const BEGIN: &str = "Private-Lines: ";
    if !scan.looking_at(at, BEGIN) {
        return None;
    }
    let body = scan.run(at + BEGIN.len(), 4, |byte| byte.is_ascii_digit());
    let end = key_lines(scan, body);
    (end > body + 16).then_some((Kind::PrivateKey, at..end))
}

/// Header and payload, and the signature where there is one; or the five parts of an encrypted one. A header begins
/// `{"`, which is `eyJ` in base 64.
fn jwt(scan: &Scan<'_>, at: usize) -> Found {
    if !scan.looking_at(at, "eyJ") || !scan.starts(at, base64url) {
        return None;
    }
    let header = scan.run(at, 4_096, base64url);
    if header - at < 12 || !scan.looking_at(header, ".") {
        return None;
    }
    let payload = scan.run(header + 1, 16_384, base64url);
    if scan.looking_at(header + 1, "ey") && payload - header >= 8 {
        let end =
            if scan.looking_at(payload, ".") { scan.run(payload + 1, 4_096, base64url) } else { payload };
        return Some((Kind::Jwt, at..end));
    }
    let mut end = payload;
    for _ in 0..3 {
        if !scan.looking_at(end, ".") {
            return None;
        }
        let part = scan.run(end + 1, 16_384, base64url);
        if part < end + 8 {
            return None;
        }
        end = part;
    }
    Some((Kind::Jwt, at..end))
}

/// The password in `scheme://user:password@host`, or the token in `scheme://token@host`.
fn url_password(scan: &Scan<'_>, at: usize) -> Found {
    if !scan.looking_at(at, "://") {
        return oracle(scan, at);
    }
    let start = at + 3;
    let end = scan.run(start, 512, |byte| {
        !matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'/' | b'?' | b'#' | b'"' | b'\'' | b'<' | b'>')
            && !matches!(byte, b'`' | b'\\' | b'(' | b')' | b'[' | b']' | b',' | b'|')
    });
    let authority = scan.slice(start..end);
    let user = authority.iter().rposition(|&byte| byte == b'@')?;
    let info = authority.get(..user).unwrap_or_default();
    match info.iter().position(|&byte| byte == b':') {
        Some(colon) => {
            let password = info.get(colon + 1..).unwrap_or_default();
            // One letter is an example's, and so is a name that says that a password stands there.
            let words =
                password.iter().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-' | b':'));
            let real = password.len() > 1 && !placeholder(password) && !(words && name(password).is_some());
            real.then_some((Kind::Password, start + colon + 1..start + user))
        }
        None => {
            let random = info.len() >= 20 && info.iter().any(u8::is_ascii_digit) && !placeholder(info);
            random.then_some((Kind::Token, start..start + user))
        }
    }
}

/// The random part of `name:random@host:port`, as clusters write where their members are.
fn member(scan: &Scan<'_>, at: usize) -> Found {
    let start = scan.run_back(at, 64, word);
    if at - start < 16 || scan.before(start) != Some(b':') || scan.run_back(start - 1, 1, word) == start - 1 {
        return None;
    }
    let random = scan.slice(start..at);
    let mixed = random.iter().any(u8::is_ascii_digit) && random.iter().any(u8::is_ascii_alphabetic);
    (mixed && !placeholder(random)).then_some((Kind::Token, start..at))
}

/// The password in `jdbc:oracle:thin:user/password@host`.
fn oracle(scan: &Scan<'_>, at: usize) -> Found {
    if scan.before(at) != Some(b'n') || !scan.behind(at, ":thin") {
        return None;
    }
    let user = scan.run(at + 1, 64, word);
    let start = user + 1;
    let end = scan.run(start, 64, |byte| !byte.is_ascii_whitespace() && !b"/@\"'".contains(&byte));
    let formed = user > at + 1 && scan.looking_at(user, "/") && scan.looking_at(end, "@");
    (formed && !placeholder(scan.slice(start..end))).then_some((Kind::Password, start..end))
}

/// The hash of a password, as `/etc/shadow`, `.htpasswd` and databases of users keep it.
fn hash(scan: &Scan<'_>, at: usize) -> Found {
    const METHODS: [&str; 11] =
        ["$1$", "$2a$", "$2b$", "$2y$", "$5$", "$6$", "$7$", "$y$", "$apr1$", "$argon2i", "$scrypt$"];
    if !scan.starts(at, |byte| word(byte) || byte == b'$') {
        return None;
    }
    let method = METHODS.iter().find(|method| scan.looking_at(at, method))?;
    let end = scan.run(at, 256, |byte| word(byte) || b"$./=+,-".contains(&byte));
    let end = scan.run_back(end, end - at, |byte| b".,".contains(&byte));
    let digest = scan.slice(at + method.len()..end).rsplit(|&byte| byte == b'$').next().unwrap_or_default();
    (digest.len() >= 22 && digest.len() < end - at - method.len() && !uniform(digest))
        .then_some((Kind::Password, at..end))
}
