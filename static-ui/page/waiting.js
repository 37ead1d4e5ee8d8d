/** Says that something is on its way: a spinner after 300 ms, words after 3 s. Quick answers show neither. */

import { el } from "./element.js";
import { t } from "../texts/words.js";

/**
 * Marks a region as busy. Its old content stays, faded, until the returned function ends the wait.
 * @param {HTMLElement} $region
 * @returns {() => void}
 */
export function waiting($region) {
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
  return () => {
    timers.forEach(clearTimeout);
    $veil.remove();
    $region.removeAttribute("aria-busy");
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
