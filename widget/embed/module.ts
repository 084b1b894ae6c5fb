// The loader as an ES module: for scripts that import it, and for tags that run it as one.

import type { Handle, Options } from "./edgewise";
import { start } from "./loader";

export function mount(options: Options): Handle {
  return start(options, import.meta.url);
}

// A module is not told which tag runs it, and runs once for all of them.
for (const { dataset, src, nonce } of document.querySelectorAll<HTMLScriptElement>("script[type=module][data-site]")) {
  if (src === import.meta.url) mount({ ...dataset, nonce } as Options);
}
