/** What came of each item of a run, the failed ones first. */

import { address, here } from "../page/address.js";
import { el, said } from "../page/element.js";
import { t, tOr } from "../texts/words.js";

/** @import { Run } from "../types.js" */

/** @param {Run & {items?: any[]}} run */
export async function resultList(run) {
  const items = run.items ?? [];
  if (!items.length) return null;
  const failedFirst = [...items].sort((a, b) => Number(b.outcome === "failed") - Number(a.outcome === "failed"));
  return el(
    "table",
    { class: "plain" },
    el("caption", { class: "hidden" }, t("bulk.results")),
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("column.company")), el("th", { scope: "col" }, t("bulk.outcome")))),
    el(
      "tbody",
      {},
      ...failedFirst.map((item) =>
        el(
          "tr",
          {},
          el("th", { scope: "row" }, el("a", { href: address({ ...here(), lead: item.domain ?? item.key }) }, said(item.domain ?? item.key))),
          el("td", {}, tOr(`outcome.${item.outcome}`, {}, item.outcome), item.text && el("span", { class: "second" }, said(item.text))),
        ),
      ),
    ),
  );
}
