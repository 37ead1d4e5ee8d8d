/** One line of a timeline in the reader's language. */

import { joined } from "./judged.js";
import { tOr } from "./words.js";

/** @type {Record<string, string>} particulars that are themselves values of the contract */
const FAMILIES = { type: "referral_type", segment: "segment", provider: "provider", decision: "decision", record: "record", records: "record", reason: "dynamics_why" };

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
  if (value && typeof value === "object") return value.text ?? JSON.stringify(value);
  return name in FAMILIES && typeof value === "string" ? tOr(`${FAMILIES[name]}.${value}`, {}, value) : value;
}
