/** One line of a timeline in the reader's language. */

import { changeText, joined, reasonText } from "./judged.js";
import { tOr } from "./words.js";

/** @type {Record<string, string[]>} particulars that are themselves values of the contract, with the words that may know them */
const FAMILIES = {
  type: ["referral_type"], segment: ["segment"], provider: ["provider"], decision: ["decision"], record: ["record"], records: ["record"],
  reason: ["dynamics_why", "failure"], field: ["field"], fields: ["field"],
};

/** @param {{code: string, params: Record<string, any>, text: string}} event */
export function eventText({ code, params, text }) {
  const words = Object.fromEntries(Object.entries(params ?? {}).map(([name, value]) => [name, shown(name, value)]));
  return tOr(`event.${code}`, words, text);
}

/**
 * @param {string} name
 * @param {any} value
 * @returns {unknown}
 */
function shown(name, value) {
  if (Array.isArray(value)) return joined(value.map((one) => String(shown(name, one))));
  if (name === "reasons" && value?.code) return reasonText(value);
  if (name === "changes" && value?.code) return changeText(value);
  if (value && typeof value === "object") return value.text ?? JSON.stringify(value);
  if (typeof value !== "string") return value;
  return (FAMILIES[name] ?? []).map((family) => tOr(`${family}.${value}`, {}, "")).find(Boolean) ?? value;
}
