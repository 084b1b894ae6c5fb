//! Reading every thread of a forum, for an index.

use std::collections::BTreeSet;

use serde_json::Value;
use thread::{Completeness, Thread};

use super::{decode, pages};
use crate::Transport;
use crate::discourse::loose::Loose;
use crate::json_api::{JsonApi, Unread};
use crate::place::Place;

/// Threads in a row that cannot be read before the whole walk is given up: by then it is the forum, not the thread.
const MOST_FAILURES: usize = 5;

/// How often the list's front is read again for threads that moved there meanwhile.
const ROUNDS: usize = 5;

/// A walk over the threads of a forum, one request at a time. How fast, and what follows a 429, is the transport's.
#[derive(Debug, Clone)]
pub struct Walk {
    place: Place,
    api: JsonApi,
    category: Option<u64>,
}

/// What a walk came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Count {
    /// Threads handed over.
    pub threads: usize,
    /// Those of them that are not whole.
    pub partial: usize,
    /// Threads left out: hidden by moderators, or waiting for them.
    pub hidden: usize,
    /// Threads of other categories, which the list shows because they are pinned.
    pub elsewhere: usize,
    /// Threads that could not be read.
    pub skipped: Vec<Skipped>,
}

/// A thread that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Its address.
    pub url: String,
    /// Why.
    pub why: String,
}

/// Why a walk did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The list, or one thread after the other, could not be read.
    #[error("{url} cannot be read: {why}")]
    Unread {
        /// What was asked for.
        url: String,
        /// What came of it.
        why: String,
    },
    /// Something else answered.
    #[error("{url} is no list of Misago's threads")]
    NotAList {
        /// What was asked for.
        url: String,
    },
    /// The list leads back to itself.
    #[error("{url} leads back to threads that were read already")]
    Endless {
        /// What was asked for.
        url: String,
    },
}

/// What is known so far.
#[derive(Default)]
struct Progress {
    known: BTreeSet<String>,
    count: Count,
    failures: usize,
}

impl Walk {
    /// A walk over all that guests may read of the forum at `url`; `None` where that is no `http(s)` address.
    pub fn new(url: &str) -> Option<Self> {
        let place = Place::new(url)?;
        let api = JsonApi::new(place.url(), None);
        Some(Self { place, api, category: None })
    }

    /// The same as an account, which may be allowed to read more.
    #[must_use]
    pub fn with_key(mut self, key: &str) -> Self {
        self.api = JsonApi::new(self.place.url(), Some(super::authorization(key)));
        self
    }

    /// The same in one category, and those below it.
    #[must_use]
    pub fn with_category(mut self, id: u64) -> Self {
        self.category = Some(id);
        self
    }

    /// Reads every thread, each once, with all its posts.
    ///
    /// 1. The whole list, in the order of the last posts.
    /// 2. Whoever posts meanwhile moves a thread to the front, behind our back: the front is read again until it holds
    ///    nothing unknown.
    pub async fn threads<T: Transport>(
        &self,
        t: &T,
        mut on_thread: impl FnMut(Thread),
    ) -> Result<Count, ImportError> {
        let mut progress = Progress::default();
        // 1.
        let mut start = None;
        loop {
            let (_, next) = self.page(t, start, &mut progress, &mut on_thread).await?;
            let Some(next) = next else { break };
            // Each page begins below the last.
            if start.is_some_and(|start| next >= start) {
                return Err(ImportError::Endless { url: self.url(start) });
            }
            start = Some(next);
        }
        // 2.
        for _ in 0..ROUNDS {
            let mut start = None;
            let mut moved = false;
            loop {
                let (unknown, next) = self.page(t, start, &mut progress, &mut on_thread).await?;
                moved |= unknown;
                if !unknown || next.is_none() {
                    break;
                }
                start = next;
            }
            if !moved {
                break;
            }
        }
        Ok(progress.count)
    }

    /// Reads one page of the list and its threads. Whether any was unknown, and where the next page starts.
    async fn page<T: Transport>(
        &self,
        t: &T,
        start: Option<u64>,
        progress: &mut Progress,
        on_thread: &mut impl FnMut(Thread),
    ) -> Result<(bool, Option<u64>), ImportError> {
        let page = self.api.read(t, &self.path(start)).await;
        let page = page.map_err(|unread| ImportError::Unread { url: self.url(start), why: unread.why })?;
        let threads = page.list("results").ok_or_else(|| ImportError::NotAList { url: self.url(start) })?;
        let mut unknown = false;
        for thread in threads {
            let Some(id) = thread.id("id") else { continue };
            if progress.known.insert(id.clone()) {
                unknown = true;
                self.thread(t, thread, &id, progress, on_thread).await?;
            }
        }
        Ok((unknown, page.number("next")))
    }

    async fn thread<T: Transport>(
        &self,
        t: &T,
        listed: &Value,
        id: &str,
        progress: &mut Progress,
        on_thread: &mut impl FnMut(Thread),
    ) -> Result<(), ImportError> {
        if decode::is_hidden(listed) {
            progress.count.hidden += 1;
            return Ok(());
        }
        let url = decode::address(listed, &self.place)
            .unwrap_or_else(|| format!("{}/api/threads/{id}/posts/", self.place.url()));
        match self.read(t, id).await {
            Ok(Some(thread)) => {
                progress.failures = 0;
                progress.take(thread, on_thread);
            }
            Ok(None) => progress.count.elsewhere += 1,
            Err(Unread { status, why }) => {
                // One that is gone since the list was read says nothing about the others.
                progress.failures += usize::from(!matches!(status, Some(403 | 404 | 410)));
                if progress.failures >= MOST_FAILURES {
                    return Err(ImportError::Unread { url, why });
                }
                progress.count.skipped.push(Skipped { url, why });
            }
        }
        Ok(())
    }

    /// One thread; `None` where it is of another category.
    async fn read<T: Transport>(&self, t: &T, id: &str) -> Result<Option<Thread>, Unread> {
        let pages = pages(&self.api, t, id).await?;
        if !pages.first().is_some_and(|page| self.covers(page)) {
            return Ok(None);
        }
        let thread = decode::decode(&pages, &self.place);
        thread.map(Some).map_err(|error| Unread { status: Some(200), why: error.to_string() })
    }

    /// Whether a thread is of the category that was asked for, or one below it.
    fn covers(&self, page: &Value) -> bool {
        let Some(category) = self.category else { return true };
        let above = page.list("path").unwrap_or_default().iter();
        above.chain(page.get("category")).any(|known| known.number("id") == Some(category))
    }

    fn path(&self, start: Option<u64>) -> String {
        let category = self.category.map(|id| format!("&category={id}")).unwrap_or_default();
        let start = start.map(|start| format!("&start={start}")).unwrap_or_default();
        format!("/api/threads/?list=all{category}{start}")
    }

    fn url(&self, start: Option<u64>) -> String {
        format!("{}{}", self.place.url(), self.path(start))
    }
}

impl Progress {
    fn take(&mut self, thread: Thread, on_thread: &mut impl FnMut(Thread)) {
        if !thread.visible {
            self.count.hidden += 1;
            return;
        }
        self.count.threads += 1;
        self.count.partial += usize::from(thread.completeness != Completeness::Full);
        on_thread(thread);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::{Fake, now};
    use crate::{Broken, Method};

    fn walk(fake: &Fake, category: Option<u64>) -> (Vec<String>, Result<Count, ImportError>) {
        let mut walk = Walk::new("https://m.example").unwrap();
        if let Some(id) = category {
            walk = walk.with_category(id);
        }
        let mut seen = Vec::new();
        let count = now(walk.threads(fake, |thread| seen.push(thread.id)));
        (seen, count)
    }

    fn list(ids: &[u32], next: &str) -> String {
        let results: Vec<String> =
            ids.iter().map(|id| format!(r#"{{"id":{id},"url":{{"index":"/t/x/{id}/"}}}}"#)).collect();
        format!(r#"{{"results":[{}],"next":{next}}}"#, results.join(","))
    }

    fn posts(id: u32) -> String {
        format!(
            r#"{{"id":{id},"category":{{"id":3,"name":"Help"}},"path":[{{"id":2}},{{"id":3}}],
            "post_set":{{"count":1,"next":null,"results":[{{"id":{id}0,"content":"<p>q</p>"}}]}}}}"#
        )
    }

    #[test]
    fn every_page_then_what_moved_to_the_front() {
        let fake = Fake::new()
            .get("https://m.example/api/threads/?list=all", 200, &list(&[5, 4], "30"))
            .get("/api/threads/5/posts/", 200, &posts(5))
            .get("/api/threads/4/posts/", 200, &posts(4))
            .get("?list=all&start=30", 200, &list(&[2], "null"))
            .get("/api/threads/2/posts/", 200, &posts(2))
            .get("?list=all", 200, &list(&[3, 5], "40"))
            .get("/api/threads/3/posts/", 200, &posts(3))
            .get("?list=all&start=40", 200, &list(&[4], "30"))
            .get("?list=all", 200, &list(&[3, 5], "40"));
        let (seen, count) = walk(&fake, None);
        assert_eq!(seen, ["5", "4", "2", "3"]);
        assert_eq!(count.unwrap(), Count { threads: 4, ..Count::default() });
        assert!(
            fake.sent()
                .iter()
                .all(|request| request.headers.iter().all(|(name, _)| *name != "authorization"))
        );
    }

    #[test]
    fn hidden_gone_and_pinned_threads_are_counted() {
        let listed = r#"{"results":[{"id":1,"is_hidden":true},{"id":2,"is_unapproved":true},{"id":3},{"id":4},{"id":5},
            {"id":6}],"next":null}"#;
        let withheld = r#"{"id":3,"path":[{"id":7}],"post_set":{"results":[{"id":30,"content":null}]}}"#;
        let fake = Fake::new()
            .get("?list=all&category=7", 200, listed)
            .get("/api/threads/3/posts/", 200, withheld)
            .get("/api/threads/4/posts/", 404, r#"{"detail":"Not found."}"#)
            .get("/api/threads/5/posts/", 200, &posts(5))
            .get("/api/threads/6/posts/", 200, r#"{"id":6,"category":{"id":7,"name":"x"}}"#)
            .get("?list=all&category=7", 200, listed);
        let (seen, count) = walk(&fake, Some(7));
        assert!(seen.is_empty());
        let count = count.unwrap();
        assert_eq!((count.threads, count.hidden, count.elsewhere), (0, 3, 1));
        let why: Vec<_> = count.skipped.iter().map(|skipped| skipped.why.as_str()).collect();
        assert_eq!(why, ["HTTP 404: Not found.", "not a Misago thread: no posts"]);
        assert_eq!(count.skipped[0].url, "https://m.example/api/threads/4/posts/");
    }

    #[test]
    fn errors_name_the_address() {
        let error = |fake: Fake| walk(&fake, None).1.unwrap_err().to_string();
        let list_url = "https://m.example/api/threads/?list=all";
        assert_eq!(
            error(Fake::new().get("?list=all", 404, "")),
            format!("{list_url} cannot be read: HTTP 404")
        );
        assert_eq!(
            error(Fake::new().get("?list=all", 200, "{}")),
            format!("{list_url} is no list of Misago's threads")
        );
        let lost = Err(Broken::Unclear("timed out".into()));
        assert_eq!(
            error(Fake::new().on_result(Method::Get, "?list=all", lost)),
            format!("{list_url} cannot be read: timed out")
        );
        let turning = Fake::new().get("?list=all", 200, &list(&[], "9")).get("start=9", 200, &list(&[], "9"));
        assert_eq!(
            error(turning),
            format!("{list_url}&start=9 leads back to threads that were read already")
        );
        let mut failing = Fake::new().get("?list=all", 200, &list(&[1, 2, 3, 4, 5], "null"));
        for _ in 0..5 {
            failing = failing.get("/posts/", 502, "");
        }
        assert_eq!(error(failing), "https://m.example/t/x/5/ cannot be read: HTTP 502");
    }
}
