//! What a real Misago holds.

use anyhow::{Context, Result, ensure};
use ask::find_marker;
use serde::Deserialize;

use crate::verdict::Census;

/// Pages of the list that are read at most: more threads than any run makes.
const PAGES: usize = 5_000;

#[derive(Deserialize)]
struct Page {
    results: Vec<Thread>,
    next: Option<u64>,
}

#[derive(Deserialize)]
struct Thread {
    id: u64,
}

#[derive(Deserialize)]
struct Posts {
    post_set: PostSet,
}

#[derive(Deserialize)]
struct PostSet {
    results: Vec<Post>,
}

#[derive(Deserialize)]
struct Post {
    content: Option<String>,
}

/// Counts the threads with an id above `after` in the forum at `url`, by the reference in each first post. With it comes
/// the highest id there is.
pub fn census(url: &str, key: &str, after: u64) -> Result<(Census, u64)> {
    let agent: ureq::Agent = ureq::Agent::config_builder().build().into();
    let get = |path: String| {
        agent.get(format!("{url}{path}")).header("authorization", format!("Token {key}")).call()
    };
    let (mut census, mut highest, mut start) = (Census::default(), after, None);
    for _ in 0..PAGES {
        let place = start.map(|start: u64| format!("?start={start}")).unwrap_or_default();
        let mut answer = get(format!("/api/threads/{place}")).context("listing Misago's threads")?;
        let page: Page = answer.body_mut().read_json().context("reading Misago's list of threads")?;
        let fresh: Vec<u64> = page.results.iter().map(|thread| thread.id).filter(|id| *id > after).collect();
        for id in &fresh {
            let mut answer =
                get(format!("/api/threads/{id}/posts/")).context("reading a thread of Misago")?;
            let posts: Posts = answer.body_mut().read_json().context("reading a thread's posts")?;
            let first = posts.post_set.results.first().and_then(|post| post.content.as_deref());
            if let Some(public_id) = first.and_then(find_marker) {
                census.add(public_id.as_str(), id.to_string());
            }
            highest = highest.max(*id);
        }
        // Threads stand by when somebody last wrote in them: old ones follow on old ones.
        if fresh.is_empty() || page.next.is_none() {
            return Ok((census, highest));
        }
        ensure!(page.next != start, "Misago's list of threads does not go on");
        start = page.next;
    }
    anyhow::bail!("Misago's list of threads has more than {PAGES} pages")
}
