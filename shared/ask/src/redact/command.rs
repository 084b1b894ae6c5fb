//! Secrets on command lines and in the languages of databases.

use super::Kind;
use super::bytes::{
    ANGLE, COMMA, DASH, DIGIT, DOT, ENDING, LETTER, LOWER, QUOTE, SPACE, WHITE, WORD, all, holds, sorts,
};
use super::named::{flagged, name};
use super::placeholder::placeholder;
use super::scan::{Found, Scan};
use super::value::{quoted, secret_text};

/// `--password hunter2`, `-Password hunter2`.
pub(super) fn flag(scan: &Scan<'_>, at: usize) -> Found {
    let start = scan.run(at, 2, DASH);
    flagged(scan, start..scan.run_far(start, 64, WORD | DASH | DOT))
}

/// `-u user:password`, whatever the command. A user and a group are written so too: the password must look like one.
pub(super) fn user(scan: &Scan<'_>, at: usize) -> Found {
    let option = ["-u ", "--user "].iter().find(|option| scan.looking_at(at, option))?;
    let (start, end) = argument(scan, at + option.len());
    let at = password_at(scan.slice(start..end))?;
    let telling = !all(scan.slice(start + at..end), LETTER | DASH);
    telling.then_some((Kind::Password, start + at..end))
}

/// Commands, and the options with which they take a password.
const COMMANDS: &[(&str, &[&str])] = &[
    ("curl", &["-u ", "--user "]),
    ("ldap", &["-w "]),
    ("login", &["-p "]),
    ("mariadb", &["-p"]),
    ("mongo", &["-p "]),
    ("mysql", &["-p"]),
    ("redis-cli", &["-a "]),
    ("sqlcmd", &["-P "]),
    ("sshpass", &["-p ", "-p"]),
];

/// Bytes of a command's line that are looked at for its option. From each dash in them that begins none, the next is
/// looked for as many bytes on.
const LINE: usize = 96;

/// Bytes of the longest option.
const LONGEST: usize = 7;

/// `curl -u user:password`, `mysql -ppassword`, `sshpass -p password`, found at the command.
pub(super) fn command(scan: &Scan<'_>, at: usize) -> Found {
    let first = scan.byte(at);
    let (command, options) = COMMANDS
        .iter()
        .find(|(command, _)| command.as_bytes().first().copied() == first && scan.looking_at(at, command))?;
    // A glance at all the bytes that may count shows, nearly always, that none of the options is there.
    let may_hold = |line: &[u8]| {
        options.iter().any(|option| match option.as_bytes() {
            [dash, letter, ..] => holds(line, *dash, *letter),
            _ => false,
        })
    };
    if scan.peek(at..at + 2 * LINE + LONGEST).is_some_and(|line| !may_hold(line)) {
        return None;
    }
    let (mut place, mut before, mut dash) = (at, 0, at);
    loop {
        let byte = scan.byte(place)?;
        match byte {
            b'-' if before == b' '
                && let Some(option) = options.iter().find(|option| scan.looking_at(place, option)) =>
            {
                return password(scan, place + option.len(), *command == "curl");
            }
            b'-' => dash = place + 1,
            b'\n' => return None,
            _ => {}
        }
        if place >= dash + LINE || dash >= at + LINE {
            return None;
        }
        before = byte;
        place += 1;
    }
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
        None => (from, scan.run(from, LINE, !(WHITE | QUOTE | ANGLE | ENDING | COMMA))),
    }
}

/// Where the password begins in `user:password`.
fn password_at(text: &[u8]) -> Option<usize> {
    let colon = text.iter().position(|&byte| byte == b':')?;
    let (name, password) = (text.get(..colon)?, text.get(colon + 1..)?);
    let numbers = all(name, DIGIT) && all(password, DIGIT);
    let secret =
        !name.is_empty() && !numbers && name != password && password.len() >= 4 && !placeholder(password);
    secret.then_some(colon + 1)
}

/// `login ann password hunter2` as in `.netrc`, `PASSWORD 'hunter2'`, `IDENTIFIED BY 'hunter2'`.
pub(super) fn login(scan: &Scan<'_>, at: usize) -> Found {
    const PASSWORD: &str = "password ";
    let phrase = ["identified by ", PASSWORD].into_iter().find(|phrase| scan.looking_at_word(at, phrase))?;
    if scan.after(at, WORD) {
        return None;
    }
    let from = at + phrase.len();
    let name = name(PASSWORD.as_bytes())?;
    if let Some(text) = quoted(scan, from) {
        let bytes = scan.slice(text.clone());
        // The languages of databases shout; in prose a word between quotes is just a word.
        let loud = sorts(scan.slice(at..from)) & LOWER == 0;
        let telling = loud || phrase != PASSWORD || !all(bytes, LETTER);
        let secret = telling && sorts(bytes) & SPACE == 0 && bytes.len() >= 4 && secret_text(bytes, &name);
        return secret.then_some((Kind::Password, text));
    }
    let user = scan.run_back(scan.run_back(at, 16, WHITE), 64, !WHITE);
    if !scan.behind(scan.run_back(user, 16, WHITE), "login") {
        return None;
    }
    let end = scan.run(from, 128, !WHITE);
    let text = scan.slice(from..end);
    let last = scan.line_ends(end);
    let telling = last || !all(text, LETTER);
    (text.len() >= 4 && telling && !placeholder(text)).then_some((Kind::Password, from..end))
}
