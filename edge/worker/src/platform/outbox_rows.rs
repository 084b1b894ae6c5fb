use ask::{PublicId, Receipt, SubmissionId};
use delivery::Delivery;
use search::sha256_hex;
use serde::Deserialize;
use worker::{SqlStorage, SqlStorageValue};

use super::world;
use crate::outbox::{Row, Rows, RowsError};

/// The outbox's tables.
///
/// `due` and `in_flight` repeat what `delivery` says, so that they can be searched. `asked` holds salted digests
/// of addresses for the running hour and nothing else about who asks.
const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS questions (
        id TEXT PRIMARY KEY,
        request TEXT NOT NULL,
        receipt TEXT NOT NULL UNIQUE,
        public_id TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL,
        markdown TEXT NOT NULL,
        tags TEXT NOT NULL,
        delivery TEXT NOT NULL,
        due INTEGER,
        in_flight INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS questions_due ON questions (due) WHERE due IS NOT NULL;
    CREATE TABLE IF NOT EXISTS asked (address TEXT PRIMARY KEY, hour INTEGER NOT NULL, times INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);
";

const COLUMNS: &str = "id, request, receipt, public_id, title, markdown, tags, delivery";

/// The outbox's rows in the SQLite of its Durable Object.
pub struct SqlRows {
    sql: SqlStorage,
}

#[derive(Deserialize)]
struct Stored {
    id: SubmissionId,
    request: String,
    receipt: Receipt,
    public_id: PublicId,
    title: String,
    markdown: String,
    tags: String,
    delivery: String,
}

#[derive(Deserialize)]
struct Id {
    id: SubmissionId,
}

#[derive(Deserialize)]
struct Number {
    number: Option<f64>,
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

    /// Which site this is the outbox of.
    pub fn site(&self) -> Result<String, RowsError> {
        self.note("site")?.ok_or_else(|| RowsError("the site is not noted".to_owned()))
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

    fn insert(&self, row: &Row) -> Result<(), RowsError> {
        let query = format!(
            "INSERT INTO questions ({COLUMNS}, due, in_flight) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        );
        let values = vec![
            row.id.as_str().into(),
            row.request.as_str().into(),
            row.receipt.as_str().into(),
            row.public_id.as_str().into(),
            row.title.as_str().into(),
            row.markdown.as_str().into(),
            text_of(&row.tags)?.into(),
            text_of(&row.delivery)?.into(),
            milliseconds(row.delivery.next_due()),
            in_flight(&row.delivery),
        ];
        self.run(&query, values)
    }

    fn update(&self, id: &SubmissionId, delivery: &Delivery) -> Result<(), RowsError> {
        let values = vec![
            text_of(delivery)?.into(),
            milliseconds(delivery.next_due()),
            in_flight(delivery),
            id.as_str().into(),
        ];
        self.run("UPDATE questions SET delivery = ?, due = ?, in_flight = ? WHERE id = ?", values)
    }

    fn due(&self, now_ms: u64, most: usize) -> Result<Vec<SubmissionId>, RowsError> {
        let values = vec![milliseconds(Some(now_ms)), (most as f64).into()];
        let ids: Vec<Id> =
            self.query("SELECT id FROM questions WHERE due <= ? ORDER BY due LIMIT ?", values)?;
        Ok(ids.into_iter().map(|row| row.id).collect())
    }

    fn next_due(&self) -> Result<Option<u64>, RowsError> {
        self.number("SELECT MIN(due) AS number FROM questions WHERE due IS NOT NULL", Vec::new())
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
}

fn row(stored: Stored) -> Result<Row, RowsError> {
    let unreadable = |error: serde_json::Error| RowsError(format!("a row cannot be read: {error}"));
    Ok(Row {
        id: stored.id,
        request: stored.request,
        receipt: stored.receipt,
        public_id: stored.public_id,
        title: stored.title,
        markdown: stored.markdown,
        tags: serde_json::from_str(&stored.tags).map_err(unreadable)?,
        delivery: serde_json::from_str(&stored.delivery).map_err(unreadable)?,
    })
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

fn text_of<T: serde::Serialize>(value: &T) -> Result<String, RowsError> {
    serde_json::to_string(value).map_err(|error| RowsError(error.to_string()))
}

fn failed(error: worker::Error) -> RowsError {
    RowsError(error.to_string())
}
