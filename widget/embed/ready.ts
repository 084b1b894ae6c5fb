// Tells the page that the dialog has got its content.

/** `whole`: the widget, not its stand-in. Said once the loader knows it, too: a listener may use the handle. */
export function tellReady(host: HTMLElement, whole: boolean): void {
  const event = new CustomEvent("edgewise:ready", { bubbles: true, composed: true, detail: whole });
  queueMicrotask(() => host.dispatchEvent(event));
}
