//! `edgewise redact`: what the widget and the edge would find in a text, so that operators can try the rules.
//!
//! The rules themselves are those of the crate `ask`. What was found is never printed, only where it stands.

use std::io::{Read, Write};

use anyhow::{Context, Result};
use clap::Args;
use serde::Serialize;

/// Shown with the command's help.
pub const EXAMPLES: &str = "\
Examples:
  edgewise redact < draft.md
  edgewise redact --apply < draft.md > safe.md
  journalctl -u relay | edgewise redact | grep -c '\"personal\":false'

Standard output gets one finding a line, as JSON: its kind, whether its author may keep it, its line, where it stands
in UTF-16 code units (as the page counts) and in bytes, and what is posted instead. What was found is not printed.";

/// What to do with a text.
#[derive(Debug, Args)]
pub struct RedactArgs {
    /// Print the text with its findings replaced, instead of the findings
    #[arg(long)]
    pub apply: bool,
}

/// A finding as it is printed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    kind: &'static str,
    personal: bool,
    /// Counted from 1.
    line: usize,
    /// In UTF-16 code units.
    start: u32,
    end: u32,
    start_byte: usize,
    end_byte: usize,
    replacement: &'static str,
}

/// Reads standard input and prints what is found in it, or what would be left of it.
pub fn run(args: &RedactArgs) -> Result<()> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("standard input cannot be read as UTF-8 text")?;
    print(&text, args, &mut std::io::stdout().lock())
}

fn print(text: &str, args: &RedactArgs, out: &mut impl Write) -> Result<()> {
    let findings = ask::redact(text);
    if args.apply {
        out.write_all(ask::apply(text, &findings, &[]).as_bytes())?;
        return Ok(());
    }
    let (mut line, mut from) = (1, 0);
    for finding in findings {
        let passed = text.get(from..finding.bytes.start).unwrap_or_default();
        line += passed.bytes().filter(|&byte| byte == b'\n').count();
        from = finding.bytes.start;
        let printed = Line {
            kind: finding.kind.id(),
            personal: finding.personal,
            line,
            start: finding.range.start,
            end: finding.range.end,
            start_byte: finding.bytes.start,
            end_byte: finding.bytes.end,
            replacement: finding.replacement,
        };
        writeln!(out, "{}", serde_json::to_string(&printed)?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(text: &str, apply: bool) -> String {
        let mut out = Vec::new();
        print(text, &RedactArgs { apply }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn findings_are_printed_without_what_was_found() {
        let text = "💡 first\npassword=hunter22\nwrite ann@acme.io\n";
        let wanted = concat!(
            r#"{"kind":"password","personal":false,"line":2,"start":18,"end":26,"startByte":20,"endByte":28,"#,
            r#""replacement":"[redacted: password]"}"#,
            "\n",
            r#"{"kind":"email","personal":true,"line":3,"start":33,"end":44,"startByte":35,"endByte":46,"#,
            r#""replacement":"[redacted: e-mail]"}"#,
            "\n",
        );
        assert_eq!(printed(text, false), wanted);
    }

    #[test]
    fn the_text_is_printed_with_its_findings_replaced() {
        let text = "password=hunter22, ann@acme.io\n";
        assert_eq!(printed(text, true), "password=[redacted: password], [redacted: e-mail]\n");
        assert_eq!(printed("nothing here", false), "");
    }
}
