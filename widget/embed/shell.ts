// The dialog before the widget has arrived: a field to type into at once, and words if the widget does not come.


/** Paths of icons. */
export const enum Icon {
  Help = "M12 3.5a8.5 8.5 0 1 1-4.2 15.9L4 20.5l1.2-3.7A8.5 8.5 0 0 1 12 3.5Zm-2.3 6.3A2.4 2.4 0 1 1 12 12.6v1m0 2.6v.1",
  Search = "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14Zm5 12 4.5 4.5",
  Close = "m6 6 12 12M18 6 6 18",
}

type Attributes = Record<string, string>;

/** Makes an element with its attributes and children. Names are ours; nothing here is markup. */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes?: Attributes,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K];
export function make(name: string, attributes?: Attributes, ...children: (Node | string)[]): HTMLElement;
export function make(name: string, attributes: Attributes = {}, ...children: (Node | string)[]): Element {
  const space = /^(svg|path)$/.test(name) ? "2000/svg" : "1999/xhtml";
  const made = document.createElementNS(`http://www.w3.org/${space}`, name);
  // Not `for in`: a page may have put names of its own on every object.
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function button(part: string, look: string, ...children: (Node | string)[]): HTMLButtonElement {
  return make("button", { "data-part": part, class: look }, ...children);
}

export function icon(path: string): Node {
  return make("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, make("path", { d: path }));
}

/** A link out of the page, where the address may be followed. */
export function link(address = "", ...children: (Node | string)[]): HTMLAnchorElement | "" {
  return /^https?:/i.test(address) ? make("a", { href: address, target: "_blank", rel: "noopener ugc" }, ...children) : "";
}

export interface Shell {
  node: HTMLElement;
  field: HTMLInputElement;
  /** A composition (of Japanese, say) has ended: taking its field away would lose it. */
  settled?: Promise<unknown>;
  /** Says that nothing came, and offers another try. */
  failed(forum: string | undefined, again: () => void): void;
}

/** Draws the shell. Its top bar looks like the widget's, so that nothing jumps when the widget takes over. */
export function drawShell(close: () => void): Shell {
  const field = make("input", { placeholder: WORDS.search, "data-part": "search-input" });
  field.addEventListener("compositionstart", () => {
    shell.settled = new Promise((resolve) => field.addEventListener("compositionend", resolve, { once: true }));
  });
  const closer = button("close", "plain", icon(Icon.Close));
  closer.ariaLabel = WORDS.close;
  closer.addEventListener("click", close);
  const bar = make("div", { class: "bar busy" }, make("div", { class: "field" }, icon(Icon.Search), field), closer);
  const shell: Shell = {
    node: make("div", { class: "panel" }, bar),
    field,
    failed(forum, again) {
      const retry = button("retry", "action", WORDS.retry);
      const notice = make("p", { class: "bar", role: "alert", "data-part": "error" }, WORDS.failed, retry, link(forum, WORDS.forum));
      retry.addEventListener("click", () => {
        bar.className = "bar busy";
        notice.remove();
        again();
      });
      bar.className = "bar";
      bar.after(notice);
    },
  };
  return shell;
}
