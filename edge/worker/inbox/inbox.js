// The operator's page of the built-in inbox: lists questions, answers, hides and closes them.
//
// Everything shown is put in as text: nothing that a stranger wrote can become markup here. The token stays in this
// tab (sessionStorage) and is sent to this Worker only.
"use strict";

const STATES = ["open", "answered", "closed", "hidden"];
const NAMES = { open: "Open", answered: "Answered", closed: "Closed", hidden: "Hidden" };
// How often the list is read again while the page is in view: an operator waits for questions, not for seconds.
const AGAIN_MS = 15000;
const STORED = "edgewise-inbox";

const at = (id) => document.getElementById(id);
const page = { token: "", site: "demo", author: "", filter: "open", shown: "" };

/** An element with attributes and children; strings become text. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") element.addEventListener("click", value);
    else if (value !== null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

function tell(text, wrong = false) {
  at("notice").textContent = text;
  at("notice").classList.toggle("wrong", wrong);
}

/** Calls the API; throws an Error that a person can read. */
async function call(path, body) {
  const options = { headers: { Authorization: `Bearer ${page.token}` } };
  if (body !== undefined) {
    options.method = "POST";
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(`/v1/inbox/${encodeURIComponent(page.site)}/questions${path}`, options);
  } catch {
    throw new Error("The Worker does not answer. What you wrote is still here; try again.");
  }
  if (response.ok) return response.json();
  if (response.status === 404 && body === undefined) {
    throw Object.assign(new Error("The token or the site is not known here."), { refused: true });
  }
  const problem = await response.json().catch(() => ({}));
  const errors = (problem.errors ?? []).map((error) => `${error.field}: ${error.message}`);
  throw new Error([problem.title ?? `HTTP ${response.status}`, problem.detail, ...errors].filter(Boolean).join(" – "));
}

/** A block's text with its links, as nodes. Ranges count UTF-16 units, as strings do here. */
function linked(block) {
  const nodes = [];
  let from = 0;
  for (const link of block.links ?? []) {
    const [start, end] = link.range;
    nodes.push(block.text.slice(from, start));
    const safe = /^(https?|mailto):/i.test(link.url);
    const text = block.text.slice(start, end);
    nodes.push(safe ? make("a", { href: link.url, rel: "noopener noreferrer nofollow", target: "_blank" }, text) : text);
    from = end;
  }
  nodes.push(block.text.slice(from));
  return nodes;
}

function shown(block) {
  switch (block.kind) {
    case "heading": return make("h3", {}, ...linked(block));
    case "code": return make("pre", { tabindex: "0" }, make("code", {}, block.text));
    case "quote": return make("blockquote", {}, ...linked(block));
    case "item": return make("p", { class: "item" }, ...linked(block));
    default: return make("p", {}, ...linked(block));
  }
}

function when(text) {
  const date = new Date(text);
  const words = date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  return make("time", { datetime: text }, words);
}

function reply(reply) {
  const head = make("h3", {}, `${reply.author} (${reply.role}) `, when(reply.createdAt));
  return make("li", {}, head, make("div", { class: "blocks" }, ...reply.blocks.map(shown)));
}

function answerForm(question) {
  const id = question.publicId;
  const text = make("textarea", { id: `text-${id}`, name: "markdown", required: "", maxlength: "32000" });
  const author = make("input", { id: `author-${id}`, name: "author", required: "", maxlength: "60", autocomplete: "name" });
  author.value = page.author;
  const move = (state, label) =>
    make("button", { type: "button", class: "quiet", onclick: () => change(id, "state", { state }, label.done) }, label.text);
  const actions = make("div", { class: "actions" }, make("button", { type: "submit" }, "Send the answer"));
  if (question.state === "hidden" || question.state === "closed") {
    actions.append(move("open", { text: "Open again", done: "Opened again." }));
  } else {
    actions.append(move("closed", { text: "Close", done: "Closed." }), move("hidden", { text: "Hide", done: "Hidden." }));
  }
  const form = make("form", { class: "answer" },
    make("label", { for: `text-${id}` }, "Your answer (Markdown)"), text,
    make("label", { for: `author-${id}` }, "Your name"), author, actions);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    page.author = author.value;
    remember();
    change(id, "replies", { markdown: text.value, author: author.value }, "Answered. The asker sees it in the widget.");
  });
  // Ctrl+Enter sends, as in every forum.
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  return form;
}

function card(question) {
  const title = make("h2", { id: `title-${question.publicId}`, tabindex: "-1" }, question.title);
  const meta = make("p", { class: "meta" },
    make("span", { class: `state ${question.state}` }, NAMES[question.state] ?? question.state), when(question.createdAt),
    ...question.tags.map((tag) => make("span", { class: "tag" }, tag)), make("span", {}, question.publicId));
  const body = make("div", { class: "blocks" }, ...question.blocks.map(shown));
  const card = make("article", { class: "card question", "aria-labelledby": title.id }, title, meta, body);
  if (question.replies.length) card.append(make("ul", { class: "replies" }, ...question.replies.map(reply)));
  card.append(answerForm(question));
  return make("li", { id: `question-${question.publicId}` }, card);
}

/** The drafts in the answer boxes, so that reading the list again loses none. */
function drafts() {
  return new Map([...document.querySelectorAll("textarea")].filter((box) => box.value).map((box) => [box.id, box.value]));
}

function draw(list) {
  const total = Object.values(list.counts).reduce((sum, count) => sum + count, 0) - (list.counts.hidden ?? 0);
  const filters = [["", "All", total], ...STATES.map((state) => [state, NAMES[state], list.counts[state] ?? 0])];
  const focused = document.activeElement?.id;
  at("filters").replaceChildren(...filters.map(([state, name, count]) => make("button", {
    type: "button", id: `filter-${state || "all"}`, class: "quiet", "aria-pressed": String(page.filter === state),
    onclick: () => { page.filter = state; page.shown = ""; refresh(); },
  }, `${name} (${count})`)));
  const kept = drafts();
  at("questions").replaceChildren(...list.questions.map(card));
  for (const [id, value] of kept) if (at(id)) at(id).value = value;
  at("empty").hidden = list.questions.length > 0;
  if (focused) at(focused)?.focus();
}

/** Reads the list again; draws only what has changed, so that nobody is disturbed while writing. */
async function refresh() {
  const list = await call(page.filter ? `?state=${page.filter}` : "");
  const key = JSON.stringify([page.filter, list.questions, list.counts]);
  if (key !== page.shown) {
    page.shown = key;
    draw(list);
  }
}

async function change(id, what, body, done) {
  const item = at(`question-${id}`);
  const buttons = item ? [...item.querySelectorAll("button")] : [];
  buttons.forEach((button) => { button.disabled = true; });
  try {
    await call(`/${encodeURIComponent(id)}/${what}`, body);
    if (what === "replies" && at(`text-${id}`)) at(`text-${id}`).value = "";
    page.shown = "";
    await refresh();
    tell(done);
    (at(`title-${id}`) ?? at("filters").querySelector("[aria-pressed=true]"))?.focus();
  } catch (error) {
    tell(error.message, true);
    buttons.forEach((button) => { button.disabled = false; });
  }
}

function remember() {
  sessionStorage.setItem(STORED, JSON.stringify({ token: page.token, site: page.site, author: page.author }));
}

function leave(message = "", wrong = false) {
  sessionStorage.removeItem(STORED);
  Object.assign(page, { token: "", shown: "" });
  at("questions").replaceChildren();
  at("room").hidden = true;
  at("leave").hidden = true;
  at("site-name").textContent = "";
  at("door").hidden = false;
  at("site").value = page.site;
  at("token").value = "";
  at("token").focus();
  tell(message, wrong);
}

async function enter() {
  try {
    await refresh();
  } catch (error) {
    if (error.refused) leave(error.message, true);
    else tell(error.message, true);
    return;
  }
  remember();
  tell("");
  at("door").hidden = true;
  at("room").hidden = false;
  at("leave").hidden = false;
  at("site-name").textContent = page.site;
}

/** The token from the address's fragment, which is taken out of the address bar and never leaves the browser. */
function fromFragment() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  if (!fragment.has("token")) return null;
  history.replaceState(null, "", location.pathname + location.search);
  return { token: fragment.get("token"), site: fragment.get("site") ?? "demo" };
}

at("door").addEventListener("submit", (event) => {
  event.preventDefault();
  Object.assign(page, { token: at("token").value.trim(), site: at("site").value.trim() });
  enter();
});
at("leave").addEventListener("click", () => leave());
setInterval(() => {
  if (page.token && !document.hidden) refresh().catch((error) => tell(error.message, true));
}, AGAIN_MS);

try {
  Object.assign(page, JSON.parse(sessionStorage.getItem(STORED) ?? "{}"));
} catch {
  sessionStorage.removeItem(STORED);
}
Object.assign(page, fromFragment() ?? {});
if (page.token) enter();
else leave();
