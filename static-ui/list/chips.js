/** The filters in force as chips that remove themselves, and one button that removes them all. */

import { go, here } from "../page/address.js";
import { el, fill } from "../page/element.js";
import * as format from "../page/format.js";
import { icon } from "../page/icons.js";
import { t, tOr } from "../texts/words.js";

/** @param {HTMLElement} $place */
export function showChips($place) {
  const { filters } = here();
  const chips = Object.entries(filters).flatMap(([name, text]) => (name === "q" ? [text] : text.split(",")).map((value) => chip(name, value)));
  fill(
    $place,
    ...chips,
    chips.length > 0 && el("button", { type: "button", class: "link clear-all", onclick: clearAll }, t("filters.clear")),
  );
  $place.hidden = !chips.length;
}

export function clearAll() {
  go({ view: "leads", filters: {}, sort: "" });
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
 * @param {string} name
 * @param {string} value
 */
function without(name, value) {
  const { filters } = here();
  const left = name === "q" ? "" : filters[name].split(",").filter((one) => one !== value).join(",");
  const { [name]: _, ...others } = filters;
  go({ filters: left ? { ...others, [name]: left } : others });
  document.getElementById("search")?.focus();
}
