//! What is asked in an evaluation: threads or topics, whole, half typed or misspelt.

use std::path::Path;

use anyhow::{Context, Result, bail};
use relevance::{Judged, Qrels, Random};
use search::Asked;
use thread::Thread;

use super::corpus::Corpus;
use crate::{EvalMode, Slips};

/// Shortest word that typos are made in, in characters.
const TYPO_CHARS: usize = 4;

/// Share of those words that get one.
const TYPO_SHARE: f64 = 0.3;

/// One query and what is right.
pub struct Query {
    /// Its id in the judgments.
    pub id: String,
    /// The title, or the query of a topic.
    pub title: String,
    /// The question, where drafts are compared and the topic has one.
    pub body: String,
    /// The document that asks, never its own candidate.
    pub asker: Option<u32>,
    /// When it was asked, seconds since 1970.
    pub created: Option<i64>,
    /// What was judged.
    pub judged: Judged,
}

impl Query {
    /// What the ranking is asked.
    pub fn asked(&self, mode: EvalMode) -> Asked<'_> {
        mode.asked(&self.title, &self.body)
    }
}

impl EvalMode {
    /// What the ranking is asked.
    pub fn asked<'a>(self, title: &'a str, body: &'a str) -> Asked<'a> {
        match self {
            Self::Search => Asked::Query(title),
            Self::Similar => Asked::Draft { title, body },
        }
    }
}

/// The body of a thread's question as a draft would have it.
pub fn body(thread: &Thread) -> String {
    text::plain(&text::blocks(&thread.question.body))
}

/// The judged queries, in the order of their ids.
pub fn read(corpus: &Corpus, qrels: &Path, topics: Option<&Path>, mode: EvalMode) -> Result<Vec<Query>> {
    let text =
        std::fs::read_to_string(qrels).with_context(|| format!("{} cannot be read", qrels.display()))?;
    let judgments = Qrels::read(&text).with_context(|| format!("{} cannot be read", qrels.display()))?;
    let queries: Vec<Query> = match topics {
        Some(topics) => of_topics(topics, &judgments)?,
        None => of_threads(corpus, &judgments, mode)?,
    };
    if queries.is_empty() {
        bail!("{} judges no query with a relevant document", qrels.display());
    }
    Ok(queries)
}

fn of_threads(corpus: &Corpus, judgments: &Qrels, mode: EvalMode) -> Result<Vec<Query>> {
    let query = |(id, judged): (&str, &Judged)| {
        let number =
            corpus.number(id).with_context(|| format!("thread {id} is judged and not in the input"))?;
        let thread = &corpus.threads[number as usize];
        let body = match mode {
            EvalMode::Search => String::new(),
            EvalMode::Similar => body(thread),
        };
        Ok(Query {
            id: id.to_owned(),
            title: thread.title.clone(),
            body,
            asker: Some(number),
            created: Some(thread.created_at.unix_timestamp()),
            judged: judged.clone(),
        })
    };
    judgments.queries().map(query).collect()
}

/// Rows are `id<TAB>title[<TAB>body]`.
fn of_topics(file: &Path, judgments: &Qrels) -> Result<Vec<Query>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let mut queries = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
    {
        let mut columns = line.split('\t');
        let (Some(id), Some(title)) = (columns.next(), columns.next()) else {
            bail!("{}:{}: no tab between id and title", file.display(), at + 1);
        };
        if let Some(judged) = judgments.get(id).filter(|judged| judged.values().any(|grade| *grade > 0.0)) {
            queries.push(Query {
                id: id.to_owned(),
                title: title.to_owned(),
                body: columns.next().unwrap_or_default().to_owned(),
                asker: None,
                created: None,
                judged: judged.clone(),
            });
        }
    }
    Ok(queries)
}

/// Makes the queries look as people type them.
pub fn slip(queries: &mut [Query], slips: &Slips) {
    for (at, query) in queries.iter_mut().enumerate() {
        if let Some(share) = slips.typed {
            query.title = typed(&query.title, share);
        }
        if let Some(seed) = slips.typos {
            query.title = misspelt(&query.title, &mut Random::new(seed.wrapping_add(at as u64)));
        }
    }
}

/// The title when `share` of its words are typed, the last of them half.
fn typed(title: &str, share: f64) -> String {
    let words: Vec<&str> = title.split_whitespace().collect();
    let count = ((words.len() as f64 * share).ceil() as usize).clamp(1, words.len().max(1));
    let mut typed: Vec<String> = words.iter().take(count).map(|word| (*word).to_owned()).collect();
    if let Some(last) = typed.last_mut() {
        let half = last.chars().count().div_ceil(2);
        *last = last.chars().take(half).collect();
    }
    typed.join(" ")
}

/// One random edit (a letter left out, put in, replaced, or two swapped) in a share of the longer words.
fn misspelt(title: &str, random: &mut Random) -> String {
    let words = title.split_whitespace().map(|word| {
        let mut letters: Vec<char> = word.chars().collect();
        if letters.len() < TYPO_CHARS || random.unit() >= TYPO_SHARE {
            return word.to_owned();
        }
        let at = random.below(letters.len());
        let letter = char::from(b'a' + random.below(26) as u8);
        match random.below(4) {
            0 => drop(letters.remove(at)),
            1 => letters.insert(at, letter),
            2 => letters[at] = letter,
            _ => letters.swap(at, if at + 1 < word.chars().count() { at + 1 } else { at - 1 }),
        }
        letters.into_iter().collect()
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_half_typed() {
        assert_eq!(typed("how to pair a phone", 0.6), "how to pa");
        assert_eq!(typed("one", 0.6), "on");
        assert_eq!(typed("", 0.6), "");
    }

    #[test]
    fn typos_are_seeded_single_edits_in_long_words() {
        let title = "pairing the telephone with several computers fails without any message";
        let once = misspelt(title, &mut Random::new(7));
        assert_eq!(once, misspelt(title, &mut Random::new(7)));
        assert_ne!(once, title);
        for (before, after) in title.split(' ').zip(once.split(' ')) {
            let (before, after) = (before.chars().count(), after.chars().count());
            assert!(before.abs_diff(after) <= 1 && (before >= TYPO_CHARS || before == after));
        }
    }
}
