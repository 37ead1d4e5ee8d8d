/** Why a lead did not reach Dynamics, or what was left out, in the reader's language; the server's English only where it has no code. */

import { about, cause, faultBehind } from "./causes.js";
import { tOr } from "./words.js";

/** @typedef {Record<string, string>|null|undefined} Particulars */

/**
 * What is wrong, what it is about, and what to do.
 * @param {{code?: string|null, params?: Particulars, text?: string|null}} error
 */
export function wrong({ code, params, text }) {
  const left = noted(params);
  const why = cause(params);
  // What was left alone, and a value that Hunter itself refused, say all of it by themselves.
  if (left || (why && code === "dyn_validation")) return left || why;
  const known = code && tOr(`failure.${code}`, {}, "");
  if (!known) return why || (text ?? "");
  const behind = code === "gave_up" ? faultBehind(params) : "";
  return [known, behind, why || about(params), tOr(`failure_action.${code}`, {}, "")].filter(Boolean).join(" ");
}

/**
 * What was left alone although all went well.
 * @param {{params?: Particulars, text?: string|null}} note
 */
export const note = ({ params, text }) => noted(params) || (text ?? params?.why ?? "");

/** @param {Particulars} params */
function noted(params) {
  return params?.why ? tOr(`dynamics_note.${params.why}`, { ...params, record: params.record && tOr(`record.${params.record}`, {}, params.record) }, "") : "";
}
