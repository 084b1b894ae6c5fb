// Fetches the widget for whoever draws it: the loader, or its place in a page's flow.

import type { Attach, Frame, WidgetModule } from "./frame";
import { verified } from "./verified";

/** Where the widget's module is, and the hash of its bytes: set when the scripts are bundled. */
declare const MODULE: string;
declare const MODULE_HASH: string;

let loading: Promise<Attach> | undefined;
let tries = 0;

/** Fetches the widget's module and its WebAssembly side by side; once, unless it fails. The module knows the other hashes. */
export function load(frame: Frame): Promise<Attach> {
  loading ??= (async () => {
    // A browser may remember that a module could not be fetched; another address is another module.
    const { href } = new URL(`${MODULE}#${tries++}`, frame.base);
    const wasm = fetch(new URL("widget_bg.wasm", href), { credentials: "omit" });
    wasm.catch(() => {});
    return ((await verified(href, MODULE_HASH, frame.data.nonce)) as WidgetModule).default(wasm, frame);
  })();
  loading.catch(() => (loading = undefined));
  return loading;
}
