// The loader as a script tag runs it: an instance for the tag.

import type { Options } from "./edgewise";
import { start } from "./loader";

const { dataset, src, nonce } = document.currentScript as HTMLScriptElement;
const begin = (): unknown => start({ ...dataset, nonce } as Options, src);
if (!dataset.site) console.error("edgewise: no data-site");
else if (document.body) begin();
else addEventListener("DOMContentLoaded", begin);
