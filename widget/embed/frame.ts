// What the loader and what it loads know of each other.

import type { Context, Draft, Options } from "./edgewise";
import type { Locale } from "./locale";
import type { Shell } from "./shell";

/** What the widget lies in: a dialog, or a part of the page, which nobody opens or closes. */
export interface Case extends HTMLElement {
  readonly open?: boolean;
  close?(): void;
}

/** One instance as the loader has drawn it, with what the page has said so far. */
export interface Frame {
  data: Options;
  /** Where the loader came from. */
  base: string;
  host: HTMLElement;
  root: ShadowRoot;
  dialog: Case;
  /** What is there until somebody takes its place. */
  shell?: Shell | undefined;
  /** What the page has set. */
  set: Partial<Settings>;
}

/** Whether the reader is in it: a part of the page has the focus. */
export function isEntered({ dialog, root }: Pick<Frame, "dialog" | "root">): boolean {
  return dialog.open ?? !!root.activeElement;
}

/** What the page sets. */
export interface Settings {
  context: Context;
  token: string;
  draft: Draft | string;
  locale: string;
}

/** What has taken the place of the shell: the widget, or its stand-in. */
export interface Stage {
  opened(): void;
  closed(): void;
  search(text: string): void;
  /** The page has set something. */
  update(): void;
  destroy(): void;
}

/** The same, before it can be told which language to speak. */
export interface Drawn extends Stage {
  /** Draws itself again with these words; answers what is there afterwards. */
  speak(locale: Locale): Drawn;
}

/** Takes the place of the shell. */
export type Attach = (frame: Frame) => Stage;

/** The widget's module: takes its WebAssembly and its first instance, and answers once it can be attached. */
export interface WidgetModule {
  default(wasm: Promise<Response>, frame: Frame): Promise<Attach>;
}
