// Help in the flow of a page as an ES module: for scripts that import it, and for tags that run it as one.

import type { Options } from "./edgewise";
import { define } from "./element";

// A module is not told which tag runs it.
const tags = [...document.querySelectorAll<HTMLScriptElement>("script[type=module]")];
const { dataset, nonce } = tags.find(({ src }) => src === import.meta.url) ?? {};
define({ ...dataset, nonce } as Options, import.meta.url);
