/** Words in the reader's language: a key and its particulars go in, a sentence comes out. */

import { recall, remember } from "../page/memory.js";
import en from "./en.js";
import tr from "./tr.js";

/** @type {Record<string, Record<string, string>>} */
const TEXTS = { en, tr };

export const LANGUAGES = Object.keys(TEXTS);

/** The language in use: chosen here before, else the browser's first that we speak, else English. */
export const language = chosen();

/** English words in a browser of another language: the day before the month, 24 hours, and the currency in front. */
const ELSEWHERE = "en-GB";

/** The same with the reader's country, which decides how dates and numbers are written. */
export const locale = navigator.languages.find((tag) => tag.split("-")[0] === language && isTag(tag)) ?? (language === "en" ? ELSEWHERE : language);

const plural = new Intl.PluralRules(language);
const number = new Intl.NumberFormat(locale);

/**
 * The sentence of a key. With a `count` there may be one text per plural form (`key.one`, `key.other`).
 * @param {string} key
 * @param {Record<string, unknown>} [params]
 * @returns {string}
 */
export function t(key, params = {}) {
  const text = lookup(key, params);
  if (text === undefined) throw new Error(`no text for ${key}`);
  return text;
}

/**
 * The same for codes from the server, which may be newer than this page: then what the server said in English.
 * @param {string} key
 * @param {Record<string, unknown>|null|undefined} params
 * @param {string|null|undefined} otherwise
 */
export function tOr(key, params, otherwise) {
  return lookup(key, params ?? {}) ?? otherwise ?? key.split(".").slice(1).join(".");
}

/**
 * Changes the language. The page starts again, in the same place.
 * @param {string} wanted
 */
export function speak(wanted) {
  remember("language", wanted);
  location.reload();
}

/**
 * Puts words on elements of index.html: `data-text`, `data-label` (aria-label), `data-placeholder`, `data-title`.
 * @param {ParentNode} $root
 */
export function translate($root) {
  const places = { text: "", label: "aria-label", placeholder: "placeholder" };
  for (const [mark, attribute] of Object.entries(places)) {
    for (const $element of $root.querySelectorAll(`[data-${mark}]`)) {
      const words = t($element.getAttribute(`data-${mark}`) ?? "");
      if (attribute) $element.setAttribute(attribute, words);
      else $element.textContent = words;
    }
  }
}

/** Some systems hand on names that are no language tags, such as `en-US@posix`. @param {string} tag */
function isTag(tag) {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}

function chosen() {
  const wanted = [recall("language", "", (kept) => LANGUAGES.includes(kept)), ...navigator.languages.map((tag) => tag.split("-")[0])];
  return wanted.find((one) => LANGUAGES.includes(one)) ?? "en";
}

/**
 * @param {string} key
 * @param {Record<string, unknown>} params
 */
function lookup(key, params) {
  const texts = TEXTS[language];
  const form = typeof params.count === "number" ? texts[`${key}.${plural.select(params.count)}`] : undefined;
  const text = form ?? texts[key];
  return text?.replace(/\{(\w+)\}/g, (whole, name) => (name in params ? shown(params[name]) : whole));
}

/** @param {unknown} value */
function shown(value) {
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "number" ? number.format(value) : String(value ?? "–");
}
