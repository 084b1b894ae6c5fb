use ask::{PublicId, Receipt, SubmissionId};
use delivery::{Config, Context, Delivery, Effect, Event, ForumEvent};

use super::{Answer, Call, Forum, Row, Rows, RowsError, Submission, Submitted, Withdrawal};

const HOUR_MS: u64 = 60 * 60 * 1_000;

/// Questions that one waking carries on: the rest is due at once and comes with the next. At a second a request
/// that stays far below the minutes that an alarm may take.
const BATCH: usize = 20;

/// When to come back where storage failed in the middle of a waking.
const RECOVER_MS: u64 = 60 * 1_000;

/// Time, chance and the alarm, as the shell has them.
pub trait World {
    /// Milliseconds since 1970.
    fn now_ms(&self) -> u64;

    /// A random number from 0 to 1.
    fn jitter(&self) -> f64;

    /// Wakes the outbox at a time, and at no other; `None`: not at all.
    async fn wake_at(&self, at_ms: Option<u64>) -> Result<(), RowsError>;
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
    /// How long to wait for what.
    pub config: &'a Config,
}

impl<R: Rows, F: Forum, W: World> Desk<'_, R, F, W> {
    /// Answers a call.
    pub async fn answer(&self, call: Call) -> Answer {
        let answer = match call {
            Call::Submit(submission) => self.submit(*submission).await.map(Answer::Submit),
            Call::Status(receipt) => self.status(&receipt).map(Answer::Status),
            Call::Withdraw(receipt) => self.withdraw(&receipt).await.map(Answer::Withdraw),
            Call::Nudge(public_id) => self.nudge(&public_id).await.map(|()| Answer::Nudged),
        };
        answer.unwrap_or_else(|error| Answer::Failed(error.to_string()))
    }

    /// Carries on what is due.
    ///
    /// 1. Be woken again, whatever happens from here on. 2. Carry on; a question that fails holds up no other. 3. Be
    ///    woken when the next question is due, or after a while where one failed: it is due all the time.
    pub async fn wake(&self) -> Result<(), RowsError> {
        let now = self.world.now_ms();
        let recover = Some(now.saturating_add(RECOVER_MS));
        self.world.wake_at(recover).await?;
        let mut failed = None;
        for id in self.rows.due(now, BATCH)? {
            failed = self.happen(&id, Event::Due).await.err().or(failed);
        }
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

    async fn submit(&self, submission: Submission) -> Result<Submitted, RowsError> {
        if let Some(row) = self.rows.by_id(&submission.id)? {
            let same = row.request == submission.request;
            return Ok(if same { Submitted::Stored(Box::new(row.status())) } else { Submitted::Conflict });
        }
        let now = self.world.now_ms();
        if self.rows.count(&submission.address, now / HOUR_MS)? > submission.per_hour {
            return Ok(Submitted::Limited { retry_after_s: (HOUR_MS - now % HOUR_MS).div_ceil(1_000) });
        }
        let (delivery, effects) = delivery::submit(&self.context());
        let row = Row {
            id: submission.id,
            request: submission.request,
            receipt: submission.receipt,
            public_id: submission.public_id,
            title: submission.title,
            markdown: submission.markdown,
            tags: submission.tags,
            delivery,
        };
        self.rows.insert(&row)?;
        if effects.iter().any(|effect| matches!(effect, Effect::WakeAt(_))) {
            self.arm().await?;
        }
        Ok(Submitted::Stored(Box::new(row.status())))
    }

    fn status(&self, receipt: &Receipt) -> Result<Option<api::QuestionStatus>, RowsError> {
        Ok(self.rows.by_receipt(receipt)?.map(|row| row.status()))
    }

    async fn withdraw(&self, receipt: &Receipt) -> Result<Withdrawal, RowsError> {
        let Some(row) = self.rows.by_receipt(receipt)? else { return Ok(Withdrawal::Unknown) };
        self.happen(&row.id, Event::Withdraw).await?;
        let Some(row) = self.rows.by_receipt(receipt)? else { return Ok(Withdrawal::Unknown) };
        Ok(match row.delivery.status() {
            api::QuestionState::Withdrawn => Withdrawal::Withdrawn(row.status()),
            _ => Withdrawal::TooLate(row.status()),
        })
    }

    async fn nudge(&self, public_id: &PublicId) -> Result<(), RowsError> {
        match self.rows.by_public_id(public_id)? {
            Some(row) => self.happen(&row.id, Event::Forum(ForumEvent::Activity)).await,
            None => Ok(()),
        }
    }

    /// Steps a question's machine, and goes on with what the requests that it asks for bring.
    async fn happen(&self, id: &SubmissionId, event: Event) -> Result<(), RowsError> {
        let mut next = Some(event);
        while let Some(event) = next.take() {
            let Some(row) = self.rows.by_id(id)? else { return Ok(()) };
            let (delivery, effects) = delivery::step(row.delivery.clone(), event, &self.context());
            for effect in effects {
                if let Some(event) = self.effect(&row, &delivery, effect).await? {
                    next = Some(event);
                }
            }
        }
        Ok(())
    }

    async fn effect(
        &self,
        row: &Row,
        delivery: &Delivery,
        effect: Effect,
    ) -> Result<Option<Event>, RowsError> {
        Ok(match effect {
            Effect::Store => {
                self.rows.update(&row.id, delivery)?;
                None
            }
            Effect::WakeAt(_) => {
                self.arm().await?;
                None
            }
            Effect::Send { attempt } => {
                let outcome = self.forum.post(row).await;
                Some(Event::SendResult { attempt, outcome })
            }
            Effect::Lookup { lookup } => {
                let found = self.forum.look_up(&row.public_id).await;
                Some(Event::LookupResult { lookup, found })
            }
            Effect::Watch { thread_id } => self.forum.replies(&thread_id).await.map(Event::Replies),
        })
    }

    /// One alarm serves all questions: it rings for the earliest.
    async fn arm(&self) -> Result<(), RowsError> {
        let due = self.rows.next_due()?;
        self.world.wake_at(due.map(|due| due.max(self.world.now_ms()))).await
    }

    fn context(&self) -> Context<'_> {
        Context { config: self.config, now_ms: self.world.now_ms(), jitter: self.world.jitter() }
    }
}
