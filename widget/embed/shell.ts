// The dialog before the widget has arrived: a field to type into at once, and words if the widget does not come.

import { TEXT } from "./texts";

export const ICONS = {
  help: "M12 3.5a8.5 8.5 0 1 1-4.2 15.9L4 20.5l1.2-3.7A8.5 8.5 0 0 1 12 3.5Zm-2.3 6.3A2.4 2.4 0 1 1 12 12.6v1m0 2.6v.1",
  search: "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14Zm5 12 4.5 4.5",
  close: "m6 6 12 12M18 6 6 18",
};

export function element<K extends keyof HTMLElementTagNameMap>(name: K): HTMLElementTagNameMap[K];
export function element(name: string): HTMLElement;
export function element(name: string): HTMLElement {
  return document.createElement(name);
}

export function button(part: string, label: string): HTMLButtonElement {
  const made = element("button");
  made.type = "button";
  made.dataset.part = part;
  made.setAttribute("aria-label", label);
  return made;
}

export function icon(path: string): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(svg.namespaceURI, "path") as SVGPathElement;
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

function box(className: string, ...children: (Node | string)[]): HTMLElement {
  const made = element("div");
  made.className = className;
  made.append(...children);
  return made;
}

/** Draws the shell. Its top bar looks like the widget's, so that nothing jumps when the widget takes over. */
export function drawShell(label: string, close: () => void) {
  const field = element("input");
  field.type = "text";
  field.autocomplete = "off";
  field.placeholder = TEXT.placeholder;
  field.dataset.part = "search-input";
  field.setAttribute("aria-label", TEXT.search);
  let composing = false;
  let composed = (): void => {};
  field.addEventListener("compositionstart", () => (composing = true));
  field.addEventListener("compositionend", () => {
    composing = false;
    composed();
  });

  const closer = button("close", TEXT.close);
  closer.className = "plain";
  closer.append(icon(ICONS.close));
  closer.addEventListener("click", close);
  const bar = element("header");
  bar.className = "bar busy";
  bar.append(box("field", icon(ICONS.search), field), closer);
  const body = box("body");
  body.setAttribute("role", "status");
  const node = box("app", box("panel", bar, body));
  node.setAttribute("aria-label", label);

  const waiting = (): void => {
    bar.className = "bar busy";
    body.replaceChildren(box("unseen", TEXT.loading));
  };
  waiting();

  return {
    node,
    waiting,
    focus: (): void => field.focus(),
    typed: () => ({
      text: field.value,
      from: field.selectionStart ?? 0,
      to: field.selectionEnd ?? 0,
      focused: field.matches(":focus"),
    }),
    /** Waits until a composition (of Japanese, say) has ended: taking its field away would lose it. */
    settled: (): Promise<void> => new Promise((resolve) => (composing ? (composed = resolve) : resolve())),
    failed(forum: string | undefined, again: () => void): void {
      bar.className = "bar";
      const title = element("p");
      title.className = "notice-title";
      title.append(TEXT.failedTitle);
      const retry = button("retry", TEXT.retry);
      retry.className = "button";
      retry.append(TEXT.retry);
      retry.addEventListener("click", again);
      const notice = box("notice", box("", title, TEXT.failedDetail, box("actions", retry)));
      notice.dataset.part = "error";
      if (forum && /^https?:/i.test(forum)) {
        const link = element("a");
        link.href = forum;
        link.target = "_blank";
        link.rel = "noopener";
        link.append(TEXT.forum);
        retry.after(link);
      }
      body.replaceChildren(box("pad", notice));
    },
  };
}
