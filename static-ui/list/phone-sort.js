/** Sorting where there is no table head: on a phone. */

import { go, here } from "../page/address.js";
import { el } from "../page/element.js";
import { icon } from "../page/icons.js";
import { t } from "../texts/words.js";
import { COLUMNS, columnsOf } from "./columns.js";
import { orders, turned } from "./sort.js";

export function phoneSort() {
  const first = orders(here().sort)[0];
  // What the list is sorted by is named even when its column is not shown.
  const shown = columnsOf(here().columns);
  const columns = [...shown, ...COLUMNS.filter((column) => column.sort === first?.field && !shown.includes(column))].filter((column) => column.sort);
  const $select = el(
    "select",
    { id: "phone-sort" },
    el("option", { value: "" }, t("sort.usual")),
    ...columns.map((column) => el("option", { value: column.key, selected: column.sort === first?.field }, t(`column.${column.key}`))),
  );
  $select.addEventListener("change", () => {
    const column = columns.find((one) => one.key === $select.value);
    go({ sort: column ? turned("", column.sort ?? "", column) : "" });
  });
  const turn = () => go({ sort: first.down ? first.field : `-${first.field}` });
  const $turn = el("button", { type: "button", class: "button", id: "sort-turn", "aria-label": t("sort.turn"), disabled: !first, onclick: turn }, icon(first?.down ? "down" : "up"));
  return el("div", { class: "phone-sort" }, el("label", { class: "field" }, t("sort.by"), $select), $turn);
}
