/** A button that opens a small panel below itself: native popover, placed by us where it fits. */

import { el } from "./element.js";
import { icon } from "./icons.js";

let count = 0;

/**
 * @param {{label: import("./element.js").Child, panel: Node, class?: string, align?: "start"|"end", name?: string, onClose?: () => void}} options
 */
export function menu({ label, panel, class: className = "button", align = "start", name, onClose }) {
  const id = `menu-${++count}`;
  const $panel = el("div", { id, class: "menu", popover: "auto", role: "group", "aria-label": name }, panel);
  const $button = el(
    "button",
    { type: "button", class: className, popovertarget: id, "aria-expanded": "false", "aria-controls": id, "aria-label": name },
    label, icon("chevron"),
  );
  $panel.addEventListener("beforetoggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "open") requestAnimationFrame(() => place($button, $panel, align));
  });
  $panel.addEventListener("toggle", (event) => {
    const open = /** @type {ToggleEvent} */ (event).newState === "open";
    $button.setAttribute("aria-expanded", String(open));
    if (!open) onClose?.();
  });
  return { $button, $panel, $both: el("span", { class: "menu-holder" }, $button, $panel) };
}

/**
 * @param {HTMLElement} $button
 * @param {HTMLElement} $panel
 * @param {"start"|"end"} align
 */
function place($button, $panel, align) {
  const button = $button.getBoundingClientRect();
  const panel = $panel.getBoundingClientRect();
  const wanted = align === "end" ? button.right - panel.width : button.left;
  const below = button.bottom + 4;
  const fits = below + panel.height <= innerHeight || button.top < panel.height + 8;
  $panel.style.left = `${Math.max(8, Math.min(wanted, innerWidth - panel.width - 8))}px`;
  $panel.style.top = `${fits ? below : button.top - panel.height - 4}px`;
}
