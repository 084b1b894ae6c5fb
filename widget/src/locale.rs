//! Every word that the widget says, in the language of the page, and how numbers and times are put into words.
//!
//! The texts lie in `widget/locales`, a file a locale: English is built in, another comes as [`speak`] takes it. Names in braces are
//! filled in by [`fill`]. Words of the operator come with the site and are not here.

use crate::state::search::Facet;
use api::{Band, FieldError, Hit, PassageFrom, Place, QuestionState, Role};
use ask::Kind;
use std::cell::Cell;
use std::ops::Deref;

macro_rules! texts {
    ($english:literal: $($name:ident $text:literal,)*) => {
        /// The texts of a language; a counted one has its forms side by side.
        #[derive(Debug)]
        pub struct Texts { $(#[doc = $text] pub $name: &'static str,)* }

        impl Texts {
            /// Reads them from lines in the order of their names.
            fn read(lines: &'static str) -> Self {
                const NONE: Texts = Texts { $($name: "",)* };
                let mut texts = NONE;
                // In a loop over places: by name, the code that reads a line would be there for each.
                let places = [$(&mut texts.$name,)*];
                for (place, line) in places.into_iter().zip(lines.split('\n')) {
                    *place = line;
                }
                texts
            }
        }

        /// The English texts.
        const ENGLISH: &str = $english;
    };
}

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// A language that was spoken once. It stays, since texts of it may be anywhere.
#[derive(Debug)]
struct Language {
    /// What [`speak`] was given.
    words: &'static str,
    /// The digits from 0 to 9; none: those of English.
    digits: &'static str,
    /// By count, which form a text has, from 1 on: up to 199, and from there on as a hundred less and more.
    forms: &'static str,
    texts: Texts,
    /// The one that was learnt before.
    before: Option<&'static Language>,
}

impl Language {
    fn learn(words: &str, before: Option<&'static Language>) -> &'static Self {
        let words: &'static str = Box::leak(Box::from(words));
        let (digits, forms, lines) = if words.is_empty() {
            ("", "21", ENGLISH)
        } else {
            let mut parts = words.splitn(3, '\n');
            let mut part = || parts.next().unwrap_or_default();
            (part(), part(), part())
        };
        let texts = Texts::read(lines);
        Box::leak(Box::new(Self { words, digits, forms, texts, before }))
    }
}

thread_local! {
    /// What is spoken, and what was learnt last.
    static SPOKEN: Cell<Option<(&'static Language, &'static Language)>> = const { Cell::new(None) };
}

/// Speaks another language from now on: `words` holds its digits, its forms by count and its texts, a line each
/// (`widget/embed/locale.ts`); nothing: English. What is drawn stays as it is until it is drawn again.
pub fn speak(words: &str) {
    let newest = SPOKEN.get().map(|(_, newest)| newest);
    let mut known = newest;
    while let Some(language) = known {
        if language.words == words {
            SPOKEN.set(newest.map(|newest| (language, newest)));
            return;
        }
        known = language.before;
    }
    let language = Language::learn(words, newest);
    SPOKEN.set(Some((language, language)));
}

/// What is spoken: English until something is said.
fn spoken() -> &'static Language {
    if let Some((language, _)) = SPOKEN.get() {
        return language;
    }
    speak("");
    spoken()
}

/// The texts of the language that is spoken.
#[derive(Debug, Clone, Copy)]
pub struct Text;

/// The texts of the language that is spoken.
pub const TEXT: Text = Text;

impl Deref for Text {
    type Target = Texts;

    fn deref(&self) -> &Texts {
        &spoken().texts
    }
}

/// Whether that language is English, as what the edge says is.
pub fn is_english() -> bool {
    spoken().words.is_empty()
}

/// A text with the name in braces filled in.
pub fn fill(text: &str, name: &str, value: &str) -> String {
    text.replacen(&format!("{{{name}}}"), value, 1)
}

/// A number in the language's digits.
pub fn number(number: u64) -> String {
    let digits = spoken().digits;
    let own = |digit: char| digits.chars().nth(digit as usize - '0' as usize).unwrap_or(digit);
    number.to_string().chars().map(own).collect()
}

/// The form that a text has for a count.
fn form(text: &str, count: u64) -> &str {
    let at = if count < 200 { count } else { 100 + count % 100 };
    let form = spoken().forms.as_bytes().get(at as usize).map_or(u8::MAX, |form| form.wrapping_sub(b'1'));
    // The last one is for all others.
    let mut forms = text.split('|');
    let last = text.rsplit('|').next().unwrap_or(text);
    forms.nth(form.into()).unwrap_or(last)
}

/// A text in its form for a count, which is filled in.
pub fn plural(count: u64, text: &str) -> String {
    fill(form(text, count), "count", &number(count))
}

/// How many results there are.
pub fn results(count: u64) -> String {
    if count == 0 { TEXT.count_none.to_owned() } else { plural(count, TEXT.count) }
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
    if count == 0 { TEXT.answers_none.to_owned() } else { plural(count.into(), TEXT.answers) }
}

/// How long ago something was.
pub fn ago(seconds: u64) -> String {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    const MONTH: u64 = 30 * DAY;
    const YEAR: u64 = 365 * DAY;
    const YESTERDAY_ENDS: u64 = 2 * DAY;
    let (unit, text) = match seconds {
        0..MINUTE => return TEXT.just_now.to_owned(),
        MINUTE..HOUR => (MINUTE, TEXT.minutes),
        HOUR..DAY => (HOUR, TEXT.hours),
        DAY..YESTERDAY_ENDS => return TEXT.yesterday.to_owned(),
        YESTERDAY_ENDS..MONTH => (DAY, TEXT.days),
        MONTH..YEAR => (MONTH, TEXT.months),
        _ => (YEAR, TEXT.years),
    };
    plural(seconds / unit, text)
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
            let all = fill(&fill(TEXT.last_of_two, "first", &others.join(TEXT.comma)), "last", last);
            fill(TEXT.why_places, "places", &all)
        }
    };
    Some(fill(&text, "words", &words.join(TEXT.comma)))
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
    Some(plural(count as u64, text))
}

/// What is wrong with a field, as its code and its numbers say it; where they do not, as the edge says it.
pub fn fault(error: &FieldError) -> String {
    let FieldError { field, code, message, limit, count } = error;
    let text = match (code.as_str(), limit, count) {
        ("required", None, _) => TEXT.error_required,
        ("required", Some(_), _) => TEXT.error_least,
        ("tooShort", Some(_), Some(_)) => TEXT.error_short,
        ("tooLong", Some(_), Some(_)) => TEXT.error_long,
        ("tooMany", Some(_), Some(_)) if field == "body" => TEXT.error_links,
        ("tooMany", Some(_), Some(_)) => TEXT.error_choices,
        ("unknown", ..) => TEXT.error_unknown,
        _ => return message.clone(),
    };
    let [limit, count] = [limit, count].map(|number| u64::from(number.unwrap_or_default()));
    fill(&fill(form(text, limit), "limit", &number(limit)), "count", &number(count))
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::{Highlighted, Why};

    #[test]
    fn times_are_rounded_down_to_their_largest_unit() {
        const DAY: u64 = 86_400;
        let words = [5, 60, 7_199, DAY, 2 * DAY - 1, 29 * DAY, 364 * DAY, 800 * DAY].map(ago);
        assert_eq!(
            words,
            [
                "just now",
                "1 minute ago",
                "1 hour ago",
                "yesterday",
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
    #[test]
    fn numbers_above_one_are_many() {
        let texts = [0, 1, 2, 101, 200, 1_000].map(|count| plural(count, TEXT.votes));
        assert_eq!(texts, ["0 votes", "1 vote", "2 votes", "101 votes", "200 votes", "1000 votes"]);
    }

    #[test]
    fn a_field_says_what_is_wrong_in_its_language() {
        let error = |field: &str, code: &str| FieldError::new(field, code, "as the edge says it");
        assert_eq!(
            fault(&error("title", "tooShort").beyond(15, 6)),
            "Write at least 15 characters; there are 6"
        );
        assert_eq!(fault(&error("body", "required").beyond(20, 0)), "Write at least 20 characters");
        assert_eq!(fault(&error("fields.area", "required")), "Fill this in");
        assert_eq!(fault(&error("body", "tooLong").beyond(1, 9)), "Shorten it to 1 character; there are 9");
        assert_eq!(fault(&error("body", "tooMany").beyond(20, 30)), "Leave at most 20 links; there are 30");
        assert_eq!(fault(&error("tags", "tooMany").beyond(5, 6)), "Choose at most 5; there are 6");
        assert_eq!(fault(&error("fields.area", "unknown")), "Choose from the list");
        // What an edge of another version says, or what no reader can mend.
        for other in
            [error("seen", "invalid"), error("title", "tooShort"), error("title", "odd").beyond(1, 2)]
        {
            assert_eq!(fault(&other), "as the edge says it");
        }
    }

    /// What the page hands over for a locale file, with the digits and the rules of Arabic as CLDR has them.
    fn arabic() -> String {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/locales/ar.json");
        let file: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let widget: std::collections::BTreeMap<_, _> = file["widget"].as_object().unwrap().iter().collect();
        let forms = ["zero", "one", "two", "few", "many", "other"];
        let line = |text: &&serde_json::Value| match text.as_str() {
            Some(text) => text.to_owned(),
            None => forms.map(|form| text[form].as_str().unwrap().to_owned()).join("|"),
        };
        let rule = |count: u32| match (count, count % 100) {
            (0..=2, _) => (b'1' + count as u8) as char,
            (_, 3..=10) => '4',
            (_, 11..=99) => '5',
            _ => '6',
        };
        let lines = widget.values().map(line).collect::<Vec<_>>().join("\n");
        ["٠١٢٣٤٥٦٧٨٩", &(0..200).map(rule).collect::<String>(), &lines].join("\n")
    }

    #[test]
    fn another_language_is_spoken_with_its_digits_and_its_plurals() {
        let (english, arabic) = (ago(5), arabic());
        for _ in 0..2 {
            speak(&arabic);
            assert_eq!(TEXT.back, "رجوع");
            let times = [5, 60, 7_200, 86_400, 5 * 86_400, 12 * 86_400].map(ago);
            assert_eq!(times, ["الآن", "قبل دقيقة واحدة", "قبل ساعتين", "أمس", "قبل ٥ أيام", "قبل ١٢ يومًا"]);
            let votes =
                [0, 1, 2, 10, 11, 99, 100, 102, 103, 211, 1_000].map(|count| plural(count, TEXT.votes));
            assert_eq!(
                votes,
                [
                    "٠ صوت",
                    "صوت واحد",
                    "صوتان",
                    "١٠ أصوات",
                    "١١ صوتًا",
                    "٩٩ صوتًا",
                    "١٠٠ صوت",
                    "١٠٢ صوت",
                    "١٠٣ أصوات",
                    "٢١١ صوتًا",
                    "١٠٠٠ صوت"
                ]
            );
            let short = FieldError::new("title", "tooShort", "").beyond(15, 6);
            assert!(!is_english());
            assert_eq!(fault(&short), "اكتب ١٥ حرفًا على الأقل؛ العدد الحالي ٦");
            speak("");
            assert_eq!(ago(5), english);
        }
    }
}
