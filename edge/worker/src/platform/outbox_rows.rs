use api::QuestionState;
use ask::{PublicId, Receipt, SubmissionId};
use delivery::{Delivery, Lane};
use search::sha256_hex;
use serde::{Deserialize, Serialize};
use worker::{SqlStorage, SqlStorageValue};

use super::world;
use crate::outbox::{Notice, Others, Row, Rows, RowsError, Text};

/// The outbox's tables.
///
/// The columns of `questions` behind `delivery` repeat what it and `text` say, so that they can be searched. `asked`
/// holds salted digests of addresses for the running hour and nothing else about who asks. `spent` holds the ids of
/// erased questions, `seen` the messages of the last day, `fences` the newest thread before a question's first attempt.
const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS questions (
        id TEXT PRIMARY KEY,
        receipt TEXT NOT NULL UNIQUE,
        public_id TEXT NOT NULL UNIQUE,
        text TEXT NOT NULL,
        delivery TEXT NOT NULL,
        due INTEGER,
        waits_to_send INTEGER NOT NULL,
        in_flight INTEGER NOT NULL,
        state TEXT NOT NULL,
        updated INTEGER NOT NULL,
        accepted INTEGER NOT NULL,
        fingerprint TEXT NOT NULL,
        thread TEXT
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS questions_due ON questions (waits_to_send, due) WHERE due IS NOT NULL;
    CREATE INDEX IF NOT EXISTS questions_settled ON questions (updated) WHERE due IS NULL;
    CREATE INDEX IF NOT EXISTS questions_threads ON questions (updated, thread) WHERE thread IS NOT NULL;
    CREATE INDEX IF NOT EXISTS questions_state ON questions (state, updated);
    CREATE INDEX IF NOT EXISTS questions_in_flight ON questions (in_flight) WHERE in_flight = 1;
    CREATE INDEX IF NOT EXISTS questions_fingerprint ON questions (fingerprint, accepted);
    CREATE INDEX IF NOT EXISTS questions_thread ON questions (thread) WHERE thread IS NOT NULL;
    CREATE TABLE IF NOT EXISTS fences (id TEXT PRIMARY KEY, thread TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS spent (id TEXT PRIMARY KEY, erased INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS seen (message TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS asked (address TEXT PRIMARY KEY, hour INTEGER NOT NULL, times INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS notices (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        body TEXT NOT NULL,
        due INTEGER NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);
";

const COLUMNS: &str = "id, receipt, public_id, text, delivery";

/// Rows that one forgetting takes at most: it comes with every waking.
const FORGET: &str = "100";

/// The note that holds the lane.
const LANE: &str = "lane";

/// The outbox's rows in the SQLite of its Durable Object.
pub struct SqlRows {
    sql: SqlStorage,
}

#[derive(Deserialize)]
struct Stored {
    id: SubmissionId,
    receipt: Receipt,
    public_id: PublicId,
    text: String,
    delivery: String,
}

#[derive(Deserialize)]
struct Id {
    id: SubmissionId,
}

#[derive(Deserialize)]
struct Thread {
    thread: String,
}

#[derive(Deserialize)]
struct Number {
    number: Option<f64>,
}

#[derive(Deserialize)]
struct StoredNotice {
    id: f64,
    body: String,
    tries: f64,
}

#[derive(Deserialize)]
struct Count {
    state: QuestionState,
    number: f64,
}

#[derive(Deserialize)]
struct Value {
    value: String,
}

impl SqlRows {
    pub fn open(sql: SqlStorage) -> Result<Self, RowsError> {
        sql.exec(TABLES, None).map_err(failed)?;
        Ok(Self { sql })
    }

    /// Notes which site this is the outbox of: an object does not know its name everywhere.
    pub fn set_site(&self, site: &str) -> Result<(), RowsError> {
        self.run("INSERT OR IGNORE INTO notes (name, value) VALUES ('site', ?)", vec![site.into()])
    }

    /// Notes which forum questions go to. Where it is another than before, the threads of the old one are watched no more,
    /// and their ids no longer mean anything.
    pub fn set_forum(&self, url: &str) -> Result<(), RowsError> {
        let before = self.note("forum")?;
        if before.as_deref() == Some(url) {
            return Ok(());
        }
        if before.is_some() {
            let query = "UPDATE questions SET due = NULL, thread = NULL WHERE thread IS NOT NULL";
            self.run(query, Vec::new())?;
            self.run("DELETE FROM fences", Vec::new())?;
        }
        self.set_note("forum", url)
    }

    /// Which site this is the outbox of.
    pub fn site(&self) -> Result<String, RowsError> {
        self.note("site")?.ok_or_else(|| RowsError("the site is not noted".to_owned()))
    }

    fn set_note(&self, name: &str, value: &str) -> Result<(), RowsError> {
        let query = "INSERT INTO notes (name, value) VALUES (?, ?)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        self.run(query, vec![name.into(), value.into()])
    }

    fn note(&self, name: &str) -> Result<Option<String>, RowsError> {
        let values: Vec<Value> = self.query("SELECT value FROM notes WHERE name = ?", vec![name.into()])?;
        Ok(values.into_iter().next().map(|row| row.value))
    }

    /// What digests of addresses are salted with; made once.
    fn salt(&self) -> Result<String, RowsError> {
        if let Some(salt) = self.note("salt")? {
            return Ok(salt);
        }
        let mut bytes = [0; 16];
        world::fill(&mut bytes).map_err(|error| RowsError(error.to_string()))?;
        let salt = sha256_hex(&bytes);
        self.run("INSERT INTO notes (name, value) VALUES ('salt', ?)", vec![salt.as_str().into()])?;
        Ok(salt)
    }

    fn one(&self, column: &str, value: &str) -> Result<Option<Row>, RowsError> {
        let query = format!("SELECT {COLUMNS} FROM questions WHERE {column} = ?");
        let rows: Vec<Stored> = self.query(&query, vec![value.into()])?;
        rows.into_iter().next().map(row).transpose()
    }

    fn run(&self, query: &str, values: Vec<SqlStorageValue>) -> Result<(), RowsError> {
        self.sql.exec(query, values).map(drop).map_err(failed)
    }

    fn query<T: for<'de> Deserialize<'de>>(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Vec<T>, RowsError> {
        self.sql.exec(query, values).and_then(|cursor| cursor.to_array()).map_err(failed)
    }

    fn number(&self, query: &str, values: Vec<SqlStorageValue>) -> Result<Option<u64>, RowsError> {
        let rows: Vec<Number> = self.query(query, values)?;
        Ok(rows.into_iter().next().and_then(|row| row.number).map(|number| number as u64))
    }
}

impl Rows for SqlRows {
    fn by_id(&self, id: &SubmissionId) -> Result<Option<Row>, RowsError> {
        self.one("id", id.as_str())
    }

    fn by_receipt(&self, receipt: &Receipt) -> Result<Option<Row>, RowsError> {
        self.one("receipt", receipt.as_str())
    }

    fn by_public_id(&self, public_id: &PublicId) -> Result<Option<Row>, RowsError> {
        self.one("public_id", public_id.as_str())
    }

    fn by_thread(&self, thread_id: &str) -> Result<Option<Row>, RowsError> {
        self.one("thread", thread_id)
    }

    fn fence(&self, id: &SubmissionId) -> Result<(), RowsError> {
        let query = "INSERT OR IGNORE INTO fences (id, thread)
            SELECT ?, thread FROM questions WHERE thread IS NOT NULL ORDER BY updated DESC LIMIT 1";
        self.run(query, vec![id.as_str().into()])
    }

    fn others(&self, row: &Row) -> Result<Others, RowsError> {
        let threads = |query, value| -> Result<Vec<String>, RowsError> {
            let threads: Vec<Thread> = self.query(query, vec![value])?;
            Ok(threads.into_iter().map(|row| row.thread).collect())
        };
        Ok(Others {
            threads: threads(
                "SELECT thread FROM questions WHERE thread IS NOT NULL AND updated >= ?",
                milliseconds(Some(row.delivery.accepted_ms())),
            )?,
            before: threads("SELECT thread FROM fences WHERE id = ?", row.id.as_str().into())?.pop(),
        })
    }

    fn insert(&self, row: &Row) -> Result<(), RowsError> {
        let query = format!(
            "INSERT INTO questions ({COLUMNS}, due, waits_to_send, in_flight, state, updated, thread, accepted,
            fingerprint) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        );
        let mut values: Vec<SqlStorageValue> = vec![
            row.id.as_str().into(),
            row.receipt.as_str().into(),
            row.public_id.as_str().into(),
            text_of(&row.text)?.into(),
        ];
        values.extend(columns_of(&row.delivery)?);
        values.push(milliseconds(Some(row.delivery.accepted_ms())));
        values.push(row.text.fingerprint.as_str().into());
        self.run(&query, values)
    }

    fn update(&self, id: &SubmissionId, delivery: &Delivery) -> Result<(), RowsError> {
        let mut values = columns_of(delivery)?;
        values.push(id.as_str().into());
        let query = "UPDATE questions SET delivery = ?, due = ?, waits_to_send = ?, in_flight = ?, state = ?, updated = ?,
            thread = ? WHERE id = ?";
        self.run(query, values)
    }

    fn rewrite(&self, id: &SubmissionId, text: &Text) -> Result<(), RowsError> {
        let values = vec![text_of(text)?.into(), text.fingerprint.as_str().into(), id.as_str().into()];
        self.run("UPDATE questions SET text = ?, fingerprint = ? WHERE id = ?", values)
    }

    fn due(&self, now_ms: u64, sends: bool, most: usize) -> Result<Vec<SubmissionId>, RowsError> {
        // Lookups first: questions behind them lose nothing. Looking for replies last: it can wait as long as any are sent.
        let (sends, mut due) = (i32::from(sends), Vec::new());
        for states in ["NOT IN", "IN"] {
            let query = format!(
                "SELECT id FROM questions WHERE due <= ? AND waits_to_send <= ? AND state {states}
                ('pendingReview', 'posted', 'answered')
                ORDER BY waits_to_send, due, id LIMIT ?"
            );
            let room = (most - due.len()) as f64;
            let ids: Vec<Id> =
                self.query(&query, vec![milliseconds(Some(now_ms)), sends.into(), room.into()])?;
            due.extend(ids.into_iter().map(|row| row.id));
        }
        Ok(due)
    }

    fn next_due(&self, sends_from_ms: u64) -> Result<Option<u64>, RowsError> {
        let earliest = |waits: i32| {
            let query =
                "SELECT MIN(due) AS number FROM questions WHERE due IS NOT NULL AND waits_to_send = ?";
            self.number(query, vec![waits.into()])
        };
        let sends = earliest(1)?.map(|due| due.max(sends_from_ms));
        Ok([earliest(0)?, sends].into_iter().flatten().min())
    }

    fn in_flight(&self) -> Result<Vec<SubmissionId>, RowsError> {
        let ids: Vec<Id> = self.query("SELECT id FROM questions WHERE in_flight = 1", Vec::new())?;
        Ok(ids.into_iter().map(|row| row.id).collect())
    }

    fn count(&self, address: &str, hour: u64) -> Result<u32, RowsError> {
        let digest = sha256_hex(format!("{}:{address}", self.salt()?).as_bytes());
        let hour = || milliseconds(Some(hour));
        self.run("DELETE FROM asked WHERE hour < ?", vec![hour()])?;
        let query = "INSERT INTO asked (address, hour, times) VALUES (?, ?, 1)
            ON CONFLICT (address) DO UPDATE SET times = times + 1 RETURNING times AS number";
        let times = self.number(query, vec![digest.into(), hour()])?;
        Ok(times.and_then(|times| u32::try_from(times).ok()).unwrap_or(u32::MAX))
    }

    fn repeats(&self, fingerprint: &str, since_ms: u64) -> Result<bool, RowsError> {
        let query = "SELECT COUNT(*) AS number FROM questions
            WHERE fingerprint = ? AND accepted >= ? AND state != 'withdrawn'";
        let values = vec![fingerprint.into(), milliseconds(Some(since_ms))];
        Ok(self.number(query, values)?.is_some_and(|number| number > 0))
    }

    fn list(&self, state: Option<QuestionState>, most: usize) -> Result<Vec<Row>, RowsError> {
        let (only, mut values) = match state {
            Some(state) => ("WHERE state = ?", vec![name_of(state)?.into()]),
            None => ("", Vec::new()),
        };
        values.push((most as f64).into());
        let query = format!("SELECT {COLUMNS} FROM questions {only} ORDER BY updated DESC LIMIT ?");
        let rows: Vec<Stored> = self.query(&query, values)?;
        rows.into_iter().map(row).collect()
    }

    fn counts(&self) -> Result<Vec<(QuestionState, u64)>, RowsError> {
        let query = "SELECT state, COUNT(*) AS number FROM questions GROUP BY state ORDER BY state";
        let counts: Vec<Count> = self.query(query, Vec::new())?;
        Ok(counts.into_iter().map(|count| (count.state, count.number as u64)).collect())
    }

    fn erase(&self, id: &SubmissionId, now_ms: u64) -> Result<(), RowsError> {
        let values = vec![id.as_str().into(), milliseconds(Some(now_ms))];
        self.run("INSERT OR IGNORE INTO spent (id, erased) VALUES (?, ?)", values)?;
        for table in ["fences", "questions"] {
            self.run(&format!("DELETE FROM {table} WHERE id = ?"), vec![id.as_str().into()])?;
        }
        Ok(())
    }

    fn is_spent(&self, id: &SubmissionId) -> Result<bool, RowsError> {
        let query = "SELECT COUNT(*) AS number FROM spent WHERE id = ?";
        Ok(self.number(query, vec![id.as_str().into()])?.is_some_and(|number| number > 0))
    }

    fn forget(&self, settled_before_ms: u64, seen_before_ms: u64) -> Result<(), RowsError> {
        let settled = || vec![milliseconds(Some(settled_before_ms))];
        for table in ["fences", "questions"] {
            let old = format!(
                "DELETE FROM {table} WHERE id IN
                (SELECT id FROM questions WHERE due IS NULL AND updated < ? LIMIT {FORGET})"
            );
            self.run(&old, settled())?;
        }
        self.run("DELETE FROM spent WHERE erased < ?", settled())?;
        self.run("DELETE FROM seen WHERE at < ?", vec![milliseconds(Some(seen_before_ms))])
    }

    fn see(&self, message: &str, now_ms: u64) -> Result<bool, RowsError> {
        let values = vec![message.into(), milliseconds(Some(now_ms))];
        let query = "INSERT OR IGNORE INTO seen (message, at) VALUES (?, ?) RETURNING 1 AS number";
        Ok(self.number(query, values)?.is_some())
    }

    fn lane(&self) -> Result<Lane, RowsError> {
        // A lane that cannot be read is an open one: its rate comes back with the next send.
        Ok(self.note(LANE)?.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default())
    }

    fn set_lane(&self, lane: &Lane) -> Result<(), RowsError> {
        self.set_note(LANE, &text_of(lane)?)
    }

    fn add_notice(&self, body: &str, now_ms: u64) -> Result<(), RowsError> {
        let values = vec![body.into(), milliseconds(Some(now_ms))];
        self.run("INSERT INTO notices (body, due) VALUES (?, ?)", values)
    }

    fn due_notice(&self, now_ms: u64) -> Result<Option<Notice>, RowsError> {
        let query = "SELECT id, body, tries FROM notices WHERE due <= ? ORDER BY due, id LIMIT 1";
        let notices: Vec<StoredNotice> = self.query(query, vec![milliseconds(Some(now_ms))])?;
        Ok(notices.into_iter().next().map(|notice| Notice {
            id: notice.id as u64,
            body: notice.body,
            tries: notice.tries as u32,
        }))
    }

    fn next_notice(&self) -> Result<Option<u64>, RowsError> {
        self.number("SELECT MIN(due) AS number FROM notices", Vec::new())
    }

    fn put_off(&self, id: u64, due_ms: Option<u64>) -> Result<(), RowsError> {
        let id = milliseconds(Some(id));
        match due_ms {
            None => self.run("DELETE FROM notices WHERE id = ?", vec![id]),
            due => {
                let values = vec![milliseconds(due), id];
                self.run("UPDATE notices SET due = ?, tries = tries + 1 WHERE id = ?", values)
            }
        }
    }
}

fn row(stored: Stored) -> Result<Row, RowsError> {
    let unreadable = |error: serde_json::Error| RowsError(format!("a row cannot be read: {error}"));
    Ok(Row {
        id: stored.id,
        receipt: stored.receipt,
        public_id: stored.public_id,
        text: serde_json::from_str(&stored.text).map_err(unreadable)?,
        delivery: serde_json::from_str(&stored.delivery).map_err(unreadable)?,
    })
}

/// `delivery`, `due`, `waits_to_send`, `in_flight`, `state`, `updated` and `thread`, in this order.
fn columns_of(delivery: &Delivery) -> Result<Vec<SqlStorageValue>, RowsError> {
    let thread = delivery.thread().map(|thread| thread.thread_id.as_str());
    Ok(vec![
        text_of(delivery)?.into(),
        milliseconds(delivery.next_due()),
        i32::from(delivery.is_waiting_to_send()).into(),
        in_flight(delivery),
        name_of(delivery.status())?.into(),
        milliseconds(Some(delivery.updated_ms())),
        thread.map_or(SqlStorageValue::Null, Into::into),
    ])
}

/// A state's name on the wire.
fn name_of(state: QuestionState) -> Result<String, RowsError> {
    match serde_json::to_value(state) {
        Ok(serde_json::Value::String(name)) => Ok(name),
        _ => Err(RowsError(format!("{state:?} has no name"))),
    }
}

/// Whether a request may be under way.
fn in_flight(delivery: &Delivery) -> SqlStorageValue {
    let under_way = matches!(delivery.status(), api::QuestionState::Sending | api::QuestionState::Ambiguous);
    i32::from(under_way).into()
}

/// A time; SQLite's integers hold what JavaScript's numbers hold exactly until the year 287396.
fn milliseconds(time: Option<u64>) -> SqlStorageValue {
    time.and_then(|time| i64::try_from(time).ok()).map_or(SqlStorageValue::Null, SqlStorageValue::Integer)
}

fn text_of<T: Serialize>(value: &T) -> Result<String, RowsError> {
    serde_json::to_string(value).map_err(|error| RowsError(error.to_string()))
}

fn failed(error: worker::Error) -> RowsError {
    RowsError(error.to_string())
}
