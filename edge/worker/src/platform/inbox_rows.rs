use api::Role;
use ask::PublicId;
use serde::Deserialize;
use worker::{SqlStorage, SqlStorageValue};

use crate::inbox::{Item, Items, ItemsError, Note, State};

/// The inbox's tables.
const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS items (
        public_id TEXT PRIMARY KEY,
        title TEXT NOT NULL,
        markdown TEXT NOT NULL,
        tags TEXT NOT NULL,
        created_ms INTEGER NOT NULL,
        state TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS items_created ON items (created_ms);
    CREATE TABLE IF NOT EXISTS replies (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        public_id TEXT NOT NULL,
        author TEXT NOT NULL,
        role TEXT NOT NULL,
        created_ms INTEGER NOT NULL,
        markdown TEXT NOT NULL
    );
    CREATE INDEX IF NOT EXISTS replies_public_id ON replies (public_id);
";

const ITEM: &str = "SELECT public_id, title, markdown, tags, created_ms, state FROM items";

/// The inbox's questions in the SQLite of its Durable Object.
pub struct SqlItems {
    sql: SqlStorage,
}

#[derive(Deserialize)]
struct StoredItem {
    public_id: PublicId,
    title: String,
    markdown: String,
    tags: String,
    created_ms: f64,
    state: State,
}

#[derive(Deserialize)]
struct StoredNote {
    id: f64,
    author: String,
    role: Role,
    created_ms: f64,
    markdown: String,
}

#[derive(Deserialize)]
struct Number {
    number: f64,
}

impl SqlItems {
    pub fn open(sql: SqlStorage) -> Result<Self, ItemsError> {
        sql.exec(TABLES, None).map_err(failed)?;
        Ok(Self { sql })
    }

    fn run(&self, query: &str, values: Vec<SqlStorageValue>) -> Result<(), ItemsError> {
        self.sql.exec(query, values).map(drop).map_err(failed)
    }

    fn query<T: for<'de> Deserialize<'de>>(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Vec<T>, ItemsError> {
        self.sql.exec(query, values).and_then(|cursor| cursor.to_array()).map_err(failed)
    }

    fn items(&self, rest: &str, values: Vec<SqlStorageValue>) -> Result<Vec<Item>, ItemsError> {
        let stored: Vec<StoredItem> = self.query(&format!("{ITEM} {rest}"), values)?;
        stored.into_iter().map(item).collect()
    }
}

impl Items for SqlItems {
    fn item(&self, public_id: &PublicId) -> Result<Option<Item>, ItemsError> {
        Ok(self.items("WHERE public_id = ?", vec![public_id.as_str().into()])?.into_iter().next())
    }

    fn insert(&self, item: &Item) -> Result<(), ItemsError> {
        let tags = serde_json::to_string(&item.tags).map_err(|error| ItemsError(error.to_string()))?;
        let values = vec![
            item.public_id.as_str().into(),
            item.title.as_str().into(),
            item.markdown.as_str().into(),
            tags.into(),
            milliseconds(item.created_ms),
            item.state.name().into(),
        ];
        let query = "INSERT INTO items (public_id, title, markdown, tags, created_ms, state) VALUES (?, ?, ?, ?, ?, ?)";
        self.run(query, values)
    }

    fn list(&self, state: Option<State>, most: usize) -> Result<Vec<Item>, ItemsError> {
        let most = SqlStorageValue::from(most as f64);
        match state {
            Some(state) => {
                let rest = "WHERE state = ? ORDER BY created_ms DESC LIMIT ?";
                self.items(rest, vec![state.name().into(), most])
            }
            None => self.items("WHERE state <> 'hidden' ORDER BY created_ms DESC LIMIT ?", vec![most]),
        }
    }

    fn count(&self, state: State) -> Result<u64, ItemsError> {
        let query = "SELECT COUNT(*) AS number FROM items WHERE state = ?";
        let rows: Vec<Number> = self.query(query, vec![state.name().into()])?;
        Ok(rows.first().map_or(0, |row| row.number as u64))
    }

    fn set_state(&self, public_id: &PublicId, state: State) -> Result<(), ItemsError> {
        let values = vec![state.name().into(), public_id.as_str().into()];
        self.run("UPDATE items SET state = ? WHERE public_id = ?", values)
    }

    fn reply(&self, public_id: &PublicId, note: &Note) -> Result<(), ItemsError> {
        let role = serde_json::to_value(note.role).map_err(|error| ItemsError(error.to_string()))?;
        let values = vec![
            public_id.as_str().into(),
            note.author.as_str().into(),
            role.as_str().unwrap_or_default().into(),
            milliseconds(note.created_ms),
            note.markdown.as_str().into(),
        ];
        let query =
            "INSERT INTO replies (public_id, author, role, created_ms, markdown) VALUES (?, ?, ?, ?, ?)";
        self.run(query, values)
    }

    fn replies(&self, public_id: &PublicId) -> Result<Vec<Note>, ItemsError> {
        let query =
            "SELECT id, author, role, created_ms, markdown FROM replies WHERE public_id = ? ORDER BY id";
        let stored: Vec<StoredNote> = self.query(query, vec![public_id.as_str().into()])?;
        let note = |stored: StoredNote| Note {
            id: (stored.id as u64).to_string(),
            author: stored.author,
            role: stored.role,
            created_ms: stored.created_ms as u64,
            markdown: stored.markdown,
        };
        Ok(stored.into_iter().map(note).collect())
    }
}

fn item(stored: StoredItem) -> Result<Item, ItemsError> {
    Ok(Item {
        public_id: stored.public_id,
        title: stored.title,
        markdown: stored.markdown,
        tags: serde_json::from_str(&stored.tags).map_err(|error| ItemsError(error.to_string()))?,
        created_ms: stored.created_ms as u64,
        state: stored.state,
    })
}

/// A time; SQLite's integers hold what JavaScript's numbers hold exactly until the year 287396.
fn milliseconds(time: u64) -> SqlStorageValue {
    SqlStorageValue::Integer(i64::try_from(time).unwrap_or(i64::MAX))
}

fn failed(error: worker::Error) -> ItemsError {
    ItemsError(error.to_string())
}
