//! An index in service: a checked bundle, opened, and what can be asked of it.

use std::ops::Range;
use std::sync::Arc;

use api::{
    FinalAnswer, Hit, ManifestFile, Passage, PassageFrom, PostView, Role, SearchResponse, ThreadMatch,
    ThreadView, limits,
};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, Index as Tantivy, InvertedIndexReader, SegmentReader, TERMINATED};

use crate::analysis::Language;
use crate::build::{BundleMeta, META_SECTION, tantivy_sections};
use crate::bundle::{Bundle, BundleError, Section};
use crate::directory::BundleDirectory;
use crate::facets::FacetColumns;
use crate::highlight::Highlighter;
use crate::passage::{self, Found};
use crate::priors::{Moment, Priors};
use crate::query::{QueryAnalyzer, SearchQuery, Term, corrected};
use crate::rank::{Evaluation, Purpose, Standing};
use crate::ranking::{Features, Ranking};
use crate::record::{self, Record, Records};
use crate::schema::schema;
use crate::score::{Scorer, TermScore};
use crate::semantic::{self, Semantics};
use crate::texts;
use crate::time_text::rfc3339;
use crate::words::{self, Words};

/// A question that the index could not answer: the bundle holds something that it should not.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// tantivy could not read its files.
    #[error("the index cannot be read: {0}")]
    Index(#[from] tantivy::TantivyError),
    /// A record or a frame is not what it should be.
    #[error("{what} cannot be read: {why}")]
    Damaged {
        /// What was read.
        what: String,
        /// What is wrong with it.
        why: String,
    },
}

impl From<std::io::Error> for SearchError {
    fn from(error: std::io::Error) -> Self {
        Self::Index(error.into())
    }
}

/// A search result with the arithmetic behind it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Explanation {
    /// The hit.
    pub hit: Hit,
    /// What each term of the query adds to the text's score.
    pub terms: Vec<TermScore>,
    /// The features whose weighted sum is the score.
    pub features: Features,
}

/// A bundle that is open for questions. Cheap to ask, holds one buffer.
pub struct Index {
    bundle: Arc<Bundle>,
    pub(crate) meta: BundleMeta,
    pub(crate) ranking: Ranking,
    pub(crate) analyzer: QueryAnalyzer,
    pub(crate) scorer: Scorer,
    pub(crate) priors: Priors,
    pub(crate) standing: Standing,
    pub(crate) words: Words,
    pub(crate) semantics: Option<Semantics>,
    facets: FacetColumns,
    keys: Arc<InvertedIndexReader>,
    records: Records,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index")
            .field("version", &self.version())
            .field("documents", &self.documents())
            .finish()
    }
}

impl Index {
    /// Opens a bundle. Takes the file over, checks every byte of it, copies nothing.
    ///
    /// # Errors
    ///
    /// See [`BundleError`]; tantivy's files are not looked at before their hashes are found right.
    pub fn open(file: Vec<u8>) -> Result<Self, BundleError> {
        let bundle = Arc::new(Bundle::open(file)?);
        let meta: BundleMeta = bundle
            .get(META_SECTION)
            .ok_or_else(|| {
                BundleError::malformed("the table", format!("it lacks the section {META_SECTION}"))
            })
            .and_then(|bytes| {
                serde_json::from_slice(&bytes)
                    .map_err(|error| BundleError::malformed(format!("section {META_SECTION}"), error))
            })?;
        let segment = open_segment(&bundle, meta.documents)?;
        let records = bundle.get(record::SECTION).ok_or_else(|| {
            BundleError::malformed("the table", format!("it lacks the section {}", record::SECTION))
        })?;
        let records = Records::open(records, meta.documents)?;
        let words = bundle.get(words::SECTION).ok_or_else(|| {
            BundleError::malformed("the table", format!("it lacks the section {}", words::SECTION))
        })?;
        let (_, fields) = schema();
        let index = |error: tantivy::TantivyError| BundleError::malformed("the index", error);
        let languages = meta.languages.iter().map(|count| count.language);
        let priors = Priors::open(&segment).map_err(index)?;
        let present = Moment { now: meta.newest, past: None };
        Ok(Self {
            standing: Standing::new(&priors, meta.documents, &meta.ranking, &present),
            priors,
            analyzer: QueryAnalyzer::new(languages, &meta.synonyms),
            scorer: Scorer::open(&segment, &fields, meta.ranking.text).map_err(index)?,
            semantics: bundle
                .get(semantic::SECTION)
                .map(|bytes| Semantics::open(&bytes, meta.documents))
                .transpose()?,
            words: Words::open(words)?,
            ranking: meta.ranking.clone(),
            facets: FacetColumns::open(&segment).map_err(index)?,
            keys: segment.inverted_index(fields.key).map_err(index)?,
            bundle,
            meta,
            records,
        })
    }

    /// The root hash, 64 hexadecimal digits: names the bundle.
    pub fn version(&self) -> &str {
        self.bundle.root()
    }

    /// The site that it was built for.
    pub fn site(&self) -> &str {
        &self.meta.site
    }

    /// Threads and pages in it.
    pub fn documents(&self) -> u64 {
        u64::from(self.meta.documents)
    }

    /// Bytes of the bundle.
    pub fn bundle_bytes(&self) -> u64 {
        self.bundle.len() as u64
    }

    /// The texts file that belongs to it.
    pub fn texts(&self) -> &ManifestFile {
        &self.meta.texts
    }

    /// Newest activity among the threads, seconds since 1970.
    pub fn newest(&self) -> i64 {
        self.meta.newest
    }

    /// Newest activity among the threads, RFC 3339.
    pub fn watermark(&self) -> Option<&str> {
        self.meta.watermark.as_deref()
    }

    /// The languages of its texts with their documents, the most frequent one first.
    pub fn languages(&self) -> impl Iterator<Item = (Language, u32)> + '_ {
        self.meta.languages.iter().map(|count| (count.language, count.documents))
    }

    /// The parts of the bundle, in their order.
    pub fn sections(&self) -> &[Section] {
        self.bundle.sections()
    }

    /// Ranks threads and pages for a query.
    ///
    /// 1. terms, 2. scores, 3. filters and facets, 4. the page asked for.
    ///
    /// # Errors
    ///
    /// Only where the bundle is damaged in a way that its hashes do not show.
    pub fn search(&self, query: &SearchQuery) -> Result<SearchResponse, SearchError> {
        let terms = self.query_terms(&query.text)?;
        let needed = terms_needed(&terms);
        let ranked = self.ranked(&query.text, (&terms, needed), Purpose::Search, self.present())?;
        let mut counter = self.facets.counter(query)?;
        let mut matches = Vec::new();
        for document in ranked.documents() {
            if (ranked.matched(document) >= needed || ranked.is_alike(document)) && counter.admit(document) {
                matches.push(document);
            }
        }
        let total = matches.len() as u64;
        let offset = query.offset.min(limits::SEARCH_OFFSET);
        let wanted = best(matches, &ranked.score, offset + query.limit.min(limits::SEARCH_LIMIT));
        let mut highlighter = Highlighter::new(&terms, &self.analyzer);
        let hits = wanted
            .into_iter()
            .skip(offset)
            .map(|document| self.hit(document, &terms, &ranked, &mut highlighter));
        Ok(SearchResponse {
            index_version: self.version().to_owned(),
            total,
            did_you_mean: corrected(&query.text, &terms),
            hits: hits.collect::<Result<_, _>>()?,
            facets: counter.facets()?,
        })
    }

    /// Like [`Index::search`], with the arithmetic behind each hit.
    ///
    /// # Errors
    ///
    /// Those of [`Index::search`].
    pub fn explain(&self, query: &SearchQuery) -> Result<Vec<Explanation>, SearchError> {
        let terms = self.query_terms(&query.text)?;
        let ranked =
            self.ranked(&query.text, (&terms, terms_needed(&terms)), Purpose::Search, self.present())?;
        let explain = |hit: Hit| {
            let document = self.document(&hit.key)?.ok_or_else(|| damaged(&hit.key, "it has no document"))?;
            Ok(Explanation {
                terms: self.scorer.explain(&terms, &ranked.scores.idf, document)?,
                features: ranked.features(self, document),
                hit,
            })
        };
        self.search(query)?.hits.into_iter().map(explain).collect()
    }

    /// The number of a thread's document, in the order of all keys; `None` where the index does not have it.
    ///
    /// # Errors
    ///
    /// A damaged dictionary.
    pub fn number(&self, key: &str) -> Result<Option<u32>, SearchError> {
        self.document(key)
    }

    /// Where a thread lies in the texts file; `None` where the index does not have it.
    ///
    /// # Errors
    ///
    /// A damaged record.
    pub fn locate(&self, key: &str) -> Result<Option<Range<u64>>, SearchError> {
        let Some(document) = self.document(key)? else { return Ok(None) };
        let frame = self.record(document)?.frame;
        let end =
            frame.offset.checked_add(u64::from(frame.length)).filter(|end| *end <= self.meta.texts.bytes);
        let end = end.ok_or_else(|| damaged(key, "it lies beyond the texts file"))?;
        Ok(Some(frame.offset..end))
    }

    /// A thread from the bytes that [`Index::locate`] points to; `rest`: with all answers; `query`: with the place that
    /// answers it best, among all answers.
    ///
    /// # Errors
    ///
    /// Bytes that are not this thread's; an unknown key.
    pub fn view(
        &self,
        key: &str,
        bytes: &[u8],
        rest: bool,
        query: Option<&str>,
    ) -> Result<ThreadView, SearchError> {
        let document = self.document(key)?.ok_or_else(|| damaged(key, "the index does not have it"))?;
        let record = self.record(document)?;
        let stored = texts::read(&record.frame, bytes).map_err(|why| damaged(key, why))?;
        let question = PostView::from(stored.question);
        let mut answers: Vec<PostView> = stored.answers.into_iter().map(PostView::from).collect();
        let best = stored.best.map(|at| at as usize).filter(|at| *at < answers.len());
        let matches = match query {
            Some(query) => self.match_in(&question, &answers, best, query)?,
            None => None,
        };
        let answer = best.map(|at| answers.remove(at));
        let rest_count = answers.len() as u32;
        Ok(ThreadView {
            index_version: self.version().to_owned(),
            source: source(&record.key).to_owned(),
            key: record.key,
            title: record.title,
            url: record.url,
            category: record.category,
            tags: record.tags,
            closed: record.closed,
            question,
            answer,
            rest: if rest { answers } else { Vec::new() },
            rest_count,
            final_answer: stored.final_answer.map(FinalAnswer::from),
            matches,
        })
    }

    /// Where a thread answers a query best.
    fn match_in(
        &self,
        question: &PostView,
        answers: &[PostView],
        best: Option<usize>,
        query: &str,
    ) -> Result<Option<ThreadMatch>, SearchError> {
        let terms = self.query_terms(query)?;
        let weights = self.scorer.weights(&terms)?;
        let posts: Vec<&PostView> = std::iter::once(question).chain(answers).collect();
        let found = passage::centre(&posts, best.map(|at| at + 1), (&terms, &weights), &self.analyzer);
        let Some(Found { post: at, block, passage }) = found else { return Ok(None) };
        let Some((post, text)) =
            posts.get(at).and_then(|post| Some((post, post.blocks.get(block)?.text.clone())))
        else {
            return Ok(None);
        };
        let from = match (at, post.accepted, post.author.role) {
            (0, ..) => PassageFrom::Question,
            (_, true, _) => PassageFrom::Accepted,
            (_, _, Role::Staff) => PassageFrom::Staff,
            _ => PassageFrom::Answer,
        };
        let mut highlighter = Highlighter::new(&terms, &self.analyzer);
        Ok(Some(ThreadMatch {
            post: post.id.clone(),
            block: block as u32,
            ranges: highlighter.mark(text).ranges,
            passage: Passage { text: highlighter.mark(passage), from },
        }))
    }

    fn document(&self, key: &str) -> Result<Option<u32>, SearchError> {
        let Some(info) = self.keys.terms().get(key)? else { return Ok(None) };
        let postings = self.keys.read_postings_from_terminfo(&info, IndexRecordOption::Basic)?;
        Ok(Some(postings.doc()).filter(|document| *document != TERMINATED))
    }

    fn record(&self, document: u32) -> Result<Record, SearchError> {
        self.records.get(document).map_err(|why| damaged(&format!("record {document}"), why))
    }

    pub(crate) fn hit(
        &self,
        document: u32,
        terms: &[Term],
        ranked: &Evaluation<'_>,
        highlighter: &mut Highlighter<'_>,
    ) -> Result<Hit, SearchError> {
        let record = self.record(document)?;
        Ok(Hit {
            source: source(&record.key).to_owned(),
            key: record.key,
            title: highlighter.mark(record.title),
            url: record.url,
            category: record.category,
            tags: record.tags,
            accepted: record.accepted,
            staff: record.staff,
            answers: record.answers,
            created_at: rfc3339(record.created_at),
            passage: record.passage.map(|(from, text)| Passage { text: highlighter.mark(text), from }),
            score: ranked.score[document as usize],
            why: ranked.why(self, document, terms),
        })
    }
}

/// Opens the one segment, after all its files are found to be there and nothing else.
fn open_segment(bundle: &Arc<Bundle>, documents: u32) -> Result<SegmentReader, BundleError> {
    let mut own = vec![META_SECTION.to_owned(), record::SECTION.to_owned(), words::SECTION.to_owned()];
    if bundle.sections().iter().any(|section| section.name == semantic::SECTION) {
        own.push(semantic::SECTION.to_owned());
    }
    let wanted: Vec<String> = own.into_iter().chain(tantivy_sections()).collect();
    let found: Vec<&String> = bundle.sections().iter().map(|section| &section.name).collect();
    if !found.iter().copied().eq(wanted.iter()) {
        return Err(BundleError::malformed(
            "the table",
            format!("it has the sections {found:?}, {wanted:?} were wanted"),
        ));
    }
    let malformed = |error: tantivy::TantivyError| BundleError::malformed("the index", error);
    let index = Tantivy::open(BundleDirectory(Arc::clone(bundle))).map_err(malformed)?;
    if index.schema() != schema().0 {
        return Err(BundleError::malformed("the index", "its schema is not this program's"));
    }
    let segments = index.searchable_segments().map_err(malformed)?;
    let [segment] = segments.as_slice() else {
        return Err(BundleError::malformed(
            "the index",
            format!("it has {} segments, 1 was wanted", segments.len()),
        ));
    };
    let segment = SegmentReader::open(segment).map_err(malformed)?;
    if segment.max_doc() != documents || segment.has_deletes() {
        let why = format!("it has {} documents, {documents} were wanted", segment.max_doc());
        return Err(BundleError::malformed("the index", why));
    }
    Ok(segment)
}

/// Terms that a document must match at least. One word more or less must not decide between everything and
/// nothing, but a thread that shares one word in six with a query is no answer to it: 1 of 1 or 2, 2 of 3 to 5,
/// then two in five, rounded up. Words that no thread has are none of the terms, and those that nobody typed do not
/// count.
fn terms_needed(terms: &[Term]) -> u32 {
    let known = terms.iter().filter(|term| !term.extra).count();
    if known <= 2 { 1 } else { (known * 2).div_ceil(5).max(2) as u32 }
}

/// The `count` documents with the highest scores, best first; the earlier document of equals.
pub(crate) fn best(mut documents: Vec<u32>, score: &[f32], count: usize) -> Vec<u32> {
    let order = |a: &u32, b: &u32| score[*b as usize].total_cmp(&score[*a as usize]).then(a.cmp(b));
    if count < documents.len() {
        documents.select_nth_unstable_by(count, order);
        documents.truncate(count);
    }
    documents.sort_unstable_by(order);
    documents
}

fn damaged(what: &str, why: impl ToString) -> SearchError {
    SearchError::Damaged { what: what.to_owned(), why: why.to_string() }
}

fn source(key: &str) -> &str {
    key.split_once(':').map_or(key, |(source, _)| source)
}
