/** Types of the help widget's handle; shipped as `v1/embed.d.ts`. `v1/inline.mjs` exports nothing. */

/** What a script tag's `data-*` attributes say; `mount` takes the same. */
export interface Options {
  /** The site's id. */
  site: string;
  /** Tells several instances of one page apart; by default the site's id. */
  name?: string;
  /** Origin of the API; by default where the script came from. */
  edge?: string;
  /** The button's label and the dialog's name. */
  label?: string;
  /** `light` or `dark`; by default what the reader's system says. */
  theme?: string;
  /** The language of the widget's words, as BCP 47 has it; by default that of the loader, or of the page. */
  locale?: string;
  /** Opens the dialog at once, unless it is `"false"`. */
  open?: string;
  /** `none`: no button of its own; the page opens the dialog. */
  launcher?: string;
  /** The nonce of the page's policy; a script tag has it as `nonce`. */
  nonce?: string;
  /** Where to send a reader whom the widget cannot serve. */
  forum?: string;
}

/** What the page knows of what its reader is doing. */
export interface Context {
  product?: string;
  version?: string;
}

/** A question to begin with. What its reader has written already stays. */
export interface Draft {
  title?: string;
  body?: string;
}

/** The events by name, with what their `detail` holds. Each is dispatched on the instance's element as `edgewise:NAME`, and bubbles. */
export interface Events {
  /** The dialog was opened. */
  open: null;
  /** The dialog was closed. */
  close: null;
  /** The widget has taken over from the empty dialog; `false`: its stand-in has, for want of WebAssembly. */
  ready: boolean;
  /** So many answers were not read yet. */
  unread: number;
  /** The reader has found their answer. */
  resolved: null;
  /** A question was taken. */
  asked: null;
  /** The operator has switched the site off. */
  disabled: null;
  /** The instance is going. */
  destroy: null;
}

type Listener<N extends keyof Events> = (event: CustomEvent<Events[N]>) => void;

/** One instance of the widget. In the flow of a page `open` and `toggle` focus it, `close` does nothing, and it is open until it is destroyed. */
export interface Handle {
  /** Every instance of the page, by name. */
  readonly instances: Record<string, Handle>;
  /** Calls methods: `push(["search", "pairing"], ["on", "asked", count])`. */
  push(...calls: Call[]): void;
  open(): void;
  close(): void;
  toggle(): void;
  isOpen(): boolean;
  /** Opens the dialog and searches. */
  search(text: string): void;
  /** Opens the dialog with the form for a question; a text is its title. */
  ask(draft?: Draft | string): void;
  /** Hands over who the reader is, for an edge that asks. No edge asks yet: it stays in this page's memory. */
  identify(token: string): void;
  /** Takes it back. */
  logout(): void;
  /** Replaces what is known of what the reader is doing. */
  setContext(context: Context): void;
  /** Without a theme: what the reader's system says. */
  setTheme(theme?: string): void;
  /** The language of the widget's words, as BCP 47 has it: of every instance of the page. What there is no locale for is English. */
  setLocale(locale: string): void;
  on<N extends keyof Events>(name: N, listener: Listener<N>): void;
  off<N extends keyof Events>(name: N, listener: Listener<N>): void;
  /** Takes the instance out of the page. Drafts and questions stay in the browser. */
  destroy(): void;
  /** Erases drafts, questions and every other thing that the site keeps in this browser. */
  forget(): void;
}

type Method = Exclude<keyof Handle, "instances" | "push" | "isOpen">;

/** A call as data. */
export type Call = { [M in Method]: [M, ...Parameters<Handle[M]>] }[Method];

/** Puts an instance into the page, unless there is one of that name, and returns its handle. Exported by `v1/embed.mjs`. */
export function mount(options: Options): Handle;

type EventMap = { [N in keyof Events as `edgewise:${N}`]: CustomEvent<Events[N]> };

declare global {
  interface Window {
    /** The page's first instance. Before the loader has run: calls for it to make; `instances` has what lies in the page's flow. */
    edgewise?: Handle | (Call[] & { instances?: Record<string, Handle> });
  }
  interface DocumentEventMap extends EventMap {}
  interface HTMLElementEventMap extends EventMap {}
}
