//! Replies that nobody had written yet: an evaluation looks at threads as they stood when a period began.
//!
//! An index is one state, and one for each question would take days. Questions of a period therefore share an index, in
//! which no reply of that period or later counts: it knows a little less than what was known when each was asked.

use anyhow::Result;
use thread::Thread;
use time::{Month, OffsetDateTime, Time};

use super::queries::Query;

/// How long questions share an index.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Period {
    /// A calendar month
    Month,
    /// Three months, from January, April, July or October
    Quarter,
    /// A calendar year
    Year,
}

impl Period {
    /// When the period began that contains `seconds` since 1970, in UTC.
    fn begin(self, seconds: i64) -> Result<i64> {
        let moment = OffsetDateTime::from_unix_timestamp(seconds)?;
        let month = match self {
            Self::Month => moment.month(),
            Self::Quarter => moment.month().nth_prev((u8::from(moment.month()) - 1) % 3),
            Self::Year => Month::January,
        };
        Ok(moment.replace_day(1)?.replace_month(month)?.replace_time(Time::MIDNIGHT).unix_timestamp())
    }
}

/// Queries that share an index.
#[derive(Debug, PartialEq, Eq)]
pub struct Part {
    /// How many of them: the parts are in the order of the queries.
    pub queries: usize,
    /// From when on replies are left out; `None`: all of them count.
    pub before: Option<i64>,
}

/// Puts queries in the order of their age and parts them by period; without one they stay together, as they are.
pub fn parts(queries: &mut [Query], period: Option<Period>) -> Result<Vec<Part>> {
    let Some(period) = period else { return Ok(vec![Part { queries: queries.len(), before: None }]) };
    queries.sort_by_key(|query| query.created);
    let mut parts: Vec<Part> = Vec::new();
    for query in queries {
        let before = query.created.map(|created| period.begin(created)).transpose()?;
        match parts.last_mut().filter(|part| part.before == before) {
            Some(part) => part.queries += 1,
            None => parts.push(Part { queries: 1, before }),
        }
    }
    Ok(parts)
}

/// The thread without the replies written from `before` on.
pub fn without_later_replies(thread: &Thread, before: i64) -> Thread {
    let mut thread = thread.clone();
    thread.answers.retain(|post| post.created_at.unix_timestamp() < before);
    thread
}

#[cfg(test)]
mod tests {
    use relevance::Judged;
    use time::format_description::well_known::Rfc3339;

    use super::*;
    use crate::eval::corpus::titled;

    fn seconds(text: &str) -> i64 {
        OffsetDateTime::parse(text, &Rfc3339).unwrap().unix_timestamp()
    }

    fn query(created: &str) -> Query {
        Query {
            id: created.to_owned(),
            title: String::new(),
            body: String::new(),
            asker: None,
            created: Some(seconds(created)),
            judged: Judged::new(),
        }
    }

    #[test]
    fn periods_begin_with_their_first_day() {
        for (moment, period, begin) in [
            ("2020-05-31T23:59:59Z", Period::Month, "2020-05-01T00:00:00Z"),
            ("2020-05-31T23:59:59Z", Period::Quarter, "2020-04-01T00:00:00Z"),
            ("2020-05-31T23:59:59Z", Period::Year, "2020-01-01T00:00:00Z"),
            ("2020-12-31T23:59:59Z", Period::Quarter, "2020-10-01T00:00:00Z"),
            ("2020-01-01T00:00:00Z", Period::Quarter, "2020-01-01T00:00:00Z"),
        ] {
            assert_eq!(period.begin(seconds(moment)).unwrap(), seconds(begin), "{moment} {period:?}");
        }
    }

    #[test]
    fn queries_of_a_period_share_an_index() {
        let asked = ["2020-02-01T00:00:00Z", "2019-12-31T00:00:00Z", "2020-01-01T00:00:00Z"];
        let mut queries = asked.map(query);
        let parts = parts(&mut queries, Some(Period::Quarter)).unwrap();
        assert_eq!(queries.map(|query| query.id), [asked[1], asked[2], asked[0]]);
        let expected = [
            Part { queries: 1, before: Some(seconds("2019-10-01T00:00:00Z")) },
            Part { queries: 2, before: Some(seconds("2020-01-01T00:00:00Z")) },
        ];
        assert_eq!(parts, expected);
    }

    #[test]
    fn later_replies_are_left_out() {
        let mut thread = titled("1", "a title");
        let reply = |at: &str| thread::Post {
            id: at.to_owned(),
            created_at: OffsetDateTime::parse(at, &Rfc3339).unwrap(),
            ..thread.question.clone()
        };
        thread.answers =
            ["2019-12-31T23:59:59Z", "2020-01-01T00:00:00Z", "2020-03-01T00:00:00Z"].map(reply).into();
        let then = without_later_replies(&thread, seconds("2020-01-01T00:00:00Z"));
        let left: Vec<&str> = then.answers.iter().map(|post| post.id.as_str()).collect();
        assert_eq!(left, ["2019-12-31T23:59:59Z"]);
        assert_eq!(then.question, thread.question);
    }
}
