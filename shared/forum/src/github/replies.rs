//! What people answered to a question.

use thread::{Author, Body, Post, PostKind, Role};

use super::client::GitHub;
use super::query::{Comment, CommentsPage, REPLIES, RepliesData};
use crate::Transport;

/// Pages of 50 comments that are read.
const PAGES: usize = 8;

/// Who speaks for the project, by `CommentAuthorAssociation`.
const STAFF: [&str; 3] = ["OWNER", "MEMBER", "COLLABORATOR"];

impl GitHub {
    /// The comments on a discussion, each followed by the replies to it, without those that were deleted or hidden. `None`
    /// where GitHub gives no clear answer, or the discussion is gone.
    pub async fn replies<T: Transport>(&self, t: &T, thread_id: &str) -> Option<Vec<Post>> {
        let number = thread_id.parse().ok()?;
        let mut posts = Vec::new();
        let mut after = None;
        for _ in 0..PAGES {
            let page = CommentsPage { repository: self.repository()?, number, after };
            let data: RepliesData = self.run(t, REPLIES, &page).await.ok()?;
            let (threads, next) = data.repository?.discussion?.comments.read();
            for thread in threads {
                let id = thread.comment.id.clone();
                posts.extend(post(thread.comment, None));
                let (replies, _) = thread.replies.read();
                posts.extend(replies.into_iter().filter_map(|reply| post(reply, Some(&id))));
            }
            after = match next {
                Some(cursor) => Some(cursor),
                None => break,
            };
        }
        Some(posts)
    }
}

/// The comment, or `None` where it may not be shown.
fn post(comment: Comment, reply_to: Option<&str>) -> Option<Post> {
    if comment.deleted_at.is_some() || comment.is_minimized {
        return None;
    }
    let staff = STAFF.contains(&comment.author_association.as_str());
    Some(Post {
        id: comment.id,
        number: None,
        url: Some(comment.url),
        heading: None,
        author: Author {
            id: None,
            // GitHub's own name for whoever has left.
            name: comment.author.map_or_else(|| "ghost".to_owned(), |author| author.login),
            role: if staff { Role::Staff } else { Role::Member },
            trust: None,
        },
        created_at: comment.created_at,
        edited_at: comment.last_edited_at,
        score: comment.upvote_count,
        accepted: comment.is_answer,
        validated: None,
        reply_to: reply_to.map(str::to_owned),
        body: Body::Markdown(comment.body),
        kind: PostKind::Post,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Account;
    use crate::fake::{Fake, now};

    const API: &str = "https://api.github.com/graphql";

    fn replies(fake: &Fake, id: &str) -> Option<Vec<Post>> {
        let account = Account { url: "https://github.com/o/r".into(), ..Account::default() };
        now(GitHub(account).replies(fake, id))
    }

    fn comment(id: &str, more: &str) -> String {
        format!(
            r#""id":"{id}","url":"https://github.com/o/r/discussions/7#{id}","body":"**b**",
            "createdAt":"2026-11-22T10:00:00Z","lastEditedAt":null,"upvoteCount":2,{more}"#
        )
    }

    fn page(threads: &[String], next: &str) -> String {
        format!(
            r#"{{"data":{{"repository":{{"discussion":{{"comments":{{"nodes":[{}],
            "pageInfo":{{"hasNextPage":{},"endCursor":{next}}}}}}}}}}}}}"#,
            threads.join(","),
            next != "null"
        )
    }

    #[test]
    fn comments_and_their_replies() {
        let plain = r#""deletedAt":null,"isAnswer":false,"isMinimized":false,"authorAssociation":"NONE","author":null"#;
        let answer = r#""deletedAt":null,"isAnswer":true,"isMinimized":false,"authorAssociation":"MEMBER",
            "author":{"login":"ann"}"#;
        let hidden = plain.replace(r#""isMinimized":false"#, r#""isMinimized":true"#);
        let gone = plain.replace(r#""deletedAt":null"#, r#""deletedAt":"2026-11-22T11:00:00Z""#);
        let thread = |first: String, replies: &[String]| {
            let replies: Vec<String> = replies.iter().map(|reply| format!("{{{reply}}}")).collect();
            format!(r#"{{{first},"replies":{{"nodes":[{}]}}}}"#, replies.join(","))
        };
        let first = page(
            &[
                thread(comment("a", answer), &[comment("b", plain), comment("c", &hidden)]),
                thread(comment("d", &gone), &[]),
            ],
            "\"cursor\"",
        );
        let second = page(&[thread(comment("e", plain), &[])], "null");
        let fake = Fake::new().post(API, 200, &first).post(API, 200, &second);
        let posts = replies(&fake, "7").unwrap();
        let seen: Vec<_> = posts
            .iter()
            .map(|post| {
                (
                    post.id.as_str(),
                    post.author.name.as_str(),
                    post.author.role,
                    post.accepted,
                    post.reply_to.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("a", "ann", Role::Staff, true, None),
                ("b", "ghost", Role::Member, false, Some("a")),
                ("e", "ghost", Role::Member, false, None)
            ]
        );
        assert_eq!(posts[0].body, Body::Markdown("**b**".into()));
        assert_eq!((posts[0].score, posts[0].edited_at), (2, None));
    }

    #[test]
    fn no_clear_answer_is_none() {
        for (status, body) in [
            (
                200,
                r#"{"data":{"repository":{"discussion":null}},"errors":[{"type":"NOT_FOUND","message":"x"}]}"#,
            ),
            (200, r#"{"data":{"repository":null}}"#),
            (502, ""),
            (200, "<html>"),
        ] {
            assert_eq!(replies(&Fake::new().post(API, status, body), "7"), None, "{body}");
        }
        assert_eq!(replies(&Fake::new(), "D_kwDO"), None);
    }
}
