/** Times that keep moving while one looks: the countdown of an answer, and how long ago something was. */

import { eachHalfMinute } from "./clock.js";
import { el, fill } from "./element.js";
import * as format from "./format.js";
import { icon } from "./icons.js";

/**
 * "in 5 h" with its urgency as tone and picture.
 * @param {string} iso
 */
export function countdown(iso) {
  const $time = el("time", { class: "due", datetime: iso, "data-moving": "due" });
  redraw($time);
  return $time;
}

/**
 * "2 min ago"; the exact time in a tip.
 * @param {string} iso
 */
export function ago(iso) {
  const $time = el("time", { datetime: iso, "data-moving": "ago", "data-tip": format.exactly(iso) });
  redraw($time);
  return $time;
}

export function startTimes() {
  eachHalfMinute(() => document.querySelectorAll("time[data-moving]").forEach(($time) => redraw(/** @type {HTMLTimeElement} */ ($time))));
}

/** @param {HTMLTimeElement} $time */
function redraw($time) {
  if ($time.dataset.moving === "ago") {
    $time.textContent = format.fromNow($time.dateTime);
    return;
  }
  const { text, tone } = format.due($time.dateTime);
  $time.dataset.tone = tone;
  fill($time, (tone === "over" || tone === "soon") && icon(tone === "over" ? "alert" : "clock"), text);
}
