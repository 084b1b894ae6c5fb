use api::Reply;
use forum::{Lookup, Outcome, Posted};

use crate::{Context, Delivery, Effect, Event, ForumEvent, State};

/// The first state of a question: due at once, or held back for the operator with what looked suspicious. The asker
/// is answered after [`Effect::Store`].
pub fn submit(hold: Option<String>, cx: &Context<'_>) -> (Delivery, Vec<Effect>) {
    let now = cx.now_ms;
    let state = match hold {
        None => State::Accepted { due_ms: now, tries: 0, why: None },
        Some(why) => State::Held { why, due_ms: cx.after(cx.config.person_ms) },
    };
    let delivery =
        Delivery { accepted_ms: now, updated_ms: now, since_ms: now, attempts: 0, lookups: 0, state };
    let effects = [Effect::Store].into_iter().chain(delivery.next_due().map(Effect::WakeAt)).collect();
    (delivery, effects)
}

/// What an event does: the next state, and what the shell has to do, in that order. No effects: nothing changed.
/// Events that a state does not expect change nothing; so late, doubled and foreign reports do no harm.
pub fn step(mut delivery: Delivery, event: Event, cx: &Context<'_>) -> (Delivery, Vec<Effect>) {
    let before = delivery.status();
    let request = match react(&mut delivery, event, cx) {
        Reaction::Nothing => return (delivery, Vec::new()),
        Reaction::Changed => None,
        Reaction::Then(effect) => Some(effect),
    };
    if delivery.status() != before {
        delivery.updated_ms = cx.now_ms.max(delivery.updated_ms);
    }
    let mut effects = vec![Effect::Store];
    match request {
        // The alarm depends on whether the lane is open.
        Some(pause @ Effect::Pause { .. }) => {
            effects.push(pause);
            effects.extend(delivery.next_due().map(Effect::WakeAt));
        }
        request => {
            effects.extend(delivery.next_due().map(Effect::WakeAt));
            effects.extend(request);
        }
    }
    (delivery, effects)
}

/// What [`react`] did with the delivery.
enum Reaction {
    /// It is as it was.
    Nothing,
    /// It has changed.
    Changed,
    /// It has changed, and something has to be done about it.
    Then(Effect),
}

fn react(delivery: &mut Delivery, event: Event, cx: &Context<'_>) -> Reaction {
    match event {
        Event::Due if delivery.next_due().is_some_and(|due| due <= cx.now_ms) => due(delivery, cx),
        Event::Due => Reaction::Nothing,
        Event::Restarted => restarted(delivery, cx),
        Event::SendResult { attempt, outcome } => sent(delivery, attempt, outcome, cx),
        Event::LookupResult { lookup, found } => looked_up(delivery, lookup, found, cx),
        Event::Replies(replies) => replied(delivery, replies, cx),
        Event::Withdraw if delivery.can_withdraw() => enter(delivery, State::Withdrawn),
        Event::Withdraw => Reaction::Nothing,
        Event::Edited if delivery.can_edit() => start_over(delivery, cx),
        Event::Edited => Reaction::Nothing,
        Event::Retry { missing } => retry(delivery, missing, cx),
        Event::Release if matches!(delivery.state, State::Held { .. }) => start_over(delivery, cx),
        Event::Release => Reaction::Nothing,
        Event::Drop { reason } => drop_it(delivery, reason),
        Event::Forum(event) => told(delivery, event, cx),
    }
}

fn enter(delivery: &mut Delivery, state: State) -> Reaction {
    delivery.state = state;
    Reaction::Changed
}

/// Accepted again, with all its time before it.
fn start_over(delivery: &mut Delivery, cx: &Context<'_>) -> Reaction {
    delivery.since_ms = cx.now_ms;
    enter(delivery, State::Accepted { due_ms: cx.now_ms, tries: 0, why: None })
}

/// The state's time has come.
fn due(delivery: &mut Delivery, cx: &Context<'_>) -> Reaction {
    let given_up = cx.now_ms >= delivery.since_ms.saturating_add(cx.config.give_up_ms);
    match &delivery.state {
        State::Accepted { tries, why, .. } => {
            if let (true, Some(why)) = (given_up, why) {
                let reason = why.clone();
                return enter(delivery, State::Failed { reason, missing: true });
            }
            let tries = *tries;
            send(delivery, tries, cx)
        }
        State::Sending { tries, .. } => {
            let tries = *tries;
            unclear(delivery, "the forum did not answer in time".to_owned(), tries, cx);
            look(delivery, cx)
        }
        State::Ambiguous { why, .. } if given_up => {
            let reason = why.clone();
            enter(delivery, State::Failed { reason, missing: false })
        }
        State::Ambiguous { .. } => look(delivery, cx),
        State::PendingReview { until_ms, .. } if cx.now_ms >= *until_ms => {
            let reason = "the forum's moderators have not decided".to_owned();
            enter(delivery, State::Failed { reason, missing: false })
        }
        State::PendingReview { .. } => look(delivery, cx),
        State::Posted { .. } => watch(delivery, cx),
        State::NeedsFix { reason, .. } => {
            let reason = format!("not edited in time: {reason}");
            enter(delivery, State::Failed { reason, missing: true })
        }
        State::Held { why, .. } => {
            let reason = format!("nobody has let it go in time: {why}");
            enter(delivery, State::Failed { reason, missing: true })
        }
        State::Withdrawn | State::Failed { .. } | State::Dropped { .. } => Reaction::Nothing,
    }
}

fn send(delivery: &mut Delivery, tries: u32, cx: &Context<'_>) -> Reaction {
    delivery.attempts = delivery.attempts.saturating_add(1);
    delivery.state = State::Sending { due_ms: cx.after(cx.config.request_ms), tries };
    Reaction::Then(Effect::Send { attempt: delivery.attempts })
}

/// Nobody knows whether the forum has it; a look is due at once.
fn unclear(delivery: &mut Delivery, why: String, sends: u32, cx: &Context<'_>) {
    delivery.state =
        State::Ambiguous { due_ms: cx.now_ms, why, asked_ms: None, missed_ms: None, tries: 0, sends };
}

/// Asks the forum whether it has the question. A lookup still under way counts as one without a clear answer.
fn look(delivery: &mut Delivery, cx: &Context<'_>) -> Reaction {
    match &mut delivery.state {
        State::Ambiguous { due_ms, asked_ms, tries, .. } => {
            if asked_ms.is_some() {
                *tries = tries.saturating_add(1);
            }
            *asked_ms = Some(cx.now_ms);
            // Each unanswered lookup makes the next wait longer, so that a silent forum is not asked for ever at speed.
            let back_off = cx.back_off(cx.config.retry_first_ms, cx.config.retry_most_ms, *tries);
            *due_ms = cx.after(cx.config.request_ms.max(back_off));
        }
        State::PendingReview { due_ms, wait_ms, .. } => {
            *due_ms = cx.after(*wait_ms);
            *wait_ms = slower(*wait_ms, cx);
        }
        _ => return Reaction::Nothing,
    }
    delivery.lookups = delivery.lookups.saturating_add(1);
    Reaction::Then(Effect::Lookup { lookup: delivery.lookups })
}

/// Reads the thread's replies, unless it has been quiet for too long.
fn watch(delivery: &mut Delivery, cx: &Context<'_>) -> Reaction {
    let State::Posted { thread, due_ms, wait_ms, active_ms, .. } = &mut delivery.state else {
        return Reaction::Nothing;
    };
    let over = cx.now_ms >= active_ms.saturating_add(cx.config.watch_over_ms);
    *due_ms = (!over).then(|| cx.after(*wait_ms));
    *wait_ms = slower(*wait_ms, cx);
    Reaction::Then(Effect::Watch { thread_id: thread.thread_id.clone() })
}

/// Half as long again.
fn slower(wait_ms: u64, cx: &Context<'_>) -> u64 {
    wait_ms.saturating_add((wait_ms / 2).max(1)).min(cx.config.watch_most_ms).max(1)
}

/// What was under way will not report: a send becomes unclear, a lookup is asked again when due.
fn restarted(delivery: &mut Delivery, cx: &Context<'_>) -> Reaction {
    match &mut delivery.state {
        State::Sending { tries, .. } => {
            let tries = *tries;
            unclear(delivery, "the request was cut off".to_owned(), tries, cx);
            Reaction::Changed
        }
        State::Ambiguous { asked_ms: asked @ Some(_), due_ms, .. } => {
            *asked = None;
            *due_ms = cx.now_ms;
            Reaction::Changed
        }
        _ => Reaction::Nothing,
    }
}

/// A send has a result. One that comes late, after it was called unclear, still counts; one of an earlier attempt
/// counts only when it says that the forum has the question.
fn sent(delivery: &mut Delivery, attempt: u32, outcome: Outcome, cx: &Context<'_>) -> Reaction {
    let tries = match &delivery.state {
        State::Sending { tries, .. } => *tries,
        State::Ambiguous { sends, .. } => *sends,
        State::Posted { .. } | State::Withdrawn => return Reaction::Nothing,
        _ if matches!(outcome, Outcome::Created(_)) => 0,
        _ => return Reaction::Nothing,
    };
    let current = attempt == delivery.attempts;
    match outcome {
        Outcome::Created(thread) => posted(delivery, thread, cx),
        _ if !current => Reaction::Nothing,
        Outcome::PendingReview => held(delivery, cx),
        Outcome::Throttled { wait_ms } => {
            let back_off = cx.back_off(cx.config.retry_first_ms, cx.config.retry_most_ms, tries);
            // No forum's word makes us wait longer than we would give up in; with jitter on top, for it tells all the same.
            let asked = wait_ms.unwrap_or(0).min(cx.config.give_up_ms);
            let why = "the forum asks to wait".to_owned();
            again(delivery, asked.saturating_add(back_off), tries, why.clone(), cx);
            // Without a word of its own only this question waits longer; the others may try.
            match asked {
                0 => Reaction::Changed,
                asked => Reaction::Then(Effect::Pause { until_ms: cx.after(asked), why, blocked: false }),
            }
        }
        Outcome::TitleTaken { reason, by } => {
            let due_ms = cx.after(cx.config.person_ms);
            enter(delivery, State::NeedsFix { reason, title_taken: true, taken_by: by, due_ms })
        }
        Outcome::Refused { reason } => enter(delivery, needs_fix(reason, cx)),
        Outcome::Blocked { reason } => {
            let wait =
                cx.back_off(cx.config.blocked_ms, cx.config.blocked_ms.max(cx.config.retry_most_ms), tries);
            again(delivery, wait, tries, reason.clone(), cx);
            Reaction::Then(Effect::Pause { until_ms: cx.after(wait), why: reason, blocked: true })
        }
        Outcome::NotSent { why } => {
            let wait = cx.back_off(cx.config.retry_first_ms, cx.config.retry_most_ms, tries);
            again(delivery, wait, tries, why, cx)
        }
        Outcome::Ambiguous { why } if matches!(delivery.state, State::Sending { .. }) => {
            unclear(delivery, why, tries, cx);
            look(delivery, cx)
        }
        Outcome::Ambiguous { .. } => Reaction::Nothing,
    }
}

fn needs_fix(reason: String, cx: &Context<'_>) -> State {
    State::NeedsFix { reason, title_taken: false, taken_by: None, due_ms: cx.after(cx.config.person_ms) }
}

/// The forum certainly does not have it: sent again after `wait`.
fn again(delivery: &mut Delivery, wait: u64, tries: u32, why: String, cx: &Context<'_>) -> Reaction {
    let (due_ms, tries) = (cx.after(wait), tries.saturating_add(1));
    enter(delivery, State::Accepted { due_ms, tries, why: Some(why) })
}

fn posted(delivery: &mut Delivery, thread: Posted, cx: &Context<'_>) -> Reaction {
    let first = cx.config.watch_first_ms;
    enter(
        delivery,
        State::Posted {
            thread,
            replies: Vec::new(),
            due_ms: Some(cx.after(first)),
            wait_ms: slower(first, cx),
            active_ms: cx.now_ms,
        },
    )
}

fn held(delivery: &mut Delivery, cx: &Context<'_>) -> Reaction {
    let first = cx.config.watch_first_ms;
    enter(
        delivery,
        State::PendingReview {
            due_ms: cx.after(first),
            wait_ms: slower(first, cx),
            until_ms: cx.after(cx.config.person_ms),
        },
    )
}

/// A lookup has a result. What is found always counts; a miss counts only for the lookup last asked.
fn looked_up(delivery: &mut Delivery, lookup: u32, found: Lookup, cx: &Context<'_>) -> Reaction {
    let current = lookup == delivery.lookups;
    match (&mut delivery.state, found) {
        (State::Posted { .. } | State::Withdrawn, _) => Reaction::Nothing,
        (_, Lookup::Found(thread)) => posted(delivery, thread, cx),
        (State::Ambiguous { .. }, Lookup::Held) => held(delivery, cx),
        (State::Ambiguous { .. }, Lookup::Missing) if current => missed(delivery, None, cx),
        (State::Ambiguous { .. }, Lookup::Hidden { why }) if current => missed(delivery, Some(why), cx),
        (State::Ambiguous { asked_ms: asked @ Some(_), tries, due_ms, .. }, Lookup::Unknown) if current => {
            *asked = None;
            *due_ms = cx.after(cx.back_off(cx.config.retry_first_ms, cx.config.retry_most_ms, *tries));
            *tries = tries.saturating_add(1);
            Reaction::Changed
        }
        _ => Reaction::Nothing,
    }
}

/// The forum answered that it does not have it, or does not show it. The second time, late enough after the first,
/// that is believed: what is missing is sent again, and what may be `hidden` is left to the operator.
fn missed(delivery: &mut Delivery, hidden: Option<String>, cx: &Context<'_>) -> Reaction {
    let State::Ambiguous { asked_ms, missed_ms, due_ms, tries, sends, why } = &mut delivery.state else {
        return Reaction::Nothing;
    };
    let Some(asked) = asked_ms.take() else { return Reaction::Nothing };
    *tries = 0;
    let first = *missed_ms.get_or_insert(asked);
    let believed_from = first.saturating_add(cx.config.miss_gap_ms);
    if asked < believed_from {
        *due_ms = believed_from.max(cx.now_ms);
        return Reaction::Changed;
    }
    if let Some(reason) = hidden {
        return enter(delivery, State::Failed { reason, missing: false });
    }
    let (sends, why) = (*sends, std::mem::take(why));
    let wait = cx.back_off(cx.config.retry_first_ms, cx.config.retry_most_ms, sends);
    again(delivery, wait, sends, why, cx)
}

/// The replies that the thread has. The forum's list replaces ours: what a moderator removed is gone here too.
fn replied(delivery: &mut Delivery, all: Vec<Reply>, cx: &Context<'_>) -> Reaction {
    let State::Posted { replies, due_ms, wait_ms, active_ms, .. } = &mut delivery.state else {
        return Reaction::Nothing;
    };
    if *replies == all {
        return Reaction::Nothing;
    }
    *replies = all;
    *active_ms = cx.now_ms;
    *due_ms = Some(cx.after(cx.config.watch_first_ms));
    *wait_ms = slower(cx.config.watch_first_ms, cx);
    delivery.updated_ms = cx.now_ms.max(delivery.updated_ms);
    Reaction::Changed
}

fn retry(delivery: &mut Delivery, missing: bool, cx: &Context<'_>) -> Reaction {
    match &delivery.state {
        State::Failed { missing: certain, .. } | State::Dropped { missing: certain, .. }
            if missing || *certain =>
        {
            start_over(delivery, cx)
        }
        State::Failed { reason, .. } | State::Dropped { reason, .. } => {
            let why = reason.clone();
            delivery.since_ms = cx.now_ms;
            unclear(delivery, why, 0, cx);
            Reaction::Changed
        }
        _ => Reaction::Nothing,
    }
}

fn drop_it(delivery: &mut Delivery, reason: String) -> Reaction {
    let missing = match &delivery.state {
        State::Held { .. } => true,
        State::Failed { missing, .. } => *missing,
        _ => return Reaction::Nothing,
    };
    enter(delivery, State::Dropped { reason, missing })
}

fn told(delivery: &mut Delivery, event: ForumEvent, cx: &Context<'_>) -> Reaction {
    match (&mut delivery.state, event) {
        // Who stores a question first and gives it an address later tells that address this way.
        (State::Posted { thread, .. }, ForumEvent::Approved(Posted { url: url @ Some(_), .. }))
            if thread.url.is_none() =>
        {
            thread.url = url;
            Reaction::Changed
        }
        (State::Posted { due_ms, active_ms, .. }, ForumEvent::Activity) => {
            *due_ms = Some(cx.now_ms);
            *active_ms = cx.now_ms;
            Reaction::Changed
        }
        (State::PendingReview { due_ms, .. }, ForumEvent::Activity) => {
            *due_ms = cx.now_ms;
            Reaction::Changed
        }
        (
            State::PendingReview { .. }
            | State::Ambiguous { .. }
            | State::Failed { .. }
            | State::Dropped { .. },
            ForumEvent::Approved(thread),
        ) => posted(delivery, thread, cx),
        (State::PendingReview { .. } | State::Ambiguous { .. }, ForumEvent::Rejected { reason }) => {
            enter(delivery, needs_fix(reason, cx))
        }
        _ => Reaction::Nothing,
    }
}
