//! Limits that the page, the Worker and the indexer share. A site may lower them, never raise them.

/// Characters (Unicode scalar values) of a search query that are read; a longer one is refused.
/// 10,000 words of 6 characters would be 60 kB of query string; people type under 200 characters.
pub const QUERY_CHARS: usize = 1_000;

/// Distinct terms of a query that are searched for: the ones with the highest inverse document frequency.
pub const QUERY_TERMS: usize = 32;

/// Hits a page at most.
pub const SEARCH_LIMIT: usize = 50;

/// Hits a page when the request does not say.
pub const SEARCH_LIMIT_DEFAULT: usize = 10;

/// The furthest hit that paging reaches: ranking costs memory in proportion.
pub const SEARCH_OFFSET: usize = 1_000;

/// Values of one facet that a filter may name.
pub const FILTER_VALUES: usize = 10;

/// Characters of one filter value: a tag, a category or a source.
pub const FILTER_CHARS: usize = 200;

/// Suggestions beside a draft.
pub const SUGGESTIONS: usize = 5;

/// Characters of a question's title, at least and at most: the bounds of a stock Discourse.
pub const TITLE_CHARS_MIN: usize = 15;
/// See [`TITLE_CHARS_MIN`].
pub const TITLE_CHARS_MAX: usize = 255;

/// Characters of a question's body, at least and at most: the bounds of a stock Discourse.
pub const BODY_CHARS_MIN: usize = 20;
/// See [`BODY_CHARS_MIN`].
pub const BODY_CHARS_MAX: usize = 32_000;

/// Tags on one question.
pub const TAGS: usize = 5;

/// Characters of one template field's value.
pub const FIELD_CHARS: usize = 2_000;

/// Threads that a question may list as seen before asking.
pub const SEEN: usize = 20;

/// Bytes of a JSON request body: a body of 32,000 characters at 4 bytes each, escaped, and its fields fit.
pub const REQUEST_BYTES: usize = 256 * 1024;
