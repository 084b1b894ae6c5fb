//! GitHub's webhooks as GitHub sends them: every example payload that is published, signed and checked.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use contract::Served;
use forum::webhook::{Hook, Sender, WebhookEvent, What};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

const SECRET: &str = "It's a Secret to Everybody";

/// Every example: the event's name and the payload.
fn examples(packages: &Path) -> Result<Vec<(String, Value)>> {
    let path = packages.join("node_modules/@octokit/webhooks-examples/api.github.com/index.json");
    let bytes = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
    let events: Vec<Value> = serde_json::from_slice(&bytes)?;
    let named = events.iter().flat_map(|event| {
        let name = event["name"].as_str().unwrap_or_default();
        let examples = event["examples"].as_array().into_iter().flatten();
        examples.map(move |example| (name.to_owned(), example.clone()))
    });
    Ok(named.collect())
}

/// What an event says to the outbox of the questions that go to `repository`.
fn received(payload: &Value, repository: Option<&str>) -> Result<WebhookEvent> {
    let body = serde_json::to_vec(payload)?;
    let mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes())?.chain_update(&body).finalize();
    let digits: String = mac.into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let hook = Hook::new(Sender::Github, [SECRET], repository)?;
    let header = |name: &str| (name == "x-hub-signature-256").then(|| format!("sha256={digits}"));
    Ok(hook.verify(&body, header, 0)?.event)
}

#[test]
fn every_event_of_a_discussion_is_understood() {
    let Some(packages) = Served::packages() else { return };
    let mut seen = BTreeSet::new();
    for (name, payload) in examples(&packages).unwrap() {
        let Some(discussion) = payload.get("discussion") else { continue };
        assert!(["discussion", "discussion_comment"].contains(&name.as_str()), "{name}");
        let repository = payload["repository"]["html_url"].as_str();
        let action = payload["action"].as_str().unwrap();
        let event = received(&payload, repository).unwrap();
        assert_eq!(event.thread_id, Some(discussion["number"].to_string()), "{name} {action}");
        let is_comment = name == "discussion_comment";
        assert_eq!(event.text.as_deref(), discussion["body"].as_str().filter(|_| !is_comment));
        match (is_comment, action) {
            (false, "created") => {
                let What::Approved(posted) = event.what else { panic!("{:?}", event.what) };
                assert_eq!(posted.url.as_deref(), discussion["html_url"].as_str());
            }
            (false, "edited" | "deleted" | "answered" | "unanswered" | "transferred") | (true, _) => {
                assert_eq!(event.what, What::Activity, "{name} {action}");
            }
            _ => assert_eq!(event.what, What::Other, "{name} {action}"),
        }
        let elsewhere = received(&payload, Some("https://github.com/octo-org/elsewhere")).unwrap();
        assert_eq!((elsewhere.thread_id, elsewhere.what), (None, What::Other), "{name} {action}");
        seen.insert((is_comment, action.to_owned()));
    }
    let comments = seen.iter().filter(|(is_comment, _)| *is_comment).count();
    assert!(comments == 3 && seen.len() - comments >= 11, "{seen:?}");
}

#[test]
fn every_other_event_is_about_nothing() {
    let Some(packages) = Served::packages() else { return };
    let mut count = 0;
    for (name, payload) in examples(&packages).unwrap() {
        if payload.get("discussion").is_none() {
            let event = received(&payload, payload["repository"]["html_url"].as_str()).unwrap();
            assert_eq!((event.thread_id, event.text, event.what), (None, None, What::Other), "{name}");
            count += 1;
        }
    }
    assert!(count > 100, "{count} examples");
}
