//! What the commands print: tables, sizes, progress. Progress goes to standard error and only to a terminal.

use std::fmt::Write;
use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A progress bar over `length` things; invisible where standard error is no terminal.
pub fn progress(what: &str, length: usize) -> ProgressBar {
    let target = if std::io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(length as u64), target);
    let style = ProgressStyle::with_template("{msg:28} {bar:30} {human_pos} of {human_len}  {elapsed}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_message(what.to_owned());
    bar
}

/// A spinner for work whose length is unknown; invisible where standard error is no terminal.
pub fn spinner(what: &str) -> ProgressBar {
    let bar = progress(what, 0);
    let style = ProgressStyle::with_template("{msg:28} {spinner}  {elapsed}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// Bytes as people read them.
pub fn bytes(bytes: u64) -> String {
    indicatif::HumanBytes(bytes).to_string()
}

/// A count with its thousands parted.
pub fn count(count: impl TryInto<u64>) -> String {
    count.try_into().map_or_else(|_| "?".to_owned(), |count| indicatif::HumanCount(count).to_string())
}

/// "1 page", "2 pages".
pub fn plural(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// Rows under headings; the first column is text, the others are figures.
pub fn table(headings: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain(headings.get(column).map(|heading| heading.chars().count())).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    let mut out = String::new();
    let mut line = |cells: &[String]| {
        let mut written = String::new();
        for (column, (cell, width)) in cells.iter().zip(&widths).enumerate() {
            let _ = match column {
                0 => write!(written, "{cell:<width$}"),
                _ => write!(written, "  {cell:>width$}"),
            };
        }
        out.push_str(written.trim_end());
        out.push('\n');
    };
    line(&headings.iter().map(|heading| (*heading).to_owned()).collect::<Vec<_>>());
    rows.iter().for_each(|row| line(row));
    out
}

/// How text is set off on a terminal; plain elsewhere, and where the environment sets `NO_COLOR`.
#[derive(Clone, Copy)]
pub struct Style {
    colour: bool,
}

impl Style {
    /// For standard output.
    pub fn of_output() -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self { colour: wanted && std::io::stdout().is_terminal() }
    }

    /// Bold.
    pub fn strong(self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// Faint.
    pub fn faint(self, text: &str) -> String {
        self.wrap("2", text)
    }

    /// A match.
    pub fn found(self, text: &str) -> String {
        self.wrap("1;33", text)
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let rows = [vec!["docs".into(), "15".into()], vec!["discourse".into(), "5,046".into()]];
        assert_eq!(
            table(&["Source", "Read"], &rows),
            "Source      Read\ndocs          15\ndiscourse  5,046\n"
        );
    }
}
