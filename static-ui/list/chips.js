/** The filters in force as chips that remove themselves, and one button that removes them all. */

import { here } from "../page/address.js";
import { el } from "../page/element.js";
import { renew, toView } from "../page/focus.js";
import * as format from "../page/format.js";
import { icon } from "../page/icons.js";
import { t, tOr } from "../texts/words.js";
import { clearAll, filterBy } from "./views.js";

/** @param {HTMLElement} $place */
export function showChips($place) {
  const { filters } = here();
  const chips = Object.entries(filters).flatMap(([name, text]) => (name === "q" ? [text] : text.split(",")).map((value) => chip(name, value)));
  renew(
    $place,
    ...chips,
    chips.length > 0 && el("button", { type: "button", class: "link clear-all", onclick: () => (clearAll(), toView()) }, t("filters.clear")),
  );
  $place.hidden = !chips.length;
}

/**
 * @param {string} name
 * @param {string} value
 */
function chip(name, value) {
  const label = `${t(`filter.${name}`)}: ${shown(name, value)}`;
  return el(
    "button",
    { type: "button", class: "chip", "data-filter": name, "aria-label": t("filters.remove", { filter: label }), onclick: () => without(name, value) },
    el("span", { dir: "auto" }, label),
    icon("close"),
  );
}

/**
 * @param {string} name
 * @param {string} value
 */
function shown(name, value) {
  if (name.endsWith("_after") || name.endsWith("_before")) return format.date(value);
  return name === "q" || name.endsWith("_score") ? value : tOr(`${name}.${value}`, {}, value);
}

/**
 * The chip beside the removed one has the keyboard next.
 * @param {string} name
 * @param {string} value
 */
function without(name, value) {
  const { filters } = here();
  const at = [...document.querySelectorAll(".chip[data-filter]")].indexOf(/** @type {Element} */ (document.activeElement));
  const left = name === "q" ? "" : filters[name].split(",").filter((one) => one !== value).join(",");
  const { [name]: _, ...others } = filters;
  filterBy(left ? { ...others, [name]: left } : others);
  const $chips = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".chip[data-filter]")]);
  const $next = $chips[Math.min(Math.max(at, 0), $chips.length - 1)];
  if ($next) $next.focus({ preventScroll: true });
  else toView();
}
