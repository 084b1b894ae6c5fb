// Stands in for the widget where WebAssembly is refused or unknown: searches, and leads to the forum.
//
// A search is sent when its reader asks for it, not while they type: nothing here could take a secret out of what was pasted.

import { standIn as english } from "../locales/en.json";
import sheet from "./fallback.css";
import { type Drawn, type Frame, isEntered } from "./frame";
import type { Locale } from "./locale";
import { button, Icon, icon, link, make, type Shell } from "./shell";

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

/** Draws it with what was typed into the shell, or into what was drawn before. */
export function draw(frame: Omit<Frame, "shell"> & { shell?: Pick<Shell, "field"> | undefined }, { lang, standIn: words = english }: Locale): Drawn {
  const { data, base, root, dialog, shell, set } = frame;
  const edge = data.edge ?? new URL(base).origin;
  const sheets = [...root.adoptedStyleSheets];
  const style = new CSSStyleSheet();
  style.replaceSync(sheet);
  root.adoptedStyleSheets = [...sheets, style];

  const field = make("input", { placeholder: words.search, "aria-label": words.search, "data-part": "search-input", dir: "auto" });
  const close = button("close", "plain", icon(Icon.Close));
  close.type = "button";
  close.ariaLabel = words.close;
  close.addEventListener("click", () => dialog.close?.());
  const submit = button("submit-search", "action", words.search);
  const bar = make("div", { class: "bar" }, make("div", { class: "field" }, icon(Icon.Search), field), submit, close);
  const form = make("form", { role: "search" }, bar);
  const status = make("p", { class: "status", role: "status", "data-part": "status" }, words.hint);
  const results = make("ul", { class: "results", "data-part": "results" });
  const foot = make("p", { class: "foot" }, words.reduced, " ", link(data.forum, words.forum));
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
  let sought = "";
  const search = async (): Promise<void> => {
    out.abort();
    const { signal } = (out = new AbortController());
    const q = (sought = field.value.trim());
    results.replaceChildren();
    status.textContent = q ? words.busy : words.hint;
    if (!q) return;
    try {
      const { total, hits } = (await ask("search", signal, q)) as { total: number; hits: Hit[] };
      results.replaceChildren(...hits.map((hit) => drawHit(hit, words.solved)));
      const { [new Intl.PluralRules(lang).select(total)]: form = "" } = words.results;
      status.textContent = total ? form.replace("{count}", total.toLocaleString(lang)) : words.nothing;
    } catch (error) {
      if (signal.aborted) return;
      console.warn("edgewise:", error);
      status.textContent = words.failed;
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

  const drawn: Drawn = {
    opened: () => root.activeElement ?? field.focus(),
    closed: () => {},
    search(text) {
      field.value = text;
      void search();
    },
    update,
    speak(locale) {
      drawn.destroy();
      const again = draw({ ...frame, shell: { field } }, locale);
      if (sought) again.search(sought);
      return again;
    },
    destroy() {
      out.abort();
      leaving.abort();
      dialog.replaceChildren();
      root.adoptedStyleSheets = sheets;
    },
  };
  return drawn;
}

function drawHit({ url, title, accepted, passage }: Hit, solved: string): HTMLElement {
  const words = passage ? make("p", { class: "passage" }, passage.text) : "";
  return make("li", { "data-part": "hit", dir: "auto" }, link(url, title.text) || title.text, accepted ? make("span", { class: "solved" }, solved) : "", words);
}
