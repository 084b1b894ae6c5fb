//! Every state of the widget that a person can come upon, each with the way there: one list for whoever judges, reads or
//! photographs them.
//!
//! What the sample community's Worker can show comes from it. Failures, receipts and what takes long are canned answers
//! in the page. The clock stands at [`NOW`], so that a scene says the same on every day.

use anyhow::{Result, bail};
use api::{
    Block, BlockKind, Problem, ProblemType, QuestionDraft, QuestionState, QuestionStatus, Reply, Role,
};
use futures_util::future::LocalBoxFuture;
use serde_json::{Value, json};
use thirtyfour::Key;

use crate::speech;
use crate::widget::Widget;

/// When every scene plays: a little after the newest thread of the sample community.
const NOW: &str = "2026-11-15T12:00:00Z";

/// Shaped like a token and made up.
const SECRET: &str = "ghp_0a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R";

/// The question that the receipts are about.
const ASKED: &str = "Berth stays locked after ws-03 was switched off";

/// A state of the widget.
#[derive(Clone, Copy)]
pub struct Scene {
    /// What its files are called.
    pub name: &'static str,
    /// Goes there, from whatever the browser shows.
    pub reach: for<'a> fn(&'a Widget) -> LocalBoxFuture<'a, Result<()>>,
}

macro_rules! scenes {
    ($($(#[$about:meta])* $group:ident: $($name:ident),+;)+) => {
        $($(#[$about])* pub const $group: &[Scene] = &[$(
            Scene { name: stringify!($name), reach: |widget| Box::pin($name(widget)) }
        ),+];)+

        /// Every scene.
        pub fn all() -> impl Iterator<Item = &'static Scene> {
            [$($group),+].into_iter().flatten()
        }
    };
}

scenes! {
    /// Looking for an answer.
    FINDING: closed, arriving, not_arrived, start, start_with_things_left, searching, results, results_filtered, no_result,
        did_you_mean, thread, docs_page, thread_arriving, thread_gone, offline, unavailable, rate_limited, settled, stand_in, stand_in_results, stand_in_no_result;
    /// Writing a question.
    ASKING: ask, ask_suggestions, ask_answered, ask_giving_up, ask_findings, ask_errors, ask_sending, ask_refused,
        ask_not_arrived, ask_not_sent, ask_challenge, ask_challenge_kept_out, ask_challenge_failed;
    /// Hearing back.
    FOLLOWING: receipt_received, receipt_posted, receipt_answered, receipt_in_review, receipt_uncertain, receipt_needs_fix,
        receipt_title_taken, receipt_withdrawn, receipt_failed, receipt_gone, receipt_unsent, questions,
        questions_not_arrived;
    /// In the flow of a page.
    INLINE: inline_field, inline_not_arrived, inline_start, inline_results, inline_thread, inline_ask, inline_receipt, inline_settled,
        inline_stand_in;
}

/// Goes to the scene of a name.
pub async fn reach(widget: &Widget, name: &str) -> Result<()> {
    let Some(scene) = all().find(|scene| scene.name == name) else { bail!("there is no scene `{name}`") };
    (scene.reach)(widget).await
}

/// What the page gets instead of the Worker's answer.
enum Canned {
    /// Nothing, however long it waits.
    Never,
    /// The connection breaks.
    Lost,
    /// A status and a body.
    Answer(u16, Value),
}

impl Canned {
    fn problem(kind: ProblemType) -> Canned {
        Canned::Answer(kind.status(), json!(Problem::new(kind)))
    }
}

/// The page that a scene is in: the demo, or one with help in its flow.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Where {
    #[default]
    Demo,
    Inline,
}

/// What a scene begins with: the page, what lies in the browser's storage, and canned answers by the start or end of their path.
#[derive(Default)]
struct Props {
    page: Where,
    kept: Vec<(&'static str, Value)>,
    canned: Vec<(&'static str, Canned)>,
}

impl Props {
    fn inline() -> Props {
        Props { page: Where::Inline, ..Props::default() }
    }

    fn kept(mut self, what: &'static str, value: Value) -> Props {
        self.kept.push((what, value));
        self
    }

    fn canned(mut self, path: &'static str, answer: Canned) -> Props {
        self.canned.push((path, answer));
        self
    }
}

/// Opens the page and sets it up, the widget still closed.
async fn set(widget: &Widget, props: Props) -> Result<()> {
    // A page of the same origin without the widget, which would write down what it holds while its storage is emptied.
    widget.visit("/v1/openapi.json").await?;
    widget.run("localStorage.clear(); return null;", vec![]).await?;
    let (page, part) = match props.page {
        Where::Demo => ("/", "launcher"),
        Where::Inline => ("/examples/inline.html", "search-input"),
    };
    widget.visit(page).await?;
    widget.part(part).await?;
    let kept: Value =
        props.kept.into_iter().map(|(what, value)| (format!("edgewise:demo:{what}"), value)).collect();
    let canned = props.canned.into_iter().map(|(path, answer)| match answer {
        Canned::Never => json!({"path": path, "never": true}),
        Canned::Lost => json!({"path": path}),
        Canned::Answer(status, body) => json!({"path": path, "status": status, "body": body}),
    });
    widget
        .run(
            "const [now, kept, canned] = arguments;
            const clock = Date.now.bind(Date), ahead = Date.parse(now) - clock();
            Date.now = () => clock() + ahead;
            for (const name in kept) localStorage.setItem(name, JSON.stringify(kept[name]));
            const real = window.fetch;
            window.fetch = (input, init) => {
                const { pathname } = new URL(input.url ?? input, location);
                const answer = canned.find(({ path }) => pathname.startsWith(path) || pathname.endsWith(path));
                if (!answer) return real(input, init);
                if (answer.never) return new Promise(() => {});
                if (!answer.status) return Promise.reject(new TypeError('the connection was lost'));
                const headers = { 'retry-after': '600' };
                return Promise.resolve(new Response(JSON.stringify(answer.body), { status: answer.status, headers }));
            };
            return null;",
            vec![json!(NOW), kept, canned.collect()],
        )
        .await?;
    speech::record_answers(widget).await
}

/// The same, with the panel open.
async fn open(widget: &Widget, props: Props) -> Result<()> {
    let page = props.page;
    set(widget, props).await?;
    match page {
        Where::Demo => widget.open().await?,
        Where::Inline => widget.press("search-input").await?,
    }
    // The widget has taken the loader's place.
    widget.part("body").await?;
    Ok(())
}

// Looking for an answer

async fn closed(widget: &Widget) -> Result<()> {
    set(widget, Props::default()).await
}

async fn arriving(widget: &Widget) -> Result<()> {
    set(widget, Props::default().canned("/widget_bg.wasm", Canned::Never)).await?;
    widget.open().await
}

async fn not_arrived(widget: &Widget) -> Result<()> {
    set(widget, Props::default().canned("/widget_bg.wasm", Canned::Lost)).await?;
    widget.open().await?;
    widget.part("error").await.map(drop)
}

async fn start(widget: &Widget) -> Result<()> {
    open(widget, Props::default()).await?;
    widget.part_saying("empty", "Stuck?").await.map(drop)
}

/// An answer to read, a question that waits for the connection, a draft.
async fn start_with_things_left(widget: &Widget) -> Result<()> {
    let props = answered_by(0)
        .kept("unsent", json!([unsent()]))
        .kept(
            "draft",
            json!({"title": "Footage sends at a crawl over the phone's hotspot", "body": "64 % since noon."}),
        )
        .canned("/v1/questions", Canned::Lost);
    open(widget, props).await?;
    widget.part("unread").await?;
    widget.part("draft").await.map(drop)
}

async fn searching(widget: &Widget) -> Result<()> {
    open(widget, Props::default().canned("/v1/search", Canned::Never)).await?;
    widget.fill("search-input", "MR-2007").await?;
    widget.part("loading").await.map(drop)
}

async fn results(widget: &Widget) -> Result<()> {
    open(widget, Props::default()).await?;
    widget.search("MR-2007").await.map(drop)
}

/// A filter is pressed, and the arrow keys rest on a result.
async fn results_filtered(widget: &Widget) -> Result<()> {
    // The passage of a result that is rested on gives way to a better one, in a moment.
    open(widget, Props::default().canned("/v1/threads/", Canned::Never)).await?;
    widget.search("pairing").await?;
    widget.press_saying("chip", "#android").await?;
    widget.part_saying("chip", "#android").await?;
    widget.focus_reaches("chip").await?;
    widget.part("search-input").await?.send_keys(Key::Down + "").await?;
    Ok(())
}

async fn no_result(widget: &Widget) -> Result<()> {
    open(widget, Props::default()).await?;
    widget.fill("search-input", "zeppelin quokka").await?;
    widget.part("no-result").await.map(drop)
}

async fn did_you_mean(widget: &Widget) -> Result<()> {
    open(widget, Props::default()).await?;
    widget.fill("search-input", "brth lokced").await?;
    widget.part("did-you-mean").await.map(drop)
}

async fn thread(widget: &Widget) -> Result<()> {
    results(widget).await?;
    widget.press_saying("hit", "MR-2007 berth locked by another dock").await?;
    widget.part("answer").await.map(drop)
}

async fn docs_page(widget: &Widget) -> Result<()> {
    open(widget, Props::default()).await?;
    widget.search("self-hosting Harbour Docker").await?;
    widget.press_saying("chip", "Docs").await?;
    widget.press_saying("hit", "Harbour").await?;
    widget.part_saying("thread", "Docker").await.map(drop)
}

async fn thread_arriving(widget: &Widget) -> Result<()> {
    open(widget, Props::default().canned("/v1/threads/", Canned::Never)).await?;
    widget.search("MR-2007").await?.click().await?;
    widget.part("loading").await.map(drop)
}

async fn thread_gone(widget: &Widget) -> Result<()> {
    let gone = Canned::problem(ProblemType::NotFound);
    open(widget, Props::default().canned("/v1/threads/", gone)).await?;
    widget.search("MR-2007").await?.click().await?;
    widget.part("error").await.map(drop)
}

async fn offline(widget: &Widget) -> Result<()> {
    failing_search(widget, Canned::Lost).await
}

async fn unavailable(widget: &Widget) -> Result<()> {
    failing_search(widget, Canned::problem(ProblemType::Unavailable)).await
}

async fn rate_limited(widget: &Widget) -> Result<()> {
    failing_search(widget, Canned::problem(ProblemType::RateLimited)).await
}

async fn failing_search(widget: &Widget, failure: Canned) -> Result<()> {
    open(widget, Props::default().canned("/v1/search", failure)).await?;
    widget.fill("search-input", "MR-2007").await?;
    widget.part("error").await.map(drop)
}

async fn settled(widget: &Widget) -> Result<()> {
    thread(widget).await?;
    widget.press("solved").await?;
    widget.part("resolved").await.map(drop)
}

/// What a page gets that has no WebAssembly.
async fn stand_in(widget: &Widget) -> Result<()> {
    set(widget, Props::default()).await?;
    widget.run("delete window.WebAssembly; return null;", vec![]).await?;
    widget.open().await?;
    widget.part_saying("status", "Describe what you see").await.map(drop)
}

async fn stand_in_results(widget: &Widget) -> Result<()> {
    stand_in(widget).await?;
    widget.fill("search-input", "MR-2007").await?;
    widget.press("submit-search").await?;
    widget.part("hit").await.map(drop)
}

async fn stand_in_no_result(widget: &Widget) -> Result<()> {
    stand_in(widget).await?;
    widget.fill("search-input", "zeppelin quokka").await?;
    widget.press("submit-search").await?;
    widget.part_saying("status", "Nothing was found").await.map(drop)
}

// Writing a question

async fn ask(widget: &Widget) -> Result<()> {
    open_form(widget, Props::default()).await
}

async fn open_form(widget: &Widget, props: Props) -> Result<()> {
    open(widget, props).await?;
    widget.press("ask-open").await?;
    widget.part("ask-area").await.map(drop)
}

/// Takes up a draft that was kept: quicker than typing it.
async fn open_draft(widget: &Widget, title: &str, body: &str, props: Props) -> Result<()> {
    let draft = json!({"title": title, "body": body, "tags": ["macos"], "fields": {"area": "Desktop app"}});
    open(widget, props.kept("draft", draft)).await?;
    widget.press("draft").await?;
    widget.part("ask-area").await.map(drop)
}

/// The same with a draft that nothing is like, once that is known.
async fn open_lone_draft(widget: &Widget, title: &str, body: &str, props: Props) -> Result<()> {
    open_draft(widget, title, body, props.canned("/v1/similar", similar(json!([])))).await?;
    widget.part_saying("suggestions", "Nothing like it").await.map(drop)
}

fn similar(suggestions: Value) -> Canned {
    Canned::Answer(200, json!({"indexVersion": "", "suggestions": suggestions}))
}

async fn ask_suggestions(widget: &Widget) -> Result<()> {
    let body = "It says MR-2007, the berth is locked by ws-03, and that machine is gone.";
    open_draft(widget, "Berth locked by another dock that is dead", body, Props::default()).await?;
    widget.part("suggestion").await.map(drop)
}

/// A suggestion that answers the draft, as the edge thinks.
async fn ask_answered(widget: &Widget) -> Result<()> {
    let title = "MR-2007 berth locked by another dock, and that dock is dead";
    let hit = json!({
        "key": "discourse:community.moorline.example:131",
        "title": {"text": "MR-2007 berth locked by another dock, and that dock is dead", "ranges": [[0, 7], [8, 13], [14, 20]]},
        "url": "https://community.moorline.example/t/131",
        "source": "discourse", "category": "Syncing", "tags": ["macos"], "accepted": true, "staff": true, "answers": 4,
        "createdAt": "2026-02-03T09:00:00Z", "score": 1.0,
        "why": {"words": ["MR-2007", "berth", "locked"], "places": ["title", "answers"], "likeness": 0.9},
    });
    let found = json!([{"hit": hit, "confidence": 0.9, "band": "answers"}]);
    let props = Props::default().canned("/v1/similar", similar(found));
    open_draft(widget, title, "ws-03 is gone. How do I get at “Archive”?", props).await?;
    widget.part("suggestion-answers").await.map(drop)
}

/// The same, and the draft is to be given up for it.
async fn ask_giving_up(widget: &Widget) -> Result<()> {
    ask_answered(widget).await?;
    widget.press("suggestion-answers").await?;
    widget.part("resolve-confirm").await.map(drop)
}

/// A secret, which is left out, an address that is left out, and one that its author keeps.
async fn ask_findings(widget: &Widget) -> Result<()> {
    let body =
        format!("`Authorization: Bearer {SECRET}` gets 401. Ask ada@moorline.io or grace@moorline.io.");
    open_lone_draft(widget, "The API answers 401 to my token", &body, Props::default()).await?;
    widget.part("finding").await?;
    let Some(keep) = widget.parts("keep").await?.pop() else { bail!("no finding can be kept") };
    keep.click().await?;
    widget.part_saying("finding", "stays as you wrote it").await.map(drop)
}

async fn ask_errors(widget: &Widget) -> Result<()> {
    open_form(widget, Props::default().canned("/v1/similar", similar(json!([])))).await?;
    widget.fill("ask-title", "Locked").await?;
    widget.press("submit").await?;
    widget.part("field-error").await?;
    widget.focus_reaches("ask-title").await
}

async fn ask_sending(widget: &Widget) -> Result<()> {
    let props = Props::default().canned("/v1/questions", Canned::Never);
    open_lone_draft(widget, ASKED, "The owner is ws-03, which is gone for good.", props).await?;
    widget.press("submit").await?;
    widget.part_saying("submit", "Sending").await.map(drop)
}

async fn ask_refused(widget: &Widget) -> Result<()> {
    let refused = Canned::problem(ProblemType::OriginRefused);
    let props = Props::default().canned("/v1/questions", refused);
    open_lone_draft(widget, ASKED, "The owner is ws-03, which is gone for good.", props).await?;
    widget.press("submit").await?;
    widget.part("error").await.map(drop)
}

async fn ask_not_arrived(widget: &Widget) -> Result<()> {
    open(widget, Props::default().canned("/split_ask.wasm", Canned::Lost)).await?;
    widget.press("ask-open").await?;
    widget.part("error").await.map(drop)
}

/// What sends the question could not be loaded.
async fn ask_not_sent(widget: &Widget) -> Result<()> {
    let props = Props::default().canned("/split_follow.wasm", Canned::Lost);
    open_lone_draft(widget, ASKED, "The owner is ws-03, which is gone for good.", props).await?;
    widget.press("submit").await?;
    widget.part("error").await.map(drop)
}

/// The site has a challenge. `render` is what its script does, which the page brings itself; without it the page's policy keeps
/// Cloudflare's out.
async fn ask_with_challenge(widget: &Widget, render: Option<&str>) -> Result<()> {
    let site = format!("{}/v1/site?site=demo", widget.origin());
    let mut info: Value = ureq::get(site).call()?.body_mut().read_json()?;
    info["turnstile"] = json!("0x4AAA");
    let props =
        Props::default().canned("/v1/site", Canned::Answer(200, info)).canned("/v1/questions", Canned::Never);
    open_lone_draft(widget, ASKED, "The owner is ws-03, which is gone for good.", props).await?;
    if let Some(render) = render {
        let script = format!(
            "window.turnstile = {{ render(box, options) {{ {render} }}, remove() {{}} }}; return null;"
        );
        widget.run(&script, vec![]).await?;
    }
    widget.press("submit").await
}

/// The challenge wants its reader to do something.
async fn ask_challenge(widget: &Widget) -> Result<()> {
    let asks = "const button = document.createElement('button');
        button.textContent = 'I am a person';
        button.style.cssText = 'min-width: 200px; min-height: 48px; color: #000; background: #fff';
        box.append(button);
        options['before-interactive-callback']();
        return 'id';";
    ask_with_challenge(widget, Some(asks)).await?;
    widget.part_saying("challenge", "confirm that you are a person").await.map(drop)
}

/// The page's policy, or its reader's browser, keeps the script out.
async fn ask_challenge_kept_out(widget: &Widget) -> Result<()> {
    ask_with_challenge(widget, None).await?;
    widget.part_saying("error", "could not be loaded").await.map(drop)
}

async fn ask_challenge_failed(widget: &Widget) -> Result<()> {
    ask_with_challenge(widget, Some("setTimeout(options['error-callback'], 0, '300010'); return 'id';"))
        .await?;
    widget.part_saying("error", "was not passed").await.map(drop)
}

// Hearing back

async fn receipt_received(widget: &Widget) -> Result<()> {
    receipt(widget, QuestionStatus { can_withdraw: true, ..status(QuestionState::Accepted) }).await
}

async fn receipt_posted(widget: &Widget) -> Result<()> {
    receipt(widget, posted(QuestionState::Posted)).await
}

async fn receipt_answered(widget: &Widget) -> Result<()> {
    open_receipt(widget, answered_by(2), "answered").await
}

async fn receipt_in_review(widget: &Widget) -> Result<()> {
    receipt(widget, posted(QuestionState::PendingReview)).await
}

async fn receipt_uncertain(widget: &Widget) -> Result<()> {
    receipt(widget, status(QuestionState::Ambiguous)).await
}

async fn receipt_needs_fix(widget: &Widget) -> Result<()> {
    let reason = Some("Title is too short (minimum is 60 characters)".to_owned());
    receipt(widget, QuestionStatus { reason, draft: Some(as_asked()), ..status(QuestionState::NeedsFix) })
        .await
}

async fn receipt_title_taken(widget: &Widget) -> Result<()> {
    let taken = QuestionStatus {
        reason: Some("Title has already been used".to_owned()),
        draft: Some(as_asked()),
        title_taken: true,
        taken_by: Some("https://community.moorline.example/t/131".to_owned()),
        ..status(QuestionState::NeedsFix)
    };
    receipt(widget, taken).await
}

async fn receipt_withdrawn(widget: &Widget) -> Result<()> {
    receipt(widget, status(QuestionState::Withdrawn)).await
}

async fn receipt_failed(widget: &Widget) -> Result<()> {
    let reason = Some("You are not permitted to view the requested resource.".to_owned());
    receipt(widget, QuestionStatus { reason, ..status(QuestionState::Failed) }).await
}

async fn receipt_gone(widget: &Widget) -> Result<()> {
    let asked = json!([{"status": posted(QuestionState::Posted), "read": 0}]);
    let gone = Canned::problem(ProblemType::NotFound);
    let props = Props::default().kept("questions", asked).canned("/v1/questions/", gone);
    open_receipt(widget, props, "posted").await?;
    widget.part_saying("receipt", "No longer available").await.map(drop)
}

async fn receipt_unsent(widget: &Widget) -> Result<()> {
    let props = Props::default().kept("unsent", json!([unsent()])).canned("/v1/questions", Canned::Lost);
    open(widget, props).await?;
    widget.press("unsent").await?;
    widget.state_reaches("unsent").await
}

/// One of each that lists differently: unsent, with news, waiting.
async fn questions(widget: &Widget) -> Result<()> {
    let other = QuestionStatus {
        receipt: "r2".to_owned(),
        title: "Can two docks share one berth over a phone’s hotspot?".to_owned(),
        created_at: "2026-11-12T10:30:00Z".to_owned(),
        ..posted(QuestionState::Posted)
    };
    let asked = json!([{"status": answered(), "read": 1}, {"status": other, "read": 0}]);
    let props = Props::default()
        .kept("questions", asked)
        .kept("unsent", json!([unsent()]))
        .canned("/v1/questions", Canned::Lost);
    open(widget, props).await?;
    widget.press("your-questions").await?;
    widget.part("question-row").await.map(drop)
}

/// What shows them could not be loaded.
async fn questions_not_arrived(widget: &Widget) -> Result<()> {
    open(widget, answered_by(0).canned("/split_follow.wasm", Canned::Lost)).await?;
    widget.part_saying("error", "could not be loaded").await.map(drop)
}

/// The receipt of a question that stands there.
async fn receipt(widget: &Widget, status: QuestionStatus) -> Result<()> {
    let state = json!(status.state);
    open_receipt(widget, kept_receipt(&status, 0), state.as_str().unwrap_or_default()).await
}

fn kept_receipt(status: &QuestionStatus, read: usize) -> Props {
    Props::default()
        .kept("questions", json!([{"status": status, "read": read}]))
        .canned("/v1/questions/", Canned::Answer(200, json!(status)))
}

/// An answered question of whose answers so many were read.
fn answered_by(read: usize) -> Props {
    kept_receipt(&answered(), read)
}

async fn open_receipt(widget: &Widget, props: Props, state: &str) -> Result<()> {
    open(widget, props).await?;
    widget.press("your-questions").await?;
    widget.press("question-row").await?;
    widget.state_reaches(state).await
}

// In the flow of a page

async fn inline_field(widget: &Widget) -> Result<()> {
    set(widget, Props::inline()).await
}

async fn inline_not_arrived(widget: &Widget) -> Result<()> {
    set(widget, Props::inline().canned("/widget_bg.wasm", Canned::Lost)).await?;
    widget.press("search-input").await?;
    widget.part("error").await.map(drop)
}

async fn inline_start(widget: &Widget) -> Result<()> {
    open(widget, Props::inline()).await?;
    widget.part_saying("empty", "Stuck?").await.map(drop)
}

async fn inline_results(widget: &Widget) -> Result<()> {
    open(widget, Props::inline()).await?;
    widget.search("MR-2007").await.map(drop)
}

async fn inline_thread(widget: &Widget) -> Result<()> {
    inline_results(widget).await?;
    widget.press_saying("hit", "MR-2007 berth locked by another dock").await?;
    widget.part("answer").await.map(drop)
}

async fn inline_ask(widget: &Widget) -> Result<()> {
    let body = "It says MR-2007, the berth is locked by ws-03, and that machine is gone.";
    open_draft(widget, "Berth locked by another dock that is dead", body, Props::inline()).await?;
    widget.part("suggestion").await.map(drop)
}

async fn inline_receipt(widget: &Widget) -> Result<()> {
    open_receipt(widget, Props { page: Where::Inline, ..answered_by(2) }, "answered").await
}

async fn inline_settled(widget: &Widget) -> Result<()> {
    inline_thread(widget).await?;
    widget.press("solved").await?;
    widget.part("resolved").await?;
    widget.focus_reaches("search-again").await
}

async fn inline_stand_in(widget: &Widget) -> Result<()> {
    set(widget, Props::inline()).await?;
    widget.run("delete window.WebAssembly; return null;", vec![]).await?;
    widget.press("search-input").await?;
    widget.part_saying("status", "Describe what you see").await?;
    widget.fill("search-input", "MR-2007").await?;
    widget.press("submit-search").await?;
    widget.part("hit").await.map(drop)
}

fn status(state: QuestionState) -> QuestionStatus {
    QuestionStatus {
        index_version: String::new(),
        receipt: "r1".to_owned(),
        public_id: "7F3K2M9Q".to_owned(),
        state,
        title: ASKED.to_owned(),
        created_at: "2026-11-15T09:30:00Z".to_owned(),
        updated_at: "2026-11-15T09:31:00Z".to_owned(),
        url: None,
        reason: None,
        replies: Vec::new(),
        can_withdraw: false,
        draft: None,
        title_taken: false,
        taken_by: None,
    }
}

/// One that is in the forum.
fn posted(state: QuestionState) -> QuestionStatus {
    let url = Some("https://community.moorline.example/t/512".to_owned());
    QuestionStatus { url, ..status(state) }
}

fn answered() -> QuestionStatus {
    let block = |kind, text: &str| Block { kind, text: text.to_owned(), lang: None, links: Vec::new() };
    let reply = |id: &str, author: &str, role, created_at: &str, blocks| Reply {
        id: id.to_owned(),
        author: author.to_owned(),
        role,
        created_at: created_at.to_owned(),
        blocks,
    };
    let staff = reply(
        "1",
        "Ines",
        Role::Staff,
        "2026-11-15T10:30:00Z",
        vec![
            block(
                BlockKind::Paragraph,
                "If ws-03 will not come back, break its lock from a dock that is online:",
            ),
            block(BlockKind::Code, "moor berth unlock Archive --break\nmoor sync Archive"),
            block(
                BlockKind::Paragraph,
                "What was waiting is sent within a minute. Nothing is lost on the way.",
            ),
        ],
    );
    let member = block(BlockKind::Paragraph, "Worked here too, thank you!");
    let member = reply("2", "quayle", Role::Member, "2026-11-15T11:10:00Z", vec![member]);
    QuestionStatus { replies: vec![staff, member], ..posted(QuestionState::Answered) }
}

fn as_asked() -> QuestionDraft {
    let body = "The owner is ws-03, which is gone for good.".to_owned();
    QuestionDraft { title: ASKED.to_owned(), body, ..QuestionDraft::default() }
}

/// A question as the browser keeps it until the edge takes it.
fn unsent() -> Value {
    let title = "Phone is not found by the laptop on the same Wi-Fi";
    let request = json!({"site": "demo", "title": title, "body": "Both are on the guest network of the studio.",
        "tags": [], "fields": {}, "context": {}, "seen": [], "kept": []});
    json!({"key": "01JCQ4X5T8N2V6B9D3F7H1K4M0", "request": request, "tries": 1, "fixes": ""})
}
