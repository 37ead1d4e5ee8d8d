/** Why a lead did not reach Dynamics, or what was left out, in the reader's language; the server's English only where it has no code. */

import { tOr } from "./words.js";

/** @typedef {Record<string, string>|null|undefined} Particulars */

/**
 * What is wrong, what it is about, and what to do.
 * @param {{code?: string|null, params?: Particulars, text?: string|null}} error
 */
export function wrong({ code, params, text }) {
  if (params?.why) return noteOr("dynamics_wrong", params, "") || note({ params, text });
  const known = code && tOr(`failure.${code}`, {}, "");
  if (!known) return text ?? "";
  const about = params?.fault ? tOr(`failure.${params.fault}`, {}, params.fault) : (params?.field ?? params?.column ?? params?.privilege);
  const cause = about ? `${known.replace(/\.$/, "")}: ${about.replace(/\.$/, "")}.` : known;
  return `${cause} ${tOr(`failure_action.${code}`, {}, "")}`.trim();
}

/**
 * What was left alone although all went well.
 * @param {{params?: Particulars, text?: string|null}} note
 */
export const note = ({ params, text }) => (params?.why ? noteOr("dynamics_note", params, text ?? params.why) : (text ?? ""));

/**
 * @param {string} family
 * @param {Record<string, string>} params
 * @param {string} otherwise
 */
function noteOr(family, params, otherwise) {
  return tOr(`${family}.${params.why}`, { ...params, record: params.record && tOr(`record.${params.record}`, {}, params.record) }, otherwise);
}
