//! One trial: questions go in while something goes wrong, and each must be in the forum once.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::Result;
use ask::SubmissionId;
use relevance::Random;

use crate::client::{Accepted, Client, Said, Standing};
use crate::follow::follow;
use crate::proxy::FaultProxy;
use crate::verdict::{Census, Verdict};

/// Questions that are on their way to the Worker at once.
const ASKERS: usize = 8;

/// Before a question that got no answer is sent again.
const AGAIN: Duration = Duration::from_millis(100);

/// One in so many askers is impatient, and sends the question once more after it was accepted.
const IMPATIENT: usize = 20;

/// One in so many quotes the reference of another question in its own text.
const QUOTING: usize = 10;

/// Complaints of one kind that are told in full.
const TOLD: usize = 5;

/// A trial of one fault.
pub struct Trial<'a> {
    /// The askers.
    pub client: Client,
    /// What the outbox takes for the forum; it fails as it was told.
    pub proxy: &'a FaultProxy,
    /// Counts what the forum holds of this trial.
    pub census: &'a dyn Fn() -> Result<Census>,
    /// The fault's name in the table.
    pub fault: crate::Fault,
    /// How many questions.
    pub each: usize,
    /// Decides what they say.
    pub seed: u64,
    /// How long all of it may take.
    pub limit: Duration,
    /// How long the forum may store nothing before the receipts are asked for all the same.
    pub patience: Duration,
    /// How long the proxy may still hand on posts after the last receipt: the census waits for them.
    pub calm: Duration,
}

/// How far a trial is, for whoever disturbs it.
#[derive(Debug, Default)]
pub struct Progress {
    accepted: AtomicUsize,
    over: AtomicBool,
}

impl Progress {
    /// Questions that were accepted so far.
    pub fn accepted(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }

    /// Whether every question has come to rest.
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }
}

impl Trial<'_> {
    /// Runs the trial. `disturb` runs beside it and returns how often it killed the Worker.
    ///
    /// 1. Send every question until it is accepted. 2. Wait until each has come to rest. 3. Count, and compare.
    pub fn run(&self, disturb: impl FnOnce(&Progress) -> Result<u64>) -> Result<Verdict> {
        let begun = Instant::now();
        let deadline = begun + self.limit;
        let progress = Progress::default();
        let complaints = Complaints::default();
        let (accepted, standings, seconds, kills) = thread::scope(|scope| {
            let (progress, complaints) = (&progress, &complaints);
            let (client, proxy) = (self.client.clone(), self.proxy);
            let (questions, patience) = (self.questions(), self.patience);
            let askers = scope.spawn(move || {
                // 1.
                let accepted = send_all(&client, questions, progress, complaints, deadline);
                // 2.
                let standings = follow(&client, &accepted, &|| proxy.log().stored, patience, deadline);
                progress.over.store(true, Ordering::SeqCst);
                (accepted, standings, begun.elapsed().as_secs_f64())
            });
            let kills = disturb(progress);
            let (accepted, standings, seconds) = askers.join().unwrap_or_default();
            kills.map(|kills| (accepted, standings, seconds, kills))
        })?;
        // 3.
        thread::sleep(self.calm);
        let census = (self.census)()?;
        let posted = posted(&accepted, &standings, &census, &complaints);
        let known: BTreeSet<&str> = accepted.iter().map(|question| question.public_id.as_str()).collect();
        for stray in census.ids().filter(|id| !known.contains(id)) {
            complaints.note("stray", || format!("{stray} is in the forum and was never accepted"));
        }
        let log = self.proxy.log();
        Ok(Verdict {
            fault: self.fault,
            asked: self.each,
            accepted: known.len(),
            posted,
            lost: known.iter().filter(|id| census.times(id) == 0).count(),
            doubled: census.ids().filter(|id| census.times(id) > 1).count(),
            attempts: log.posts,
            reads: log.reads,
            struck: log.struck,
            kills,
            seconds,
            complaints: complaints.into_told(),
        })
    }

    /// The questions, each with the id that its asker keeps.
    fn questions(&self) -> Vec<Question> {
        let mut random = Random::new(self.seed);
        (0..self.each).map(|number| Question::new(number, self.fault.name(), &mut random)).collect()
    }
}

/// A question before it is sent.
struct Question {
    number: usize,
    id: SubmissionId,
    title: String,
    body: String,
}

impl Question {
    fn new(number: usize, trial: &str, random: &mut Random) -> Question {
        const THINGS: [&str; 8] =
            ["berth", "harbour", "dock", "wake", "anchor", "zeppelin", "rudder", "lantern"];
        const TROUBLES: [&str; 8] = [
            "stays amber",
            "does not answer",
            "forgets its name",
            "is locked",
            "shows last week's files",
            "makes no sound",
            "asks for a password",
            "eats the battery",
        ];
        let mut pick =
            |from: &[&'static str]| from.get(random.below(from.len())).copied().unwrap_or_default();
        let (thing, trouble, other) = (pick(&THINGS), pick(&TROUBLES), pick(&THINGS));
        let title = format!("The {thing} {trouble} since the last update (trial {trial}, question {number})");
        let body = format!(
            "Since the update my {thing} {trouble}, and the {other} too.\n\nI have tried {number} times to *restart* it; \
             `moor status` says <nothing> & \"nothing\". What can I do?"
        );
        let random: [u8; 10] = std::array::from_fn(|_| random.below(256) as u8);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64;
        Question { number, id: SubmissionId::new(now, random), title, body }
    }
}

/// Sends every question until it is accepted or refused.
fn send_all(
    client: &Client,
    questions: Vec<Question>,
    progress: &Progress,
    complaints: &Complaints,
    deadline: Instant,
) -> Vec<Accepted> {
    let questions = Mutex::new(questions.into_iter());
    let accepted = Mutex::new(Vec::<Accepted>::new());
    thread::scope(|scope| {
        for _ in 0..ASKERS {
            scope.spawn(|| {
                loop {
                    let Some(mut question) = lock(&questions).next() else { break };
                    if question.number % QUOTING == QUOTING - 1
                        && let Some(other) = lock(&accepted).last()
                    {
                        question
                            .body
                            .push_str(&format!("\n\nSee also Edgewise reference: {}", other.public_id));
                    }
                    if let Some(taken) = send(client, &question, complaints, deadline) {
                        lock(&accepted).push(taken);
                        progress.accepted.fetch_add(1, Ordering::SeqCst);
                    }
                }
            });
        }
    });
    accepted.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Sends a question until there is an answer; the impatient send it once more.
fn send(
    client: &Client,
    question: &Question,
    complaints: &Complaints,
    deadline: Instant,
) -> Option<Accepted> {
    let request = client.request(&question.title, &question.body);
    let mut taken: Option<Accepted> = None;
    loop {
        match client.send(&question.id, &request) {
            Said::Accepted(now) => {
                if taken.as_ref().is_some_and(|before| *before != now) {
                    complaints.note("receipt", || {
                        format!("question {} got two receipts for one id", question.number)
                    });
                }
                let is_first = taken.replace(now).is_none();
                if !is_first || !question.number.is_multiple_of(IMPATIENT) {
                    return taken;
                }
            }
            Said::Refused(status, why) => {
                complaints.note("refused", || {
                    format!("question {} was refused with {status}: {why}", question.number)
                });
                return taken;
            }
            Said::Unclear { why, .. } if Instant::now() >= deadline => {
                complaints.note("unanswered", || {
                    format!("question {} was not answered in time: {why}", question.number)
                });
                return taken;
            }
            Said::Unclear { .. } => thread::sleep(AGAIN),
        }
    }
}

/// How many receipts say *posted* and lead to the thread that carries the question.
fn posted(
    accepted: &[Accepted],
    standings: &[Option<Standing>],
    census: &Census,
    complaints: &Complaints,
) -> usize {
    let mut posted = 0;
    for (at, question) in accepted.iter().enumerate() {
        let id = &question.public_id;
        match standings.get(at).and_then(Option::as_ref) {
            Some(standing) if standing.is_posted() => {
                let url = standing.url.as_deref().unwrap_or_default();
                if leads_to(url, census.places(id)) {
                    posted += 1;
                } else {
                    let places = census.places(id);
                    complaints
                        .note("address", || format!("{id} is said to be at {url:?} and is at {places:?}"));
                }
            }
            Some(standing) => {
                let why = standing.reason.as_deref().unwrap_or("nobody knows why");
                complaints.note("standing", || format!("{id} is {}: {why}", standing.state));
            }
            None => complaints.note("silence", || format!("{id}: nobody answers where it stands")),
        }
    }
    posted
}

/// Whether an address ends with the id of one of the threads.
fn leads_to(url: &str, places: &[String]) -> bool {
    let id = url.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    places.iter().any(|place| place == id)
}

/// What is wrong: the first cases of each kind in full, the rest as a number.
#[derive(Debug, Default)]
struct Complaints(Mutex<std::collections::BTreeMap<&'static str, Vec<String>>>);

impl Complaints {
    fn note(&self, kind: &'static str, what: impl FnOnce() -> String) {
        lock(&self.0).entry(kind).or_default().push(what());
    }

    fn into_told(self) -> Vec<String> {
        let kinds = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let tell = |(kind, cases): (&str, Vec<String>)| {
            let more = cases.len().saturating_sub(TOLD);
            let rest = (more > 0).then(|| format!("and {more} more of this kind ({kind})"));
            cases.into_iter().take(TOLD).chain(rest).collect::<Vec<_>>()
        };
        kinds.into_iter().flat_map(tell).collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_the_thread_it_ends_with() {
        let places = ["17".to_owned()];
        assert!(leads_to("http://f.example/t/a-slug/17", &places));
        assert!(leads_to("http://f.example/t/a-slug/17/", &places));
        assert!(!leads_to("http://f.example/t/a-slug/117", &places));
        assert!(!leads_to("", &places));
    }

    #[test]
    fn many_complaints_are_cut_short() {
        let complaints = Complaints::default();
        (0..7).for_each(|number| complaints.note("odd", || format!("case {number}")));
        let told = complaints.into_told();
        assert_eq!((told.len(), told.last().map(String::as_str)), (6, Some("and 2 more of this kind (odd)")));
    }

    #[test]
    fn no_two_questions_are_alike() {
        let mut random = Random::new(1);
        let questions: Vec<Question> =
            (0..50).map(|number| Question::new(number, "none", &mut random)).collect();
        let titles: BTreeSet<&str> = questions.iter().map(|question| question.title.as_str()).collect();
        let ids: BTreeSet<&SubmissionId> = questions.iter().map(|question| &question.id).collect();
        assert_eq!((titles.len(), ids.len()), (50, 50));
    }
}
