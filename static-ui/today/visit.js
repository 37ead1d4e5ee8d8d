/** Since when things are new: the end of the visit before this one. */

import { eachHalfMinute, now } from "../page/clock.js";
import { recall, remember } from "../page/memory.js";

const BREAK = 30 * 60_000;
const DAY = 24 * 60 * 60_000;

/** @typedef {{since: number, seen: number}} Mark */

/**
 * The mark of a visit that goes on or begins. Pure: half an hour without a look ends a visit; a mark from the future is none.
 * @param {Mark|null} mark
 * @param {number} time
 */
function continued(mark, time) {
  if (!mark || mark.seen > time + BREAK) return { since: time - DAY, seen: time };
  return { since: time - mark.seen > BREAK ? mark.seen : mark.since, seen: time };
}

/** @param {any} kept */
const isMark = (kept) => kept?.since >= 0 && kept.seen >= kept.since;

/** A visit goes on whatever view of Hunter one works in. */
export const startVisit = () => eachHalfMinute(since);

/** Notes that somebody looks, and says since when things are new to them. */
export function since() {
  const mark = continued(recall("visit", /** @type {Mark|null} */ (null), isMark), now());
  remember("visit", mark);
  return new Date(mark.since).toISOString().replace(/\.\d+Z$/, "Z");
}
