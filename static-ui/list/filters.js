/** The filter bar: one drop-down per field, several values each. A choice changes the address; the list follows the address. */

import { here } from "../page/address.js";
import { el } from "../page/element.js";
import { icon } from "../page/icons.js";
import { menu } from "../page/menu.js";
import { t } from "../texts/words.js";
import { CHOICES, FIRST, RANGES } from "./filter-fields.js";
import { filterBy } from "./views.js";

/** Several ticks in a row are one question, not five. */
const PATIENCE = 350;

/** A date is typed part by part, and each part makes another date. */
const DATE_PATIENCE = 1200;

/** @type {Record<string, string>} */
let wanted = {};
/** What was chosen and is not asked for yet. @type {Record<string, string>} */
let pending = {};
let timer = 0;

/** Draws the bar for the present place. */
export function filterBar() {
  wanted = { ...here().filters };
  const more = Object.keys(CHOICES).filter((name) => !FIRST.includes(name));
  const $bar = el(
    "fieldset",
    { class: "filter-bar", id: "filters" },
    el("legend", { class: "hidden" }, t("filters.legend")),
    ...FIRST.map((name) => dropDown(name, [choices(name)])),
    dropDown("score", [range("min_score", "max_score")]),
    dropDown("more", [...more.map((name) => choices(name, true)), dates()]),
  );
  return $bar;
}

/** What had the keyboard when the filters went to rest. @type {Element|null} */
let $focused = null;

/**
 * While an answer is on its way the filters rest: what one sees and what they say stay the same thing.
 * The keyboard's place is given back afterwards.
 * @param {HTMLFieldSetElement} $bar
 * @returns {() => void}
 */
export function rest($bar) {
  if (!$bar.disabled) $focused = $bar.contains(document.activeElement) ? document.activeElement : null;
  $bar.disabled = true;
  return () => {
    $bar.disabled = false;
    const free = document.activeElement === document.body || document.activeElement === $focused;
    if ($focused instanceof HTMLElement && $focused.isConnected && free) $focused.focus();
  };
}

/** Brings ticks and numbers in line with the address, without drawing the bar anew. @param {HTMLElement} $bar */
export function showFilters($bar) {
  wanted = { ...here().filters, ...pending };
  for (const $input of $bar.querySelectorAll("input")) {
    const value = wanted[$input.name] ?? "";
    if ($input.type === "checkbox") $input.checked = value.split(",").includes($input.value);
    else if ($input !== document.activeElement) $input.value = $input.type === "date" ? localDay(value) : value;
  }
  for (const $holder of $bar.querySelectorAll("[data-fields]")) {
    const count = (/** @type {HTMLElement} */ ($holder).dataset.fields ?? "").split(" ").filter((name) => wanted[name]).length;
    $holder.toggleAttribute("data-active", count > 0);
  }
}

/** The button that shows the bar on a phone, where it would fill the screen. @param {HTMLElement} $bar */
export function filterToggle($bar) {
  const $button = el("button", { type: "button", class: "button filter-toggle", "aria-expanded": "false", "aria-controls": "filters" }, icon("filter"), t("filters.show"));
  $button.addEventListener("click", () => {
    const open = $bar.toggleAttribute("data-open");
    $button.setAttribute("aria-expanded", String(open));
  });
  return $button;
}

/**
 * @param {string} name
 * @param {Node[]} content
 */
function dropDown(name, content) {
  const fields = content.flatMap(($one) => [.../** @type {Element} */ ($one).querySelectorAll("input")].map(($input) => $input.name));
  const { $both } = menu({ label: t(`filter.${name}`), panel: el("div", { class: content.length > 1 ? "choices many" : "choices" }, ...content), class: "button filter" });
  $both.dataset.fields = [...new Set(fields)].join(" ");
  return $both;
}

/**
 * @param {string} name
 * @param {boolean} [titled]
 */
function choices(name, titled = false) {
  const chosen = (wanted[name] ?? "").split(",");
  return el(
    "div",
    { role: "group", "aria-label": t(`filter.${name}`) },
    titled && el("p", { class: "choices-title" }, t(`filter.${name}`)),
    ...CHOICES[name].map((value) =>
      el("label", { class: "choice" }, el("input", { type: "checkbox", name, value, checked: chosen.includes(value), onchange: choose }), el("span", {}, named(name, value))),
    ),
  );
}

/**
 * The short names of the priorities say nothing by themselves.
 * @param {string} name
 * @param {string} value
 */
const named = (name, value) => (name === "priority" ? `${t(`priority.${value}`)} · ${t(`priority_label.${value}`)}` : t(`${name}.${value}`));

/**
 * @param {string} low
 * @param {string} high
 */
function range(low, high) {
  const field = (/** @type {string} */ name) =>
    el("label", { class: "field" }, t(`filter.${name}`), el("input", { type: "number", name, min: 0, max: 100, inputmode: "numeric", value: wanted[name] ?? "", onchange: type }));
  return el("div", { class: "range" }, field(low), field(high));
}

function dates() {
  return el(
    "div",
    {},
    ...RANGES.map((name) =>
      el("label", { class: "field" }, t(`filter.${name}`), el("input", { type: "date", name, min: "2000-01-01", max: "2099-12-31", value: localDay(wanted[name] ?? ""), onchange: type })),
    ),
  );
}

/** @param {Event} event */
function choose(event) {
  const $box = /** @type {HTMLInputElement} */ (event.target);
  const chosen = new Set((wanted[$box.name] ?? "").split(",").filter(Boolean));
  if ($box.checked) chosen.add($box.value);
  else chosen.delete($box.value);
  later($box.name, [...chosen].join(","));
}

/** @param {Event} event */
function type(event) {
  const $input = /** @type {HTMLInputElement} */ (event.target);
  if ($input.type !== "date") return void ($input.reportValidity() && later($input.name, $input.value));
  // Half a date, or the year 202, is one that is still being typed.
  if ($input.checkValidity()) later($input.name, startOfDay($input.value), DATE_PATIENCE);
}

/** A day begins where the reader is: midnight there, as the server wants it. @param {string} day */
const startOfDay = (day) => (day ? new Date(`${day}T00:00:00`).toISOString().replace(".000Z", "Z") : "");

/** The day of a moment where the reader is. @param {string} iso */
function localDay(iso) {
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return "";
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

/**
 * @param {string} name
 * @param {string} value
 * @param {number} [patience]
 */
function later(name, value, patience = PATIENCE) {
  pending[name] = wanted[name] = value;
  clearTimeout(timer);
  const { view } = here();
  timer = setTimeout(() => {
    const filters = { ...here().filters, ...pending };
    pending = {};
    if (here().view === view) filterBy(filters);
  }, patience);
}
