// Stands in for the widget where WebAssembly is refused or unknown: searches, and leads to the forum.
//
// A search is sent when its reader asks for it, not while they type: nothing here could take a secret out of what was pasted.

import sheet from "./fallback.css";
import { type Attach, isEntered } from "./frame";
import { tellReady } from "./ready";
import { button, Icon, icon, link, make } from "./shell";
import { Fallback as Text } from "./texts";

/** What of the edge's answers is shown. */
interface Hit {
  url: string;
  title: { text: string };
  accepted: boolean;
  passage?: { text: string };
}
interface Site {
  enabled: boolean;
  forum: { name: string; url: string };
}

export const attach: Attach = (frame) => {
  const { data, base, host, root, dialog, shell, set } = frame;
  const edge = data.edge ?? new URL(base).origin;
  const sheets = [...root.adoptedStyleSheets];
  const style = new CSSStyleSheet();
  style.replaceSync(sheet);
  root.adoptedStyleSheets = [...sheets, style];

  const field = make("input", { placeholder: Text.Search, "aria-label": Text.Search, "data-part": "search-input" });
  const close = button("close", "plain", icon(Icon.Close));
  close.type = "button";
  close.ariaLabel = Text.Close;
  close.addEventListener("click", () => dialog.close?.());
  const submit = button("submit-search", "action", Text.Search);
  const bar = make("div", { class: "bar" }, make("div", { class: "field" }, icon(Icon.Search), field), submit, close);
  const form = make("form", { role: "search" }, bar);
  const status = make("p", { class: "status", role: "status", "data-part": "status" }, Text.Hint);
  const results = make("ul", { class: "results", "data-part": "results" });
  const foot = make("p", { class: "foot" }, Text.Reduced, " ", link(data.forum, Text.Forum));
  field.enterKeyHint = "search";
  const typed = shell?.field;
  field.value = typed?.value ?? "";
  const ends = [typed?.selectionStart ?? 0, typed?.selectionEnd ?? 0] as const;
  const entered = isEntered(frame);
  dialog.replaceChildren(make("div", { class: "stand-in" }, form, status, results, foot));
  if (entered) {
    field.focus();
    field.setSelectionRange(...ends);
  }

  const leaving = new AbortController();
  const ask = async (path: string, signal: AbortSignal, q = ""): Promise<unknown> => {
    const query = new URLSearchParams({ site: data.site, ...(q && { q }) });
    const response = await fetch(`${edge}/v1/${path}?${query}`, { credentials: "omit", signal });
    if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
    return response.json();
  };

  let out = new AbortController();
  const search = async (): Promise<void> => {
    out.abort();
    const { signal } = (out = new AbortController());
    const q = field.value.trim();
    results.replaceChildren();
    status.textContent = q ? Text.Busy : Text.Hint;
    if (!q) return;
    try {
      const { total, hits } = (await ask("search", signal, q)) as { total: number; hits: Hit[] };
      results.replaceChildren(...hits.map(draw));
      status.textContent = total ? `${total} ${total === 1 ? Text.Result : Text.Results}` : Text.Nothing;
    } catch (error) {
      if (signal.aborted) return;
      console.warn("edgewise:", error);
      status.textContent = Text.Failed;
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void search();
  });

  void ask("site", leaving.signal).then(
    (site) => {
      const { enabled, forum } = site as Site;
      if (!enabled) dialog.dispatchEvent(new CustomEvent("edgewise:disabled", { bubbles: true, composed: true }));
      else if (!data.forum) foot.append(link(forum.url, forum.name));
    },
    () => {},
  );
  const update = (): void => {
    const { draft } = set;
    delete set.draft;
    // Questions are asked in the forum: what was to be asked is searched for, so that it is not lost.
    const title = typeof draft === "string" ? draft : draft?.title;
    if (title) field.value = title;
  };
  update();
  delete frame.shell;
  tellReady(host, false);

  return {
    opened: () => root.activeElement ?? field.focus(),
    closed: () => {},
    search(text) {
      field.value = text;
      void search();
    },
    update,
    destroy() {
      out.abort();
      leaving.abort();
      dialog.replaceChildren();
      root.adoptedStyleSheets = sheets;
    },
  };
};

function draw({ url, title, accepted, passage }: Hit): HTMLElement {
  const words = passage ? make("p", { class: "passage" }, passage.text) : "";
  return make("li", { "data-part": "hit" }, link(url, title.text) || title.text, accepted ? make("span", { class: "solved" }, Text.Solved) : "", words);
}
