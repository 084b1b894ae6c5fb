//! Ranking: BM25F, term at a time.
//!
//! Method: S. Robertson, H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), section
//! 3.6.1. A term's frequencies in the fields are weighted, normalised by each field's length and added before
//! they saturate, so that a term in title and body does not count as two terms:
//!
//! ```text
//! tf'(t,d) = Σ_f  w_f · tf(t,f,d) / (1 − b_f + b_f · len(f,d) / avglen(f))
//! score(d) = Σ_t  idf(t) · tf'(t,d) / (k1 + tf'(t,d))          idf(t) = ln(1 + (N − n_t + ½) / (n_t + ½))
//! ```
//!
//! Scores are accumulated per document in one array: at the sizes a bundle has this is quicker than a heap of
//! iterators, and it gives explanations, coverage and counts for nothing. Where a result must have several terms, the
//! documents that have as many are found first, by sets of bits, and only these are scored.

use std::sync::Arc;

use api::Place;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, InvertedIndexReader, SegmentReader};

use crate::query::Term;
use crate::ranking::TextKnobs;
use crate::schema::Fields;

/// The scored fields, for explanations.
const NAMES: [&str; 4] = ["title", "question", "answers", "tags"];

struct ScoredField {
    postings: Arc<InvertedIndexReader>,
    /// The field norm that tantivy keeps for the length, by document.
    lengths: Vec<u8>,
    /// Mean length, in tokens.
    average: f32,
    /// `weight / (1 − b + b · len/avglen)` by the field norm.
    norms: [f32; 256],
}

impl ScoredField {
    /// Whether an occurrence counts at all.
    fn counts(&self) -> bool {
        self.norms[0] > 0.0
    }

    /// The weighted, length-normalised frequency of a term that `document` has `count` times.
    fn weighted(&self, document: u32, count: u32) -> f32 {
        self.norms[usize::from(self.lengths[document as usize])] * count as f32
    }
}

/// Scores the documents of one segment.
pub(crate) struct Scorer {
    fields: Vec<ScoredField>,
    documents: u32,
    knobs: TextKnobs,
}

/// What one term adds to one document, for explanations.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct TermScore {
    /// The term.
    pub term: String,
    /// Its inverse document frequency, weighted.
    pub idf: f32,
    /// The weighted frequency by field, where it is not 0.
    pub fields: Vec<(&'static str, f32)>,
    /// What it adds to the score.
    pub score: f32,
}

/// What one document has of a query.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Matched {
    /// Terms matched: the bit of the term's position; terms beyond the 64th share the last bit.
    pub terms: u64,
    /// The text's score; 0 where nothing matched.
    pub score: f32,
    /// Sums of the weighted inverse document frequencies of the terms matched: in the title; in title or question;
    /// anywhere.
    pub covered: [f32; 3],
    /// Places where terms matched: a bit each of [`PLACES`].
    pub places: u8,
}

/// Scores of all documents for one query.
pub(crate) struct Scores {
    /// The documents that match some term.
    pub documents: Vec<u32>,
    /// What they have, in the same order: few of all match.
    matched: Vec<Matched>,
    /// By document: one more than its place among these, or 0.
    places: Vec<u32>,
    /// Weighted inverse document frequency of each term, in the order given; 0 for a term that no document has.
    pub idf: Vec<f32>,
}

impl Scores {
    /// What a document has.
    pub(crate) fn of(&self, document: u32) -> Matched {
        let place = self.places[document as usize].checked_sub(1);
        place.map(|place| self.matched[place as usize]).unwrap_or_default()
    }

    /// The same to add to.
    fn enter(&mut self, document: u32) -> &mut Matched {
        let place = &mut self.places[document as usize];
        if *place == 0 {
            self.documents.push(document);
            self.matched.push(Matched::default());
            *place = self.documents.len() as u32;
        }
        &mut self.matched[*place as usize - 1]
    }
}

impl Scorer {
    pub(crate) fn open(segment: &SegmentReader, fields: &Fields, knobs: TextKnobs) -> tantivy::Result<Self> {
        let handles = [fields.title, fields.question, fields.answers, fields.tag_words];
        let documents = segment.max_doc();
        let open = |field: &Field| {
            let postings = segment.inverted_index(*field)?;
            let lengths = segment.get_fieldnorms_reader(*field)?;
            let lengths = (0..documents).map(|document| lengths.fieldnorm_id(document)).collect();
            let average = postings.total_num_tokens() as f32 / documents.max(1) as f32;
            Ok(ScoredField { postings, lengths, average, norms: [0.0; 256] })
        };
        let fields = handles.iter().map(open).collect::<tantivy::Result<_>>()?;
        let mut scorer = Self { fields, documents, knobs };
        scorer.turn(knobs);
        Ok(scorer)
    }

    /// Scores with other knobs from now on.
    pub(crate) fn turn(&mut self, knobs: TextKnobs) {
        self.knobs = knobs;
        let by_field = [knobs.title, knobs.question, knobs.answers, knobs.tags];
        for (field, knobs) in self.fields.iter_mut().zip(by_field) {
            field.norms = std::array::from_fn(|id| {
                let length = FieldNormReader::id_to_fieldnorm(id as u8) as f32;
                knobs.weight
                    / (1.0 - knobs.length + knobs.length * length / field.average.max(f32::MIN_POSITIVE))
            });
        }
    }

    /// Inverse document frequency of a term that `having` documents have.
    fn idf(&self, having: u32) -> f32 {
        if having == 0 {
            return 0.0;
        }
        let (all, having) = (f64::from(self.documents), f64::from(having));
        (1.0 + (all - having + 0.5) / (having + 0.5)).ln() as f32
    }

    /// A term's document frequency in the field that has it most often: known without reading postings, and
    /// enough to choose the terms worth looking up.
    fn document_frequency(&self, term: &Term) -> tantivy::Result<u32> {
        let mut most = 0;
        for field in &self.fields {
            let mut having = 0_u32;
            for alternative in &term.alternatives {
                let info = field.postings.terms().get(&alternative.term)?;
                having = having.saturating_add(info.map_or(0, |info| info.doc_freq));
            }
            most = most.max(having);
        }
        // Documents with two alternatives were counted twice.
        Ok(most.min(self.documents))
    }

    /// The weighted inverse document frequency of each term; 0 for a term that no document has.
    pub(crate) fn weights(&self, terms: &[Term]) -> tantivy::Result<Vec<f32>> {
        terms.iter().map(|term| Ok(self.idf(self.document_frequency(term)?) * term.weight)).collect()
    }

    /// Keeps the `most` terms with the highest weighted inverse document frequency, in their order. Terms
    /// that no document has are left out.
    pub(crate) fn select(&self, terms: Vec<Term>, most: usize) -> tantivy::Result<Vec<Term>> {
        let weights = self.weights(&terms)?;
        let all = weights.into_iter().zip(terms).enumerate();
        let mut known: Vec<_> =
            all.filter(|(_, (idf, _))| *idf > 0.0).map(|(at, (idf, term))| (idf, at, term)).collect();
        known.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        known.truncate(most);
        known.sort_by_key(|(_, at, _)| *at);
        Ok(known.into_iter().map(|(_, _, term)| term).collect())
    }

    /// Scores the documents that have at least `needed` of `terms`, and those of `wanted` that have any. Others may be
    /// passed over.
    ///
    /// 1. where the terms are, 2. which documents can be results, 3. what these have, the rarest term first.
    pub(crate) fn score(&self, terms: &[Term], needed: u32, wanted: &[u32]) -> tantivy::Result<Scores> {
        let size = self.documents as usize;
        let mut scores = Scores {
            documents: Vec::new(),
            matched: Vec::new(),
            places: vec![0; size],
            idf: vec![0.0; terms.len()],
        };
        let in_fields = |term| (0..self.fields.len()).map(|at| self.lookups(at, term)).collect();
        let found: tantivy::Result<Vec<Vec<Lookups>>> = terms.iter().map(in_fields).collect();
        let mut found: Vec<(usize, Vec<Lookups>)> = found?.into_iter().enumerate().collect();
        found.sort_by_key(|(_, fields)| fields.iter().flatten().map(|(info, _)| info.doc_freq).sum::<u32>());
        // Where one term is enough, every document that has any is scored.
        let candidates = match needed {
            ..=1 => None,
            _ => Some(self.candidates(found.iter().map(|(_, fields)| fields), needed as usize, wanted)?),
        };
        let mut frequency = Frequencies::sized(size);
        for (order, (position, fields)) in found.into_iter().enumerate() {
            let among = candidates.as_ref().map(|(documents, _)| documents);
            self.frequencies(&fields, among, &mut frequency)?;
            let having = match &candidates {
                Some((_, having)) => having[order],
                None => frequency.touched.len() as u32,
            };
            let idf = terms[position].weight * self.idf(having);
            scores.idf[position] = idf;
            for document in frequency.touched.drain(..) {
                let Occurrence { weighted, places } =
                    std::mem::take(&mut frequency.documents[document as usize]);
                let matched = scores.enter(document);
                matched.terms |= 1 << position.min(63);
                matched.score += idf * weighted / (self.knobs.k1 + weighted);
                matched.places |= places;
                let foremost = places.trailing_zeros() as usize;
                matched.covered[foremost.min(2)..].iter_mut().for_each(|covered| *covered += idf);
            }
        }
        Ok(scores)
    }

    /// The documents that have at least `needed` of some terms, given by their entries in each field, and those `wanted`;
    /// and by term, how many have it. Looks at documents alone, a bit each: counting is cheap beside scoring.
    fn candidates<'f>(
        &self,
        found: impl Iterator<Item = &'f Vec<Lookups>>,
        needed: usize,
        wanted: &[u32],
    ) -> tantivy::Result<(Documents, Vec<u32>)> {
        let mut counts = Vec::new();
        // Those that have at least one term, at least two, and so on.
        let mut at_least = vec![Documents::none(self.documents); needed];
        for fields in found {
            let mut having = Documents::none(self.documents);
            for (field, info, ..) in self.counted(fields) {
                let mut block =
                    field.postings.read_block_postings_from_terminfo(info, IndexRecordOption::Basic)?;
                while !block.docs().is_empty() {
                    block.docs().iter().for_each(|document| having.insert(*document));
                    block.advance();
                }
            }
            counts.push(having.count());
            for more in (1..needed).rev() {
                let (fewer, more) = at_least.split_at_mut(more);
                more[0].insert_common(&fewer[fewer.len() - 1], &having);
            }
            at_least[0].insert_common(&having, &having);
        }
        let mut enough = at_least.swap_remove(needed - 1);
        wanted.iter().for_each(|document| enough.insert(*document));
        Ok((enough, counts))
    }

    /// Adds up the weighted frequencies of one term, given by its entries in each field, in all documents or only
    /// `among` some.
    fn frequencies(
        &self,
        found: &[Lookups],
        among: Option<&Documents>,
        into: &mut Frequencies,
    ) -> tantivy::Result<()> {
        for (field, info, weight, place) in self.counted(found) {
            // A block at a time: most of a search is spent here.
            let mut block =
                field.postings.read_block_postings_from_terminfo(info, IndexRecordOption::WithFreqs)?;
            while let Some(last) = block.docs().last() {
                let block_of = (block.docs(), block.freqs());
                match among {
                    None => {
                        into.add(block_of, field, (weight, place));
                        block.advance();
                    }
                    Some(among) => {
                        let next = among.behind(*last);
                        into.add_among(block_of, field, (weight, place), among);
                        // The last block is never left: the place sought lies behind its documents.
                        if next.is_none_or(|next| block.seek(next) >= block.docs().len()) {
                            break;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// A term's entries in the fields that count: each with what it counts, and the bit of its place.
    fn counted<'f>(
        &'f self,
        found: &'f [Lookups],
    ) -> impl Iterator<Item = (&'f ScoredField, &'f TermInfo, f32, u8)> {
        let fields = self.fields.iter().zip(found).zip(BITS).filter(|((field, _), _)| field.counts());
        fields.flat_map(|((field, lookups), place)| {
            lookups.iter().map(move |(info, weight)| (field, info, *weight, place))
        })
    }

    /// The dictionary entries of one field that a term stands for, each with what it counts.
    fn lookups(&self, at: usize, term: &Term) -> tantivy::Result<Lookups> {
        let dictionary = self.fields[at].postings.terms();
        let mut found = Vec::new();
        for alternative in &term.alternatives {
            if let Some(info) = dictionary.get(&alternative.term)? {
                found.push((info, alternative.weight));
            }
        }
        Ok(found)
    }

    /// What each term adds to the score of one document; `idf` as [`Scorer::score`] gave it.
    pub(crate) fn explain(
        &self,
        terms: &[Term],
        idf: &[f32],
        document: u32,
    ) -> tantivy::Result<Vec<TermScore>> {
        let mut out = Vec::new();
        for (term, idf) in terms.iter().zip(idf.iter().copied()) {
            let (mut fields, mut weighted) = (Vec::new(), 0.0);
            for (at, field) in self.fields.iter().enumerate() {
                let mut here = 0.0;
                for (info, weight) in self.lookups(at, term)? {
                    let mut postings =
                        field.postings.read_postings_from_terminfo(&info, IndexRecordOption::WithFreqs)?;
                    // A document before the first one must not be sought.
                    if postings.doc() <= document && postings.seek(document) == document {
                        here += weight * field.weighted(document, postings.term_freq());
                    }
                }
                if here > 0.0 {
                    fields.push((NAMES[at], here));
                    weighted += here;
                }
            }
            out.push(TermScore {
                term: term.name().to_owned(),
                idf,
                fields,
                score: idf * weighted / (self.knobs.k1 + weighted),
            });
        }
        Ok(out)
    }
}

/// Dictionary entries of one field, each with what it counts.
type Lookups = Vec<(TermInfo, f32)>;

/// A set of documents, a bit each.
#[derive(Clone)]
struct Documents(Vec<u64>);

impl Documents {
    /// None of so many.
    fn none(all: u32) -> Self {
        Self(vec![0; all.div_ceil(u64::BITS) as usize])
    }

    fn insert(&mut self, document: u32) {
        self.0[document as usize / 64] |= 1 << (document % 64);
    }

    /// Inserts those that two others have both.
    fn insert_common(&mut self, one: &Self, other: &Self) {
        for (own, (one, other)) in self.0.iter_mut().zip(one.0.iter().zip(&other.0)) {
            *own |= one & other;
        }
    }

    fn has(&self, document: u32) -> bool {
        self.0[document as usize / 64] >> (document % 64) & 1 == 1
    }

    /// The first behind a document.
    fn behind(&self, document: u32) -> Option<u32> {
        let next = document as usize + 1;
        let mut bits = self.0.get(next / 64)? & (u64::MAX << (next % 64));
        let mut at = next / 64;
        while bits == 0 {
            at += 1;
            bits = *self.0.get(at)?;
        }
        Some(at as u32 * 64 + bits.trailing_zeros())
    }

    fn count(&self) -> u32 {
        self.0.iter().map(|bits| bits.count_ones()).sum()
    }
}

/// Weighted frequencies of one term, by document.
struct Frequencies {
    documents: Vec<Occurrence>,
    touched: Vec<u32>,
}

/// What one document has of one term.
#[derive(Debug, Clone, Copy, Default)]
struct Occurrence {
    weighted: f32,
    /// Bits of the places that have it.
    places: u8,
}

/// The places of the fields, foremost first: the title, the question, elsewhere.
pub(crate) const PLACES: [Place; 3] = [Place::Title, Place::Question, Place::Answers];

/// The bit of each field's place.
const BITS: [u8; 4] = [1, 2, 4, 4];

impl Frequencies {
    fn sized(documents: usize) -> Self {
        Self { documents: vec![Occurrence::default(); documents], touched: Vec::with_capacity(documents) }
    }

    /// Adds a block of documents, each with how often it has the term in `field`.
    #[inline(never)]
    fn add(&mut self, block: (&[u32], &[u32]), field: &ScoredField, what: (f32, u8)) {
        for (document, count) in block.0.iter().zip(block.1) {
            self.add_one(*document, *count, field, what);
        }
    }

    /// The same of those `among` some.
    #[inline(never)]
    fn add_among(
        &mut self,
        block: (&[u32], &[u32]),
        field: &ScoredField,
        what: (f32, u8),
        among: &Documents,
    ) {
        for (document, count) in block.0.iter().zip(block.1) {
            if among.has(*document) {
                self.add_one(*document, *count, field, what);
            }
        }
    }

    #[inline(always)]
    fn add_one(&mut self, document: u32, count: u32, field: &ScoredField, (weight, place): (f32, u8)) {
        let occurrence = &mut self.documents[document as usize];
        if occurrence.places == 0 {
            self.touched.push(document);
        }
        occurrence.weighted += weight * field.weighted(document, count);
        occurrence.places |= place;
    }
}
