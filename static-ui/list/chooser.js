/** Which columns are shown and in what order; part of the address, remembered per browser. */

import { go, here } from "../page/address.js";
import { el, fill } from "../page/element.js";
import { icon } from "../page/icons.js";
import { menu } from "../page/menu.js";
import { t } from "../texts/words.js";
import { COLUMNS, columnsOf, USUAL } from "./columns.js";

/** The "Columns" button with its panel. */
export function columnChooser() {
  const $list = el("ul", { class: "column-list" });
  const $reset = el("button", { type: "button", class: "link", onclick: () => change(USUAL) }, t("columns.reset"));
  const { $both } = menu({ label: el("span", {}, t("columns.choose")), panel: el("div", { class: "choices" }, $list, $reset), align: "end" });
  const change = (/** @type {string[]} */ keys) => {
    go({ columns: keys.join(",") === USUAL.join(",") ? "" : keys.join(",") }, { replace: true });
    draw();
  };
  const draw = () => fill($list, ...lines(change));
  $both.querySelector(".menu")?.addEventListener("beforetoggle", draw);
  return $both;
}

/** @param {(keys: string[]) => void} change */
function lines(change) {
  const shown = columnsOf(here().columns).map((column) => column.key);
  const others = COLUMNS.map((column) => column.key).filter((key) => !shown.includes(key));
  return [...shown, ...others].map((key) => {
    const at = shown.indexOf(key);
    const moved = (/** @type {number} */ by) => {
      const keys = shown.filter((one) => one !== key);
      keys.splice(at + by, 0, key);
      change(keys);
      document.getElementById(`move-${by}-${key}`)?.focus();
    };
    const toggled = () => {
      change(at < 0 ? [...shown, key] : shown.filter((one) => one !== key));
      document.getElementById(`show-${key}`)?.focus();
    };
    // A table without the company would be a table of nobody.
    const $box = el("input", { type: "checkbox", id: `show-${key}`, checked: at >= 0, disabled: key === "company", onchange: toggled });
    return el(
      "li",
      {},
      el("label", { class: "choice" }, $box, el("span", {}, t(`column.${key}`))),
      at > 0 && mover(key, -1, "up", moved),
      at >= 0 && at < shown.length - 1 && mover(key, 1, "down", moved),
    );
  });
}

/**
 * @param {string} key
 * @param {number} by
 * @param {"up"|"down"} way
 * @param {(by: number) => void} act
 */
function mover(key, by, way, act) {
  const label = t(`columns.${way}`, { column: t(`column.${key}`) });
  return el("button", { type: "button", id: `move-${by}-${key}`, class: "icon-button", "aria-label": label, onclick: () => act(by) }, icon(way));
}
