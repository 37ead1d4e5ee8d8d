/** Says that something is on its way: a spinner after 300 ms, words after 3 s. Quick answers show neither. */

import { el } from "./element.js";
import { t } from "../texts/words.js";

/** The wait that is on in a region. @type {WeakMap<HTMLElement, () => void>} */
const present = new WeakMap();

/**
 * Marks a region as busy. Its old content stays, faded, until the returned function ends the wait.
 * A region has one wait: a newer one takes the older one's place, and the end of an overtaken one means nothing.
 * @param {HTMLElement} $region
 * @param {() => void} [after] called at the end
 * @returns {() => void}
 */
export function waiting($region, after) {
  present.get($region)?.();
  $region.setAttribute("aria-busy", "true");
  const $words = el("p", { class: "veil-words", role: "status" });
  const $veil = el("div", { class: "veil" }, el("span", { class: "spinner" }), $words);
  const timers = [
    setTimeout(() => {
      $region.append($veil);
      $words.textContent = t("waiting.loading");
    }, 300),
    setTimeout(() => ($words.textContent = t("waiting.waking")), 3000),
  ];
  const lift = () => {
    timers.forEach(clearTimeout);
    $veil.remove();
  };
  present.set($region, lift);
  return () => {
    if (present.get($region) !== lift) return;
    present.delete($region);
    lift();
    $region.removeAttribute("aria-busy");
    after?.();
  };
}

/**
 * Shows on a button that its work runs, and keeps it from starting twice.
 * @template T
 * @param {HTMLButtonElement} $button
 * @param {() => Promise<T>} work
 * @returns {Promise<T|undefined>}
 */
export async function busy($button, work) {
  if ($button.getAttribute("aria-busy")) return undefined;
  $button.setAttribute("aria-busy", "true");
  $button.prepend(el("span", { class: "spinner small" }));
  try {
    return await work();
  } finally {
    $button.removeAttribute("aria-busy");
    $button.querySelector(".spinner")?.remove();
  }
}
