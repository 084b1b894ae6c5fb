use api::{OutboxDecision, OutboxItem, OutboxList, OutboxPause, QuestionState};
use ask::{PublicId, Receipt, SubmissionId};
use delivery::{Config, Context, Delivery, Effect, Event, ForumEvent, Pause, State};

use super::{
    Answer, Call, Change, Forum, Message, News, Row, Rows, RowsError, Submission, Submitted, Text, notice,
};
use crate::time_text::rfc3339;

const HOUR_MS: u64 = 60 * 60 * 1_000;

/// A message that a forum sends again within this time is passed over; a question asked again is held.
const DAY_MS: u64 = 24 * HOUR_MS;

/// Questions that one waking carries on: the rest is due at once and comes with the next. At a second a request
/// that stays far below the minutes that an alarm may take.
const BATCH: usize = 20;

/// Questions in one list: what an operator can look through; the states narrow it down.
const LIST: usize = 200;

/// When to come back where storage failed in the middle of a waking.
const RECOVER_MS: u64 = 60 * 1_000;

/// A notice is tried so often, each wait twice as long: for a day and a half.
const NOTICE_TRIES: u32 = 12;

/// Wait after the first try of a notice.
const NOTICE_MS: u64 = 60 * 1_000;

/// Time, chance, the alarm and the way to the operator, as the shell has them.
pub trait World {
    /// Milliseconds since 1970.
    fn now_ms(&self) -> u64;

    /// A random number from 0 to 1.
    fn jitter(&self) -> f64;

    /// Wakes the outbox at a time, and at no other; `None`: not at all.
    async fn wake_at(&self, at_ms: Option<u64>) -> Result<(), RowsError>;

    /// Whether the operator wants to be told anything.
    fn has_listener(&self) -> bool;

    /// Tells the operator; whether it arrived.
    async fn notify(&self, id: u64, body: &str) -> bool;
}

/// How fast questions leave and how long they stay.
#[derive(Debug, Clone, PartialEq)]
pub struct Pace {
    /// How long to wait for what.
    pub waits: Config,
    /// Milliseconds between two sends, in the long run.
    pub spacing_ms: u64,
    /// Milliseconds after which a settled question is forgotten.
    pub keep_ms: u64,
}

/// Does what the delivery machine asks for, question by question.
///
/// Requests to the forum take time, and other calls come in meanwhile: a row is read again before every step, and
/// nothing is awaited between reading and storing it.
#[derive(Debug)]
pub struct Desk<'a, R, F, W> {
    /// The storage.
    pub rows: &'a R,
    /// Where questions go.
    pub forum: &'a F,
    /// Time, chance and the alarm.
    pub world: &'a W,
    /// How fast.
    pub pace: &'a Pace,
}

impl<R: Rows, F: Forum, W: World> Desk<'_, R, F, W> {
    /// Answers a call.
    pub async fn answer(&self, call: Call) -> Answer {
        let answer = match call {
            Call::Submit(submission) => self.submit(*submission).await.map(Answer::Submit),
            Call::Status(receipt) => self.status(&receipt).map(Answer::status),
            Call::Withdraw(receipt) => self.withdraw(&receipt).await.map(Answer::Changed),
            Call::Edit(receipt, text) => self.edit(&receipt, &text).await.map(Answer::Changed),
            Call::Erase(receipt) => self.erase(&receipt).await.map(Answer::Changed),
            Call::Tell(message) => self.hear(*message).await.map(|()| Answer::Done),
            Call::List(state) => self.list(state).map(Answer::List),
            Call::Decide(id, decision) => self.decide(&id, decision).await.map(Answer::status),
            Call::Resume => self.resume().await.map(|()| Answer::Done),
            Call::Sweep => self.arm().await.map(|()| Answer::Done),
        };
        answer.unwrap_or_else(|error| Answer::Failed(error.to_string()))
    }

    /// Carries on what is due.
    ///
    /// 1. Be woken again, whatever happens from here on. 2. Carry on; a question that fails holds up no other. 3. Tell
    ///    the operator, and forget what is old. 4. Be woken when the next question is due, or after a while where one
    ///    failed: it is due all the time.
    pub async fn wake(&self) -> Result<(), RowsError> {
        let now = self.world.now_ms();
        let recover = Some(now.saturating_add(RECOVER_MS));
        self.world.wake_at(recover).await?;
        let mut failed = None;
        for id in self.rows.due(now, self.is_open()?, BATCH)? {
            failed = self.carry_on(&id).await.err().or(failed);
        }
        failed = self.tell().await.err().or(failed);
        let seen_before = now.saturating_sub(DAY_MS);
        failed = self.rows.forget(now.saturating_sub(self.pace.keep_ms), seen_before).err().or(failed);
        match failed {
            None => self.arm().await,
            Some(error) => self.world.wake_at(recover).await.and(Err(error)),
        }
    }

    /// Finds out about requests that were under way when the shell stopped. Once in the life of a shell.
    pub async fn restart(&self) -> Result<(), RowsError> {
        for id in self.rows.in_flight()? {
            self.happen(&id, Event::Restarted).await?;
        }
        self.arm().await
    }

    /// Carries a question on, unless it would be sent and its lane has closed meanwhile.
    async fn carry_on(&self, id: &SubmissionId) -> Result<(), RowsError> {
        let Some(row) = self.rows.by_id(id)? else { return Ok(()) };
        if row.delivery.is_waiting_to_send() && !self.is_open()? {
            return Ok(());
        }
        self.happen(id, Event::Due).await
    }

    fn is_open(&self) -> Result<bool, RowsError> {
        let now = self.world.now_ms();
        Ok(self.rows.lane()?.opens_at(now, self.pace.spacing_ms) <= now)
    }

    /// Accepts a question.
    ///
    /// 1. The same one again has the same answer. 2. Limits. 3. Whether the operator reads it first. 4. Store.
    async fn submit(&self, submission: Submission) -> Result<Submitted, RowsError> {
        if let Some(row) = self.rows.by_id(&submission.id)? {
            let same = row.text.request == submission.text.request;
            return Ok(if same { Submitted::Stored(Box::new(row.status())) } else { Submitted::Conflict });
        }
        if self.rows.is_spent(&submission.id)? {
            return Ok(Submitted::Conflict);
        }
        let now = self.world.now_ms();
        let retry_after_s = (HOUR_MS - now % HOUR_MS).div_ceil(1_000);
        // A colon keeps the site's own count apart from every address.
        for (who, per_hour) in
            [(submission.address.as_str(), submission.per_hour), ("site:", submission.site_per_hour)]
        {
            if self.rows.count(who, now / HOUR_MS)? > per_hour {
                return Ok(Submitted::Limited { per_hour, retry_after_s });
            }
        }
        let mut hold = submission.suspicion;
        if hold.is_none() && self.rows.repeats(&submission.text.fingerprint, now.saturating_sub(DAY_MS))? {
            hold = Some("the same question was asked within a day".to_owned());
        }
        let (delivery, effects) = delivery::submit(hold, &self.context());
        let row = Row {
            id: submission.id,
            receipt: submission.receipt,
            public_id: submission.public_id,
            text: submission.text,
            delivery,
        };
        self.rows.insert(&row)?;
        self.note(&row, None)?;
        if effects.iter().any(|effect| matches!(effect, Effect::WakeAt(_))) {
            self.arm().await?;
        }
        Ok(Submitted::Stored(Box::new(row.status())))
    }

    fn status(&self, receipt: &Receipt) -> Result<Option<api::QuestionStatus>, RowsError> {
        Ok(self.rows.by_receipt(receipt)?.map(|row| row.status()))
    }

    async fn withdraw(&self, receipt: &Receipt) -> Result<Change, RowsError> {
        let Some(row) = self.rows.by_receipt(receipt)? else { return Ok(Change::Unknown) };
        self.happen(&row.id, Event::Withdraw).await?;
        self.changed(receipt, |row| row.delivery.status() == QuestionState::Withdrawn)
    }

    /// Takes another text; the same one again, sent because an answer was lost, changes nothing.
    async fn edit(&self, receipt: &Receipt, text: &Text) -> Result<Change, RowsError> {
        let Some(row) = self.rows.by_receipt(receipt)? else { return Ok(Change::Unknown) };
        if row.delivery.can_edit() {
            self.rows.rewrite(&row.id, text)?;
            self.happen(&row.id, Event::Edited).await?;
        }
        self.changed(receipt, |row| row.text.request == text.request)
    }

    /// Forgets a question where that cannot make it lost or asked twice; one that is not sent yet is withdrawn.
    async fn erase(&self, receipt: &Receipt) -> Result<Change, RowsError> {
        let Some(row) = self.rows.by_receipt(receipt)? else { return Ok(Change::Unknown) };
        self.happen(&row.id, Event::Withdraw).await?;
        let can = |row: &Row| {
            use QuestionState::{Answered, Failed, Posted, Withdrawn};
            matches!(row.delivery.status(), Answered | Failed | Posted | Withdrawn)
        };
        let change = self.changed(receipt, can)?;
        if matches!(change, Change::Done(_)) {
            self.rows.erase(&row.id, self.world.now_ms())?;
        }
        Ok(change)
    }

    fn changed(&self, receipt: &Receipt, done: impl Fn(&Row) -> bool) -> Result<Change, RowsError> {
        let Some(row) = self.rows.by_receipt(receipt)? else { return Ok(Change::Unknown) };
        let status = Box::new(row.status());
        Ok(if done(&row) { Change::Done(status) } else { Change::TooLate(status) })
    }

    /// Takes what a forum says. Nothing is asked of the forum here: the sender waits for its answer.
    async fn hear(&self, message: Message) -> Result<(), RowsError> {
        if let Some(key) = &message.key
            && !self.rows.see(key, self.world.now_ms())?
        {
            return Ok(());
        }
        // Only the forum gives out the ids of its threads; a public id anybody may copy.
        let by_thread = message.thread_id.as_ref().map(|id| self.rows.by_thread(id)).transpose()?.flatten();
        let row = match (by_thread, &message.public_id) {
            (Some(row), _) => Some(row),
            (None, Some(id)) => self.rows.by_public_id(id)?,
            (None, None) => None,
        };
        let Some(row) = row else { return Ok(()) };
        let event = match message.news {
            News::Activity => Event::Forum(ForumEvent::Activity),
            News::Approved(posted) => Event::Forum(ForumEvent::Approved(posted)),
            News::Rejected(reason) => Event::Forum(ForumEvent::Rejected { reason }),
            News::Replies(replies) => Event::Replies(replies),
        };
        self.happen(&row.id, event).await
    }

    fn list(&self, state: Option<QuestionState>) -> Result<OutboxList, RowsError> {
        Ok(OutboxList {
            index_version: String::new(),
            questions: self.rows.list(state, LIST)?.iter().map(item).collect(),
            counts: self.rows.counts()?,
            pause: self.rows.lane()?.standing().map(|pause| OutboxPause {
                until: rfc3339(pause.until_ms),
                why: pause.why.clone(),
                blocked: pause.blocked,
            }),
        })
    }

    async fn decide(
        &self,
        id: &PublicId,
        decision: OutboxDecision,
    ) -> Result<Option<api::QuestionStatus>, RowsError> {
        let Some(row) = self.rows.by_public_id(id)? else { return Ok(None) };
        let event = match decision {
            OutboxDecision::Release => Event::Release,
            OutboxDecision::Retry { missing } => Event::Retry { missing },
            OutboxDecision::Drop { reason } => Event::Drop { reason },
        };
        self.happen(&row.id, event).await?;
        Ok(self.rows.by_public_id(id)?.map(|row| row.status()))
    }

    async fn resume(&self) -> Result<(), RowsError> {
        let mut lane = self.rows.lane()?;
        lane.resume();
        self.rows.set_lane(&lane)?;
        self.arm().await
    }

    /// Steps a question's machine, and goes on with what the requests that it asks for bring.
    async fn happen(&self, id: &SubmissionId, event: Event) -> Result<(), RowsError> {
        let mut next = Some(event);
        while let Some(event) = next.take() {
            let Some(mut row) = self.rows.by_id(id)? else { return Ok(()) };
            let before = row.delivery.status();
            let (delivery, effects) = delivery::step(row.delivery, event, &self.context());
            row.delivery = delivery;
            for effect in effects {
                let is_stored = effect == Effect::Store;
                if let Some(event) = self.effect(&row, effect).await? {
                    next = Some(event);
                }
                if is_stored {
                    self.note(&row, Some(before))?;
                }
            }
        }
        Ok(())
    }

    async fn effect(&self, row: &Row, effect: Effect) -> Result<Option<Event>, RowsError> {
        Ok(match effect {
            Effect::Store => {
                self.rows.update(&row.id, &row.delivery)?;
                self.opened(&row.delivery)?;
                None
            }
            Effect::WakeAt(_) => {
                self.arm().await?;
                None
            }
            Effect::Pause { until_ms, why, blocked } => {
                self.pause(Pause { until_ms, why, blocked })?;
                None
            }
            Effect::Send { attempt } => {
                if attempt == 1 {
                    self.rows.fence(&row.id)?;
                }
                let mut lane = self.rows.lane()?;
                lane.sent(self.world.now_ms(), self.pace.spacing_ms);
                self.rows.set_lane(&lane)?;
                let outcome = self.forum.post(row).await;
                Some(Event::SendResult { attempt, outcome })
            }
            Effect::Lookup { lookup } => {
                let others = self.rows.others(row)?;
                let found = self.forum.look_up(row, &others).await;
                Some(Event::LookupResult { lookup, found })
            }
            Effect::Watch { thread_id } => self.forum.replies(&thread_id).await.map(Event::Replies),
        })
    }

    /// A forum that has just taken a question takes others.
    fn opened(&self, delivery: &Delivery) -> Result<(), RowsError> {
        if !matches!(delivery.state(), State::Posted { .. } | State::PendingReview { .. }) {
            return Ok(());
        }
        let mut lane = self.rows.lane()?;
        if lane.standing().is_none() {
            return Ok(());
        }
        lane.resume();
        self.rows.set_lane(&lane)
    }

    fn pause(&self, pause: Pause) -> Result<(), RowsError> {
        let now = self.world.now_ms();
        let news = notice::blocked(&pause.why, now);
        let mut lane = self.rows.lane()?;
        let is_news = lane.pause(pause);
        self.rows.set_lane(&lane)?;
        if is_news && self.world.has_listener() { self.rows.add_notice(&news, now) } else { Ok(()) }
    }

    /// Notes what the operator should be told about a question.
    fn note(&self, row: &Row, before: Option<QuestionState>) -> Result<(), RowsError> {
        let now = self.world.now_ms();
        match notice::about(row, before, now) {
            Some(body) if self.world.has_listener() => self.rows.add_notice(&body, now),
            _ => Ok(()),
        }
    }

    /// Tells the operator what is due, one after the other while they arrive.
    async fn tell(&self) -> Result<(), RowsError> {
        let now = self.world.now_ms();
        while let Some(notice) = self.rows.due_notice(now)? {
            let arrived = self.world.notify(notice.id, &notice.body).await;
            let tries = notice.tries.saturating_add(1);
            let again = now.saturating_add(NOTICE_MS << notice.tries.min(NOTICE_TRIES));
            self.rows.put_off(notice.id, (!arrived && tries < NOTICE_TRIES).then_some(again))?;
            if !arrived {
                break;
            }
        }
        Ok(())
    }

    /// One alarm serves all questions: it rings for the earliest.
    async fn arm(&self) -> Result<(), RowsError> {
        let now = self.world.now_ms();
        let opens = self.rows.lane()?.opens_at(now, self.pace.spacing_ms);
        let due = [self.rows.next_due(opens)?, self.rows.next_notice()?].into_iter().flatten().min();
        self.world.wake_at(due.map(|due| due.max(now))).await
    }

    fn context(&self) -> Context<'_> {
        Context { config: &self.pace.waits, now_ms: self.world.now_ms(), jitter: self.world.jitter() }
    }
}

/// What an operator sees of a question.
fn item(row: &Row) -> OutboxItem {
    let delivery = &row.delivery;
    let (held, reason) = match delivery.state() {
        State::Held { why, .. } => (true, Some(why.as_str())),
        State::Accepted { why, .. } => (false, why.as_deref()),
        State::Ambiguous { why, .. } => (false, Some(why.as_str())),
        _ => (false, delivery.reason()),
    };
    OutboxItem {
        public_id: row.public_id.to_string(),
        title: row.text.title.clone(),
        state: delivery.status(),
        held,
        reason: reason.map(str::to_owned),
        missing: delivery.can_withdraw(),
        attempts: delivery.attempts(),
        created_at: rfc3339(delivery.accepted_ms()),
        updated_at: rfc3339(delivery.updated_ms()),
        url: delivery.thread().and_then(|thread| thread.url.clone()),
    }
}
