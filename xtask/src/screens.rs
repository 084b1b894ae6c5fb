//! Pictures of every state of the widget, to be looked at.

use anyhow::Result;

use crate::build::{self, Grade};
use crate::process;
use crate::report::step;
use crate::tools::{self, Engine, Tools};

/// Builds what the pictures show and has the end-to-end tests' scenes photographed; `filter` chooses by name.
pub fn run(filter: Option<&str>) -> Result<()> {
    let tools = Tools::install()?;
    Engine::Chromium.install()?;
    build::all(&tools, Grade::Light)?;
    build::indexer()?;
    step("Photographing every state of the widget", "about 2 minutes", || {
        let mut command = tools::cargo()?;
        command.args(["run", "--quiet", "--locked", "-p", "e2e", "--bin", "screens", "--"]).args(filter);
        process::run(command)
    })
}
