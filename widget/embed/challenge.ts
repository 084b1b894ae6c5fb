// Has the browser pass a site's Turnstile challenge: loaded when a question is about to be sent, and not before.
//
// The challenge cannot work in a shadow root, so it lies in an element below `<edgewise-help>` that a slot of the panel shows.
// Whether its token is any good is for the edge to say.

import sheet from "./challenge.css";
import type { Frame } from "./frame";
import type { Locale } from "./locale";
import { make } from "./shell";

/** Cloudflare wants it from there, and from nowhere else. */
const SCRIPT = "https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit";

/** What the script leaves in the page. */
interface Turnstile {
  render(into: HTMLElement, options: Record<string, unknown>): string;
  remove(id: string): void;
}

/** The part of Trusted Types that is needed. */
interface Policies {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): { createScriptURL: (url: string) => string };
}

type Page = Window & { turnstile?: Turnstile; trustedTypes?: Policies };

let policy: { createScriptURL: (url: string) => string } | undefined;
let loading: Promise<Turnstile> | undefined;
let count = 0;

/** The address of the one script that is ever named here, as the page's policy wants it. */
function trusted(): string {
  // A policy that knows one address cannot be used for another.
  policy ??= (window as Page).trustedTypes?.createPolicy("edgewise", { createScriptURL: () => SCRIPT });
  return policy?.createScriptURL(SCRIPT) ?? SCRIPT;
}

/** Loads Cloudflare's script; once, unless that fails. */
function load(nonce = ""): Promise<Turnstile> {
  loading ??= new Promise<Turnstile>((resolve, reject) => {
    const script = make("script", { nonce });
    script.src = trusted();
    const end = (): void => {
      const { turnstile } = window as Page;
      if (turnstile) return resolve(turnstile);
      script.remove();
      reject(new Error(SCRIPT));
    };
    script.onload = script.onerror = end;
    document.head.append(script);
  });
  loading.catch(() => (loading = undefined));
  return loading;
}

/**
 * Has the challenge passed, and returns its token; nothing where the page does not let the challenge in, an empty text where it was
 * not passed. Fails where the connection is down. `leaving` takes it out of the page.
 */
export async function pass(
  { host, root, data }: Frame,
  key: string,
  words: Locale["loader"],
  leaving: AbortSignal,
): Promise<string | undefined> {
  const failed = <T>(what: string, error: unknown, outcome: T): T => {
    if (!navigator.onLine) throw error;
    console.error(`edgewise: ${what}`, error);
    return outcome;
  };
  let turnstile: Turnstile;
  try {
    turnstile = (window as Page).turnstile ?? (await load(data.nonce));
  } catch (error) {
    return failed("script-src lacks https://challenges.cloudflare.com, trusted-types lacks edgewise, or it cannot be reached", error, undefined);
  }

  const style = new CSSStyleSheet();
  style.replaceSync(sheet);
  root.adoptedStyleSheets.push(style);
  const slot = `edgewise-challenge-${++count}`;
  const box = make("div", { slot });
  const told = make("p", { role: "status" });
  const place = make(
    "div",
    { class: "challenge", role: "group", "aria-label": words.challenge, "data-part": "challenge" },
    told,
    make("slot", { name: slot }),
  );
  host.append(box);
  root.querySelector(".panel")?.append(place);
  let id: string | undefined;
  try {
    return await new Promise<string>((resolve, reject) => {
      leaving.addEventListener("abort", reject);
      const give = (error: unknown): boolean => {
        try {
          resolve(failed("the challenge was not passed; frame-src may lack https://challenges.cloudflare.com", error, ""));
        } catch {
          reject(error as Error);
        }
        // It is said: the script need not.
        return true;
      };
      id = turnstile.render(box, {
        sitekey: key,
        callback: resolve,
        "error-callback": give,
        "unsupported-callback": give,
        "before-interactive-callback": () => {
          place.classList.add("asks");
          told.textContent = words.challenge_asks;
          place.scrollIntoView({ block: "nearest" });
        },
        appearance: "interaction-only",
        language: host.lang || "auto",
        "response-field": false,
        retry: "never",
        size: "flexible",
        theme: host.dataset.theme || "auto",
      });
    });
  } finally {
    if (id) turnstile.remove(id);
    box.remove();
    place.remove();
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((other) => other !== style);
  }
}
