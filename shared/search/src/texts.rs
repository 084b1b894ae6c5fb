//! The texts file: whole threads, each a `packed` frame, one behind the other, in the order of the documents.
//!
//! The file has no header and no table: the records in the bundle say where each frame lies, so that one range
//! read opens a thread. It is named by the SHA-256 of all its bytes, which the bundle states.

use api::{
    Author, Block, BlockKind, FinalAnswer, FinalAnswerBy, FinalAnswerPart, Link, PostView, Range, Role,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thread::{Post, PostKind, Thread};

use crate::packed;
use crate::passage::Reading;
use crate::record::Frame;
use crate::time_text::rfc3339;

/// Bytes of a thread before compression. A thread of 10,000 posts of 3 kB fits.
const FRAME_BYTES: usize = 32 << 20;

/// A thread as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredThread {
    /// The first post.
    pub question: StoredPost,
    /// The posts by people, in the thread's order.
    pub answers: Vec<StoredPost>,
    /// Which of them is shown first.
    pub best: Option<u32>,
    /// What all of it comes to.
    pub final_answer: Option<StoredFinalAnswer>,
}

/// A final answer as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredFinalAnswer {
    by: FinalAnswerBy,
    parts: Vec<(Option<String>, Vec<StoredBlock>)>,
}

/// A post as it is stored. Wire types skip empty fields, which this encoding cannot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredPost {
    id: String,
    url: Option<String>,
    heading: Option<String>,
    author: String,
    role: u8,
    created_at: i64,
    score: i64,
    accepted: bool,
    blocks: Vec<StoredBlock>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct StoredBlock {
    kind: BlockKind,
    text: String,
    lang: Option<String>,
    links: Vec<(u32, u32, String)>,
}

/// Roles by their number in the file.
const ROLES: [Role; 5] = [Role::Unknown, Role::Member, Role::Expert, Role::Moderator, Role::Staff];

/// A thread with its texts turned into blocks.
pub(crate) struct Displayable<'a> {
    pub thread: &'a Thread,
    pub question: Vec<Block>,
    /// The posts by people with their blocks, in the thread's order.
    pub answers: Vec<(&'a Post, Vec<Block>)>,
}

impl<'a> Displayable<'a> {
    pub(crate) fn new(thread: &'a Thread) -> Self {
        let answers = thread.answers.iter().filter(|post| post.kind == PostKind::Post);
        Self {
            thread,
            question: text::blocks_at(&thread.question.body, &thread.url),
            answers: answers.map(|post| (post, text::blocks_at(&post.body, &thread.url))).collect(),
        }
    }

    /// Position in `answers` of the one that its marks and votes put first.
    pub(crate) fn best(&self) -> Option<usize> {
        let best = self.thread.best_answer()?;
        self.answers.iter().position(|(post, _)| std::ptr::eq(*post, best))
    }

    fn stored(&self, reading: &Reading) -> StoredThread {
        StoredThread {
            question: stored_post(self.thread, &self.thread.question, &self.question),
            answers: self
                .answers
                .iter()
                .map(|(post, blocks)| stored_post(self.thread, post, blocks))
                .collect(),
            best: reading.best.and_then(|at| u32::try_from(at).ok()),
            final_answer: reading.final_answer.as_ref().map(|(by, parts)| StoredFinalAnswer {
                by: *by,
                parts: parts.iter().map(|part| (part.post.clone(), stored_blocks(&part.blocks))).collect(),
            }),
        }
    }
}

fn stored_post(thread: &Thread, post: &Post, blocks: &[Block]) -> StoredPost {
    StoredPost {
        id: post.id.clone(),
        url: post.url.clone(),
        heading: post.heading.clone(),
        author: post.author.name.clone(),
        role: ROLES.iter().position(|role| *role == post.author.role).unwrap_or(0) as u8,
        created_at: post.created_at.unix_timestamp(),
        score: post.score,
        accepted: thread.is_accepted(post),
        blocks: stored_blocks(blocks),
    }
}

fn stored_blocks(blocks: &[Block]) -> Vec<StoredBlock> {
    let link = |link: &Link| (link.range.start, link.range.end, link.url.clone());
    let stored = |block: &Block| StoredBlock {
        kind: block.kind,
        text: block.text.clone(),
        lang: block.lang.clone(),
        links: block.links.iter().map(link).collect(),
    };
    blocks.iter().map(stored).collect()
}

/// Appends a thread to the texts file; returns where it lies. Fails only where the thread is too large.
pub(crate) fn append(
    file: &mut Vec<u8>,
    thread: &Displayable<'_>,
    reading: &Reading,
) -> Result<Frame, String> {
    let frame = packed::pack(&thread.stored(reading), FRAME_BYTES)?;
    let place = Frame { offset: file.len() as u64, length: frame.len() as u32, check: checksum(&frame) };
    file.extend_from_slice(&frame);
    Ok(place)
}

/// Reads a thread from the bytes of its frame.
pub(crate) fn read(frame: &Frame, bytes: &[u8]) -> Result<StoredThread, String> {
    if bytes.len() != frame.length as usize || checksum(bytes) != frame.check {
        return Err("the texts file does not belong to this bundle, or is damaged".to_owned());
    }
    packed::unpack(bytes, FRAME_BYTES)
}

fn checksum(bytes: &[u8]) -> [u8; 8] {
    let mut check = [0; 8];
    check.iter_mut().zip(Sha256::digest(bytes)).for_each(|(slot, byte)| *slot = byte);
    check
}

impl From<StoredPost> for PostView {
    fn from(post: StoredPost) -> Self {
        Self {
            id: post.id,
            url: post.url,
            heading: post.heading,
            author: Author {
                name: post.author,
                role: ROLES.get(usize::from(post.role)).copied().unwrap_or_default(),
            },
            created_at: rfc3339(post.created_at),
            score: post.score,
            accepted: post.accepted,
            blocks: post.blocks.into_iter().map(Block::from).collect(),
        }
    }
}

impl From<StoredFinalAnswer> for FinalAnswer {
    fn from(answer: StoredFinalAnswer) -> Self {
        let part = |(post, blocks): (Option<String>, Vec<StoredBlock>)| FinalAnswerPart {
            post,
            blocks: blocks.into_iter().map(Block::from).collect(),
        };
        Self { by: answer.by, parts: answer.parts.into_iter().map(part).collect() }
    }
}

impl From<StoredBlock> for Block {
    fn from(block: StoredBlock) -> Self {
        let link = |(start, end, url)| Link { range: Range { start, end }, url };
        Self {
            kind: block.kind,
            text: block.text,
            lang: block.lang,
            links: block.links.into_iter().map(link).collect(),
        }
    }
}
