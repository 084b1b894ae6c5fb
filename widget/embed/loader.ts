// One instance of the help button: draws it, opens an empty dialog at once, fetches the widget on intent.
//
// Before somebody points at, focuses or presses the button, or the page calls for it, no request is sent and nothing written.
// It reads three marks that the widget leaves in local storage: an answer that was not read yet, a question that is still to
// be sent, and one that waits for its answer.
// What happens inside the dialog is the business of what is loaded (`widget.ts`).

import tokens from "../style/tokens.css";
import launcherSheet from "../style/launcher.css";
import shellSheet from "../style/shell.css";
import type { Call, Handle, Options } from "./edgewise";
import type { Frame, Settings, Stage } from "./frame";
import { load } from "./load";
import { erase, shelved } from "./shelf";
import { button, drawShell, Icon, icon, make } from "./shell";

const HOST = "edgewise-help";

/** Puts an instance into the page, unless there is one of that name. `base` is where this script came from. */
export function start(data: Options, base: string): Handle {
  const { site, name = site, label = WORDS.label } = data;
  const before = window.edgewise as Partial<Handle & Call[]> | undefined;
  const instances: Record<string, Handle> = before?.instances ?? {};
  const there = instances[name];
  if (there) return there;

  const shelf = `edgewise:${site}:`;
  const kept = (what: string): string | undefined => shelved((store) => store[shelf + what]);

  const host = make(HOST, { "data-name": name });
  // The English loader, which has no bytes to spare, leaves both to the widget.
  if (WORDS.lang !== "en") Object.assign(host, { lang: WORDS.lang, dir: WORDS.dir });
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(tokens + launcherSheet + shellSheet);
  root.adoptedStyleSheets = [sheet];

  const launcher = button("launcher", "launcher", icon(Icon.Help), label);
  // In the top layer: above whatever the page stacks, below the dialogs that it opens.
  launcher.popover = "manual";
  const dialog = make("dialog", { class: "dialog", "data-part": "dialog", "aria-label": label });
  root.append(launcher, dialog);
  const frame: Frame = { data, base, host, root, dialog, set: {} };

  const listening = new AbortController();
  const { signal } = listening;
  const listen = (target: EventTarget, type: string, act: (event: Event) => void): void =>
    target.addEventListener(type, act, { signal });
  const tell = (what: string): unknown =>
    host.dispatchEvent(new CustomEvent(`edgewise:${what}`, { bubbles: true, composed: true }));

  const mark = (unread: boolean): void => {
    launcher.toggleAttribute("data-unread", unread);
    launcher.ariaLabel = label + (unread ? WORDS.unread : "");
  };
  mark(!!kept("unread"));

  let stage: Stage | undefined;
  let mounting = false;

  /** Puts what is loaded in the place of the shell. */
  const mount = async (): Promise<void> => {
    if (stage || mounting) return;
    mounting = true;
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
    if (dialog.open || signal.aborted) return;
    if (!stage && !frame.shell) {
      frame.shell = drawShell(close);
      dialog.replaceChildren(frame.shell.node);
    }
    dialog.showModal();
    frame.shell?.field.focus();
    if (stage) stage.opened();
    else void mount();
    tell("open");
  };
  const close = (): void => dialog.close();
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
    close,
    toggle: () => (dialog.open ? close : open)(),
    isOpen: () => dialog.open,
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
      tell("destroy");
      listening.abort();
      dialog.close();
      stage?.destroy();
      stage = undefined;
      host.remove();
      delete instances[name];
      if (window.edgewise === handle) {
        const next = Object.values(instances)[0];
        if (next) window.edgewise = next;
        else delete window.edgewise;
      }
    },
    forget() {
      stage?.destroy();
      stage = undefined;
      erase(shelf);
      mark(false);
      if (dialog.open) void mount();
    },
  };

  const warm = (): unknown => load(frame);
  listen(launcher, "pointerenter", warm);
  listen(launcher, "focus", warm);
  listen(launcher, "click", open);
  listen(dialog, "click", (event) => {
    // The dialog is its own target only where its backdrop was hit: its content covers it wholly.
    if (event.target === dialog) close();
  });
  listen(dialog, "close", () => {
    stage?.closed();
    tell("close");
  });
  listen(dialog, "edgewise:unread", (event) => mark((event as CustomEvent<number>).detail > 0));
  listen(dialog, "edgewise:disabled", handle.destroy);
  listen(document, "click", (event) => {
    for (const method of ["open", "search", "ask"] as const) {
      const pressed = (event.target as Element).closest?.(`[data-edgewise-${method}]`);
      if (pressed && (instances[pressed.getAttribute("data-edgewise-name") as string] ?? window.edgewise) === handle) {
        event.preventDefault();
        handle[method](pressed.getAttribute(`data-edgewise-${method}`) as string);
      }
    }
  });

  handle.setTheme(data.theme);
  document.body.append(host);
  if (data.launcher !== "none") launcher.showPopover();
  instances[name] = handle;
  // What lies in the page's flow gives way.
  if (!before?.close) window.edgewise = handle;
  if ((data.open ?? "false") !== "false") open();
  // Its author has pressed "send" on an earlier page: that is intent enough to send it, and to see what came of it.
  else if (kept("unsent") ?? kept("waiting")) void mount();
  before?.forEach?.((call) => handle.push(call));
  return handle;
}
