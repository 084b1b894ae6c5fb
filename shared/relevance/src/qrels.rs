//! Relevance judgments, as TREC's qrels without the unused column.

use std::collections::BTreeMap;

/// Judgments of one query: document id to grade. A grade of 0 is judged and not relevant; a document that is not
/// listed is not judged, which the metrics count as not relevant.
pub type Judged = BTreeMap<String, f64>;

/// Judgments by query id.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Qrels(BTreeMap<String, Judged>);

/// A row of a qrels file that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}; rows are query, document and relevance, with tabs between them")]
pub struct QrelsError {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: String,
}

impl Qrels {
    /// Reads `query<TAB>document<TAB>relevance` rows. Empty lines and lines that start with `#` are passed over;
    /// without a third column the relevance is 1.
    ///
    /// # Errors
    ///
    /// A row of fewer than two columns, a relevance that is no number of at least 0, a pair judged twice with
    /// different grades.
    pub fn read(text: &str) -> Result<Self, QrelsError> {
        let mut qrels = Self::default();
        for (at, line) in text.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let wrong = |why: String| QrelsError { line: at + 1, why };
            let mut columns = line.split('\t').map(str::trim);
            let (Some(query), Some(document)) = (columns.next(), columns.next()) else {
                return Err(wrong("one column".into()));
            };
            let grade = columns.next().unwrap_or("1");
            let grade = grade
                .parse::<f64>()
                .ok()
                .filter(|grade| grade.is_finite() && *grade >= 0.0)
                .ok_or_else(|| wrong(format!("{grade:?} is no relevance")))?;
            let before = qrels.0.entry(query.to_owned()).or_default().insert(document.to_owned(), grade);
            if before.is_some_and(|before| before != grade) {
                return Err(wrong(format!("{query} and {document} are judged twice, differently")));
            }
        }
        Ok(qrels)
    }

    /// The queries with at least one relevant document, in the order of their ids.
    pub fn queries(&self) -> impl Iterator<Item = (&str, &Judged)> {
        let relevant = |(_, judged): &(&String, &Judged)| judged.values().any(|grade| *grade > 0.0);
        self.0.iter().filter(relevant).map(|(query, judged)| (query.as_str(), judged))
    }

    /// Judgments of one query.
    pub fn get(&self, query: &str) -> Option<&Judged> {
        self.0.get(query)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read() {
        let qrels = Qrels::read("# a comment\nq1\td1\t2\nq1\td2\t0\n\nq2\td9\nq3\td1\t0\n").unwrap();
        assert_eq!(qrels.get("q1").unwrap().get("d1"), Some(&2.0));
        let queries: Vec<&str> = qrels.queries().map(|(query, _)| query).collect();
        assert_eq!(queries, ["q1", "q2"], "a query without a relevant document cannot be measured");
    }

    #[test]
    fn wrong_rows_are_named() {
        for (text, line) in [("q1\td1\t1\nq1", 2), ("a\tb\tc", 1), ("a\tb\t-1", 1), ("a\tb\t1\na\tb\t2", 2)] {
            assert_eq!(Qrels::read(text).unwrap_err().line, line, "{text:?}");
        }
    }
}
