use std::collections::BTreeMap;

use api::{Reply, Role};
use ask::PublicId;
use forum::Posted;
use thread::Body;

use super::{Answer, Call, Item, ItemView, Items, ItemsError, ListView, NewReply, Note, Post, State};
use crate::time_text::rfc3339;

/// Questions in one list: what an operator can look through; the states narrow it down.
const LIST: usize = 200;

/// Does what is asked of the inbox.
#[derive(Debug)]
pub struct Desk<'a, I> {
    /// The storage.
    pub items: &'a I,
    /// Milliseconds since 1970.
    pub now_ms: u64,
}

impl<I: Items> Desk<'_, I> {
    /// Answers a call.
    pub fn answer(&self, call: Call) -> Answer {
        let answer = match call {
            Call::Post(post) => self.post(post).map(Answer::Posted),
            Call::LookUp(id) => {
                self.items.item(&id).map(|item| Answer::Found(item.map(|item| posted(&item.public_id))))
            }
            Call::Replies(id) => self.replies(&id).map(Answer::Replies),
            Call::List(state) => self.list(state).map(Answer::List),
            Call::Reply(id, reply) => self.reply(&id, reply).map(Answer::Item),
            Call::SetState(id, state) => self.set_state(&id, state).map(Answer::Item),
        };
        answer.unwrap_or_else(|error| Answer::Failed(error.to_string()))
    }

    /// The public id is the inbox's own key, so that a post that comes twice is one post.
    fn post(&self, post: Post) -> Result<Posted, ItemsError> {
        let thread = posted(&post.public_id);
        if self.items.item(&post.public_id)?.is_none() {
            self.items.insert(&Item {
                public_id: post.public_id,
                title: post.title,
                markdown: post.markdown,
                tags: post.tags,
                created_ms: self.now_ms,
                state: State::Open,
            })?;
        }
        Ok(thread)
    }

    fn replies(&self, id: &PublicId) -> Result<Vec<Reply>, ItemsError> {
        Ok(self.items.replies(id)?.into_iter().map(view_of_note).collect())
    }

    fn list(&self, state: Option<State>) -> Result<ListView, ItemsError> {
        let items = self.items.list(state, LIST)?;
        let questions = items.into_iter().map(|item| self.view(item)).collect::<Result<_, _>>()?;
        let count = |state| Ok((state, self.items.count(state)?));
        let counts = State::ALL.into_iter().map(count).collect::<Result<BTreeMap<_, _>, ItemsError>>()?;
        Ok(ListView { index_version: String::new(), questions, counts })
    }

    fn reply(&self, id: &PublicId, reply: NewReply) -> Result<Option<Box<ItemView>>, ItemsError> {
        let Some(item) = self.items.item(id)? else { return Ok(None) };
        let note = Note {
            id: String::new(),
            author: reply.author.trim().to_owned(),
            role: Role::Staff,
            created_ms: self.now_ms,
            markdown: reply.markdown,
        };
        self.items.reply(id, &note)?;
        if item.state == State::Open {
            self.items.set_state(id, State::Answered)?;
        }
        self.again(id)
    }

    fn set_state(&self, id: &PublicId, state: State) -> Result<Option<Box<ItemView>>, ItemsError> {
        // A question that is opened again and has replies is an answered one.
        let answered = state == State::Open && !self.items.replies(id)?.is_empty();
        self.items.set_state(id, if answered { State::Answered } else { state })?;
        self.again(id)
    }

    fn again(&self, id: &PublicId) -> Result<Option<Box<ItemView>>, ItemsError> {
        self.items.item(id)?.map(|item| self.view(item).map(Box::new)).transpose()
    }

    fn view(&self, item: Item) -> Result<ItemView, ItemsError> {
        Ok(ItemView {
            index_version: None,
            replies: self.replies(&item.public_id)?,
            public_id: item.public_id,
            title: item.title,
            blocks: text::blocks(&Body::Markdown(item.markdown)),
            tags: item.tags,
            created_at: rfc3339(item.created_ms),
            state: item.state,
        })
    }
}

fn posted(public_id: &PublicId) -> Posted {
    Posted { thread_id: public_id.to_string(), url: None }
}

fn view_of_note(note: Note) -> Reply {
    Reply {
        id: note.id,
        author: note.author,
        role: note.role,
        created_at: rfc3339(note.created_ms),
        blocks: text::blocks(&Body::Markdown(note.markdown)),
    }
}
