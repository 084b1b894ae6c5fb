//! tantivy as its documentation sets it up: three text fields of one weight, its English stemmer, its query parser (any
//! word), BM25. Titles are stored and fetched with the hits.

use std::error::Error;

use tantivy::collector::TopDocs;
use tantivy::directory::RamDirectory;
use tantivy::query::QueryParser;
use tantivy::schema::{
    Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::{Index, IndexReader, IndexSettings, TantivyDocument, doc};

use crate::{Document, Engine, words};

/// Memory for indexing, as in tantivy's examples.
const WRITER_BYTES: usize = 50_000_000;

/// An index in memory.
pub struct Tantivy {
    directory: RamDirectory,
    reader: IndexReader,
    parser: QueryParser,
    id: Field,
    title: Field,
}

impl Tantivy {
    pub fn build(documents: &[Document]) -> Result<Self, Box<dyn Error>> {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("en_stem")
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let text = TextOptions::default().set_indexing_options(indexing);
        let mut schema = Schema::builder();
        let id = schema.add_text_field("id", STRING | STORED);
        let title = schema.add_text_field("title", text.clone() | STORED);
        let question = schema.add_text_field("question", text.clone());
        let answers = schema.add_text_field("answers", text);

        let directory = RamDirectory::create();
        let index = Index::create(directory.clone(), schema.build(), IndexSettings::default())?;
        let mut writer = index.writer(WRITER_BYTES)?;
        for document in documents {
            writer.add_document(doc!(
                id => document.id.as_str(), title => document.title.as_str(),
                question => document.question.as_str(), answers => document.answers.as_str(),
            ))?;
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        let parser = QueryParser::for_index(&index, vec![title, question, answers]);
        Ok(Self { directory, reader: index.reader()?, parser, id, title })
    }
}

impl Engine for Tantivy {
    fn search(&self, query: &str, limit: usize) -> Result<Vec<String>, Box<dyn Error>> {
        // AND, OR and NOT are operators in capitals.
        let words: Vec<String> = words(query).map(str::to_lowercase).collect();
        let query = self.parser.parse_query(&words.join(" "))?;
        let searcher = self.reader.searcher();
        let hits = searcher.search(&query, &TopDocs::with_limit(limit).order_by_score())?;
        hits.into_iter()
            .map(|(_, address)| {
                let document: TantivyDocument = searcher.doc(address)?;
                let text =
                    |field| document.get_first(field).and_then(|value| value.as_str()).unwrap_or_default();
                std::hint::black_box(text(self.title));
                Ok(text(self.id).to_owned())
            })
            .collect()
    }

    fn bytes(&self) -> Result<u64, Box<dyn Error>> {
        Ok(self.directory.total_mem_usage() as u64)
    }
}
