/** Since when things are new: the end of the visit before this one. */

import { now } from "../page/clock.js";
import { recall, remember } from "../page/memory.js";

const BREAK = 30 * 60_000;
const DAY = 24 * 60 * 60_000;

/**
 * The mark of a visit that goes on or begins. Pure: half an hour without a look ends a visit.
 * @param {{since: number, seen: number}|null} mark
 * @param {number} time
 */
export function continued(mark, time) {
  if (!mark) return { since: time - DAY, seen: time };
  return { since: time - mark.seen > BREAK ? mark.seen : mark.since, seen: time };
}

/** Notes that somebody looks, and says since when things are new to them. */
export function since() {
  const mark = continued(recall("visit", null), now());
  remember("visit", mark);
  return new Date(mark.since).toISOString().replace(/\.\d+Z$/, "Z");
}
