/** A list view: the address goes in, the filter bar, the table and the page's place come out. */

import * as api from "../api.js";
import { ApiError } from "../api.js";
import { insightStrip } from "../insight/insight.js";
import { go, here } from "../page/address.js";
import { serverSaid } from "../page/clock.js";
import { el, fill } from "../page/element.js";
import { latest } from "../page/latest.js";
import { may } from "../page/session.js";
import { panel } from "../page/trouble.js";
import { waiting } from "../page/waiting.js";
import { t } from "../texts/words.js";
import { showChips } from "./chips.js";
import { columnsOf } from "./columns.js";
import { emptyList } from "./empty.js";
import { filterBar, filterToggle, rest, showFilters } from "./filters.js";
import { news, newsLine, watchForNews } from "./fresh.js";
import { pageSize, showPaging } from "./paging.js";
import { rowOfLead } from "./rows.js";
import { selecting as ticks, selectionBar, selectionFor, selectionOf } from "./selection.js";
import { turned } from "./sort.js";
import { phoneSort } from "./phone-sort.js";
import { keepingFocus, refreshRows, rowOf, shownRows, table } from "./table.js";
import { $tools, showTools } from "./toolbar.js";
import { clearAll, isList, keepFilters, viewOf } from "./views.js";

/** @import { Lead, Page } from "../types.js" */

const $filters = filterBar();
const $chips = el("div", { class: "chips", hidden: true });
const $table = el("div", { class: "region", id: "list-region" });
const $paging = el("nav", { class: "paging", "aria-label": t("paging.label"), hidden: true });
const insight = insightStrip();
const line = newsLine(() => load());

/** The view's elements, built once. */
export const $list = el(
  "section",
  { class: "list-view", id: "list-top", "aria-labelledby": "view-title" },
  el("div", { class: "list-controls" }, filterToggle($filters), $filters, $tools),
  $chips, insight.$strip, line.$line, $table, $paging, selectionBar,
);

const question = () => ({ ...here().filters, sort: here().sort, cursor: here().cursor, limit: pageSize() });
const fetchPage = latest((signal) => api.leads(question(), { signal }));
const fetchNews = latest((signal) => api.leads(question(), { signal }));

/** Rows are chosen for what an operator may do with them; to a reader they would offer nothing. */
const selecting = () => (may("operator") ? ticks : undefined);

/** What was drawn last, so that a change of address that changes no rows asks nothing. */
let drawn = "";

/** Shows the list of the present place. */
export function showList() {
  showFilters($filters);
  showChips($chips);
  showTools();
  keepFilters();
  selectionFor(here().filters);
  const wanted = JSON.stringify([question(), here().columns]);
  if (wanted !== drawn || !$table.querySelector("table")) load();
  else look();
}

/** Asks for the page of the list and draws it. */
async function load() {
  const wanted = (drawn = JSON.stringify([question(), here().columns]));
  const done = waiting($table, rest($filters));
  line.clear();
  insight.load();
  try {
    const page = await fetchPage();
    draw(page);
  } catch (error) {
    if (drawn === wanted) drawn = "";
    if (error instanceof ApiError && error.code === "bad_cursor") return go({ cursor: "" }, { replace: true });
    const $panel = panel(error, load);
    // A link with a filter that nobody knows: trying again would change nothing.
    if (error instanceof ApiError && error.code === "bad_request") $panel.append(el("button", { type: "button", class: "button primary", onclick: clearAll }, t("filters.clear")));
    fill($table, $panel);
    $paging.hidden = true;
    dispatchEvent(new Event("hunter:drawn"));
  } finally {
    done();
  }
}

/** @param {Page<Lead>} page */
function draw(page) {
  serverSaid(page.as_of);
  if (!page.items.length) keepingFocus($table, () => fill($table, emptyList()));
  else {
    const columns = columnsOf(here().columns);
    const onSort = (/** @type {import("./columns.js").Column} */ column, /** @type {boolean} */ adding) => {
      go({ sort: turned(here().sort, column.sort ?? "", { adding, downFirst: column.downFirst }) });
      // The head was drawn anew; the keyboard goes on from the same column.
      focusAfter = `.col-${column.key} .sorter`;
    };
    const $drawn = table({
      caption: t("list.caption", { view: viewOf(here().view).name }),
      columns, onSort,
      selecting: selecting(),
      sort: here().sort,
      groups: [{ id: "rows", rows: page.items.map(rowOfLead) }],
    });
    keepingFocus($table, () => fill($table, phoneSort(), $drawn));
  }
  fit();
  showPaging($paging, page);
  selectionOf(page.total);
  if (focusAfter) /** @type {HTMLElement|null} */ ($table.querySelector(focusAfter))?.focus();
  focusAfter = "";
  dispatchEvent(new Event("hunter:drawn"));
}

let focusAfter = "";

new ResizeObserver(fit).observe($table);

/** Whether somebody has chosen more columns than fit. On a phone rows are cards, and everything fits. */
function fit() {
  $table.toggleAttribute("data-wide", ($table.querySelector("table")?.offsetWidth ?? 0) > $table.clientWidth + 1);
}

watchForNews(look);

async function look() {
  if (!isList(here().view) || !$list.isConnected || $table.ariaBusy === "true") return;
  const $shown = $table.querySelector("table");
  const wanted = JSON.stringify([question(), here().columns]);
  try {
    const page = await fetchNews();
    if ($table.querySelector("table") !== $shown) return;
    if (!$shown) return fillIn(page, wanted);
    const rows = page.items.map(rowOfLead);
    const changed = refreshRows($shown, rows, columnsOf(here().columns), selecting());
    const found = news(shownRows($shown).map(($row) => rowOf($row)?.key ?? ""), rows.map((row) => row.key));
    line.offer(found);
    // The strip counts what the rows show: it follows them, and waits with them for what is new.
    if (changed && !found.added) insight.load();
  } catch (error) {
    // What is shown stays as it is; the head line tells when the server cannot be reached.
    if (!(error instanceof ApiError)) throw error;
  }
}

/**
 * Without rows nothing can move under the hand: an empty list or a notice of trouble gives way to the answer at once.
 * @param {Page<Lead>} page
 * @param {string} wanted what was asked
 */
function fillIn(page, wanted) {
  const empty = Boolean($table.querySelector("[data-kind=empty]"));
  if ($table.ariaBusy === "true" || (empty && !page.items.length)) return;
  drawn = wanted;
  insight.load();
  draw(page);
}

addEventListener("hunter:reload", () => $list.isConnected && load());
