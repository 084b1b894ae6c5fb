/** The loader's words, in the locale that it is bundled for: set when it is bundled. */
declare const WORDS: Pick<typeof import("../locales/en.json"), "lang" | "dir"> & typeof import("../locales/en.json").loader;
