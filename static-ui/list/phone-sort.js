/** Sorting where there is no table head: on a phone. */

import { go, here } from "../page/address.js";
import { el } from "../page/element.js";
import { icon } from "../page/icons.js";
import { t } from "../texts/words.js";
import { columnsOf } from "./columns.js";
import { orders, turned } from "./sort.js";

export function phoneSort() {
  const columns = columnsOf(here().columns).filter((column) => column.sort);
  const first = orders(here().sort)[0];
  const $select = el(
    "select",
    {},
    el("option", { value: "" }, t("sort.usual")),
    ...columns.map((column) => el("option", { value: column.key, selected: column.sort === first?.field }, t(`column.${column.key}`))),
  );
  $select.addEventListener("change", () => {
    const column = columns.find((one) => one.key === $select.value);
    go({ sort: column ? turned("", column.sort ?? "", column) : "" });
  });
  const turn = () => go({ sort: first.down ? first.field : `-${first.field}` });
  const $turn = el("button", { type: "button", class: "button", "aria-label": t("sort.turn"), disabled: !first, onclick: turn }, icon(first?.down ? "down" : "up"));
  return el("div", { class: "phone-sort" }, el("label", { class: "field" }, t("sort.by"), $select), $turn);
}
