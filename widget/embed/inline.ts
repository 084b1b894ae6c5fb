// Help in the flow of a page, as a script tag runs it.

import type { Options } from "./edgewise";
import { define } from "./element";

const { dataset, src, nonce } = document.currentScript as HTMLScriptElement;
define({ ...dataset, nonce } as Options, src);
