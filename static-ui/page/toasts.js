/** Short messages in the corner: success leaves after 4 s, errors stay, at most three, paused while looked at. */

import { t } from "../texts/words.js";
import { el } from "./element.js";
import { icon } from "./icons.js";
import { topLayer } from "./layer.js";

const STAY = 4000;
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
  const gone = dismissable($toast, tone === "error" ? Infinity : STAY);
  raise();
  while ($toasts.children.length >= MOST) oldest().remove();
  $toasts.append($toast);
}

/** Errors outlive successes when there are too many. */
function oldest() {
  return $toasts.querySelector("[data-tone=success], [data-tone=info]") ?? /** @type {Element} */ ($toasts.firstElementChild);
}

/**
 * @param {HTMLElement} $toast
 * @param {number} stay
 * @returns {() => void}
 */
function dismissable($toast, stay) {
  let timer = 0;
  const gone = () => {
    $toast.classList.add("leaving");
    setTimeout(() => {
      $toast.remove();
      if (!$toasts.children.length && $toasts.matches(":popover-open")) $toasts.hidePopover();
    }, 160);
  };
  const wait = () => {
    if (Number.isFinite(stay)) timer = setTimeout(gone, stay);
  };
  const pause = () => clearTimeout(timer);
  for (const start of ["mouseenter", "focusin"]) $toast.addEventListener(start, pause);
  for (const end of ["mouseleave", "focusout"]) $toast.addEventListener(end, wait);
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
