//! What assistive technology gets: the accessibility tree, as lines that a person can review.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use xtask::paths;

use crate::looks::protocol;
use crate::wait::until;
use crate::widget::Widget;

/// The variable that has the trees written instead of compared.
const WRITE: &str = "EDGEWISE_WRITE_GOLDEN";

/// Roles that only group what is in them.
const GROUPING: [&str; 5] = ["none", "generic", "InlineTextBox", "RootWebArea", "LineBreak"];

/// What a node may be besides its role and its name, in the order in which it is written.
const STATES: [&str; 11] = [
    "level",
    "modal",
    "hasPopup",
    "expanded",
    "pressed",
    "selected",
    "checked",
    "disabled",
    "required",
    "invalid",
    "multiline",
];

/// Holds when the page's tree is the one that was reviewed (`snapshots/NAME.txt`); with [`WRITE`] set, writes it.
pub async fn ensure_reviewed(widget: &Widget, name: &str) -> Result<()> {
    let tree = settled(widget).await?;
    let file = snapshot(name);
    if std::env::var_os(WRITE).is_some() {
        return fs::write(&file, tree).with_context(|| format!("writing {}", file.display()));
    }
    let reviewed = fs::read_to_string(&file).unwrap_or_default();
    ensure!(
        tree == reviewed,
        "the accessibility tree is another than {} ({WRITE}=1 rewrites it):\n{}",
        file.display(),
        differences(&reviewed, &tree)
    );
    Ok(())
}

fn snapshot(name: &str) -> PathBuf {
    paths::repository().join("tests/e2e/snapshots").join(format!("{name}.txt"))
}

/// The tree once it has stopped changing.
async fn settled(widget: &Widget) -> Result<String> {
    let mut before = String::new();
    until("the page to settle", async || {
        let now = read(widget).await?;
        let same = now == before;
        before.clone_from(&now);
        Ok(same.then_some(now))
    })
    .await
}

async fn read(widget: &Widget) -> Result<String> {
    let answer = protocol(widget.browser(), "Accessibility.getFullAXTree", json!({})).await?;
    let nodes = answer["nodes"].as_array().context("no tree")?;
    let by_id: HashMap<&str, &Value> =
        nodes.iter().filter_map(|node| Some((node["nodeId"].as_str()?, node))).collect();
    let mut out = String::new();
    for top in nodes.iter().filter(|node| is_widget(node)) {
        write_node(&mut out, &by_id, top, 0, "");
    }
    ensure!(!out.is_empty(), "the widget is not in the accessibility tree");
    Ok(out)
}

/// The dialog while it is open, the launcher while it is not: the one makes the other, and the page behind, inert. In the
/// page's flow, the region.
fn is_widget(node: &Value) -> bool {
    let dialog = node["role"]["value"] == "dialog";
    let own = ["button", "region"].iter().any(|role| node["role"]["value"] == *role);
    node["ignored"] == false && (dialog || own && node["name"]["value"] == "Help")
}

/// Writes a node and what is below it. A text that its parent's name has already said is left out.
fn write_node(out: &mut String, by_id: &HashMap<&str, &Value>, node: &Value, depth: usize, said: &str) {
    let text = |what: &str| node[what]["value"].as_str().unwrap_or_default();
    let (role, name) = (text("role"), text("name").trim());
    let text_only = role == "StaticText";
    let silent = node["ignored"] == true
        || GROUPING.contains(&role)
        || (text_only && (name.is_empty() || said.contains(name)));
    let (depth_below, said_below) = if silent {
        (depth, said)
    } else {
        let role = if text_only { "text" } else { role };
        let _ = writeln!(out, "{:indent$}{role}{}", "", about(node, name), indent = depth * 2);
        (depth + 1, name)
    };
    if text_only {
        return;
    }
    let children = node["childIds"].as_array().into_iter().flatten().filter_map(Value::as_str);
    for child in children.filter_map(|id| by_id.get(id)) {
        write_node(out, by_id, child, depth_below, said_below);
    }
}

/// Name, description, value and states.
fn about(node: &Value, name: &str) -> String {
    let mut words = String::new();
    let mut say = |lead: &str, text: &str| {
        if !text.is_empty() {
            let _ = write!(words, " {lead}{:?}", text);
        }
    };
    say("", name);
    say("described ", node["description"]["value"].as_str().unwrap_or_default());
    say("value ", node["value"]["value"].as_str().unwrap_or_default());
    let properties = node["properties"].as_array().into_iter().flatten();
    let properties: HashMap<_, _> = properties
        .filter_map(|property| Some((property["name"].as_str()?, &property["value"]["value"])))
        .collect();
    for state in STATES {
        match properties.get(state) {
            None | Some(Value::Bool(false)) => {}
            Some(Value::Bool(true)) => words.push_str(&format!(" {state}")),
            Some(Value::String(value)) if value == "false" && state == "invalid" => {}
            Some(Value::String(value)) => words.push_str(&format!(" {state}={value}")),
            Some(value) => words.push_str(&format!(" {state}={value}")),
        }
    }
    words
}

/// Lines of one text that the other does not have, and the other way round.
fn differences(reviewed: &str, tree: &str) -> String {
    let only = |one: &str, other: &str, mark: char| {
        let lines = one.lines().filter(|line| !other.lines().any(|other| other == *line));
        lines.map(|line| format!("{mark} {line}\n")).collect::<String>()
    };
    [only(reviewed, tree, '-'), only(tree, reviewed, '+')].concat()
}
