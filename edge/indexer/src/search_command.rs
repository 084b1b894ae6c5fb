//! `edgewise search`: what a reader would find, in the terminal.

use std::io::Write;

use anyhow::Result;
use api::{Facets, Highlighted, Hit};
use search::{Explanation, Features, SearchQuery, TermScore, Weights};

use crate::report::{self, Style};
use crate::{SearchArgs, files};

/// Facet values shown below the hits.
const FACET_VALUES: usize = 8;

/// Prints the ranked hits of a query.
pub fn run(args: SearchArgs) -> Result<()> {
    let index = files::open(&files::bundle_path(&args.index)?)?;
    let query = SearchQuery {
        text: args.query.join(" "),
        tags: args.tag,
        categories: args.category,
        sources: args.source,
        limit: args.limit,
        offset: 0,
    };
    let answer = index.search(&query)?;
    let mut out = std::io::stdout().lock();
    if args.json {
        serde_json::to_writer_pretty(&mut out, &answer)?;
        writeln!(out)?;
        return Ok(());
    }
    let style = Style::of_output();
    let explained = if args.explain { index.explain(&query)? } else { Vec::new() };
    if let Some(meant) = &answer.did_you_mean {
        writeln!(out, "did you mean {}?\n", style.strong(&plain(meant)))?;
    }
    for (at, hit) in answer.hits.iter().enumerate() {
        write!(out, "{}", hit_text(at + 1, hit, style))?;
        if let Some(explanation) = explained.get(at) {
            write!(out, "{}", explanation_text(explanation, &index.ranking().search, style))?;
        }
        writeln!(out)?;
    }
    let total = usize::try_from(answer.total).unwrap_or(usize::MAX);
    writeln!(out, "{} of {}", report::count(answer.hits.len()), report::plural(total, "match", "matches"))?;
    write!(out, "{}", facets_text(&answer.facets, style))?;
    Ok(())
}

fn hit_text(number: usize, hit: &Hit, style: Style) -> String {
    let mut badges = Vec::new();
    if hit.accepted {
        badges.push("accepted".to_owned());
    }
    if hit.staff {
        badges.push("staff".to_owned());
    }
    badges.push(match hit.answers {
        0 => hit.source.clone(),
        answers => report::plural(answers as usize, "answer", "answers"),
    });
    badges.extend(hit.category.clone());
    badges.extend(hit.tags.iter().map(|tag| format!("#{tag}")));
    let mut text =
        format!("{number:>2}. {}  {:.2}\n", highlighted(&hit.title, style, Style::strong), hit.score);
    text.push_str(&format!("    {}\n", style.faint(&badges.join(" · "))));
    if let Some(passage) = &hit.passage {
        text.push_str(&format!("    {}\n", highlighted(&passage.text, style, |_, plain| plain.to_owned())));
    }
    text.push_str(&format!("    {}\n", style.faint(&hit.url)));
    text
}

/// Terms with what they add to the text's score, then the features with what they add to the hit's.
fn explanation_text(explanation: &Explanation, weights: &Weights, style: Style) -> String {
    let mut lines: Vec<String> = explanation.terms.iter().map(term_line).collect();
    let features = explanation.features.values().into_iter().zip(weights.values());
    for (name, (value, weight)) in Features::NAMES.into_iter().zip(features) {
        if value != 0.0 || weight != 0.0 {
            let share = value * weight;
            lines.push(format!("{name:<20} {share:>7.3}  value {value:.3}  weight {weight:.3}"));
        }
    }
    let why = &explanation.hit.why;
    let likeness = why.likeness.map_or("without vectors".to_owned(), |likeness| format!("{likeness:.3}"));
    lines.push(format!("likeness {likeness}, prior {:.3}", why.prior));
    lines.iter().map(|line| style.faint(&format!("      {line}")) + "\n").collect()
}

fn term_line(term: &TermScore) -> String {
    let fields: Vec<_> = term.fields.iter().map(|(field, weight)| format!("{field} {weight:.2}")).collect();
    let fields = if fields.is_empty() { "not in this thread".to_owned() } else { fields.join(", ") };
    format!("{:<20} {:>7.3}  idf {:.3}  {fields}", term.term, term.score, term.idf)
}

fn facets_text(facets: &Facets, style: Style) -> String {
    let mut text = String::new();
    for (name, values) in
        [("source", &facets.sources), ("category", &facets.categories), ("tag", &facets.tags)]
    {
        let shown: Vec<_> = values
            .iter()
            .take(FACET_VALUES)
            .map(|value| format!("{} {}", value.value, report::count(value.count)))
            .collect();
        if !shown.is_empty() {
            text.push_str(&style.faint(&format!("{name:<9} {}", shown.join(", "))));
            text.push('\n');
        }
    }
    text
}

/// Without what would tear the list apart or turn to the terminal: line breaks and other control characters.
fn plain(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// The text with its matches set off; ranges count UTF-16 code units.
fn highlighted(text: &Highlighted, style: Style, rest: impl Fn(Style, &str) -> String) -> String {
    let units: Vec<u16> = text.text.encode_utf16().collect();
    let piece = |from: u32, to: u32| {
        let units = units.get(from as usize..to as usize).unwrap_or_default();
        plain(&String::from_utf16_lossy(units))
    };
    let mut out = String::new();
    let mut at = 0;
    for range in &text.ranges {
        out.push_str(&rest(style, &piece(at, range.start)));
        out.push_str(&style.found(&piece(range.start, range.end)));
        at = range.end;
    }
    out.push_str(&rest(style, &piece(at, units.len() as u32)));
    out
}
