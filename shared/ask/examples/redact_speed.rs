//! What redaction costs at worst: texts of 1 MB, each made of what begins a rule again and again. Each is measured
//! twice, the second time with something at its end that was redacted before: no rule may look beyond that, so that
//! what they would find, they look for in vain.
//!
//! `cargo run --release -p ask --example redact_speed` prints a table and fails where one takes too long. Tests count
//! looks at bytes instead, because a timed test fails on a busy machine.

use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Bytes of each text: the most that the edge reads of a request, many times over.
const BYTES: usize = 1_000_000;

/// Tries, of which the best counts.
const TRIES: usize = 5;

/// Rounds: what takes too long is tried again later, for a machine may be slow for a while.
const ROUNDS: usize = 5;

/// What one text may take.
const LIMIT: Duration = Duration::from_millis(50);

/// What may stand at a text's end.
const END: &str = "[redacted: JWT]";

/// What the texts repeat.
const PIECES: &[&str] = &[
    "@",
    "a.a.",
    "a@a.",
    "a@b.test ",
    "a@bcd.io,",
    "=",
    ":",
    "\"",
    "-",
    "--",
    "{\"a\":\"b\"},",
    "key: value\n",
    "eyJ",
    "eyJ.",
    "eyJhbGciOiJI.",
    "eyJhbGciOiJI.eyJhbGciOiJI.",
    "1",
    "1 ",
    "1.",
    "1:",
    "1.1.1.1 ",
    "4111 ",
    "4111111111111111 ",
    "2a01:",
    "+1 ",
    "(555) ",
    "tel 1 ",
    "-----BEGIN ",
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----[",
    "-----BEGIN PRIVATE KEY-----\nAAA1\n[",
    "[",
    "[redacted",
    "[redacted: ",
    "[redacted: JWT]",
    "http://a:b@",
    "http://http://",
    "://a:bc@d ",
    "://",
    "password=",
    "password=password=",
    "password:password:",
    "pwd=",
    "pwd:1-example,",
    "token=$",
    "token=${",
    "token=your",
    "token=\"",
    "token=\\\"",
    "password: \"",
    "password is ",
    "define('token','",
    "name: token\nvalue: ",
    "<token>",
    "<token>a</token>",
    "--token ",
    "-u a:",
    "-u a:bcde ",
    "curl -u ",
    "mysql -p",
    "login a password ",
    "cookie:",
    "cookie:a=",
    "cookie: a=$B; ",
    "authorization:",
    "authorization: bearer ",
    "bearer ",
    "basic a1",
    "sk-",
    "sk a",
    "s ",
    "g ",
    "ghp_",
    "glpat-",
    "xoxb-",
    "AKIA ",
    "hooks.slack.com/services/",
    "12345678:",
    "MTIzNDU2Nzg5MDEyMzQ1Njc4.",
    ".atlasv1.",
    "Q~",
    "$1$",
    "$2y$10$",
    "/home/",
    "/home/ann/",
    "/var/home/a ",
    "C:\\Users\\",
    "\\\\Users\\\\",
    "ö",
    "💡@",
    "a@ö.",
    "“@”",
    "пароль=",
    "密码：",
    "ab:",
    "ey=",
    "pw=",
    "pwd=a1b2c3/",
    "pwd=a1\\d",
    "pwd='`\"",
    "token: x x ",
    "token:1:",
    "//pwd:a1b2c3",
    "xcookie:a=b;",
    "xcookie:a=b;\"",
    ".-",
    " -a",
    "--a-token ",
    "curl-",
    "ldap -",
    "mongo -u a:",
    "/$1$",
    "-$7$=$6$",
    "$6$pw:*pw:",
    "-pwd:pw:1a",
    ":*pwd",
    "$6$pw:=",
    "$1$-psk:",
    "A3-",
    "xoxp-SG.SG.",
    "sk-:@b.io:",
    "curl----",
    "@b.ioa@/home/sk-",
    "$2y$a",
    "444 ",
    "555-555-",
    "001 ",
    "1 1-1 ",
    "a1:",
    "gl ",
    "sk-a",
    "-sk-ant-a1B2c3D4e5F6g7H8i9J0",
    "-eyJrIjoia1b2c3",
    "eyJaaaaaaaaa.aaaaaaaaa.",
    "1Q~",
    "Comment: -----BEGIN PRIVATE KEY-----\n",
    "Comment: Private-Lines: \n",
    "is is ",
    "value: ",
    "api key: ",
    "/Users/a@b.io:",
    "\\Users\\a a\\",
    "a, ",
    "a.b-c_d/e=f:g@h$i(j)k+l ",
    "The quick brown fox jumps over the lazy dog, 12 times a day. ",
    "2026-11-22T10:00:00Z INFO relay[812]: berth 7 took 14.2 ms (peer=harbour, try=2)\n",
    "    let port = config.get(\"port\").unwrap_or(7420); // see docs/relay.md#ports\n",
];

fn main() -> ExitCode {
    let mut best = vec![[Duration::MAX; 2]; PIECES.len()];
    for round in 1..=ROUNDS {
        let late = best.iter().filter(|took| slow(took)).count();
        if late > 0 {
            eprintln!("round {round} of at most {ROUNDS}: {late} texts");
        }
        for (piece, best) in PIECES.iter().zip(&mut best).filter(|(_, best)| slow(best)) {
            for (end, best) in ["", END].iter().zip(best) {
                *best = (*best).min(quickest(&text(piece, end, BYTES)));
            }
        }
    }
    println!("{:>9}{:>9}  text", "ms", "in vain");
    for (piece, [alone, vain]) in PIECES.iter().zip(&best) {
        println!("{:>9.2}{:>9.2}  {}", ms(alone), ms(vain), piece.escape_debug());
    }
    let mixed: String = PIECES.iter().map(|piece| text(piece, "", BYTES / PIECES.len())).collect();
    println!("{:>9.2}{:>9}  all of them, as much of each", ms(&quickest(&mixed)), "");
    let worst = best.iter().flatten().max().map_or(0.0, ms);
    let late = best.iter().filter(|took| slow(took)).count();
    println!(
        "{late} of {} texts take longer than {} ms; the worst {worst:.2}",
        PIECES.len(),
        LIMIT.as_millis()
    );
    if late > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn slow(took: &[Duration; 2]) -> bool {
    took.iter().any(|took| *took > LIMIT)
}

fn ms(took: &Duration) -> f64 {
    took.as_secs_f64() * 1_000.0
}

fn quickest(text: &str) -> Duration {
    (0..TRIES).map(|_| took(text)).min().unwrap_or_default()
}

/// A piece again and again, and then an end: so many bytes.
fn text(piece: &str, end: &str, bytes: usize) -> String {
    let repeated = piece.chars().cycle().scan(end.len(), |so_far, char| {
        *so_far += char.len_utf8();
        (*so_far <= bytes).then_some(char)
    });
    repeated.chain(end.chars()).collect()
}

fn took(text: &str) -> Duration {
    let start = Instant::now();
    std::hint::black_box(ask::redact(std::hint::black_box(text)));
    start.elapsed()
}
