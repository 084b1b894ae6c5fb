//! A question goes to a real forum, is answered there, and becomes something to find: once around.

use std::path::Path;
use std::process::{Command, ExitCode};

use e2e::operator::{settings_for_forum, worker_for_forum};
use e2e::wait::until;
use e2e::widget::Widget;
use e2e::{Context, Result, Stage, ensure};
use serde_json::{Value, json};
use xtask::misago::{self, Account, BOT, CATEGORY, Installed, Misago, PERSON};
use xtask::paths;
use xtask::process;
use xtask::stack::Stack;

/// What the asker wants to know; nothing in the sample community is about it.
const TITLE: &str = "Quokka lantern hums at midnight";

/// The folder, below that of all tests, in which the Worker of this one keeps what it stores.
const FOLDER: &str = "e2e-forum-misago";

/// What Ines answers in the forum.
const ANSWER: &str = "Set `lantern.hum = false` in moor.toml, then restart the quokka daemon.";

fn main() -> ExitCode {
    let scenario = e2e::Scenario {
        name: "a_question_goes_to_the_forum_and_comes_back_as_knowledge",
        play: |stage| Box::pin(a_question_goes_to_the_forum_and_comes_back_as_knowledge(stage)),
        engines: e2e::stage::CHROMIUM,
    };
    let ready = std::env::var_os(xtask::suite::READY).is_some();
    if ready && Installed::find().is_none() {
        println!(
            "The tests that need a real forum are skipped: Misago is not installed (`cargo xtask test` says why)."
        );
        let trial = libtest_mimic::Trial::test(format!("forum::{}", scenario.name), || Ok(()));
        let arguments = libtest_mimic::Arguments::from_args();
        return libtest_mimic::run(&arguments, vec![trial.with_ignored_flag(true)]).exit_code();
    }
    e2e::main("forum", &[scenario])
}

async fn a_question_goes_to_the_forum_and_comes_back_as_knowledge(stage: &mut Stage<'_>) -> Result<()> {
    // A forum, and a Worker whose site leads to it. The stage's own Worker knows no forum and may rest.
    let forum = Misago::start(&Installed::find().context("Misago is not installed")?)?;
    stage.stack.stop();
    let stack = worker_for_forum(stage, FOLDER, BOT.key, &settings(&forum)?)?;
    let widget = Widget::new(stage.widget.browser().clone(), stack.url());

    // Somebody asks in the widget.
    widget.visit("/").await?;
    widget.open().await?;
    widget.press("ask-open").await?;
    widget.fill("ask-title", TITLE).await?;
    widget
        .fill("ask-body", "Every night the **quokka lantern** hums for a minute. How do I make it stop?")
        .await?;
    widget.choose("ask-area", "Desktop app").await?;
    widget.press("submit").await?;
    widget.state_reaches("posted").await?;

    // It is a thread in the forum, once, by the bot, and the widget leads there.
    let threads = threads_titled(&forum, TITLE)?;
    ensure!(threads.len() == 1, "the forum has {} threads of this title", threads.len());
    let thread = threads[0]["id"].as_u64().context("a thread without an id")?;
    ensure!(
        threads[0]["starter_name"] == BOT.name,
        "the thread was started by {}",
        threads[0]["starter_name"]
    );
    let link = widget.part("open-outside").await?.find(thirtyfour::By::Css("a")).await?.attr("href").await?;
    let path = threads[0]["url"]["index"].as_str().context("a thread without an address")?;
    ensure!(link == Some(format!("{}{path}", forum.url())), "the widget leads to {link:?} and not to {path}");

    // Ines answers there, and marks her answer as the best.
    let post = reply(&forum, thread, ANSWER)?;
    mark_best(&forum, thread, post)?;

    // The asker comes back and reads it.
    until("the answer to be noticed", async || {
        widget.visit("/").await?;
        widget.open().await?;
        Ok(widget.shows("unread").await?.then_some(()))
    })
    .await?;
    widget.press("unread").await?;
    widget.state_reaches("answered").await?;
    let said = widget.part_saying("reply", "lantern.hum = false").await?.text().await?;
    ensure!(said.contains(PERSON.name), "the reply does not say who answered: {said}");

    // The operator imports the forum, and builds and publishes an index of it.
    publish_forum(stage, &stack, &forum)?;

    // The next one finds the answer by searching.
    widget.visit("/").await?;
    widget.open().await?;
    widget.search("quokka lantern hums").await?;
    let hit = widget.part_saying("hit", TITLE).await?.text().await?;
    ensure!(hit.contains("Solved"), "the hit does not say that it is solved: {hit}");
    widget.press_saying("hit", TITLE).await?;
    let answer = widget.part_saying("answer", "lantern.hum = false").await?.text().await?;
    ensure!(answer.contains("Accepted answer"), "the answer is not marked as the accepted one: {answer}");
    ensure!(answer.contains(PERSON.name), "the answer does not name its author: {answer}");
    Ok(())
}

/// Where the files of this test lie.
fn folder() -> std::path::PathBuf {
    paths::built().join("tests").join(FOLDER)
}

/// The sample community's settings with the forum in place of the inbox.
fn settings(forum: &Misago) -> Result<std::path::PathBuf> {
    // Beside the folder, which a Worker empties before it starts.
    let file = folder().with_extension("toml");
    let forum = format!(
        "kind = \"misago\"\nurl = \"{}\"\ncategory = \"{CATEGORY}\"\nuser = \"{}\"\n",
        forum.url(),
        BOT.name
    );
    settings_for_forum(&file, &forum)?;
    Ok(file)
}

/// Imports the forum as anybody may read it, and puts an index of it in service.
fn publish_forum(stage: &Stage<'_>, stack: &Stack, forum: &Misago) -> Result<()> {
    let threads = folder().join("threads.jsonl");
    let index = folder().join("index");
    let mut import = Command::new(&stage.indexer);
    import.args(["import", "misago", "--url", forum.url(), "--out"]).arg(&threads);
    process::run_quietly(import).context("importing the forum")?;
    let mut build = Command::new(&stage.indexer);
    build.args(["build", "--site", xtask::sample::SITE, "--out"]).arg(&index).arg("--threads").arg(&threads);
    process::run_quietly(build).context("building the forum's index")?;
    stack.publish(&stage.indexer, Path::new(&index), &settings(forum)?)
}

fn threads_titled(forum: &Misago, title: &str) -> Result<Vec<Value>> {
    let list = call(forum, BOT, "GET", "/api/threads/", None)?;
    let threads = list["results"].as_array().context("Misago lists no threads")?;
    Ok(threads.iter().filter(|thread| thread["title"] == title).cloned().collect())
}

/// Answers a thread as Ines, and returns the post's id.
fn reply(forum: &Misago, thread: u64, markdown: &str) -> Result<u64> {
    let path = format!("/api/threads/{thread}/posts/");
    let post = call(forum, PERSON, "POST", &path, Some(json!({ "post": markdown })))?;
    post["id"].as_u64().context("the reply has no id")
}

fn mark_best(forum: &Misago, thread: u64, post: u64) -> Result<()> {
    let change = json!([{"op": "replace", "path": "best-answer", "value": post}]);
    let thread = call(forum, PERSON, "PATCH", &format!("/api/threads/{thread}/"), Some(change))?;
    ensure!(thread["best_answer"] == post, "the best answer was not marked: {thread}");
    Ok(())
}

/// Calls Misago's API with an account's key.
fn call(
    forum: &misago::Misago,
    account: Account,
    method: &str,
    path: &str,
    body: Option<Value>,
) -> Result<Value> {
    let url = format!("{}{path}", forum.url());
    let key = format!("Token {}", account.key);
    let answer = match (method, body) {
        ("POST", Some(body)) => ureq::post(url).header("authorization", key).send_json(body),
        ("PATCH", Some(body)) => ureq::patch(url).header("authorization", key).send_json(body),
        _ => ureq::get(url).header("authorization", key).call(),
    };
    let mut answer = answer.with_context(|| format!("{method} {path} on Misago"))?;
    answer.body_mut().read_json().with_context(|| format!("reading what Misago answers to {method} {path}"))
}
