//! What a host page and its reader feel of the widget, in Chromium: `cargo xtask bench page`.
//!
//! Three things, each on a page of a site of its own, with the browser's cache empty:
//!
//! 1. What the tag costs at page load, beside the same page without it, with Lighthouse's mobile settings: a processor four
//!    times slower and its slow 4G (150 ms, 1.6 Mbit/s).
//! 2. From a click on the button to a focused input, on that line.
//! 3. From a key to results that are painted, with 20 ms of network.

use anyhow::{Context, Result, ensure};
use e2e::Theatre;
use e2e::host::{HostSite, Page};
use e2e::widget::Widget;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::sleep;
use xtask::tools::Engine;

/// Page loads of each kind.
const LOADS: usize = 15;

/// Time after a page load in which it settles.
const SETTLING: Duration = Duration::from_secs(3);

/// A pause after which nothing is on its way.
const REST: Duration = Duration::from_millis(700);

/// Queries as they are typed; the last keys of each are timed.
const QUERIES: [&str; 8] = [
    "pairing code expired",
    "relay offline after update",
    "sync is slow",
    "export stays empty",
    "berth locked",
    "invoice address",
    "camera not found",
    "cannot sign in",
];

/// Last keys of a query that are timed.
const KEYS: usize = 4;

/// Notes long tasks and layout shifts from the start of the page.
const WATCH: &str = "<script>
    window.felt = { blocking: 0, shift: 0 };
    const watch = (type, note) => new PerformanceObserver(list => list.getEntries().forEach(note)).observe({ type, buffered: true });
    watch('longtask', task => { felt.blocking += Math.max(0, task.duration - 50); });
    watch('layout-shift', shift => { if (!shift.hadRecentInput) felt.shift += shift.value; });
</script>";

/// Notes when the pointer goes down and when an input has the focus. Listens within the shadow root: a focus that moves
/// inside it is nobody else's business.
const WATCH_FOCUS: &str = "
    window.felt = {};
    addEventListener('pointerdown', event => { felt.down = event.timeStamp; }, true);
    document.querySelector('edgewise-help').shadowRoot.addEventListener('focusin', event => {
        if (event.target.tagName === 'INPUT') felt.focused ??= performance.now();
    }, true);";

/// Notes when a key goes down and when results that changed after it were painted.
const WATCH_RESULTS: &str = "
    window.felt = {};
    addEventListener('keydown', event => { window.felt = { down: event.timeStamp }; }, true);
    const root = document.querySelector('edgewise-help').shadowRoot;
    const hit = '[data-part~=hit], [data-part~=no-result]';
    const about = node => node.nodeType === 1 ? node.closest(hit) ?? node.querySelector(hit) : node.parentElement?.closest(hit);
    new MutationObserver(changes => {
        const changed = changes.some(({ target, addedNodes }) => [target, ...addedNodes].some(about));
        const mine = window.felt;
        if (!changed || !mine.down || mine.painted) return;
        requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => { mine.painted ??= performance.now(); };
            port2.postMessage(0);
        });
    }).observe(root, { subtree: true, childList: true, characterData: true });";

fn main() -> Result<()> {
    let mut theatre = Theatre::open("felt")?;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("starting tokio")?;
    runtime.block_on(async {
        let browser = theatre.browser(Engine::Chromium).await?;
        let widget = theatre.widget(&browser);
        let site = HostSite::start(widget.origin())?;
        let tag = format!("<script async src={}/v1/embed.js data-site=demo></script>", widget.origin());
        site.serve("/without", article(""));
        site.serve("/with", article(&tag));
        let outcome = measure(&widget, &site).await;
        let closed = browser.quit().await.context("closing the browser");
        outcome.and(closed)
    })
}

async fn measure(widget: &Widget, site: &HostSite) -> Result<()> {
    widget.browser().cdp().send_raw("Performance.enable", json!({})).await?;
    // 1.
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for _ in 0..LOADS {
        without.push(load(widget, &format!("{}/without", site.url())).await?);
        with.push(load(widget, &format!("{}/with", site.url())).await?);
    }
    println!("page load, processor 4 times slower, 1.6 Mbit/s with 150 ms; median of {LOADS}");
    println!("{:34}{:>10}{:>10}", "", "without", "with tag");
    for (at, name) in NAMES.iter().enumerate() {
        let [without, with] =
            [&without, &with].map(|loads| middle(loads.iter().map(|load| load[at]).collect()));
        println!("{name:34}{without:>10.2}{with:>10.2}");
    }
    // 2.
    let mut focused = Vec::new();
    for _ in 0..LOADS {
        focused.push(click(widget, &format!("{}/with", site.url())).await?);
    }
    println!("\nclick to focused input, that line, empty cache: {}", spread(focused));
    // 3.
    network(widget, 20, -1).await?;
    widget.browser().goto(format!("{}/with", site.url())).await?;
    widget.open().await?;
    widget.search("relay").await?;
    widget.run(WATCH_RESULTS, vec![]).await?;
    let mut painted = Vec::new();
    for query in QUERIES {
        painted.extend(keys(widget, query).await?);
    }
    ensure!(painted.len() * 2 >= QUERIES.len() * KEYS, "few keys changed the results: {}", painted.len());
    println!("key to painted results, 20 ms of network: {}", spread(painted));
    Ok(())
}

/// What is measured of a page load.
const NAMES: [&str; 5] = ["blocking time, ms", "layout shift", "requests", "script, ms", "all tasks, ms"];

/// Loads a page with an empty cache on a slow machine.
async fn load(widget: &Widget, address: &str) -> Result<[f64; 5]> {
    let browser = widget.browser();
    let cdp = browser.cdp();
    cdp.send_raw("Network.clearBrowserCache", json!({})).await?;
    network(widget, 150, 1_600_000 / 8).await?;
    cdp.send_raw("Emulation.setCPUThrottlingRate", json!({ "rate": 4 })).await?;
    browser.goto(address).await?;
    sleep(SETTLING).await;
    let script = "return [felt.blocking, felt.shift, performance.getEntriesByType('resource').length];";
    let seen = widget.run(script, vec![]).await?;
    let metrics = cdp.send_raw("Performance.getMetrics", json!({})).await?;
    cdp.send_raw("Emulation.setCPUThrottlingRate", json!({ "rate": 1 })).await?;
    let seen = |at: usize| seen.get(at).and_then(Value::as_f64).context("the page noted nothing");
    let metric = |name: &str| {
        let all = metrics.get("metrics").and_then(Value::as_array);
        let found = all.into_iter().flatten().find(|metric| metric["name"] == name);
        found.and_then(|metric| metric["value"].as_f64()).with_context(|| format!("no metric {name}"))
    };
    Ok([seen(0)?, seen(1)?, seen(2)?, metric("ScriptDuration")? * 1e3, metric("TaskDuration")? * 1e3])
}

/// Milliseconds from a click on the button to a focused input.
async fn click(widget: &Widget, address: &str) -> Result<f64> {
    let browser = widget.browser();
    browser.cdp().send_raw("Network.clearBrowserCache", json!({})).await?;
    network(widget, 150, 1_600_000 / 8).await?;
    browser.goto(address).await?;
    let button = widget.part("launcher").await?;
    widget.run(WATCH_FOCUS, vec![]).await?;
    browser.action_chain().move_to_element_center(&button).click().perform().await?;
    sleep(REST).await;
    let took = widget.run("return felt.focused - felt.down;", vec![]).await?;
    // What was opened is not to be there at the next visit.
    widget.run("window.edgewise.forget(); return null;", vec![]).await?;
    took.as_f64().context("no input has the focus")
}

/// Milliseconds from each of the last keys of a query to results that are painted, where they change.
async fn keys(widget: &Widget, query: &str) -> Result<Vec<f64>> {
    let (first, last) = query.split_at(query.len() - KEYS);
    widget.fill("search-input", first).await?;
    sleep(REST).await;
    let mut took = Vec::new();
    for key in last.chars() {
        widget.keys(key.to_string()).await?;
        sleep(REST).await;
        took.extend(widget.run("return felt.painted - felt.down;", vec![]).await?.as_f64());
    }
    Ok(took)
}

/// Emulates a line: round trip in ms, bytes a second in both directions (-1: no bound).
async fn network(widget: &Widget, latency: u32, bytes: i64) -> Result<()> {
    let cdp = widget.browser().cdp();
    cdp.send_raw("Network.enable", json!({})).await?;
    let line = json!({
        "offline": false, "latency": latency, "downloadThroughput": bytes, "uploadThroughput": bytes,
    });
    cdp.send_raw("Network.emulateNetworkConditions", line).await?;
    Ok(())
}

/// A page to read, as a product has many.
fn article(tag: &str) -> Page {
    let mut page = Page::with_head(&format!("{WATCH}{tag}"));
    let text = "<h2>Berths</h2><p>A berth holds one relay, and a relay holds what its boats have sent.</p>"
        .repeat(40);
    page.html = page.html.replace("<p>Host</p>", &text);
    page
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn spread(mut values: Vec<f64>) -> String {
    values.sort_by(f64::total_cmp);
    let at = |part: usize| {
        values.get((values.len() * part / 100).min(values.len() - 1)).copied().unwrap_or_default()
    };
    format!("p50 {:.0} ms, p75 {:.0} ms, p95 {:.0} ms of {}", at(50), at(75), at(95), values.len())
}
