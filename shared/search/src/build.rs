//! From threads to a bundle and its texts file. The same threads give the same bytes, whatever their order.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use api::{BlockKind, ManifestFile};
use serde::{Deserialize, Serialize};
use tantivy::directory::RamDirectory;
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{Directory, Index, IndexSettings, TantivyDocument};
use thread::{Status, Thread};
use time::OffsetDateTime;

use crate::analysis::{Analyzer, Language};
use crate::bundle::{self, sha256_hex};
use crate::directory::PREFIX;
use crate::passage::Reading;
use crate::ranking::Ranking;
use crate::record::{self, Record};
use crate::schema::{Fields, schema};
use crate::semantic::{self, Distilled};
use crate::synonyms::Synonyms;
use crate::texts::{self, Displayable};
use crate::time_text::rfc3339;
use crate::words::{self, WordCounts};

/// Name of the section with the [`BundleMeta`], JSON.
pub(crate) const META_SECTION: &str = "meta.json";

/// tantivy draws a segment's id at random and puts it into file names and its `meta.json`. A bundle has one
/// segment, so a constant serves and keeps equal input equal.
const SEGMENT_ID: &str = "ed9e1515e00000000000000000000001";

/// tantivy's files of the one segment, by ending.
const SEGMENT_FILES: [&str; 6] = ["fast", "fieldnorm", "idx", "pos", "store", "term"];

/// Memory that tantivy may use before it complains: it holds the whole segment until it is written.
const WRITER_BYTES: usize = 2_000_000_000;

/// Names of tantivy's sections, in their order.
pub(crate) fn tantivy_sections() -> impl Iterator<Item = String> {
    let segment = SEGMENT_FILES.iter().map(|ending| format!("{PREFIX}{SEGMENT_ID}.{ending}"));
    std::iter::once(format!("{PREFIX}meta.json")).chain(segment)
}

/// What a bundle says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BundleMeta {
    /// The site that it was built for.
    pub site: String,
    /// Documents in it.
    pub documents: u32,
    /// The texts file that belongs to it.
    pub texts: ManifestFile,
    /// Newest activity among the threads, RFC 3339.
    #[serde(default)]
    pub watermark: Option<String>,
    /// The same in seconds since 1970: ages count from here.
    pub newest: i64,
    /// The weights that the index is ranked with.
    pub ranking: Ranking,
    /// The languages of the documents, the most frequent one first.
    #[serde(default)]
    pub languages: Vec<LanguageCount>,
    /// What the operator says is the same.
    #[serde(default, skip_serializing_if = "Synonyms::is_empty")]
    pub synonyms: Synonyms,
}

/// How many documents are in a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LanguageCount {
    /// The language.
    pub language: Language,
    /// Documents in it.
    pub documents: u32,
}

/// What to build.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BuildOptions {
    /// Id of the site that the bundle will serve.
    pub site: String,
    /// What the operator says is the same.
    pub synonyms: Synonyms,
    /// The weights to rank with; the reviewed ones where there are none.
    pub ranking: Option<Ranking>,
    /// Vectors of word pieces and threads; without them ranking is lexical.
    pub vectors: Option<Distilled>,
}

/// What was built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The bundle, whole.
    pub bundle: Vec<u8>,
    /// Its root hash: the name of its file.
    pub root: String,
    /// The texts file, whole.
    pub texts: Vec<u8>,
    /// SHA-256 of the texts file: the name of that file.
    pub texts_hash: String,
    /// Documents indexed.
    pub documents: u32,
    /// Newest activity among the threads, RFC 3339.
    pub watermark: Option<String>,
}

/// Why nothing was built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// Two threads are the same.
    #[error("two threads have the key {key}")]
    DuplicateKey {
        /// Their key.
        key: String,
    },
    /// A thread is larger than the formats allow.
    #[error("thread {key} is too large: {why}")]
    TooLarge {
        /// Its key.
        key: String,
        /// By how much.
        why: String,
    },
    /// The index could not be written.
    #[error("the index could not be written: {0}")]
    Index(#[from] tantivy::TantivyError),
    /// A section could not be written.
    #[error("the bundle could not be written: {0}")]
    Section(String),
}

/// Builds the index of `threads`. Which threads belong into an index, whole and visible ones, is the caller's
/// decision.
///
/// 1. order by key, 2. one document, record and frame a thread, 3. the segment's files, 4. the bundle.
///
/// # Errors
///
/// Two threads with one key, a thread of more than 32 MiB, a failure within tantivy.
pub fn build(threads: Vec<Thread>, options: &BuildOptions) -> Result<Built, BuildError> {
    // 1. Order.
    let mut ordered = BTreeMap::new();
    for thread in threads {
        let key = thread.key();
        if ordered.insert(key.clone(), thread).is_some() {
            return Err(BuildError::DuplicateKey { key });
        }
    }
    let newest = ordered.values().map(last_activity).max();
    let watermark = newest.map(|time| rfc3339(time.unix_timestamp()));
    let pointed = Pointed::count(ordered.values());

    // 2. Documents.
    let (schema, fields) = schema();
    let directory = RamDirectory::create();
    let mut writer = Index::builder()
        .schema(schema)
        .settings(IndexSettings { docstore_compress_dedicated_thread: false, ..IndexSettings::default() })
        .single_segment_index_writer(directory.clone(), WRITER_BYTES)?;
    let main = main_language(ordered.values());
    let mut languages = BTreeMap::new();
    let mut texts = Vec::new();
    let mut records = Vec::with_capacity(ordered.len());
    let mut words = WordCounts::default();
    for (key, thread) in &ordered {
        let displayable = Displayable::new(thread);
        let too_large = |why| BuildError::TooLarge { key: key.clone(), why };
        let language = thread.lang.as_deref().map_or(main, Language::of);
        let analyzer = Analyzer::new([language]);
        let reading = Reading::new(&displayable, &analyzer);
        let frame = texts::append(&mut texts, &displayable, &reading).map_err(too_large)?;
        *languages.entry(language).or_default() += 1;
        writer.add_document(document(&fields, &displayable, &analyzer, pointed.of(thread), &mut words))?;
        records.push(record(&displayable, reading, frame));
    }
    let documents = records.len() as u32;

    // 3. Files.
    let index = writer.finalize()?;
    let meta = BundleMeta {
        site: options.site.clone(),
        documents,
        texts: ManifestFile { hash: sha256_hex(&texts), bytes: texts.len() as u64 },
        watermark: watermark.clone(),
        newest: newest.map_or(0, OffsetDateTime::unix_timestamp),
        ranking: options.ranking.clone().map_or_else(Ranking::reviewed, Ok).map_err(section)?,
        languages: by_frequency(languages),
        synonyms: options.synonyms.clone(),
    };
    let mut sections = vec![
        (META_SECTION.to_owned(), serde_json::to_vec(&meta).map_err(section)?),
        (record::SECTION.to_owned(), record::write(&records).map_err(BuildError::Section)?),
        (words::SECTION.to_owned(), words.write()),
    ];
    if let Some(distilled) = &options.vectors {
        sections
            .push((semantic::SECTION.to_owned(), semantic::write(distilled, &vectors(distilled, &ordered))));
    }
    sections.extend(tantivy_sections().zip(segment_files(&index, &directory)?));

    // 4. Bundle.
    let bundle = bundle::write(&sections);
    let root = bundle::Bundle::open(bundle.clone()).map_err(section)?;
    Ok(Built {
        bundle,
        root: root.root().to_owned(),
        texts,
        texts_hash: meta.texts.hash,
        documents,
        watermark,
    })
}

fn section(error: impl ToString) -> BuildError {
    BuildError::Section(error.to_string())
}

/// The documents' vectors. A thread that the sentence model has not seen gets the vector of its words.
fn vectors(distilled: &Distilled, threads: &BTreeMap<String, Thread>) -> Vec<Option<Vec<i8>>> {
    let embed = distilled.embedder();
    let own = |thread: &Thread| {
        let question = text::plain(&text::blocks(&thread.question.body));
        embed(&format!("{}. {question}", thread.title)).map(|vector| semantic::quantise(&vector))
    };
    threads
        .iter()
        .map(|(key, thread)| distilled.documents.get(key).cloned().or_else(|| own(thread)))
        .collect()
}

/// How often threads are pointed to by others of their forum.
struct Pointed(HashMap<ThreadName, (u64, u64)>);

/// Source, site, id.
type ThreadName = (String, String, String);

impl Pointed {
    fn count<'a>(threads: impl Iterator<Item = &'a Thread>) -> Self {
        let mut counts: HashMap<ThreadName, (u64, u64)> = HashMap::new();
        for thread in threads {
            let name = |id: &str| (thread.source.clone(), thread.site.clone(), id.to_owned());
            let targets: BTreeSet<&str> = thread.links.iter().map(|link| link.to.as_str()).collect();
            for target in targets.into_iter().filter(|target| *target != thread.id) {
                counts.entry(name(target)).or_default().0 += 1;
            }
            if let Some(target) = &thread.duplicate_of {
                counts.entry(name(target)).or_default().1 += 1;
            }
        }
        Self(counts)
    }

    /// Threads that link to `thread`, and threads that are marked as repeating it.
    fn of(&self, thread: &Thread) -> (u64, u64) {
        let name = (thread.source.clone(), thread.site.clone(), thread.id.clone());
        self.0.get(&name).copied().unwrap_or_default()
    }
}

fn last_activity(thread: &Thread) -> OffsetDateTime {
    let posts = thread.answers.iter().map(|post| post.created_at);
    posts.chain(thread.activity_at).fold(thread.created_at, OffsetDateTime::max)
}

/// tantivy's files with the constant segment id, in the order of [`tantivy_sections`].
fn segment_files(index: &Index, directory: &RamDirectory) -> Result<Vec<Vec<u8>>, BuildError> {
    let segments = index.searchable_segment_ids()?;
    let [segment] = segments.as_slice() else {
        return Err(BuildError::Section(format!("{} segments were written, 1 was wanted", segments.len())));
    };
    let drawn = segment.uuid_string();
    let read = |name: &str| -> Result<Vec<u8>, BuildError> {
        directory
            .atomic_read(Path::new(name))
            .map_err(|error| BuildError::Section(format!("{name}: {error}")))
    };
    let meta =
        String::from_utf8(read("meta.json")?).map_err(|error| BuildError::Section(error.to_string()))?;
    let meta = meta.replace(&hyphenated(&drawn), &hyphenated(SEGMENT_ID)).replace(&drawn, SEGMENT_ID);
    let mut files = vec![meta.into_bytes()];
    for ending in SEGMENT_FILES {
        files.push(read(&format!("{drawn}.{ending}"))?);
    }
    Ok(files)
}

/// A UUID of 32 digits in its form 8-4-4-4-12.
fn hyphenated(id: &str) -> String {
    let part = |range| id.get(range).unwrap_or_default();
    [part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)].join("-")
}

/// The language of threads that do not say theirs: that of most of those that do, else English.
fn main_language<'a>(threads: impl Iterator<Item = &'a Thread>) -> Language {
    let mut counts = BTreeMap::new();
    for tag in threads.filter_map(|thread| thread.lang.as_deref()) {
        *counts.entry(Language::of(tag)).or_default() += 1;
    }
    by_frequency(counts).first().map_or(Language::English, |count| count.language)
}

fn by_frequency(counts: BTreeMap<Language, u32>) -> Vec<LanguageCount> {
    let count = |(language, documents)| LanguageCount { language, documents };
    let mut all: Vec<LanguageCount> = counts.into_iter().map(count).collect();
    all.sort_by_key(|count| std::cmp::Reverse(count.documents));
    all
}

/// Words in the form in which tantivy takes them; it looks at nothing but the terms.
fn terms(words: impl Iterator<Item = String>) -> PreTokenizedString {
    let token = |(position, text)| Token { position, text, ..Token::default() };
    PreTokenizedString { text: String::new(), tokens: words.enumerate().map(token).collect() }
}

fn document(
    fields: &Fields,
    thread: &Displayable<'_>,
    analyzer: &Analyzer,
    (links, duplicates): (u64, u64),
    words: &mut WordCounts,
) -> TantivyDocument {
    let model = thread.thread;
    let mut folded = BTreeSet::new();
    let mut stems = |text: &str| {
        let words = analyzer.analyse(text);
        folded.extend(words.iter().map(|word| word.folded.clone()));
        terms(words.iter().map(|word| word.stem().to_owned()))
    };
    let mut document = TantivyDocument::default();
    document.add_text(fields.key, model.key());
    document.add_pre_tokenized_text(fields.title, stems(&model.title));
    document.add_pre_tokenized_text(fields.question, stems(&text::plain(&thread.question)));
    // The accepted answer comes first, so that it keeps its place when long threads are cut.
    let (accepted, others): (Vec<_>, Vec<_>) =
        thread.answers.iter().partition(|(post, _)| model.is_accepted(post));
    for (post, blocks) in accepted.into_iter().chain(others) {
        if let Some(heading) = &post.heading {
            document.add_pre_tokenized_text(fields.answers, stems(heading));
        }
        let own: Vec<_> = blocks.iter().filter(|block| block.kind != BlockKind::Quote).cloned().collect();
        document.add_pre_tokenized_text(fields.answers, stems(&text::plain(&own)));
    }
    for tag in &model.tags {
        document.add_text(fields.tags, tag);
        document.add_pre_tokenized_text(fields.tag_words, stems(tag));
    }
    let titled: BTreeSet<String> =
        analyzer.analyse(&model.title).into_iter().map(|word| word.folded).collect();
    words.add(folded.iter().map(String::as_str), |word| titled.contains(word));
    if let Some(category) = &model.category {
        document.add_text(fields.category, &category.name);
    }
    document.add_text(fields.source, &model.source);
    document.add_text(fields.site, &model.site);
    document.add_i64(fields.created, model.created_at.unix_timestamp());
    document.add_i64(fields.activity, last_activity(model).unix_timestamp());
    document.add_i64(fields.score, model.best_answer().map_or(0, |post| post.score));
    document.add_u64(fields.accepted, u64::from(model.has_accepted()));
    document.add_u64(fields.staff, u64::from(model.has_staff_answer() || model.has_validated_answer()));
    document.add_u64(fields.links, links);
    document.add_u64(fields.duplicates, duplicates);
    document.add_u64(fields.views, model.views.unwrap_or(0));
    document.add_u64(fields.answered, thread.answers.len() as u64);
    document
}

fn record(thread: &Displayable<'_>, reading: Reading, frame: record::Frame) -> Record {
    let model = thread.thread;
    Record {
        key: model.key(),
        title: model.title.clone(),
        url: model.url.clone(),
        category: model.category.as_ref().map(|category| category.name.clone()),
        tags: model.tags.clone(),
        accepted: model.has_accepted(),
        staff: model.has_staff_answer(),
        closed: model.status != Status::Open,
        answers: if model.source == "docs" { 0 } else { thread.answers.len() as u32 },
        created_at: model.created_at.unix_timestamp(),
        passage: reading.lead,
        frame,
    }
}
