//! Facets: filters by tag, category and source, and the counts beside them.
//!
//! Values of one facet are alternatives; facets narrow each other. A facet's counts pass over its own filter,
//! so that they say what choosing another value would give.

use api::{FacetCount, Facets};
use tantivy::SegmentReader;
use tantivy::columnar::StrColumn;

use crate::query::SearchQuery;

/// Values listed of one facet, the most frequent ones: more would not fit a panel.
const VALUES: usize = 20;

/// The columns of the three facets: tags, categories, sources.
pub(crate) struct FacetColumns([Option<FacetColumn>; 3]);

/// A column with its values by document: reading them from the column takes longer than counting them.
struct FacetColumn {
    names: StrColumn,
    /// Where the values of each document start, and the end of the last.
    starts: Vec<u32>,
    /// Ordinals of the names.
    values: Vec<u32>,
}

impl FacetColumn {
    fn new(names: StrColumn, documents: u32) -> Self {
        let (mut starts, mut values) = (vec![0], Vec::new());
        for document in 0..documents {
            values.extend(names.ords().values_for_doc(document).map(|ordinal| ordinal as u32));
            starts.push(values.len() as u32);
        }
        Self { names, starts, values }
    }

    /// The values of a document.
    fn of(&self, document: u32) -> &[u32] {
        let at = document as usize;
        let range = self.starts.get(at).zip(self.starts.get(at + 1));
        range.and_then(|(start, end)| self.values.get(*start as usize..*end as usize)).unwrap_or_default()
    }
}

/// Filters and counts of one query.
pub(crate) struct Counter<'a> {
    columns: &'a FacetColumns,
    /// The values that each facet admits; `None`: all.
    admitted: [Option<Vec<u32>>; 3],
    counts: [Vec<u64>; 3],
}

impl FacetColumns {
    pub(crate) fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        let column = |name| -> tantivy::Result<_> {
            let names = segment.fast_fields().str(name)?;
            Ok(names.map(|names| FacetColumn::new(names, segment.max_doc())))
        };
        Ok(Self([column("tags")?, column("category")?, column("source")?]))
    }

    pub(crate) fn counter(&self, query: &SearchQuery) -> tantivy::Result<Counter<'_>> {
        let wanted = [&query.tags, &query.categories, &query.sources];
        let mut admitted = [None, None, None];
        let mut counts = [Vec::new(), Vec::new(), Vec::new()];
        for (at, column) in self.0.iter().enumerate() {
            counts[at] = vec![0; column.as_ref().map_or(0, |column| column.names.num_terms())];
            if wanted[at].is_empty() {
                continue;
            }
            let mut ordinals = Vec::new();
            for value in wanted[at] {
                let ordinal =
                    column.as_ref().map(|column| column.names.dictionary().term_ord(value)).transpose()?;
                ordinals.extend(ordinal.flatten().map(|ordinal| ordinal as u32));
            }
            admitted[at] = Some(ordinals);
        }
        Ok(Counter { columns: self, admitted, counts })
    }
}

fn count(values: &[u32], counts: &mut [u64]) {
    for value in values {
        if let Some(count) = counts.get_mut(*value as usize) {
            *count += 1;
        }
    }
}

impl Counter<'_> {
    /// Counts a matching document; returns whether it passes all filters.
    pub(crate) fn admit(&mut self, document: u32) -> bool {
        if self.admitted.iter().all(Option::is_none) {
            for (column, counts) in self.columns.0.iter().zip(&mut self.counts) {
                column.iter().for_each(|column| count(column.of(document), counts));
            }
            return true;
        }
        let passes: [bool; 3] = std::array::from_fn(|at| match &self.admitted[at] {
            None => true,
            Some(admitted) => self.columns.0[at]
                .as_ref()
                .is_some_and(|column| column.of(document).iter().any(|value| admitted.contains(value))),
        });
        let failed = passes.iter().filter(|passed| !**passed).count();
        for (at, passed) in passes.iter().enumerate() {
            // The other facets' filters are passed.
            if failed <= usize::from(!passed)
                && let Some(column) = &self.columns.0[at]
            {
                count(column.of(document), &mut self.counts[at]);
            }
        }
        failed == 0
    }

    /// The counts, most frequent first, names in order among equals.
    pub(crate) fn facets(&self) -> tantivy::Result<Facets> {
        Ok(Facets { tags: self.values(0)?, categories: self.values(1)?, sources: self.values(2)? })
    }

    fn values(&self, at: usize) -> tantivy::Result<Vec<FacetCount>> {
        let Some(column) = &self.columns.0[at] else { return Ok(Vec::new()) };
        // Ordinals follow the order of the names, so a stable sort by count keeps names in order.
        let mut counts: Vec<(u64, u64)> =
            (0_u64..).zip(self.counts[at].iter().copied()).filter(|(_, count)| *count > 0).collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let mut values = Vec::new();
        for (ordinal, count) in counts.into_iter().take(VALUES) {
            let mut value = String::new();
            if column.names.ord_to_str(ordinal, &mut value)? {
                values.push(FacetCount { value, count });
            }
        }
        Ok(values)
    }
}
