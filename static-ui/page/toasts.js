/** Short messages in the corner: success leaves after 4 s, errors and offers stay, at most three, paused while looked at. */

import { t } from "../texts/words.js";
import { el } from "./element.js";
import { icon } from "./icons.js";
import { topLayer } from "./layer.js";

const STAY = 4000;
/** Whoever may undo something needs a moment to see that. */
const STAY_TO_ACT = 10_000;
const MOST = 3;

const $toasts = el("div", { class: "toasts", popover: "manual" });

/**
 * @param {"success"|"error"|"info"} tone
 * @param {string} text
 * @param {{label: string, act: () => void}} [action]
 */
export function toast(tone, text, action) {
  const $toast = el(
    "div",
    { class: "toast", "data-tone": tone, role: tone === "error" ? "alert" : "status" },
    icon(tone === "error" ? "alert" : "check"),
    el("p", {}, text),
    action && el("button", { type: "button", class: "link", onclick: () => (action.act(), gone()) }, action.label),
    el("button", { type: "button", class: "icon-button", "aria-label": t("toast.dismiss"), onclick: () => gone() }, icon("close")),
  );
  const stays = tone === "error" || (tone === "info" && action);
  const gone = dismissable($toast, stays ? Infinity : action ? STAY_TO_ACT : STAY);
  raise();
  while ($toasts.children.length >= MOST) oldest().remove();
  $toasts.append($toast);
}

/** Errors outlive offers, and offers outlive successes, when there are too many. */
function oldest() {
  return $toasts.querySelector("[data-tone=success]") ?? $toasts.querySelector("[data-tone=info]") ?? /** @type {Element} */ ($toasts.firstElementChild);
}

/**
 * @param {HTMLElement} $toast
 * @param {number} stay
 * @returns {() => void}
 */
function dismissable($toast, stay) {
  let timer = 0;
  /** Where the keyboard came from. @type {EventTarget|null} */
  let before = null;
  const gone = () => {
    $toast.classList.add("leaving");
    if ($toast.contains(document.activeElement) && before instanceof HTMLElement) before.focus({ preventScroll: true });
    setTimeout(() => {
      $toast.remove();
      if (!$toasts.children.length && $toasts.matches(":popover-open")) $toasts.hidePopover();
    }, 160);
  };
  const wait = () => {
    clearTimeout(timer);
    if (Number.isFinite(stay) && !$toast.matches(":hover, :focus-within")) timer = setTimeout(gone, stay);
  };
  const pause = () => clearTimeout(timer);
  $toast.addEventListener("focusin", ({ relatedTarget }) => {
    if (!$toasts.contains(/** @type {Node|null} */ (relatedTarget))) before = relatedTarget;
  });
  for (const start of ["mouseenter", "focusin"]) $toast.addEventListener(start, pause);
  // The focus is still inside while it is leaving.
  for (const end of ["mouseleave", "focusout"]) $toast.addEventListener(end, () => setTimeout(wait));
  wait();
  return gone;
}

/** Brings the toasts above whatever dialog is open now. */
function raise() {
  const $layer = topLayer();
  if ($toasts.parentElement !== $layer) $layer.append($toasts);
  if ($toasts.matches(":popover-open")) $toasts.hidePopover();
  $toasts.showPopover();
}

/** Toasts of a closing dialog go on being read on the page. @param {HTMLElement} $dialog */
export function rescueToasts($dialog) {
  if (!$dialog.contains($toasts) || !$toasts.children.length) return;
  document.body.append($toasts);
  $toasts.showPopover();
}
