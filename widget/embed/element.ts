// `<edgewise-help inline>`: an element that is filled wherever and whenever it stands in the page.

import type { Options } from "./edgewise";
import { fill } from "./place";

const NAME = "edgewise-help";

/** Defines the element, once for all scripts of a page. What it does not say itself is as in `tag`. */
export function define(tag: Partial<Options>, base: string): void {
  if (customElements.get(NAME)) return;
  class Help extends HTMLElement {
    #empty: (() => void) | undefined;

    connectedCallback(): void {
      // The loader's own elements bear the same name.
      if (!this.hasAttribute("inline")) return;
      const own = Object.fromEntries([...this.attributes].map(({ name, value }) => [name.replace("data-", ""), value]));
      const data = { ...tag, ...own };
      if (data.site) this.#empty = fill(this, data as Options, base);
      else console.error("edgewise: no site");
    }

    disconnectedCallback(): void {
      this.#empty?.();
      this.#empty = undefined;
    }
  }
  customElements.define(NAME, Help);
}
