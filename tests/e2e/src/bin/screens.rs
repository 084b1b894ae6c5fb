//! Photographs every scene in light and dark, on a desktop and on a phone, from right to left and in forced colours: `cargo xtask screens [FILTER]`.
//!
//! The pictures and a page that shows them side by side go to `target/edgewise/screens`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use e2e::looks::PHOTOGRAPHED;
use e2e::scenes::{self, Scene};
use e2e::widget::Widget;
use e2e::{Theatre, looks, speech};
use xtask::paths;
use xtask::tools::Engine;

fn main() -> Result<()> {
    let filter = std::env::args().nth(1).unwrap_or_default();
    let scenes: Vec<&Scene> = scenes::all().filter(|scene| scene.name.contains(&filter)).collect();
    if scenes.is_empty() {
        let names: Vec<&str> = scenes::all().map(|scene| scene.name).collect();
        bail!("no scene's name contains `{filter}`: {}", names.join(", "));
    }
    let folder = paths::built().join("screens");
    fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
    let mut theatre = Theatre::open("screens")?;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("starting tokio")?;
    runtime.block_on(async {
        let browser = theatre.browser(Engine::Chromium).await?;
        let widget = theatre.widget(&browser);
        let mut outcome = Ok(());
        for (at, scene) in scenes.iter().enumerate() {
            eprintln!("  {:>2}/{} {}", at + 1, scenes.len(), scene.name);
            outcome = photograph(&widget, scene, &folder)
                .await
                .with_context(|| format!("photographing {}", scene.name));
            if outcome.is_err() {
                break;
            }
        }
        let closed = browser.quit().await.context("closing the browser");
        outcome.and(closed)
    })?;
    let page = folder.join("index.html");
    fs::write(&page, contact_sheet()).with_context(|| format!("writing {}", page.display()))?;
    println!("{} pictures, side by side in {}", scenes.len() * PHOTOGRAPHED.len(), page.display());
    Ok(())
}

async fn photograph(widget: &Widget, scene: &Scene, folder: &Path) -> Result<()> {
    (scene.reach)(widget).await?;
    for look in PHOTOGRAPHED {
        look.put_on(widget).await?;
        if look.is_right_to_left() {
            speech::speak(widget, "ar", "rtl").await?;
        }
        widget.browser().screenshot(&folder.join(format!("{}-{}.png", scene.name, look.name))).await?;
    }
    looks::DESKTOP.put_on(widget).await
}

/// A page with every picture, a row a scene.
fn contact_sheet() -> String {
    let picture = |scene: &Scene, look: &looks::Look| {
        let file = format!("{}-{}.png", scene.name, look.name);
        format!("<a href=\"{file}\"><img src=\"{file}\" alt=\"{file}\" height=\"420\" loading=\"lazy\"></a>")
    };
    let row = |scene: &Scene| {
        let pictures: String = PHOTOGRAPHED.iter().map(|look| picture(scene, look)).collect();
        format!("<h2>{}</h2><p>{pictures}</p>", scene.name)
    };
    let rows: String = scenes::all().map(row).collect();
    format!("<!doctype html><meta charset=\"utf-8\"><title>Every state of the widget</title>{rows}")
}
