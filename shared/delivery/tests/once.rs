//! The machine against a model of a forum that stores late, loses answers, and is asked by a shell that restarts:
//! whatever happens in whatever order, no question is posted twice and none is lost.

use api::{QuestionState, Reply, Role};
use delivery::{Config, Context, Delivery, Effect, Event, ForumEvent, State, step, submit};
use forum::{Lookup, Outcome, Posted};
use proptest::prelude::*;

/// Longer than the model forum takes from receiving a request to storing the post; shorter than the gap between two
/// misses, which is what the machine's promise rests on.
const STORES_WITHIN_MS: u64 = 90_000;

/// What the forum and the network do with one request.
#[derive(Debug, Clone, Copy)]
enum Fate {
    /// The request does not get there, and that is known.
    Unreachable,
    /// It does not get there, and nobody can tell.
    Lost,
    /// It is stored; the answer arrives.
    Stored,
    /// It is stored after so many milliseconds; the answer is lost.
    StoredSilently(u64),
    /// It is held for the moderators.
    Held,
    /// It is answered with 429.
    Throttled,
    /// It is refused.
    Refused,
    /// Another thread bears its title.
    TitleTaken,
    /// Nothing of ours is taken.
    Blocked,
}

/// One thing that happens.
#[derive(Debug, Clone)]
enum Happening {
    /// Time passes until the next due time, and so much more.
    Later(u64),
    /// The shell asks early, or too often.
    Due,
    /// The result of the oldest request under way arrives, or that of the newest.
    Result {
        newest: bool,
    },
    /// The shell loses everything but what it stored.
    Crash,
    Withdraw,
    Edited,
    Retry,
    Release,
    Drop,
    /// The clock is set back.
    Earlier(u64),
    Reply,
    Activity,
    /// The moderators decide.
    Decide(bool),
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        1 => Just(Fate::Unreachable),
        2 => Just(Fate::Lost),
        2 => Just(Fate::Stored),
        4 => (0..STORES_WITHIN_MS).prop_map(Fate::StoredSilently),
        1 => Just(Fate::Held),
        1 => Just(Fate::Throttled),
        1 => Just(Fate::Refused),
        1 => Just(Fate::TitleTaken),
        1 => Just(Fate::Blocked),
    ]
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        8 => prop_oneof![Just(0), 0..200_000u64].prop_map(Happening::Later),
        2 => Just(Happening::Due),
        8 => any::<bool>().prop_map(|newest| Happening::Result { newest }),
        2 => Just(Happening::Crash),
        1 => Just(Happening::Withdraw),
        1 => Just(Happening::Edited),
        1 => Just(Happening::Retry),
        1 => Just(Happening::Release),
        1 => Just(Happening::Drop),
        1 => (0..400_000u64).prop_map(Happening::Earlier),
        1 => Just(Happening::Reply),
        1 => Just(Happening::Activity),
        1 => any::<bool>().prop_map(Happening::Decide),
    ]
}

/// The world around one delivery.
struct World {
    config: Config,
    now: u64,
    delivery: Delivery,
    /// What a crash leaves.
    stored: Delivery,
    fates: Vec<Fate>,
    /// Posts: when each is there to be found.
    posts: Vec<u64>,
    held: bool,
    /// Results on their way, by the order of their requests.
    results: Vec<Event>,
    sends: usize,
}

impl World {
    fn new(fates: Vec<Fate>, hold: bool) -> Self {
        let config = Config::default();
        let now = 1_000_000_000;
        let (delivery, effects) = submit(
            hold.then(|| "many links".to_owned()),
            &Context { config: &config, now_ms: now, jitter: 0.5 },
        );
        assert_eq!(effects.first(), Some(&Effect::Store), "stored before the asker is answered");
        let stored = delivery.clone();
        let (posts, results) = (Vec::new(), Vec::new());
        Self { config, now, delivery, stored, fates, posts, held: false, results, sends: 0 }
    }

    fn posted(&self) -> Posted {
        Posted { thread_id: "7".into(), url: None }
    }

    fn feed(&mut self, event: Event) {
        let jitter = (self.now % 101) as f64 / 100.0;
        let cx = Context { config: &self.config, now_ms: self.now, jitter };
        let before = self.delivery.clone();
        let (delivery, effects) = step(self.delivery.clone(), event, &cx);
        if effects.is_empty() {
            assert_eq!(delivery, before, "what changes is stored");
        }
        self.delivery = delivery;
        for (at, effect) in effects.iter().enumerate() {
            match effect {
                Effect::Store => {
                    assert_eq!(at, 0, "storing comes first: {effects:?}");
                    // What is stored is what is read again.
                    let json = serde_json::to_string(&self.delivery).expect("a delivery writes");
                    self.stored = serde_json::from_str(&json).expect("and reads");
                    assert_eq!(self.stored, self.delivery);
                }
                Effect::WakeAt(due) => assert_eq!(Some(*due), self.delivery.next_due()),
                Effect::Send { attempt } => self.receive(*attempt),
                Effect::Lookup { lookup } => self.answer_lookup(*lookup),
                Effect::Pause { until_ms, .. } => assert!(*until_ms > self.now, "a pause lies ahead"),
                Effect::Watch { .. } => {}
            }
        }
        self.check();
    }

    fn receive(&mut self, attempt: u32) {
        assert!(
            matches!(self.stored.state(), State::Sending { .. }),
            "the attempt is stored before it leaves"
        );
        assert_eq!(self.stored.attempts(), attempt);
        assert!(!self.held, "sent again while the moderators have it");
        let fate = self.fates.get(self.sends).copied().unwrap_or(Fate::Stored);
        self.sends += 1;
        let outcome = match fate {
            Fate::Unreachable => Outcome::NotSent { why: "refused".into() },
            Fate::Lost => Outcome::Ambiguous { why: "time-out".into() },
            Fate::Stored => {
                self.posts.push(self.now);
                Outcome::Created(self.posted())
            }
            Fate::StoredSilently(ms) => {
                self.posts.push(self.now + ms);
                Outcome::Ambiguous { why: "time-out".into() }
            }
            Fate::Held => {
                self.held = true;
                Outcome::PendingReview
            }
            Fate::Throttled => Outcome::Throttled { wait_ms: Some(self.now % 7_000) },
            Fate::Refused => Outcome::Refused { reason: "too short".into() },
            Fate::TitleTaken => {
                Outcome::TitleTaken { reason: "title is used".into(), by: Some(self.posted()) }
            }
            Fate::Blocked => Outcome::Blocked { reason: "challenge".into() },
        };
        self.results.push(Event::SendResult { attempt, outcome });
    }

    fn answer_lookup(&mut self, lookup: u32) {
        let found = match () {
            () if self.posts.iter().any(|&at| at <= self.now) => Lookup::Found(self.posted()),
            () if self.held => Lookup::Held,
            () if self.now.is_multiple_of(5) => Lookup::Unknown,
            () if self.now.is_multiple_of(7) => Lookup::Hidden { why: "the queue may not be read".into() },
            () => Lookup::Missing,
        };
        self.results.push(Event::LookupResult { lookup, found });
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Later(more) => {
                self.now = self.now.max(self.delivery.next_due().unwrap_or(self.now)) + more;
                self.feed(Event::Due);
            }
            Happening::Due => self.feed(Event::Due),
            Happening::Result { newest } => {
                if !self.results.is_empty() {
                    let at = if newest { self.results.len() - 1 } else { 0 };
                    let event = self.results.remove(at);
                    self.feed(event);
                }
            }
            Happening::Crash => {
                self.results.clear();
                self.delivery = self.stored.clone();
                self.feed(Event::Restarted);
            }
            Happening::Withdraw => self.feed(Event::Withdraw),
            Happening::Edited => self.feed(Event::Edited),
            Happening::Retry => self.feed(Event::Retry { missing: false }),
            Happening::Release => self.feed(Event::Release),
            Happening::Drop => self.feed(Event::Drop { reason: "off topic".into() }),
            Happening::Earlier(by) => {
                // Storing takes its time by the forum's clock, which nobody sets back.
                self.posts.iter_mut().for_each(|at| *at = at.saturating_sub(by));
                self.now -= by;
            }
            Happening::Reply => self.feed(Event::Replies(vec![reply()])),
            Happening::Activity => self.feed(Event::Forum(ForumEvent::Activity)),
            Happening::Decide(approve) if self.held => {
                self.held = false;
                if approve {
                    self.posts.push(self.now);
                    self.feed(Event::Forum(ForumEvent::Approved(self.posted())));
                } else {
                    self.results.clear();
                    self.feed(Event::Forum(ForumEvent::Rejected { reason: "off topic".into() }));
                }
            }
            Happening::Decide(_) => {}
        }
    }

    fn check(&self) {
        assert!(self.posts.len() <= 1, "posted twice");
        let delivery = &self.delivery;
        let exists = !self.posts.is_empty();
        match delivery.status() {
            QuestionState::Posted | QuestionState::Answered => {
                assert!(exists, "posted, but the forum has nothing")
            }
            QuestionState::Withdrawn => assert!(!exists, "withdrawn, but the forum has it"),
            QuestionState::Failed => {}
            _ => assert!(delivery.next_due().is_some(), "nothing would ever happen to {delivery:?}"),
        }
        if delivery.can_withdraw() {
            assert!(!exists, "could be withdrawn although the forum has it");
        }
    }

    /// The forum is well again and every result arrives: the question must get somewhere.
    fn settle(&mut self) {
        self.fates.clear();
        self.fates.resize(self.sends, Fate::Stored);
        self.held = false;
        for _ in 0..400 {
            while let Some(event) = self.results.pop() {
                self.feed(event);
            }
            match self.delivery.status() {
                QuestionState::Posted | QuestionState::Answered | QuestionState::Withdrawn => return,
                QuestionState::NeedsFix => self.feed(Event::Edited),
                QuestionState::Failed => self.feed(Event::Retry { missing: self.posts.is_empty() }),
                // The moderators let it through.
                QuestionState::PendingReview if matches!(self.delivery.state(), State::Held { .. }) => {
                    self.feed(Event::Release);
                }
                QuestionState::PendingReview => {
                    if self.posts.is_empty() {
                        self.posts.push(self.now);
                    }
                    self.happen(Happening::Later(1));
                }
                _ => self.happen(Happening::Later(1)),
            }
        }
        panic!("lost in {:?}", self.delivery);
    }
}

fn reply() -> Reply {
    Reply {
        id: "8".into(),
        author: "Ines".into(),
        role: Role::Staff,
        created_at: "2026-01-02T03:04:05Z".into(),
        blocks: Vec::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100_000))]

    #[test]
    fn a_question_is_posted_once_or_not_at_all_and_never_lost(
        fates in prop::collection::vec(fate(), 0..6),
        happenings in prop::collection::vec(happening(), 0..40),
        hold in prop::bool::weighted(0.1),
    ) {
        let mut world = World::new(fates, hold);
        for happening in happenings {
            world.happen(happening);
        }
        world.settle();
    }
}

/// Drives a delivery by its own due times and returns the sends' times and the last state.
fn drive(outcome: impl Fn(u32) -> Outcome, found: Lookup, config: &Config) -> (Vec<u64>, Delivery) {
    let at = |now_ms| Context { config, now_ms, jitter: 1.0 };
    let (mut delivery, _) = submit(None, &at(0));
    let mut sends = Vec::new();
    let mut now = 0;
    for _ in 0..2_000 {
        let Some(due) = delivery.next_due() else { break };
        now = due.max(now);
        let (next, effects) = step(delivery, Event::Due, &at(now));
        delivery = next;
        for effect in effects {
            let event = match effect {
                Effect::Send { attempt } => {
                    sends.push(now);
                    Event::SendResult { attempt, outcome: outcome(attempt) }
                }
                Effect::Lookup { lookup } => Event::LookupResult { lookup, found: found.clone() },
                _ => continue,
            };
            let (next, effects) = step(delivery, event, &at(now));
            delivery = next;
            // An unclear send asks at once.
            for effect in effects {
                if let Effect::Lookup { lookup } = effect {
                    let event = Event::LookupResult { lookup, found: found.clone() };
                    delivery = step(delivery, event, &at(now)).0;
                }
            }
        }
        if delivery.thread().is_some() {
            break;
        }
    }
    (sends, delivery)
}

#[test]
fn a_resend_waits_for_two_misses_far_enough_apart() {
    let created = || Outcome::Created(Posted { thread_id: "1".into(), url: None });
    let lost = |attempt| if attempt == 1 { Outcome::Ambiguous { why: "502".into() } } else { created() };
    let config = Config::default();
    let (sends, delivery) = drive(lost, Lookup::Missing, &config);
    assert_eq!(delivery.status(), QuestionState::Posted);
    assert_eq!(sends.len(), 2);
    assert!(sends[1] - sends[0] >= 120_000, "{sends:?}");
    let (sends, _) = drive(lost, Lookup::Missing, &Config::scaled(0.01));
    assert!((1_200..12_000).contains(&(sends[1] - sends[0])), "{sends:?}");
}

#[test]
fn a_forum_that_cannot_be_asked_is_never_sent_to_again() {
    let (sends, delivery) =
        drive(|_| Outcome::Ambiguous { why: "502".into() }, Lookup::Unknown, &Config::default());
    assert_eq!(sends, [0]);
    assert_eq!(delivery.status(), QuestionState::Failed);
    assert!(!delivery.can_withdraw(), "the forum may have it");
}

#[test]
fn attempts_back_off_and_end() {
    let config = Config::default();
    let (sends, delivery) = drive(|_| Outcome::NotSent { why: "no route".into() }, Lookup::Missing, &config);
    assert_eq!(&sends[..4], [0, 5_000, 15_000, 35_000]);
    assert!(sends.len() < 100, "{} attempts in three days", sends.len());
    assert_eq!((delivery.status(), delivery.reason()), (QuestionState::Failed, Some("no route")));
    assert!(delivery.can_withdraw());
}

#[test]
fn a_forums_own_wait_is_kept() {
    let config = Config::default();
    let throttled = |attempt| match attempt {
        1 => Outcome::Throttled { wait_ms: Some(600_000) },
        _ => Outcome::Created(Posted { thread_id: "1".into(), url: None }),
    };
    let (sends, _) = drive(throttled, Lookup::Missing, &config);
    assert_eq!(sends, [0, 605_000]);
}

#[test]
fn looks_for_replies_slow_down_and_end_and_a_reply_quickens_them() {
    let config = Config::default();
    let at = |now_ms| Context { config: &config, now_ms, jitter: 0.0 };
    let (delivery, _) = submit(None, &at(0));
    let (delivery, _) = step(delivery, Event::Due, &at(0));
    let outcome = Outcome::Created(Posted { thread_id: "1".into(), url: None });
    let (mut delivery, _) = step(delivery, Event::SendResult { attempt: 1, outcome }, &at(0));
    let mut waits = Vec::new();
    let mut now = 0;
    while let Some(due) = delivery.next_due() {
        waits.push(due - now);
        now = due;
        let (next, effects) = step(delivery, Event::Due, &at(now));
        assert!(effects.contains(&Effect::Watch { thread_id: "1".into() }));
        delivery = next;
    }
    assert_eq!(waits[..3], [15_000, 22_500, 33_750]);
    assert_eq!(waits.last(), Some(&(6 * 3_600_000)));
    assert!(waits.len() < 300, "{} looks in sixty days", waits.len());
    let (delivery, _) = step(delivery, Event::Forum(ForumEvent::Activity), &at(now));
    assert_eq!(delivery.next_due(), Some(now), "a webhook wakes a thread that is no longer watched");
    let (delivery, _) = step(delivery, Event::Replies(vec![reply()]), &at(now));
    assert_eq!((delivery.status(), delivery.next_due()), (QuestionState::Answered, Some(now + 15_000)));
    assert_eq!(delivery.replies().len(), 1);
}

#[test]
fn results_that_nobody_waits_for_change_nothing() {
    let config = Config::default();
    let at = |now_ms| Context { config: &config, now_ms, jitter: 0.0 };
    let (delivery, _) = submit(None, &at(0));
    for event in [
        Event::Edited,
        Event::Retry { missing: true },
        Event::Release,
        Event::Drop { reason: "x".into() },
        Event::Replies(Vec::new()),
        Event::LookupResult { lookup: 0, found: Lookup::Missing },
        Event::SendResult { attempt: 0, outcome: Outcome::Refused { reason: "x".into() } },
        Event::Forum(ForumEvent::Activity),
        Event::Restarted,
    ] {
        let (next, effects) = step(delivery.clone(), event.clone(), &at(5));
        assert_eq!((next, effects), (delivery.clone(), Vec::new()), "{event:?}");
    }
}

#[test]
fn what_may_be_before_the_moderators_is_left_to_the_operator() {
    let hidden = || Lookup::Hidden { why: "the queue may not be read".into() };
    let (sends, delivery) = drive(|_| Outcome::Ambiguous { why: "502".into() }, hidden(), &Config::default());
    assert_eq!(sends, [0]);
    assert_eq!(
        (delivery.status(), delivery.reason()),
        (QuestionState::Failed, Some("the queue may not be read"))
    );
    assert!(!delivery.can_withdraw());
}

#[test]
fn a_title_that_is_taken_names_the_thread_that_has_it() {
    let config = Config::default();
    let at = |now_ms| Context { config: &config, now_ms, jitter: 0.0 };
    let (delivery, _) = submit(None, &at(0));
    let (delivery, _) = step(delivery, Event::Due, &at(0));
    let by = Posted { thread_id: "3".into(), url: Some("https://f.example/t/3".into()) };
    let outcome = Outcome::TitleTaken { reason: "used".into(), by: Some(by.clone()) };
    let (delivery, _) = step(delivery, Event::SendResult { attempt: 1, outcome }, &at(0));
    assert_eq!((delivery.status(), delivery.title_taken()), (QuestionState::NeedsFix, Some(Some(&by))));
    assert!(delivery.can_edit() && delivery.can_withdraw());
}

#[test]
fn a_forum_that_takes_nothing_stops_its_lane() {
    let config = Config::default();
    let at = |now_ms| Context { config: &config, now_ms, jitter: 1.0 };
    for (outcome, wait, is_blocked) in [
        (Outcome::Blocked { reason: "challenge".into() }, config.blocked_ms, true),
        (Outcome::Throttled { wait_ms: Some(7_000) }, 7_000, false),
    ] {
        let (delivery, _) = submit(None, &at(0));
        let (delivery, _) = step(delivery, Event::Due, &at(0));
        let (_, effects) = step(delivery, Event::SendResult { attempt: 1, outcome }, &at(0));
        let pause = effects.iter().find_map(|effect| match effect {
            Effect::Pause { until_ms, blocked, .. } => Some((*until_ms, *blocked)),
            _ => None,
        });
        assert_eq!(pause, Some((wait, is_blocked)));
    }
}
