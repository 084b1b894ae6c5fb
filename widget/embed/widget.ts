// What the loader fetches on intent: starts the WebAssembly and puts the widget in the place of the empty dialog.
//
// Where the page's policy or the browser refuses WebAssembly it puts the stand-in there (`fallback.ts`), and says what is missing.

import init, { mount } from "glue";
import { type Attach, type Frame, isEntered, type Stage } from "./frame";
import { make } from "./shell";
import { tellReady } from "./ready";
import { verified } from "./verified";

/** Hashes of what is loaded from here: set when the module is bundled. */
declare const WASM_HASH: string;
declare const FALLBACK_HASH: string;
declare const CHALLENGE_HASH: string;

/** A module without content, as WebAssembly has it. */
const EMPTY = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

let ready: Promise<Attach> | undefined;

/** Starts the WebAssembly, once for all instances of a page. */
export default function prepare(wasm: Promise<Response>, nonce?: string): Promise<Attach> {
  ready ??= decide(wasm, nonce);
  ready.catch(() => (ready = undefined));
  return ready;
}

/** A module beside this one. `hash` is the number of the try. */
function beside(name: string, hash: string, integrity: string, nonce: string | undefined): Promise<unknown> {
  return verified(new URL(name + hash, import.meta.url).href, integrity, nonce);
}

async function decide(wasm: Promise<Response>, nonce: string | undefined): Promise<Attach> {
  const standIn = async (reason: string, error: unknown): Promise<Attach> => {
    console.error(`edgewise: ${reason}`, error);
    // With the number of this try, as the loader counts them.
    const module = await beside("fallback.js", new URL(import.meta.url).hash, FALLBACK_HASH, nonce);
    return (module as { attach: Attach }).attach;
  };

  try {
    new WebAssembly.Module(EMPTY);
  } catch (error) {
    return standIn(self.WebAssembly ? "script-src lacks 'wasm-unsafe-eval'" : "this browser has no WebAssembly", error);
  }
  const bytes = await checked(await wasm);
  try {
    await init({ module_or_path: bytes });
  } catch (error) {
    return standIn("this browser cannot run the widget", error);
  }
  return attach;
}

/** The bytes of the WebAssembly, if they are the published ones. */
async function checked(response: Response): Promise<ArrayBuffer> {
  const bytes = response.ok && (await response.arrayBuffer());
  // A page without a secure context has no digest; it could not trust its own scripts either.
  const digest = bytes && self.crypto.subtle && new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  if (!bytes || (digest && `sha256-${btoa(String.fromCharCode(...digest))}` !== WASM_HASH)) {
    throw new Error(`${response.url}: ${response.status}, or not as published`);
  }
  return bytes;
}

/** What a page says need not be a text. */
function text(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : `${value as string}`;
}

let tries = 0;
let challenge: Promise<unknown> | undefined;

/** Has a site's challenge passed, see `challenge.ts`, which comes when it is needed. */
async function pass(frame: Frame, key: string, leaving: AbortSignal): Promise<string | undefined> {
  challenge ??= beside("challenge.js", `#${tries++}`, CHALLENGE_HASH, frame.data.nonce);
  challenge.catch(() => (challenge = undefined));
  return ((await challenge) as typeof import("./challenge")).pass(frame, key, leaving);
}

function attach(frame: Frame): Stage {
  const { root, dialog, data, shell } = frame;
  const sheets = [...root.adoptedStyleSheets];
  const container = make("div", { class: "app" });
  const typed = shell?.field;
  const { value = "", selectionStart = 0, selectionEnd = 0 } = typed ?? {};
  const entered = isEntered(frame);
  const edge = data.edge ?? new URL(frame.base).origin;
  const leaving = new AbortController();
  const challenged = (key: string): Promise<string | undefined> => pass(frame, key, leaving.signal);
  const widget = mount(root, dialog, container, edge, data.site, value, entered, dialog.open === undefined, challenged);
  dialog.replaceChildren(container);
  const field = container.querySelector("input");
  if (entered && field) {
    field.value = value;
    field.focus();
    field.setSelectionRange(selectionStart, selectionEnd);
  }
  delete frame.shell;

  const update = (): void => {
    const { context, draft } = frame.set;
    if (context) widget.context(text(context.product), text(context.version));
    if (draft !== undefined) {
      const { title, body } = typeof draft === "string" ? { title: draft } : draft;
      delete frame.set.draft;
      widget.ask(text(title) ?? "", text(body) ?? "");
    }
  };
  update();
  tellReady(frame.host, true);

  return {
    opened: () => widget.opened(),
    closed: () => widget.closed(),
    search: (query) => widget.search(`${query}`),
    update,
    destroy() {
      leaving.abort();
      widget.destroy();
      dialog.replaceChildren();
      root.adoptedStyleSheets = sheets;
    },
  };
}
