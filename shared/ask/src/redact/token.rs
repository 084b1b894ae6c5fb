//! Access tokens and keys that their issuers gave a form of their own, so that they are known without a name beside.

use super::Kind;
use super::bytes::{
    ALNUM, AT, BASE64, BASE64URL, Class, DASH, DIGIT, DOT, HEX, LOWER, SLASH, TILDE, UNDERSCORE, UPPER, WORD,
    is, sorts,
};
use super::placeholder::{SAMPLE, masked, uniform};
use super::scan::{Found, Scan};

/// What the tail of a token is written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tail {
    /// Hexadecimal digits.
    Hex,
    /// Those and `-`.
    HexDash,
    /// Upper-case letters and digits.
    Upper,
    /// Those and `-`.
    UpperDash,
    /// Letters and digits.
    Alnum,
    /// Those and `_`.
    Word,
    /// Those and `-`.
    Base64Url,
    /// Letters, digits, `+`, `/` and `=`.
    Base64,
    /// [`Tail::Base64Url`] in parts, with `.` between.
    Dotted,
    /// [`Tail::Base64Url`], a digit and an upper-case letter among it, nothing of it before: the prefix alone says
    /// too little.
    Mixed,
}

impl Tail {
    fn class(self) -> Class {
        match self {
            Self::Hex => HEX,
            Self::HexDash => HEX | DASH,
            Self::Upper => UPPER | DIGIT,
            Self::UpperDash => UPPER | DIGIT | DASH,
            Self::Alnum => ALNUM,
            Self::Word => WORD,
            Self::Base64Url | Self::Mixed => BASE64URL,
            Self::Base64 => BASE64,
            Self::Dotted => BASE64URL | DOT,
        }
    }
}

/// A tail without an upper bound.
const OPEN: u8 = u8::MAX;

/// Prefix, what the tail is written with, its least and most characters. Ascending by their first two bytes; a
/// prefix that begins another one comes behind it. From the issuers' documentation and the published rules of
/// secret scanners; where lengths have changed over time the bound is loose.
const FORMS: &[(&str, Tail, u8, u8)] = &[
    ("A3-", Tail::UpperDash, 36, 37),
    ("ABIA", Tail::Upper, 16, 16),
    ("ACCA", Tail::Upper, 16, 16),
    ("AGE-SECRET-KEY-1", Tail::Upper, 50, OPEN),
    ("AIza", Tail::Base64Url, 35, 35),
    ("AKCp", Tail::Alnum, 69, 69),
    ("AKIA", Tail::Upper, 16, 16),
    ("APA91b", Tail::Base64Url, 100, OPEN),
    ("API-", Tail::Upper, 26, 26),
    ("ASIA", Tail::Upper, 16, 16),
    ("ATATT3", Tail::Base64Url, 50, OPEN),
    ("ATBB", Tail::Alnum, 32, 32),
    ("ATCTT3", Tail::Base64Url, 50, OPEN),
    ("CCIPAT_", Tail::Word, 40, OPEN),
    ("CFPAT-", Tail::Base64Url, 43, 43),
    ("CLOJARS_", Tail::Hex, 60, 60),
    ("EAAA", Tail::Mixed, 56, 64),
    ("EAA", Tail::Alnum, 100, OPEN),
    ("EZAK", Tail::Alnum, 54, 54),
    ("EZTK", Tail::Alnum, 54, 54),
    ("FLWSECK", Tail::Base64Url, 16, OPEN),
    ("GOCSPX-", Tail::Base64Url, 24, OPEN),
    ("GR1348941", Tail::Base64Url, 20, OPEN),
    ("HRKU-", Tail::Base64Url, 36, OPEN),
    // A private key in base 64, as Kubernetes keeps it: `-----BEGIN PRIVATE`, `RSA`, `EC`, `OPENSSH`.
    ("LS0tLS1CRUdJTiBQUklWQVRF", Tail::Base64, 40, OPEN),
    ("LS0tLS1CRUdJTiBSU0EgUFJJVkFUR", Tail::Base64, 40, OPEN),
    ("LS0tLS1CRUdJTiBFQyBQUklWQVRF", Tail::Base64, 40, OPEN),
    ("LS0tLS1CRUdJTiBPUEVOU1NIIFBSSVZBVE", Tail::Base64, 40, OPEN),
    ("LTAI", Tail::Alnum, 16, 26),
    ("NRAK-", Tail::Upper, 27, 27),
    ("NRII-", Tail::Base64Url, 32, 32),
    ("PMAK-", Tail::HexDash, 59, 59),
    ("SG.", Tail::Dotted, 40, 80),
    ("SK", Tail::Hex, 32, 32),
    ("access-development-", Tail::HexDash, 36, 36),
    ("access-production-", Tail::HexDash, 36, 36),
    ("access-sandbox-", Tail::HexDash, 36, 36),
    ("amzn.mws.", Tail::HexDash, 36, 36),
    ("api_org_", Tail::Alnum, 34, 34),
    ("bkua_", Tail::Hex, 40, 40),
    ("cfat_", Tail::Alnum, 40, 60),
    ("cfk_", Tail::Alnum, 40, 60),
    ("cfut_", Tail::Alnum, 40, 60),
    ("cio", Tail::Mixed, 32, 32),
    ("cmVmd", Tail::Alnum, 59, 59),
    ("dapi", Tail::HexDash, 32, 34),
    ("dckr_oat_", Tail::Base64Url, 20, OPEN),
    ("dckr_pat_", Tail::Base64Url, 20, OPEN),
    ("doo_v1_", Tail::Hex, 64, 64),
    ("dop_v1_", Tail::Hex, 64, 64),
    ("dor_v1_", Tail::Hex, 64, 64),
    ("dp.ct.", Tail::Alnum, 40, 44),
    ("dp.pt.", Tail::Alnum, 40, 44),
    ("dp.sa.", Tail::Alnum, 40, 44),
    ("dp.st.", Tail::Dotted, 40, 80),
    ("dt0c01.", Tail::Dotted, 89, 89),
    ("duffel_live_", Tail::Base64Url, 43, 43),
    ("duffel_test_", Tail::Base64Url, 43, 43),
    ("eyJrIjoi", Tail::Base64, 60, OPEN),
    ("figd_", Tail::Base64Url, 36, OPEN),
    ("fio-u-", Tail::Base64Url, 64, 64),
    ("fm1a_", Tail::Base64, 100, OPEN),
    ("fm1r_", Tail::Base64, 100, OPEN),
    ("fm2_", Tail::Base64, 100, OPEN),
    ("fo1_", Tail::Base64Url, 43, 43),
    ("gho_", Tail::Alnum, 30, OPEN),
    ("ghp_", Tail::Alnum, 30, OPEN),
    ("ghr_", Tail::Alnum, 30, OPEN),
    ("ghs_", Tail::Alnum, 30, OPEN),
    ("ghu_", Tail::Alnum, 30, OPEN),
    ("github_pat_", Tail::Word, 40, OPEN),
    ("glagent-", Tail::Base64Url, 50, OPEN),
    ("glc_", Tail::Base64, 32, OPEN),
    ("glcbt-", Tail::Base64Url, 20, OPEN),
    ("gldt-", Tail::Base64Url, 20, OPEN),
    ("glffct-", Tail::Base64Url, 20, OPEN),
    ("glft-", Tail::Base64Url, 20, OPEN),
    ("glimt-", Tail::Base64Url, 20, OPEN),
    ("gloas-", Tail::Base64Url, 40, OPEN),
    ("glpat-", Tail::Dotted, 20, OPEN),
    ("glptt-", Tail::Base64Url, 20, OPEN),
    ("glrt-", Tail::Dotted, 20, OPEN),
    ("glrtr-", Tail::Dotted, 20, OPEN),
    ("glsa_", Tail::Word, 32, OPEN),
    ("glsoat-", Tail::Base64Url, 20, OPEN),
    ("gsk_", Tail::Alnum, 40, OPEN),
    ("hf_", Tail::Alnum, 30, OPEN),
    ("hvb.", Tail::Base64Url, 90, OPEN),
    ("hvr.", Tail::Base64Url, 90, OPEN),
    ("hvs.", Tail::Base64Url, 24, OPEN),
    ("ico-", Tail::Alnum, 32, 32),
    ("key-", Tail::Hex, 32, 32),
    ("lin_api_", Tail::Alnum, 32, OPEN),
    ("lin_oauth_", Tail::Alnum, 32, OPEN),
    ("lsv2_pt_", Tail::Word, 40, OPEN),
    ("lsv2_sk_", Tail::Word, 40, OPEN),
    ("mfa.", Tail::Base64Url, 84, 84),
    ("nfp_", Tail::Alnum, 32, OPEN),
    ("npm_", Tail::Alnum, 36, OPEN),
    ("ntn_", Tail::Alnum, 43, 50),
    ("nvapi-", Tail::Base64Url, 40, OPEN),
    ("ops_eyJ", Tail::Base64, 100, OPEN),
    ("oy2", Tail::Alnum, 43, 43),
    ("p8e-", Tail::Alnum, 32, 32),
    ("pat-eu1-", Tail::HexDash, 36, 36),
    ("pat-na1-", Tail::HexDash, 36, 36),
    ("pcsk_", Tail::Word, 40, OPEN),
    ("phx_", Tail::Alnum, 40, OPEN),
    ("pnu_", Tail::Alnum, 36, 36),
    ("pplx-", Tail::Alnum, 40, OPEN),
    ("pscale_oauth_", Tail::Dotted, 32, 64),
    ("pscale_pw_", Tail::Dotted, 32, 64),
    ("pscale_tkn_", Tail::Dotted, 32, 64),
    ("pul-", Tail::Hex, 40, 40),
    ("pypi-", Tail::Base64Url, 40, OPEN),
    ("r8_", Tail::Alnum, 37, 37),
    ("rdme_", Tail::Alnum, 70, 70),
    ("rk_live_", Tail::Alnum, 16, OPEN),
    ("rk_test_", Tail::Alnum, 16, OPEN),
    ("rnd_", Tail::Alnum, 28, 40),
    ("rubygems_", Tail::Hex, 48, 48),
    ("s-s4t2af-", Tail::Hex, 64, 64),
    ("s-s4t2ud-", Tail::Hex, 64, 64),
    ("sb_secret_", Tail::Base64Url, 20, OPEN),
    ("sbp_", Tail::Hex, 40, 40),
    ("secret_", Tail::Mixed, 43, 43),
    ("sgp_", Tail::Word, 40, OPEN),
    ("sha256~", Tail::Base64Url, 43, 43),
    ("shippo_live_", Tail::Hex, 40, 40),
    ("shippo_test_", Tail::Hex, 40, 40),
    ("shpat_", Tail::Hex, 32, 32),
    ("shpca_", Tail::Hex, 32, 32),
    ("shppa_", Tail::Hex, 32, 32),
    ("shpss_", Tail::Hex, 32, 32),
    ("sk-ant-", Tail::Base64Url, 20, OPEN),
    ("sk-lf-", Tail::HexDash, 36, 36),
    ("sk-or-v1-", Tail::Hex, 64, 64),
    ("sk-", Tail::Hex, 32, 32),
    ("sk-", Tail::Mixed, 20, OPEN),
    ("sk.eyJ", Tail::Dotted, 60, OPEN),
    ("sk_live_", Tail::Alnum, 16, OPEN),
    ("sk_prod_", Tail::Alnum, 16, OPEN),
    ("sk_test_", Tail::Alnum, 16, OPEN),
    ("sl.", Tail::Mixed, 100, OPEN),
    ("sntrys_", Tail::Base64, 40, OPEN),
    ("sntryu_", Tail::Hex, 64, 64),
    ("sq0atp-", Tail::Base64Url, 22, OPEN),
    ("sq0csp-", Tail::Base64Url, 40, OPEN),
    ("sqa_", Tail::Hex, 40, 40),
    ("sqp_", Tail::Hex, 40, 40),
    ("squ_", Tail::Hex, 40, 40),
    ("syt_", Tail::Word, 30, OPEN),
    ("tfp_", Tail::Dotted, 40, 80),
    ("tk-us-", Tail::Base64Url, 48, 48),
    ("tskey-", Tail::Base64Url, 16, OPEN),
    ("v1.0-", Tail::HexDash, 171, 171),
    ("vca_", Tail::Alnum, 40, OPEN),
    ("vci_", Tail::Alnum, 40, OPEN),
    ("vck_", Tail::Alnum, 40, OPEN),
    ("vcp_", Tail::Alnum, 40, OPEN),
    ("vcr_", Tail::Alnum, 40, OPEN),
    ("whsec_", Tail::Base64, 20, OPEN),
    ("xai-", Tail::Alnum, 60, OPEN),
    ("xapp-", Tail::Base64Url, 20, OPEN),
    ("xkeysib-", Tail::Base64Url, 60, OPEN),
    ("xoxa-", Tail::Base64Url, 10, OPEN),
    ("xoxb-", Tail::Base64Url, 10, OPEN),
    ("xoxc-", Tail::Base64Url, 10, OPEN),
    ("xoxd-", Tail::Base64Url, 10, OPEN),
    ("xoxe-", Tail::Base64Url, 10, OPEN),
    ("xoxo-", Tail::Base64Url, 10, OPEN),
    ("xoxp-", Tail::Base64Url, 10, OPEN),
    ("xoxr-", Tail::Base64Url, 10, OPEN),
    ("xoxs-", Tail::Base64Url, 10, OPEN),
    ("xsmtpsib-", Tail::Base64Url, 60, OPEN),
    ("ya29.", Tail::Base64Url, 20, OPEN),
];

/// Where in [`FORMS`] the group of each ASCII letter starts and, at the next one, ends.
const GROUPS: [u8; 129] = {
    let mut groups = [0; 129];
    let mut at = 0;
    while at < FORMS.len() {
        groups[FORMS[at].0.as_bytes()[0] as usize + 1] = at as u8 + 1;
        at += 1;
    }
    let mut letter = 1;
    while letter < groups.len() {
        if groups[letter] < groups[letter - 1] {
            groups[letter] = groups[letter - 1];
        }
        letter += 1;
    }
    groups
};

/// The second byte of each prefix, side by side: it rules out most of a group.
const SECONDS: [u8; FORMS.len()] = {
    let mut seconds = [0; FORMS.len()];
    let mut at = 0;
    while at < FORMS.len() {
        seconds[at] = FORMS[at].0.as_bytes()[1];
        at += 1;
    }
    seconds
};

/// For each byte that begins prefixes, the last five bits of their second bytes, as bits: hardly a word fits.
const LIKELY: [u32; 128] = {
    let mut likely = [0; 128];
    let mut at = 0;
    while at < FORMS.len() {
        let prefix = FORMS[at].0.as_bytes();
        likely[prefix[0] as usize] |= 1 << (prefix[1] & 31);
        at += 1;
    }
    likely
};

/// A token of [`FORMS`].
pub(super) fn published(scan: &Scan<'_>, at: usize) -> Found {
    let second = scan.byte(at + 1).filter(|&byte| is(byte, BASE64URL | DOT))?;
    if scan.after(at, WORD) {
        return None;
    }
    let first = usize::from(scan.byte(at)?);
    if LIKELY.get(first)? >> (second & 31) & 1 == 0 {
        return None;
    }
    let group = usize::from(*GROUPS.get(first)?)..usize::from(*GROUPS.get(first + 1)?);
    let (forms, seconds) = (FORMS.get(group.clone())?, SECONDS.get(group)?);
    let from = seconds.iter().position(|known| *known == second)?;
    let third = scan.byte(at + 2)?;
    for (form, &known) in forms.get(from..)?.iter().zip(seconds.get(from..)?) {
        if known != second {
            break;
        }
        let likely = form.0.as_bytes().get(2).is_none_or(|&known| known == third);
        if likely && let Some(found) = token(scan, at, form) {
            return Some(found);
        }
    }
    None
}

/// A token of this form, the first three bytes of whose prefix are known to stand here.
fn token(scan: &Scan<'_>, at: usize, &(prefix, tail, least, most): &(&str, Tail, u8, u8)) -> Found {
    let rest = prefix.get(3..).unwrap_or_default();
    if !scan.looking_at(at + 3, rest) || (tail == Tail::Mixed && scan.after(at, BASE64URL)) {
        return None;
    }
    let from = at + prefix.len();
    let (least, most) = (usize::from(least), if most == OPEN { usize::MAX } else { usize::from(most) });
    let class = tail.class();
    let end = if most == usize::MAX {
        scan.follow(from, class, false)?
    } else {
        scan.run_far(from, most + 1, class)
    };
    // Whether it is one shows in its first bytes.
    if end - from < least || !random(scan.slice(from..end.min(from + SAMPLE)), tail) {
        return None;
    }
    // A sentence's full stop is not the token's.
    let end = if tail == Tail::Dotted { scan.run_back(end, end - from, DOT) } else { end };
    (least..=most).contains(&(end - from)).then_some((Kind::Token, at..end))
}

/// Not a word, a class of a style sheet, a placeholder.
fn random(sample: &[u8], tail: Tail) -> bool {
    let seen = sorts(sample);
    let (digit, upper, lower) = (seen & DIGIT != 0, seen & UPPER != 0, seen & LOWER != 0);
    let varied = if tail == Tail::Mixed {
        digit && upper
    } else {
        u8::from(digit) + u8::from(upper) + u8::from(lower) > 1
    };
    varied && !uniform(sample) && !masked(sample)
}

/// `Bearer` or `Basic` and a credential, in or out of a header.
pub(super) fn scheme(scan: &Scan<'_>, at: usize) -> Found {
    let basic = scan.looking_at_word(at, "basic ");
    let scheme = if basic { "basic " } else { "bearer " };
    if !scan.looking_at_word(at, scheme) || scan.after(at, WORD) {
        return None;
    }
    let from = at + scheme.len();
    let part = BASE64 | UNDERSCORE | DASH | DOT | TILDE;
    let sample = scan.slice(from..scan.run(from, SAMPLE, part));
    let seen = sorts(sample);
    let digit = seen & DIGIT != 0;
    let random = match basic {
        true => sample.len() >= 12 && (sample.ends_with(b"=") || (digit && seen & UPPER != 0)),
        false => sample.len() >= 20 && digit,
    };
    if !random || uniform(sample) || masked(sample) {
        return None;
    }
    let end = scan.run(from, usize::MAX, part);
    Some((Kind::Token, from..scan.run_back(end, end - from, DOT)))
}

/// The secret part of an incoming webhook's address.
pub(super) fn webhook(scan: &Scan<'_>, at: usize) -> Found {
    const HOSTS: [&str; 7] = [
        "hooks.slack.com/services/",
        "hooks.slack.com/workflows/",
        "hooks.slack.com/triggers/",
        "hooks.zapier.com/hooks/catch/",
        "discord.com/api/webhooks/",
        "discordapp.com/api/webhooks/",
        "webhook.office.com/webhookb2/",
    ];
    if scan.after(at, WORD) {
        return None;
    }
    let host = HOSTS.iter().find(|host| scan.looking_at(at, host))?;
    let from = at + host.len();
    let part = BASE64URL | SLASH | AT;
    let sample = scan.slice(from..scan.run(from, SAMPLE, part));
    let random = sample.len() >= 14 && sorts(sample) & DIGIT != 0 && !masked(sample);
    let end = || scan.run(from, usize::MAX, part);
    random.then(|| (Kind::Token, from..scan.run_back(end(), usize::MAX, SLASH)))
}

/// A bot's token at Telegram: its number, a colon, 35 characters. In the API's addresses, `bot` stands before it.
pub(super) fn telegram(scan: &Scan<'_>, at: usize) -> Found {
    let start = if scan.looking_at(at, "bot") { at + 3 } else { at };
    // Few numbers are that long.
    if !scan.sees(start + 1, DIGIT) {
        return None;
    }
    let number = scan.run(start, 11, DIGIT);
    if !(8..=10).contains(&(number - start)) || !scan.looking_at(number, ":") {
        return None;
    }
    let end = scan.run(number + 1, 36, BASE64URL);
    let sample = scan.slice(number + 1..end);
    (sample.len() == 35 && !uniform(sample) && !masked(sample)).then_some((Kind::Token, start..end))
}

/// A bot's token at Discord: its number in base 64, six characters for the time, and a signature.
pub(super) fn discord(scan: &Scan<'_>, at: usize) -> Found {
    if scan.after(at, BASE64URL) {
        return None;
    }
    let number = scan.run(at, 29, BASE64URL);
    if !(23..=28).contains(&(number - at)) || !scan.looking_at(number, ".") {
        return None;
    }
    let time = scan.run(number + 1, 7, BASE64URL);
    if time != number + 7 || !scan.looking_at(time, ".") {
        return None;
    }
    let end = scan.run(time + 1, 41, BASE64URL);
    ((27..=40).contains(&(end - time - 1)) && random(scan.slice(at..number), Tail::Mixed))
        .then_some((Kind::Token, at..end))
}

/// A token of Terraform Cloud: 14 characters, `.atlasv1.`, and some 60 more; found in its middle.
pub(super) fn terraform(scan: &Scan<'_>, at: usize) -> Found {
    const MIDDLE: &str = "atlasv1.";
    if !scan.looking_at(at, MIDDLE) || !scan.after(at, DOT) {
        return None;
    }
    let dot = at - 1;
    let start = scan.run_back(dot, 15, ALNUM);
    let end = scan.run(at + MIDDLE.len(), 80, BASE64URL);
    (dot - start == 14 && end - at >= MIDDLE.len() + 40).then_some((Kind::Token, start..end))
}

/// The client secret of an application at Azure: three characters, a digit, `Q~`, and some 32 more.
pub(super) fn azure(scan: &Scan<'_>, at: usize) -> Found {
    let part = BASE64URL | DOT | TILDE;
    if !scan.behind(at, "Q") || !scan.after(at - 1, DIGIT) {
        return None;
    }
    let start = scan.run_back(at, 6, part);
    let end = scan.run(at + 1, 36, part);
    (at - start == 5 && (31..=34).contains(&(end - at - 1))).then_some((Kind::Token, start..end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_grouped_by_their_first_bytes() {
        let begin = |form: &(&str, Tail, u8, u8)| [form.0.as_bytes()[0], form.0.as_bytes()[1]];
        assert!(FORMS.is_sorted_by_key(begin), "the index relies on it");
        for (at, (prefix, _, least, most)) in FORMS.iter().enumerate() {
            assert!(prefix.len() >= 2 && least <= most, "{prefix}");
            let hides = |later: &&(&str, Tail, u8, u8)| later.0.starts_with(prefix) && later.0 != *prefix;
            assert_eq!(FORMS[at + 1..].iter().find(hides), None, "{prefix} comes too early");
        }
    }
}
