//! Secrets on command lines and in the languages of databases.

use super::Kind;
use super::named::{flagged, name, quoted, secret_text};
use super::placeholder::placeholder;
use super::scan::{Found, Scan, word};

/// `--password hunter2`, `-Password hunter2`.
pub(super) fn flag(scan: &Scan<'_>, at: usize) -> Found {
    if !scan.starts(at, |byte| word(byte) || byte == b'-') {
        return None;
    }
    let start = scan.run(at, 2, |byte| byte == b'-');
    flagged(scan, start..scan.run(start, 64, |byte| word(byte) || b"-.".contains(&byte)))
}

/// `-u user:password`, whatever the command. A user and a group are written so too: the password must look like one.
pub(super) fn user(scan: &Scan<'_>, at: usize) -> Found {
    if !scan.starts(at, |byte| word(byte) || byte == b'-') {
        return None;
    }
    let option = ["-u ", "--user "].iter().find(|option| scan.looking_at(at, option))?;
    let (start, end) = argument(scan, at + option.len());
    let at = password_at(scan.slice(start..end))?;
    let telling = scan.slice(start + at..end).iter().any(|byte| !byte.is_ascii_alphabetic() && *byte != b'-');
    telling.then_some((Kind::Password, start + at..end))
}

/// Commands, and the options with which they take a password.
const COMMANDS: &[(&str, &str)] = &[
    ("curl", "-u "),
    ("curl", "--user "),
    ("ldap", "-w "),
    ("login", "-p "),
    ("mariadb", "-p"),
    ("mongo", "-p "),
    ("mysql", "-p"),
    ("redis-cli", "-a "),
    ("sqlcmd", "-P "),
    ("sshpass", "-p "),
    ("sshpass", "-p"),
];

/// Bytes of a command's line that are looked at for its option.
const LINE: usize = 96;

/// `curl -u user:password`, `mysql -ppassword`, `sshpass -p password`, found at the command.
pub(super) fn command(scan: &Scan<'_>, at: usize) -> Found {
    let mut named = COMMANDS.iter().filter(|(command, _)| scan.looking_at(at, command)).peekable();
    let (command, _) = *named.peek()?;
    let mut option = at;
    while option < at + LINE {
        option = scan.run(option, LINE, |byte| byte != b'-' && byte != b'\n');
        if scan.byte(option) != Some(b'-') {
            return None;
        }
        let found = COMMANDS.iter().find(|(name, letter)| name == command && scan.looking_at(option, letter));
        match found {
            Some((_, letter)) if scan.before(option) == Some(b' ') => {
                return password(scan, option + letter.len(), *command == "curl");
            }
            _ => option += 1,
        }
    }
    None
}

/// The password that an option takes, or the user and the password.
fn password(scan: &Scan<'_>, from: usize, user: bool) -> Found {
    let (mut start, end) = argument(scan, from);
    if user {
        start += password_at(scan.slice(start..end))?;
    }
    let text = scan.slice(start..end);
    let secret = text.len() >= 4 && !text.starts_with(b"-") && !placeholder(text);
    secret.then_some((Kind::Password, start..end))
}

/// Where an option's argument starts and ends, without its quotes.
fn argument(scan: &Scan<'_>, from: usize) -> (usize, usize) {
    match quoted(scan, from) {
        Some(text) => (text.start, text.end),
        None => (
            from,
            scan.run(from, LINE, |byte| {
                !byte.is_ascii_whitespace()
                    && !matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b'|' | b';')
            }),
        ),
    }
}

/// Where the password begins in `user:password`.
fn password_at(text: &[u8]) -> Option<usize> {
    let colon = text.iter().position(|&byte| byte == b':')?;
    let (name, password) = (text.get(..colon)?, text.get(colon + 1..)?);
    let digits = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
    let numbers = digits(name) && digits(password);
    let secret =
        !name.is_empty() && !numbers && name != password && password.len() >= 4 && !placeholder(password);
    secret.then_some(colon + 1)
}

/// `login ann password hunter2` as in `.netrc`, `PASSWORD 'hunter2'`, `IDENTIFIED BY 'hunter2'`.
pub(super) fn login(scan: &Scan<'_>, at: usize) -> Found {
    const PASSWORD: &str = "password ";
    let phrase = ["identified by ", PASSWORD].into_iter().find(|phrase| scan.looking_at_word(at, phrase))?;
    if !scan.word_starts(at) {
        return None;
    }
    let from = at + phrase.len();
    let name = name(PASSWORD.as_bytes())?;
    if let Some(text) = quoted(scan, from) {
        let bytes = scan.slice(text.clone());
        // The languages of databases shout; in prose a word between quotes is just a word.
        let loud = scan.slice(at..from).iter().all(|byte| !byte.is_ascii_lowercase());
        let telling = loud || phrase != PASSWORD || bytes.iter().any(|byte| !byte.is_ascii_alphabetic());
        let secret = telling && !bytes.contains(&b' ') && bytes.len() >= 4 && secret_text(bytes, &name);
        return secret.then_some((Kind::Password, text));
    }
    let before = |at: usize, most: usize, part: fn(u8) -> bool| scan.run_back(at, most, part);
    let user =
        before(before(at, 16, |byte| byte.is_ascii_whitespace()), 64, |byte| !byte.is_ascii_whitespace());
    if !scan.behind(before(user, 16, |byte| byte.is_ascii_whitespace()), "login") {
        return None;
    }
    let end = scan.run(from, 128, |byte| !byte.is_ascii_whitespace());
    let text = scan.slice(from..end);
    let last = scan.byte(end).is_none_or(|byte| byte == b'\n');
    let telling = last || text.iter().any(|byte| !byte.is_ascii_alphabetic());
    (text.len() >= 4 && telling && !placeholder(text)).then_some((Kind::Password, from..end))
}
