// The dialog before the widget has arrived: a field to type into at once, and words if the widget does not come.

import { TEXT } from "./texts";

export const ICONS = {
  help: "M12 3.5a8.5 8.5 0 1 1-4.2 15.9L4 20.5l1.2-3.7A8.5 8.5 0 0 1 12 3.5Zm-2.3 6.3A2.4 2.4 0 1 1 12 12.6v1m0 2.6v.1",
  search: "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14Zm5 12 4.5 4.5",
  close: "m6 6 12 12M18 6 6 18",
};

type Attributes = Record<string, string>;

function fill<E extends Element>(made: E, attributes: Attributes, children: (Node | string)[]): E {
  for (const name in attributes) made.setAttribute(name, attributes[name] as string);
  made.append(...children);
  return made;
}

/** Makes an element with its attributes and children. Names are ours; nothing here is markup. */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes?: Attributes,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K];
export function make(name: string, attributes?: Attributes, ...children: (Node | string)[]): HTMLElement;
export function make(name: string, attributes: Attributes = {}, ...children: (Node | string)[]): HTMLElement {
  return fill(document.createElement(name), attributes, children);
}

export function button(part: string, look: string, label: string, ...children: (Node | string)[]): HTMLButtonElement {
  return make("button", { type: "button", "data-part": part, class: look, "aria-label": label }, ...children);
}

export function icon(path: string): SVGElement {
  const draw = (name: string, attributes: Attributes, ...children: Node[]): SVGElement =>
    fill(document.createElementNS("http://www.w3.org/2000/svg", name) as SVGElement, attributes, children);
  return draw("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, draw("path", { d: path }));
}

/** Draws the shell. Its top bar looks like the widget's, so that nothing jumps when the widget takes over. */
export function drawShell(close: () => void) {
  const field = make("input", {
    type: "text",
    autocomplete: "off",
    placeholder: TEXT.placeholder,
    "data-part": "search-input",
    "aria-label": TEXT.search,
  });
  let composing = false;
  let composed = (): void => {};
  field.addEventListener("compositionstart", () => (composing = true));
  field.addEventListener("compositionend", () => {
    composing = false;
    composed();
  });

  const closer = button("close", "plain", TEXT.close, icon(ICONS.close));
  closer.addEventListener("click", close);
  const bar = make("header", {}, make("div", { class: "field" }, icon(ICONS.search), field), closer);
  const body = make("div", { class: "body pad" });
  const waiting = (): void => {
    bar.className = "bar busy";
    body.replaceChildren();
  };
  waiting();

  return {
    node: make("div", { class: "panel" }, bar, body),
    field,
    waiting,
    /** Waits until a composition (of Japanese, say) has ended: taking its field away would lose it. */
    settled: (): Promise<void> => new Promise((resolve) => (composing ? (composed = resolve) : resolve())),
    failed(forum: string | undefined, again: () => void): void {
      bar.className = "bar";
      const retry = button("retry", "button", TEXT.retry, TEXT.retry);
      retry.addEventListener("click", again);
      const notice = make(
        "div",
        { role: "alert", "data-part": "error" },
        make("h2", {}, TEXT.failedTitle),
        make("p", {}, TEXT.failedDetail),
        retry,
      );
      if (forum && /^https?:/i.test(forum)) {
        notice.append(" ", make("a", { class: "button", href: forum, target: "_blank", rel: "noopener" }, TEXT.forum));
      }
      body.replaceChildren(notice);
    },
  };
}
