/** Which leads are chosen: single ones over several pages, or all that the filter finds except some. It outlives a sign-in. */

import { el } from "../page/element.js";
import { renew } from "../page/focus.js";
import { recall, remember } from "../page/memory.js";
import { may } from "../page/session.js";
import { t } from "../texts/words.js";
import { bulkSync } from "../sync/bulk.js";
import { onceWhole, shownRows } from "./table.js";

/** @type {Set<string>} */
let chosen = new Set();
/** @type {Set<string>|null} set once everything that matches is chosen: those taken out again */
let except = null;
let last = "";
let total = 0;
/** @type {Record<string, string>|null} */
let filter = null;

const $bar = el("div", { class: "selection-bar", role: "region", hidden: true });
$bar.setAttribute("aria-label", t("select.region"));

export const selectionBar = $bar;

/** @type {import("./table.js").Selecting} */
export const selecting = {
  has: (key) => (except ? !except.has(key) : chosen.has(key)),
  toggle(key, on, range) {
    for (const one of range ? between(last, key) : [key]) put(one, on);
    last = key;
    show();
  },
  // Also the rows of the page that are still to be drawn.
  toggleAll: (on) =>
    onceWhole(() => {
      for (const $row of shownRows(document)) put($row.dataset.key ?? "", on);
      show();
    }),
};

/** @param {any} kept */
const isSelection = (kept) => Array.isArray(kept?.chosen) && (kept.except === null || Array.isArray(kept.except));

/** A selection belongs to one filter; another filter starts an empty one. @param {Record<string, string>} filters */
export function selectionFor(filters) {
  if (JSON.stringify(filters) === JSON.stringify(filter)) return;
  const kept = filter ? null : recall("selection", /** @type {any} */ (null), isSelection, { tab: true });
  filter = { ...filters };
  const same = kept && JSON.stringify(kept.filter) === JSON.stringify(filter);
  chosen = new Set(same ? kept.chosen : []);
  except = same && kept.except ? new Set(kept.except) : null;
  show();
}

// Rows that are drawn a moment later count as well.
addEventListener("hunter:drawn", () => show());

/** How many rows the filter finds; the table's ticks are brought in line. @param {number} found */
export function selectionOf(found) {
  total = found;
  show();
}

function clearSelection() {
  chosen = new Set();
  except = null;
  show();
}

/**
 * @param {string} key
 * @param {boolean} on
 */
function put(key, on) {
  if (except) on ? except.delete(key) : except.add(key);
  else on ? chosen.add(key) : chosen.delete(key);
}

/**
 * @param {string} from
 * @param {string} to
 */
function between(from, to) {
  const keys = shownRows(document).map(($row) => $row.dataset.key ?? "");
  const [start, end] = [keys.indexOf(from), keys.indexOf(to)].sort((a, b) => a - b);
  return start < 0 ? [to] : keys.slice(start, end + 1);
}

function show() {
  if (filter) remember("selection", { filter, chosen: [...chosen], except: except && [...except] }, { tab: true });
  const rows = shownRows(document);
  for (const $row of rows) {
    const on = selecting.has($row.dataset.key ?? "");
    $row.toggleAttribute("data-chosen", on);
    const $box = /** @type {HTMLInputElement|null} */ ($row.querySelector(".col-select input"));
    if ($box) $box.checked = on;
  }
  const onPage = rows.filter(($row) => selecting.has($row.dataset.key ?? "")).length;
  const $all = /** @type {HTMLInputElement|null} */ (document.getElementById("select-page"));
  if ($all) {
    $all.checked = onPage > 0 && onPage === rows.length;
    $all.indeterminate = onPage > 0 && onPage < rows.length;
  }
  drawBar(onPage === rows.length);
}

/** @param {boolean} wholePage */
function drawBar(wholePage) {
  const count = except ? total - except.size : chosen.size;
  const focused = $bar.contains(document.activeElement);
  $bar.hidden = count === 0;
  if (!count) return void (focused && document.getElementById("select-page")?.focus({ preventScroll: true }));
  const $everything = el("button", { type: "button", class: "link", onclick: everything }, t("select.all", { total }));
  renew(
    $bar,
    el("p", { role: "status" }, t("select.count", { count })),
    !except && wholePage && total > chosen.size && $everything,
    may("operator") && el("button", { type: "button", class: "button primary", onclick: () => bulkSync(wanted(), count, clearSelection) }, t("bulk.sync")),
    el("button", { type: "button", class: "button", onclick: clearSelection }, t("select.clear")),
  );
}

function everything() {
  except = new Set();
  show();
}

/** The selection as `POST /api/dynamics/bulk-sync` wants it. */
function wanted() {
  if (!except) return { domains: [...chosen] };
  return { filter, except: [...except], expected: total - except.size };
}
