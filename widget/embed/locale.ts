// The language that the widgets of a page speak: that of the page, or what the page says. English is built in; another
// locale is fetched, and stays.

import { dir, lang, loader } from "../locales/en.json";
import type english from "../locales/en.json";
import { checked } from "./checked";
import type { Frame } from "./frame";

/** The locales beside English, by name, with the hashes of their files: set when the module is bundled. */
declare const LOCALES: Record<string, string>;

/** Words that this module and the stand-in say, and how. */
export interface Locale {
  lang: string;
  dir: string;
  loader: typeof loader;
  /** None: those that the stand-in has itself. */
  standIn?: Record<Exclude<keyof typeof english.standIn, "results">, string> & { results: Record<string, string> };
  /** What the WebAssembly takes; nothing: English. */
  widget: string;
}

/** A locale's file. */
interface LocaleFile extends Omit<Locale, "lang"> {
  /** The forms of its plurals, in the order in which its texts have them. */
  forms: string[];
}

export const ENGLISH: Locale = { lang, dir, loader, widget: "" };

/** How long a locale may keep the widget waiting, in ms: longer than its file takes over a slow connection. */
const PATIENCE = 10_000;

/** What the page says, else the tag, else a loader of another language, else the page around it. */
export function wanted({ set, data, host }: Frame): string {
  const own = host.lang === ENGLISH.lang ? "" : host.lang;
  return `${set.locale || data.locale || own || document.documentElement.lang}`;
}

/** The locale of a language: `ar` serves `ar-EG`, and English whatever has none. */
export async function fetched(language: string): Promise<Locale> {
  const serves = (name: string): boolean => `${language}-`.toLowerCase().startsWith(`${name}-`.toLowerCase());
  // Of `pt` and `pt-BR`, the latter.
  const name = Object.keys(LOCALES).sort().reverse().find(serves);
  if (!name) return ENGLISH;
  const signal = AbortSignal.timeout(PATIENCE);
  const response = await fetch(new URL(`${name}.json`, import.meta.url), { credentials: "omit", signal });
  const bytes = await checked(response, LOCALES[name]);
  const { forms, widget, ...rest } = JSON.parse(new TextDecoder().decode(bytes)) as LocaleFile;
  // Digits and plurals are the browser's, as a language has them in a country; the WebAssembly looks them up.
  const digits = new Intl.NumberFormat(language, { useGrouping: false }).format(9876543210);
  const rules = new Intl.PluralRules(language);
  const form = (_: unknown, count: number): number => 1 + forms.indexOf(rules.select(count));
  const counted = Array.from({ length: 200 }, form).join("");
  return { ...rest, lang: language, widget: [[...digits].reverse().join(""), counted, widget].join("\n") };
}
