//! The analyzer: text to terms, the same for the indexer that writes and the Worker that reads.
//!
//! Words are runs of letters and digits; Chinese, Japanese and Korean, which do not put spaces between words,
//! become overlapping pairs of characters. Terms are lower-cased, folded to ASCII where they are Latin, and
//! stemmed.

use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RemoveLongFilter, Stemmer, TextAnalyzer, Token, TokenStream,
    Tokenizer, TokenizerManager,
};

/// Name of the analyzer of running text.
pub(crate) const TEXT: &str = "text";

/// Name of the analyzer without stemming.
pub(crate) const WORDS: &str = "words";

/// Bytes of a word at most; longer ones (hashes, base64, log noise) are not worth a place in the dictionary.
const WORD_BYTES: usize = 64;

/// The analyzers by name, for tantivy.
pub(crate) fn manager() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(TEXT, text());
    manager.register(WORDS, words());
    manager
}

/// Stems folded words.
fn text() -> TextAnalyzer {
    TextAnalyzer::builder(WordTokenizer::default())
        .filter(RemoveLongFilter::limit(WORD_BYTES))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .filter(Stemmer::new(Language::English))
        .build()
}

/// Folds words, without stemming.
fn words() -> TextAnalyzer {
    TextAnalyzer::builder(WordTokenizer::default())
        .filter(RemoveLongFilter::limit(WORD_BYTES))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .build()
}

/// One analysed word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// The term in the index.
    pub term: String,
    /// The word folded, not stemmed.
    pub folded: String,
    /// First byte in the text.
    pub start: usize,
    /// First byte behind.
    pub end: usize,
}

/// Analyses `text` for queries and highlights: the terms with where they come from.
pub(crate) fn analyse(text_: &str) -> Vec<Word> {
    let (mut stemming, mut folding) = (text(), words());
    let mut terms = stemming.token_stream(text_);
    let mut folded = folding.token_stream(text_);
    let mut out = Vec::new();
    // The two differ in their last filter only, which neither drops nor splits, so they run in step.
    while terms.advance() && folded.advance() {
        let token = terms.token();
        out.push(Word {
            term: token.text.clone(),
            folded: folded.token().text.clone(),
            start: token.offset_from,
            end: token.offset_to,
        });
    }
    out
}

/// Splits text into words and CJK pairs.
#[derive(Debug, Clone, Default)]
struct WordTokenizer {
    token: Token,
}

struct WordStream<'a> {
    text: &'a str,
    spans: std::vec::IntoIter<(usize, usize)>,
    token: &'a mut Token,
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.token.reset();
        WordStream { text, spans: spans(text).into_iter(), token: &mut self.token }
    }
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        let Some((start, end)) = self.spans.next() else { return false };
        self.token.position = self.token.position.wrapping_add(1);
        self.token.offset_from = start;
        self.token.offset_to = end;
        self.token.text.clear();
        self.token.text.push_str(self.text.get(start..end).unwrap_or_default());
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// Byte spans of the words and CJK pairs of `text`, in order of their start.
fn spans(text: &str) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let mut word: Option<usize> = None;
    // The start of the CJK character before this one, and whether it is in a pair already.
    let mut cjk: Option<(usize, bool)> = None;
    for (at, c) in text.char_indices() {
        let class = if is_cjk(c) {
            Class::Cjk
        } else if c.is_alphanumeric() {
            Class::Word
        } else {
            Class::Other
        };
        if class != Class::Word
            && let Some(start) = word.take()
        {
            spans.push((start, at));
        }
        if class != Class::Cjk
            && let Some((start, paired)) = cjk.take()
            && !paired
        {
            spans.push((start, at));
        }
        match class {
            Class::Word => word = word.or(Some(at)),
            Class::Cjk => {
                if let Some((start, _)) = cjk {
                    spans.push((start, at + c.len_utf8()));
                }
                cjk = Some((at, cjk.is_some()));
            }
            Class::Other => {}
        }
    }
    if let Some(start) = word {
        spans.push((start, text.len()));
    }
    if let Some((start, false)) = cjk {
        spans.push((start, text.len()));
    }
    spans
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Word,
    Cjk,
    Other,
}

/// Whether `c` belongs to a script that is indexed by pairs of characters.
fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{3041}'..='\u{30ff}'     // Hiragana, Katakana
        | '\u{3400}'..='\u{4dbf}'   // Han, extension A
        | '\u{4e00}'..='\u{9fff}'   // Han
        | '\u{ac00}'..='\u{d7af}'   // Hangul syllables
        | '\u{f900}'..='\u{faff}'   // Han, compatibility
        | '\u{ff66}'..='\u{ff9d}'   // half-width Katakana
        | '\u{20000}'..='\u{3ffff}' // Han, extensions
    )
}

/// Whether a folded word is a stop word: so frequent in English questions that it says nothing. It stays in
/// the index and is only left out of queries that have other words.
pub(crate) fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.binary_search(&word).is_ok()
}

/// Sorted: function words, and the phrases that every help request opens with.
const STOP_WORDS: &[&str] = &[
    "a", "about", "after", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "because",
    "been", "but", "by", "can", "cannot", "could", "did", "do", "does", "doesn", "doing", "don", "for",
    "from", "get", "had", "has", "have", "having", "hello", "help", "hi", "how", "i", "if", "in", "into",
    "is", "isn", "it", "its", "just", "ll", "m", "me", "my", "no", "not", "of", "on", "or", "our", "please",
    "re", "s", "should", "so", "some", "t", "than", "thank", "thanks", "that", "the", "their", "them",
    "then", "there", "these", "they", "this", "to", "too", "up", "us", "ve", "very", "was", "we", "were",
    "what", "when", "where", "which", "while", "who", "why", "will", "with", "would", "you", "your",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<String> {
        analyse(text).into_iter().map(|word| word.term).collect()
    }

    #[test]
    fn words_are_folded_and_stemmed() {
        assert_eq!(terms("Syncing CAFÉ folders, MR-2007!"), ["sync", "cafe", "folder", "mr", "2007"]);
    }

    #[test]
    fn cjk_becomes_overlapping_pairs() {
        assert_eq!(terms("同期が遅い x 字"), ["同期", "期が", "が遅", "遅い", "x", "字"]);
    }

    #[test]
    fn offsets_point_into_the_text() {
        let text = "Für ÄÖÜ 漢字";
        for word in analyse(text) {
            assert!(text.get(word.start..word.end).is_some_and(|slice| !slice.is_empty()));
        }
    }

    #[test]
    fn stop_words_are_sorted() {
        assert!(STOP_WORDS.is_sorted());
    }
}
