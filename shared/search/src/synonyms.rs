//! Synonyms: words and short phrases that the operator says are the same, or that one is to find the other.
//!
//! ```text
//! # one group a line
//! mri, magnetic resonance
//! dicom send => c-store
//! ```
//!
//! The bundle carries them as written; they are applied to queries, so that a change needs no other index of the
//! texts. A single word becomes another spelling of the term that it stands for; a phrase adds its words to the query.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::analysis::{Analyzer, Word};

/// Groups at most; every one costs the Worker memory.
const GROUPS: usize = 1_000;

/// Words or phrases of a group at most: all of them are looked up.
const MEMBERS: usize = 16;

/// Bytes of a word or phrase at most.
const MEMBER_BYTES: usize = 64;

/// Bytes of all words and phrases at most.
const BYTES: usize = 64 << 10;

/// What the operator says is the same.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Synonyms {
    groups: Vec<Group>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Group {
    /// What finds the others; empty: each finds each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    from: Vec<String>,
    /// What is found.
    to: Vec<String>,
}

/// A line of a list of synonyms that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct SynonymError {
    /// Its number, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: String,
}

impl Synonyms {
    /// Reads a list, one group a line; empty lines and those that begin with `#` are passed over.
    ///
    /// # Errors
    ///
    /// The first line that cannot be read or is beyond the bounds.
    pub fn parse(text: &str) -> Result<Self, SynonymError> {
        let analyzer = Analyzer::new([]);
        let mut synonyms = Self::default();
        let mut bytes = 0;
        for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let error = |why: String| SynonymError { line: at + 1, why };
            let group = Group::parse(line, &analyzer).map_err(error)?;
            bytes += group.from.iter().chain(&group.to).map(String::len).sum::<usize>();
            if synonyms.groups.len() == GROUPS {
                return Err(error(format!("more than {GROUPS} groups")));
            }
            if bytes > BYTES {
                return Err(error(format!("more than {BYTES} bytes of synonyms")));
            }
            synonyms.groups.push(group);
        }
        Ok(synonyms)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// How many groups there are.
    pub fn len(&self) -> usize {
        self.groups.len()
    }
}

impl Group {
    fn parse(line: &str, analyzer: &Analyzer) -> Result<Self, String> {
        let (from, to) = match line.split_once("=>") {
            Some((from, to)) => (members(from, analyzer)?, members(to, analyzer)?),
            None => (Vec::new(), members(line, analyzer)?),
        };
        if from.is_empty() && to.len() < 2 {
            return Err("a group has at least two members, set apart by commas".to_owned());
        }
        if from.len() + to.len() > MEMBERS {
            return Err(format!("a group has at most {MEMBERS} members"));
        }
        Ok(Self { from, to })
    }
}

fn members(list: &str, analyzer: &Analyzer) -> Result<Vec<String>, String> {
    let member = |member: &str| {
        let member = member.trim();
        if member.len() > MEMBER_BYTES {
            return Err(format!("\"{member}\" has {} bytes, {MEMBER_BYTES} are allowed", member.len()));
        }
        if analyzer.analyse(member).is_empty() {
            return Err(format!("\"{member}\" has no letters or digits"));
        }
        Ok(member.to_owned())
    };
    list.split(',').map(member).collect()
}

/// Synonyms ready to be applied: analysed as queries are.
#[derive(Clone, Default)]
pub(crate) struct Thesaurus {
    groups: Vec<Vec<Vec<Word>>>,
    /// What finds a group's members, by its first stem.
    rules: BTreeMap<String, Vec<Rule>>,
}

#[derive(Clone)]
struct Rule {
    /// The stems that a query has one behind the other.
    stems: Vec<String>,
    group: usize,
    /// The member that the rule itself is.
    own: Option<usize>,
}

/// Words of a query that have synonyms.
pub(crate) struct Found<'a> {
    /// Which words of the query.
    pub words: std::ops::Range<usize>,
    /// What stands for them, each a word or a phrase.
    pub synonyms: Vec<&'a [Word]>,
}

impl Thesaurus {
    pub(crate) fn new(synonyms: &Synonyms, analyzer: &Analyzer) -> Self {
        let mut thesaurus = Self::default();
        // What a bundle holds is not more than what could be parsed.
        for group in synonyms.groups.iter().take(GROUPS) {
            let analysed = |members: &[String]| -> Vec<Vec<Word>> {
                members.iter().take(MEMBERS).map(|member| analyzer.analyse(member)).collect()
            };
            let (from, to) = (analysed(&group.from), analysed(&group.to));
            let (sources, equal) = if from.is_empty() { (&to, true) } else { (&from, false) };
            for (at, source) in sources.iter().enumerate() {
                let stems: Vec<String> = source.iter().map(|word| word.stem().to_owned()).collect();
                let Some(first) = stems.first().cloned() else { continue };
                let rule = Rule { stems, group: thesaurus.groups.len(), own: equal.then_some(at) };
                thesaurus.rules.entry(first).or_default().push(rule);
            }
            thesaurus.groups.push(to);
        }
        thesaurus
    }

    /// The words of a query that have synonyms, in their order.
    pub(crate) fn find(&self, words: &[Word]) -> Vec<Found<'_>> {
        let mut found = Vec::new();
        for (at, word) in words.iter().enumerate() {
            for rule in self.rules.get(word.stem()).map_or(&[][..], Vec::as_slice) {
                let end = at + rule.stems.len();
                let window = words.get(at..end).unwrap_or_default();
                if !window.iter().map(Word::stem).eq(rule.stems.iter().map(String::as_str)) {
                    continue;
                }
                let others = self.groups.get(rule.group).into_iter().flatten().enumerate();
                let synonyms =
                    others.filter(|(member, _)| rule.own != Some(*member)).map(|(_, words)| words.as_slice());
                found.push(Found { words: at..end, synonyms: synonyms.collect() });
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(list: &str, query: &str) -> Vec<String> {
        let analyzer = Analyzer::new([]);
        let thesaurus = Thesaurus::new(&Synonyms::parse(list).unwrap(), &analyzer);
        let phrase =
            |words: &&[Word]| words.iter().map(|word| word.folded.as_str()).collect::<Vec<_>>().join(" ");
        thesaurus
            .find(&analyzer.analyse(query))
            .iter()
            .flat_map(|found| found.synonyms.iter().map(phrase))
            .collect()
    }

    #[test]
    fn members_of_a_group_find_each_other() {
        let list = "# modalities\n\nmri, magnetic resonance, MR\n";
        assert_eq!(found(list, "load MRI data"), ["magnetic resonance", "mr"]);
        assert_eq!(found(list, "magnetic resonances"), ["mri", "mr"]);
        assert_eq!(found(list, "magnetic field"), [""; 0]);
    }

    #[test]
    fn one_way_is_one_way() {
        let list = "dicom send => c-store";
        assert_eq!(found(list, "dicom send fails"), ["c store"]);
        assert_eq!(found(list, "c-store fails"), [""; 0]);
    }

    #[test]
    fn errors_name_the_line() {
        let error = |list: &str| Synonyms::parse(list).unwrap_err().to_string();
        assert_eq!(error("a, b\nmri"), "line 2: a group has at least two members, set apart by commas");
        assert_eq!(error("\n# x\nmri, !"), "line 3: \"!\" has no letters or digits");
        assert_eq!(error("a => "), "line 1: \"\" has no letters or digits");
        assert_eq!(error(&["a"; 17].join(",")), "line 1: a group has at most 16 members");
        assert_eq!(error(&"a, b\n".repeat(1_001)), "line 1001: more than 1000 groups");
        assert!(error(&format!("a, {}", "b".repeat(65))).ends_with("has 65 bytes, 64 are allowed"));
    }

    proptest::proptest! {
        #[test]
        fn no_list_panics(list in "(\\PC|[a-c, =>#\n]){0,120}", query in "(\\PC|[a-c -]){0,40}") {
            if let Ok(synonyms) = Synonyms::parse(&list) {
                let analyzer = Analyzer::new(crate::Language::ALL);
                let words = analyzer.analyse(&query);
                for found in Thesaurus::new(&synonyms, &analyzer).find(&words) {
                    proptest::prop_assert!(found.words.end <= words.len());
                }
            }
        }
    }
}
