//! What is secret whoever wrote it: which rules are tried at a byte. Here are those for JSON Web Tokens and hashes of
//! passwords; the others have modules of their own.

use super::Kind;
use super::bytes::{ALNUM, BASE64URL, COMMA, DASH, DOLLAR, DOT, EQUALS, PLUS, SLASH, WORD};
use super::card::card;
use super::command::{command, flag, login, user};
use super::key::{private_key, putty_key};
use super::named::{called, defined, element, named, stated};
use super::placeholder::uniform;
use super::scan::{Found, Rule, Scan};
use super::token::{azure, discord, published, scheme, telegram, terraform, webhook};
use super::url::{credentials, member, oracle};

/// The rules for secrets that begin at such a byte, or that it announces.
pub(super) fn rules(byte: u8) -> &'static [Rule] {
    match byte {
        b'-' => &[dash],
        b':' => &[colon],
        b'=' => &[named],
        b'>' => &[element],
        b'(' => &[called, defined],
        b'$' => &[hash],
        b'~' => &[azure],
        b'@' => &[member],
        b'0'..=b'9' => &[card, telegram],
        b'a' => &[terraform, published],
        b'e' => &[jwt, published],
        b'B' => &[scheme, published],
        b'b' => &[scheme, telegram, published],
        b'd' | b'h' | b'w' => &[webhook, published],
        b'i' | b'I' => &[stated, login, published],
        b'c' | b'l' | b'm' | b'r' | b's' => &[command, published],
        b'M'..=b'O' => &[discord, published],
        b'P' => &[putty_key, login, published],
        b'p' => &[login, published],
        b'a'..=b'z' | b'A'..=b'Z' => &[published],
        _ => &[],
    }
}

/// A key block, or an option of a command.
fn dash(scan: &Scan<'_>, at: usize) -> Found {
    if scan.sees(at + 1, DASH) {
        let key = private_key(scan, at);
        if key.is_some() {
            return key;
        }
    }
    if scan.after(at, WORD | DASH) { None } else { user(scan, at).or_else(|| flag(scan, at)) }
}

/// An address with credentials, or a name and its value.
fn colon(scan: &Scan<'_>, at: usize) -> Found {
    if scan.looking_at(at, "://") {
        credentials(scan, at + 3)
    } else {
        oracle(scan, at).or_else(|| named(scan, at))
    }
}

/// Header and payload, and the signature where there is one; or the five parts of an encrypted one. A header begins
/// `{"`, which is `eyJ` in base 64.
fn jwt(scan: &Scan<'_>, at: usize) -> Found {
    if !scan.looking_at(at, "eyJ") || scan.after(at, BASE64URL) {
        return None;
    }
    let header = scan.run(at, 4_096, BASE64URL);
    if header - at < 12 || !scan.looking_at(header, ".") {
        return None;
    }
    let payload = scan.run(header + 1, 16_384, BASE64URL);
    if scan.looking_at(header + 1, "ey") && payload - header >= 8 {
        let end = if scan.looking_at(payload, ".") {
            scan.run(payload + 1, usize::MAX, BASE64URL)
        } else {
            payload
        };
        return Some((Kind::Jwt, at..end));
    }
    let mut end = payload;
    for _ in 0..3 {
        if !scan.looking_at(end, ".") {
            return None;
        }
        let part = scan.run(end + 1, 16_384, BASE64URL);
        if part < end + 8 {
            return None;
        }
        end = part;
    }
    Some((Kind::Jwt, at..end))
}

/// The hash of a password, as `/etc/shadow`, `.htpasswd` and databases of users keep it.
fn hash(scan: &Scan<'_>, at: usize) -> Found {
    const METHODS: [&str; 11] =
        ["$1$", "$2a$", "$2b$", "$2y$", "$5$", "$6$", "$7$", "$y$", "$apr1$", "$argon2i", "$scrypt$"];
    if !scan.sees(at + 1, ALNUM) || scan.after(at, WORD | DOLLAR) {
        return None;
    }
    let method = METHODS.iter().find(|method| scan.looking_at(at, method))?;
    let end = scan.run_far(at, 256, WORD | DOLLAR | DOT | SLASH | EQUALS | PLUS | COMMA | DASH);
    let end = scan.run_back(end, end - at, DOT | COMMA);
    let digest = scan.slice(at + method.len()..end).rsplit(|&byte| byte == b'$').next().unwrap_or_default();
    (digest.len() >= 22 && digest.len() < end - at - method.len() && !uniform(digest))
        .then_some((Kind::Password, at..end))
}
