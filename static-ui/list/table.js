/** Draws a native table: caption, sortable heads, row groups. Rows are changed in place; nothing moves under the hand. */

import { open } from "../page/address.js";
import { el, fill } from "../page/element.js";
import { icon } from "../page/icons.js";
import { wasSeen } from "../lead/seen.js";
import { t } from "../texts/words.js";
import { target } from "./rows.js";
import { orders } from "./sort.js";

/** @import { Row } from "./rows.js" */
/** @import { Column } from "./columns.js" */

/**
 * @typedef {object} Selecting
 * @property {(key: string) => boolean} has
 * @property {(key: string, on: boolean, range: boolean) => void} toggle
 * @property {(on: boolean) => void} toggleAll
 *
 * @typedef {{id: string, head?: import("../page/element.js").Child[], rows: Row[]}} Group
 *
 * @typedef {object} Drawing
 * @property {string} caption
 * @property {Column[]} columns
 * @property {Group[]} groups
 * @property {string} [sort]
 * @property {(column: Column, adding: boolean) => void} [onSort]
 * @property {Selecting} [selecting]
 */

/** So many rows are drawn at once, a little more than a screen; the others follow slice by slice, one in a frame, so that no key waits for all of them. */
const SLICE = 20;

/** @type {WeakMap<HTMLTableRowElement, Row>} */
const rowsOf = new WeakMap();

/** @param {Drawing} drawing */
export function table(drawing) {
  const { caption, columns, groups, selecting } = drawing;
  const width = columns.length + (selecting ? 1 : 0);
  let room = SLICE;
  const bodies = groups.map((group) => {
    const now = group.rows.slice(0, room);
    room -= now.length;
    const head = group.head && el("tr", { class: "group", role: "row" }, el("th", { role: "rowheader", scope: "rowgroup", colspan: width }, ...group.head));
    return el("tbody", { role: "rowgroup", id: group.id }, head, ...now.map((row) => bodyRow(row, columns, selecting)));
  });
  const later = groups.flatMap((group, at) => group.rows.slice(bodies[at].querySelectorAll("tr[data-key]").length).map((row) => () => bodies[at].append(bodyRow(row, columns, selecting))));
  // The explicit roles keep it a table for screen readers when the phone layout turns rows into cards.
  const $table = el(
    "table",
    { class: "rows", role: "table", "data-growing": later.length > 0 },
    el("caption", { class: "hidden" }, caption),
    el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, selecting && selectAll(selecting), ...columns.map((column) => head(column, drawing)))),
    ...bodies,
  );
  if (later.length) requestAnimationFrame(() => grow($table, later));
  return $table;
}

/**
 * Draws the rows that are left, slice by slice, unless another table has taken this one's place.
 * @param {HTMLTableElement} $table
 * @param {(() => void)[]} later
 */
function grow($table, later) {
  if (!$table.isConnected) return;
  for (const draw of later.splice(0, SLICE)) draw();
  if (later.length) return requestAnimationFrame(() => grow($table, later));
  delete $table.dataset.growing;
  dispatchEvent(new Event("hunter:drawn"));
}

/** Runs once no table lacks rows that are still to be drawn. @param {() => void} act */
export function onceWhole(act) {
  if (!document.querySelector("table[data-growing]")) return act();
  addEventListener("hunter:drawn", () => onceWhole(act), { once: true });
}

/**
 * Brings newer values into rows that are already shown, and tells whether there were any. Rows that are not shown are ignored.
 * @param {HTMLElement} $table
 * @param {Row[]} rows
 * @param {Column[]} columns
 * @param {Selecting} [selecting]
 */
export function refreshRows($table, rows, columns, selecting) {
  const newer = new Map(rows.map((row) => [row.key, row]));
  let changed = false;
  for (const $row of shownRows($table)) {
    const before = rowsOf.get($row);
    const after = before && newer.get(before.key);
    if (!after || JSON.stringify(after) === JSON.stringify(before)) continue;
    changed = true;
    const at = controls($row).indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const $fresh = bodyRow(after, columns, selecting);
    $row.replaceWith($fresh);
    if (at >= 0) (controls($fresh)[at] ?? controls($fresh)[0]).focus({ preventScroll: true });
  }
  return changed;
}

/** What the keyboard reaches in a row. @param {HTMLElement} $row */
const controls = ($row) => /** @type {HTMLElement[]} */ ([...$row.querySelectorAll("a[href], button, input, [tabindex='0']")]);

/**
 * @param {ParentNode} $root
 * @returns {HTMLTableRowElement[]}
 */
export const shownRows = ($root) => [...$root.querySelectorAll("tr[data-key]")].map(($row) => /** @type {HTMLTableRowElement} */ ($row));

/** @param {HTMLTableRowElement} $row */
export const rowOf = ($row) => rowsOf.get($row);

/**
 * Draws a region anew. Where the keyboard was in it, it goes on from the same row, or from the first where that one is gone.
 * @param {HTMLElement} $region
 * @param {() => void} draw
 */
export function keepingFocus($region, draw) {
  const $focused = $region.contains(document.activeElement) ? document.activeElement : null;
  const key = /** @type {HTMLElement|null|undefined} */ ($focused?.closest("tr[data-key]"))?.dataset.key;
  draw();
  if (!$focused || $focused.isConnected) return;
  const again = () => shownRows($region).find(($row) => $row.dataset.key === key);
  const $row = again();
  if ($focused.id && document.getElementById($focused.id)) document.getElementById($focused.id)?.focus({ preventScroll: true });
  else if ($row) focusRow($row);
  else onceWhole(() => document.activeElement === document.body && focusRow(again() ?? shownRows($region)[0]));
}

/** @param {Element|null|undefined} $row */
export const focusRow = ($row) => /** @type {HTMLElement|null|undefined} */ ($row?.querySelector("[data-row-link]"))?.focus();

/**
 * @param {Column} column
 * @param {Drawing} drawing
 */
function head(column, { sort = "", onSort }) {
  const name = t(`column.${column.key}`);
  if (!onSort || !column.sort) return el("th", { scope: "col", role: "columnheader", class: `col-${column.key}` }, name);
  const all = orders(sort);
  const at = all.findIndex((order) => order.field === column.sort);
  const state = at < 0 ? "none" : all[at].down ? "descending" : "ascending";
  return el(
    "th",
    { scope: "col", role: "columnheader", class: `col-${column.key}`, "aria-sort": state === "none" ? null : state },
    el(
      "button",
      { type: "button", class: "sorter", "data-sort": state, "data-tip": t("sort.tip"), onclick: (/** @type {MouseEvent} */ event) => onSort(column, event.shiftKey) },
      name,
      state === "none" ? icon("sort") : icon(state === "ascending" ? "up" : "down"),
      at >= 0 && all.length > 1 && el("span", { class: "sort-place" }, at + 1),
    ),
  );
}

/** @param {Selecting} selecting */
function selectAll(selecting) {
  const $box = el("input", { type: "checkbox", id: "select-page", "aria-label": t("select.page") });
  $box.addEventListener("change", () => selecting.toggleAll($box.checked));
  return el("th", { scope: "col", role: "columnheader", class: "col-select" }, el("label", { class: "tick" }, $box));
}

/**
 * @param {Row} row
 * @param {Column[]} columns
 * @param {Selecting} [selecting]
 */
function bodyRow(row, columns, selecting) {
  const seen = row.domain && wasSeen(row.domain);
  const $row = el("tr", { "data-key": row.key, "data-domain": row.domain, "data-chosen": Boolean(selecting?.has(row.key)), class: seen ? "seen" : null, role: "row" }, selecting && tick(row, selecting), ...columns.map((column) => cell(column, row)));
  rowsOf.set($row, row);
  $row.addEventListener("click", (event) => {
    const $control = /** @type {Element} */ (event.target).closest("a, button, input, label");
    // Marking text in a row is not a wish to open it.
    if (event.defaultPrevented || ($control && $row.contains($control)) || String(getSelection())) return;
    focusRow($row);
    open(target(row));
  });
  return $row;
}

/**
 * @param {Row} row
 * @param {Selecting} selecting
 */
function tick(row, selecting) {
  const label = t("select.row", { name: row.company_name ?? row.domain });
  const $box = el("input", { type: "checkbox", "aria-label": label, checked: selecting.has(row.key) });
  let range = false;
  $box.addEventListener("click", (event) => (range = event.shiftKey));
  $box.addEventListener("change", () => selecting.toggle(row.key, $box.checked, range));
  return el("td", { role: "cell", class: "col-select" }, el("label", { class: "tick" }, $box));
}

/**
 * @param {Column} column
 * @param {Row} row
 */
function cell(column, row) {
  const attributes = { class: `col-${column.key}`, "data-label": t(`column.${column.key}`) };
  const $cell = column.key === "company" ? el("th", { ...attributes, scope: "row", role: "rowheader" }) : el("td", { ...attributes, role: "cell" });
  fill($cell, ...column.cell(row));
  return $cell;
}
