//! The widget as a person sees it: what is on it, what can be pressed, what it says.
//!
//! Parts are found by their `data-part`, through shadow roots, wherever the widget puts its host in the page.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use thirtyfour::{Key, WebDriver, WebElement};

use crate::wait::until;

/// How long a page may take to load before it is asked for again.
const LOAD_LIMIT: Duration = Duration::from_secs(30);

/// Finds elements by selector in the document and in every open shadow root.
pub(crate) const DEEP: &str = r"
    const deep = (root, selector, found = []) => {
        found.push(...root.querySelectorAll(selector));
        for (const element of root.querySelectorAll('*')) {
            if (element.shadowRoot) deep(element.shadowRoot, selector, found);
        }
        return found;
    };
    const shown = element => element.checkVisibility({ visibilityProperty: true });
";

/// The widget in a page.
#[derive(Clone)]
pub struct Widget {
    browser: WebDriver,
    origin: String,
}

impl Widget {
    /// The widget in whatever page the browser will show.
    pub fn new(browser: WebDriver, origin: String) -> Widget {
        Widget { browser, origin }
    }

    /// The browser, for what is not about the widget.
    pub fn browser(&self) -> &WebDriver {
        &self.browser
    }

    /// The Worker's origin.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Opens a page of the demo.
    ///
    /// One that has not loaded in time is asked for once more, as a person would.
    pub async fn visit(&self, path: &str) -> Result<()> {
        let address = format!("{}{path}", self.origin);
        self.browser.set_page_load_timeout(LOAD_LIMIT).await?;
        if self.browser.goto(&address).await.is_ok() {
            return Ok(());
        }
        self.browser.goto(&address).await.with_context(|| format!("opening {path}"))
    }

    /// Reloads the page.
    pub async fn reload(&self) -> Result<()> {
        self.browser.refresh().await.context("reloading the page")
    }

    /// Runs JavaScript in the page.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.browser.execute(script, arguments).await?.json().clone())
    }

    /// The visible parts of a name.
    pub async fn parts(&self, name: &str) -> Result<Vec<WebElement>> {
        let script = format!("{DEEP} return deep(document, arguments[0]).filter(shown);");
        let found = self.browser.execute(script, vec![json!(format!("[data-part~='{name}']"))]).await?;
        Ok(found.elements()?)
    }

    /// Whether a part is visible now.
    pub async fn shows(&self, name: &str) -> Result<bool> {
        Ok(!self.parts(name).await?.is_empty())
    }

    /// Waits for a part and returns the first.
    pub async fn part(&self, name: &str) -> Result<WebElement> {
        until(format_args!("the part `{name}`"), async || Ok(self.parts(name).await?.into_iter().next()))
            .await
    }

    /// Waits until a part is gone.
    pub async fn gone(&self, name: &str) -> Result<()> {
        until(format_args!("the part `{name}` to go"), async || Ok((!self.shows(name).await?).then_some(())))
            .await
    }

    /// Waits until one of the parts of a name says something, and returns it.
    pub async fn part_saying(&self, name: &str, words: &str) -> Result<WebElement> {
        until(format_args!("a part `{name}` that says “{words}”"), async || {
            for part in self.parts(name).await? {
                if part.text().await?.contains(words) {
                    return Ok(Some(part));
                }
            }
            Ok(None)
        })
        .await
    }

    /// Presses a part, as soon as it can be pressed.
    pub async fn press(&self, name: &str) -> Result<()> {
        until(format_args!("the part `{name}` to press"), async || {
            let Some(part) = self.parts(name).await?.into_iter().next() else { return Ok(None) };
            if !part.is_enabled().await? {
                return Ok(None);
            }
            part.click().await?;
            Ok(Some(()))
        })
        .await
    }

    /// Presses the part of a name that says something.
    pub async fn press_saying(&self, name: &str, words: &str) -> Result<()> {
        until(format_args!("a part `{name}` to press that says “{words}”"), async || {
            // Results may be drawn again between looking and pressing: then it is looked for again.
            self.part_saying(name, words).await?.click().await?;
            Ok(Some(()))
        })
        .await
    }

    /// Replaces what a field holds by typing.
    ///
    /// The loader's field gives way to the widget's while somebody types, as it should; a person does not notice, but
    /// the driver loses its element, and begins again.
    pub async fn fill(&self, name: &str, text: &str) -> Result<()> {
        // Not by the driver's own way of filling a field: each engine's puts the caret elsewhere, and holds Control longer.
        let select = format!(
            "{DEEP} const field = deep(document, arguments[0])[0]; field.focus(); field.select(); return null;"
        );
        let selector = json!(format!("[data-part={name}]"));
        // To WebKit a line feed is no key.
        let keys = text.replace('\n', &Key::Enter.value().to_string());
        until(format_args!("`{name}` to hold “{text}”"), async || {
            self.part(name).await?;
            self.run(&select, vec![selector.clone()]).await?;
            if text.is_empty() {
                self.keys(Key::Delete + "").await?;
            } else {
                self.keys(keys.as_str()).await?;
            }
            Ok((self.value(name).await? == text).then_some(()))
        })
        .await
    }

    /// What a field holds.
    pub async fn value(&self, name: &str) -> Result<String> {
        Ok(self.part(name).await?.prop("value").await?.unwrap_or_default())
    }

    /// Presses keys wherever the focus is.
    pub async fn keys(&self, keys: impl Into<thirtyfour::TypingData>) -> Result<()> {
        self.browser.action_chain().send_keys(keys).perform().await.context("pressing keys")
    }

    /// The `data-part` of the focused element, looked up through shadow roots.
    pub async fn focused(&self) -> Result<Option<String>> {
        let script = "let at = document.activeElement;
            while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
            return at?.closest('[data-part]')?.getAttribute('data-part') ?? null;";
        Ok(self.run(script, vec![]).await?.as_str().map(str::to_owned))
    }

    /// Opens the panel with the launcher.
    pub async fn open(&self) -> Result<()> {
        self.press("launcher").await?;
        self.part("search-input").await?;
        Ok(())
    }

    /// Types a search and waits for the first hit.
    pub async fn search(&self, text: &str) -> Result<WebElement> {
        self.fill("search-input", text).await?;
        self.part("hit").await
    }

    /// How many elements of the widget match a selector.
    pub async fn count(&self, selector: &str) -> Result<u64> {
        let script = format!("{DEEP} return deep(document, arguments[0]).length;");
        let count = self.run(&script, vec![json!(selector)]).await?;
        count.as_u64().context("no count")
    }

    /// Holds when no content of a thread has run or became markup.
    pub async fn ensure_unharmed(&self) -> Result<()> {
        let pwned = self.run("return typeof window.__pwned;", vec![]).await?;
        ensure!(pwned == "undefined", "content of a thread ran in the page");
        Ok(())
    }

    /// Chooses an option of a list.
    pub async fn choose(&self, name: &str, option: &str) -> Result<()> {
        let list = self.part(name).await?;
        list.send_keys(option).await?;
        let chosen = list.prop("value").await?.unwrap_or_default();
        ensure!(chosen == option, "`{name}` became {chosen:?} instead of {option:?}");
        Ok(())
    }

    /// Moves the focus on with the Tab key until it is on a part.
    pub async fn tab_to(&self, name: &str) -> Result<()> {
        /// More stops than any page of the demo has.
        const STOPS: usize = 80;
        for _ in 0..STOPS {
            if self.focused().await?.as_deref() == Some(name) {
                return Ok(());
            }
            self.keys(Key::Tab + "").await?;
        }
        bail!("the Tab key does not lead to `{name}`")
    }

    /// Waits until the focus is on a part.
    pub async fn focus_reaches(&self, name: &str) -> Result<()> {
        until(format_args!("the focus on `{name}`"), async || {
            Ok((self.focused().await?.as_deref() == Some(name)).then_some(()))
        })
        .await
    }

    /// Where the question in view stands.
    pub async fn state(&self) -> Result<Option<String>> {
        let Some(part) = self.parts("receipt-state").await?.into_iter().next() else { return Ok(None) };
        Ok(part.attr("data-state").await?)
    }

    /// Waits until the question in view stands there.
    pub async fn state_reaches(&self, wanted: &str) -> Result<()> {
        until(format_args!("the question to be {wanted}"), async || {
            Ok((self.state().await?.as_deref() == Some(wanted)).then_some(()))
        })
        .await
    }

    /// What the page has written to the browser's console since the last call: only Chromium lets it be read.
    pub async fn console(&self) -> Result<Vec<String>> {
        let entries = self.browser.browser_log().await.context("reading the console")?;
        Ok(entries.into_iter().map(|entry| format!("{entry:?}")).collect())
    }

    /// Notes from now on what the page's content security policy refuses.
    pub async fn note_refusals(&self) -> Result<()> {
        self.run(
            "window.__refused = [];
            document.addEventListener('securitypolicyviolation', event =>
                window.__refused.push(`${event.effectiveDirective}: ${event.blockedURI}`));
            return null;",
            vec![],
        )
        .await?;
        Ok(())
    }

    /// What it has refused since [`Widget::note_refusals`] and, in Chromium, since the page was opened.
    pub async fn refusals(&self) -> Result<Vec<String>> {
        let noted = self.run("return window.__refused;", vec![]).await?;
        let noted = noted.as_array().into_iter().flatten().map(ToString::to_string);
        let console = self.console().await.unwrap_or_default().into_iter();
        Ok(noted.chain(console.filter(|line| line.contains("Content Security Policy"))).collect())
    }

    /// Keeps every request from now on: address, headers and body.
    pub async fn record_requests(&self) -> Result<()> {
        self.run(
            "const real = window.fetch;
            window.__sent = [];
            window.fetch = async (input, init) => {
                const request = new Request(input, init);
                const headers = [...request.headers].join();
                window.__sent.push(`${request.method} ${request.url} ${headers} ${await request.clone().text()}`);
                return real(request);
            };
            return null;",
            vec![],
        )
        .await?;
        Ok(())
    }

    /// Every request since [`Widget::record_requests`].
    pub async fn recorded_requests(&self) -> Result<String> {
        let sent = self.run("return window.__sent.join('\\n');", vec![]).await?;
        Ok(sent.as_str().unwrap_or_default().to_owned())
    }

    /// Lets the next POST to a path arrive, and loses what comes back.
    pub async fn lose_first_answer(&self, path: &str) -> Result<()> {
        self.run(
            "const real = window.fetch, path = arguments[0];
            window.__tries = 0;
            window.fetch = async (input, init) => {
                const request = new Request(input, init);
                const meant = request.method === 'POST' && new URL(request.url).pathname === path;
                const response = await real(request);
                if (meant && window.__tries++ === 0) throw new TypeError('the connection was lost');
                return response;
            };
            return null;",
            vec![json!(path)],
        )
        .await?;
        Ok(())
    }

    /// How often the path of [`Widget::lose_first_answer`] was posted to.
    pub async fn tries(&self) -> Result<u64> {
        self.run("return window.__tries;", vec![]).await?.as_u64().context("no count")
    }
}
