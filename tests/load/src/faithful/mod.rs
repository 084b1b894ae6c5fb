//! A forum in memory that speaks the part of Discourse's API that posting, looking up and watching a question take, as
//! Discourse does: what it refuses, what it redirects, what it forgets.

mod board;
mod routes;

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::http::{Connection, Server};
use crate::verdict::Census;
use board::Board;

/// How a forum is set up.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The key that posts and reads.
    pub key: String,
    /// Whose key it is: a moderator's account.
    pub user: String,
    /// The one category.
    pub category: u64,
    /// Characters of a title, least and most; as Discourse comes, 15 and 255.
    pub title_chars: (usize, usize),
    /// Whether two threads may bear the same title.
    pub same_titles: bool,
    /// Whether external ids are kept: without them a thread can only be searched for, and two equal posts make two
    /// threads.
    pub external_ids: bool,
    /// How long it takes until a search finds a post: forums index after they have answered.
    pub indexed_after: Duration,
    /// How many of a hundred posts go before the moderators. Their queue keeps no external id.
    pub held_percent: u32,
    /// How long the moderators take to approve one.
    pub approved_after: Duration,
    /// Decides which posts are held.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            key: "key".to_owned(),
            user: "help-bot".to_owned(),
            category: 7,
            title_chars: (15, 255),
            same_titles: false,
            external_ids: true,
            indexed_after: Duration::ZERO,
            held_percent: 0,
            approved_after: Duration::ZERO,
            seed: 1,
        }
    }
}

/// The forum, running.
pub struct Faithful {
    server: Server,
    board: Arc<Mutex<Board>>,
}

impl Faithful {
    /// Starts an empty forum on a free port.
    pub fn start(settings: Settings) -> io::Result<Faithful> {
        let board = Arc::new(Mutex::new(Board::new(settings)));
        let shared = Arc::clone(&board);
        let server = Server::start(move |connection| converse(connection, &shared))?;
        Ok(Faithful { server, board })
    }

    /// Its address, without a slash at the end.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The titles of its threads, the oldest first.
    pub fn titles(&self) -> Vec<String> {
        lock(&self.board).titles()
    }

    /// What it holds, before its moderators and behind them.
    pub fn census(&self) -> Census {
        lock(&self.board).census()
    }
}

fn lock(board: &Mutex<Board>) -> std::sync::MutexGuard<'_, Board> {
    board.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Answers one client's requests until it goes.
fn converse(mut connection: Connection, board: &Mutex<Board>) {
    while let Ok(Some(head)) = connection.head() {
        let Ok(body) = connection.body(&head) else { break };
        let answer = routes::answer(&mut lock(board), &head, &body);
        if connection.answer(&answer).is_err() {
            break;
        }
    }
}
