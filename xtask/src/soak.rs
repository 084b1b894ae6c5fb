//! The proof that questions arrive once: a real Worker, forums that fail on purpose, and a count of what arrived.
//!
//! What fails and how, who asks and what is counted is the crate `load`'s; here the Worker is started, published to and
//! killed. One Worker serves all trials, each of which is a site of its own: no trial sees the questions of another.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use load::{
    Accepted, Census, Client, Faithful, Fault, FaultProxy, Plan, Progress, Rush, Rushed, Settings, Standing,
    Trial, Verdict, all_standings, follow, misago_census, table,
};
use relevance::Random;
use serde::Serialize;

use crate::build::{self, Grade};
use crate::misago::{self, Misago};
use crate::paths;
use crate::process;
use crate::report::{Elapsed, step};
use crate::stack::{Options, Stack};
use crate::tools::Tools;

/// What the Worker's delays are multiplied with. The first retry comes after 150 ms instead of 5 s; between two lookups
/// that both must miss lie 3.6 s instead of 2 minutes. Lowering it makes a run shorter until a busy machine takes longer
/// to store a post than the lookups wait: then questions double that would not.
const SCALE: f64 = 0.03;

/// What a slow forum takes, unscaled: as long as the outbox waits for it. It must stay below the 2 minutes between two
/// lookups, which is how long a forum may take to store a post whose connection is gone.
const SLOW: Duration = Duration::from_secs(60);

/// How long a forum takes for a post while the Worker is killed: long enough that many die with a request under way.
const WHILE_KILLING: Duration = Duration::from_millis(30);

/// How long a forum's search needs to know a post.
const INDEXED: Duration = Duration::from_millis(300);

/// How long moderators take.
const MODERATED: Duration = Duration::from_millis(1_500);

/// How many of a hundred reads a fault strikes where it strikes reads. A lookup is some ten reads, so every third fails.
const READS_PERCENT: u32 = 5;

/// How long a trial may take at the most: this, and a second a question.
const TRIAL_LIMIT: Duration = Duration::from_secs(120);

/// How long the forum may store nothing before the receipts are asked for.
const PATIENCE: Duration = Duration::from_secs(20);

/// Questions for each fault in `cargo xtask test`.
const EACH_IN_TESTS: usize = 100;

/// A rush: for a minute, as many askers as keep two cores busy, and no more questions than half an hour delivers.
const RUSH: Duration = Duration::from_secs(60);
const RUSH_ASKERS: usize = 32;
const RUSH_MOST: usize = 60_000;
const RUSH_LIMIT: Duration = Duration::from_secs(30 * 60);

/// Limits of a site that takes everything: the highest rate there is, more questions than any run asks.
const PER_MINUTE: u32 = 6_000;
const PER_HOUR: u32 = 1_000_000;

/// What is asked for on the command line.
#[derive(Debug, Clone)]
pub struct Soak {
    /// Questions for each fault.
    pub each: usize,
    /// The faults; empty means all of them, or none where the load is measured.
    pub faults: Vec<Fault>,
    /// Where chance begins.
    pub seed: u64,
    /// Whether faults strike lookups as well.
    pub reads: bool,
    /// Whether the load is measured.
    pub load: bool,
    /// Whether to print JSON.
    pub json: bool,
    /// A real Misago: at an address, or one of our own.
    pub misago: Option<Option<String>>,
}

/// What came of it.
#[derive(Debug, Serialize)]
struct Report {
    seed: u64,
    /// What the Worker's delays were multiplied with, except under load.
    scale: f64,
    /// The forum behind the proxy.
    forum: String,
    faults: Vec<Verdict>,
    #[serde(skip_serializing_if = "Option::is_none")]
    load: Option<Load>,
}

/// What came of a rush.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Load {
    #[serde(flatten)]
    rushed: Rushed,
    /// Receipts that say *posted* when all have come to rest.
    posted: usize,
    /// Accepted questions that the forum does not hold.
    lost: usize,
    /// Questions that the forum holds more than once.
    doubled: usize,
    /// From the end of the rush to the last receipt.
    delivered_seconds: f64,
    /// Receipts that said something else after a restart of the Worker.
    changed_by_restart: usize,
}

impl Load {
    fn is_good(&self) -> bool {
        self.posted == self.rushed.accepted && self.lost + self.doubled + self.changed_by_restart == 0
    }
}

/// Builds the Worker, runs what is asked for, and fails when a question did not arrive once.
pub fn run(soak: &Soak) -> Result<()> {
    let begun = Instant::now();
    let tools = Tools::install()?;
    let forum = Behind::choose(soak.misago.as_ref())?;
    build::all(&tools, Grade::Light)?;
    let indexer = build::indexer()?;
    let faults = soak.faults()?;
    let mut verdicts = Vec::new();
    if !faults.is_empty() {
        let mut ground = Ground::prepare(&tools, &indexer, &forum, SCALE)?;
        for fault in faults {
            let what = format!("{fault}: {} questions", soak.each);
            let verdict = step(&what, "", || ground.trial(fault, soak.each, soak.seed, soak.reads))?;
            eprintln!("  {}", summary(&verdict));
            verdicts.push(verdict);
        }
    }
    let load = match soak.load {
        // With delays as they are: shortened ones would have the outbox look for replies all the time.
        true => {
            let mut ground = Ground::prepare(&tools, &indexer, &forum, 1.0)?;
            Some(step(
                "As many questions as the Worker takes",
                "a minute, and then until all have arrived",
                || ground.rush(soak.seed),
            )?)
        }
        false => None,
    };
    let report = Report { seed: soak.seed, scale: SCALE, forum: forum.name(), faults: verdicts, load };
    if soak.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print(&report, begun.elapsed());
    }
    let bad = report.faults.iter().filter(|verdict| !verdict.is_good()).count();
    let bad = bad + usize::from(report.load.as_ref().is_some_and(|load| !load.is_good()));
    if bad > 0 {
        bail!("{bad} of these did not deliver every question once");
    }
    Ok(())
}

/// The tests' part: every fault, with a hundred questions each. Calls `report` with each verdict, or with why there is
/// none.
pub fn check(tools: &Tools, indexer: &Path, mut report: impl FnMut(Fault, Result<Verdict>)) -> Result<()> {
    let forum = Behind::Faithful;
    let mut ground = Ground::prepare(tools, indexer, &forum, SCALE)?;
    for fault in Fault::ALL {
        report(fault, ground.trial(fault, EACH_IN_TESTS, 1, false));
    }
    Ok(())
}

/// A verdict in one line.
pub fn summary(verdict: &Verdict) -> String {
    let Verdict { accepted, posted, lost, doubled, attempts, seconds, .. } = verdict;
    format!(
        "accepted {accepted}, posted {posted}, lost {lost}, doubled {doubled} ({attempts} posts, {seconds:.1} s)"
    )
}

fn print(report: &Report, took: Duration) {
    println!("\nForum: {}. Seed {}.", report.forum, report.seed);
    if !report.faults.is_empty() {
        println!("The Worker's delays are multiplied by {}.", report.scale);
        println!("\n{}", table(&report.faults));
    }
    for verdict in &report.faults {
        verdict.complaints.iter().for_each(|complaint| println!("{}: {complaint}", verdict.fault));
    }
    if let Some(load) = &report.load {
        let Rushed { askers, seconds, accepted, per_second, p50_ms, p99_ms, refused } = &load.rushed;
        println!(
            "Load: {accepted} questions accepted in {seconds:.0} s by {askers} askers, {per_second:.0} a second;"
        );
        println!(
            "  202 after {p50_ms:.1} ms (half) and {p99_ms:.1} ms (99 of 100); refused by status: {refused:?};"
        );
        println!(
            "  posted {}, lost {}, doubled {}, all delivered {:.0} s later; {} receipts changed by a restart",
            load.posted, load.lost, load.doubled, load.delivered_seconds, load.changed_by_restart
        );
    }
    if !report.faults.is_empty() {
        let sum = |pick: fn(&Verdict) -> usize| report.faults.iter().map(pick).sum::<usize>();
        println!(
            "accepted {}, posted {}, lost {}, doubled {}",
            sum(|verdict| verdict.accepted),
            sum(|verdict| verdict.posted),
            sum(|verdict| verdict.lost),
            sum(|verdict| verdict.doubled),
        );
        let passed = report.faults.iter().filter(|verdict| verdict.is_good()).count();
        println!("{passed} passed, {} failed", report.faults.len() - passed);
    }
    println!("Everything took {}.", Elapsed(took));
}

impl Soak {
    /// What is to be run, in the order of the list of all.
    fn faults(&self) -> Result<Vec<Fault>> {
        let real = self.misago.is_some();
        if let Some(fault) = self.faults.iter().find(|fault| real && fault.needs_faithful()) {
            bail!("{fault} needs a forum that plays along: leave out --misago");
        }
        let chosen = |fault: &Fault| match self.faults.is_empty() {
            true => !(self.load || real && fault.needs_faithful()),
            false => self.faults.contains(fault),
        };
        Ok(Fault::ALL.into_iter().filter(chosen).collect())
    }
}

/// The forum behind the proxy.
enum Behind {
    /// One in memory for each trial.
    Faithful,
    /// A real Misago, which is ours where `_own` holds it.
    Misago { url: String, key: String, _own: Option<Misago> },
}

impl Behind {
    fn choose(misago: Option<&Option<String>>) -> Result<Behind> {
        Ok(match misago {
            None => Behind::Faithful,
            Some(Some(url)) => {
                let key = std::env::var("EDGEWISE_FORUM_KEY")
                    .context("set EDGEWISE_FORUM_KEY to the forum's key")?;
                Behind::Misago { url: url.trim_end_matches('/').to_owned(), key, _own: None }
            }
            Some(None) => {
                let installed = misago::Installed::install()?;
                let own = step("Starting Misago", "", || Misago::start(&installed))?;
                Behind::Misago { url: own.url().to_owned(), key: misago::BOT.key.to_owned(), _own: Some(own) }
            }
        })
    }

    fn name(&self) -> String {
        match self {
            Behind::Faithful => "one in memory that speaks Discourse's API".to_owned(),
            Behind::Misago { url, .. } => format!("Misago at {url}"),
        }
    }

    fn key(&self) -> String {
        match self {
            Behind::Faithful => Settings::default().key,
            Behind::Misago { key, .. } => key.clone(),
        }
    }

    /// Opens the forum of a trial.
    fn open(&self, fault: Fault, seed: u64) -> Result<Open> {
        Ok(match self {
            Behind::Faithful => {
                let held = fault == Fault::Held;
                Open::Faithful(Faithful::start(Settings {
                    external_ids: fault != Fault::Forgetful,
                    // Without external ids a title that is taken would prevent the second post.
                    same_titles: fault == Fault::Forgetful,
                    indexed_after: INDEXED,
                    held_percent: if held { fault.percent() } else { 0 },
                    approved_after: MODERATED,
                    seed,
                    ..Settings::default()
                })?)
            }
            Behind::Misago { url, key, .. } => {
                let (_, newest) = misago_census(url, key, 0).context("asking Misago what it holds")?;
                Open::Misago { url: url.clone(), key: key.clone(), newest }
            }
        })
    }
}

/// A trial's forum.
enum Open {
    Faithful(Faithful),
    Misago { url: String, key: String, newest: u64 },
}

impl Open {
    fn url(&self) -> String {
        match self {
            Open::Faithful(forum) => forum.url(),
            Open::Misago { url, .. } => url.clone(),
        }
    }

    fn census(&self) -> Result<Census> {
        match self {
            Open::Faithful(forum) => Ok(forum.census()),
            Open::Misago { url, key, newest } => Ok(misago_census(url, key, *newest)?.0),
        }
    }

    /// The part of a site's settings that leads to a proxy in front of it.
    fn settings(&self, proxy: &str) -> String {
        let (kind, category, user) = match self {
            Open::Faithful(_) => {
                let Settings { category, user, .. } = Settings::default();
                ("discourse", category.to_string(), user)
            }
            Open::Misago { .. } => ("misago", misago::CATEGORY.to_owned(), misago::BOT.name.to_owned()),
        };
        format!(
            "[forum]\nkind = \"{kind}\"\nname = \"Trial\"\nurl = \"{proxy}\"\ncategory = \"{category}\"\n\
             user = \"{user}\"\nper_minute = {PER_MINUTE}\n"
        )
    }
}

/// What all trials share: a Worker, and the forum's kind.
struct Ground<'f> {
    stack: Stack,
    indexer: PathBuf,
    folder: PathBuf,
    forum: &'f Behind,
}

impl<'f> Ground<'f> {
    /// Starts a Worker whose delays are multiplied by `scale`.
    fn prepare(tools: &Tools, indexer: &Path, forum: &'f Behind, scale: f64) -> Result<Ground<'f>> {
        let mut options = Options::fresh("soak")?;
        options.variables = vec![
            ("EDGEWISE_DELIVERY_SCALE".to_owned(), scale.to_string()),
            ("EDGEWISE_FORUM_KEY".to_owned(), forum.key()),
            // Everybody asks from one address.
            ("EDGEWISE_ADDRESS_LIMIT".to_owned(), "off".to_owned()),
        ];
        let folder = paths::built().join("tests/soak");
        let page = folder.join("docs/page.md");
        fs::create_dir_all(folder.join("docs")).context("creating the trials' folder")?;
        fs::write(&page, "# A page\n\nAn index needs something to find.\n").context("writing a page")?;
        let stack = step("Starting the Worker", "", || Stack::start(tools, options))?;
        Ok(Ground { stack, indexer: indexer.to_path_buf(), folder, forum })
    }

    /// Publishes a site whose questions go to a proxy, and returns its askers.
    fn site(&self, name: &str, forum: &str) -> Result<Client> {
        let id = format!("soak-{name}");
        let index = self.folder.join(&id);
        let mut command = Command::new(&self.indexer);
        command.args(["build", "--site", &id, "--docs-url", "https://docs.example", "--out"]).arg(&index);
        command.arg("--docs").arg(self.folder.join("docs"));
        process::run_quietly(command).context("building an index for a trial")?;
        let settings = self.folder.join(format!("{id}.toml"));
        let text = format!(
            "id = \"{id}\"\norigins = [\"*\"]\n\n[texts]\nname = \"Trial\"\n\n{forum}\n\
             [limits]\nquestions_per_hour = {PER_HOUR}\nsite_per_hour = {PER_HOUR}\n"
        );
        fs::write(&settings, text).with_context(|| format!("writing {}", settings.display()))?;
        self.stack.publish(&self.indexer, &index, &settings)?;
        Ok(Client::new(&self.stack.url(), &id))
    }

    /// Runs one trial.
    fn trial(&mut self, fault: Fault, each: usize, seed: u64, reads: bool) -> Result<Verdict> {
        let forum = self.forum.open(fault, seed)?;
        let slow = SLOW.mul_f64(SCALE);
        let proxy = FaultProxy::start(
            &forum.url(),
            Plan {
                fault,
                percent: fault.percent(),
                reads_percent: if reads { READS_PERCENT.min(fault.percent()) } else { 0 },
                slow,
                latency: if fault == Fault::Kill { WHILE_KILLING } else { Duration::ZERO },
                seed,
            },
        )?;
        let client = self.site(fault.name(), &forum.settings(&proxy.url()))?;
        let census = || forum.census();
        let trial = Trial {
            client,
            proxy: &proxy,
            census: &census,
            fault,
            each,
            seed,
            limit: TRIAL_LIMIT + Duration::from_secs(1).mul_f64(each as f64),
            patience: PATIENCE,
            calm: slow * 2,
        };
        let stack = &mut self.stack;
        trial.run(|progress| match fault {
            Fault::Kill => kill_now_and_then(stack, progress, &proxy, each, seed),
            _ => Ok(0),
        })
    }

    /// Measures how much is accepted.
    ///
    /// 1. Ask. 2. Wait until everything has arrived. 3. Kill the Worker, start it again, and compare every receipt.
    fn rush(&mut self, seed: u64) -> Result<Load> {
        let forum = self.forum.open(Fault::None, seed)?;
        let plan = Plan {
            fault: Fault::None,
            percent: 0,
            reads_percent: 0,
            slow: Duration::ZERO,
            latency: Duration::ZERO,
            seed,
        };
        let proxy = FaultProxy::start(&forum.url(), plan)?;
        let client = self.site("rush", &forum.settings(&proxy.url()))?;
        // 1.
        let rush = Rush { client: client.clone(), askers: RUSH_ASKERS, lasts: RUSH, most: RUSH_MOST, seed };
        let (rushed, accepted) = rush.run();
        // 2.
        let begun = Instant::now();
        let before = follow(&client, &accepted, &|| proxy.log().stored, PATIENCE, begun + RUSH_LIMIT);
        let delivered_seconds = begun.elapsed().as_secs_f64();
        // 3.
        self.stack.kill();
        self.stack.start_again()?;
        let after = all_standings(&client, &accepted);
        let census = forum.census()?;
        let times = |question: &&Accepted| census.times(&question.public_id);
        Ok(Load {
            posted: before.iter().flatten().filter(|standing: &&Standing| standing.is_posted()).count(),
            lost: accepted.iter().filter(|question| times(question) == 0).count(),
            doubled: accepted.iter().filter(|question| times(question) > 1).count(),
            delivered_seconds,
            changed_by_restart: before.iter().zip(&after).filter(|(before, after)| before != after).count(),
            rushed,
        })
    }
}

/// Kills the Worker at random moments of the trial's way, and starts it again each time; returns how often.
///
/// The way is counted in steps: each question is accepted once and stored once. So some die while questions come in and
/// some while they go out.
fn kill_now_and_then(
    stack: &mut Stack,
    progress: &Progress,
    proxy: &FaultProxy,
    each: usize,
    seed: u64,
) -> Result<u64> {
    const TICK: Duration = Duration::from_millis(5);
    let mut random = Random::new(seed);
    let mut moments: Vec<usize> =
        (0..(each / 50).clamp(3, 12)).map(|_| random.below(2 * each.max(1))).collect();
    moments.sort_unstable();
    let mut kills = 0;
    for moment in moments {
        while progress.accepted() + proxy.log().stored as usize <= moment && !progress.is_over() {
            thread::sleep(TICK);
        }
        if progress.is_over() {
            break;
        }
        thread::sleep(TICK * random.below(10) as u32);
        stack.kill();
        kills += 1;
        stack.start_again()?;
    }
    Ok(kills)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn soak(faults: &[Fault], load: bool, misago: bool) -> Soak {
        Soak {
            each: 1,
            faults: faults.to_vec(),
            seed: 1,
            reads: false,
            load,
            json: false,
            misago: misago.then_some(None),
        }
    }

    #[test]
    fn faults_are_chosen_by_name_or_all() {
        assert_eq!(soak(&[], false, false).faults().unwrap(), Fault::ALL);
        assert_eq!(soak(&[], true, false).faults().unwrap(), []);
        assert_eq!(
            soak(&[Fault::Kill, Fault::Slow], true, false).faults().unwrap(),
            [Fault::Slow, Fault::Kill]
        );
        assert!(!soak(&[], false, true).faults().unwrap().contains(&Fault::Held));
        assert!(soak(&[Fault::Held], false, true).faults().is_err());
    }

    #[test]
    fn lookups_wait_for_longer_than_a_late_post_takes() {
        // The unscaled gap between two lookups, delivery::Config::miss_gap_ms.
        assert!(SLOW * 2 <= Duration::from_secs(120));
    }
}
