//! `edgewise outbox`: the operator sees which questions are on their way, and decides what cannot go on alone.

use std::io::Write;

use anyhow::{Context, Result, bail};
use api::{OutboxDecision, OutboxList};
use clap::{Args, Subcommand};

use crate::server::Server;
use crate::{report, web_address};

/// The Worker and the site that a command is about.
#[derive(Args)]
pub struct Target {
    /// Address of the Worker
    #[arg(long, value_name = "URL", value_parser = web_address)]
    to: String,
    /// Id of the site
    #[arg(long, value_name = "ID", value_parser = crate::site_id)]
    site: String,
    /// File that holds the operator's token [default: the variable EDGEWISE_OPERATOR_TOKEN]
    #[arg(long, value_name = "FILE")]
    token_file: Option<std::path::PathBuf>,
}

/// What to do with the outbox.
#[derive(Subcommand)]
pub enum OutboxCommand {
    /// Show questions and what stops them
    List {
        #[command(flatten)]
        target: Target,
        /// Only those in a state: accepted, sending, posted, answered, pendingReview, ambiguous, needsFix, withdrawn or
        /// failed
        #[arg(long, value_name = "STATE")]
        state: Option<String>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Let a question go that is held for you
    Release {
        #[command(flatten)]
        target: Target,
        /// Public id of the question
        id: String,
    },
    /// Try a question again that was given up
    Retry {
        #[command(flatten)]
        target: Target,
        /// Public id of the question
        id: String,
        /// You have looked: the forum does not have it. Without this it is looked up before it is sent
        #[arg(long)]
        missing: bool,
    },
    /// Do not send a question
    Drop {
        #[command(flatten)]
        target: Target,
        /// Public id of the question
        id: String,
        /// Why, for its author
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Send to the forum again at once, after a pause
    Resume {
        #[command(flatten)]
        target: Target,
    },
}

pub fn run(command: OutboxCommand) -> Result<()> {
    let mut out = std::io::stdout();
    match command {
        OutboxCommand::List { target, state, json } => {
            let query = state.map(|state| format!("?state={state}")).unwrap_or_default();
            let list: OutboxList = ask(&target, "GET", &format!("questions{query}"), None)?;
            match json {
                true => writeln!(out, "{}", serde_json::to_string_pretty(&list)?)?,
                false => write!(out, "{}", shown(&list))?,
            }
        }
        OutboxCommand::Release { target, id } => decide(&target, &id, &OutboxDecision::Release)?,
        OutboxCommand::Retry { target, id, missing } => {
            decide(&target, &id, &OutboxDecision::Retry { missing })?;
        }
        OutboxCommand::Drop { target, id, reason } => decide(&target, &id, &OutboxDecision::Drop { reason })?,
        OutboxCommand::Resume { target } => {
            let _: serde_json::Value = ask(&target, "POST", "resume", None)?;
            writeln!(out, "sending goes on")?;
        }
    }
    Ok(())
}

fn decide(target: &Target, id: &str, decision: &OutboxDecision) -> Result<()> {
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        bail!("{id:?} is no public id: 16 letters and digits, as `edgewise outbox list` shows them");
    }
    let body = serde_json::to_vec(decision)?;
    let now: serde_json::Value = ask(target, "POST", &format!("questions/{id}"), Some(&body))?;
    writeln!(std::io::stdout(), "{id} is {}", now["state"].as_str().unwrap_or("unknown"))?;
    Ok(())
}

fn ask<T: serde::de::DeserializeOwned>(
    target: &Target,
    method: &str,
    path: &str,
    body: Option<&[u8]>,
) -> Result<T> {
    let server = Server::new(&target.to, target.token_file.as_deref())?;
    let answer = server.call(method, &format!("/v1/outbox/{}/{path}", target.site), body)?;
    serde_json::from_slice(&answer).with_context(|| format!("{} answers something else", target.to))
}

fn shown(list: &OutboxList) -> String {
    let row = |item: &api::OutboxItem| {
        let state = serde_json::to_value(item.state).ok();
        let state = state.as_ref().and_then(|state| state.as_str()).unwrap_or("?");
        vec![
            item.public_id.clone(),
            if item.held { "held".to_owned() } else { state.to_owned() },
            item.attempts.to_string(),
            item.updated_at.clone(),
            item.title.chars().take(48).collect(),
            item.reason.clone().unwrap_or_default(),
        ]
    };
    let rows: Vec<_> = list.questions.iter().map(row).collect();
    let mut out = report::table(&["Question", "State", "Sent", "Changed", "Title", "Reason"], &rows);
    let total: u64 = list.counts.iter().map(|(_, count)| count).sum();
    out.push_str(&format!("\n{} in all\n", report::plural(total as usize, "question", "questions")));
    if let Some(pause) = &list.pause {
        let who = if pause.blocked { "the forum takes nothing" } else { "the forum asks to wait" };
        out.push_str(&format!("nothing is sent until {}: {who}: {}\n", pause.until, pause.why));
    }
    out
}
