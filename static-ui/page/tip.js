/** Explains a thing on hover and on focus (`data-tip`). Esc hides it. It never holds the only copy of a fact. */

import { el } from "./element.js";
import { topLayer } from "./layer.js";

const GAP = 6;
const $tip = el("div", { class: "tip", id: "tip", role: "tooltip", popover: "manual" });
let timer = 0;

/** @param {Document} $document */
export function startTips($document) {
  for (const name of ["pointerover", "focusin"]) {
    $document.addEventListener(name, (event) => {
      const $owner = event.target instanceof Element ? /** @type {HTMLElement|null} */ (event.target.closest("[data-tip]")) : null;
      clearTimeout(timer);
      if (!$owner) hide();
      else if (name === "focusin") $owner.matches(":focus-visible") && show($owner);
      else timer = setTimeout(show, 350, $owner);
    });
  }
  for (const name of ["focusout", "pointerdown"]) $document.addEventListener(name, hide);
  $document.addEventListener("scroll", hide, true);
  $document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !$tip.matches(":popover-open")) return;
    hide();
    // The first Esc belongs to the tip; the dialog below waits for the second.
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
}

/** @param {HTMLElement} $owner */
function show($owner) {
  if (!$owner.isConnected) return;
  hide();
  $tip.textContent = $owner.dataset.tip ?? "";
  topLayer().append($tip);
  $tip.showPopover();
  $owner.setAttribute("aria-describedby", "tip");
  const owner = $owner.getBoundingClientRect();
  const tip = $tip.getBoundingClientRect();
  const left = Math.max(GAP, Math.min(owner.left + owner.width / 2 - tip.width / 2, innerWidth - tip.width - GAP));
  const above = owner.top - tip.height - GAP;
  $tip.style.left = `${left}px`;
  $tip.style.top = `${above >= GAP ? above : owner.bottom + GAP}px`;
}

function hide() {
  clearTimeout(timer);
  if (!$tip.matches(":popover-open")) return;
  $tip.hidePopover();
  document.querySelector("[aria-describedby=tip]")?.removeAttribute("aria-describedby");
}
