//! What is searched for: the text, the filters and when that is worth a request.

use crate::state::lookup::Lookup;
use crate::state::selection::Selection;
use api::{FacetCount, Facets, SearchResponse};

/// The pause after a keystroke in which the next one replaces it, in ms. A burst of keys is one request; who types leaves
/// 100 to 150 ms between keys, and sees results for each within a tenth of a second: what people take for at once (J.
/// Nielsen, "Usability Engineering", 1993, section 5.5).
pub const PAUSE_MS: u32 = 25;

/// Characters below which a search is not worth a request.
pub const LEAST_CHARS: usize = 2;

/// Results line: the newest query and its answer.
pub type Results = Lookup<Query, SearchResponse>;

/// A query as it goes out, secrets removed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// The words.
    pub text: String,
    /// Chosen facet values.
    pub filters: Filters,
}

/// A facet of the results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Facet {
    /// Forum, docs, ...
    Source,
    /// Category of the forum.
    Category,
    /// Tag.
    Tag,
}

/// Chosen facet values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filters {
    /// Sources.
    pub sources: Vec<String>,
    /// Category names.
    pub categories: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
}

/// One chip in the row above the results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    /// The facet that it filters.
    pub facet: Facet,
    /// The value.
    pub value: String,
    /// Matches that carry it, where the results say so.
    pub count: Option<u64>,
    /// It is filtered by.
    pub chosen: bool,
}

/// What the text in the field calls for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// It is too short.
    Nothing,
    /// Results for a query without secrets.
    Results(Query),
    /// Somebody who removes secrets: there may be one.
    Redaction,
}

/// What the reader has entered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Search {
    /// The field's text as typed.
    pub text: String,
    /// Chosen facet values.
    pub filters: Filters,
    /// The active result.
    pub selection: Selection,
}

impl Filters {
    fn of(&self, facet: Facet) -> &Vec<String> {
        match facet {
            Facet::Source => &self.sources,
            Facet::Category => &self.categories,
            Facet::Tag => &self.tags,
        }
    }

    /// Adds a value, or takes it away again.
    pub fn toggle(&mut self, facet: Facet, value: &str) {
        let values = match facet {
            Facet::Source => &mut self.sources,
            Facet::Category => &mut self.categories,
            Facet::Tag => &mut self.tags,
        };
        match values.iter().position(|chosen| chosen == value) {
            Some(at) => {
                values.remove(at);
            }
            None if values.len() < api::limits::FILTER_VALUES => values.push(value.to_owned()),
            None => {}
        }
    }

    /// Nothing is filtered by.
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty() && self.categories.is_empty() && self.tags.is_empty()
    }
}

impl Search {
    /// The query to send. `redact` removes secrets, and what may become one, before they leave the page; it may be left
    /// out while the text holds none.
    pub fn query(&self, redact: Option<fn(&str) -> String>) -> Need {
        let text = match redact {
            Some(redact) => redact(&self.text),
            None if ask::may_hold_secret(&self.text) => return Need::Redaction,
            None => self.text.clone(),
        };
        let text: String = text.trim().chars().take(api::limits::QUERY_CHARS).collect();
        if text.chars().count() < LEAST_CHARS {
            return Need::Nothing;
        }
        Need::Results(Query { text, filters: self.filters.clone() })
    }
}

/// Chips for the facets of some results. Within a facet: what is chosen first, even where the results no longer carry it,
/// then the most frequent values, a few of them. A facet with a single value filters nothing and is left out.
pub fn chips(facets: &Facets, filters: &Filters) -> Vec<Chip> {
    /// Values a facet at most: sources are few, categories name the place, tags are many.
    const SHOWN: [(Facet, usize); 3] = [(Facet::Source, 3), (Facet::Category, 4), (Facet::Tag, 6)];
    // By name: a site has two or three, and a chip that moves while somebody types is pressed by mistake.
    let mut sources: Vec<FacetCount> = Vec::new();
    for source in &facets.sources {
        let at = sources.partition_point(|other| other.value <= source.value);
        sources.insert(at, source.clone());
    }
    let mut chips = Vec::new();
    for (facet, most) in SHOWN {
        let counts = match facet {
            Facet::Source => &sources,
            Facet::Category => &facets.categories,
            Facet::Tag => &facets.tags,
        };
        let chosen = filters.of(facet);
        for value in chosen {
            let count = counts.iter().find(|other| other.value == *value).map(|other| other.count);
            chips.push(Chip { facet, value: value.clone(), count, chosen: true });
        }
        if counts.len() < 2 {
            continue;
        }
        let rest = counts
            .iter()
            .filter(|other| !chosen.contains(&other.value))
            .take(most.saturating_sub(chosen.len()));
        chips.extend(rest.map(|other| Chip {
            facet,
            value: other.value.clone(),
            count: Some(other.count),
            chosen: false,
        }));
    }
    chips
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facet(values: &[(&str, u64)]) -> Vec<FacetCount> {
        values.iter().map(|(value, count)| FacetCount { value: (*value).into(), count: *count }).collect()
    }

    fn results(text: &str) -> Need {
        Need::Results(Query { text: text.into(), filters: Filters::default() })
    }

    #[test]
    fn one_character_is_not_searched_for() {
        let mut search = Search { text: " p ".into(), ..Search::default() };
        assert_eq!(search.query(None), Need::Nothing);
        search.text = " pa ".into();
        assert_eq!(search.query(None), results("pa"));
    }

    #[test]
    fn secrets_are_removed_before_the_text_is_cut() {
        let search = Search { text: "key: sk_live_1".into(), ..Search::default() };
        let query = search.query(Some(|text| text.replace(": sk_live_1", "[secret]")));
        assert_eq!(query, results("key[secret]"));
        assert_eq!(search.query(None), Need::Redaction);
    }

    #[test]
    fn a_chip_toggles() {
        let mut filters = Filters::default();
        filters.toggle(Facet::Tag, "cli");
        assert_eq!(filters.tags, ["cli"]);
        filters.toggle(Facet::Tag, "cli");
        assert!(filters.is_empty());
    }

    #[test]
    fn chosen_chips_stay_and_come_first_in_their_facet() {
        let facets = Facets {
            sources: facet(&[("docs", 9), ("discourse", 2)]),
            categories: facet(&[("Syncing", 9)]),
            tags: facet(&[("cli", 4), ("macos", 1)]),
        };
        let filters = Filters { tags: vec!["gone".into()], ..Filters::default() };
        let shown: Vec<_> =
            chips(&facets, &filters).into_iter().map(|chip| (chip.value, chip.count, chip.chosen)).collect();
        assert_eq!(
            shown,
            [
                ("discourse".into(), Some(2), false),
                ("docs".into(), Some(9), false),
                ("gone".into(), None, true),
                ("cli".into(), Some(4), false),
                ("macos".into(), Some(1), false),
            ],
        );
    }
}
