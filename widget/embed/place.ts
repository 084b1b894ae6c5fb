// One place for help in the flow of a page: draws the search field, and fetches the widget once somebody reaches for it.
//
// Before that no request is sent and nothing written. A question that is still to be sent, or waits for its answer, is reason
// enough to fetch it, as it is to the loader (`loader.ts`), with which it shares all that a site keeps.

import tokens from "../style/tokens.css";
import shellSheet from "../style/shell.css";
import type { Call, Handle, Options } from "./edgewise";
import type { Frame, Settings, Stage } from "./frame";
import sheet from "./inline.css";
import { load } from "./load";
import { erase, shelved } from "./shelf";
import { drawShell, make } from "./shell";

/** Where the handles of a page's instances are. Without the loader it is a list of the calls that it would make. */
type Registry = { instances?: Record<string, Handle>; length?: number };

/** Fills an element of the page, and returns what empties it once it is taken away. `base` is where this script came from. */
export function fill(host: HTMLElement, data: Options, base: string): () => void {
  const { site, name: wanted = "inline" } = data;
  const instances = ((window.edgewise ??= []) as Registry).instances ??= {};
  let name = wanted;
  for (let count = 2; instances[name]; count += 1) name = `${wanted}-${count}`;

  if (WORDS.lang !== "en") Object.assign(host, { lang: WORDS.lang, dir: WORDS.dir });
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const style = new CSSStyleSheet();
  style.replaceSync(tokens + shellSheet + sheet);
  root.adoptedStyleSheets = [style];
  const dialog = make("section", { class: "inline", "data-part": "inline", "aria-label": data.label ?? WORDS.label });
  const frame: Frame = { data, base, host, root, dialog, set: {} };
  root.append(dialog);

  const listening = new AbortController();
  const { signal } = listening;
  const listen = (target: EventTarget, type: string, act: (event: Event) => void): void =>
    target.addEventListener(type, act, { signal });

  const busy = (on: boolean): unknown => frame.shell?.node.firstElementChild?.classList.toggle("busy", on);
  const draw = (): void => {
    frame.shell = drawShell(() => {});
    busy(false);
    dialog.replaceChildren(frame.shell.node);
  };
  draw();

  let stage: Stage | undefined;
  let mounting = false;

  /** Puts what is loaded in the place of the empty field. */
  const mount = async (): Promise<void> => {
    if (stage || mounting || signal.aborted) return;
    mounting = true;
    busy(true);
    try {
      const attach = await load(frame);
      await frame.shell?.settled;
      if (!signal.aborted) stage = attach(frame);
    } catch (error) {
      console.warn("edgewise: offline, or script-src or connect-src without", base, error);
      frame.shell?.failed(data.forum, mount);
    } finally {
      mounting = false;
    }
  };
  const open = (): void => {
    root.querySelector<HTMLElement>("input, [data-focus]")?.focus();
    void mount();
  };
  const set =
    <N extends keyof Settings>(what: N) =>
    (value: Settings[N]): void => {
      frame.set[what] = value;
      stage?.update();
    };

  const handle: Handle = {
    instances,
    push: (...calls: Call[]) => calls.forEach(([method, ...values]) => (handle[method] as (...values: unknown[]) => void)(...values)),
    open,
    close: () => {},
    toggle: open,
    isOpen: () => !signal.aborted,
    search(text) {
      open();
      if (frame.shell) frame.shell.field.value = text;
      else stage?.search(text);
    },
    ask(draft = "") {
      open();
      set("draft")(draft);
    },
    identify: set("token"),
    logout: () => set("token")(""),
    setContext: set("context"),
    setTheme: (theme = "") => void (host.dataset.theme = theme),
    setLocale: set("locale"),
    on: (type, listener) => listen(host, `edgewise:${type}`, listener as (event: Event) => void),
    off: (type, listener) => host.removeEventListener(`edgewise:${type}`, listener as (event: Event) => void),
    destroy() {
      if (signal.aborted) return;
      host.dispatchEvent(new CustomEvent("edgewise:destroy", { bubbles: true, composed: true }));
      host.remove();
    },
    forget() {
      stage?.destroy();
      stage = undefined;
      erase(`edgewise:${site}:`);
      draw();
    },
  };

  listen(host, "pointerenter", () => void load(frame).catch(() => {}));
  let inside = false;
  // Where the focus comes to, not what it leaves: what had it may have gone with a view.
  listen(document, "focusin", (event) => {
    const within = event.composedPath().includes(host);
    if (within === inside) return;
    inside = within;
    if (!within) return stage?.closed();
    stage?.opened();
    // Who is told that nothing came decides about another try.
    if (!root.querySelector("[role=alert]")) void mount();
  });
  listen(dialog, "edgewise:disabled", () => handle.destroy());

  handle.setTheme(data.theme);
  instances[name] = handle;
  if (shelved((store) => store[`edgewise:${site}:unsent`] ?? store[`edgewise:${site}:waiting`])) void mount();
  return () => {
    listening.abort();
    stage?.destroy();
    root.replaceChildren();
    delete instances[name];
    const [next] = Object.values(instances);
    if (window.edgewise === handle && next) window.edgewise = next;
    else if (!next && !(window.edgewise as Registry).length) delete window.edgewise;
  };
}
