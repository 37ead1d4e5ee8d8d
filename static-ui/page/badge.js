/** The small coloured words of the page. The colour only repeats what the word says. */

import { t, tOr } from "../texts/words.js";
import { el } from "./element.js";
import { icon } from "./icons.js";

/** @type {Record<string, string>} */
const TONES = {
  "co-sell": "blue", marketplace: "green", "solution-provider": "orange", unclassified: "gray",
  Migration: "green", Existing: "blue", Cold: "yellow", Skip: "red",
  P1: "green", P2: "red", P3: "blue", P4: "orange", P5: "yellow", P6: "gray",
  new: "blue", active: "green", won: "green", lost: "gray", declined: "gray", expired: "gray", unknown: "gray",
  present: "green", absent: "red", invalid: "orange",
};

/** @type {Record<string, [tone: string, icon: string]>} */
const DYNAMICS = {
  none: ["gray", "dash"],
  pending: ["yellow", "clock"],
  running: ["yellow", "sync"],
  synced: ["green", "check"],
  failed: ["red", "cross"],
  review: ["orange", "eye"],
  blocked: ["orange", "alert"],
};

/**
 * A badge for a value of the contract, in the reader's words.
 * @param {string} family the words' prefix, such as `referral_type`
 * @param {string|null|undefined} value
 * @param {{tip?: string}} [more]
 */
export function badge(family, value, { tip } = {}) {
  if (!value) return el("span", { class: "none" }, t("none"));
  return el("span", { class: "badge", "data-tone": TONES[value] ?? "gray", "data-tip": tip }, tOr(`${family}.${value}`, {}, value));
}

/**
 * The Dynamics state as picture and word.
 * @param {string|null|undefined} status
 */
export function dynamicsState(status) {
  const [tone, picture] = DYNAMICS[status ?? "none"] ?? DYNAMICS.none;
  return el("span", { class: "state", "data-tone": tone, "data-status": status }, icon(picture), tOr(`dynamics_status.${status ?? "none"}`, {}, status));
}

/** High, medium or low, as sellers read a score. @param {number} score */
export const scoreTone = (score) => (score >= 70 ? "green" : score >= 50 ? "orange" : "red");
