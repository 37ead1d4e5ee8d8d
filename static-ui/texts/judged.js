/** What the score says, in the reader's language: a line or a sentence of a judgement goes in, words come out. */

import { points } from "../page/format.js";
import { language, t, tOr } from "./words.js";

/** @import { Line, Sentence } from "../types.js" */

const list = new Intl.ListFormat(language, { type: "conjunction" });

/**
 * A sentence by its code; one that this page does not know yet is shown as the server wrote it.
 * @param {Sentence} sentence
 */
export function sentenceText({ code, params, text }) {
  const words = particulars(params);
  const said = first([`sentence.${code}`, `rule.${code}.${params.variant}`, `rule.${code}`], words) ?? text;
  return code.startsWith("headline_") && words.gaps ? `${said}; ${words.gaps}` : said;
}

/** @param {Line} line */
export const lineText = ({ rule, params, text }) => first([`rule.${rule}.${params.variant}`, `rule.${rule}`], particulars(params)) ?? text;

/**
 * @param {string[]} keys
 * @param {Record<string, unknown>} params
 */
function first(keys, params) {
  for (const key of keys) {
    const text = tOr(key, params, "");
    if (text) return text;
  }
  return null;
}

/** @param {Record<string, any>} params */
function particulars(params) {
  const carrier = params.gateway && params.provider === "Local" ? "behind" : params.provider;
  /** @type {Record<string, any>} */
  const names = { ...params, provider_name: params.local_provider || tOr(`provider_name.${carrier}`, params, params.provider) };
  if (params.segment) names.segment = tOr(`segment.${params.segment}`, {}, params.segment);
  if (Array.isArray(params.gaps)) names.gaps = list.format(params.gaps.map((gap) => tOr(`gap.${gap}`, {}, gap)));
  if (Array.isArray(params.checks)) names.checks = list.format(params.checks);
  return names;
}

/** Why a score moved. @param {Sentence} sentence */
export function reasonText({ code, params, text }) {
  const { subject } = /** @type {Record<string, string>} */ (params);
  const value = (/** @type {unknown} */ one) => (subject === "provider" ? tOr(`provider_name.${one}`, {}, "") : "") || tOr(`judged.${one}`, {}, String(one));
  const words = { points: points(Number(params.points)), subject: tOr(`subject.${subject}`, {}, subject), old: value(params.old), new: value(params.new) };
  return tOr(`sentence.${code === "score_overruled" ? `${code}.${params.off ? "off" : "on"}` : code}`, words, text);
}

/** What differs between two scans. @param {{code: string, old: string|null, new: string|null, text: string}} change */
export function changeText({ code, old, new: now, text }) {
  const [, check, move] = /^(spf|dkim|dmarc)_(.+)$/.exec(code) ?? [];
  if (check) return tOr(`change.${move}`, { check: check.toUpperCase() }, text);
  const value = (/** @type {string|null} */ one) => (code.startsWith("mx_") && tOr(`provider_name.${one}`, {}, "")) || (one ?? t("judged.none"));
  return tOr(`change.${code}`, { old: value(old), new: value(now) }, text);
}

/** A list of words as the language joins them. @param {string[]} words */
export const joined = (words) => list.format(words);

