//! Finds what should not leave the page: secrets, and personal details that their author may choose to keep.
//!
//! One pass over the bytes: at each byte that can begin a finding (or stands inside one, such as `@` and `=`)
//! the rules for that byte look at a bounded stretch before and behind it. What a rule takes is not looked at again,
//! what it merely looks at is bounded, and a run that has no bound is followed to its end but once, so that no text
//! takes more than linear time. Placeholders
//! (`<your-token>`, `$TOKEN`, `xxxx`), examples (`example.com`, documentation addresses), identifiers and code are left alone.
//!
//! The lists of what is secret and what is personal live in `secret` and `personal`; why a second redaction finds
//! nothing, in `scan`. What a site does with a finding is left to the caller.

mod address;
mod bytes;
mod card;
mod command;
mod glance;
mod header;
mod key;
mod named;
mod personal;
mod phone;
mod placeholder;
mod scan;
mod secret;
mod shape;
mod token;
mod typing;
mod url;
mod value;

use std::ops::Range;

use bytes::{WORD, is};
pub use glance::may_hold_secret;
use scan::{Found, Scan};
pub use typing::{redact_typed, settled};

/// What a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A private key block.
    PrivateKey,
    /// A JSON Web Token.
    Jwt,
    /// An access token or API key, recognised by its published form.
    Token,
    /// A password or another secret, recognised by the name beside it.
    Password,
    /// The value of a header that authorises.
    Authorization,
    /// The value of a cookie header.
    Cookie,
    /// A payment card's number.
    Card,
    /// An e-mail address.
    Email,
    /// An IP address.
    IpAddress,
    /// The name of a person within the path of their home folder.
    HomeName,
    /// A phone number in international form.
    Phone,
}

impl Kind {
    /// Every kind.
    pub const ALL: &[Self] = &[
        Self::PrivateKey,
        Self::Jwt,
        Self::Token,
        Self::Password,
        Self::Authorization,
        Self::Cookie,
        Self::Card,
        Self::Email,
        Self::IpAddress,
        Self::HomeName,
        Self::Phone,
    ];

    /// Whether it is the author's to keep; secrets are not.
    pub fn personal(self) -> bool {
        matches!(self, Self::Email | Self::IpAddress | Self::HomeName | Self::Phone)
    }

    /// A name for programs to read, such as `ipAddress`.
    pub fn id(self) -> &'static str {
        match self {
            Self::PrivateKey => "privateKey",
            Self::Jwt => "jwt",
            Self::Token => "token",
            Self::Password => "password",
            Self::Authorization => "authorization",
            Self::Cookie => "cookie",
            Self::Card => "card",
            Self::Email => "email",
            Self::IpAddress => "ipAddress",
            Self::HomeName => "homeName",
            Self::Phone => "phone",
        }
    }

    /// What stands in the text instead.
    pub fn replacement(self) -> &'static str {
        match self {
            Self::PrivateKey => "[redacted: private key]",
            Self::Jwt => "[redacted: JWT]",
            Self::Token => "[redacted: token]",
            Self::Password => "[redacted: password]",
            Self::Authorization => "[redacted: authorization]",
            Self::Cookie => "[redacted: cookie]",
            Self::Card => "[redacted: card number]",
            Self::Email => "[redacted: e-mail]",
            Self::IpAddress => "[redacted: IP address]",
            Self::HomeName => "[redacted: name]",
            Self::Phone => "[redacted: phone]",
        }
    }
}

/// One thing found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub kind: Kind,
    /// Where, in UTF-16 code units, as the page counts.
    pub range: api::Range,
    /// Where, in bytes.
    pub bytes: Range<usize>,
    /// What stands there instead, such as `[redacted: JWT]`.
    pub replacement: &'static str,
    /// Whether the author may keep it.
    pub personal: bool,
}

/// Everything found in `text`, ascending, not overlapping. Takes time linear in the text's length. With all of it
/// replaced, nothing more is found.
pub fn redact(text: &str) -> Vec<Finding> {
    let mut units = Units::new(text);
    everything(text)
        .into_iter()
        .map(|(kind, bytes)| Finding {
            kind,
            range: units.range(&bytes),
            bytes,
            replacement: kind.replacement(),
            personal: kind.personal(),
        })
        .collect()
}

/// A finding, in bytes.
type Placed = (Kind, Range<usize>);

fn everything(text: &str) -> Vec<Placed> {
    Scan::new(text).pass(anything)
}

#[inline]
fn secret(scan: &Scan<'_>, at: usize, byte: u8) -> Found {
    scan.first(at, secret::rules(byte), |_, _, _| true)
}

#[inline]
fn anything(scan: &Scan<'_>, at: usize, byte: u8) -> Found {
    secret(scan, at, byte).or_else(|| scan.first(at, personal::rules(byte), holds_no_secret))
}

/// Whether no secret begins within what is personal and was found at a place; it would not be its author's to keep.
fn holds_no_secret(scan: &Scan<'_>, at: usize, bytes: &Range<usize>) -> bool {
    !(at + 1..bytes.end).any(|at| {
        let byte = scan.byte(at).filter(|&byte| !is(byte, WORD) || !scan.after(at, WORD));
        byte.is_some_and(|byte| secret(scan, at, byte).is_some())
    })
}

/// The length of the replacement that stands at a byte.
fn replacement_at(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..).filter(|rest| rest.starts_with("[redacted: "))?;
    Kind::ALL.iter().map(|kind| kind.replacement()).find(|text| rest.starts_with(text)).map(str::len)
}

/// Counts UTF-16 code units along ascending byte ranges.
struct Units<'a> {
    text: &'a str,
    byte: usize,
    unit: usize,
}

impl<'a> Units<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, byte: 0, unit: 0 }
    }

    fn at(&mut self, byte: usize) -> u32 {
        let passed = self.text.get(self.byte..byte).unwrap_or_default();
        // A character's first byte counts, and where it begins four bytes, it counts twice.
        let units = |byte: u8| usize::from(!(0x80..0xc0).contains(&byte)) + usize::from(byte >= 0xf0);
        self.unit += if passed.is_ascii() { passed.len() } else { passed.bytes().map(units).sum() };
        self.byte = byte;
        u32::try_from(self.unit).unwrap_or(u32::MAX)
    }

    fn range(&mut self, bytes: &Range<usize>) -> api::Range {
        api::Range { start: self.at(bytes.start), end: self.at(bytes.end) }
    }
}

/// `text` with the findings replaced, except personal ones whose span equals one of `kept`.
pub fn apply(text: &str, findings: &[Finding], kept: &[api::Range]) -> String {
    let gone = findings.iter().filter(|finding| !(finding.personal && kept.contains(&finding.range)));
    replaced(text, gone.map(|finding| (finding.kind, finding.bytes.clone())))
}

/// A search query without its secrets. Personal kinds stay: an error message may well contain a path.
pub fn redact_query(query: &str) -> String {
    replaced(query, everything(query).into_iter().filter(|(kind, _)| !kind.personal()))
}

fn replaced(text: &str, findings: impl IntoIterator<Item = Placed>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (kind, bytes) in findings {
        out.push_str(text.get(from..bytes.start).unwrap_or_default());
        out.push_str(kind.replacement());
        from = bytes.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ranges_count_bytes_and_utf_16() {
        let text = "💡 ö password=hunter22 and ann@acme.io";
        let findings = redact(text);
        assert_eq!(findings.len(), 2);
        let units: Vec<u16> = text.encode_utf16().collect();
        for (finding, wanted) in findings.iter().zip(["hunter22", "ann@acme.io"]) {
            assert_eq!(&text[finding.bytes.clone()], wanted);
            let api::Range { start, end } = finding.range;
            assert_eq!(String::from_utf16(&units[start as usize..end as usize]).unwrap(), wanted);
        }
        let kept = [findings[0].range, findings[1].range];
        let applied = apply(text, &findings, &kept);
        assert_eq!(applied, "💡 ö password=[redacted: password] and ann@acme.io", "a secret is never kept");
        assert_eq!(
            redact_query("login ann@acme.io password=hunter22"),
            "login ann@acme.io password=[redacted: password]"
        );
    }

    /// Texts put together from what the rules look for, which random characters would hardly ever be.
    fn texts() -> impl Strategy<Value = String> {
        let pieces = prop::sample::select(vec![
            "password",
            "token",
            "api_key",
            "Cookie",
            "Authorization",
            "=",
            ":",
            ": ",
            " = ",
            "\"",
            "'",
            "`",
            "@",
            "://",
            "https",
            "/",
            "\\",
            "/home/",
            "/Users/",
            "C:\\Users\\",
            "ann",
            "hunter22",
            "acme.io",
            ".",
            ",",
            ";",
            " ",
            "\n",
            "[",
            "]",
            "[redacted: ",
            "[redacted: JWT]",
            "[redacted: name]",
            "redacted: token]",
            "eyJhbGciOiJI",
            "sk-",
            "ghp",
            "_",
            "-",
            "--",
            "-----BEGIN ",
            "PRIVATE KEY-----",
            "-----END ",
            "+49",
            " 170 ",
            "1234567",
            "192.168.7.20",
            "2a01:4f8::",
            "::",
            "4111 1111 1111 1111",
            "ö",
            "💡",
            "{",
            "}",
            "(",
            ")",
            "<",
            ">",
            "&",
            "?",
            "version ",
            "v",
            "Bearer ",
            "aB3dE5gH7jK9mN1pQ3sT5vX7",
            "\u{0}",
            "\u{2060}",
            "%",
            "$",
            "*",
            "#",
            "|",
        ]);
        prop_oneof![
            prop::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat()),
            any::<String>(),
            "[ -~\n]{0,120}",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn findings_are_in_order_and_on_characters(text in texts()) {
            let mut end = 0;
            for finding in redact(&text) {
                prop_assert!(finding.bytes.start >= end && finding.bytes.end > finding.bytes.start);
                prop_assert!(text.get(finding.bytes.clone()).is_some());
                end = finding.bytes.end;
            }
        }

        #[test]
        fn a_second_redaction_finds_nothing(text in texts()) {
            let once = apply(&text, &redact(&text), &[]);
            prop_assert_eq!(redact(&once), [], "{:?} -> {:?}", text, once);
        }

        #[test]
        fn a_query_redacted_twice_is_the_query_redacted_once(text in texts()) {
            let once = redact_query(&text);
            prop_assert_eq!(redact_query(&once), once);
        }

        #[test]
        fn a_glance_misses_no_secret(text in texts()) {
            prop_assert!(may_hold_secret(&text) || redact_query(&text) == text);
        }

        #[test]
        fn what_is_held_back_is_the_end(text in texts()) {
            prop_assert!(text.starts_with(settled(&text)));
            let typed = redact_typed(&text);
            prop_assert_eq!(redact_query(&typed), typed);
        }

        /// Whatever its author keeps, what stays holds no secret that was found.
        #[test]
        fn secrets_are_never_kept(text in texts()) {
            let findings = redact(&text);
            let kept: Vec<_> = findings.iter().map(|finding| finding.range).collect();
            let secrets: Vec<_> = findings.iter().filter(|finding| !finding.personal).cloned().collect();
            prop_assert_eq!(apply(&text, &findings, &kept), apply(&text, &secrets, &[]));
        }
    }

    /// The replacement of `%1` hides the rest of the address, and what stands before it looks like a token.
    #[test]
    fn an_address_with_a_replacement_is_not_judged_again() {
        let text = "x://@aaaa____bbbb____cccc1@dddd:%1@host";
        let once = apply(text, &redact(text), &[]);
        assert!(once.contains("[redacted: password]"), "{once}");
        assert_eq!(redact(&once), []);
    }

    /// The colon announces the password of the address; what it announces within the address comes first.
    #[test]
    fn a_secret_within_the_reach_of_another_is_found_at_once() {
        let text = "x://token=a:bcd@host";
        assert_eq!(apply(text, &redact(text), &[]), "x://token=a:[redacted: password]@host");
    }

    /// A token in the place of a name is no name, which its author could keep.
    #[test]
    fn a_personal_detail_that_holds_a_secret_is_a_secret() {
        let token = ["gh", "p_aB3dE5gH7jK9mN1pQ3sT5vX7zA9cD1eF3gH5"].concat();
        for text in [format!("/home/{token}/x"), format!("ann@{token}.io"), format!("/home/ann-{token}")] {
            let findings = redact(&text);
            assert!(findings.iter().any(|finding| finding.kind == Kind::Token), "{text}: {findings:?}");
            assert!(findings.iter().all(|finding| !finding.personal), "{text}: {findings:?}");
        }
    }

    /// Looks at most so many times at each byte, whatever the text: 64 kB of what begins a rule again and again.
    #[test]
    fn hostile_texts_take_linear_work() {
        for piece in [
            "a",
            "@",
            "a@",
            "=",
            "token=",
            "token=$",
            "password: \"",
            "-----BEGIN ",
            "-----BEGIN PRIVATE KEY-----",
            "eyJ",
            "eyJa.",
            "eyJ-",
            "sk-",
            "sk-a-",
            "://",
            "://a:",
            "/home/",
            "1.",
            "1",
            "1 ",
            "+1",
            "+1 ",
            "2a01:",
            ":",
            "\"",
            "--token ",
            "[redacted: ",
            "[",
            "Cookie: ",
            "a.b@",
            "\\Users\\",
            "4111 ",
            "ghp_",
            "https://hooks.slack.com/",
            "curl -u a:",
            " -u a:",
            "login a password ",
            "-----BEGIN PRIVATE KEY-----[",
            "password is ",
            "<token>",
            "define('token','",
            "name: token\nvalue: ",
            "tel 1",
            "$1$",
            "token=${",
            "pwd:1example ",
            "cookie:",
            "authorization:bearer ",
            "a@b.test ",
            "\u{f6}",
            ".-",
            "/$1$",
            "curl-",
            "444 ",
            "//pwd:a1b2c3",
            "pwd=a1b2c3/",
            "pwd=a1\\d",
            "xcookie:a=b;",
            "xcookie:a=b;\"",
            "-sk-ant-a1B2c3D4e5F6g7H8i9J0",
            "-eyJrIjoia1b2c3",
            "Comment: -----BEGIN PRIVATE KEY-----\n",
            "Comment: Private-Lines: \n",
        ] {
            // No rule looks beyond what was redacted before, so that what it finds up to there it looks for in vain.
            for end in ["", "[redacted: JWT]"] {
                let text = (piece.repeat(16_384 / piece.len()) + end).repeat(4);
                let mut scan = Scan::new(&text);
                scan.pass(anything);
                let looks = scan.looks() / text.len();
                println!("{looks:>3} {piece:?}");
                assert!(looks <= 70, "{piece:?}: {looks} looks at each byte");
            }
        }
    }
}
