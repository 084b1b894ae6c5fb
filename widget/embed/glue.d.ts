/** What wasm-bindgen makes of `src/mount.rs`. */
declare module "glue" {
  export default function init(options: { module_or_path: ArrayBuffer }): Promise<unknown>;
  export class Widget {
    opened(): void;
    closed(): void;
    search(text: string): void;
    ask(title: string, body: string): void;
    context(product?: string, version?: string): void;
    /** Draws everything again, after another language has been set. */
    redraw(): void;
    /** Frees it, too. */
    destroy(): void;
  }
  /** Sets the language of every instance: words, one a line, as `widget/words.rs` says; none: English. */
  export function speak(words: string): void;
  export function mount(
    root: ShadowRoot,
    frame: HTMLElement,
    container: HTMLElement,
    edge: string,
    site: string,
    text: string,
    open: boolean,
    inline: boolean,
    challenge: (key: string) => Promise<string | undefined>,
  ): Widget;
}
