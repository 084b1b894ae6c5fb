//! The schema of the tantivy index: which fields there are and how each is stored.
//!
//! No field is stored: what a result shows lies in the records and in the texts file. Terms carry frequencies
//! and no positions; nothing here asks for phrases, and positions would be half of the bundle.

use tantivy::schema::{Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions};

/// Handles of the schema's fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    /// `source:site:id`, exact.
    pub key: Field,
    /// The title.
    pub title: Field,
    /// The first post.
    pub question: Field,
    /// The other posts, accepted first.
    pub answers: Field,
    /// Tags, analysed.
    pub tag_words: Field,
    /// Tags, exact.
    pub tags: Field,
    /// Category name, exact.
    pub category: Field,
    /// Source, exact.
    pub source: Field,
    /// Site, exact.
    pub site: Field,
    /// Seconds since 1970 when the question was asked.
    pub created: Field,
    /// Seconds since 1970 of the last post.
    pub activity: Field,
    /// Votes or likes of the best answer.
    pub score: Field,
    /// Has an accepted answer: 0 or 1.
    pub accepted: Field,
    /// Has an answer by staff, or one that staff validated: 0 or 1.
    pub staff: Field,
    /// Other threads that point here.
    pub links: Field,
    /// Threads marked as repeating this one.
    pub duplicates: Field,
    /// Times it was read.
    pub views: Field,
    /// Answers by people.
    pub answered: Field,
}

/// The schema and the handles of its fields.
pub(crate) fn schema() -> (Schema, Fields) {
    // These fields are given words, analysed by `analysis`; tantivy's own tokenizer never sees a text.
    let analysed = || {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer("raw")
                .set_index_option(IndexRecordOption::WithFreqs)
                .set_fieldnorms(true),
        )
    };
    let exact = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_index_option(IndexRecordOption::Basic)
            .set_fieldnorms(false),
    );
    let facet = || TextOptions::default().set_fast("raw");
    let number = || NumericOptions::default().set_fast();

    let mut builder = Schema::builder();
    let fields = Fields {
        key: builder.add_text_field("key", exact),
        title: builder.add_text_field("title", analysed()),
        question: builder.add_text_field("question", analysed()),
        answers: builder.add_text_field("answers", analysed()),
        tag_words: builder.add_text_field("tag_words", analysed()),
        tags: builder.add_text_field("tags", facet()),
        category: builder.add_text_field("category", facet()),
        source: builder.add_text_field("source", facet()),
        site: builder.add_text_field("site", facet()),
        created: builder.add_i64_field("created", number()),
        activity: builder.add_i64_field("activity", number()),
        score: builder.add_i64_field("score", number()),
        accepted: builder.add_u64_field("accepted", number()),
        staff: builder.add_u64_field("staff", number()),
        links: builder.add_u64_field("links", number()),
        duplicates: builder.add_u64_field("duplicates", number()),
        views: builder.add_u64_field("views", number()),
        answered: builder.add_u64_field("answered", number()),
    };
    (builder.build(), fields)
}
