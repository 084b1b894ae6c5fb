//! A world in memory, for tests: files, an outbox and an inbox that work, a clock that tests move.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::future::Future;
use std::ops::Range;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use api::{Manifest, ManifestBundle, ManifestFile, QuestionState, Reply};
use ask::{PublicId, Receipt, SubmissionId};
use delivery::{Config as Waits, Delivery, Lane};
use forum::{Lookup, Outcome, Posted};
use search::{BuildOptions, Built};

use crate::inbox::{self, Item, Items, ItemsError, Note, State};
use crate::outbox::{self, Forum, Notice, Others, Pace, Row, Rows, RowsError, Text};
use crate::ports::{Body, BodyError, Clock, Files, Guard, InboxPort, Memory, OutboxPort, PortError, Random};

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
    /// Refuses it: another thread bears its title.
    TitleTaken,
    /// Takes nothing.
    Blocked,
}

/// The world.
#[derive(Debug, Default)]
pub struct Fake {
    pub files: RefCell<HashMap<String, Vec<u8>>>,
    /// When each was written.
    pub written: RefCell<HashMap<String, u64>>,
    /// Keys read so far.
    pub reads: RefCell<Vec<String>>,
    /// The bucket does not answer.
    pub down: Cell<bool>,
    pub now: Cell<u64>,
    pub alarm: Cell<Option<u64>>,
    pub mood: Cell<Mood>,
    /// The platform's limit by address holds.
    pub flooded: Cell<bool>,
    /// What the operator was told; `None`: nobody listens.
    pub told: RefCell<Option<Vec<String>>>,
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
        static PACE: std::sync::LazyLock<Pace> =
            std::sync::LazyLock::new(|| Pace { waits: Waits::default(), spacing_ms: 0, keep_ms: 1 << 40 });
        outbox::Desk { rows: &self.rows, forum: self, world: self, pace: &PACE }
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

    async fn read_dated(&self, key: &str) -> Result<Option<(Vec<u8>, u64)>, PortError> {
        let written = self.written.borrow().get(key).copied().unwrap_or_default();
        Ok(self.read(key).await?.map(|bytes| (bytes, written)))
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
        self.written.borrow_mut().insert(key.to_owned(), self.now.get());
        Ok(())
    }

    async fn upload(&self, key: &str, body: Vec<u8>, _sha256: Option<[u8; 32]>) -> Result<(), PortError> {
        self.write(key, body).await
    }
}

impl OutboxPort for Fake {
    async fn outbox(&self, _site: &str, call: outbox::Call) -> Result<outbox::Answer, PortError> {
        Ok(self.desk().answer(call).await)
    }
}

impl Guard for Fake {
    async fn admits(&self, _key: &str) -> bool {
        !self.flooded.get()
    }

    async fn is_human(&self, answer: &str, _address: Option<&str>) -> Result<bool, PortError> {
        Ok(answer == "human")
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
            title: row.text.title.clone(),
            markdown: row.text.markdown.clone(),
            tags: row.text.tags.clone(),
        };
        let mood = self.mood.take();
        if mood == Mood::TitleTaken {
            let by = Posted { thread_id: "1".into(), url: Some("https://f.example/t/1".into()) };
            return Outcome::TitleTaken { reason: "the title is used".into(), by: Some(by) };
        }
        if mood == Mood::Blocked {
            return Outcome::Blocked { reason: "a challenge".into() };
        }
        let unclear = Outcome::Ambiguous { why: "the connection broke".into() };
        if mood == Mood::RequestLost {
            return unclear;
        }
        match self.inbox(inbox::Call::Post(post)) {
            inbox::Answer::Posted(posted) if mood == Mood::Well => Outcome::Created(posted),
            _ => unclear,
        }
    }

    async fn look_up(&self, row: &Row, others: &Others) -> Lookup {
        assert!(row.delivery.thread().is_none_or(|thread| !others.threads.contains(&thread.thread_id)));
        Lookup::from(self.inbox(inbox::Call::LookUp(row.public_id.clone())))
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

    fn has_listener(&self) -> bool {
        self.told.borrow().is_some()
    }

    async fn notify(&self, _id: u64, body: &str) -> bool {
        self.told.borrow_mut().as_mut().map(|told| told.push(body.to_owned())).is_some()
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
    spent: RefCell<BTreeSet<SubmissionId>>,
    seen: RefCell<BTreeSet<String>>,
    lane: RefCell<Lane>,
    notices: RefCell<Vec<(Notice, u64)>>,
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

    fn by_thread(&self, thread_id: &str) -> Result<Option<Row>, RowsError> {
        self.find(|row| row.delivery.thread().is_some_and(|thread| thread.thread_id == thread_id))
    }

    fn fence(&self, _: &SubmissionId) -> Result<(), RowsError> {
        Ok(())
    }

    fn others(&self, row: &Row) -> Result<Others, RowsError> {
        let (rows, since) = (self.rows.borrow(), row.delivery.accepted_ms());
        let later = rows.values().filter(|row| row.delivery.updated_ms() >= since);
        let threads = later.filter_map(|row| Some(row.delivery.thread()?.thread_id.clone())).collect();
        Ok(Others { threads, before: None })
    }

    fn rewrite(&self, id: &SubmissionId, text: &Text) -> Result<(), RowsError> {
        self.rows.borrow_mut().get_mut(id).expect("it is there").text = text.clone();
        Ok(())
    }

    fn due(&self, now_ms: u64, sends: bool, most: usize) -> Result<Vec<SubmissionId>, RowsError> {
        let rows = self.rows.borrow();
        let due = rows.values().filter(|row| {
            let is_due = row.delivery.next_due().is_some_and(|due| due <= now_ms);
            is_due && (sends || !row.delivery.is_waiting_to_send())
        });
        Ok(due.take(most).map(|row| row.id.clone()).collect())
    }

    fn next_due(&self, sends_from_ms: u64) -> Result<Option<u64>, RowsError> {
        let due = |row: &Row| {
            let earliest = if row.delivery.is_waiting_to_send() { sends_from_ms } else { 0 };
            row.delivery.next_due().map(|due| due.max(earliest))
        };
        Ok(self.rows.borrow().values().filter_map(due).min())
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

    fn repeats(&self, fingerprint: &str, since_ms: u64) -> Result<bool, RowsError> {
        let same = |row: &Row| {
            let is_withdrawn = row.delivery.status() == QuestionState::Withdrawn;
            row.text.fingerprint == fingerprint && row.delivery.accepted_ms() >= since_ms && !is_withdrawn
        };
        Ok(self.rows.borrow().values().any(same))
    }

    fn list(&self, state: Option<QuestionState>, most: usize) -> Result<Vec<Row>, RowsError> {
        let rows = self.rows.borrow();
        let wanted = |row: &&Row| state.is_none_or(|state| row.delivery.status() == state);
        Ok(rows.values().filter(wanted).take(most).cloned().collect())
    }

    fn counts(&self) -> Result<Vec<(QuestionState, u64)>, RowsError> {
        Ok(Vec::new())
    }

    fn erase(&self, id: &SubmissionId, _now_ms: u64) -> Result<(), RowsError> {
        self.rows.borrow_mut().remove(id);
        self.spent.borrow_mut().insert(id.clone());
        Ok(())
    }

    fn is_spent(&self, id: &SubmissionId) -> Result<bool, RowsError> {
        Ok(self.spent.borrow().contains(id))
    }

    fn forget(&self, settled_before_ms: u64, _seen_before_ms: u64) -> Result<(), RowsError> {
        let old = |row: &Row| row.delivery.is_at_rest() && row.delivery.updated_ms() < settled_before_ms;
        self.rows.borrow_mut().retain(|_, row| !old(row));
        Ok(())
    }

    fn see(&self, message: &str, _now_ms: u64) -> Result<bool, RowsError> {
        Ok(self.seen.borrow_mut().insert(message.to_owned()))
    }

    fn lane(&self) -> Result<Lane, RowsError> {
        Ok(self.lane.borrow().clone())
    }

    fn set_lane(&self, lane: &Lane) -> Result<(), RowsError> {
        self.lane.replace(lane.clone());
        Ok(())
    }

    fn add_notice(&self, body: &str, now_ms: u64) -> Result<(), RowsError> {
        let mut notices = self.notices.borrow_mut();
        let id = notices.iter().map(|(notice, _)| notice.id).max().unwrap_or(0) + 1;
        notices.push((Notice { id, body: body.to_owned(), tries: 0 }, now_ms));
        Ok(())
    }

    fn due_notice(&self, now_ms: u64) -> Result<Option<Notice>, RowsError> {
        let notices = self.notices.borrow();
        Ok(notices.iter().find(|(_, due)| *due <= now_ms).map(|(notice, _)| notice.clone()))
    }

    fn next_notice(&self) -> Result<Option<u64>, RowsError> {
        Ok(self.notices.borrow().iter().map(|(_, due)| *due).min())
    }

    fn put_off(&self, id: u64, due_ms: Option<u64>) -> Result<(), RowsError> {
        let mut notices = self.notices.borrow_mut();
        match due_ms {
            None => notices.retain(|(notice, _)| notice.id != id),
            Some(due) => notices.iter_mut().filter(|(notice, _)| notice.id == id).for_each(|(notice, at)| {
                notice.tries += 1;
                *at = due;
            }),
        }
        Ok(())
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
