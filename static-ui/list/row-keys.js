/** The list by keyboard: arrows or j and k walk, Enter opens (it is a link), x selects, Shift takes a range. */

import { shortcut } from "../page/keyboard.js";
import { focusRow, shownRows } from "./table.js";

export function startRowKeys() {
  shortcut(["j", "ArrowDown"], "keys.down", (event) => walk(1, event.shiftKey));
  shortcut(["k", "ArrowUp"], "keys.up", (event) => walk(-1, event.shiftKey));
  shortcut(["x"], "keys.select", () => present()?.querySelector(".col-select input")?.dispatchEvent(new MouseEvent("click", { bubbles: true })));
  shortcut(["X"], "keys.range", () => present()?.querySelector(".col-select input")?.dispatchEvent(new MouseEvent("click", { bubbles: true, shiftKey: true })));
  shortcut(["n"], "keys.next", () => /** @type {HTMLElement|null} */ (document.querySelector(".paging .pair button:last-child"))?.click());
  shortcut(["p"], "keys.previous", () => /** @type {HTMLElement|null} */ (document.querySelector(".paging .pair button:first-child"))?.click());
  shortcut(["1", "2", "3", "4", "5"], "keys.views", ({ key }) => /** @type {HTMLElement|null} */ (document.querySelectorAll("#views a")[Number(key) - 1])?.click());
}

function present() {
  return document.activeElement?.closest("tr[data-key]") ?? null;
}

/**
 * @param {1|-1} step
 * @param {boolean} selecting Shift takes the rows along
 */
function walk(step, selecting) {
  const rows = shownRows(document);
  const at = rows.findIndex(($row) => $row === present());
  const $next = at < 0 ? rows[0] : rows[Math.max(0, Math.min(rows.length - 1, at + step))];
  focusRow($next);
  $next?.scrollIntoView({ block: "nearest" });
  if (!selecting) return;
  for (const $row of [rows[at], $next]) {
    const $box = /** @type {HTMLInputElement|null|undefined} */ ($row?.querySelector(".col-select input"));
    if ($box && !$box.checked) $box.click();
  }
}
