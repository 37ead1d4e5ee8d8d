/** What came of each item of a run, the failed ones first; the rest page by page. */

import * as api from "../api.js";
import { address, here } from "../page/address.js";
import { el, said } from "../page/element.js";
import { more } from "../page/more.js";
import { t, tOr } from "../texts/words.js";

const LIMIT = 200;

/** @param {string} id of the run */
export async function resultList(id) {
  const failed = await api.run(id, { outcome: "failed", limit: LIMIT });
  const page = await api.run(id, { limit: LIMIT });
  const shown = new Set(failed.items.map((item) => item.item));
  const fresh = (/** @type {any[]} */ items) => items.filter((item) => !shown.has(item.item)).map(row);
  const $rows = el("tbody", {}, ...failed.items.map(row), ...fresh(page.items));
  const $more = more(t("timeline.more"), page.next_cursor, async (cursor) => {
    const next = await api.run(id, { limit: LIMIT, cursor });
    $rows.append(...fresh(next.items));
    return next.next_cursor;
  });
  if (!$rows.children.length) return null;
  const heads = [t("column.company"), t("bulk.outcome")].map((text) => el("th", { scope: "col" }, text));
  const $head = el("thead", {}, el("tr", {}, ...heads));
  return el("div", {}, el("table", { class: "plain results" }, el("caption", { class: "hidden" }, t("bulk.results")), $head, $rows), $more);
}

/** @param {any} item */
function row(item) {
  const name = item.company_name ?? item.domain ?? item.key;
  return el(
    "tr",
    { "data-outcome": item.outcome },
    el("th", { scope: "row" }, item.domain ? el("a", { href: address({ ...here(), lead: item.domain }) }, said(name, { dir: "auto" })) : said(name), item.deal && el("span", { class: "second" }, said(item.deal, { dir: "auto" }))),
    el("td", {}, tOr(`outcome.${item.outcome}`, {}, item.outcome), item.code && el("span", { class: "second" }, tOr(`failure.${item.code}`, {}, item.code))),
  );
}
