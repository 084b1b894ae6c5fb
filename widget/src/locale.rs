//! Every word that the widget says, in one table, and how numbers and times are put into words.
//!
//! Names in braces are filled in by [`fill`]. Words of the operator come with the site and are not here.

use crate::state::search::Facet;
use api::{Band, Hit, PassageFrom, Place, QuestionState, Role};
use ask::Kind;

macro_rules! texts {
    ($($name:ident: $text:literal,)*) => {
        /// The table's columns.
        #[derive(Debug, Clone, Copy)]
        #[expect(missing_docs, reason = "each is documented by its English text")]
        pub struct Texts { $(pub $name: &'static str,)* }

        /// The English table. A constant, so that each text lies only where it is said: some are in the desk's chunk.
        pub const TEXT: Texts = Texts { $($name: $text,)* };
    };
}

texts! {
    // Panel
    close: "Close",
    back: "Back",
    back_to_results: "Back to results",
    back_to_draft: "Back to your draft",
    try_again: "Try again",
    loading: "Loading",
    // Search
    search_label: "Search help",
    search_placeholder: "Search {name}",
    search_placeholder_plain: "What do you need help with?",
    clear: "Clear",
    results_label: "Results",
    filters_label: "Filter the results",
    greeting: "How can we help?",
    empty_detail: "Search what the community has already answered, or ask a question of your own.",
    kept_missed_title: "What you left here could not be loaded",
    kept_missed_detail: "Your draft and your questions are kept.",
    draft_waiting: "Continue your draft",
    draft_untitled: "Untitled question",
    count_none: "No results",
    count_one: "1 result",
    count_many: "{count} results",
    searching: "Searching",
    did_you_mean: "Did you mean {query}?",
    more: "Show more results",
    none_title: "Nothing found for “{query}”",
    none_detail: "Try fewer or other words. Or ask the people who know.",
    none_filtered: "Nothing found with these filters.",
    clear_filters: "Remove the filters",
    ask_this: "Ask this question",
    not_found_yet: "Not what you are looking for?",
    accepted: "Solved",
    staff: "Staff answered",
    docs: "Docs",
    forum: "Community",
    answers_none: "No answer yet",
    answers_one: "1 answer",
    answers_many: "{count} answers",
    passage_accepted: "Accepted answer:",
    passage_staff: "Staff answer:",
    passage_answer: "Answer:",
    why_words: "Matches {words}",
    why_places: "Matches {words} in {places}",
    why_meaning: "Similar meaning",
    quoted: "“{text}”",
    last_of_two: "{first} and {last}",
    place_title: "title",
    place_question: "question",
    place_answers: "answers",
    place_lead: "introduction",
    place_sections: "sections",
    // Thread
    accepted_answer: "Accepted answer",
    final_from_thread: "From the thread",
    final_by_team: "By the team",
    best_answer: "Best answer so far",
    page_section: "From this page",
    show_rest_one: "Show 1 more answer",
    show_rest_many: "Show {count} more answers",
    show_sections: "Show the rest of this page",
    closed_thread: "Closed",
    unanswered: "Nobody has answered this yet.",
    open_forum: "Open in {name}",
    open_page: "Open the page",
    solved_me: "This solved it",
    still_stuck: "Still stuck? Ask",
    answers_draft: "This answers my question",
    discard_title: "Throw your draft away?",
    discard_detail: "Your question is answered, so it is not sent.",
    discard_yes: "Yes, I have my answer",
    discard_no: "Keep the draft",
    votes_one: "1 vote",
    votes_many: "{count} votes",
    // Resolved
    resolved_title: "Glad that is settled",
    resolved_detail: "Thank you for telling us.",
    search_again: "Search for something else",
    // Ask
    ask: "Ask a question",
    ask_in: "Ask {name}",
    ask_detail: "People who know will see it, and you read their answer right here.",
    browse: "Visit {name}",
    browse_detail: "Read and join the conversations in the community.",
    title_label: "Your question in one line",
    title_hint: "What goes wrong, and where?",
    body_label: "Details",
    body_hint: "What did you try, what did you expect, what happened instead?",
    tags_label: "Topics",
    tags_hint: "up to {count}",
    optional: "optional",
    choose: "Choose…",
    suggestions_title: "This may already be answered",
    suggestions_empty: "While you write, threads that may already answer your question appear here.",
    suggestions_none: "Nothing like it yet. Yours may be the first.",
    band_answers: "Answers this",
    band_related: "Related",
    submit: "Send the question",
    submitting: "Sending…",
    submit_detail: "Posted in {name}. You can follow it here.",
    submit_detail_inbox: "Goes to the team. You can follow the answer here.",
    draft_saved: "Draft saved on this device",
    check_fields: "Some fields need another look.",
    chars_left: "{count} characters left",
    chars_over: "{count} characters too many",
    chars_missing: "At least {count} characters more",
    marks_title: "Left out when you send",
    mark_becomes: "becomes {replacement}",
    mark_kept: "stays as you wrote it",
    mark_keep: "Keep it",
    mark_remove: "Leave it out",
    asking_off: "Questions are closed at the moment. Searching still works.",
    discard_draft: "Discard the draft",
    // Question
    your_question: "Your question",
    your_questions: "Your questions",
    no_questions: "You have not asked anything on this device yet.",
    step_accepted: "Received",
    step_posted: "In the forum",
    step_posted_inbox: "With the team",
    step_answered: "Answered",
    state_accepted: "Received, on its way",
    state_sending: "Being posted",
    state_posted: "Waiting for an answer",
    state_answered: "Answered",
    state_review: "A moderator has a look first",
    state_ambiguous: "Checking that it arrived",
    state_fix: "Needs a change",
    state_withdrawn: "Withdrawn",
    state_failed: "Could not be posted",
    state_unsent: "Waiting for the connection",
    state_gone: "No longer available",
    detail_accepted: "Your question is stored safely and will be posted in a moment.",
    detail_posted: "People can see it now. Answers appear here: come back any time on this device.",
    detail_answered: "Here is what people said.",
    detail_review: "New questions are read by a moderator before others see them.",
    detail_ambiguous: "The forum did not confirm it. We are finding out, and it will not be posted twice.",
    detail_fix: "The forum did not take it as it is.",
    detail_withdrawn: "It was not posted.",
    detail_failed: "The forum did not take it. The operators have been told and can try again; nothing is lost.",
    detail_unsent: "It is saved on this device and sent, once, as soon as the connection is back.",
    detail_gone: "The question was removed, or is too old to follow.",
    send_now: "Try to send it now",
    same_title: "The thread with the same title",
    insist: "Mine is different: send it",
    mend: "Edit and send it again",
    mend_occupied: "Send or discard this draft first, then edit the other question.",
    withdraw: "Withdraw the question",
    withdraw_failed: "It could not be withdrawn any more.",
    refresh_failed: "Could not check for news just now. It will be tried again.",
    new_reply_one: "1 new answer",
    new_reply_many: "{count} new answers",
    replies_title: "Answers",
    // People
    role_staff: "Staff",
    role_moderator: "Moderator",
    role_expert: "Expert",
    // Findings of the redaction
    kind_key: "Private key",
    kind_token: "Access token",
    kind_password: "Password",
    kind_authorization: "Authorisation header",
    kind_cookie: "Cookie",
    kind_card: "Card number",
    kind_email: "E-mail address",
    kind_ip: "IP address",
    kind_name: "Name in a path",
    kind_phone: "Phone number",
    // Failures
    offline_title: "No connection",
    offline_detail: "We try again by ourselves as soon as it is back. Nothing you typed is lost.",
    timeout_title: "This takes longer than it should",
    retrying_detail: "We try again in a moment. Nothing you typed is lost.",
    rate_limited_title: "A little too fast",
    rate_limited_detail: "We go on by ourselves in a moment.",
    invalid_title: "Something needs another look",
    not_found_title: "This is not here any more",
    not_found_detail: "It may have been moved or removed.",
    refused_title: "This could not be done",
    refused_detail: "The help service refused the request.",
    no_challenge_title: "The check that you are a person could not be loaded",
    no_challenge_detail: "Something keeps it from this page: a content blocker, perhaps. What you wrote is kept.",
    challenge_failed_title: "The check that you are a person was not passed",
    challenge_failed_detail: "What you wrote is kept. Each try brings another check.",
    unavailable_title: "Help is not available right now",
    unreadable_title: "We got an answer we cannot read",
    unreadable_detail: "A proxy or sign-in page of your network may be in between. We try again in a moment.",
    // Times
    just_now: "just now",
    minute: "1 minute ago",
    minutes: "{count} minutes ago",
    hour: "1 hour ago",
    hours: "{count} hours ago",
    day: "yesterday",
    days: "{count} days ago",
    month: "1 month ago",
    months: "{count} months ago",
    year: "1 year ago",
    years: "{count} years ago",
}

/// A text with the name in braces filled in.
pub fn fill(text: &str, name: &str, value: &str) -> String {
    text.replacen(&format!("{{{name}}}"), value, 1)
}

/// The form for one, or the form for many with its number.
pub fn plural(count: u64, one: &str, many: &str) -> String {
    if count == 1 { one.to_owned() } else { fill(many, "count", &count.to_string()) }
}

/// How many results there are.
pub fn results(count: u64) -> String {
    if count == 0 { TEXT.count_none.to_owned() } else { plural(count, TEXT.count_one, TEXT.count_many) }
}

/// What a screen reader says of results: how many there are, and what the query was probably meant to be.
pub fn announcement(count: u64, meant: Option<&str>) -> String {
    let count = results(count);
    match meant {
        None => count,
        Some(meant) => format!("{count}. {}", fill(TEXT.did_you_mean, "query", meant)),
    }
}

/// How many answers a thread has.
pub fn answers(count: u32) -> String {
    if count == 0 {
        TEXT.answers_none.to_owned()
    } else {
        plural(count.into(), TEXT.answers_one, TEXT.answers_many)
    }
}

/// How long ago something was.
pub fn ago(seconds: u64) -> String {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    const MONTH: u64 = 30 * DAY;
    const YEAR: u64 = 365 * DAY;
    let (unit, one, many) = match seconds {
        0..MINUTE => return TEXT.just_now.to_owned(),
        MINUTE..HOUR => (MINUTE, TEXT.minute, TEXT.minutes),
        HOUR..DAY => (HOUR, TEXT.hour, TEXT.hours),
        DAY..MONTH => (DAY, TEXT.day, TEXT.days),
        MONTH..YEAR => (MONTH, TEXT.month, TEXT.months),
        _ => (YEAR, TEXT.year, TEXT.years),
    };
    plural(seconds / unit, one, many)
}

/// Where a thread comes from.
pub fn source(source: &str) -> &str {
    match source {
        "docs" => TEXT.docs,
        "discourse" | "misago" | "nodebb" | "github" | "stackexchange" => TEXT.forum,
        other => other,
    }
}

/// A facet value on its chip.
pub fn facet(facet: Facet, value: &str) -> String {
    match facet {
        Facet::Source => source(value).to_owned(),
        Facet::Category => value.to_owned(),
        Facet::Tag => format!("#{value}"),
    }
}

/// Whose words a passage is, where that helps.
pub fn passage(from: PassageFrom) -> Option<&'static str> {
    match from {
        PassageFrom::Accepted => Some(TEXT.passage_accepted),
        PassageFrom::Staff => Some(TEXT.passage_staff),
        PassageFrom::Answer => Some(TEXT.passage_answer),
        PassageFrom::Question => None,
    }
}

/// How sure a suggestion is.
pub fn band(band: Band) -> &'static str {
    match band {
        Band::Answers => TEXT.band_answers,
        Band::Related => TEXT.band_related,
    }
}

/// Why a result is there, in short; nothing where there is little to say.
pub fn why(hit: &Hit) -> Option<String> {
    /// Likeness from which on a result without a common word is said to mean the same.
    const ALIKE: f32 = 0.5;
    let why = &hit.why;
    if why.words.is_empty() {
        return why.likeness.is_some_and(|likeness| likeness >= ALIKE).then(|| TEXT.why_meaning.to_owned());
    }
    let docs = hit.source == "docs";
    let places: Vec<_> = why.places.iter().map(|place| self::place(*place, docs)).collect();
    let whole = why.words.iter().filter(|word| !why.words.iter().any(|other| is_piece(word, other)));
    let words: Vec<_> = whole.map(|word| fill(TEXT.quoted, "text", word)).collect();
    let text = match places.split_last() {
        None => TEXT.why_words.to_owned(),
        Some((only, [])) => fill(TEXT.why_places, "places", only),
        Some((last, others)) => {
            let all = fill(&fill(TEXT.last_of_two, "first", &others.join(", ")), "last", last);
            fill(TEXT.why_places, "places", &all)
        }
    };
    Some(fill(&text, "words", &words.join(", ")))
}

/// Whether a word is a part of a name that is written with hyphens, dots or the like: "mr" of "mr-2007".
fn is_piece(word: &str, name: &str) -> bool {
    word.len() < name.len() && name.split(|letter: char| !letter.is_alphanumeric()).any(|piece| piece == word)
}

/// A part of a thread, or of a docs page.
fn place(place: Place, docs: bool) -> &'static str {
    match (place, docs) {
        (Place::Title, _) => TEXT.place_title,
        (Place::Question, false) => TEXT.place_question,
        (Place::Question, true) => TEXT.place_lead,
        (Place::Answers, false) => TEXT.place_answers,
        (Place::Answers, true) => TEXT.place_sections,
    }
}

/// A person's standing, where it is worth a badge.
pub fn role(role: Role) -> Option<&'static str> {
    match role {
        Role::Staff => Some(TEXT.role_staff),
        Role::Moderator => Some(TEXT.role_moderator),
        Role::Expert => Some(TEXT.role_expert),
        Role::Member | Role::Unknown => None,
    }
}

/// Where a question stands: in short, and what that means.
pub fn state(state: QuestionState) -> (&'static str, &'static str) {
    match state {
        QuestionState::Accepted => (TEXT.state_accepted, TEXT.detail_accepted),
        QuestionState::Sending => (TEXT.state_sending, TEXT.detail_accepted),
        QuestionState::Posted => (TEXT.state_posted, TEXT.detail_posted),
        QuestionState::Answered => (TEXT.state_answered, TEXT.detail_answered),
        QuestionState::PendingReview => (TEXT.state_review, TEXT.detail_review),
        QuestionState::Ambiguous => (TEXT.state_ambiguous, TEXT.detail_ambiguous),
        QuestionState::NeedsFix => (TEXT.state_fix, TEXT.detail_fix),
        QuestionState::Withdrawn => (TEXT.state_withdrawn, TEXT.detail_withdrawn),
        QuestionState::Failed => (TEXT.state_failed, TEXT.detail_failed),
    }
}

/// What the redaction found.
pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::PrivateKey => TEXT.kind_key,
        Kind::Jwt | Kind::Token => TEXT.kind_token,
        Kind::Password => TEXT.kind_password,
        Kind::Authorization => TEXT.kind_authorization,
        Kind::Cookie => TEXT.kind_cookie,
        Kind::Card => TEXT.kind_card,
        Kind::Email => TEXT.kind_email,
        Kind::IpAddress => TEXT.kind_ip,
        Kind::HomeName => TEXT.kind_name,
        Kind::Phone => TEXT.kind_phone,
    }
}

/// How a text of `chars` characters stands to its limits; nothing where there is nothing to say.
pub fn limit(chars: usize, (least, most): (u32, u32)) -> Option<String> {
    let (least, most) = (least as usize, most as usize);
    let (text, count) = if chars > most {
        (TEXT.chars_over, chars - most)
    } else if chars > 0 && chars < least {
        (TEXT.chars_missing, least - chars)
    } else if chars * 10 >= most * 9 {
        (TEXT.chars_left, most - chars)
    } else {
        return None;
    };
    Some(fill(text, "count", &count.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::{Highlighted, Why};

    #[test]
    fn times_are_rounded_down_to_their_largest_unit() {
        const DAY: u64 = 86_400;
        let words = [5, 60, 7_199, DAY, 29 * DAY, 364 * DAY, 800 * DAY].map(ago);
        assert_eq!(
            words,
            [
                "just now",
                "1 minute ago",
                "1 hour ago",
                "yesterday",
                "29 days ago",
                "12 months ago",
                "2 years ago"
            ],
        );
    }

    #[test]
    fn what_is_filled_in_is_not_filled_in_again() {
        assert_eq!(fill(TEXT.none_title, "query", "{query} {name}"), "Nothing found for “{query} {name}”");
    }

    fn hit(source: &str, words: &[&str], places: &[Place], likeness: Option<f32>) -> Hit {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        Hit {
            key: String::new(),
            title: Highlighted::default(),
            url: String::new(),
            source: source.to_owned(),
            category: None,
            tags: Vec::new(),
            accepted: false,
            staff: false,
            answers: 0,
            created_at: String::new(),
            passage: None,
            score: 1.0,
            why: Why { words, places: places.to_vec(), likeness, prior: 0.0 },
        }
    }

    #[test]
    fn results_say_in_short_why_they_are_there() {
        use Place::*;
        let forum = |words: &[&str], places: &[Place]| why(&hit("discourse", words, places, Some(0.9)));
        let said = |text: &str| Some(text.to_owned());
        assert_eq!(forum(&["export"], &[]), said("Matches “export”"));
        assert_eq!(forum(&["export"], &[Title]), said("Matches “export” in title"));
        assert_eq!(
            forum(&["export", "stl"], &[Title, Answers]),
            said("Matches “export”, “stl” in title and answers")
        );
        assert_eq!(
            forum(&["2007", "mr-2007", "mr"], &[]),
            said("Matches “mr-2007”"),
            "parts of a name go without saying"
        );
        assert_eq!(
            why(&hit("docs", &["{places}"], &[Title, Question, Answers], None)),
            said("Matches “{places}” in title, introduction and sections")
        );
        assert_eq!(why(&hit("discourse", &[], &[], Some(0.5))), said("Similar meaning"));
        assert_eq!(why(&hit("discourse", &[], &[], Some(0.49))), None);
        assert_eq!(why(&hit("discourse", &[], &[], None)), None);
    }

    #[test]
    fn a_correction_is_announced_after_the_count() {
        assert_eq!(announcement(1, None), "1 result");
        assert_eq!(announcement(2, Some("pair phone")), "2 results. Did you mean pair phone?");
    }

    #[test]
    fn limits_speak_up_near_their_ends() {
        assert_eq!(limit(0, (15, 255)), None);
        assert_eq!(limit(5, (15, 255)).as_deref(), Some("At least 10 characters more"));
        assert_eq!(limit(100, (15, 255)), None);
        assert_eq!(limit(250, (15, 255)).as_deref(), Some("5 characters left"));
        assert_eq!(limit(258, (15, 255)).as_deref(), Some("3 characters too many"));
    }
}
