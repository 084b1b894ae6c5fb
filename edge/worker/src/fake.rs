//! A world in memory, for tests: files, an outbox and an inbox that work, a clock that tests move.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::ops::Range;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use api::{Manifest, ManifestBundle, ManifestFile, Reply};
use ask::{PublicId, Receipt, SubmissionId};
use delivery::{Config as Waits, Delivery, Lookup, Outcome};
use search::{BuildOptions, Built};

use crate::inbox::{self, Item, Items, ItemsError, Note, State};
use crate::outbox::{self, Forum, Row, Rows, RowsError, Submission};
use crate::ports::{Body, BodyError, Clock, Files, InboxPort, Memory, OutboxPort, PortError, Random};

/// Runs a future that never waits for anything outside.
pub fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("nothing in memory waits"),
    }
}

impl Body for Vec<u8> {
    async fn read(self, limit: u64) -> Result<Vec<u8>, BodyError> {
        if self.len() as u64 > limit { Err(BodyError::TooLarge { limit }) } else { Ok(self) }
    }
}

/// What the forum does to the next post.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mood {
    /// Takes it.
    #[default]
    Well,
    /// Takes it, and its answer is lost.
    AnswerLost,
    /// Never sees it, and nobody can tell.
    RequestLost,
}

/// The world.
#[derive(Debug, Default)]
pub struct Fake {
    pub files: RefCell<HashMap<String, Vec<u8>>>,
    /// Keys read so far.
    pub reads: RefCell<Vec<String>>,
    /// The bucket does not answer.
    pub down: Cell<bool>,
    pub now: Cell<u64>,
    pub alarm: Cell<Option<u64>>,
    pub mood: Cell<Mood>,
    pub rows: MemoryRows,
    pub items: MemoryItems,
    random: Cell<u8>,
}

impl Fake {
    /// How often a key was read.
    pub fn times_read(&self, key: &str) -> usize {
        self.reads.borrow().iter().filter(|read| *read == key).count()
    }

    /// Lets the alarm ring until it rests or `limit_ms` from now has passed.
    pub fn live(&self, limit_ms: u64) {
        let until = self.now.get() + limit_ms;
        while let Some(at) = self.alarm.get().filter(|at| *at <= until) {
            self.now.set(at.max(self.now.get()));
            run(self.desk().wake()).unwrap();
        }
        self.now.set(until);
    }

    pub fn desk(&self) -> outbox::Desk<'_, MemoryRows, Self, Self> {
        static WAITS: std::sync::LazyLock<Waits> = std::sync::LazyLock::new(Waits::default);
        outbox::Desk { rows: &self.rows, forum: self, world: self, config: &WAITS }
    }

    fn inbox(&self, call: inbox::Call) -> inbox::Answer {
        inbox::Desk { items: &self.items, now_ms: self.now.get() }.answer(call)
    }
}

/// Threads of a made-up community, as an index.
pub fn built(site: &str, titles: &[&str]) -> Built {
    let thread = |(at, title): (usize, &&str)| {
        let line = serde_json::json!({
            "source": "discourse", "site": "x.example", "id": at.to_string(), "title": title,
            "url": format!("https://x.example/t/{at}"), "createdAt": "2026-01-02T03:04:05Z",
            "question": {"id": "q", "author": {"name": "n"}, "createdAt": "2026-01-02T03:04:05Z", "text": title},
            "answers": [{"id": "a", "author": {"name": "m"}, "createdAt": "2026-01-02T03:04:06Z", "text": "An answer."}],
        });
        serde_json::from_value(line).unwrap()
    };
    search::build(
        titles.iter().enumerate().map(thread).collect(),
        &BuildOptions { site: site.to_owned(), ..BuildOptions::default() },
    )
    .unwrap()
}

/// The manifest of an index.
pub fn manifest(site: &str, built: &Built) -> Manifest {
    let file = |hash: &str, bytes: &[u8]| ManifestFile { hash: hash.to_owned(), bytes: bytes.len() as u64 };
    Manifest {
        format: 1,
        site: site.to_owned(),
        version: built.root.clone(),
        bundles: vec![ManifestBundle {
            bundle: file(&built.root, &built.bundle),
            texts: file(&built.texts_hash, &built.texts),
            documents: built.documents.into(),
        }],
        tombstones: Vec::new(),
        watermark: None,
        previous: None,
    }
}

impl Files for Fake {
    type Upload = Vec<u8>;

    async fn read(&self, key: &str) -> Result<Option<Vec<u8>>, PortError> {
        if self.down.get() {
            return Err(PortError::new(key, "the bucket does not answer"));
        }
        self.reads.borrow_mut().push(key.to_owned());
        Ok(self.files.borrow().get(key).cloned())
    }

    async fn read_range(&self, key: &str, range: Range<u64>) -> Result<Option<Vec<u8>>, PortError> {
        let files = self.files.borrow();
        let part = |file: &Vec<u8>| file.get(range.start as usize..range.end as usize).map(<[u8]>::to_vec);
        Ok(files.get(key).and_then(part))
    }

    async fn size(&self, key: &str) -> Result<Option<u64>, PortError> {
        Ok(self.files.borrow().get(key).map(|file| file.len() as u64))
    }

    async fn write(&self, key: &str, bytes: Vec<u8>) -> Result<(), PortError> {
        self.files.borrow_mut().insert(key.to_owned(), bytes);
        Ok(())
    }

    async fn upload(&self, key: &str, body: Vec<u8>, _sha256: Option<[u8; 32]>) -> Result<(), PortError> {
        self.write(key, body).await
    }
}

impl OutboxPort for Fake {
    async fn submit(&self, _site: &str, submission: Submission) -> Result<outbox::Submitted, PortError> {
        match self.desk().answer(outbox::Call::Submit(Box::new(submission))).await {
            outbox::Answer::Submit(submitted) => Ok(submitted),
            other => panic!("{other:?}"),
        }
    }

    async fn status(&self, _site: &str, receipt: &Receipt) -> Result<Option<api::QuestionStatus>, PortError> {
        match self.desk().answer(outbox::Call::Status(receipt.clone())).await {
            outbox::Answer::Status(status) => Ok(status),
            other => panic!("{other:?}"),
        }
    }

    async fn withdraw(&self, _site: &str, receipt: &Receipt) -> Result<outbox::Withdrawal, PortError> {
        match self.desk().answer(outbox::Call::Withdraw(receipt.clone())).await {
            outbox::Answer::Withdraw(withdrawal) => Ok(withdrawal),
            other => panic!("{other:?}"),
        }
    }

    async fn nudge(&self, _site: &str, public_id: &PublicId) -> Result<(), PortError> {
        assert_eq!(self.desk().answer(outbox::Call::Nudge(public_id.clone())).await, outbox::Answer::Nudged);
        Ok(())
    }
}

impl InboxPort for Fake {
    async fn call(&self, _site: &str, call: inbox::Call) -> Result<inbox::Answer, PortError> {
        Ok(self.inbox(call))
    }
}

impl Forum for Fake {
    async fn post(&self, row: &Row) -> Outcome {
        let post = inbox::Post {
            public_id: row.public_id.clone(),
            title: row.title.clone(),
            markdown: row.markdown.clone(),
            tags: row.tags.clone(),
        };
        let mood = self.mood.take();
        let unclear = Outcome::Ambiguous { why: "the connection broke".into() };
        if mood == Mood::RequestLost {
            return unclear;
        }
        match self.inbox(inbox::Call::Post(post)) {
            inbox::Answer::Posted(posted) if mood == Mood::Well => Outcome::Created(posted),
            _ => unclear,
        }
    }

    async fn look_up(&self, public_id: &PublicId) -> Lookup {
        Lookup::from(self.inbox(inbox::Call::LookUp(public_id.clone())))
    }

    async fn replies(&self, thread_id: &str) -> Option<Vec<Reply>> {
        match self.inbox(inbox::Call::Replies(thread_id.parse().ok()?)) {
            inbox::Answer::Replies(replies) => Some(replies),
            _ => None,
        }
    }
}

impl outbox::World for Fake {
    fn now_ms(&self) -> u64 {
        self.now.get()
    }

    fn jitter(&self) -> f64 {
        0.5
    }

    async fn wake_at(&self, at_ms: Option<u64>) -> Result<(), RowsError> {
        self.alarm.set(at_ms);
        Ok(())
    }
}

impl Clock for Fake {
    fn now_ms(&self) -> u64 {
        self.now.get()
    }

    async fn sleep(&self, ms: u32) {
        self.now.set(self.now.get() + u64::from(ms));
    }
}

impl Random for Fake {
    /// Different each time, which is all that tests need.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), PortError> {
        self.random.set(self.random.get() + 1);
        bytes.fill(self.random.get());
        Ok(())
    }
}

impl Memory for Fake {
    fn wasm_bytes(&self) -> u64 {
        1 << 20
    }
}

/// The outbox's rows.
#[derive(Debug, Default)]
pub struct MemoryRows {
    pub rows: RefCell<BTreeMap<SubmissionId, Row>>,
    asked: RefCell<BTreeMap<(String, u64), u32>>,
}

impl MemoryRows {
    fn find(&self, is: impl Fn(&Row) -> bool) -> Result<Option<Row>, RowsError> {
        Ok(self.rows.borrow().values().find(|row| is(row)).cloned())
    }
}

impl Rows for MemoryRows {
    fn by_id(&self, id: &SubmissionId) -> Result<Option<Row>, RowsError> {
        self.find(|row| row.id == *id)
    }

    fn by_receipt(&self, receipt: &Receipt) -> Result<Option<Row>, RowsError> {
        self.find(|row| row.receipt == *receipt)
    }

    fn by_public_id(&self, public_id: &PublicId) -> Result<Option<Row>, RowsError> {
        self.find(|row| row.public_id == *public_id)
    }

    fn insert(&self, row: &Row) -> Result<(), RowsError> {
        assert!(self.rows.borrow_mut().insert(row.id.clone(), row.clone()).is_none(), "inserted twice");
        Ok(())
    }

    fn update(&self, id: &SubmissionId, delivery: &Delivery) -> Result<(), RowsError> {
        self.rows.borrow_mut().get_mut(id).expect("a row is updated after it is inserted").delivery =
            delivery.clone();
        Ok(())
    }

    fn due(&self, now_ms: u64, most: usize) -> Result<Vec<SubmissionId>, RowsError> {
        let rows = self.rows.borrow();
        let due = rows.values().filter(|row| row.delivery.next_due().is_some_and(|due| due <= now_ms));
        Ok(due.take(most).map(|row| row.id.clone()).collect())
    }

    fn next_due(&self) -> Result<Option<u64>, RowsError> {
        Ok(self.rows.borrow().values().filter_map(|row| row.delivery.next_due()).min())
    }

    fn in_flight(&self) -> Result<Vec<SubmissionId>, RowsError> {
        Ok(self.rows.borrow().keys().cloned().collect())
    }

    fn count(&self, address: &str, hour: u64) -> Result<u32, RowsError> {
        let mut asked = self.asked.borrow_mut();
        let times = asked.entry((address.to_owned(), hour)).or_default();
        *times += 1;
        Ok(*times)
    }
}

/// The inbox's questions.
#[derive(Debug, Default)]
pub struct MemoryItems {
    pub items: RefCell<Vec<Item>>,
    notes: RefCell<Vec<(PublicId, Note)>>,
}

impl Items for MemoryItems {
    fn item(&self, public_id: &PublicId) -> Result<Option<Item>, ItemsError> {
        Ok(self.items.borrow().iter().find(|item| item.public_id == *public_id).cloned())
    }

    fn insert(&self, item: &Item) -> Result<(), ItemsError> {
        self.items.borrow_mut().push(item.clone());
        Ok(())
    }

    fn list(&self, state: Option<State>, most: usize) -> Result<Vec<Item>, ItemsError> {
        let items = self.items.borrow();
        let wanted = |item: &&Item| state.map_or(item.state != State::Hidden, |state| item.state == state);
        Ok(items.iter().rev().filter(wanted).take(most).cloned().collect())
    }

    fn count(&self, state: State) -> Result<u64, ItemsError> {
        Ok(self.items.borrow().iter().filter(|item| item.state == state).count() as u64)
    }

    fn set_state(&self, public_id: &PublicId, state: State) -> Result<(), ItemsError> {
        self.items
            .borrow_mut()
            .iter_mut()
            .filter(|item| item.public_id == *public_id)
            .for_each(|item| item.state = state);
        Ok(())
    }

    fn reply(&self, public_id: &PublicId, note: &Note) -> Result<(), ItemsError> {
        let mut notes = self.notes.borrow_mut();
        let id = (notes.len() + 1).to_string();
        notes.push((public_id.clone(), Note { id, ..note.clone() }));
        Ok(())
    }

    fn replies(&self, public_id: &PublicId) -> Result<Vec<Note>, ItemsError> {
        let notes = self.notes.borrow();
        Ok(notes.iter().filter(|(id, _)| id == public_id).map(|(_, note)| note.clone()).collect())
    }
}
