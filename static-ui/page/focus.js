/** The keyboard's place: what the page draws anew by itself must not take it away. */

import { byId, fill } from "./element.js";

/**
 * Draws a part of the page anew. Where the keyboard was in it, it goes on from the same control, else from the first that is left.
 * @param {HTMLElement} $part
 * @param {...import("./element.js").Child} children
 */
export function redraw($part, ...children) {
  const $focused = $part.contains(document.activeElement) ? document.activeElement : null;
  fill($part, ...children);
  if (!$focused) return;
  const controls = /** @type {HTMLElement[]} */ ([...$part.querySelectorAll("a[href], button:enabled")]);
  const $same = controls.find(($one) => named($one) === named($focused)) ?? controls[0];
  if ($same) $same.focus({ preventScroll: true });
  else toView();
}

/**
 * The same, unless nothing has changed: what stands still is not announced again. For content whose controls do what they say,
 * so that one may stand for the other.
 * @param {HTMLElement} $part
 * @param {...import("./element.js").Child} children
 */
export function renew($part, ...children) {
  const $fresh = /** @type {HTMLElement} */ ($part.cloneNode(false));
  fill($fresh, ...children);
  if (!$fresh.isEqualNode($part)) redraw($part, ...$fresh.childNodes);
}

/** The keyboard goes on at the beginning of the view, when what had it is gone. */
export const toView = () => byId("view").focus({ preventScroll: true });

/** What stays the same when a control is drawn anew. @param {Element} $control */
const named = ($control) => ["id", "data-view", "href"].map((name) => $control.getAttribute(name)).find(Boolean) ?? $control.textContent;
