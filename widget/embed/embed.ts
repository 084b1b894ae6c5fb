// The loader that the script tag names: draws the launcher, opens an empty dialog at once, fetches the widget on intent.
//
// Before somebody points at, focuses or presses the launcher it sends no request and writes nothing. It reads three
// marks that the widget leaves in local storage: an answer that was not read yet, a question that is still to be sent,
// and one that waits for its answer.
// What happens inside the dialog is the widget's business.

import tokens from "../style/tokens.css";
import launcherSheet from "../style/launcher.css";
import shellSheet from "../style/shell.css";
import { TEXT } from "./texts";
import { button, drawShell, icon, ICONS, make } from "./shell";

/** Path of the widget's module, relative to this script: set when the loader is bundled. */
declare const WIDGET_URL: string;

/** What the widget's module gives. */
interface WidgetModule {
  default(options: { module_or_path: Response | Promise<Response> }): Promise<unknown>;
  mount(
    root: ShadowRoot,
    dialog: HTMLDialogElement,
    container: HTMLElement,
    edge: string,
    site: string,
    text: string,
  ): Widget;
}

interface Widget {
  opened(): void;
  closed(): void;
  destroy(): void;
}

/** The handle that the host page may use. */
export interface Handle {
  open(): void;
  close(): void;
  destroy(): void;
}

declare global {
  interface Window {
    edgewise?: Handle;
  }
}

const HOST = "edgewise-help";

function start(script: HTMLScriptElement): Handle {
  const data = script.dataset;
  const site = data.site ?? "";
  const edge = data.edge ?? new URL(script.src).origin;
  const label = data.label ?? TEXT.label;
  const kept = (what: string): string | null => {
    try {
      return localStorage.getItem(`edgewise:${site}:${what}`);
    } catch {
      return null;
    }
  };

  const host = make(HOST, { "data-site": site });
  if (data.theme) host.dataset.theme = data.theme;
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [tokens, launcherSheet, shellSheet].map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });

  const launcher = button("launcher", "launcher", label, icon(ICONS.help), label);
  launcher.ariaHasPopup = "dialog";
  const dialog = make("dialog", { class: "dialog", "data-part": "dialog", "aria-label": label });
  root.append(launcher, dialog);

  const listening = new AbortController();
  const on = (target: EventTarget, name: string, act: (event: Event) => void): void =>
    target.addEventListener(name, act, { signal: listening.signal });

  const mark = (unread: boolean): void => {
    launcher.toggleAttribute("data-unread", unread);
    launcher.ariaLabel = unread ? `${label}: ${TEXT.unread}` : label;
  };
  mark(kept("unread") !== null);

  let loading: Promise<WidgetModule> | undefined;
  let tries = 0;
  let widget: Widget | undefined;
  let mounting = false;
  let shell: ReturnType<typeof drawShell> | undefined;

  /** Fetches the widget's module and its WebAssembly side by side; once, unless it fails. */
  const load = (): Promise<WidgetModule> => {
    loading ??= (async () => {
      const url = new URL(WIDGET_URL, script.src);
      // A browser may remember that a module could not be fetched; another address is another module.
      if (tries) url.search = `try=${tries}`;
      const wasm = fetch(new URL("widget_bg.wasm", url), { credentials: "omit" }).then((response) => {
        if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
        return response;
      });
      wasm.catch(() => {});
      const module = (await import(url.href)) as WidgetModule;
      await module.default({ module_or_path: await wasm });
      return module;
    })();
    loading.catch(() => {
      loading = undefined;
      tries += 1;
    });
    return loading;
  };
  const warm = (): void => void load().catch(() => {});

  /** Puts the widget in the place of the shell, with what was typed there meanwhile. */
  const mount = async (): Promise<void> => {
    if (widget || mounting) return;
    mounting = true;
    try {
      const module = await load();
      await shell?.settled();
      if (!host.isConnected) return;
      const container = make("div", { class: "app" });
      const typed = shell?.field;
      const [text = "", from = 0, to = 0] = typed ? [typed.value, typed.selectionStart, typed.selectionEnd] : [];
      dialog.replaceChildren(container);
      widget = module.mount(root, dialog, container, edge, site, text);
      const field = container.querySelector("input");
      if (dialog.open && field) {
        field.value = text;
        field.focus();
        field.setSelectionRange(from, to);
      }
      shell = undefined;
    } catch (error) {
      console.warn("edgewise:", error);
      shell?.failed(data.forum, () => {
        shell?.waiting();
        void mount();
      });
    } finally {
      mounting = false;
    }
  };

  const open = (): void => {
    if (dialog.open || !host.isConnected) return;
    if (!widget && !shell) {
      shell = drawShell(() => dialog.close());
      dialog.replaceChildren(shell.node);
    }
    dialog.showModal();
    launcher.ariaExpanded = "true";
    shell?.field.focus();
    if (widget) widget.opened();
    else void mount();
  };
  const close = (): void => dialog.close();
  const destroy = (): void => {
    listening.abort();
    if (dialog.open) dialog.close();
    widget?.destroy();
    widget = undefined;
    host.remove();
    if (window.edgewise === handle) delete window.edgewise;
  };

  on(launcher, "pointerenter", warm);
  on(launcher, "focus", warm);
  on(launcher, "click", open);
  on(dialog, "click", (event) => {
    // The dialog is its own target only where its backdrop was hit: its content covers it wholly.
    if (event.target === dialog) close();
  });
  on(dialog, "close", () => {
    launcher.ariaExpanded = "false";
    widget?.closed();
  });
  on(dialog, "edgewise:unread", (event) => mark((event as CustomEvent<number>).detail > 0));
  on(dialog, "edgewise:disabled", () => {
    console.info("edgewise: switched off");
    destroy();
  });

  const handle: Handle = { open, close, destroy };
  document.body.append(host);
  if (data.open !== undefined && data.open !== "false") open();
  // Its author has pressed "send" on an earlier page: that is intent enough to send it, and to see what came of it.
  else if (kept("unsent") ?? kept("waiting")) void mount();
  return handle;
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement) {
  const begin = (): void => {
    if (!document.querySelector(HOST)) window.edgewise = start(script);
  };
  if (!script.dataset.site) console.error("edgewise: data-site is missing");
  else if (document.body) begin();
  else document.addEventListener("DOMContentLoaded", begin);
}
