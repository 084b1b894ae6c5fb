// What the loader fetches on intent: starts the WebAssembly and puts the widget in the place of the empty dialog.
//
// Where the page's policy or the browser refuses WebAssembly it puts the stand-in there (`fallback.ts`), and says what is missing.

import init, { mount, speak } from "glue";
import { checked } from "./checked";
import { type Attach, type Drawn, type Frame, isEntered } from "./frame";
import { ENGLISH, fetched, wanted, type Locale } from "./locale";
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

/** What the page's instances speak, and what they are to speak. */
let spoken = ENGLISH;
let asked: string = ENGLISH.lang;
const instances = new Map<Frame, () => void>();

/** Starts the WebAssembly, once for all instances of a page; `frame` is the first. */
export default function prepare(wasm: Promise<Response>, frame: Frame): Promise<Attach> {
  ready ??= Promise.all([decide(wasm, frame.data.nonce), follow(wanted(frame))]).then(([draw]) => attachment(draw));
  ready.catch(() => (ready = undefined));
  return ready;
}

/** Draws an instance in the language that is spoken. */
type Draw = (frame: Frame, locale: Locale) => Drawn;

/** A module beside this one. `hash` is the number of the try. */
function beside(name: string, hash: string, integrity: string, nonce: string | undefined): Promise<unknown> {
  return verified(new URL(name + hash, import.meta.url).href, integrity, nonce);
}

async function decide(wasm: Promise<Response>, nonce: string | undefined): Promise<{ draw: Draw; whole: boolean }> {
  const standIn = async (reason: string, error: unknown): Promise<{ draw: Draw; whole: boolean }> => {
    console.error(`edgewise: ${reason}`, error);
    // With the number of this try, as the loader counts them.
    const module = await beside("fallback.js", new URL(import.meta.url).hash, FALLBACK_HASH, nonce);
    return { draw: (module as { draw: Draw }).draw, whole: false };
  };

  try {
    new WebAssembly.Module(EMPTY);
  } catch (error) {
    return standIn(self.WebAssembly ? "script-src lacks 'wasm-unsafe-eval'" : "this browser has no WebAssembly", error);
  }
  const bytes = await checked(await wasm, WASM_HASH);
  try {
    await init({ module_or_path: bytes });
  } catch (error) {
    return standIn("this browser cannot run the widget", error);
  }
  return { draw, whole: true };
}

/** Has every instance speak a language. Where its words do not come, all stays as it is. */
async function follow(language: string): Promise<void> {
  if (language === asked) return;
  asked = language;
  try {
    const locale = await fetched(language);
    // Another may have been asked for meanwhile; and many have no locale but English.
    if (asked !== language || locale === spoken) return;
    spoken = locale;
    instances.forEach((speak) => speak());
  } catch (error) {
    console.warn(`edgewise: no words for ${language}:`, error);
    if (asked === language) asked = spoken.lang;
  }
}

/** Puts what the loader has written into the language that is spoken. The page's own label stays. */
function caption({ host, root, dialog, data }: Frame): void {
  const { lang, dir, loader } = spoken;
  const { label = loader.label } = data;
  Object.assign(host, { lang, dir });
  dialog.ariaLabel = label;
  const launcher = root.querySelector("[data-part=launcher]");
  if (launcher?.lastChild) {
    launcher.lastChild.textContent = label;
    launcher.ariaLabel = label + (launcher.matches("[data-unread]") ? loader.unread : "");
  }
}

function attachment({ draw, whole }: { draw: Draw; whole: boolean }): Attach {
  return (frame) => {
    const { host, root, set } = frame;
    const captioned = (): void => caption(frame);
    let drawn = draw(frame, spoken);
    captioned();
    delete frame.shell;
    instances.set(frame, () => {
      captioned();
      drawn = drawn.speak(spoken);
    });
    // The loader has marked the button in its own words by then.
    root.addEventListener("edgewise:unread", captioned);
    let said = set.locale;
    void follow(wanted(frame));
    tellReady(host, whole);
    return {
      opened: () => drawn.opened(),
      closed: () => drawn.closed(),
      search: (text) => drawn.search(text),
      update() {
        drawn.update();
        if (set.locale === said) return;
        said = set.locale;
        void follow(wanted(frame));
      },
      destroy() {
        root.removeEventListener("edgewise:unread", captioned);
        instances.delete(frame);
        drawn.destroy();
      },
    };
  };
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
  return ((await challenge) as typeof import("./challenge")).pass(frame, key, spoken.loader, leaving);
}

function draw(frame: Frame, locale: Locale): Drawn {
  const { root, dialog, data, shell } = frame;
  const sheets = [...root.adoptedStyleSheets];
  const container = make("div", { class: "app" });
  const typed = shell?.field;
  const { value = "", selectionStart = 0, selectionEnd = 0 } = typed ?? {};
  const entered = isEntered(frame);
  const edge = data.edge ?? new URL(frame.base).origin;
  const leaving = new AbortController();
  const challenged = (key: string): Promise<string | undefined> => pass(frame, key, leaving.signal);
  speak(locale.widget);
  const widget = mount(root, dialog, container, edge, data.site, value, entered, dialog.open === undefined, challenged);
  dialog.replaceChildren(container);
  const field = container.querySelector("input");
  if (entered && field) {
    field.value = value;
    field.focus();
    field.setSelectionRange(selectionStart, selectionEnd);
  }

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

  const drawn: Drawn = {
    opened: () => widget.opened(),
    closed: () => widget.closed(),
    search: (query) => widget.search(`${query}`),
    update,
    speak({ widget: words }) {
      speak(words);
      widget.redraw();
      return drawn;
    },
    destroy() {
      leaving.abort();
      widget.destroy();
      dialog.replaceChildren();
      root.adoptedStyleSheets = sheets;
    },
  };
  return drawn;
}
