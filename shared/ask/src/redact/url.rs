//! Credentials in addresses.

use super::Kind;
use super::bytes::{
    ANGLE, ASKING, AT, BACKSLASH, BRACKET, CLOSING, COLON, COMMA, CONTROL, DASH, DIGIT, HASH, LETTER, QUOTE,
    SLASH, UNDERSCORE, WHITE, WORD, all, sorts,
};
use super::named::name;
use super::placeholder::placeholder;
use super::scan::{Found, Scan};

/// The password in `scheme://user:password@host`, or the token in `scheme://token@host`, behind `://`.
pub(super) fn credentials(scan: &Scan<'_>, start: usize) -> Found {
    let outside =
        CONTROL | WHITE | SLASH | ASKING | HASH | QUOTE | ANGLE | BACKSLASH | CLOSING | BRACKET | COMMA;
    let end = scan.run(start, 512, !outside);
    let authority = scan.slice(start..end);
    let user = authority.iter().rposition(|&byte| byte == b'@')?;
    let info = authority.get(..user).unwrap_or_default();
    match info.iter().position(|&byte| byte == b':') {
        Some(colon) => {
            let password = info.get(colon + 1..).unwrap_or_default();
            // One letter is an example's, and so is a name that says that a password stands there.
            let words = all(password, LETTER | UNDERSCORE | DASH | COLON);
            let real = password.len() > 1 && !placeholder(password) && !(words && name(password).is_some());
            real.then_some((Kind::Password, start + colon + 1..start + user))
        }
        None => {
            let random = info.len() >= 20 && sorts(info) & DIGIT != 0 && !placeholder(info);
            random.then_some((Kind::Token, start..start + user))
        }
    }
}

/// The random part of `name:random@host:port`, as clusters write where their members are.
pub(super) fn member(scan: &Scan<'_>, at: usize) -> Found {
    let start = scan.run_back(at, 64, WORD);
    if at - start < 16 || !scan.after(start, COLON) || !scan.after(start - 1, WORD) {
        return None;
    }
    let random = scan.slice(start..at);
    let mixed = sorts(random) & DIGIT != 0 && sorts(random) & LETTER != 0;
    (mixed && !placeholder(random)).then_some((Kind::Token, start..at))
}

/// The password in `jdbc:oracle:thin:user/password@host`.
pub(super) fn oracle(scan: &Scan<'_>, at: usize) -> Found {
    if !scan.behind(at, ":thin") {
        return None;
    }
    let user = scan.run(at + 1, 64, WORD);
    let start = user + 1;
    let end = scan.run(start, 64, !(WHITE | SLASH | AT | QUOTE));
    let formed = user > at + 1 && scan.looking_at(user, "/") && scan.looking_at(end, "@");
    (formed && !placeholder(scan.slice(start..end))).then_some((Kind::Password, start..end))
}
